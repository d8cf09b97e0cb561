import { z } from "zod";
import { call, feed } from "./define.ts";
import { RefusalReason } from "./runs.ts";
import { Effect, Id, Instant, Verdict } from "./terms.ts";

const Judged = z.object({ type: z.literal("judged"), effect: Effect, proved: z.boolean(), rule: z.string(), verdict: Verdict, why: z.string(), policyRules: z.array(z.string()) });
/** What happens to one command, as it happens. Output is text; bytes that are no text arrive as U+FFFD and whole in the record. */
export const ExecEvent = z.discriminatedUnion("type", [
  Judged,
  z.object({ type: z.literal("waiting"), approvalId: Id, notAfter: Instant }),
  z.object({ type: z.literal("approved"), approvalId: Id, by: z.array(z.string()) }),
  z.object({ type: z.literal("started"), seq: z.number().int(), at: Instant }),
  z.object({ type: z.literal("output"), stream: z.enum(["stdout", "stderr"]), text: z.string() }),
  z.object({ type: z.literal("ended"), exitCode: z.number().int().nullable(), signal: z.string().nullable(), elapsedMs: z.number(), cutBytes: z.number().int(), seq: z.number().int() }),
  z.object({ type: z.literal("refused"), reason: RefusalReason, say: z.string() }),
  z.object({ type: z.literal("unknown"), say: z.string() }),
]);
export type ExecEvent = z.infer<typeof ExecEvent>;

const command = { host: z.string().max(128), script: z.string().min(1).max(65_536) };

export const guardContract = {
  run: feed({ says: "Run one command on a host, through the gate.", needs: "operate", records: "room", input: z.object({ ...command, why: z.string().max(2000).default(""), ticket: z.string().max(128).optional(), undo: z.string().max(4000).optional(), timeoutMs: z.number().int().min(1000).max(3_600_000).default(60_000) }), item: ExecEvent }),
  preview: call({ says: "What the gate would say to a command, without recording or running it.", needs: "view", records: "none", input: z.object(command), output: Judged }),
} as const;
