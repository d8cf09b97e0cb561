import type { Clock } from "../kernel/index.ts";

const FREE_TRIES = 5;
const FIRST_WAIT_MS = 2000;
const LONGEST_WAIT_MS = 300_000;

/** Five tries at once, then twice as long after each wrong one. Kept in memory: a restart costs the guesser a start of the core. */
export function createThrottle(now: Clock) {
  const wrongs = new Map<string, { count: number; at: number }>();
  return {
    waitMs(id: string): number {
      const wrong = wrongs.get(id);
      if (!wrong || wrong.count < FREE_TRIES) return 0;
      const waitMs = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (wrong.count - FREE_TRIES));
      // A clock set back must not make the wait endless, nor one set forward make it nothing more than what it is.
      return Math.min(waitMs, Math.max(0, wrong.at + waitMs - now()));
    },
    wrong(id: string): void {
      wrongs.set(id, { count: (wrongs.get(id)?.count ?? 0) + 1, at: now() });
    },
    right(id: string): void {
      wrongs.delete(id);
    },
  };
}
