import { actorOf, failer, type GroupHandlers, type RunSummary, type runsContract } from "../contract/index.ts";
import type { Guard } from "../guard/port.ts";
import type { Inventory } from "../inventory/port.ts";
import { RUN_FAILURES, hostRef, planSkillRun, previewSkill, resolveHosts, type Runs } from "../runs/index.ts";
import type { Skills } from "../skills/port.ts";
import { inTurns, paced } from "./paced.ts";

const fail = failer(RUN_FAILURES);

export type RunsApiNeeds = { readonly runs: Runs; readonly skills: Pick<Skills, "get" | "compile">; readonly inventory: Inventory; readonly guard: Pick<Guard, "preview"> };

export function runsHandlers({ runs, skills, inventory, guard }: RunsApiNeeds): GroupHandlers<typeof runsContract> {
  const hostsOf = (names: readonly string[]) => {
    const { hosts, unknown } = resolveHosts(inventory, names);
    const [missing] = unknown;
    if (missing !== undefined) throw fail("RUN_UNKNOWN_HOST", { name: missing });
    return hosts;
  };
  return {
    start: async ({ skillId, hosts, inputs, budget, ticket }, { principal }) => {
      const plan = planSkillRun({ skills, inventory }, { skillId, inputs, hosts: hostsOf(hosts), budget, ticket });
      return runs.start({ ...plan, actor: actorOf(principal), attended: true });
    },
    preview: async ({ skillId, hosts, inputs }, { principal }) => {
      const on = hostsOf(hosts);
      const plan = planSkillRun({ skills, inventory }, { skillId, inputs, hosts: on });
      const previews = [];
      for (const host of on) {
        try {
          previews.push({ host: hostRef(host), steps: [...(await previewSkill(guard, skills.compile(skillId, inputs, host), host.id, actorOf(principal))).steps], problem: "" });
        } catch (error) {
          previews.push({ host: hostRef(host), steps: [], problem: (error as Error).message });
        }
      }
      return { title: plan.title, isTree: plan.tree, inputs: { ...plan.inputs }, hosts: previews };
    },
    list: async (query) => ({ runs: runs.list(query).map(brief) }),
    show: async ({ runId }) => ({ run: runs.get(runId) }),
    follow: ({ runId, after, waits }, { signal }) => (waits ? runs.follow(runId, after, signal) : inTurns(runs.told(runId, after))),
    live: (_input, { signal }) => liveRuns(runs, signal),
    stop: async ({ runId }, { principal }) => {
      await runs.stop(runId, actorOf(principal));
      return { done: true };
    },
    pause: async ({ runId }, { principal }) => {
      await runs.pause(runId, actorOf(principal));
      return { done: true };
    },
    resume: async ({ runId }, { principal }) => {
      await runs.resume(runId, actorOf(principal));
      return { done: true };
    },
  };
}

const LISTED_HOSTS = 20;
const LIVE_EVERY_MS = 250;

/** Hundreds of runs of hundreds of hosts are more than a list can say: it names the first ones and counts the others. */
const brief = (run: RunSummary): RunSummary => ({ ...run, hosts: run.hosts.slice(0, LISTED_HOSTS) });

async function* liveRuns(runs: Runs, signal: AbortSignal) {
  let told = "";
  // A fleet's steps change it hundreds of times a second.
  for await (const _ of paced(runs.changes(signal), LIVE_EVERY_MS, signal)) {
    const unfinished = runs.unfinished().map(brief);
    const now = JSON.stringify(unfinished);
    if (now !== told) yield { runs: unfinished };
    told = now;
  }
}
