/** Token buckets by name. Few and small: names that have been quiet for long are forgotten. */
export function createLimits(monotonicMs: () => number) {
  const buckets = new Map<string, { tokens: number; at: number }>();
  return {
    /** Whether one more may pass; how many are left, and when one more will. */
    take(name: string, perMinute: number): { readonly isAllowed: boolean; readonly remaining: number; readonly resetSeconds: number } {
      if (buckets.size > 20_000) for (const [old, { at }] of buckets) if (monotonicMs() - at > 60_000) buckets.delete(old);
      const bucket = buckets.get(name) ?? { tokens: perMinute, at: monotonicMs() };
      bucket.tokens = Math.min(perMinute, bucket.tokens + ((monotonicMs() - bucket.at) * perMinute) / 60_000);
      bucket.at = monotonicMs();
      buckets.set(name, bucket);
      const isAllowed = bucket.tokens >= 1;
      if (isAllowed) bucket.tokens -= 1;
      return { isAllowed, remaining: Math.floor(bucket.tokens), resetSeconds: Math.ceil(((isAllowed ? perMinute - bucket.tokens : 1 - bucket.tokens) * 60) / perMinute) };
    },
  };
}
export type Limits = ReturnType<typeof createLimits>;
