import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { getLlama, LlamaChat, LlamaLogLevel, resolveChatWrapper, type LlamaContextSequence } from "node-llama-cpp";
import { createEngine, type Engine, type GenerateRequest } from "../../src-main/models/index.ts";
import { writeTinyGguf } from "../fixtures/tiny-gguf.ts";
import { framesWhile } from "./model/frames.ts";
import type { Flags } from "./options.ts";

type Report = (line: { name: string; value: number; unit: string; ratio?: number; note?: string }) => void;
const WORKER = resolve(import.meta.dirname, "../../src-main/models/embedded/worker.ts");
const forever = new AbortController().signal;
const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
const QUESTION = "Why was it restarted? ".trim();

export const OPTIONS = { rounds: { type: "string" }, threads: { type: "string" }, tokens: { type: "string" }, gguf: { type: "string" }, layers: { type: "string" }, width: { type: "string" }, frames: { type: "string" } } as const;

/**
 * What a model's words cost on their way through SENA: another process, streaming, the same wrapper and sampler, on a
 * model of random weights. Thread counts are given to both sides alike: the library's default is a trap on small machines.
 */
export async function bench({ flags }: { readonly flags: Flags<typeof OPTIONS> }, report: Report): Promise<void> {
  const rounds = Number(flags.rounds ?? 20);
  const threads = Number(flags.threads ?? 1);
  const tokens = Number(flags.tokens ?? 64);
  const context = 4096;
  const folder = mkdtempSync(join(tmpdir(), "sena-bench-model-"));
  const file = typeof flags.gguf === "string" ? flags.gguf : join(folder, "random.gguf");
  // Wide enough that a token takes milliseconds, as with a small model of use; a toy would measure the pipe alone.
  if (typeof flags.gguf !== "string") writeTinyGguf(file, { width: Number(flags.width ?? 384), layers: Number(flags.layers ?? 10), context });
  await using owned = new AsyncDisposableStack();
  owned.defer(() => rmSync(folder, { recursive: true, force: true }));
  const engine = owned.use(createEngine({ workerFile: WORKER }));
  await engine.load(file, { contextTokens: context, threads, gpu: false });
  const alone = owned.use(await plainLlama(file, context, threads));
  report({ name: "model_mb", value: statSync(file).size / 1e6, unit: "MB", note: `${threads} ${threads === 1 ? "thread" : "threads"}, ${tokens} tokens an answer` });

  const speed = { sena: [] as number[], alone: [] as number[] };
  for (let round = -1; round < rounds; round += 1) {
    // Side by side in each round and in turns, so that a machine that slows down slows down both.
    const run = { sena: () => throughSena(engine, round, tokens), alone: () => alone.generate(`${QUESTION}${round}`, tokens) };
    const order = round % 2 === 0 ? (["sena", "alone"] as const) : (["alone", "sena"] as const);
    const got = { sena: 0, alone: 0 };
    for (const side of order) got[side] = await run[side]();
    if (round < 0) continue; // the first warms both
    speed.sena.push(got.sena);
    speed.alone.push(got.alone);
  }
  // Whatever else the machine does only takes away: the best round of each side is the nearest to what it costs by itself.
  const best = { sena: Math.max(...speed.sena), alone: Math.max(...speed.alone) };
  report({ name: "alone_tokens_per_s", value: best.alone, unit: "tokens/s", note: `node-llama-cpp in this process, the same chat wrapper; best of ${rounds}, median ${median(speed.alone).toFixed(1)}` });
  report({ name: "sena_tokens_per_s", value: best.sena, unit: "tokens/s", ratio: best.sena / best.alone, note: `through the engine's process, as the core reads it; best of ${rounds}, median ${median(speed.sena).toFixed(1)}` });

  const kept: number[] = [];
  const fresh: number[] = [];
  for (let round = 0; round < Math.min(rounds, 5); round += 1) {
    kept.push(await secondTurn(engine, `kept-${round}`, `kept-${round}`, round));
    fresh.push(await secondTurn(engine, `first-${round}`, `second-${round}`, round));
  }
  report({ name: "second_turn_first_token_fresh", value: median(fresh), unit: "ms", note: "the same second turn in a chat that knows nothing" });
  report({ name: "second_turn_first_token_kept", value: median(kept), unit: "ms", ratio: median(fresh) / median(kept), note: "in its own chat; ratio: so many times sooner" });

  if (flags.frames === "false") return;
  const frames = await framesWhile(file);
  for (const line of frames) report(line);
  if (frames.length === 0) report({ name: "frames_not_measured", value: 0, unit: "", note: "needs dist/ (npm run build) and a Chromium" });
}

/** From the question to the last word: a short question, so that words are what takes the time. */
async function throughSena(engine: Engine, round: number, tokens: number): Promise<number> {
  const from = performance.now();
  let made = 0;
  for await (const event of engine.generate(asked([`${QUESTION}${round}`], tokens, `speed-${round % 2}`), forever)) if ("end" in event) made = event.end.usage.outputTokens;
  return made / ((performance.now() - from) / 1000);
}

const asked = (said: readonly string[], maxTokens: number, chatId: string): GenerateRequest => ({ messages: said.map((content, i) => ({ role: i % 2 === 0 ? "user" : "assistant", content })), maxTokens, temperature: 0.8, seed: 7, chatId });

/** A long first turn, then a short second one: milliseconds until its first word. */
async function secondTurn(engine: Engine, firstChat: string, secondChat: string, round: number): Promise<number> {
  const long = `${round} ${"A line of a log with some words in it. ".repeat(72)}`;
  let answer = "";
  for await (const event of engine.generate(asked([long], 16, firstChat), forever)) if ("end" in event) answer = event.end.whole;
  const from = performance.now();
  for await (const event of engine.generate(asked([long, answer, "And why?"], 4, secondChat), forever)) if ("text" in event) return performance.now() - from;
  return performance.now() - from;
}

/** The library by itself, in this process, asked the same way. */
async function plainLlama(file: string, contextSize: number, threads: number) {
  const llama = await getLlama({ build: "never", gpu: false, maxThreads: threads, logLevel: LlamaLogLevel.error, skipDownload: true, progressLogs: false });
  const model = await llama.loadModel({ modelPath: file });
  const context = await model.createContext({ contextSize, sequences: 4, threads });
  const sequences: LlamaContextSequence[] = [context.getSequence(), context.getSequence()];
  let at = 0;
  return {
    async generate(text: string, tokens: number): Promise<number> {
      const sequence = sequences[(at += 1) % 2] as LlamaContextSequence;
      const chat = new LlamaChat({ contextSequence: sequence, chatWrapper: resolveChatWrapper(model) });
      const before = sequence.tokenMeter.getState();
      const from = performance.now();
      await chat.generateResponse([{ type: "user", text }, { type: "model", response: [] }], { onTextChunk: () => {}, maxTokens: tokens, temperature: 0.8, seed: 7 });
      const took = (performance.now() - from) / 1000;
      chat.dispose({ disposeSequence: false });
      return sequence.tokenMeter.diff(before).usedOutputTokens / took;
    },
    async [Symbol.asyncDispose]() {
      await context.dispose();
      await model.dispose();
      await llama.dispose();
    },
  };
}
