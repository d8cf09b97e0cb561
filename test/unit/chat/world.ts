import type { ChatItem, Proposal, RunEvent, Statement } from "../../../src-main/contract/index.ts";
import { createChat, type Chat, type Offer, type Plan, type Planner, type RunPlan, type TurnView } from "../../../src-main/chat/index.ts";
import type { Program } from "../../../src-main/runs/index.ts";
import { openStore, type Store } from "../../../src-main/store/index.ts";
import type { fakeGuard } from "../../fakes/guard.ts";
import { list, spec, step, world as runWorld } from "../runs/world.ts";

export const ada = { kind: "operator", id: "op1", name: "Ada" } as const;
const host = { id: "web-01", name: "web-01", environment: "prod" } as const;
const skill = { id: "nginx/why-down", version: "1.2.0", signer: "sena", title: "Web service is down" };
const understood = { skill, title: skill.title, hosts: [host], slots: [{ name: "service", value: "nginx", from: "request" }], confidence: 0.97, why: "both voices agree" } as const;

/** A diagnosis that proposes a restart; the fix is the second program. */
const diagnosis: Program = {
  next: ({ runId, results }) =>
    results[0]
      ? { kind: "end", state: "done", say: "", findings: { statements: [said("nginx is down.", runId, results[0].stepId)], tables: [], series: [], proposals: [{ title: "Start nginx", why: "It is down.", skillId: "nginx/start", inputs: {}, cites: [], isUndo: false }] } }
      : { kind: "step", step: step("active", "systemctl is-active nginx", { okExitCodes: [0, 3] }) },
};
const fix = list(step("start", "systemctl start nginx", { declaredEffect: "service-impact", role: "act" }));
const said = (text: string, runId: string, stepId: string): Statement => ({ text, tone: "bad", cites: [{ runId, stepId, stream: "stdout", fromLine: 1, toLine: 1 }] });

const runPlan = (which: "diagnosis" | "fix"): RunPlan => {
  const { actor: _actor, attended: _attended, ...rest } = spec(["web-01"], { title: which, inputs: { which }, skill });
  return rest;
};

export const planner: Planner = {
  name: "fake",
  async next(turn): Promise<Plan> {
    const last = turn.runs.at(-1);
    if (turn.text === "make coffee") return { kind: "out-of-scope", say: "That is not a server's work.", nearest: [] };
    if (turn.text === "which") return { kind: "ask-back", question: "Which host?", slot: "host", choices: [{ id: "1", label: "web-01", detail: "", ask: "why is web-01 down?" }], isFree: true };
    if (turn.text === "break") throw new Error("a bug");
    if (!last) return { kind: "run", understood, run: runPlan("diagnosis") };
    const events = last.items.map(({ event }) => event);
    const statements = events.flatMap((event) => (event.type === "statement" ? [event.statement] : []));
    const state = last.summary.state === "done" ? "done" : (last.summary.state as "failed" | "refused" | "stopped" | "unknown");
    return { kind: "answer", statements: last.purpose === "fix" ? [{ text: "Started.", tone: "good", cites: [] }] : statements, tables: [], series: [], offers: offersOf(turn, events, last.runId), state, say: last.summary.say };
  },
  take: async () => runPlan("fix"),
};

function offersOf(turn: TurnView, events: readonly RunEvent[], runId: string): Offer[] {
  const proposals = events.flatMap((event): Proposal[] => (event.type === "proposal" ? [event.proposal] : []));
  return proposals.map((proposal) => ({ proposal, runId, host, skill, steps: [{ title: "Start nginx", script: "systemctl start nginx", effect: "service-impact", verdict: "ask", proved: false, why: "" }], verdict: turn.text.includes("dev") ? "allow" : "ask", say: "prod asks", isPutForward: !turn.text.includes("dev") }));
}

export function world(answer?: Parameters<typeof fakeGuard>[0], store: Store = openStore({ path: ":memory:" })) {
  const program: Program = { next: (lane) => (lane.runId in fixes ? fix : diagnosis).next(lane) };
  const fixes: Record<string, true> = {};
  const there = runWorld(program, answer ?? (({ script }) => (script.includes("start") ? { effect: "service-impact", proved: false, verdict: "ask" } : { stdout: "failed\n", exitCode: 3 })), store);
  const reports: unknown[] = [];
  let ids = 0;
  const openChat = (runs = there.runs): Chat & AsyncDisposable =>
    createChat({
      store,
      runs: { ...runs, start: async (of) => {
        const started = await runs.start(of);
        if (of.inputs["which"] === "fix") fixes[started.runId] = true;
        return started;
      } },
      ledger: { append: async (entry) => (there.entries.push(entry), { seq: 0, leafHash: "", head: { size: 0, root: "", note: "" } }) },
      planners: [planner],
      hostsNamed: (names) => names.map((name) => ({ id: name, name, environment: "dev" })),
      completions: () => [],
      now: there.now,
      newId: (prefix) => `${prefix}_c${(ids += 1)}`,
      report: (_turn, error) => void reports.push(error),
    });
  return { ...there, store, chat: openChat(), openChat, reports, fixes };
}

/** Everything a conversation tells until its turn stands as asked. */
export async function toldUntil(chat: Chat, conversationId: string, state: string, after = "0.0"): Promise<ChatItem[]> {
  const items: ChatItem[] = [];
  for await (const item of chat.follow(conversationId, { after }, new AbortController().signal)) {
    items.push(item);
    if (item.event.kind === "chat" && item.event.event.type === "turn" && item.event.event.state === state) return items;
  }
  return items;
}
export const chatTypes = (items: readonly ChatItem[]) => items.flatMap(({ event }) => (event.kind === "chat" ? [event.event.type] : []));
export const say = (chat: Chat, text: string, conversationId?: string) => chat.send({ conversationId, text, hosts: [], attachments: [] }, ada);
