import type { Actor, Citation, Effect, HostRef, Proposal, ResultSeries, ResultTable, RunBudget, RunItem, RunState, RunSummary, SkillRef, Statement } from "../contract/index.ts";
import type { Guard, GuardEvent } from "../guard/port.ts";

export type StepRole = "check" | "capture" | "act" | "verify" | "undo";

/** One command for one host, whole: what the journal keeps so that a resumed run never composes it anew. */
export type StepSpec = {
  /** What the program knows it by; unique on its host. */
  readonly key: string;
  readonly title: string;
  readonly script: string;
  readonly declaredEffect: Effect;
  readonly dialect: "posix" | "racadm" | "cisco-ios";
  readonly role: StepRole;
  readonly timeoutMs: number;
  readonly why: string;
  readonly checksAfter: readonly string[];
  readonly undo?: string;
  /** Exit statuses that are an answer, not a failure: `systemctl is-active` says 3. */
  readonly okExitCodes: readonly number[];
  /** Who composed it, where that is not whoever asked for the run: a model acts under its own kind. */
  readonly actedBy?: Actor;
  /** Why a person must say yes, whatever policy allows. */
  readonly mustAsk?: string;
  /** Values that came out of a host's output, for the gate's taint rule. */
  readonly taint?: readonly { readonly token: string; readonly from: string }[];
};

export type StepResult = {
  readonly stepId: string;
  readonly key: string;
  readonly state: "done" | "failed" | "refused" | "unknown" | "stopped";
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number | null;
  readonly elapsedMs: number;
  readonly say: string;
  readonly refusal?: Extract<GuardEvent, { type: "refused" }>["reason"];
};

/** What a host's part of the run found, with every statement tied to output lines. */
export type Findings = {
  readonly statements: readonly Statement[];
  readonly tables: readonly ResultTable[];
  readonly series: readonly ResultSeries[];
  readonly proposals: readonly Omit<Proposal, "id" | "hostId">[];
};

export type Next =
  | { readonly kind: "step"; readonly step: StepSpec }
  | { readonly kind: "end"; readonly state: "done" | "failed" | "refused" | "unknown"; readonly say: string; readonly findings: Findings };

/**
 * What to do next on one host, from what came back so far. Pure in its results: after a crash the same results are
 * read from the journal and must lead to the same step.
 */
export interface Program {
  /** Steps that may begin with the next one, because none of them waits for what another says. Optional, pure like `next`, and its first is what `next` gives. */
  ahead?(lane: { readonly runId: string; readonly hostId: string; readonly results: readonly StepResult[] }): readonly StepSpec[];
  next(lane: { readonly runId: string; readonly hostId: string; readonly results: readonly StepResult[] }, signal?: AbortSignal): Next | Promise<Next>;
}

/** Durable: everything needed to build the program again in another process. */
export type RunSpec = {
  readonly title: string;
  readonly program: { readonly kind: string; readonly params: ProgramParams };
  readonly skill?: SkillRef;
  readonly inputs: Readonly<Record<string, string>>;
  readonly hosts: readonly HostRef[];
  readonly outline: readonly { readonly title: string; readonly effect: Effect }[];
  readonly tree: boolean;
  readonly actor: Actor;
  readonly attended: boolean;
  readonly conversationId?: string;
  /** Starting twice with the same origin gives the same run: whoever starts it may die before noting its id. */
  readonly origin?: string;
  readonly ticket?: string;
  readonly budget: RunBudget;
};
export type ProgramParams = { readonly [key: string]: string | number | boolean | ProgramParams | readonly (string | number | boolean | ProgramParams)[] };

/** Builds a run's program from its durable description; throws a Failure when the skill is gone. */
export type ProgramOf = (spec: RunSpec) => Program | Promise<Program>;

/** Of a run, what a statistic needs. */
export type RunFacts = Pick<RunSummary, "id" | "turnId" | "state" | "createdAt" | "endedAt">;

export interface Runs {
  /** Resolves once the run is durable; it goes on by itself. The same `origin` again answers with the run there is. */
  start(spec: RunSpec): Promise<{ readonly runId: string }>;
  stop(runId: string, by: Actor): Promise<void>;
  pause(runId: string, by: Actor): Promise<void>;
  resume(runId: string, by: Actor): Promise<void>;
  get(runId: string): RunSummary;
  /** The run that was begun under this origin, if it came so far. */
  byOrigin(origin: string): RunSummary | undefined;
  list(query: { readonly limit: number; readonly before?: number | undefined; readonly state?: RunState | undefined; readonly skillId?: string | undefined; readonly hostId?: string | undefined }): RunSummary[];
  unfinished(): RunSummary[];
  /** Of all runs begun since then, newest first, at most so many. */
  facts(query: { readonly from: number; readonly limit: number }): RunFacts[];
  /** Of the runs of one question. */
  factsOfTurn(turnId: string): RunFacts[];
  items(runId: string, after?: number): RunItem[];
  /** The same, read as it is taken. */
  told(runId: string, after?: number): Iterable<RunItem>;
  /** From `after` on; ends when the run has ended. */
  follow(runId: string, after: number, signal: AbortSignal): AsyncIterable<RunItem>;
  /** Items of any of these runs after `after`, without waiting; with `changes` a follower of several runs is built. */
  itemsOf(runIds: readonly string[], after: number, limit: number): RunItem[];
  changes(signal: AbortSignal): AsyncIterable<number>;
  /** Resolves with the summary when the run has ended (or is paused or waiting, when asked for). */
  ended(runId: string, signal?: AbortSignal): Promise<RunSummary>;
  /** Takes up every unfinished run of an earlier process; called once, when the rooms below are ready. */
  takeUp(): Promise<{ readonly resumed: readonly string[] }>;
}

/** `reattach` asks what became of a step handed over earlier, and sends no command of it. */
export type RunGuard = Pick<Guard, "run" | "reattach"> & Partial<Pick<Guard, "runTogether">>;

export type { Citation };
