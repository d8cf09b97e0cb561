import { diskTroubleOf } from "../../kernel/index.ts";

export type TakeUpNeeds = {
  /** Goes on from where it failed when it is called again. */
  readonly takeUp: () => Promise<void>;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly report: (event: "take-up-waits" | "take-up-failed" | "taken-up-late", error?: unknown) => void;
  readonly signal: AbortSignal;
};

const LOOK_AGAIN_MS = 5000;

/**
 * What an earlier process left unfinished, taken up before anything else begins. A disk without room keeps it waiting and
 * nothing more: whoever has to make that room needs SENA for it.
 */
export async function takeUpWithRoom({ takeUp, sleep, report, signal }: TakeUpNeeds): Promise<void> {
  try {
    await takeUp();
  } catch (error) {
    if (diskTroubleOf(error) === undefined) throw error;
    report("take-up-waits", error);
    void later();
  }
  async function later(): Promise<void> {
    for (;;) {
      await sleep(LOOK_AGAIN_MS, signal);
      if (signal.aborted) return;
      try {
        await takeUp();
        return report("taken-up-late");
      } catch (error) {
        if (diskTroubleOf(error) === undefined) return report("take-up-failed", error);
      }
    }
  }
}
