import { Worker } from "node:worker_threads";
import { Failure } from "../contract/index.ts";
import { live } from "../kernel/index.ts";
import { failKnowledge, KNOWLEDGE_FAILURES } from "./failures.ts";
import type { Knowledge, SourceState } from "./port.ts";
import type { Answer, IndexData } from "./worker-port.ts";

export type KnowledgeNeeds = { readonly dbPath: string; readonly embeddingFile: string; /** The file the index thread starts from. */ readonly entry: string };

/** The core's side: every question goes to a thread of its own, so that no search and no document ever holds up a pane. */
export function openKnowledge({ dbPath, embeddingFile, entry }: KnowledgeNeeds): Knowledge {
  const worker = new Worker(entry, { workerData: { role: "index", dbPath, embeddingFile, entry } satisfies IndexData });
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  const version = live(0);
  let nextId = 1;
  let ended: Error | undefined;

  const end = (error: Error) => {
    ended ??= error;
    for (const { reject } of waiting.values()) reject(ended);
    waiting.clear();
  };
  worker.on("message", (answer: Answer) => {
    if ("event" in answer) return version.update((n) => n + 1);
    const asked = waiting.get(answer.id);
    waiting.delete(answer.id);
    if (answer.failure === undefined) return asked?.resolve(answer.value);
    const { code, message, data } = answer.failure;
    const kind = KNOWLEDGE_FAILURES[code as keyof typeof KNOWLEDGE_FAILURES];
    asked?.reject(kind === undefined ? new Error(message) : new Failure(code, message, { data, retryable: kind.retryable, status: "status" in kind ? kind.status : 400 }));
  });
  worker.on("error", (error) => end(failKnowledge("KNOWLEDGE_BROKEN", { detail: error.message }, error)));
  worker.on("exit", () => end(failKnowledge("KNOWLEDGE_CLOSED")));

  const ask = <T>(method: string, ...args: readonly unknown[]): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      if (ended !== undefined) return reject(ended);
      const id = nextId++;
      waiting.set(id, { resolve: resolve as (value: unknown) => void, reject });
      worker.postMessage({ id, method, args });
    });

  return {
    add: (source) => ask("add", source),
    remove: (id) => ask("remove", id),
    sync: (id) => ask("sync", id),
    sources: () => ask("sources"),
    async *follow(signal) {
      let last = "";
      for await (const _ of version.follow(signal)) {
        const states = await ask<readonly SourceState[]>("sources");
        const text = JSON.stringify(states);
        if (text !== last) yield states;
        last = text;
        // Ten thousand files are ten thousand changes: a screen wants a few a second.
        await new Promise((resolve) => setTimeout(resolve, 250));
      }
    },
    search: (query, options) => ask("search", query, options),
    meaning: () => ask("meaning"),
    document: (chunkId) => ask("document", chunkId),
    problems: (id) => ask("problems", id),
    changes: (limit) => ask("changes", limit),
    gaps: () => ask("gaps"),
    forgetGap: (query) => ask("forgetGap", query),
    saved: () => ask("saved"),
    save: (saved) => ask("save", saved),
    forget: (name) => ask("forget", name),
    export: (ids, path) => ask("export", ids, path),
    import: (path, keys) => ask("import", path, keys),
    async [Symbol.asyncDispose]() {
      if (ended === undefined) await ask("close").catch(() => undefined);
      await worker.terminate();
    },
  };
}
