import { Worker } from "node:worker_threads";

/** Copies so many bytes of a file into another at a place, hashing what it writes, on a thread of its own. */
export type CopyJob = { readonly from: string; readonly to: string; readonly offset: number; readonly length: number };
export type CopyWord = { readonly kind: "copied"; readonly bytes: number } | { readonly kind: "done"; readonly sha256: string; readonly crc: number };
export type Copied = { readonly sha256: string; readonly crc: number };

export async function copyFileInto(program: string, job: CopyJob, signal: AbortSignal, onBytes: (bytes: number) => void): Promise<Copied> {
  signal.throwIfAborted();
  const worker = new Worker(program, { workerData: job });
  let stop = (): void => undefined;
  try {
    return await new Promise<Copied>((resolve, reject) => {
      stop = () => reject(signal.reason as Error);
      signal.addEventListener("abort", stop, { once: true });
      worker.on("message", (word: CopyWord) => (word.kind === "copied" ? onBytes(word.bytes) : resolve(word)));
      worker.once("error", reject);
      worker.once("exit", () => reject(new Error("copying ended before the file did")));
    });
  } finally {
    signal.removeEventListener("abort", stop);
    await worker.terminate();
  }
}
