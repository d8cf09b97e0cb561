import { existsSync, renameSync, rmSync } from "node:fs";
import { getLlama, LlamaChat, LlamaLogLevel, resolveChatWrapper, type ChatHistoryItem, type Llama, type LlamaContext, type LlamaContextSequence, type LlamaEmbeddingContext, type LlamaModel, type LlamaRankingContext } from "node-llama-cpp";
import type { GenerateRequest, Message } from "../port.ts";
import type { FromWorker, Generated, Loaded, Measured, ToWorker } from "./words.ts";

// The inference worker: a process of its own, because a bad model file or a bug in native code ends the process, and
// that must not be the core's. It downloads nothing, builds nothing, and does one thing at a time.

const ALIVE_EVERY_MS = 1000;
const say = (word: FromWorker): void => void process.send?.(word);

type State = { llama: Llama; model: LlamaModel; context?: LlamaContext; ranking?: LlamaRankingContext; embedding?: LlamaEmbeddingContext; path: string; contextTokens: number };
let state: State | undefined;
type Chat = { readonly sequence: LlamaContextSequence; readonly statePath: string | undefined; isChanged: boolean; users: number; last: Promise<unknown> };
/** One sequence per chat while there are free ones: its cache is what makes the second turn fast. */
const chats = new Map<string, Chat>();
const aborts = new Map<number, AbortController>();

async function load({ id, path, contextTokens, threads, gpu, sequences, isRanker }: Extract<ToWorker, { t: "load" }>): Promise<Loaded> {
  await unload();
  let said = "";
  const logger = (level: LlamaLogLevel, message: string) => {
    // It says more than once why it cannot; the first says what, the rest what followed from it.
    if (level === LlamaLogLevel.error && said === "") said = message.trim();
    console.error(message);
  };
  const llama = await getLlama({ build: "never", gpu: gpu ? "auto" : false, maxThreads: threads, logLevel: LlamaLogLevel.error, logger, skipDownload: true, progressLogs: false });
  const model = await llama.loadModel({ modelPath: path, onLoadProgress: (share) => say({ t: "progress", id, share }) }).catch((error: unknown) => {
    throw new Error(said === "" ? (error as Error).message : said.replace(/^[\w: ]*error loading model(?: architecture| vocabulary)?: /, ""));
  });
  const size = Math.min(contextTokens, model.trainContextSize);
  const made = isRanker ? { ranking: await model.createRankingContext({ contextSize: size, threads }) } : { context: await model.createContext({ contextSize: size, sequences, threads }) };
  state = { llama, model, ...made, path, contextTokens: size };
  return { contextTokens: size, threads, gpu: String(llama.gpu || "none") };
}

async function unload(): Promise<void> {
  const before = state;
  state = undefined;
  for (const chat of chats.values()) await keep(chat).catch(() => undefined);
  chats.clear();
  await before?.embedding?.dispose();
  await before?.ranking?.dispose();
  await before?.context?.dispose();
  await before?.model.dispose();
  await before?.llama.dispose();
}

const loaded = (): State => {
  if (!state) throw new Error("no model is loaded");
  return state;
};

/** The chat's own sequence, or the one that was used longest ago and is not in use, written down and cleared. */
async function chatOf(chatId: string, statePath: string | undefined): Promise<Chat> {
  const { context } = loaded();
  if (context === undefined) throw new Error("it puts passages in order and makes no words");
  const own = chats.get(chatId);
  if (own) {
    chats.delete(chatId);
    chats.set(chatId, own); // newest last
    return own;
  }
  let sequence: LlamaContextSequence;
  if (context.sequencesLeft > 0) sequence = context.getSequence();
  else {
    const free = [...chats].find(([, { users }]) => users === 0);
    if (!free) {
      await Promise.race([...chats.values()].map(({ last }) => last));
      return chatOf(chatId, statePath);
    }
    chats.delete(free[0]);
    await keep(free[1]);
    sequence = free[1].sequence;
    await sequence.clearHistory();
  }
  const chat: Chat = { sequence, statePath, isChanged: false, users: 0, last: Promise.resolve() };
  chats.set(chatId, chat);
  await takeUp(chat);
  return chat;
}

/** What an earlier process had read of this chat. A file that does not fit is worth nothing: the chat is read anew. */
async function takeUp({ sequence, statePath }: Chat): Promise<void> {
  if (statePath === undefined || !existsSync(statePath)) return;
  try {
    await sequence.loadStateFromFile(statePath, { acceptRisk: true });
  } catch {
    await sequence.clearHistory();
    rmSync(statePath, { force: true });
  }
}

async function keep(chat: Chat): Promise<void> {
  const { sequence, statePath } = chat;
  if (statePath === undefined || !chat.isChanged) return;
  chat.isChanged = false;
  await sequence.saveStateToFile(`${statePath}.part`);
  renameSync(`${statePath}.part`, statePath);
}

const historyOf = (messages: readonly Message[]): ChatHistoryItem[] =>
  messages.map((message): ChatHistoryItem => {
    switch (message.role) {
      case "system":
        return { type: "system", text: message.content };
      case "assistant":
        return { type: "model", response: [message.content] };
      case "user":
      case "tool":
        // Tool results come back as the user's turn: every chat template knows that one.
        return { type: "user", text: message.content };
      default:
        return message.role satisfies never;
    }
  });

/** Chats go side by side, each in its own sequence of one batch; turns of one chat follow each other. */
async function generate(id: number, request: GenerateRequest, statePath: string | undefined, signal: AbortSignal): Promise<Generated> {
  const chat = await seating(() => chatOf(request.chatId ?? "", statePath));
  const mine = chat.last.then(() => generateIn(chat, id, request, signal));
  chat.last = mine.catch(() => undefined).finally(() => void (chat.users -= 1));
  return mine;
}

async function generateIn(kept: Chat, id: number, request: GenerateRequest, signal: AbortSignal): Promise<Generated> {
  signal.throwIfAborted();
  const { llama, model } = loaded();
  const { sequence } = kept;
  kept.isChanged = true;
  const chat = new LlamaChat({ contextSequence: sequence, chatWrapper: resolveChatWrapper(model) });
  try {
    const before = sequence.tokenMeter.getState();
    const grammar = request.schema ? await llama.createGrammarForJsonSchema(request.schema as never) : undefined;
    const result = await chat.generateResponse([...historyOf(request.messages), { type: "model", response: [] }], {
      onTextChunk: (text) => say({ t: "text", id, text }),
      signal,
      stopOnAbortSignal: false,
      maxTokens: request.maxTokens,
      temperature: request.temperature ?? 0,
      ...(request.seed === undefined ? {} : { seed: request.seed }),
      ...(grammar ? { grammar } : {}),
    });
    const used = sequence.tokenMeter.diff(before);
    const promptTokens = model.tokenize(request.messages.map(({ content }) => content).join("\n")).length;
    return {
      text: result.response,
      reason: result.metadata.stopReason === "maxTokens" ? "length" : "stop",
      usage: { promptTokens, outputTokens: used.usedOutputTokens, cachedTokens: Math.max(0, promptTokens - used.usedInputTokens) },
    };
  } finally {
    chat.dispose({ disposeSequence: false });
  }
}

async function embed(texts: readonly string[], signal: AbortSignal): Promise<readonly Float32Array[]> {
  const own = loaded();
  own.embedding ??= await own.model.createEmbeddingContext();
  const vectors: Float32Array[] = [];
  for (const text of texts) {
    signal.throwIfAborted();
    vectors.push(Float32Array.from((await own.embedding.getEmbeddingFor(text)).vector));
  }
  return vectors;
}

/** A score for each passage there was time for; those left over come after. */
async function rank({ query, passages, withinMs }: Extract<ToWorker, { t: "rank" }>, signal: AbortSignal): Promise<readonly number[]> {
  const { ranking } = loaded();
  if (ranking === undefined) throw new Error("it was not loaded to put passages in order");
  const until = performance.now() + withinMs;
  const scores: number[] = [];
  for (const passage of passages) {
    signal.throwIfAborted();
    if (performance.now() > until) break;
    scores.push(await ranking.rank(query, passage, { onOverflow: "maxChunk" }));
  }
  return scores;
}

/** Tokens per second at each number of threads: the default is a trap on small machines (see docs/adr). */
async function measure(threadCounts: readonly number[], tokens: number): Promise<Measured> {
  const { model, llama } = loaded();
  const prompt = model.tokenize("The service on the host was restarted because");
  const results: { threads: number; tokensPerSecond: number }[] = [];
  for (const threads of threadCounts) {
    llama.maxThreads = threads;
    const context = await model.createContext({ contextSize: Math.min(256, model.trainContextSize), threads });
    const sequence = context.getSequence();
    let made = 0;
    const from = performance.now();
    for await (const _token of sequence.evaluate(prompt)) {
      made += 1;
      if (made >= tokens || performance.now() - from > 4000) break;
    }
    results.push({ threads, tokensPerSecond: made / ((performance.now() - from) / 1000) });
    await context.dispose();
  }
  return results;
}

async function answer(word: Exclude<ToWorker, { t: "abort" }>, signal: AbortSignal): Promise<unknown> {
  switch (word.t) {
    case "load":
      return load(word);
    case "generate":
      return generate(word.id, word.request, word.statePath, signal);
    case "embed":
      return embed(word.texts, signal);
    case "rank":
      return rank(word, signal);
    case "measure":
      return measure(word.threads, word.tokens);
    case "keep":
      for (const chat of chats.values()) await keep(chat);
      return chats.size;
    case "unload":
      return unload();
    default:
      return word satisfies never;
  }
}

/** One seat is chosen at a time, or two chats would take the same. The seat is taken before the next may choose. */
let seated: Promise<unknown> = Promise.resolve();
function seating(choose: () => Promise<Chat>): Promise<Chat> {
  const mine = seated.then(choose).then((chat) => {
    chat.users += 1;
    return chat;
  });
  seated = mine.catch(() => undefined);
  return mine;
}

/** Generating goes side by side; all else has the context for itself, dispose included. */
let alone: Promise<unknown> = Promise.resolve();
const together = new Set<Promise<unknown>>();
function inTurn(word: Exclude<ToWorker, { t: "abort" }>, work: () => Promise<void>): void {
  if (word.t === "generate") {
    const mine: Promise<void> = alone.then(work).finally(() => together.delete(mine));
    together.add(mine);
  } else alone = Promise.all([alone, ...together]).then(work);
}

process.on("message", (word: ToWorker) => {
  if (word.t === "abort") return aborts.get(word.id)?.abort(new Error("stopped"));
  const abort = new AbortController();
  aborts.set(word.id, abort);
  inTurn(word, async () => {
    try {
      abort.signal.throwIfAborted();
      say({ t: "done", id: word.id, value: await answer(word, abort.signal) });
    } catch (error) {
      say({ t: "failed", id: word.id, why: (error as Error).message });
    } finally {
      aborts.delete(word.id);
    }
  });
});
process.on("disconnect", () => process.exit(0));
setInterval(() => say({ t: "alive" }), ALIVE_EVERY_MS).unref();
say({ t: "ready" });
