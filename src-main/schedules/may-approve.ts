import type { PlannedStep, SchedulePlan } from "../contract/index.ts";
import { EFFECTS, worstEffect, type Actor, type Effect, type Verdict } from "../contract/terms.ts";
import type { Host } from "../inventory/port.ts";
import type { CompiledSkill, Skills } from "../skills/port.ts";
import { hostRef } from "../runs/index.ts";
import { fail } from "./failures.ts";

export type StepJudgement = { readonly verdict: Verdict; readonly why: string; readonly approvers: { readonly count: number; readonly mayBeRequester: boolean } };
type Step = { readonly hostId: string; readonly script: string; readonly skill: { readonly id: string; readonly version: string; readonly signer: string }; readonly declaredEffect: Effect; readonly dialect: "posix" | "racadm" | "cisco-ios" };
/** What the gate would say of a step with its owner at the screen: it knows who may say yes to it. */
export type JudgeStep = (of: Step & { readonly actor: Actor; readonly attended: true }) => StepJudgement;
/** What the gate would say of it in a turn, were its turns approved. */
export type ForeseeStep = (of: Step & { readonly actor: Actor; readonly attended: false }) => Pick<PlannedStep, "effect" | "proved" | "verdict" | "why">;

/**
 * Who may approve many turns beforehand is who may approve each of their commands: where policy wants a second person for one of
 * them, the owner's yes is none; where it wants two, or forbids it, nobody's is. Answers with the hosts the runbook is made for: the
 * others of a group are not approved, and nothing of it can run on them.
 */
export function approvableHosts(needs: { readonly skills: Pick<Skills, "compile">; readonly judge: JudgeStep }, of: { readonly skillId: string; readonly inputs: Readonly<Record<string, string>>; readonly hosts: readonly Host[]; readonly owner: Actor; readonly approverId: string }): readonly Host[] {
  const made: Host[] = [];
  let problem: unknown;
  for (const host of of.hosts) {
    let compiled: CompiledSkill;
    try {
      compiled = needs.skills.compile(of.skillId, of.inputs, host);
    } catch (error) {
      problem ??= error;
      continue;
    }
    made.push(host);
    const { id, version, signer } = compiled.skill;
    for (const step of compiled.steps) {
      const { verdict, why, approvers } = needs.judge({ hostId: host.id, script: step.script, actor: of.owner, attended: true, skill: { id, version, signer }, declaredEffect: worstEffect([step.declaredEffect, hiddenEffect(compiled)]), dialect: step.dialect });
      if (verdict === "deny") throw fail("SCHEDULE_NEVER_UNATTENDED", { why });
      if (verdict === "ask" && approvers.count > 1) throw fail("SCHEDULE_NEEDS_TWO", { why });
      if (verdict === "ask" && !approvers.mayBeRequester && of.approverId === of.owner.id) throw fail("SCHEDULE_NEEDS_SECOND", { why });
    }
  }
  if (made.length === 0 && problem !== undefined) throw problem;
  return made;
}

/** Some commands depend on what others say: which ones of a tree, or with which values. */
const isOpenEnded = ({ isTree, outline, steps }: CompiledSkill): boolean => isTree || outline.length > steps.length;
/** Where not every command is known beforehand, each known one counts as the worst it may come to. */
const hiddenEffect = (compiled: CompiledSkill): Effect => (isOpenEnded(compiled) ? worstEffect(compiled.outline.map(({ effect }) => effect)) : (EFFECTS[0] as Effect));

/** As many as are read by a person; who may approve it is asked of all. */
const MOST_SHOWN = 100;

/** Every command that is known beforehand, and what would become of it in an approved turn. */
export function foreseenPlan(needs: { readonly skills: Pick<Skills, "compile">; readonly foresee: ForeseeStep }, of: { readonly skillId: string; readonly inputs: Readonly<Record<string, string>>; readonly hosts: readonly Host[]; readonly schedule: Actor }): Omit<SchedulePlan, "turns"> {
  let isTree = false; // or open-ended otherwise: for who reads it the same
  const hosts = of.hosts.slice(0, MOST_SHOWN).map((host) => {
    try {
      const compiled = needs.skills.compile(of.skillId, of.inputs, host);
      isTree ||= isOpenEnded(compiled);
      const { id, version, signer } = compiled.skill;
      const steps = compiled.steps.map(({ title, script, declaredEffect, dialect }) => ({ title, script, ...needs.foresee({ hostId: host.id, script, actor: of.schedule, attended: false, skill: { id, version, signer }, declaredEffect, dialect }) }));
      return { host: hostRef(host), steps, problem: "" };
    } catch (error) {
      return { host: hostRef(host), steps: [], problem: (error as Error).message };
    }
  });
  return { isTree, hosts, leftOut: of.hosts.length - hosts.length };
}
