const STEPS_MS = [500, 1000, 2000, 5000, 10_000, 30_000] as const;
/** A connection that lasted this long was a good one: the next failure counts as the first. */
export const STABLE_MS = 10_000;

/** How long to wait before the next try; spread by a fifth, so that panes of one host do not all knock at once. */
export function backOffMs(failures: number, random: () => number): number {
  const step = STEPS_MS[Math.min(Math.max(failures, 1), STEPS_MS.length) - 1] as number;
  return Math.round(step * (0.8 + 0.4 * random()));
}
