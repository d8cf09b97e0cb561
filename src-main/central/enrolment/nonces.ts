import { MAX_SKEW_MS } from "../../central-link/port.ts";

/** Remembers what was shown, so that a request that was overheard is good for nothing. Bounded by the skew that is let through. */
export function createNonceMemory(now: () => number) {
  const seen = new Map<string, number>();
  return (name: string): boolean => {
    for (const [old, at] of seen) {
      if (now() - at < 2 * MAX_SKEW_MS) break;
      seen.delete(old);
    }
    if (seen.has(name)) return false;
    seen.set(name, now());
    return true;
  };
}
