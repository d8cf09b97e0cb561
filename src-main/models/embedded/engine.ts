import { fork, type ChildProcess } from "node:child_process";
import { live, type Live } from "../../kernel/index.ts";
import { fail } from "../failures.ts";
import { openStates, pruneStates, statePathOf } from "./chat-states.ts";
import type { GenerateRequest, Usage } from "../port.ts";
import type { FromWorker, Generated, Loaded, Measured, ToWorker } from "./words.ts";

export type EngineState =
  | { readonly is: "none" }
  | { readonly is: "loading"; readonly path: string; readonly share: number }
  | { readonly is: "ready"; readonly path: string; readonly loaded: Loaded }
  | { readonly is: "failed"; readonly path: string; readonly say: string };

export type EngineEvent = { readonly text: string } | { readonly end: { readonly reason: "stop" | "length"; readonly usage: Usage; readonly whole: string } };

export type Engine = AsyncDisposable & {
  readonly state: Live<EngineState>;
  load(path: string, options: { readonly contextTokens: number; readonly threads: number; readonly gpu: boolean; /** How many chats are held at a time; several answer side by side. */ readonly sequences?: number; readonly isRanker?: boolean }): Promise<Loaded>;
  unload(): Promise<void>;
  generate(request: GenerateRequest, signal: AbortSignal): AsyncIterable<EngineEvent>;
  embed(texts: readonly string[], signal: AbortSignal): Promise<readonly Float32Array[]>;
  /** How well each passage fits the question, 0 to 1, for as many of them, in order, as there is time for. */
  rank(query: string, passages: readonly string[], withinMs: number, signal: AbortSignal): Promise<readonly number[]>;
  measure(threads: readonly number[], tokens: number): Promise<Measured>;
  /** Writes down what the model has read of its chats; done by itself when it has been idle for a while, and before it ends. */
  keepChats(): Promise<void>;
};

export type EngineNeeds = { readonly workerFile: string; readonly nodePath?: string; readonly silenceMs?: number; /** Where chats are kept; without it they are forgotten with the process. */ readonly stateFolder?: string; readonly onLog?: (line: string) => void };

export const SEQUENCES = 4;
const KEEP_AFTER_MS = 15_000;
const KEEP_LAST_MS = 5000;

type Waiting = { readonly asked: ToWorker["t"]; readonly done: (value: unknown) => void; readonly failed: (error: Error) => void; readonly text?: (text: string) => void; readonly progress?: (share: number) => void };
type Unsent<T> = T extends unknown ? Omit<T, "id"> : never;

/**
 * The core's side of the inference worker. Started when a model is loaded, watched while it works: a process that dies
 * or gives no sign is reported, never waited for.
 */
export function createEngine({ workerFile, nodePath, silenceMs = 120_000, stateFolder, onLog }: EngineNeeds): Engine {
  const state = live<EngineState>({ is: "none" });
  const waiting = new Map<number, Waiting>();
  let child: ChildProcess | undefined;
  let nextId = 1;

  function start(): ChildProcess {
    if (child) return child;
    const own = fork(workerFile, { execPath: nodePath ?? process.execPath, execArgv: ["--disable-warning=ExperimentalWarning"], serialization: "advanced", stdio: ["ignore", "pipe", "pipe", "ipc"] });
    child = own;
    let heardAt = performance.now();
    let lastWords = "";
    const listen = (chunk: Buffer) => {
      lastWords = (lastWords + chunk.toString()).slice(-2000);
      onLog?.(chunk.toString());
    };
    own.stdout?.on("data", listen);
    own.stderr?.on("data", listen);
    own.on("message", (word: FromWorker) => {
      heardAt = performance.now();
      if (word.t === "ready" || word.t === "alive") return;
      const it = waiting.get(word.id);
      switch (word.t) {
        case "progress":
          return it?.progress?.(word.share);
        case "text":
          return it?.text?.(word.text);
        case "done":
          waiting.delete(word.id);
          return it?.done(word.value);
        case "failed":
          waiting.delete(word.id);
          return it?.failed(failureOf(it.asked, word.why));
        default:
          word satisfies never;
      }
    });
    // Native code may block the worker's thread for a long time while it reads a large model; silence is a matter of minutes.
    const watch = setInterval(() => {
      if (waiting.size === 0) heardAt = performance.now();
      if (performance.now() - heardAt > silenceMs) own.kill("SIGKILL");
    }, 1000);
    watch.unref();
    const over = (failure: Error) => {
      clearInterval(watch);
      if (child === own) child = undefined;
      for (const it of waiting.values()) it.failed(failure);
      waiting.clear();
      const before = state.value;
      if (before.is === "ready" || before.is === "loading") state.set({ is: "failed", path: before.path, say: failure.message });
    };
    // A process that cannot be started tells so by this event alone: no exit follows, and without a listener it would end the core.
    own.on("error", (error) => own.pid === undefined && over(fail("MODEL_CRASHED", { why: error.message }, error)));
    own.on("exit", (code, signal) => {
      const hung = signal === "SIGKILL" && performance.now() - heardAt > silenceMs;
      const why = `${signal ?? `exit ${code}`}${lastWords ? `: ${lastWords.trim().split("\n").at(-1)?.slice(0, 200)}` : ""}`;
      over(hung ? fail("MODEL_HANGS", { seconds: Math.round(silenceMs / 1000) }) : fail("MODEL_CRASHED", { why }));
    });
    return own;
  }

  /** A worker that is ending no longer hears: its end, not the lost word, tells who waits. */
  const say = (to: ChildProcess | undefined, word: ToWorker) => void (to?.connected && to.send(word, () => undefined));

  function ask<T>(word: Unsent<Exclude<ToWorker, { t: "abort" }>>, options: { signal?: AbortSignal; text?: (text: string) => void; progress?: (share: number) => void } = {}): Promise<T> {
    const id = nextId++;
    return new Promise<T>((resolve, reject) => {
      const stop = () => say(child, { t: "abort", id });
      options.signal?.addEventListener("abort", stop, { once: true });
      const settle = <A>(use: (value: A) => void) => (value: A) => {
        options.signal?.removeEventListener("abort", stop);
        use(value);
      };
      waiting.set(id, { asked: word.t, done: settle((value) => resolve(value as T)), failed: settle(reject), ...(options.text ? { text: options.text } : {}), ...(options.progress ? { progress: options.progress } : {}) });
      try {
        const to = start();
        if (!to.connected && to.pid !== undefined) throw fail("MODEL_CRASHED", { why: "it is ending" });
        say(to, { ...word, id } as ToWorker);
      } catch (error) {
        waiting.get(id)?.failed(error as Error);
        waiting.delete(id);
      }
    });
  }

  let keeping: NodeJS.Timeout | undefined;
  async function keepChats(): Promise<void> {
    clearTimeout(keeping);
    if (stateFolder === undefined || !child || state.value.is !== "ready") return;
    await ask({ t: "keep" });
    pruneStates(stateFolder, Date.now());
  }
  /** A cache may be hundreds of megabytes: it is written when nobody waits for the next answer. */
  function keepWhenIdle(): void {
    clearTimeout(keeping);
    if (stateFolder !== undefined) keeping = setTimeout(() => void keepChats().catch(() => undefined), KEEP_AFTER_MS).unref();
  }
  function statePath(chatId: string | undefined): { readonly statePath?: string } {
    const { value } = state;
    if (stateFolder === undefined || chatId === undefined || value.is !== "ready") return {};
    openStates(stateFolder);
    return { statePath: statePathOf(stateFolder, { path: value.path, contextTokens: value.loaded.contextTokens }, chatId) };
  }

  const assertReady = () => {
    if (state.value.is !== "ready") throw fail("MODEL_NOT_LOADED");
  };

  return {
    state,
    async load(path, options) {
      state.set({ is: "loading", path, share: 0 });
      try {
        const loaded = await ask<Loaded>({ t: "load", path, sequences: SEQUENCES, isRanker: false, ...options }, { progress: (share) => state.set({ is: "loading", path, share }) });
        state.set({ is: "ready", path, loaded });
        return loaded;
      } catch (error) {
        state.set({ is: "failed", path, say: (error as Error).message });
        throw error;
      }
    },
    async unload() {
      if (child) await ask({ t: "unload" });
      state.set({ is: "none" });
    },
    async *generate(request, signal) {
      assertReady();
      signal.throwIfAborted();
      const texts: string[] = [];
      let wake = () => {};
      let ended: { readonly value?: Generated; readonly error?: Error } | undefined;
      const running = ask<Generated>({ t: "generate", request, ...statePath(request.chatId) }, { signal, text: (text) => (texts.push(text), wake()) }).then(
        (value) => ((ended = { value }), wake()),
        (error: Error) => ((ended = { error }), wake()),
      );
      for (;;) {
        while (texts.length > 0) yield { text: texts.shift() as string };
        if (ended) break;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      await running;
      keepWhenIdle();
      signal.throwIfAborted();
      if (ended.error) throw ended.error;
      if (ended.value) yield { end: { reason: ended.value.reason, usage: ended.value.usage, whole: ended.value.text } };
    },
    embed: (texts, signal) => (assertReady(), ask({ t: "embed", texts }, { signal })),
    rank: (query, passages, withinMs, signal) => (assertReady(), ask({ t: "rank", query, passages, withinMs }, { signal })),
    measure: (threads, tokens) => (assertReady(), ask({ t: "measure", threads, tokens })),
    keepChats,
    async [Symbol.asyncDispose]() {
      const own = child;
      if (!own || own.exitCode !== null) return;
      await Promise.race([keepChats().catch(() => undefined), new Promise((done) => setTimeout(done, KEEP_LAST_MS).unref())]);
      const gone = new Promise<void>((resolve) => own.once("exit", () => resolve()));
      if (own.connected) own.disconnect();
      const kill = setTimeout(() => own.kill("SIGKILL"), 3000);
      await gone;
      clearTimeout(kill);
    },
  };
}

function failureOf(asked: ToWorker["t"], why: string): Error {
  if (asked === "load") return fail("MODEL_UNFIT", { why });
  return /context (shift|size)|compress chat history|longer than/i.test(why) ? fail("MODEL_TOO_LONG") : fail("MODEL_FAILED", { why });
}
