import type { Actor, ModelsView } from "../contract/index.ts";
import type { Insight } from "../insight/index.ts";
import { utf8, type Clock } from "../kernel/index.ts";
import type { Ledger } from "../ledger/port.ts";
import type { Engine } from "./embedded/engine.ts";
import { fail } from "./failures.ts";
import type { ModelFiles, StoredModel } from "./files.ts";
import { memoryNeed } from "./gguf.ts";
import { gib } from "./words.ts";

/** Scores for the first passages, as many as there was time for; the rest keep their place behind them. */
export type Ranked = { readonly scores: readonly number[]; readonly say: string };
export type Ranker = {
  view(): ModelsView["ranker"];
  /** Loads it and keeps it; an empty id ends it. */
  choose(id: string): Promise<void>;
  /** Undefined while none is set up, or while it is still being loaded. It never fails a search: what went wrong is said in the view. */
  rank(actor: Actor, query: string, passages: readonly string[], signal: AbortSignal): Promise<Ranked | undefined>;
  /** Passages a second, for the self-test. */
  measure(id: string): Promise<number>;
  chosen(): string;
};

export type RankerNeeds = {
  /** In a process of its own: a bad reranker must not take the chat's model with it, nor wait for its words. */
  readonly engine: Engine;
  readonly files: Pick<ModelFiles, "all" | "get" | "threads">;
  readonly kept: { ranker(): string; setRanker(id: string): void };
  readonly ledger: Pick<Ledger, "append">;
  readonly insight: Pick<Insight, "record">;
  readonly freeBytes: () => number;
  readonly cores: number;
  readonly machine: string;
  readonly now: Clock;
  readonly touch: () => void;
  /** Throws where the file is not the one that was imported. */
  readonly compare: (id: string) => Promise<void>;
  /** Throws, and unloads it, where the file was written to since. */
  readonly untouched: (id: string) => Promise<void>;
};

/** An answer waits for it: what cannot be ranked in this time keeps the order of the search. */
const WITHIN_MS = 1_500;
const PASSAGE_CHARS = 1_600;
const CONTEXT_TOKENS = 1_024;
const MEMORY_SHARE = 0.9;
const SAMPLE = Array.from({ length: 8 }, (_, n) => `The service on host ${n} writes its journal to the disk and is restarted by its timer. `.repeat(8));

export function createRanker({ engine, files, kept, ledger, insight, freeBytes, cores, machine, now, touch, compare, untouched }: RankerNeeds): Ranker {
  let told = "";
  let waiting = 0;
  let refused = "";
  let last: Promise<unknown> = Promise.resolve();
  const fileOf = (id: string): StoredModel | undefined => files.all().find((file) => file.id === id);

  async function load(file: StoredModel): Promise<void> {
    if (file.info.isRanker !== true) throw fail("MODEL_NO_RANKER", { name: file.info.name });
    const contextTokens = Math.min(CONTEXT_TOKENS, file.info.contextLength);
    const needs = memoryNeed(file.info, contextTokens);
    if (needs > freeBytes() * MEMORY_SHARE) throw fail("MODEL_TOO_LARGE", { needs: gib(needs), free: gib(freeBytes()) });
    told = "Its file is compared with what was imported.";
    touch();
    refused = file.id;
    await compare(file.id).finally(() => (told = ""));
    refused = "";
    await engine.load(file.path, { contextTokens, threads: files.threads(file.sha256, machine) ?? Math.max(1, Math.floor(cores / 2)), gpu: false, isRanker: true });
    await untouched(file.id);
  }
  const isLoaded = (file: StoredModel): boolean => engine.state.value.is === "ready" && engine.state.value.path === file.path;
  /** One after another: what is loaded for one must not be measured or kept as another. */
  async function alone<T>(work: () => Promise<T>): Promise<T> {
    waiting += 1;
    const mine = last.then(work);
    last = mine.catch(() => undefined).then(() => void (waiting -= 1));
    touch();
    return mine.finally(touch);
  }

  return {
    chosen: kept.ranker,
    view() {
      const id = kept.ranker();
      const file = fileOf(id);
      const { value } = engine.state;
      if (id === "") return { modelId: "", state: "none", say: "" };
      if (file === undefined) return { modelId: id, state: "failed", say: "Its file was removed. The order of the search stands." };
      const state = value.is === "none" ? "none" : value.path === file.path ? value.is : "none";
      const rest = state === "ready" ? "Loaded." : state === "failed" && value.is === "failed" ? `${value.say} The order of the search stands.` : "It is loaded with the first question.";
      return { modelId: id, state, say: told === "" ? rest : told };
    },
    choose: (id) =>
      alone(async () => {
        if (id === "") {
          kept.setRanker("");
          return engine.unload();
        }
        const file = files.get(id);
        if (!isLoaded(file)) await load(file);
        told = "";
        kept.setRanker(id);
      }),
    async rank(actor, query, passages, signal) {
      const file = fileOf(kept.ranker());
      if (file === undefined || passages.length < 2) return undefined;
      if (!isLoaded(file)) {
        // A failed one is not tried with every question: it would cost each of them a process, or the reading of the whole file; it is tried again when it is chosen anew.
        if (waiting === 0 && refused !== file.id && engine.state.value.is !== "failed") alone(() => load(file)).catch((error: Error) => (told = `${error.message} The order of the search stands.`));
        return undefined;
      }
      const texts = passages.map((text) => text.slice(0, PASSAGE_CHARS));
      const from = now();
      const model = { name: file.info.name, provider: "embedded", kind: "embedded", task: "rank" } as const;
      const noted = (isFailed: boolean) => insight.record("knowledge", { kind: "model", name: `${file.info.name} (embedded), rank.`, from, to: now(), isFailed, tokens: { prompt: 0, output: 0 }, model });
      try {
        await ledger.append({ type: "model-call", actor, session: "knowledge", fields: { provider: "embedded", model: file.info.name, task: "rank", where: "this machine", why: "it is the reranker.", promptTokens: 0 }, blobs: [{ role: "prompt", bytes: utf8(JSON.stringify({ query, passages: texts })) }] });
        if (!isLoaded(file)) return undefined;
        const scores = await engine.rank(query, texts, WITHIN_MS, signal);
        noted(false);
        told = `${scores.length === texts.length ? `${scores.length}` : `${scores.length} of ${texts.length}`} passages put in order in ${((now() - from) / 1000).toFixed(1)} s by ${file.info.name}${scores.length < texts.length ? "; the rest kept the order of the search" : ""}.`;
        return { scores, say: told };
      } catch (error) {
        signal.throwIfAborted();
        noted(true);
        told = `${(error as Error).message} The order of the search stands.`;
        return { scores: [], say: told };
      } finally {
        touch();
      }
    },
    measure: (id) =>
      alone(async () => {
        const file = files.get(id);
        if (!isLoaded(file)) await load(file);
        const from = performance.now();
        const scores = await engine.rank("why was it restarted?", SAMPLE, 10_000, AbortSignal.timeout(30_000));
        const perSecond = scores.length / ((performance.now() - from) / 1000);
        if (kept.ranker() !== id) await engine.unload();
        return perSecond;
      }),
  };
}

/** What its speed means for whoever waits for an answer. Pure. */
export function sayRanks(perSecond: number): string {
  const inTime = Math.floor(perSecond * (WITHIN_MS / 1000));
  return `${perSecond.toFixed(perSecond < 10 ? 1 : 0)} passages a second: ${inTime >= 24 ? "all that are looked at for an answer are put in order in time" : inTime >= 6 ? `the first ${inTime} passages of an answer are put in order in time; the rest keep their place` : "too slow here: the order of the search will mostly stand"}.`;
}
