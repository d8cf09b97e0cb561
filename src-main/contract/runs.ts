import { z } from "zod";
import { call, feed } from "./define.ts";
import { Actor, Done, Effect, Environment, Id, Instant, Verdict } from "./terms.ts";

/** `unknown` is an answer of its own: it may have run, nobody may run it again blindly. */
export const RunState = z.enum(["running", "waiting", "paused", "done", "failed", "refused", "stopped", "unknown"]);
export type RunState = z.infer<typeof RunState>;
export const ENDED_RUN_STATES: readonly RunState[] = ["done", "failed", "refused", "stopped", "unknown"];

export const StepState = z.enum(["queued", "judged", "waiting", "running", "done", "failed", "refused", "unknown", "stopped"]);
export type StepState = z.infer<typeof StepState>;

/** Unique within its run: `h2-s3` is the third step on the second host, `h2-s3-r1` its first retry. */
export const StepId = z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/);

/** Lines of one step's output, counted from 1, both ends in. What every statement in an answer rests on. */
export const Citation = z.object({
  runId: Id,
  stepId: StepId,
  stream: z.enum(["stdout", "stderr"]),
  fromLine: z.number().int().positive(),
  toLine: z.number().int().positive(),
});
export type Citation = z.infer<typeof Citation>;

/** One statement; `tone` is meaning, never decoration. */
export const Statement = z.object({
  text: z.string().max(4000),
  tone: z.enum(["plain", "good", "attention", "bad", "unsure"]),
  cites: z.array(Citation).max(64),
});
export type Statement = z.infer<typeof Statement>;

export const Cell = z.union([z.string().max(4000), z.number(), z.boolean(), z.null()]);
export type Cell = z.infer<typeof Cell>;
export const Column = z.object({ key: z.string().max(64), title: z.string().max(128), kind: z.enum(["text", "number", "bytes", "percent", "duration", "time", "state"]) });
export type Column = z.infer<typeof Column>;

export const ResultTable = z.object({
  title: z.string().max(200),
  columns: z.array(Column).max(32),
  rows: z.array(z.object({ cells: z.array(Cell).max(32), hostId: Id.optional(), cite: Citation.optional() })).max(2000),
  /** Rows left out because there were more than fit. */
  leftOut: z.number().int().nonnegative(),
});
export type ResultTable = z.infer<typeof ResultTable>;

export const ResultSeries = z.object({
  title: z.string().max(200),
  unit: z.string().max(32),
  points: z.array(z.object({ label: z.string().max(64), value: z.number() })).max(500),
  cite: Citation.optional(),
});
export type ResultSeries = z.infer<typeof ResultSeries>;

export const SkillRef = z.object({ id: z.string().max(128), version: z.string().max(32), signer: z.string().max(128), title: z.string().max(200) });
export type SkillRef = z.infer<typeof SkillRef>;
export const HostRef = z.object({ id: Id, name: z.string().max(128), environment: Environment });
export type HostRef = z.infer<typeof HostRef>;

/** What a diagnosis suggests doing next. It never runs by itself: a person starts it, the gate judges it. */
export const Proposal = z.object({
  id: Id,
  hostId: Id,
  title: z.string().max(200),
  why: z.string().max(2000),
  skillId: z.string().max(128),
  inputs: z.record(z.string().max(64), z.string().max(4000)),
  cites: z.array(Citation).max(64),
  /** The way back of a change that was made: offered, never put forward by itself. */
  isUndo: z.boolean(),
  /** Words of the inputs that came out of a host's output or a document: the gate is told when it is taken up. */
  taint: z.array(z.object({ token: z.string().max(200), from: z.string().max(200) })).max(64).optional(),
});
export type Proposal = z.infer<typeof Proposal>;

/** A step as the gate would judge it now. */
export const PlannedStep = z.object({ title: z.string().max(200), script: z.string().max(65_536), effect: Effect, verdict: Verdict, proved: z.boolean(), why: z.string() });
export type PlannedStep = z.infer<typeof PlannedStep>;

export const RefusalReason = z.enum(["denied-by-policy", "denied-by-person", "expired", "changed", "ledger", "locked", "cancelled", "bytes"]);

const step = { stepId: StepId };
export const RunEvent = z.discriminatedUnion("type", [
  z.object({ type: z.literal("planned"), title: z.string(), skill: SkillRef.optional(), hosts: z.array(HostRef), steps: z.array(z.object({ title: z.string(), effect: Effect })), inputs: z.record(z.string(), z.string()), tree: z.boolean() }),
  z.object({ type: z.literal("queued"), ...step, hostId: Id, title: z.string(), script: z.string(), dialect: z.enum(["posix", "racadm", "cisco-ios"]), why: z.string(), role: z.enum(["check", "capture", "act", "verify", "undo"]), retryOf: StepId.optional() }),
  z.object({ type: z.literal("judged"), ...step, effect: Effect, proved: z.boolean(), rule: z.string(), verdict: Verdict, why: z.string() }),
  z.object({ type: z.literal("waiting"), ...step, approvalId: z.string(), notAfter: Instant }),
  z.object({ type: z.literal("approved"), ...step, approvalId: z.string(), by: z.array(z.string()) }),
  z.object({ type: z.literal("started"), ...step, at: Instant, reattached: z.boolean() }),
  z.object({ type: z.literal("output"), ...step, stream: z.enum(["stdout", "stderr"]), text: z.string() }),
  z.object({ type: z.literal("ended"), ...step, exitCode: z.number().int().nullable(), signal: z.string().nullable(), elapsedMs: z.number(), cutBytes: z.number().int(), succeeded: z.boolean(), say: z.string() }),
  z.object({ type: z.literal("refused"), ...step, reason: RefusalReason, say: z.string() }),
  z.object({ type: z.literal("unknown"), ...step, say: z.string() }),
  z.object({ type: z.literal("retrying"), ...step, inMs: z.number().int(), say: z.string() }),
  z.object({ type: z.literal("statement"), hostId: Id, statement: Statement }),
  z.object({ type: z.literal("table"), hostId: Id, table: ResultTable }),
  z.object({ type: z.literal("series"), hostId: Id, series: ResultSeries }),
  z.object({ type: z.literal("proposal"), proposal: Proposal }),
  z.object({ type: z.literal("host"), hostId: Id, state: z.enum(["waiting-turn", "running", "done", "failed", "refused", "unknown", "stopped"]), say: z.string() }),
  z.object({ type: z.literal("state"), state: RunState, say: z.string() }),
]);
export type RunEvent = z.infer<typeof RunEvent>;

/** `n` grows over all runs of this installation: "give me what came after n" needs one number. */
export const RunItem = z.object({ n: z.number().int(), runId: Id, at: Instant, event: RunEvent });
export type RunItem = z.infer<typeof RunItem>;

export const RunSummary = z.object({
  id: Id,
  title: z.string(),
  state: RunState,
  say: z.string(),
  createdAt: Instant,
  endedAt: Instant.nullable(),
  /** In a list of runs the first of them. */
  hosts: z.array(HostRef),
  hostCount: z.number().int().nonnegative(),
  skill: SkillRef.optional(),
  actor: Actor,
  conversationId: Id.optional(),
  /** The question of a conversation that it answers, or whose fix it is. */
  turnId: Id.optional(),
  steps: z.object({ total: z.number().int(), done: z.number().int(), failed: z.number().int() }),
});
export type RunSummary = z.infer<typeof RunSummary>;

export const RunBudget = z.object({
  maxSteps: z.number().int().min(1).max(10_000).optional(),
  maxMs: z.number().int().min(1000).max(24 * 3600_000).optional(),
  concurrency: z.number().int().min(1).max(256).optional(),
  /** 0..1: once more than this share of the hosts failed, no further host starts. */
  stopOnFailureShare: z.number().min(0).max(1).optional(),
});
export type RunBudget = z.infer<typeof RunBudget>;

export const runsContract = {
  start: call({
    says: "Run a skill on hosts or groups, with its inputs.",
    needs: "operate",
    records: "room",
    input: z.object({ skillId: z.string().max(128), hosts: z.array(z.string().max(128)).min(1).max(1000), inputs: z.record(z.string().max(64), z.string().max(4000)).default({}), budget: RunBudget.default({}), ticket: z.string().max(128).optional() }),
    output: z.object({ runId: Id }),
  }),
  preview: call({
    says: "What a skill would run on these hosts and what the gate would say, without running or recording anything.",
    needs: "view",
    records: "none",
    input: z.object({ skillId: z.string().max(128), hosts: z.array(z.string().max(128)).min(1).max(1000), inputs: z.record(z.string().max(64), z.string().max(4000)).default({}) }),
    output: z.object({ title: z.string(), isTree: z.boolean(), inputs: z.record(z.string(), z.string()), hosts: z.array(z.object({ host: HostRef, steps: z.array(PlannedStep), problem: z.string() })) }),
  }),
  list: call({ says: "List runs, newest first.", needs: "view", records: "none", input: z.object({ limit: z.number().int().min(1).max(500).default(50), before: Instant.optional(), state: RunState.optional(), skillId: z.string().max(128).optional(), hostId: Id.optional() }), output: z.object({ runs: z.array(RunSummary) }) }),
  show: call({ says: "Show how one run stands; what happened in it is told by following it.", needs: "view", records: "none", input: z.object({ runId: Id }), output: z.object({ run: RunSummary }) }),
  follow: feed({ says: "Follow one run from an event on; ends when the run has ended, or with what there is now.", needs: "view", records: "none", input: z.object({ runId: Id, after: z.number().int().nonnegative().default(0), /** Else it ends with what happened so far. */ waits: z.boolean().default(true) }), item: RunItem }),
  live: feed({ says: "Follow the list of unfinished runs.", needs: "view", records: "none", input: z.object({}), item: z.object({ runs: z.array(RunSummary) }) }),
  stop: call({ says: "Stop a run: what runs now is interrupted, nothing more starts.", needs: "operate", records: "room", input: z.object({ runId: Id }), output: Done }),
  pause: call({ says: "Pause a run: steps under way end, nothing new starts.", needs: "operate", records: "room", input: z.object({ runId: Id }), output: Done }),
  resume: call({ says: "Go on with a paused run.", needs: "operate", records: "room", input: z.object({ runId: Id }), output: Done }),
} as const;
