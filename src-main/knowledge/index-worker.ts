import { existsSync, readlinkSync } from "node:fs";
import { setPriority } from "node:os";
import { basename } from "node:path";
import { parentPort, workerData } from "node:worker_threads";
import { Failure } from "../contract/index.ts";
import { openStore } from "../store/index.ts";
import { loadEmbedding } from "./embedding.ts";
import { openIndex } from "./open-index.ts";
import { packed } from "./parcel.ts";
import type { Ready } from "./passages.ts";
import { prepare } from "./prepare.ts";
import { createReader } from "./reader.ts";
import type { Answer, Ask, Gave, IndexData, NeedWhat, ReadData, ReadJob } from "./worker-port.ts";

// Two roles, one file: the index thread owns knowledge.db and answers; the reading thread opens documents and may die of it.

const port = parentPort;
const data = workerData as IndexData | ReadData;
const embedding = existsSync(data.embeddingFile) ? loadEmbedding(data.embeddingFile, "static-1") : undefined;

yieldToPeople(data.role === "read" ? 10 : 5);

if (data.role === "read") {
  const one = ({ path, name, bytes, modifiedAt = 0 }: ReadJob): Promise<Ready | undefined> => prepare(path, name, embedding, bytes && { bytes, modifiedAt }).catch(() => undefined);
  let turn: Promise<void> = Promise.resolve();
  port?.on("message", (jobs: readonly ReadJob[]) => {
    turn = turn.then(async () => {
      const readies: (Ready | undefined)[] = [];
      for (const job of jobs) readies.push(await one(job));
      const parcel = packed(readies, embedding?.dims ?? 0);
      port.postMessage(parcel, [parcel.vectors.buffer]);
    });
  });
} else {
  const store = openStore({ path: data.dbPath, durability: "NORMAL" });
  const reader = createReader({ entry: data.entry, data: { role: "read", embeddingFile: data.embeddingFile } });
  const say = (answer: Answer) => port?.postMessage(answer);
  const needs = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  let nextNeed = 1;
  const need = <T>(what: NeedWhat): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      const id = nextNeed++;
      needs.set(id, { resolve: resolve as (value: unknown) => void, reject });
      say({ need: id, ...what });
    });
  const outside = { secret: (name: string, host: string) => need<string>({ what: "secret", name, host }), mayReach: (host: string) => need<void>({ what: "reach", host }), embed: (texts: readonly string[]) => need<readonly Float32Array[]>({ what: "embed", texts }) };
  const index = openIndex({ store, reader, embedding, outside, now: Date.now, onSources: () => say({ event: "sources" }) });
  port?.on("message", (message: Ask | Gave) => {
    if ("gave" in message) {
      const asked = needs.get(message.gave);
      needs.delete(message.gave);
      if (message.problem === undefined) asked?.resolve(message.value);
      else asked?.reject(new Error(message.problem));
      return;
    }
    const { id, method, args } = message;
    void (async () => {
      try {
        if (method === "close") {
          await index[Symbol.asyncDispose]();
          await reader[Symbol.asyncDispose]();
          store[Symbol.dispose]();
          say({ id });
          port.close();
          return;
        }
        const act = index[method as Exclude<keyof typeof index, symbol>] as (...given: readonly unknown[]) => unknown;
        say({ id, value: await act(...args) });
      } catch (error) {
        say({ id, failure: error instanceof Failure ? { code: error.code, message: error.message, data: error.data } : { code: "", message: (error as Error).message, data: {} } });
      }
    })();
  });
}

/** Linux gives each thread a priority of its own: whoever types goes before documents that are taken in. */
function yieldToPeople(nice: number): void {
  try {
    setPriority(Number(basename(readlinkSync("/proc/thread-self"))), nice);
  } catch {
    // another system: its scheduler decides
  }
}
