import type { Agent } from "../agent/index.ts";
import type { Inventory } from "../inventory/port.ts";
import { hostRef, resolveHosts } from "../runs/index.ts";
import type { Plan, Planner, TurnView } from "./port.ts";

export type AgentPlannerNeeds = {
  readonly agent: Pick<Agent, "isReady" | "questionOf">;
  readonly inventory: Inventory;
  /** Composes the answer of a run and its offers, as for skills. */
  readonly answers: Pick<Planner, "next" | "take">;
};

const MAX_HOSTS = 5;
const REF = { id: "agent", version: "1", signer: "", title: "Worked out by a model" } as const;

/** Asked after the skills. A run of its own, on the hosts that were named: it does not choose them. */
export function createAgentPlanner({ agent, inventory, answers }: AgentPlannerNeeds): Planner {
  const hostsOf = ({ hosts, text, earlier }: TurnView) => {
    const chosen = resolveHosts(inventory, hosts).hosts;
    if (chosen.length > 0) return chosen;
    const words = new Set(text.toLowerCase().split(/[^a-z0-9._-]+/));
    const named = inventory.all().filter(({ name }) => words.has(name.toLowerCase()));
    return named.length > 0 ? named : (earlier.at(-1)?.hosts ?? []).flatMap(({ id }) => inventory.get(id) ?? []);
  };

  async function plan(turn: TurnView): Promise<Plan | "not-mine"> {
    if (!agent.isReady()) return "not-mine";
    const hosts = hostsOf(turn);
    if (hosts.length === 0) return { kind: "ask-back", question: "On which host? No skill fits this, so a model works it out, on the hosts you name.", slot: "host", choices: inventory.all().slice(0, 8).map(({ name, environment }, i) => ({ id: `${i + 1}`, label: name, detail: environment, ask: `${turn.text} @${name}` })), isFree: true };
    if (hosts.length > MAX_HOSTS) return { kind: "ask-back", question: `No skill fits this, and a model works on at most ${MAX_HOSTS} hosts at once. Which ones?`, slot: "host", choices: hosts.slice(0, 8).map(({ name, environment }, i) => ({ id: `${i + 1}`, label: name, detail: environment, ask: `${turn.text} @${name}` })), isFree: true };
    const on = hosts.map(hostRef);
    return {
      kind: "run",
      understood: { skill: REF, title: REF.title, hosts: on, slots: [], confidence: 0, why: "no skill fits; a model plans, and the gate judges every command" },
      run: { title: turn.text.slice(0, 120), program: { kind: "agent", params: { request: turn.text, ...(turn.model !== undefined && { model: turn.model }) } }, inputs: {}, hosts: on, outline: [], tree: true, budget: {} },
    };
  }

  return {
    name: "agent",
    async next(turn, signal) {
      const last = turn.runs.at(-1);
      if (!last) return plan(turn);
      const question = agent.questionOf(last.runId);
      if (question !== undefined && last.purpose === "answer") return { kind: "ask-back", question, slot: "answer", choices: [], isFree: true };
      return answers.next(turn, signal);
    },
    take: async (turn, proposal) => {
      if (!answers.take) throw new Error("nothing takes up proposals here");
      return answers.take(turn, proposal);
    },
  };
}
