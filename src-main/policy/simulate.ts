import type { Verdict } from "../contract/terms.ts";
import type { Explained } from "./decide.ts";
import type { PolicyDecision, PolicyQuestion } from "./port.ts";

/** A decision that was made, with everything it was made from. */
export type PastDecision = { readonly at: number; readonly title: string; readonly question: PolicyQuestion; readonly verdict: Verdict; readonly rules: readonly string[] };
export type Simulated = { readonly past: PastDecision; readonly now: Explained; readonly differs: boolean };

/** What another set of policies would have said to what was really asked. */
export const simulate = (past: readonly PastDecision[], explain: (question: PolicyQuestion) => Explained): readonly Simulated[] =>
  past.map((one) => {
    const now = explain(one.question);
    return { past: one, now, differs: now.verdict !== one.verdict };
  });

export type Variant = { readonly says: string; readonly decision: PolicyDecision };

/** "What would change if…": one circumstance at a time, and only those that change the verdict or the approvers. */
export function variantsOf(question: PolicyQuestion, explain: (question: PolicyQuestion) => PolicyDecision): readonly Variant[] {
  const { context, host } = question;
  const before = explain(question);
  const candidates: readonly (readonly [string, PolicyQuestion])[] = [
    ["the host were dev", { ...question, host: { ...host, environment: "dev" } }],
    ["the host were staging", { ...question, host: { ...host, environment: "staging" } }],
    ["the host were prod", { ...question, host: { ...host, environment: "prod" } }],
    ["it were proved read-only", { ...question, effect: "read", proved: true }],
    ["nobody were at the screen", { ...question, context: { ...context, attended: !context.attended } }],
    ["a change freeze were in force", { ...question, context: { ...context, frozen: !context.frozen } }],
    ["it were inside a change window", { ...question, context: { ...context, inChangeWindow: !context.inChangeWindow } }],
    ["the skill were approved beforehand", { ...question, context: { ...context, preapproved: !(context.preapproved ?? false) } }],
    ["a break-glass were open", { ...question, context: { ...context, breakGlass: !context.breakGlass } }],
    ["several operators worked here", { ...question, context: { ...context, singleOperator: !(context.singleOperator ?? false) } }],
  ];
  return candidates
    .map(([says, other]) => ({ says, decision: explain(other) }))
    .filter(({ decision }) => decision.verdict !== before.verdict || decision.approvers.count !== before.approvers.count || decision.approvers.mayBeRequester !== before.approvers.mayBeRequester)
    .map(({ says, decision: { verdict, rules, why, approvers, policyHash } }) => ({ says, decision: { verdict, rules, why, approvers, policyHash } }));
}
