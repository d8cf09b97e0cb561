import type { Actor, ApprovedList, Inspection, ModelList, ModelListTaken, ModelsView, NamedModel, ProviderConfig, Status } from "../contract/index.ts";
import { live, type Clock, type NewId } from "../kernel/index.ts";
import type { Insight } from "../insight/index.ts";
import type { Ledger } from "../ledger/port.ts";
import type { Store } from "../store/index.ts";
import type { Vault } from "../vault/port.ts";
import { openApproved } from "./approved.ts";
import { createAsking, type Asking, type Choice } from "./asking.ts";
import { createBreaker } from "./breaker.ts";
import type { Engine } from "./embedded/engine.ts";
import { embeddedProvider } from "./embedded/provider.ts";
import { fail } from "./failures.ts";
import { namedIn } from "./named.ts";
import { openModelFiles, viewOf, whyUnread, type StoredModel } from "./files.ts";
import { memoryNeed, readGguf } from "./gguf.ts";
import { createRanker, type Ranker } from "./ranker.ts";
import { createLoading, MEMORY_SHARE, type LoadOptions } from "./loading.ts";
import { openModelLists, type ListNeeds, type ModelLists } from "./lists.ts";
import { hostOf, isOnThisMachine, providerOf } from "./provider-of.ts";
import { openProviders } from "./provider-book.ts";
import type { Http } from "./providers/http.ts";
import type { Provider } from "./port.ts";
import { MIGRATIONS } from "./tables.ts";
import { gib } from "./words.ts";

export type ModelsNeeds = {
  readonly store: Store;
  readonly ledger: Pick<Ledger, "append">;
  readonly vault: Pick<Vault, "reveal">;
  readonly insight: Pick<Insight, "record" | "of">;
  readonly engine: Engine;
  /** A model of another core that may be asked here; for trials on practice hosts. */
  readonly lent?: LentModel;
  /** A second process, for the reranker alone. */
  readonly rankEngine: Engine;
  readonly http: Http;
  readonly signerOf: ListNeeds["signerOf"];
  readonly network: () => Status["network"];
  /** Hosts an organisation lets model requests go to; undefined where none says anything. It narrows this machine's own list and adds nothing to it. */
  readonly houseHosts?: () => readonly string[] | undefined;
  /** Model files an organisation approved; undefined where none says anything. */
  readonly houseModels?: () => ApprovedList | undefined;
  readonly now: Clock;
  readonly newId: NewId;
  /** Where imported model files are kept. */
  readonly folder: string;
  /** Builds of the engine for graphics cards that are installed. */
  readonly gpuPacks?: () => readonly string[];
  readonly cores: number;
  /** Names the machine: a calibration made on another one is not used. */
  readonly machine: string;
  readonly freeBytes: () => number;
  readonly freeDiskBytes: () => number;
};

export type LentModel = { readonly provider: Provider; readonly name: string };
export type Models = Asking & {
  view(): ModelsView;
  follow(signal: AbortSignal): AsyncIterable<ModelsView>;
  inspect(path: string, contextTokens: number): Promise<Inspection>;
  import(path: string, sha256: string | undefined, signal: AbortSignal): AsyncIterable<{ readonly share: number; readonly model?: ModelsView["files"][number] }>;
  readonly lists: Omit<ModelLists, "read" | "entry" | "trusted">;
  takeApproved(path: string): ModelListTaken;
  forgetApproved(source: string): Promise<void>;
  setOnlyApproved(isOnly: boolean): Promise<void>;
  /** Before an organisation's list counts: throws where it is older than what was taken from there. */
  keepHouse(list: ApprovedList, orgId: string): void;
  /** After what an organisation sets has changed. */
  houseChanged(): void;
  readList(path: string): Promise<ModelList>;
  importListed(path: string, file: string, signal: AbortSignal): ReturnType<Models["import"]>;
  remove(id: string): Promise<void>;
  load(id: string, options: LoadOptions, signal: AbortSignal): AsyncIterable<{ readonly share: number; readonly isReady: boolean; readonly step?: string }>;
  unload(): Promise<void>;
  /** The file the engine was given last, whatever came of it; and how it was loaded, once it is. */
  held(): { readonly id: string; readonly how: LoadOptions | undefined } | undefined;
  test(id: string, signal: AbortSignal): AsyncIterable<{ readonly step: string; readonly share: number; readonly model?: ModelsView["files"][number] }>;
  setProvider(config: ProviderConfig): void;
  removeProvider(id: string): void;
  allowHost(host: string, isAllowed: boolean): void;
  tryProvider(id: string, actor: Actor, signal: AbortSignal): Promise<{ readonly works: boolean; readonly say: string }>;
  /** A model by id or name; unknown ones are answered with those there are. */
  named(name: string): NamedModel & { /** As a request names it. */ readonly provider: string };
  /** By id or name, or nobody: the model that has a second look at commands other models put forward. */
  setReviewer(name: string): void;
  /** What the models of one run may cost together; undefined for any amount. */
  setRunBudget(amount: number | undefined): void;
  readonly reviewer: () => string | undefined;
  setRanker(id: string): Promise<void>;
  readonly rank: Ranker["rank"];
  /** What the status bar tells. */
  readonly status: () => Status["model"];
  /** Could anything answer a request that must stay on this machine, or leave it? */
  readonly isReady: () => boolean;
};

/** Whoever lends it knows better, and says so when a request is too long. */
const LENT_CONTEXT_TOKENS = 128_000;
const SMALL_WEIGHTS_BYTES = 3 * 1024 ** 3;

export function createModels(needs: ModelsNeeds): Models {
  const { store, engine, cores, machine } = needs;
  store.migrate("models", MIGRATIONS);
  const files = openModelFiles(needs);
  const lists = openModelLists(needs);
  const approved = openApproved({ store, now: needs.now, signerOf: needs.signerOf, lists, houseList: () => needs.houseModels?.() });
  const providers = openProviders(store);
  const gpuPacks = needs.gpuPacks ?? (() => []);
  const changed = live(0);
  const touch = () => changed.update((n) => n + 1);
  const breaker = createBreaker(needs.now, touch);
  const embedded = embeddedProvider(engine);
  const ranker = createRanker({ engine: needs.rankEngine, files, kept: providers, ledger: needs.ledger, insight: needs.insight, freeBytes: needs.freeBytes, cores, machine, now: needs.now, touch, compare: async (id) => void (await Array.fromAsync(compared(id, new AbortController().signal))), untouched: (id) => untouched(id, needs.rankEngine) });

  const loadedFile = (): StoredModel | undefined => {
    const { value } = engine.state;
    return value.is === "none" ? undefined : files.all().find(({ path }) => path === value.path);
  };
  const mayReach = (config: ProviderConfig): string | undefined => {
    if (isOnThisMachine(config)) return undefined;
    if (needs.network() === "sealed") return "the network is sealed";
    if (needs.houseHosts?.()?.includes(hostOf(config)) === false) return `${hostOf(config)} is not on the list of your organisation`;
    return providers.allowedHosts().includes(hostOf(config)) ? undefined : `${hostOf(config)} is not on the list of hosts that model requests may go to`;
  };
  const shown = (file: StoredModel, isLoaded: boolean) => viewOf(file, isLoaded, approved.of(file.sha256), files.isTouched(file));
  /** Why a file may not be asked, though it is loaded: a list may come, and go, while it is. */
  const notAdmitted = (file: StoredModel): string | undefined => {
    const by = approved.barredBy(file.sha256);
    if (by === undefined && approved.strict() !== undefined && files.isTouched(file)) return "its file was touched since it was compared with what is approved; load it again";
    return by === undefined ? undefined : `it is on no list of approved models that counts here, and ${by} lets no others be used`;
  };
  const choices = (): readonly Choice[] => {
    const { value } = engine.state;
    const file = loadedFile();
    const own: Choice[] = value.is === "ready" ? [{ provider: embedded, model: file?.info.name ?? "embedded", isSmall: (file?.info.fileBytes ?? 0) < SMALL_WEIGHTS_BYTES, contextTokens: value.loaded.contextTokens, canEmbed: true, barred: file && notAdmitted(file) }] : [];
    const lent: Choice[] = needs.lent ? [{ provider: needs.lent.provider, model: needs.lent.name, isSmall: false, contextTokens: LENT_CONTEXT_TOKENS, canEmbed: false, barred: undefined }] : [];
    return [...own, ...lent, ...providers.all().map((config): Choice => {
      const provider = providerOf(needs, config);
      return { provider, model: config.model, isSmall: config.isSmall, contextTokens: config.kind === "ollama" ? config.contextTokens : 128_000, canEmbed: provider.embed !== undefined, barred: mayReach(config), ...(config.promptPrice !== undefined || config.outputPrice !== undefined ? { price: { prompt: config.promptPrice ?? 0, output: config.outputPrice ?? 0 } } : {}) };
    })];
  };
  const asking = createAsking({ choices, breaker, ledger: needs.ledger, insight: needs.insight, network: needs.network, runBudget: providers.runBudget, now: needs.now });

  const view = (): ModelsView => {
    const { value } = engine.state;
    const loaded = loadedFile();
    return {
      files: files.all().map((file) => shown(file, value.is === "ready" && file.id === loaded?.id)),
      providers: providers.all().map((config) => {
        const barred = mayReach(config);
        return { config, host: hostOf(config), isOnThisMachine: isOnThisMachine(config), isAllowed: barred === undefined, isResting: !breaker.isClosed(config.id), say: barred ?? (breaker.isClosed(config.id) ? "may be asked" : "it failed again and again and is given a rest of a minute; others in the list are asked meanwhile") };
      }),
      allowedHosts: [...providers.allowedHosts()],
      engine: { modelId: loaded?.id ?? "", state: value.is, share: value.is === "loading" ? value.share : value.is === "ready" ? 1 : 0, say: sayEngine(engine.state.value) },
      signers: [...lists.signers()],
      approved: { lists: [...approved.all()], isOnly: approved.isOnly(), strictBy: approved.strict() ?? "" },
      runBudget: providers.runBudget() ?? null,
      reviewer: providers.reviewer() ?? "",
      ranker: ranker.view(),
      freeBytes: needs.freeBytes(),
      cores,
      gpuPacks: [...gpuPacks()],
    };
  };
  const named = (name: string) => namedIn(name, files.all(), providers.all(), { loadedId: engine.state.value.is === "ready" ? loadedFile()?.id : undefined, mayReach: (config) => mayReach(config) === undefined });

  async function* importFile(path: string, sha256: string | undefined, signal: AbortSignal) {
    for await (const { share, model } of files.import(path, sha256, signal, approved.admit)) yield { share, ...(model && { model: shown(model, false) }) };
    touch();
  }
  /** Approval is of bytes: where it is needed, those that are about to be loaded are compared each time. */
  const compared = (id: string, signal: AbortSignal) => files.compare(id, approved.strict() !== undefined, signal);
  /** What was compared must be what was read: somebody may have written to it between. */
  async function untouched(id: string, used: Engine): Promise<void> {
    const file = files.get(id);
    if (!files.isTouched(file)) return;
    await used.unload();
    throw fail("MODEL_FILE_CHANGED", { name: file.info.name, why: "it was written to while it was loaded" });
  }
  const { load, test } = createLoading({ ...needs, files, approved, ranker, embedded, compared, untouched, gpuPacks, shown, touch });

  return {
    ...asking,
    view,
    async *follow(signal) {
      const stop = new AbortController();
      const until = AbortSignal.any([signal, stop.signal]);
      const engineChanges = (async () => {
        for await (const _ of engine.state.follow(until)) touch();
      })();
      try {
        for await (const _ of changed.follow(until)) yield view();
      } finally {
        stop.abort();
        await engineChanges;
      }
    },
    async inspect(path, contextTokens) {
      const info = await readGguf(path).catch((error: unknown) => {
        throw (error as Error).name === "Failure" ? error : fail("MODEL_FILE_UNREADABLE", { file: path, why: whyUnread(error) }, error);
      });
      const needsBytes = memoryNeed(info, Math.min(contextTokens, info.contextLength));
      const freeBytes = needs.freeBytes();
      const fits = needsBytes <= freeBytes * MEMORY_SHARE;
      return { name: info.name, architecture: info.architecture, license: info.license, contextLength: info.contextLength, isEmbedding: info.isEmbedding, isRanker: info.isRanker, bytes: info.fileBytes, needsBytes, freeBytes, fits, say: `Needs about ${gib(needsBytes)}, ${gib(freeBytes)} free.${fits ? "" : " It does not fit: close something, or choose a smaller quantisation or a shorter context."}${info.license === "" ? " Its header names no licence." : ""}` };
    },
    import: importFile,
    lists: {
      signers: lists.signers,
      trust(publicKey, name) {
        const signer = lists.trust(publicKey, name);
        approved.readAgain();
        touch();
        return signer;
      },
      distrust: (id) => (lists.distrust(id), approved.readAgain(), touch()),
    },
    takeApproved(path) {
      const taken = approved.take(path, new Set(files.all().map(({ sha256 }) => sha256)));
      touch();
      return taken;
    },
    async forgetApproved(source) {
      approved.forget(source);
      touch();
    },
    async setOnlyApproved(isOnly) {
      approved.setOnly(isOnly);
      touch();
    },
    keepHouse: approved.keepHouse,
    houseChanged: touch,
    readList: (path) => lists.read(path, files.all()),
    async *importListed(path, file, signal) {
      // The list is read and checked again: what was shown may have been changed since.
      const { path: at, sha256 } = lists.entry(path, file);
      yield* importFile(at, sha256, signal);
    },
    async remove(id) {
      if (loadedFile()?.id === id) await engine.unload();
      if (ranker.chosen() === id) await ranker.choose("");
      files.remove(id);
      touch();
    },
    async setRanker(id) {
      if (id !== "") approved.admit(files.get(id).sha256, files.get(id).info.name);
      return ranker.choose(id);
    },
    async rank(actor, query, passages, signal) {
      const file = files.all().find(({ id }) => id === ranker.chosen());
      return file !== undefined && notAdmitted(file) !== undefined ? undefined : ranker.rank(actor, query, passages, signal);
    },
    load,
    async unload() {
      await engine.unload();
      touch();
    },
    held() {
      const [{ value }, file] = [engine.state, loadedFile()];
      return file && { id: file.id, how: value.is === "ready" ? { contextTokens: value.loaded.contextTokens, gpu: value.loaded.gpu !== "none" } : undefined };
    },
    test,
    setProvider: (config) => (providers.put(config), touch()),
    removeProvider: (id) => (providers.remove(id), touch()),
    allowHost: (host, isAllowed) => (providers.allowHost(host, isAllowed), touch()),
    async tryProvider(id, actor, signal) {
      const from = needs.now();
      breaker.worked(id); // whoever asks for it wants to know now, rest or not
      try {
        let text = "";
        for await (const event of asking.generate({ task: "answer", only: id, actor, session: "models", hasProtectedData: false }, { messages: [{ role: "user", content: "Answer with the one word: ready" }], maxTokens: 16 }, signal)) if (event.type === "text") text += event.text;
        return { works: true, say: `It answered in ${((needs.now() - from) / 1000).toFixed(1)} s: ${text.trim().slice(0, 80)}` };
      } catch (error) {
        if ((error as Error).name !== "Failure") throw error;
        return { works: false, say: (error as Error).message };
      }
    },
    setReviewer: (name) => (providers.setReviewer(name === "" ? "" : named(name).provider), touch()),
    setRunBudget: (amount) => (providers.setRunBudget(amount), touch()),
    reviewer: providers.reviewer,
    named,
    status: () => {
      const { value } = engine.state;
      if (value.is !== "none") return { state: value.is, name: loadedFile()?.info.name ?? "" };
      const remote = providers.all().find((config) => mayReach(config) === undefined);
      return remote ? { state: "ready", name: `${remote.model} (${remote.id})` } : { state: "none", name: "" };
    },
    isReady: () => choices().some(({ barred }) => barred === undefined),
  };
}

function sayEngine(state: Engine["state"]["value"]): string {
  switch (state.is) {
    case "none":
      return "No model is loaded.";
    case "loading":
      return `Loading, ${Math.round(state.share * 100)} %.`;
    case "ready":
      return `Loaded with ${state.loaded.contextTokens} tokens of context on ${state.loaded.threads} ${state.loaded.threads === 1 ? "thread" : "threads"}${state.loaded.gpu === "none" ? "" : ` and ${state.loaded.gpu}`}.`;
    case "failed":
      return state.say;
    default:
      return state satisfies never;
  }
}
