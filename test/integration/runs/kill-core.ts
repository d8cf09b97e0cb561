// A core reduced to what may never be wrong: ledger, guard and runs over three hosts. Started by kill.ts, which kills it.
import { randomFillSync } from "node:crypto";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createGuard } from "../../../src-main/guard/index.ts";
import type { Host } from "../../../src-main/inventory/port.ts";
import { idMaker } from "../../../src-main/kernel/index.ts";
import { openLedger } from "../../../src-main/ledger/index.ts";
import { createRuns, type StepSpec } from "../../../src-main/runs/index.ts";
import { classify } from "../../../src-main/shellcheck/index.ts";
import { openStore } from "../../../src-main/store/index.ts";
import { localHosts } from "../../fakes/local-hosts.ts";

const [dir = "", mode = ""] = process.argv.slice(2);
export const STEPS = 12;
const HOSTS = ["a-01", "b-01", "c-01"];
const random = (into: Uint8Array<ArrayBuffer>) => randomFillSync(into);
const newId = idMaker(Date.now, random);
const hostOf = (id: string): Host => ({ id, name: id, address: "127.0.0.1", port: 22, user: "ops", environment: "dev", criticality: "normal", groups: [], tags: [], os: "linux", jumps: [], credential: { kind: "ask" }, transport: "ssh2", legacyAlgorithms: false, keepShell: false, notes: "", favourite: false, source: "" });

const store = openStore({ path: join(dir, "sena.db") });
const ledger = await openLedger({ dir: join(dir, "ledger"), now: Date.now, newId, random });
const principal = { id: "op1", name: "Ada", permissions: ["operate"] as const };
const never = async (): Promise<never> => {
  throw new Error("nothing here asks for approval");
};
const guard = createGuard({
  classify,
  // The gate lets everything through here: what is tested is that nothing goes through twice.
  policy: { hash: "0".repeat(64), decide: () => ({ verdict: "allow", rules: ["test"], why: "allowed for the test", approvers: { count: 0, mayBeRequester: true }, policyHash: "0".repeat(64) }) },
  inventory: { get: (id) => (HOSTS.includes(id) ? hostOf(id) : undefined) },
  access: { principal: () => principal, rolesOf: () => ["operator"], singleOperator: true },
  circumstances: { of: () => ({ inChangeWindow: true, frozen: false, breakGlass: false, grantedBy: [] }) },
  standing: { covers: () => false },
  now: Date.now,
  ledger,
  approvals: { request: never, settled: never, cancel: never, usable: () => ({ ok: false, reason: "expired", say: "" }), used: () => {} },
  ssh: localHosts(join(dir, "hosts")),
  noteDecision: () => {},
  sleep,
});

const stepOf = (n: number): StepSpec => ({ key: `s${n}`, title: `step ${n}`, script: `echo begun >> "$HOME/count-${n}"\nsleep 0.02\necho step ${n} done`, declaredEffect: "mutate", dialect: "posix", role: "act", timeoutMs: 20_000, why: "counted on the host", checksAfter: [], okExitCodes: [0] });
const nothing = { statements: [], tables: [], series: [], proposals: [] };
const runs = createRuns({
  store, guard, ledger, now: Date.now, newId,
  programOf: () => ({
    next: ({ results }) => {
      const last = results.at(-1);
      if (last && last.state !== "done") return { kind: "end", state: "failed", say: last.say, findings: nothing };
      return results.length < STEPS ? { kind: "step", step: stepOf(results.length) } : { kind: "end", state: "done", say: "", findings: nothing };
    },
  }),
  report: (runId, error) => console.error(runId, error),
});

// A core may die after its run was durable and before any host saw a command: then there is something to take up all the same.
if (mode === "start" && runs.list({ limit: 1 }).length === 0) await runs.start({ title: "twelve steps", program: { kind: "test", params: {} }, inputs: {}, hosts: HOSTS.map((id) => ({ id, name: id, environment: "dev" })), outline: [], tree: false, actor: { kind: "operator", id: "op1", name: "Ada" }, attended: true, budget: {} });
else await runs.takeUp();
console.log("under way");
for (const { id } of runs.list({ limit: 10 })) {
  const end = await runs.ended(id);
  console.log(JSON.stringify({ state: end.state, say: end.say, done: end.steps.done }));
}
process.exit(0);
