import { createAgent, type AgentNeeds } from "../../src-main/agent/index.ts";
import type { AgentModels, Call } from "../../src-main/agent/port.ts";
import { Failure } from "../../src-main/contract/index.ts";
import type { AskContext, GenerateRequest } from "../../src-main/models/index.ts";
import { createRuns } from "../../src-main/runs/index.ts";
import { classify } from "../../src-main/shellcheck/index.ts";
import { DEV, fakeSsh, gateWorld, PROD } from "./gate.ts";

/** A model that says what the test wrote down: the call, or several at once, or text. */
export type Scripted = Call | readonly Call[] | string;
export const call = (name: string, args: Record<string, unknown> = {}): Call => ({ name, args });
export const command = (text: string, more: Record<string, unknown> = {}): Call => call("run_command", { command: text, why: "to see", ...more });
export const FINISH = call("finish", { claims: [] });

const PLAIN = { usage: { promptTokens: 100, outputTokens: 10, cachedTokens: 0 }, provider: "scripted", model: "scripted", why: "" } as const;
const ANSWERED = { ...PLAIN, text: "", calls: [] };

/** The real agent, runs, guard, reader of commands and default policy over make-believe hosts, with a scripted model. */
export async function agentWorld(answer?: Parameters<typeof fakeSsh>[0], knowledge?: AgentNeeds["knowledge"], skills?: AgentNeeds["skills"]) {
  const ssh = fakeSsh(answer);
  const gate = await gateWorld({ ssh });
  gate.reader.classify = classify;
  let script: Scripted[] = [];
  let model: ((request: GenerateRequest) => Promise<Call>) | undefined;
  const asked: GenerateRequest[] = [];
  const contexts: AskContext[] = [];
  const world: { reviewer: string | undefined; apart: (request: GenerateRequest) => Promise<string> } = { reviewer: undefined, apart: async () => '{"facts":[]}' };
  const models: AgentModels = {
    isReady: () => true,
    reviewer: () => world.reviewer,
    async answer(context, request) {
      asked.push(request);
      contexts.push(context);
      // Only calls without tools ask for a shape of their own: the reader apart, and the second opinion.
      if (request.schema) return { ...ANSWERED, text: await world.apart(request) };
      const next: Scripted = model ? await model(request) : (script.shift() ?? FINISH);
      const calls = typeof next === "string" ? [] : "name" in next ? [next] : next;
      return { text: typeof next === "string" ? next : "", calls: calls.map((one, i) => ({ id: `c${i}`, ...one })), ...PLAIN };
    },
  };
  const inventory = { get: (id: string) => gate.hosts.get(id), all: () => [PROD, DEV] };
  const agent = createAgent({ store: gate.store, models, inventory, ...(knowledge && { knowledge }), newMarker: () => "marker-1", skills: skills ?? { list: () => [], compile: () => { throw new Failure("SKILL_NOT_FOUND", "There is no such skill."); } } });
  const runs = createRuns({ store: gate.store, guard: gate.guard, ledger: gate.ledger, programOf: agent.programOf, now: Date.now, newId: gate.newId, sleep: async () => {}, report: (_id, error) => { throw error; } });
  const by = { kind: "operator", id: gate.ada, name: "ada" } as const;
  return {
    ...gate, agent, runs, asked, contexts, ssh, others: world,
    /** Runs until its end; what waits for a person finds nobody, and is stopped. */
    async play(of: readonly Scripted[] | ((request: GenerateRequest) => Promise<Call>), host = DEV, request = "why is it slow", params: { readonly model?: string } = {}) {
      script = typeof of === "function" ? [] : [...of];
      model = typeof of === "function" ? of : undefined;
      const { runId } = await runs.start({ title: "asked", program: { kind: "agent", params: { request, ...params } }, inputs: {}, hosts: [{ id: host.id, name: host.name, environment: host.environment }], outline: [], tree: true, actor: by, attended: true, budget: {} });
      let waited = 0;
      for await (const { event } of runs.follow(runId, 0, new AbortController().signal)) {
        if (event.type !== "waiting") continue;
        waited += 1;
        await runs.stop(runId, by);
      }
      const items = runs.items(runId).map(({ event }) => event);
      return { runId, items, waited, summary: runs.get(runId), statements: items.flatMap((event) => (event.type === "statement" ? [event.statement] : [])) };
    },
  };
}
