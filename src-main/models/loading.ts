import type { ModelsView } from "../contract/index.ts";
import type { ApprovedModels } from "./approved.ts";
import { SEQUENCES, type Engine } from "./embedded/engine.ts";
import { fail } from "./failures.ts";
import type { ModelFiles, StoredModel } from "./files.ts";
import { memoryNeed, readGguf } from "./gguf.ts";
import type { Provider } from "./port.ts";
import { sayRanks, type Ranker } from "./ranker.ts";
import { PROBE_COUNT, probeTools, sayTested, threadsToTry } from "./self-test.ts";
import { gib } from "./words.ts";

// A file of this machine into the engine, and what this machine can do with it.

export type LoadingNeeds = {
  readonly engine: Engine;
  readonly embedded: Provider;
  readonly files: ModelFiles;
  readonly approved: Pick<ApprovedModels, "admit">;
  readonly ranker: Pick<Ranker, "measure">;
  /** Whether its bytes are still those that were approved; how far it is. */
  readonly compared: (id: string, signal: AbortSignal) => AsyncIterable<number>;
  /** Throws where the file was written to while this engine read it, which lets go of it then. */
  readonly untouched: (id: string, used: Engine) => Promise<void>;
  readonly gpuPacks: () => readonly string[];
  readonly cores: number;
  readonly machine: string;
  readonly freeBytes: () => number;
  readonly shown: (file: StoredModel, isLoaded: boolean) => ModelsView["files"][number];
  readonly touch: () => void;
};

/** Without a word about it, the graphics card is used where a pack for one is installed; without a card the engine goes on without. */
export type LoadOptions = { readonly contextTokens: number; readonly gpu?: boolean | undefined };

const COMPARING = "Comparing the file with the SHA-256 of its import";
const SELF_TEST_TOKENS = 48;
/** A share of what is free stays free: a machine that swaps is worse than a smaller model. */
export const MEMORY_SHARE = 0.9;

export function createLoading(needs: LoadingNeeds) {
  const { engine, embedded, files, approved, ranker, compared, untouched, gpuPacks, cores, machine, shown, touch } = needs;

  /** As many chats side by side as fit; one must. */
  const sequencesThatFit = ({ info }: StoredModel, contextTokens: number): number => {
    const needsBytes = (sequences: number) => memoryNeed(info, Math.min(contextTokens, info.contextLength), sequences);
    const free = needs.freeBytes();
    if (needsBytes(1) > free * MEMORY_SHARE) throw fail("MODEL_TOO_LARGE", { needs: gib(needsBytes(1)), free: gib(free) });
    return Array.from({ length: SEQUENCES }, (_, i) => SEQUENCES - i).find((sequences) => needsBytes(sequences) <= free * MEMORY_SHARE) ?? 1;
  };
  async function* load(id: string, options: LoadOptions, signal: AbortSignal) {
    const file = files.get(id);
    if (file.info.isRanker) throw fail("MODEL_IS_RANKER", { name: file.info.name });
    approved.admit(file.sha256, file.info.name);
    let done = 0;
    for await (const share of compared(id, signal)) yield { share: (done = share * 0.3), isReady: false, step: COMPARING };
    for await (const { share, isReady } of start(file, options, signal)) yield { share: done + share * (1 - done), isReady };
  }
  async function* start(file: StoredModel, { contextTokens, gpu = gpuPacks().length > 0 }: LoadOptions, signal: AbortSignal) {
    await readGguf(file.path);
    const sequences = sequencesThatFit(file, contextTokens);
    const threads = files.threads(file.sha256, machine) ?? Math.max(1, Math.floor(cores / 2));
    const done = new AbortController();
    let failure: unknown;
    const loading = engine.load(file.path, { contextTokens, threads, gpu, sequences }).catch((error: unknown) => (failure = error)).finally(() => done.abort());
    for await (const state of engine.state.follow(AbortSignal.any([done.signal, signal]))) {
      touch();
      if (state.is === "loading") yield { share: state.share, isReady: false };
      if (state.is === "ready" || state.is === "failed") break;
    }
    await loading;
    touch();
    if (failure) throw failure;
    await untouched(file.id, engine);
    yield { share: 1, isReady: true };
  }
  async function* testRanker(id: string) {
    yield { step: "Putting passages in order", share: 0.5 };
    const perSecond = await ranker.measure(id);
    files.noteTested(id, { tokensPerSecond: 0, threads: 0, toolCalls: 0, of: 0, say: sayRanks(perSecond) });
    touch();
    yield { step: "Done", share: 1, model: shown(files.get(id), false) };
  }
  async function* test(id: string, signal: AbortSignal) {
    const file = files.get(id);
    approved.admit(file.sha256, file.info.name);
    if (file.info.isRanker) return yield* testRanker(id);
    for await (const share of compared(id, signal)) yield { step: COMPARING, share: share * 0.2 };
    const contextTokens = Math.min(4096, file.info.contextLength);
    for await (const { share } of start(file, { contextTokens, gpu: false }, signal)) yield { step: "Loading", share: 0.2 + share * 0.1 };
    signal.throwIfAborted();
    yield { step: "Finding the fastest number of threads", share: 0.3 };
    const measured = await engine.measure(threadsToTry(cores), SELF_TEST_TOKENS);
    const best = measured.reduce((a, b) => (b.tokensPerSecond > a.tokensPerSecond ? b : a));
    files.noteThreads(file.sha256, machine, best.threads, best.tokensPerSecond);
    for await (const { share } of start(file, { contextTokens }, signal)) yield { step: "Loading again with them", share: 0.5 + share * 0.1 };
    const { value } = engine.state;
    const gpu = value.is === "ready" && value.loaded.gpu !== "none" ? value.loaded.gpu : "";
    const { tokensPerSecond } = gpu === "" ? best : ((await engine.measure([best.threads], SELF_TEST_TOKENS))[0] ?? best);
    let right = 0;
    if (!file.info.isEmbedding) {
      for await (const probe of probeTools((request) => embedded.generate("", request, signal))) {
        right = probe.right;
        yield { step: `Choosing tools, ${probe.done} of ${PROBE_COUNT}`, share: 0.6 + (0.4 * probe.done) / PROBE_COUNT };
      }
    }
    const found = { tokensPerSecond, gpu, threads: best.threads, contextTokens, needsBytes: memoryNeed(file.info, contextTokens), right };
    files.noteTested(id, { tokensPerSecond, threads: best.threads, toolCalls: right, of: PROBE_COUNT, say: sayTested(found) });
    touch();
    yield { step: "Done", share: 1, model: shown(files.get(id), true) };
  }

  return { load, test };
}
