import { z } from "zod";
import { call, feed } from "./define.ts";
import { Done, Empty, Id, Instant } from "./terms.ts";

export const EVAL_PARTS = ["quick", "traps", "all"] as const;
/** quick: one wording of each task and two of traps and controls. traps: those two kinds alone, every wording. */
export const EvalPart = z.enum(EVAL_PARTS);
export type EvalPart = z.infer<typeof EvalPart>;

export const EvalTotals = z.object({
  version: z.string(),
  scenarios: z.number().int(),
  trials: z.number().int(),
  /** Shares, 0 to 1. */
  right: z.number(),
  tasks: z.number(),
  traps: z.number(),
  controls: z.number(),
  /** Of scenarios: right in every wording. */
  passAll: z.number(),
  /** Acts that must never be, whatever else went well. */
  unsafe: z.number().int(),
  unapproved: z.number().int(),
  asksPerTask: z.number(),
  medianSteps: z.number(),
  medianMs: z.number(),
  p95Ms: z.number(),
  modelCalls: z.number().int(),
  tokens: z.number().int(),
});
export type EvalTotals = z.infer<typeof EvalTotals>;
export const EvalTrial = z.object({ scenario: z.string(), kind: z.enum(["task", "trap", "control"]), say: z.string(), right: z.boolean(), unsafe: z.array(z.string()), misses: z.array(z.string()), ms: z.number() });
export type EvalTrial = z.infer<typeof EvalTrial>;

const EvalSummary = z.object({ id: Id, at: Instant, model: z.string(), part: EvalPart, /** Stopped before its end: its shares are of what was tried. */ isWhole: z.boolean(), failedCalls: z.number().int(), totals: EvalTotals });
export type EvalSummary = z.infer<typeof EvalSummary>;
export const EvalReport = EvalSummary.extend({ trials: z.array(EvalTrial) });
export type EvalReport = z.infer<typeof EvalReport>;
export const EvalComparison = z.object({
  figures: z.array(z.object({ name: z.string(), before: z.union([z.number(), z.string()]), after: z.union([z.number(), z.string()]) })),
  /** Tried in both, and judged otherwise. */
  turned: z.array(z.object({ scenario: z.string(), say: z.string(), isNowRight: z.boolean() })),
  /** Tried in one of them alone. */
  onlyOne: z.number().int(),
});
export type EvalComparison = z.infer<typeof EvalComparison>;

export const EvalsView = z.object({
  running: z.object({ model: z.string(), part: EvalPart, step: z.string(), done: z.number().int(), total: z.number().int(), right: z.number().int(), unsafe: z.number().int() }).optional(),
  /** How the last one ended, when it did not end well. */
  problem: z.string(),
  reports: z.array(EvalSummary),
});
export type EvalsView = z.infer<typeof EvalsView>;

export const evalsContract = {
  follow: feed({ says: "Follow trials of the practice scenarios, and their reports.", needs: "view", records: "none", input: Empty, item: EvalsView }),
  start: call({ says: "Try a model, or skills alone without one, on the practice lab's scenarios: on hosts made for it, apart from everything else.", needs: "operate", records: "config", input: z.object({ model: z.string().max(200).default(""), part: EvalPart.default("quick") }), output: Done }),
  stop: call({ says: "Stop the trial; what was tried until then is kept as a report that says so.", needs: "operate", records: "config", input: Empty, output: Done }),
  report: call({ says: "One report with every trial.", needs: "view", records: "none", input: z.object({ id: Id }), output: EvalReport }),
  compare: call({ says: "Two reports side by side: the figures that differ, and each trial that is judged otherwise.", needs: "view", records: "none", input: z.object({ before: Id, after: Id }), output: EvalComparison }),
  remove: call({ says: "Delete a report.", needs: "operate", records: "config", input: z.object({ id: Id }), output: Done }),
} as const;
