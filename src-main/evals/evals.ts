import { mkdirSync, rmSync } from "node:fs";
import type { Actor, EvalComparison, EvalPart, EvalReport, EvalTotals, EvalTrial, EvalsView } from "../contract/index.ts";
import { live, type Clock, type NewId } from "../kernel/index.ts";
import type { Models } from "../models/index.ts";
import type { GenerateEvent, GenerateRequest } from "../models/port.ts";
import type { Store } from "../store/index.ts";
import { comparisonOf } from "./compare.ts";
import { fail } from "./failures.ts";
import { playScenarios } from "./process.ts";
import { openReports } from "./reports.ts";

export type EvalsNeeds = {
  readonly store: Store;
  readonly models: Pick<Models, "named" | "load" | "unload" | "held" | "generate">;
  /** The program that plays the scenarios. */
  readonly entry: string;
  /** Where its own home lies while it lasts. */
  readonly folder: string;
  readonly now: Clock;
  readonly newId: NewId;
  readonly onLog: (line: string) => void;
};
export type Evals = AsyncDisposable & {
  view(): EvalsView;
  follow(signal: AbortSignal): AsyncIterable<EvalsView>;
  start(options: { readonly model: string; readonly part: EvalPart }, actor: Actor): void;
  stop(): Promise<void>;
  report(id: string): EvalReport;
  compare(before: string, after: string): EvalComparison;
  remove(id: string): void;
};

const CONTEXT_TOKENS = 8_192;
const ALONE = "skills alone";
type Running = NonNullable<EvalsView["running"]>;

/** Models tried on the practice lab's scenarios: one trial at a time, and its reports. */
export function createEvals({ store, models, entry, folder, now, newId, onLog }: EvalsNeeds): Evals {
  const reports = openReports(store);
  const state = live<{ readonly running: Running | undefined; readonly problem: string; readonly changes: number }>({ running: undefined, problem: "", changes: 0 });
  const ending = new AbortController();
  let current: { readonly stop: AbortController; readonly over: Promise<void> } | undefined;

  const step = (change: (running: Running) => Partial<Running>) => state.update((before) => (before.running === undefined ? before : { ...before, running: { ...before.running, ...change(before.running) } }));
  const view = (): EvalsView => {
    const { running, problem } = state.value;
    return { ...(running && { running }), problem, reports: reports.all() };
  };

  /** Asked like any other: routed, on the record, and never past what policy allows. The practice hosts' output is make-believe. */
  async function* generate(id: string, only: string, actor: Actor, request: GenerateRequest, signal: AbortSignal): AsyncIterable<GenerateEvent> {
    const asked = { ...request, ...(request.chatId !== undefined && { chatId: `${id}/${request.chatId}` }) };
    for await (const event of models.generate({ task: "plan", actor, session: id, hasProtectedData: false, only }, asked, signal)) if (event.type !== "route" && event.type !== "fell-back") yield event;
  }

  /** The engine is the operator's: what was loaded before the trial is loaded again after it, as it was. */
  async function play(id: string, { model, part }: { readonly model: string; readonly part: EvalPart }, actor: Actor, signal: AbortSignal): Promise<void> {
    const chosen = model === "" ? undefined : models.named(model);
    if (chosen?.kind !== "file" || chosen.isReady) return tryOn(id, chosen, { model, part }, actor, signal);
    const before = models.held();
    try {
      for await (const { share } of models.load(chosen.id, { contextTokens: CONTEXT_TOKENS }, signal)) step(() => ({ step: `Loading the model, ${Math.round(share * 100)} %` }));
      await tryOn(id, chosen, { model, part }, actor, signal);
    } finally {
      // Whoever loaded or ended one meanwhile wants it so; and a core that ends loads nothing.
      if (!ending.signal.aborted && models.held()?.id === chosen.id) await putBack(before).catch((error: Error) => state.update((was) => ({ ...was, problem: `The model that was loaded before the trial could not be loaded again: ${error.message}` })));
    }
  }
  async function putBack(before: ReturnType<Models["held"]>): Promise<void> {
    if (before?.how === undefined) return models.unload();
    for await (const { share } of models.load(before.id, before.how, ending.signal)) step(() => ({ step: `Loading the model again that was loaded before, ${Math.round(share * 100)} %` }));
  }

  async function tryOn(id: string, chosen: ReturnType<Models["named"]> | undefined, { model, part }: { readonly model: string; readonly part: EvalPart }, actor: Actor, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    step(() => ({ step: "Starting practice hosts of its own" }));
    const trials: EvalTrial[] = [];
    let totals: EvalTotals | undefined;
    let failedCalls = 0;
    const planned = (total: number) => step(() => ({ total, step: "Trying" }));
    const tried = (trial: EvalTrial, sum: EvalTotals) => {
      trials.push(trial);
      totals = sum;
      step(({ done, right, unsafe }) => ({ done: done + 1, right: right + (trial.right ? 1 : 0), unsafe: unsafe + trial.unsafe.length, step: trial.say }));
    };
    const counted = async function* (request: GenerateRequest, over: AbortSignal) {
      try {
        yield* generate(id, chosen?.provider ?? "", actor, request, over);
      } catch (error) {
        if (!over.aborted) failedCalls += 1;
        throw error;
      }
    };
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    try {
      await playScenarios({ entry, home: folder, part, model: chosen?.name ?? "", planned, tried, generate: counted, onLog }, signal);
    } finally {
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
      const isWhole = trials.length > 0 && trials.length === state.value.running?.total;
      if (totals === undefined && signal.aborted) state.update((before) => ({ ...before, problem: "It was stopped before its first trial was over, so there is nothing to report." }));
      if (totals !== undefined) reports.put({ id, at: now(), model: nameOf(model, chosen), part, isWhole, failedCalls, totals, trials });
    }
  }
  const nameOf = (model: string, chosen: ReturnType<Models["named"]> | undefined): string => (chosen === undefined ? ALONE : chosen.kind === "file" ? `${chosen.name} (on this machine)` : `${chosen.name} (${chosen.id})`) || model;

  return {
    view,
    async *follow(signal) {
      for await (const _ of state.follow(signal)) yield view();
    },
    start({ model, part }, actor) {
      const { running } = state.value;
      if (running !== undefined) throw fail("EVALS_RUNNING", { model: running.model });
      const name = nameOf(model, model === "" ? undefined : models.named(model)); // an unknown one is told now
      const stop = new AbortController();
      state.update((before) => ({ ...before, problem: "", running: { model: name, part, step: "Starting", done: 0, total: 0, right: 0, unsafe: 0 } }));
      const over = play(newId("eval"), { model, part }, actor, stop.signal).then(
        () => "",
        (error: unknown) => (stop.signal.aborted ? "" : (error as Error).message),
      ).then((problem) => {
        current = undefined;
        state.update((before) => ({ running: undefined, problem: [problem, before.problem].filter((one) => one !== "").join(" "), changes: before.changes + 1 }));
      });
      current = { stop, over };
    },
    async stop() {
      if (current === undefined) throw fail("EVALS_NOT_RUNNING");
      step(() => ({ step: "Stopping" }));
      current.stop.abort();
      await current.over;
    },
    report: reports.get,
    compare: (before, after) => comparisonOf(reports.get(before), reports.get(after)),
    remove(id) {
      reports.remove(id);
      state.update((before) => ({ ...before, changes: before.changes + 1 }));
    },
    async [Symbol.asyncDispose]() {
      ending.abort();
      current?.stop.abort();
      await current?.over;
    },
  };
}
