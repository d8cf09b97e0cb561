import { Failure, type RunItem } from "../../../src-main/contract/index.ts";
import type { NewEntry } from "../../../src-main/ledger/port.ts";
import { createRuns, type Program, type Runs, type RunSpec, type StepSpec } from "../../../src-main/runs/index.ts";
import { openStore, type Store } from "../../../src-main/store/index.ts";
import { fakeGuard, type Answer } from "../../fakes/guard.ts";

export const step = (key: string, script: string, more: Partial<StepSpec> = {}): StepSpec => ({ key, title: key, script, declaredEffect: "read", dialect: "posix", role: "check", timeoutMs: 1000, why: "test", checksAfter: [], okExitCodes: [0], ...more });

export const list =
  (...steps: StepSpec[]): Program => ({
    next: ({ results }) => {
      const last = results.at(-1);
      if (last && last.state !== "done") return { kind: "end", state: last.state === "refused" ? "refused" : "failed", say: last.say, findings: none };
      const next = steps[results.length];
      return next ? { kind: "step", step: next } : { kind: "end", state: "done", say: `${results.length} steps`, findings: none };
    },
  });

const none = { statements: [], tables: [], series: [], proposals: [] };

export const spec = (hosts: readonly string[], more: Partial<RunSpec> = {}): RunSpec => ({
  title: "a test run",
  program: { kind: "test", params: {} },
  inputs: {},
  hosts: hosts.map((id) => ({ id, name: id, environment: "dev" })),
  outline: [],
  tree: false,
  actor: { kind: "operator", id: "op1", name: "Ada" },
  attended: true,
  budget: {},
  ...more,
});

export function world(program: Program, answer: Parameters<typeof fakeGuard>[0] = (): Answer => ({ stdout: "ok\n" }), store: Store = openStore({ path: ":memory:" }), host = fakeGuard(answer), sleep: (ms: number) => Promise<void> = async () => {}) {
  let clock = 1_000_000;
  const now = () => (clock += 1);
  let ids = 0;
  const entries: NewEntry[] = [];
  const reports: unknown[] = [];
  const open = (): Runs & AsyncDisposable =>
    createRuns({
      store,
      guard: host.guard,
      ledger: { append: async (entry) => (entries.push(entry), { seq: entries.length, leafHash: "", head: { size: 0, root: "", note: "" } }) },
      programOf: (of) => {
        if (of.program.kind !== "test") throw new Failure("RUN_PROGRAM_GONE", "gone");
        return program;
      },
      now,
      newId: (prefix) => `${prefix}_${(ids += 1)}`,
      sleep,
      report: (_runId, error) => void reports.push(error),
    });
  return { open, runs: open(), ...host, now, store, entries, reports };
}

export const types = (items: readonly RunItem[]): string[] => items.map(({ event }) => event.type);
/** Until something in the journal is so: no clock involved. */
export async function until(runs: Runs, claim: () => boolean): Promise<void> {
  const stop = new AbortController();
  for await (const _ of runs.changes(stop.signal)) if (claim()) return;
}
