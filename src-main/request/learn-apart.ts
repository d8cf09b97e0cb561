import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { Learns } from "./train.ts";

/** Short-lived objects by the million: with the core's small young generation half the time would go into moving them. */
const YOUNG_MB = 48;

/** On a thread of its own, which ends with it: hundreds of runbooks are learned for a minute. */
export const learnApart = (program: string): Learns => async (skills, signal) => {
  const worker = new Worker(program, { workerData: skills, resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB } });
  try {
    const [learned] = (await once(worker, "message", { signal })) as [Uint8Array];
    return learned;
  } finally {
    await worker.terminate();
  }
};
