import { stat } from "node:fs/promises";
import { Worker } from "node:worker_threads";
import { LIMITS } from "./blocks.ts";
import type { Ready } from "./passages.ts";
import { failed } from "./prepare.ts";
import type { ReadData, ReadJob } from "./worker-port.ts";

export type Reader = AsyncDisposable & { read(job: ReadJob): Promise<Ready> };

/**
 * Reads documents in a thread that may be thrown away: a file that takes too long or too much memory costs that file and
 * a new thread, nothing else.
 */
export function createReader({ entry, data, timeMs = LIMITS.timeMs }: { readonly entry: string; readonly data: ReadData; readonly timeMs?: number }): Reader {
  let worker: Worker | undefined;
  let turn: Promise<unknown> = Promise.resolve();
  let isClosed = false;

  const start = (): Worker => {
    worker ??= new Worker(entry, { workerData: data, resourceLimits: { maxOldGenerationSizeMb: LIMITS.heapMb, maxYoungGenerationSizeMb: 64 }, stdout: true, stderr: true });
    return worker;
  };
  const stop = async () => {
    const old = worker;
    worker = undefined;
    await old?.terminate();
  };

  async function readNow(job: ReadJob): Promise<Ready> {
    const { size, mtimeMs } = job.bytes === undefined ? await stat(job.path) : { size: job.bytes.byteLength, mtimeMs: job.modifiedAt ?? 0 };
    const at = { path: job.name, bytes: size, modifiedAt: mtimeMs };
    const thread = start();
    return new Promise<Ready>((resolve, reject) => {
      const over = (finish: () => void) => {
        clearTimeout(timer);
        thread.off("message", onMessage).off("error", onError).off("exit", onExit);
        finish();
      };
      const giveUp = (why: string) => over(() => void stop().then(() => resolve(failed(at, "", why))));
      const onMessage = (answer: { readonly ready?: Ready; readonly gone?: true }) => over(() => (answer.ready === undefined ? reject(new Error("gone")) : resolve(answer.ready)));
      const onError = (error: NodeJS.ErrnoException) => giveUp(error.code === "ERR_WORKER_OUT_OF_MEMORY" ? `it needs more than ${LIMITS.heapMb} MiB to be read` : "reading it ended its thread: its structure is damaged");
      const onExit = () => giveUp("reading it ended its thread: its structure is damaged");
      const timer = setTimeout(() => giveUp(`reading it took longer than ${timeMs / 1000} s`), timeMs);
      thread.on("message", onMessage).on("error", onError).on("exit", onExit);
      thread.postMessage(job);
    });
  }

  return {
    read(job) {
      const next = turn.then(() => {
        if (isClosed) throw new Error("closed");
        return readNow(job);
      });
      turn = next.catch(() => undefined);
      return next;
    },
    async [Symbol.asyncDispose]() {
      isClosed = true;
      await stop();
    },
  };
}
