import { Worker } from "node:worker_threads";

/** Checks a bundle with the very program that travels in it, on a thread of its own. Nothing is unpacked. */
export type BundleReport = { readonly ok: boolean; readonly problems: readonly { readonly file: string; readonly entry?: number; readonly say: string }[]; readonly notes: readonly string[]; readonly facts: { readonly entries: number; readonly size: number; readonly root: string; readonly origin: string } };
export type BundleCheckJob = { readonly worker: string; readonly kit: string; readonly path: string; readonly keys: readonly string[] };
export type BundleCheckWord = { readonly kind: "progress"; readonly phase: string; readonly done: number; readonly total: number } | { readonly kind: "done"; readonly report: BundleReport };

export async function* checkBundle(job: BundleCheckJob, signal: AbortSignal): AsyncGenerator<BundleCheckWord> {
  const worker = new Worker(job.worker, { workerData: job });
  const words: BundleCheckWord[] = [];
  let failed: Error | undefined;
  let wake = (): void => undefined;
  worker.on("message", (word: BundleCheckWord) => {
    // Progress that nobody took yet is overtaken, not queued.
    if (words.at(-1)?.kind === "progress") words.pop();
    words.push(word);
    wake();
  });
  worker.on("error", (error: Error) => {
    failed = error;
    wake();
  });
  const onAbort = (): void => wake();
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    for (;;) {
      signal.throwIfAborted();
      if (failed !== undefined) throw failed;
      const word = words.shift();
      if (word === undefined) {
        await new Promise<void>((resolve) => (wake = resolve));
        continue;
      }
      yield word;
      if (word.kind === "done") return;
    }
  } finally {
    signal.removeEventListener("abort", onAbort);
    await worker.terminate();
  }
}
