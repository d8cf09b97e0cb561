import { EFFECTS, ROLE_GRANTS, type Effect, type Role } from "../contract/terms.ts";
import type { ActionName, CedarAnswer, CedarSet, CedarSituation } from "./cedar.ts";
import type { PolicyDecision, PolicyQuestion } from "./port.ts";

/** What each question to the policies was answered: the explain view shows them. */
export type Asked = { readonly action: ActionName; readonly decision: "allow" | "deny"; readonly rules: readonly string[]; readonly errors: readonly string[] };
export type Explained = PolicyDecision & { readonly asked: readonly Asked[] };

const CHANGES_FROM = EFFECTS.indexOf("mutate");
export const isChange = (effect: Effect): boolean => EFFECTS.indexOf(effect) >= CHANGES_FROM;

/** A role stands in every role whose permissions it has. Written out per actor: fewer entities for Cedar to read per question. */
const ROLES = Object.keys(ROLE_GRANTS) as Role[];
const ROLES_OF = Object.fromEntries(ROLES.map((role) => [role, ROLES.filter((other) => ROLE_GRANTS[other].every((permission) => ROLE_GRANTS[role].includes(permission)))])) as Record<Role, Role[]>;

export function situationOf({ principal, effect, proved, host, context }: PolicyQuestion): CedarSituation {
  return {
    principal: { type: "Actor", id: principal.id },
    resource: { type: "Host", id: host.id },
    context: {
      effect,
      changes: isChange(effect),
      proved,
      attended: context.attended,
      tainted: context.tainted,
      inChangeWindow: context.inChangeWindow,
      frozen: context.frozen,
      breakGlass: context.breakGlass,
      singleOperator: context.singleOperator ?? false,
      preapproved: context.preapproved ?? false,
      hourOfDay: context.hourOfDay,
      dayOfWeek: context.dayOfWeek,
      ...(context.ticket !== undefined && { ticket: context.ticket }),
      ...(context.signedSkill !== undefined && { signedSkill: context.signedSkill }),
    },
    entities: [
      { uid: { type: "Actor", id: principal.id }, attrs: { kind: principal.kind }, parents: [...new Set(principal.roles.flatMap((role) => ROLES_OF[role]))].map((id) => ({ type: "Role", id })) },
      { uid: { type: "Host", id: host.id }, attrs: { environment: host.environment, criticality: host.criticality, tags: [...host.tags] }, parents: [] },
    ],
  };
}

/** Deny beats ask beats allow. Cedar skips a policy that fails to evaluate, a forbid too: any error at all is a deny. */
export function decide(set: CedarSet, hash: string, question: PolicyQuestion): Explained {
  const answerTo = set.asker(situationOf(question));
  const asked: Asked[] = [];
  const ask = (action: ActionName): CedarAnswer => {
    const answer = answerTo(action);
    asked.push({ action, decision: answer.decision, rules: answer.rules, errors: answer.errors.map((error) => `${error.rule || "the question"}: ${error.message}`) });
    return answer;
  };
  const end = (verdict: PolicyDecision["verdict"], rules: readonly string[], why: string, approvers: PolicyDecision["approvers"]): Explained => ({ verdict, rules, why, approvers, policyHash: hash, asked });
  const NOBODY = { count: 0, mayBeRequester: false } as const;
  const broken = (answer: CedarAnswer): Explained =>
    end("deny", answer.errors.map(({ rule }) => rule || "policy-error"), `The policies could not be evaluated (${answer.errors[0]?.rule || "the question"}), and what cannot be decided is not run.`, NOBODY);

  const run = ask("run");
  if (run.errors.length > 0) return broken(run);
  if (run.decision === "deny") return end("deny", run.rules, run.rules.length === 0 ? "No policy lets this role run commands here." : sentence("Not allowed", set, run.rules), NOBODY);
  const unasked = ask("run-unasked");
  if (unasked.errors.length > 0) return broken(unasked);
  if (unasked.decision === "allow") return end("allow", unasked.rules, sentence("Runs without asking", set, unasked.rules), NOBODY);
  const alone = ask("approve-alone");
  const own = ask("approve-own");
  for (const answer of [alone, own]) if (answer.errors.length > 0) return broken(answer);
  const extra = [...(alone.decision === "deny" ? alone.rules : []), ...(own.decision === "deny" ? own.rules : [])];
  const rules = [...unasked.rules, ...extra];
  return end("ask", rules, rules.length === 0 ? "No policy lets it run without asking." : sentence("Asked", set, rules), {
    count: alone.decision === "allow" ? 1 : 2,
    mayBeRequester: own.decision === "allow",
  });
}

function sentence(head: string, set: CedarSet, ids: readonly string[]): string {
  const says = ids.map((id) => (set.rules.find((rule) => rule.id === id) as CedarSet["rules"][number]).says);
  return `${head}: ${says.join("; ")}.`;
}
