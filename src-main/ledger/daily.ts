import { SYSTEM } from "../contract/terms.ts";
import { Failure } from "../contract/failure.ts";
import type { createKeeping } from "./keeping.ts";
import type { createOptions } from "./options.ts";

/** Retention that waits for somebody to press a button is none: what is past its time goes once a day. */
export type DailyNeeds = {
  readonly keeping: Pick<ReturnType<typeof createKeeping>, "applyRetention">;
  readonly options: Pick<ReturnType<typeof createOptions>, "read" | "write">;
  readonly now: () => number;
  /** Calls until it is disposed of. */
  readonly every: (ms: number, run: () => void) => Disposable;
  readonly onDone: (done: { readonly erased: number; readonly minimum: number }) => void;
  readonly onFailed: (why: string) => void;
};

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const APPLIED_AT = "retention-applied-at";

/** Looks every hour, so that a machine that sleeps at night still gets to it; a day that failed is tried again. */
export function keepDaily({ keeping, options, now, every, onDone, onFailed }: DailyNeeds): Disposable {
  const look = (): void => {
    const since = now() - options.read(APPLIED_AT, 0);
    // A clock that was set back must not put it off for ever.
    if (since >= 0 && since < DAY_MS) return;
    try {
      onDone(keeping.applyRetention(SYSTEM));
      options.write(APPLIED_AT, now());
    } catch (error) {
      onFailed(error instanceof Failure ? error.message : String(error));
    }
  };
  look();
  return every(HOUR_MS, look);
}
