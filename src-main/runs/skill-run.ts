import { failer, worstEffect, type Actor, type Citation, type HostRef, type PlannedStep, type Proposal, type RunBudget, type SkillRef, type Verdict } from "../contract/index.ts";
import type { Guard } from "../guard/port.ts";
import type { Host, Inventory } from "../inventory/port.ts";
import type { CompiledSkill, CompiledStep, SkillCite, SkillFindings, SkillResult, Skills } from "../skills/port.ts";
import { RUN_FAILURES } from "./failures.ts";
import type { Findings, Program, ProgramOf, ProgramParams, RunSpec, StepResult, StepSpec } from "./port.ts";

const fail = failer(RUN_FAILURES);

/** A skill bound to hosts and inputs, as a run that another process can build again. */
export type SkillRunPlan = Omit<RunSpec, "actor" | "attended" | "conversationId" | "skill"> & { readonly skill: SkillRef };
export type SkillRunNeeds = { readonly skills: Pick<Skills, "get" | "compile">; readonly inventory: Pick<Inventory, "get"> };

export const hostRef = ({ id, name, environment }: Pick<Host, "id" | "name" | "environment">): HostRef => ({ id, name, environment });

/** Refuses (by throwing) what no host of the plan could do; a host that alone cannot is told in its own lane. */
export function planSkillRun({ skills }: SkillRunNeeds, of: { readonly skillId: string; readonly inputs: Readonly<Record<string, string>>; readonly hosts: readonly Host[]; readonly budget?: RunBudget; readonly ticket?: string | undefined; readonly taint?: Taint | undefined }): SkillRunPlan {
  if (of.hosts.length === 0) throw fail("RUN_NO_HOSTS");
  let first: CompiledSkill | undefined;
  let problem: unknown;
  for (const host of of.hosts) {
    try {
      first = skills.compile(of.skillId, of.inputs, host);
      break;
    } catch (error) {
      problem ??= error;
    }
  }
  if (!first) throw problem;
  return {
    // A compiled skill names its host; a run on several must not borrow the first one's name.
    title: of.hosts.length === 1 ? first.title : first.skill.title,
    program: { kind: "skill", params: { skillId: of.skillId, ...(of.taint && of.taint.length > 0 && { taint: of.taint.map(({ token, from }) => ({ token, from })) }) } },
    skill: first.skill,
    inputs: first.inputs,
    hosts: of.hosts.map(hostRef),
    outline: first.outline,
    tree: first.isTree,
    budget: of.budget ?? {},
    ...(of.ticket !== undefined && { ticket: of.ticket }),
  };
}

/** The program of a skill run. The version is pinned: a pack that changed under a run ends it rather than bend it. */
export const skillProgramOf =
  ({ skills, inventory }: SkillRunNeeds): ProgramOf =>
  (spec) => {
    const skillId = String(spec.program.params["skillId"] ?? "");
    const assertSame = (of: Pick<SkillRef, "version" | "signer"> | undefined): void => {
      if (of?.version !== spec.skill?.version || of?.signer !== spec.skill?.signer) throw fail("RUN_PROGRAM_GONE", { what: `skill ${skillId} ${spec.skill?.version ?? ""}`.trim() });
    };
    const known = skills.get(skillId);
    assertSame(known);
    const compiled = new Map<string, CompiledSkill>();
    const compile = (hostId: string): CompiledSkill => {
      const before = compiled.get(hostId);
      if (before) return before;
      const host = inventory.get(hostId);
      if (!host) throw fail("RUN_HOST_GONE");
      const fresh = skills.compile(skillId, spec.inputs, host);
      assertSame(fresh.skill); // hosts that come to their turn later are told what was planned, or nothing
      compiled.set(hostId, fresh);
      return fresh;
    };
    return programOfSkill(compile, taintIn(spec.program.params));
  };

/** Words of inputs that a host or a document said: known from the proposal this run takes up. */
type Taint = NonNullable<Proposal["taint"]>;
const taintIn = ({ taint }: ProgramParams): Taint => (Array.isArray(taint) ? (taint as Taint).map(({ token, from }) => ({ token: String(token), from: String(from) })) : []);
const tainted = (step: Pick<CompiledStep, "script" | "taint">, taint: Taint): { readonly taint?: Taint } => {
  const all = [...(step.taint ?? []), ...taint.filter(({ token }) => step.script.includes(token))];
  return all.length === 0 ? {} : { taint: all };
};
const specOf = ({ id, reads: _reads, ...step }: CompiledStep, taint: Taint): StepSpec => ({ ...step, key: id, ...tainted(step, taint) });

export const programOfSkill = (compile: (hostId: string) => CompiledSkill, taint: Taint = []): Program => ({
  ahead: ({ hostId, results }) => compile(hostId).ahead(results.map(resultOf)).map((step) => specOf(step, taint)),
  next({ runId, hostId, results }) {
    const next = compile(hostId).next(results.map(resultOf));
    if (next.kind === "step") return { kind: "step", step: specOf(next.step, taint) };
    return { kind: "end", state: next.state, say: next.say, findings: citedFindings(next.findings, runId, results) };
  },
});

const resultOf = ({ key, state, stdout, stderr, exitCode, say }: StepResult): SkillResult => ({ key, state, stdout, stderr, exitCode, ...(exitCode === null && say !== "" && { say }) });

function citedFindings(findings: SkillFindings, runId: string, results: readonly StepResult[]): Findings {
  const cite = ({ key, ...lines }: SkillCite): Citation[] => {
    const step = results.findLast((result) => result.key === key);
    return step ? [{ runId, stepId: step.stepId, ...lines }] : [];
  };
  const oneCite = (of: SkillCite | undefined): { cite?: Citation } => {
    const found = of === undefined ? undefined : cite(of)[0];
    return found === undefined ? {} : { cite: found };
  };
  return {
    statements: findings.statements.map((statement) => ({ ...statement, cites: statement.cites.flatMap(cite) })),
    tables: findings.tables.map((table) => ({ ...table, columns: [...table.columns], rows: table.rows.map((row) => ({ cells: [...row.cells], ...oneCite(row.cite) })) })),
    series: findings.series.map(({ title, unit, points, cite: of }) => ({ title, unit, points: [...points], ...oneCite(of) })),
    proposals: findings.proposals.map((proposal) => ({ ...proposal, inputs: { ...proposal.inputs }, cites: proposal.cites.flatMap(cite) })),
  };
}

export type Preview = { readonly steps: readonly PlannedStep[]; readonly verdict: Verdict; readonly say: string };

/** What the gate would say of every step that is known beforehand. */
export async function previewSkill(guard: Pick<Guard, "preview">, compiled: CompiledSkill, hostId: string, actor: Actor, taint: Taint = []): Promise<Preview> {
  const { id, version, signer } = compiled.skill;
  const steps: PlannedStep[] = [];
  let verdict: Verdict = "allow";
  let say = "";
  for (const step of compiled.steps) {
    const judged = await guard.preview({ hostId, script: step.script, actor, attended: true, skill: { id, version, signer }, declaredEffect: step.declaredEffect, dialect: step.dialect, ...tainted(step, taint) });
    steps.push(plannedStep(step, judged));
    if (WEIGHT[judged.verdict] > WEIGHT[verdict]) [verdict, say] = [judged.verdict, judged.why];
  }
  return { steps, verdict, say };
}

const WEIGHT: Readonly<Record<Verdict, number>> = { allow: 0, ask: 1, deny: 2 };
const plannedStep = (step: CompiledStep, judged: { effect: PlannedStep["effect"]; verdict: Verdict; proved: boolean; why: string }): PlannedStep => ({
  title: step.title,
  script: step.script,
  effect: worstEffect([step.declaredEffect, judged.effect]),
  verdict: judged.verdict,
  proved: judged.proved,
  why: judged.why,
});

/** Names, ids, groups, `tag:NAME` and "all", as an operator types them. */
export function resolveHosts(inventory: Pick<Inventory, "find" | "inGroup" | "all">, names: readonly string[]): { readonly hosts: readonly Host[]; readonly unknown: readonly string[] } {
  const hosts = new Map<string, Host>();
  const unknown: string[] = [];
  for (const raw of names) {
    const name = raw.replace(/^@/, "");
    const one = inventory.find(name);
    const many = one ? [one] : name === "all" ? inventory.all() : name.startsWith("tag:") ? inventory.all().filter(({ tags }) => tags.includes(name.slice(4))) : inventory.inGroup(name);
    if (many.length === 0) unknown.push(name);
    for (const host of many) hosts.set(host.id, host);
  }
  return { hosts: [...hosts.values()], unknown };
}
