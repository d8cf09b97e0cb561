import { z } from "zod";
import { call, feed } from "./define.ts";
import { Effect, Empty, Environment, Instant, Role, Sha256, Verdict } from "./terms.ts";

const MAX_TEXT = 512 * 1024;
export const PolicyRule = z.object({ id: z.string(), says: z.string(), effect: z.enum(["permit", "forbid"]), text: z.string() });
export type PolicyRule = z.infer<typeof PolicyRule>;
export const PolicyProblem = z.object({ rule: z.string(), message: z.string(), line: z.number().int() });
export type PolicyProblem = z.infer<typeof PolicyProblem>;
export const PolicyVersionView = z.object({ n: z.number().int(), hash: Sha256, text: z.string(), state: z.enum(["proposed", "active", "past", "rejected"]), byId: z.string(), byName: z.string(), confirmedBy: z.string(), note: z.string(), at: Instant, base: z.number().int() });
export type PolicyVersionView = z.infer<typeof PolicyVersionView>;

export const PolicyQuestionView = z.object({
  principal: z.object({ id: z.string().max(64), roles: z.array(Role), kind: z.enum(["operator", "skill", "model", "schedule", "system"]) }),
  effect: Effect,
  proved: z.boolean(),
  host: z.object({ id: z.string().max(64), environment: Environment, criticality: z.enum(["low", "normal", "high"]), tags: z.array(z.string().max(64)).max(64) }),
  context: z.object({
    attended: z.boolean(), tainted: z.boolean(), inChangeWindow: z.boolean(), frozen: z.boolean(), breakGlass: z.boolean(),
    singleOperator: z.boolean().default(false), preapproved: z.boolean().default(false),
    ticket: z.string().max(128).optional(), signedSkill: z.string().max(200).optional(),
    hourOfDay: z.number().int().min(0).max(23), dayOfWeek: z.number().int().min(1).max(7),
  }),
});
export type PolicyQuestionView = z.infer<typeof PolicyQuestionView>;
export const PolicyDecisionView = z.object({ verdict: Verdict, rules: z.array(z.string()), why: z.string(), approvers: z.object({ count: z.union([z.literal(0), z.literal(1), z.literal(2)]), mayBeRequester: z.boolean() }), policyHash: Sha256 });
export type PolicyDecisionView = z.infer<typeof PolicyDecisionView>;
const Asked = z.object({ action: z.enum(["run", "run-unasked", "approve-alone", "approve-own"]), decision: z.enum(["allow", "deny"]), rules: z.array(z.string()), errors: z.array(z.string()) });
export const Explanation = z.object({ decision: PolicyDecisionView, asked: z.array(Asked), variants: z.array(z.object({ says: z.string(), decision: PolicyDecisionView })), question: PolicyQuestionView });
export type Explanation = z.infer<typeof Explanation>;
const Past = z.object({ at: Instant, title: z.string(), question: PolicyQuestionView, verdict: Verdict, rules: z.array(z.string()) });
export type PastDecisionView = z.infer<typeof Past>;

export const policyContract = {
  active: feed({ says: "Follow the policies in force, and how many proposed ones wait.", needs: "view", records: "none", input: Empty, item: z.object({ hash: Sha256, text: z.string(), schema: z.string(), rules: z.array(PolicyRule), /** How many proposed versions wait to be confirmed. */ waiting: z.number().int() }) }),
  check: call({ says: "Check policies without putting them in force.", needs: "view", records: "none", input: z.object({ text: z.string().max(MAX_TEXT) }), output: z.object({ problems: z.array(PolicyProblem) }) }),
  versions: call({ says: "List the versions of the policies.", needs: "view", records: "none", input: Empty, output: z.object({ versions: z.array(PolicyVersionView) }) }),
  propose: call({ says: "Propose new policies; where several people work, another admin confirms them.", needs: "administer", records: "room", input: z.object({ text: z.string().min(1).max(MAX_TEXT), note: z.string().trim().min(3).max(500) }), output: PolicyVersionView }),
  confirm: call({ says: "Put proposed policies in force.", needs: "administer", records: "room", input: z.object({ n: z.number().int() }), output: PolicyVersionView }),
  reject: call({ says: "Turn down proposed policies.", needs: "administer", records: "room", input: z.object({ n: z.number().int() }), output: PolicyVersionView }),
  past: call({ says: "List past decisions of the gate, newest first.", needs: "view", records: "none", input: z.object({ limit: z.number().int().min(1).max(1000).default(200) }), output: z.object({ decisions: z.array(Past) }) }),
  explain: call({ says: "Why would the gate allow, ask or deny this, and what would change it?", needs: "view", records: "none", input: PolicyQuestionView, output: Explanation }),
  explainCommand: call({ says: "Explain what the gate makes of a command on a host, without running it.", needs: "view", records: "none", input: z.object({ host: z.string().max(128), script: z.string().min(1).max(65_536) }), output: Explanation }),
  simulate: call({ says: "What other policies would have said to past decisions.", needs: "view", records: "none", input: z.object({ text: z.string().min(1).max(MAX_TEXT), limit: z.number().int().min(1).max(2000).default(500) }), output: z.object({ total: z.number().int(), differing: z.array(z.object({ past: Past, now: PolicyDecisionView })) }) }),
} as const;
