import { statSync } from "node:fs";
import { Worker } from "node:worker_threads";
import { LIMITS } from "./blocks.ts";
import { opened } from "./names.ts";
import { unpacked, type Parcel } from "./parcel.ts";
import type { Ready } from "./passages.ts";
import { failed } from "./prepare.ts";
import type { ReadData, ReadJob } from "./worker-port.ts";

export type Reader = AsyncDisposable & {
  /** In order; undefined where a file is gone. Whoever asks for the next before the last is there keeps the thread from waiting. */
  read(jobs: readonly ReadJob[]): Promise<readonly (Ready | undefined)[]>;
};
type Order = { readonly jobs: readonly ReadJob[]; readonly resolve: (readies: readonly (Ready | undefined)[]) => void; readonly reject: (error: Error) => void };

/** So many orders lie with the thread: while one is being kept, the next is being read. */
const AHEAD = 2;

/**
 * Reads documents in a thread that may be thrown away: a file that takes too long or too much memory costs that file and
 * a new thread, nothing else. Where several were asked for at once, each is then read by itself: that finds the one.
 */
export function createReader({ entry, data, timeMs = LIMITS.timeMs }: { readonly entry: string; readonly data: ReadData; readonly timeMs?: number }): Reader {
  const orders: Order[] = [];
  let sent = 0;
  let worker: Worker | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;

  const watch = () => {
    clearTimeout(timer);
    timer = sent === 0 ? undefined : setTimeout(() => giveUp(`reading it took longer than ${timeMs / 1000} s`), timeMs);
  };
  function started(): Worker {
    if (worker !== undefined) return worker;
    const thread = new Worker(entry, { workerData: data, resourceLimits: { maxOldGenerationSizeMb: LIMITS.heapMb, maxYoungGenerationSizeMb: LIMITS.youngMb }, stdout: true, stderr: true });
    const ended = (why: string) => (thread === worker ? giveUp(why) : undefined);
    thread.on("message", (parcel: Parcel) => {
      if (thread !== worker) return;
      const done = orders.shift();
      sent -= 1;
      send();
      done?.resolve(unpacked(parcel));
    });
    thread.on("error", (error: NodeJS.ErrnoException) => ended(error.code === "ERR_WORKER_OUT_OF_MEMORY" ? `it needs more than ${LIMITS.heapMb} MiB to be read` : "reading it ended its thread: its structure is damaged"));
    thread.on("exit", () => ended("reading it ended its thread: its structure is damaged"));
    return (worker = thread);
  }
  function send(): void {
    for (; sent < AHEAD && sent < orders.length; sent += 1) started().postMessage((orders[sent] as Order).jobs);
    watch();
  }
  function giveUp(why: string): void {
    void worker?.terminate();
    worker = undefined;
    sent = 0;
    const order = orders.shift();
    if (order !== undefined) {
      const [job] = order.jobs;
      if (order.jobs.length === 1 && job !== undefined) order.resolve([unread(job, why)]);
      else orders.unshift(...apart(order));
    }
    send();
  }

  return {
    read(jobs) {
      return new Promise((resolve, reject) => {
        if (isClosed) return reject(new Error("closed"));
        orders.push({ jobs, resolve, reject });
        send();
      });
    },
    async [Symbol.asyncDispose]() {
      isClosed = true;
      clearTimeout(timer);
      const last = worker;
      worker = undefined;
      for (const { reject } of orders.splice(0)) reject(new Error("closed"));
      await last?.terminate();
    },
  };
}

/** The same work as one order for each file. */
function apart({ jobs, resolve, reject }: Order): Order[] {
  const readies: (Ready | undefined)[] = [];
  return jobs.map((job) => ({
    jobs: [job],
    reject,
    resolve: ([ready]) => {
      readies.push(ready);
      if (readies.length === jobs.length) resolve(readies);
    },
  }));
}

function unread({ path, name, bytes, modifiedAt = 0 }: ReadJob, why: string): Ready | undefined {
  if (bytes !== undefined) return failed({ path: name, bytes: bytes.byteLength, modifiedAt }, "", why);
  const found = statSync(opened(path), { throwIfNoEntry: false });
  return found && failed({ path: name, bytes: found.size, modifiedAt: found.mtimeMs }, "", why);
}
