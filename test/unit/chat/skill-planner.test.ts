import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createChat, createSkillPlanner } from "../../../src-main/chat/index.ts";
import type { ChatEvent, RunEvent } from "../../../src-main/contract/index.ts";
import type { Host } from "../../../src-main/inventory/port.ts";
import type { ParsedRequest } from "../../../src-main/request/port.ts";
import { createRuns, skillProgramOf } from "../../../src-main/runs/index.ts";
import { openSkills } from "../../../src-main/skills/index.ts";
import { openStore } from "../../../src-main/store/index.ts";
import { fakeGuard, type Answer } from "../../fakes/guard.ts";
import { ada, toldUntil } from "./world.ts";

const host = (name: string, more: Partial<Host> = {}): Host => ({ id: name, name, address: "127.0.0.1", port: 22, user: "ops", environment: "prod", criticality: "normal", groups: ["web"], tags: [], os: "linux", jumps: [], credential: { kind: "ask" }, transport: "ssh2", legacyAlgorithms: false, keepShell: false, notes: "", favourite: false, source: "", ...more });
const HOSTS = [host("web-01"), host("web-02", { environment: "dev" })];
const BROKEN = 'nginx: [emerg] unknown directive "proxy_passs" in /etc/nginx/conf.d/intranet.conf:14\nnginx: configuration file /etc/nginx/nginx.conf test failed\n';

/** web-01 as a host would answer, until the fix has run. */
function brokenWeb() {
  let isFixed = false;
  return ({ script }: { script: string }): Answer => {
    if (script.includes("sed -i")) {
      isFixed = true;
      return { stdout: "nginx: configuration file /etc/nginx/nginx.conf test is successful\n", effect: "service-impact", proved: false, verdict: "ask" };
    }
    if (script.includes("is-active")) return isFixed ? { stdout: "active\n" } : { stdout: "failed\n", exitCode: 3 };
    if (script.includes("nginx -t")) return { stdout: BROKEN, exitCode: 1 };
    if (script.startsWith("sed -n")) return { stdout: "        proxy_passs http://127.0.0.1:8080;\n" };
    if (script.startsWith("find")) return { stdout: "2026-11-21 07:41:12\t512\t/etc/nginx/conf.d/intranet.conf\n" };
    if (script.startsWith("ss")) return { stdout: "LISTEN 0      511          0.0.0.0:80        0.0.0.0:*\n" };
    return { stdout: "" };
  };
}

function world(parsed: ParsedRequest, answer: Parameters<typeof fakeGuard>[0] = brokenWeb(), hosts = HOSTS) {
  const store = openStore({ path: ":memory:" });
  const there = fakeGuard(answer);
  const inventory = { get: (id: string) => hosts.find((one) => one.id === id), find: (name: string) => hosts.find((one) => one.name === name), all: () => hosts, inGroup: (group: string) => hosts.filter(({ groups }) => groups.includes(group)) };
  const skills = openSkills({ store, now: Date.now, watches: false, builtInFolder: "resources/skills", homeFolder: mkdtempSync(join(tmpdir(), "sena-skills-")), pins: undefined, classify: undefined });
  let ids = 0;
  const ledger = { append: async () => ({ seq: 0, leafHash: "", head: { size: 0, root: "", note: "" } }) };
  const shared = { store, ledger, now: Date.now, newId: (prefix: string) => `${prefix}_${(ids += 1)}` };
  const runs = createRuns({ ...shared, guard: there.guard, programOf: skillProgramOf({ skills, inventory }), report: (_id, error) => { throw error; }, sleep: async () => {} });
  const planner = createSkillPlanner({ skills, parser: { parse: () => parsed, ready: async () => {} }, inventory, guard: there.guard, now: Date.now });
  const chat = createChat({ ...shared, runs, planners: [planner], hostsNamed: () => [], completions: () => [], report: (_id, error) => { throw error; } });
  return { chat, ...there };
}
const asSkill = (skillId: string, hosts: readonly string[], inputs = {}): ParsedRequest => ({ kind: "skill", skillId, slots: [], inputs, hosts, effect: "read", confidence: 0.95, why: "the test says so" });
const events = (items: Awaited<ReturnType<typeof toldUntil>>): (ChatEvent | RunEvent)[] => items.flatMap(({ event }): (ChatEvent | RunEvent)[] => (event.kind === "chat" ? [event.event] : event.kind === "run" ? [event.item.event] : []));

describe("why is web-01 down?", () => {
  test("is diagnosed with cited lines, the fix is put forward, and once approved it is verified and its undo offered", async () => {
    const { chat, executed, approvals, decide } = world(asSkill("nginx.why-down", ["web-01"]));
    const { conversationId } = await chat.send({ text: "why is web-01 down?", hosts: [], attachments: [] }, ada);
    const before = await toldUntil(chat, conversationId, "waiting");
    const answer = events(before).find((event) => event.type === "answer");
    expect(answer?.type === "answer" && answer.statements.map(({ text }) => text).join("\n")).toContain('"proxy_passs" is no directive nginx knows, in /etc/nginx/conf.d/intranet.conf line 14');
    const cited = answer?.type === "answer" ? answer.statements.filter(({ cites }) => cites.length > 0) : [];
    expect(cited.length).toBeGreaterThanOrEqual(2);
    expect(events(before).find((event) => event.type === "proposal" && "host" in event)).toMatchObject({ verdict: "ask", isUndo: false });
    expect(executed.some(({ script }) => script.includes("sed -i"))).toBe(false);

    decide([...approvals.keys()][0]!, "approved");
    const after = events(await toldUntil(chat, conversationId, "done", before.at(-1)!.cursor));
    const answers = after.flatMap((event) => (event.type === "answer" ? event.statements.map(({ text }) => text) : []));
    expect(answers.join("\n")).toContain("nginx runs again on web-01.");
    expect(after.find((event) => event.type === "proposal" && "host" in event)).toMatchObject({ isUndo: true });
    expect(executed.filter(({ script }) => script.includes("sed -i"))).toHaveLength(1);
  });

  test("denied by a person: nothing is changed, and the answer says so", async () => {
    const { chat, executed, approvals, decide } = world(asSkill("nginx.why-down", ["web-01"]));
    const { conversationId } = await chat.send({ text: "why is web-01 down?", hosts: [], attachments: [] }, ada);
    await toldUntil(chat, conversationId, "waiting");
    decide([...approvals.keys()][0]!, "denied");
    const told = events(await toldUntil(chat, conversationId, "refused"));
    expect(told.filter((event) => event.type === "answer").at(-1)).toMatchObject({ statements: [{ text: "Ada said no.", tone: "attention" }] });
    expect(executed.some(({ script }) => script.includes("sed -i"))).toBe(false);
  });

  test("on two hosts gives one matrix and puts no fix forward by itself", async () => {
    const { chat, approvals } = world(asSkill("nginx.why-down", ["web-01", "web-02"]));
    const { conversationId } = await chat.send({ text: "why are the web servers down?", hosts: [], attachments: [] }, ada);
    const told = events(await toldUntil(chat, conversationId, "done"));
    const answer = told.find((event) => event.type === "answer");
    expect(answer).toMatchObject({ tables: [{ title: "Hosts", rows: [{ hostId: "web-01" }, { hostId: "web-02" }] }] });
    expect(told.filter((event) => event.type === "proposal" && "host" in event)).toHaveLength(2);
    expect(approvals.size).toBe(0);
  });
});

describe("a skill called by name", () => {
  const never: ParsedRequest = { kind: "out-of-scope", say: "the parser was asked", nearest: [] };

  test("runs on the host it names, without the parser", async () => {
    const { chat } = world(never);
    const { conversationId } = await chat.send({ text: "#nginx.why-down @web-01", hosts: [], attachments: [] }, ada);
    const told = events(await toldUntil(chat, conversationId, "waiting"));
    expect(told.find((event) => event.type === "understood")).toMatchObject({ skill: { id: "nginx.why-down" }, hosts: [{ name: "web-01" }] });
  });

  test("without a host asks which, when several fit", async () => {
    const { chat } = world(never);
    const { conversationId } = await chat.send({ text: "#nginx.why-down", hosts: [], attachments: [] }, ada);
    const told = events(await toldUntil(chat, conversationId, "asked-back"));
    expect(told.find((event) => event.type === "ask-back")).toMatchObject({ slot: "host", choices: [{ label: "web-01", ask: "#nginx.why-down @web-01" }, { label: "web-02" }] });
  });

  test("without any host in the inventory says that and where one is added, and asks for none", async () => {
    const asked: ParsedRequest = { kind: "ask", question: 'There is no host "web-01" in the inventory. Which one is meant?', slot: "host", choices: [], isFree: true, why: "" };
    for (const text of ["#nginx.why-down", "why is web-01 down?"]) {
      const { chat } = world(asked, undefined, []);
      const { conversationId } = await chat.send({ text, hosts: [], attachments: [] }, ada);
      const told = events(await toldUntil(chat, conversationId, "asked-back"));
      expect(told.find((event) => event.type === "ask-back"), text).toMatchObject({ question: expect.stringMatching(/no hosts in the inventory yet.*Add one under Hosts/) as string, choices: [], isFree: false });
    }
  });

  test("that does not exist is out of scope, with those that resemble it", async () => {
    const { chat } = world(never);
    const { conversationId } = await chat.send({ text: "#why-down @web-01", hosts: [], attachments: [] }, ada);
    const told = events(await toldUntil(chat, conversationId, "out-of-scope"));
    expect(told.find((event) => event.type === "out-of-scope")).toMatchObject({ nearest: [{ ask: "#nginx.why-down @web-01" }] });
  });
});

test("an unknown host beside the sentence is asked back, never guessed", async () => {
  const { chat, asked } = world(asSkill("nginx.why-down", ["web-01"]));
  const { conversationId } = await chat.send({ text: "why is it down?", hosts: ["web-1"], attachments: [] }, ada);
  const told = events(await toldUntil(chat, conversationId, "asked-back"));
  expect(told.find((event) => event.type === "ask-back")).toMatchObject({ question: expect.stringContaining('"web-1"'), choices: [{ label: "web-01" }, { label: "web-02" }] });
  expect(asked).toEqual([]);
});

describe("two questions in one sentence", () => {
  test("are two runs and one answer", async () => {
    const first = asSkill("linux-core.load", ["web-01"]);
    const second = asSkill("linux-core.logged-in", ["web-01"]);
    if (first.kind !== "skill" || second.kind !== "skill") throw new Error("not skills");
    const { chat, executed } = world({ ...first, next: [second] }, () => ({ stdout: "0.10 0.20 0.30 1/100 4242\n" }));
    const { conversationId, turnId } = await chat.send({ text: "load of web-01 and who is on it", hosts: [], attachments: [] }, ada);
    const told: ChatEvent[] = [];
    for await (const { event } of chat.follow(conversationId, { after: "0.0" }, AbortSignal.timeout(8000))) {
      if (event.kind !== "chat") continue;
      told.push(event.event);
      if (event.event.type === "turn" && event.event.turnId === turnId && !["working", "waiting"].includes(event.event.state)) break;
    }
    expect(told.filter((event) => event.type === "run" || event.type === "turn")).toMatchObject([{ state: "working" }, { type: "run" }, { type: "run" }, { type: "turn" }]);
    expect(new Set(told.flatMap((event) => (event.type === "run" ? [event.runId] : []))).size).toBe(2);
    expect(told.filter((event) => event.type === "answer")).toHaveLength(1);
    expect(executed.map(({ script }) => script)).toContain("who");
  });
});
