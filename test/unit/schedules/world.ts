import { Failure } from "../../../src-main/contract/index.ts";
import type { Host } from "../../../src-main/inventory/port.ts";
import { createRuns, skillProgramOf } from "../../../src-main/runs/index.ts";
import { createSchedules } from "../../../src-main/schedules/index.ts";
import { judgesOf } from "../../../src-main/shells/core/schedules.ts";
import type { CompiledSkill, SkillSummary } from "../../../src-main/skills/port.ts";
import { gateWorld, type GateWorld } from "../../fakes/gate.ts";

const NONE = { statements: [], tables: [], series: [], proposals: [] };
export const SIGNED: SkillSummary = { id: "lab.look", version: "1.0.0", signer: "vendor", title: "A look", pack: "lab", topic: "t", summary: "s", kind: "look", effect: "read", inputs: [], targets: { os: ["linux"], tags: [] }, trust: "trusted", examples: [] };

/** Schedules over the real gate and real runs: what a runbook does, and what hosts answer, is made up. */
export async function schedulesWorld(of: { readonly several?: boolean; readonly ssh?: Parameters<typeof gateWorld>[0] extends infer O ? (O extends { ssh?: infer S } ? S : never) : never; readonly gate?: GateWorld; readonly sleep?: (ms: number) => Promise<void> } = {}) {
  const gate = of.gate ?? (await gateWorld({ ...(of.several && { several: true }), ...(of.ssh && { ssh: of.ssh }) }));
  const state = { skill: SIGNED as SkillSummary | undefined, script: "uptime", digest: "files-1", tone: "good" as "good" | "bad", outline: [] as CompiledSkill["outline"] };
  const compile = (skillId: string, inputs: Readonly<Record<string, string>>, host: Pick<Host, "name" | "os">): CompiledSkill => {
    if (host.os !== "linux") throw new Failure("SKILL_NOT_TARGET", `${host.name} is not made for this.`);
    const skill = state.skill ?? SIGNED;
    const step = { id: "one", title: "one", script: inputs["script"] ?? state.script, declaredEffect: "read" as const, dialect: "posix" as const, role: "check" as const, timeoutMs: 1000, why: "test", checksAfter: [], okExitCodes: [0] };
    return {
      skill: { id: skillId, version: skill.version, signer: skill.signer, title: skill.title }, title: `A look at ${host.name}`, kind: "look", effect: "read", isTree: false, outline: state.outline, inputs, steps: [step],
      next: ([result]) => {
        if (result === undefined) return { kind: "step", step };
        if (result.state !== "done") return { kind: "end", state: result.state === "refused" ? "refused" : "failed", say: result.say ?? result.state, findings: NONE };
        return { kind: "end", state: "done", say: "", findings: { ...NONE, statements: [{ text: `It is ${state.tone}.`, tone: state.tone, cites: [] }] } };
      },
      ahead: () => [step],
    };
  };
  const skills = { get: (id: string) => (id === SIGNED.id ? state.skill : undefined), compile };
  const all = () => [...gate.hosts.values()];
  const inventory = { get: (id: string) => gate.hosts.get(id), find: (name: string) => all().find((host) => host.name === name), all, inGroup: (group: string) => all().filter(({ groups }) => groups.includes(group)) };
  const now = () => gate.clock.now;
  const reports: unknown[] = [];
  const report = (_id: string, error: unknown) => void reports.push(error);
  const runs = createRuns({ store: gate.store, guard: gate.guard, ledger: gate.ledger, programOf: skillProgramOf({ skills, inventory }), now, newId: gate.newId, sleep: async () => {}, report });
  const schedules = createSchedules({
    ...judgesOf(gate), store: gate.store, ledger: gate.ledger, runs, skills, inventory, access: gate.access, standing: gate.standing, now, newId: gate.newId, report, packDigest: () => state.digest,
    sleep: of.sleep ?? (async () => {}),
  });
  const person = (id: string) => ({ id, name: gate.access.operator(id)?.name ?? "" });
  const draft = (more: object = {}) => ({ name: "nightly", skillId: SIGNED.id, inputs: {}, hosts: ["dev-01"], timetable: { kind: "every" as const, minutes: 60 }, catchesUp: false, ...more });
  return {
    ...gate, gate, state, runs, schedules, reports, person, draft, inventory,
    approve: (id: string, by: string, days = 30) => schedules.approve(id, { digest: schedules.list().find((each) => each.id === id)?.digest ?? "", days }, person(by)),
    /** The clock goes on, somebody looks at it, and what it began has ended. */
    async after(ms: number) {
      gate.pass(ms);
      await schedules.look();
      return this.settled();
    },
    /** The newest turn of the first schedule, once it is over: no clock involved. */
    async settled() {
      const stop = new AbortController();
      const id = schedules.list()[0]?.id ?? "";
      for await (const _ of schedules.changes(stop.signal)) if (schedules.turns(id, 1)[0]?.state !== "running") break;
      stop.abort();
      return schedules.turns(id, 1)[0];
    },
  };
}
