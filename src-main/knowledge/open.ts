import { existsSync } from "node:fs";
import { Worker } from "node:worker_threads";
import { Failure } from "../contract/index.ts";
import { live } from "../kernel/index.ts";
import { openStore } from "../store/index.ts";
import { failKnowledge, KNOWLEDGE_FAILURES } from "./failures.ts";
import { shownOf } from "./newer-first.ts";
import type { Found, Knowledge, MeaningView, SourceState } from "./port.ts";
import type { Answer, Gave, IndexData, Need } from "./worker-port.ts";

export type KnowledgeNeeds = {
  readonly dbPath: string;
  readonly embeddingFile: string;
  /** The file the index thread starts from. */
  readonly entry: string;
  /** From the vault, by name; thrown failures are told as they are. */
  readonly reveal: (name: string, use: { readonly for: string }) => Promise<string>;
  /** Why this host may not be asked now; undefined when it may. */
  readonly barred: (host: string) => string | undefined;
  /** A model that makes embeddings, while one is loaded; without it the built-in embedding answers. */
  readonly model?: { loaded(signal: AbortSignal): AsyncIterable<string | undefined>; embed(texts: readonly string[], signal: AbortSignal): Promise<readonly Float32Array[]> };
  /** Scores for the first of the passages, best found first; undefined where no reranker is ready. It never throws but for the signal. */
  readonly rank?: (query: string, passages: readonly string[], signal: AbortSignal) => Promise<{ readonly scores: readonly number[]; readonly say: string } | undefined>;
};
/** Sources are looked after from the start, but not before the core has answered its first questions. */
const WAKE_MS = 3_000;
/** What is being taken in lives for one batch: a large nursery would only be memory that is never given back. */
const YOUNG_MB = 16;
/** So many of the best found are put in order anew for an answer. */
const RANKED = 24;
const NO_MEANING: MeaningView = { embedding: "", next: "", done: 0, total: 0, problem: "" };

/**
 * The core's side: every question goes to a thread of its own, so that no search and no document ever holds up a pane. The
 * thread is there once there is something to know: an installation without documents pays nothing.
 */
export function openKnowledge({ dbPath, embeddingFile, entry, reveal, barred, model, rank }: KnowledgeNeeds): Knowledge {
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  const version = live(0);
  let worker: Worker | undefined;
  let nextId = 1;
  let ended: Error | undefined;
  const over = new AbortController();

  const end = (error: Error) => {
    ended ??= error;
    for (const { reject } of waiting.values()) reject(ended);
    waiting.clear();
  };
  async function give(need: Need): Promise<void> {
    const answer = await (async (): Promise<Omit<Gave, "gave">> => {
      switch (need.what) {
        case "secret":
          return { value: await reveal(need.name, { for: `documents of ${need.host}` }) };
        case "reach": {
          const why = barred(need.host);
          return why === undefined ? {} : { problem: why };
        }
        case "embed":
          return model === undefined ? { problem: "no model is there" } : { value: await model.embed(need.texts, over.signal) };
        default:
          return { problem: `nothing is known of ${need satisfies never}` };
      }
    })().catch((error: Error) => ({ problem: error.message }));
    worker?.postMessage({ gave: need.need, ...answer } satisfies Gave);
  }
  function heard(answer: Answer): void {
    if ("event" in answer) return version.update((n) => n + 1);
    if ("need" in answer) return void give(answer);
    const asked = waiting.get(answer.id);
    waiting.delete(answer.id);
    if (answer.failure === undefined) return asked?.resolve(answer.value);
    const { code, message, data } = answer.failure;
    const kind = KNOWLEDGE_FAILURES[code as keyof typeof KNOWLEDGE_FAILURES];
    asked?.reject(kind === undefined ? new Error(message) : new Failure(code, message, { data, retryable: kind.retryable, status: "status" in kind ? kind.status : 400 }));
  }
  function started(): Worker {
    if (worker !== undefined) return worker;
    worker = new Worker(entry, { workerData: { role: "index", dbPath, embeddingFile, entry } satisfies IndexData, resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB } });
    worker.on("message", heard);
    worker.on("error", (error) => end(failKnowledge("KNOWLEDGE_BROKEN", { detail: error.message }, error)));
    worker.on("exit", () => end(failKnowledge("KNOWLEDGE_CLOSED")));
    void followModel().catch(() => undefined);
    return worker;
  }
  /** How many dimensions a model has is known by asking it once. */
  async function followModel(): Promise<void> {
    if (model === undefined) return;
    for await (const id of model.loaded(over.signal)) {
      const [probe] = id === undefined ? [] : await model.embed(["probe"], over.signal).catch(() => []);
      await ask("useModel", id === undefined || probe === undefined ? undefined : { id, dims: probe.length });
    }
  }
  const hasIndex = hasSources(dbPath);
  const wake = hasIndex ? setTimeout(started, WAKE_MS) : undefined;
  wake?.unref();

  const ask = <T>(method: string, ...args: readonly unknown[]): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      if (ended !== undefined) return reject(ended);
      const id = nextId++;
      waiting.set(id, { resolve: resolve as (value: unknown) => void, reject });
      started().postMessage({ id, method, args });
    });
  /** Where nothing was ever taken in, looking does not start the thread. */
  const look = <T>(nothing: T, method: string, ...args: readonly unknown[]): Promise<T> => (worker === undefined && !hasIndex ? Promise.resolve(nothing) : ask<T>(method, ...args));

  return {
    add: (source) => ask("add", source),
    connect: (connection) => ask("connect", connection),
    drop: (piece) => ask("drop", piece),
    remove: (id) => ask("remove", id),
    sync: (id) => ask("sync", id),
    sources: () => look([], "sources"),
    async *follow(signal) {
      let last = "";
      for await (const _ of version.follow(signal)) {
        const states = await look<readonly SourceState[]>([], "sources");
        const text = JSON.stringify(states);
        if (text !== last) yield states;
        last = text;
        // Ten thousand files are ten thousand changes: a screen wants a few a second.
        await new Promise((resolve) => setTimeout(resolve, 250));
      }
    },
    async search(query, { isForAnswer = false, ...options }) {
      const ranks = isForAnswer ? rank : undefined;
      const found = await look<Omit<Found, "order">>({ passages: [], tookMs: 0 }, "search", query, { ...options, limit: ranks === undefined ? options.limit : Math.max(options.limit, RANKED) });
      const scored = found.passages.length < 2 ? undefined : await ranks?.(query, found.passages.map(({ title, heading, text }) => `${title}\n${heading}\n${text}`), over.signal);
      return { ...found, passages: ranks === undefined ? found.passages : shownOf(found.passages, scored?.scores ?? [], options.limit), order: scored?.say ?? "" };
    },
    meaning: () => look(NO_MEANING, "meaning"),
    document: (chunkId) => ask("document", chunkId),
    opened: (documentId) => ask("opened", documentId),
    problems: (id) => look([], "problems", id),
    changes: (limit) => look([], "changes", limit),
    gaps: () => look([], "gaps"),
    forgetGap: (query) => ask("forgetGap", query),
    saved: () => look([], "saved"),
    save: (saved) => ask("save", saved),
    forget: (name) => ask("forget", name),
    export: (ids, path) => ask("export", ids, path),
    import: (path, keys) => ask("import", path, keys),
    async [Symbol.asyncDispose]() {
      clearTimeout(wake);
      over.abort();
      if (worker === undefined) return;
      if (ended === undefined) await ask("close").catch(() => undefined);
      await worker.terminate();
    },
  };
}

/** Asked of the file itself, without a thread, without what reads documents. */
function hasSources(dbPath: string): boolean {
  if (!existsSync(dbPath)) return false;
  try {
    using store = openStore({ path: dbPath, durability: "NORMAL" });
    return store.sql("any-source", "SELECT 1 FROM sources UNION ALL SELECT 1 FROM gaps UNION ALL SELECT 1 FROM saved_searches LIMIT 1").get() !== undefined;
  } catch {
    return true; // whatever is wrong with it, the thread that owns it says so
  }
}
