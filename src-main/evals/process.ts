import { fork } from "node:child_process";
import { Failure, type EvalPart, type EvalTotals, type EvalTrial } from "../contract/index.ts";
import type { GenerateEvent, GenerateRequest } from "../models/port.ts";
import type { FromEvals, ToEvals } from "./port.ts";

export type Playing = {
  readonly entry: string;
  readonly home: string;
  readonly part: EvalPart;
  readonly model: string;
  readonly planned: (trials: number) => void;
  readonly tried: (trial: EvalTrial, totals: EvalTotals) => void;
  readonly generate: (request: GenerateRequest, signal: AbortSignal) => AsyncIterable<GenerateEvent>;
  readonly onLog: (line: string) => void;
};

const LEAVES_MS = 15_000;

/**
 * Another core with practice hosts of its own, in a process of its own: nothing it does can meet the operator's hosts, record
 * or vault. Resolves when every trial was played, or when it was stopped; rejects when it could not go on.
 */
export async function playScenarios({ entry, home, part, model, planned, tried, generate, onLog }: Playing, signal: AbortSignal): Promise<void> {
  const child = fork(entry, [], { execArgv: ["--disable-warning=ExperimentalWarning"], serialization: "advanced", stdio: ["ignore", "pipe", "pipe", "ipc"] });
  let said = "";
  // Without a listener, a process that cannot be started would end the core: it tells so by this event alone, and no exit follows.
  const gone = new Promise<void>((resolve) => {
    child.once("exit", () => resolve());
    child.on("error", (error) => {
      said += `\n${error.message}`;
      if (child.pid === undefined) resolve();
    });
  });
  const listen = (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-2000);
    onLog(chunk.toString());
  };
  child.stdout?.on("data", listen);
  child.stderr?.on("data", listen);
  const asked = new Map<number, AbortController>();
  const say = (word: ToEvals) => void (child.connected && child.send(word, () => undefined)); // what it no longer hears is told by its end
  const answer = async (id: number, request: GenerateRequest) => {
    const over = new AbortController();
    asked.set(id, over);
    try {
      for await (const event of generate(request, over.signal)) say({ t: "event", id, event });
      say({ t: "end", id });
    } catch (error) {
      say({ t: "failed", id, code: error instanceof Failure ? error.code : "MODEL_FAILED", why: (error as Error).message });
    } finally {
      asked.delete(id);
    }
  };
  const leave = async () => {
    for (const over of asked.values()) over.abort();
    if (child.connected) child.disconnect();
    const kill = setTimeout(() => child.kill("SIGKILL"), LEAVES_MS);
    await gone;
    clearTimeout(kill);
  };
  const ended = new Promise<string | undefined>((resolve) => {
    signal.addEventListener("abort", () => resolve(undefined), { once: true });
    void gone.then(() => resolve(said.trim().split("\n").at(-1)?.slice(0, 300) || "its process stopped"));
    child.on("message", (word: FromEvals) => {
      switch (word.t) {
        case "planned":
          return planned(word.trials);
        case "trial":
          return tried(word.trial, word.totals);
        case "generate":
          return void answer(word.id, word.request);
        case "abort":
          return asked.get(word.id)?.abort();
        case "done":
          return resolve(undefined);
        case "broken":
          return resolve(word.why);
        default:
          return word satisfies never;
      }
    });
  });
  say({ t: "start", home, part, model });
  const problem = await ended;
  await leave();
  if (problem !== undefined && !signal.aborted) throw new Error(problem);
}
