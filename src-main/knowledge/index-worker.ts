import { existsSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";
import { Failure } from "../contract/index.ts";
import { openStore } from "../store/index.ts";
import { loadEmbedding } from "./embedding.ts";
import { openIndex } from "./open-index.ts";
import { prepare } from "./prepare.ts";
import { createReader } from "./reader.ts";
import type { Answer, Ask, IndexData, ReadData, ReadJob } from "./worker-port.ts";

// Two roles, one file: the index thread owns knowledge.db and answers; the reading thread opens documents and may die of it.

const port = parentPort;
const data = workerData as IndexData | ReadData;
const embedding = existsSync(data.embeddingFile) ? loadEmbedding(data.embeddingFile, "static-1") : undefined;

if (data.role === "read") {
  port?.on("message", ({ path, name }: ReadJob) => {
    prepare(path, name, embedding).then(
      (ready) => port.postMessage({ ready }),
      () => port.postMessage({ gone: true }),
    );
  });
} else {
  const store = openStore({ path: data.dbPath, durability: "NORMAL" });
  const reader = createReader({ entry: data.entry, data: { role: "read", embeddingFile: data.embeddingFile } });
  const say = (answer: Answer) => port?.postMessage(answer);
  const index = openIndex({ store, reader, embedding, now: Date.now, onSources: () => say({ event: "sources" }) });
  port?.on("message", ({ id, method, args }: Ask) => {
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
