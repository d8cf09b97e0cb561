import { z } from "zod";
import { call } from "./define.ts";
import { RunState } from "./runs.ts";
import { Id, Instant } from "./terms.ts";

/** parse: the request was read · plan: until the first command was known · model: a question to a model · gate: read, judged, recorded · approval: waited for a person · connect: the host was reached · execute: ran on the host · extract: its output was read. */
export const SpanKind = z.enum(["run", "parse", "plan", "model", "gate", "approval", "connect", "execute", "extract"]);
export type SpanKind = z.infer<typeof SpanKind>;

/** `to` is null while it lasts. Times are the core's clock. */
export const Span = z.object({ kind: SpanKind, name: z.string().max(300), hostId: Id.optional(), from: Instant, to: Instant.nullable(), isFailed: z.boolean(), tokens: z.object({ prompt: z.number().int(), output: z.number().int() }).optional() });
export type Span = z.infer<typeof Span>;

export const Overview = z.object({
  runs: z.number().int(),
  ended: z.array(z.object({ state: RunState, count: z.number().int() })),
  /** Of the runs that ended as done or failed; null before there is one. */
  successShare: z.number().nullable(),
  medianMs: z.number().nullable(),
  p95Ms: z.number().nullable(),
  modelCalls: z.number().int(),
  tokens: z.object({ prompt: z.number().int(), output: z.number().int() }),
});
export type Overview = z.infer<typeof Overview>;

export const insightContract = {
  overview: call({ says: "How often runs worked, how long they took, how many tokens they used.", needs: "view", records: "none", input: z.object({ days: z.number().int().min(1).max(365).default(30) }), output: Overview }),
  run: call({ says: "Where the time of one run went.", needs: "view", records: "none", input: z.object({ runId: Id }), output: z.object({ spans: z.array(Span) }) }),
} as const;
