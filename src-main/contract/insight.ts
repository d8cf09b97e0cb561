import { z } from "zod";
import { call } from "./define.ts";
import { HostRef, RunState } from "./runs.ts";
import { Empty, Id, Instant } from "./terms.ts";

/** parse: the request was read · plan: until the first command was known · model: a question to a model · gate: read, judged, recorded · approval: waited for a person · connect: the host was reached · execute: ran on the host · extract: its output was read. */
export const SpanKind = z.enum(["run", "parse", "plan", "model", "gate", "approval", "connect", "execute", "extract"]);
export type SpanKind = z.infer<typeof SpanKind>;

/** `to` is null while it lasts. Times are the core's clock. */
export const Span = z.object({ kind: SpanKind, name: z.string().max(300), hostId: Id.optional(), from: Instant, to: Instant.nullable(), isFailed: z.boolean(),
  tokens: z.object({ prompt: z.number().int(), output: z.number().int() }).optional(),
  /** Who was asked, on questions to models. */
  model: z.object({ name: z.string().max(200), provider: z.string().max(64), kind: z.string().max(32), task: z.string().max(32) }).optional(),
  /** In the house's own currency, by the prices of the provider; absent where it has none. */
  cost: z.number().nonnegative().optional() });
export type Span = z.infer<typeof Span>;

/** A question with all of its runs: the looks and the fix that followed. Solved once the last of them ended as done. */
export const Resolution = z.object({
  runs: z.number().int(),
  isSolved: z.boolean(),
  /** From the first run's start to the last one's end; null while one goes on. */
  tookMs: z.number().nullable(),
  modelCalls: z.number().int(),
  modelMs: z.number(),
  tokens: z.object({ prompt: z.number().int(), output: z.number().int() }),
  /** Null where no model that was asked has a price: models of this machine cost time, and no money. */
  cost: z.number().nullable(),
});
export type Resolution = z.infer<typeof Resolution>;

export const Overview = z.object({
  runs: z.number().int(),
  ended: z.array(z.object({ state: RunState, count: z.number().int() })),
  /** Of the runs that ended as done or failed; null before there is one. */
  successShare: z.number().nullable(),
  medianMs: z.number().nullable(),
  p95Ms: z.number().nullable(),
  modelCalls: z.number().int(),
  tokens: z.object({ prompt: z.number().int(), output: z.number().int() }),
  /** Null where no model has a price. */
  cost: z.number().nullable(),
  /** Questions with ended runs, and how many of them ended solved; a run nobody asked in words is a question of its own. */
  questions: z.object({ asked: z.number().int(), solved: z.number().int() }),
  /** What one solved question took, failures paid with it; null before there is one, or where no model was asked. */
  perResolution: z.object({ tokens: z.number(), cost: z.number().nullable() }).nullable(),
});
export type Overview = z.infer<typeof Overview>;

/** Where traces are sent besides being kept here, if anywhere. */
export const TraceExport = z.object({
  url: z.string().max(500),
  isOn: z.boolean(),
  /** The name of a secret in the vault, sent as a bearer token. */
  keySecret: z.string().max(128),
  sentRuns: z.number().int(),
  say: z.string(),
});
export type TraceExport = z.infer<typeof TraceExport>;

export const insightContract = {
  traceExport: call({ says: "Where traces are exported to, and how that goes. Off unless set.", needs: "view", records: "none", input: Empty, output: TraceExport }),
  setTraceExport: call({
    says: "Send the spans of runs that end from now on to an OTLP collector, or stop it. Kinds, times, tokens and hosts are sent; never a command, a request or an output.",
    needs: "administer",
    records: "config",
    input: z.object({ url: z.string().max(500).regex(/^(https?:\/\/\S+)?$/), isOn: z.boolean(), keySecret: z.string().max(128).default("") }),
    output: TraceExport,
  }),
  overview: call({ says: "How often runs worked, how long they took, how many tokens they used.", needs: "view", records: "none", input: z.object({ days: z.number().int().min(1).max(365).default(30) }), output: Overview }),
  run: call({ says: "Where the time of one run went.", needs: "view", records: "none", input: z.object({ runId: Id }), output: z.object({ hosts: z.array(HostRef), spans: z.array(Span), question: Resolution }) }),
} as const;
