import type { AccessRoom } from "../access/port.ts";
import type { StandingRoom } from "../approvals/index.ts";
import type { Circumstances } from "../approvals/port.ts";
import { worstEffect, type Effect, type Role } from "../contract/terms.ts";
import type { Host, Inventory } from "../inventory/port.ts";
import type { Policy, PolicyDecision, PolicyQuestion } from "../policy/port.ts";
import type { Classification, Classify } from "../shellcheck/port.ts";
import { fail } from "./failures.ts";
import type { GuardRequest } from "./port.ts";
import { MAX_WIRE_BYTES, wireOf, type Dialect } from "./wire.ts";

export type JudgeNeeds = {
  readonly classify: Classify;
  readonly policy: Policy;
  readonly inventory: Pick<Inventory, "get">;
  readonly access: Pick<AccessRoom, "principal" | "rolesOf" | "singleOperator">;
  readonly circumstances: Circumstances;
  /** What was approved beforehand for the turns of a schedule. */
  readonly standing: Pick<StandingRoom, "covers">;
  readonly now: () => number;
};

export type Judgement = {
  readonly host: Host;
  readonly dialect: Dialect;
  readonly classification: Classification;
  readonly effect: Effect;
  readonly proved: boolean;
  readonly rule: string;
  readonly whyEffect: string;
  readonly question: PolicyQuestion;
  readonly decision: PolicyDecision;
  /** Set when the bytes themselves forbid it, whatever a policy says. */
  readonly bytes: string | undefined;
};
export type Judged = Pick<GuardRequest, "hostId" | "script" | "actor" | "attended" | "skill" | "taint" | "declaredEffect" | "mustAsk" | "dialect" | "isTyped"> & Partial<Pick<GuardRequest, "ticket">>;

const dialectOf = (host: Host, asked: Dialect | undefined): Dialect => asked ?? (host.os === "idrac" ? "racadm" : host.os === "cisco-ios" ? "cisco-ios" : "posix");

/** A person acts with their own roles; what acts for a person at the screen has no more than that person. */
function rolesOf({ actor, attended }: Judged, access: JudgeNeeds["access"]): readonly Role[] {
  if (actor.kind === "operator") return access.rolesOf(actor.id);
  if (actor.kind === "system") return [];
  // A model acts for the person it is named after: when that one may not any more, nobody else's coming to the screen lends it theirs.
  if (actor.kind === "model" && access.rolesOf(actor.id).length === 0) return [];
  return attended ? access.rolesOf(access.principal().id) : ["operator"];
}

/** A doubt makes an "allow" an "ask", and a "deny" where nobody is there to be asked. It changes nothing else. */
function doubted(decision: PolicyDecision, { mustAsk, attended }: Judged): PolicyDecision {
  if (mustAsk === undefined || decision.verdict !== "allow") return decision;
  return { ...decision, verdict: attended ? "ask" : "deny", rules: [...decision.rules, "second-opinion"], why: mustAsk, approvers: { count: 1, mayBeRequester: true } };
}

/** Nobody waits for a yes that nobody is there to give. */
function unattended(decision: PolicyDecision, { attended }: Judged): PolicyDecision {
  if (attended || decision.verdict !== "ask") return decision;
  return { ...decision, verdict: "deny", rules: [...decision.rules, "nobody-to-ask"], why: `${decision.why} Nobody is at the screen to be asked: it needs a person.`, approvers: { count: 0, mayBeRequester: false } };
}

/** A grant is a yes given beforehand, and worth no more than one: where a second person has to say it, nobody grants it to themselves. */
function grantSuffices({ policy, access }: JudgeNeeds, { principal, ...asked }: PolicyQuestion, grantedBy: readonly string[]): boolean {
  const { verdict, approvers } = policy.decide({ ...asked, principal, context: { ...asked.context, preapproved: false } });
  const person = principal.kind === "operator" ? principal.id : access.principal().id;
  return verdict !== "ask" || grantedBy.filter((id) => approvers.mayBeRequester || id !== person).length >= approvers.count;
}

/** Reads the bytes, gathers what is true now, and asks the policies. Everything here is done again just before sending. */
export function judge(needs: JudgeNeeds, request: Judged): Judgement {
  const host = needs.inventory.get(request.hostId);
  if (!host) throw fail("GUARD_NO_HOST", { id: request.hostId });
  const dialect = dialectOf(host, request.dialect);
  const classification = needs.classify(request.script, { dialect });
  // A skill or a model may raise the effect, never lower it; what was raised is no longer a proved read.
  const effect = worstEffect([classification.effect, request.declaredEffect ?? classification.effect]);
  // Proofs count on an emptied environment without a terminal. A pane has its own history (`!!`), aliases, functions, PATH,
  // variables and pager: what a line becomes there, nobody here knows. The effect stays named; it is proof of nothing.
  const hangsOnPane = request.isTyped === true;
  const proved = classification.proved && classification.refused === undefined && effect === classification.effect && !hangsOnPane;
  const isRaised = effect !== classification.effect;
  const at = new Date(needs.now());
  const { grantedBy, ...circumstances } = needs.circumstances.of(host, request.skill);
  // A schedule stands on its own approval, which names its values and its timetable; what was granted to a runbook at large is not that.
  const preapproved = request.actor.kind === "schedule" ? needs.standing.covers(request.actor.id, host, request.skill) : grantedBy.length > 0;
  const asked: PolicyQuestion = {
    principal: { id: request.actor.id, roles: rolesOf(request, needs.access), kind: request.actor.kind },
    effect,
    proved,
    host: { id: host.id, environment: host.environment, criticality: host.criticality, tags: host.tags },
    context: {
      ...circumstances,
      // A glass is broken by somebody who is there, for what they do then: no turn slips through it.
      breakGlass: circumstances.breakGlass && request.attended,
      preapproved: preapproved && classification.refused === undefined,
      attended: request.attended,
      tainted: (request.taint?.length ?? 0) > 0,
      ...(request.ticket !== undefined && { ticket: request.ticket }),
      ...(request.skill !== undefined && request.skill.signer !== "" && { signedSkill: `${request.skill.id}@${request.skill.version}` }),
      singleOperator: needs.access.singleOperator,
      hourOfDay: at.getHours(),
      dayOfWeek: at.getDay() || 7,
    },
  };
  const isOverruled = request.actor.kind !== "schedule" && asked.context.preapproved === true && !grantSuffices(needs, asked, grantedBy);
  const question = isOverruled ? { ...asked, context: { ...asked.context, preapproved: false } } : asked;
  const isTooLong = wireOf(request.script, dialect, "0".repeat(32)).length > MAX_WIRE_BYTES;
  return {
    host, dialect, classification, effect, proved,
    rule: isRaised ? `declared/${effect}` : classification.rule,
    whyEffect: hangsOnPane && classification.proved ? "By itself it only reads, but the pane decides what its words mean: history, aliases, variables, the pager." : isRaised ? `It was declared as ${effect}; read by itself it is ${classification.effect}.` : classification.why,
    question,
    decision: unattended(doubted(needs.policy.decide(question), request), request),
    bytes: classification.denied ? (classification.refused ?? "It cannot be read.") : isTooLong ? "It is too long to be sent as one command. Put it into a file on the host, or split it." : undefined,
  };
}
