import { expect, test } from "vitest";
import { runsHandlers } from "../../../src-main/api/runs.ts";
import type { Runs } from "../../../src-main/runs/index.ts";
import { openStore } from "../../../src-main/store/index.ts";
import { countedStore } from "../../fakes/counted-store.ts";
import { list, spec, step, until, world } from "./world.ts";

const HOSTS = Array.from({ length: 30 }, (_, n) => `host-${n}`);
const signal = () => new AbortController().signal;

/** Some runs on a fleet, ended, in a process that is gone. */
async function fleets(count: number) {
  const { store, asked, total } = countedStore(openStore({ path: ":memory:" }));
  const there = world(list(step("one", "uptime"), step("two", "df"), step("three", "free")), undefined, store);
  for (let n = 0; n < count; n += 1) await there.runs.ended((await there.runs.start(spec(HOSTS, { conversationId: "conv_1", origin: `turn_${n}/answer` }))).runId);
  asked.clear();
  return { ...there, store, asked, total, runs: there.open() };
}
const handlersOf = (runs: Runs) => runsHandlers({ runs, skills: {} as never, inventory: {} as never, guard: {} as never });

test("a list of ended runs reads a row for each of them, and none of their steps", async () => {
  const { runs, asked, total } = await fleets(5);
  asked.clear();
  expect(runs.list({ limit: 5 }).map(({ steps }) => steps)).toEqual(Array.from({ length: 5 }, () => ({ total: 90, done: 90, failed: 0 })));
  expect(total()).toEqual({ times: 1, rows: 5 });
});

test("runs that ended before counts were kept are counted once", async () => {
  const { runs, store, asked, total } = await fleets(2);
  store.raw.exec("UPDATE runs SET steps = NULL");
  asked.clear();
  const [first] = runs.list({ limit: 2 });
  expect(first!.steps).toEqual({ total: 90, done: 90, failed: 0 });
  expect(total().rows).toBeGreaterThan(2);
  asked.clear();
  expect(runs.list({ limit: 2 })[0]).toEqual(first);
  expect(total()).toEqual({ times: 1, rows: 2 });
});

test("of a run that goes on, steps are counted as they come, not read again for each look", async () => {
  const { store, asked } = countedStore(openStore({ path: ":memory:" }));
  const there = world(list(step("one", "uptime"), step("two", "systemctl restart nginx", { declaredEffect: "service-impact", role: "act" })), ({ script }) => (script.includes("restart") ? { effect: "service-impact", proved: false, verdict: "ask" } : { stdout: "ok" }), store);
  const { runId } = await there.runs.start(spec(["host-1"]));
  for await (const _ of there.runs.changes(signal())) if (there.runs.get(runId).state === "waiting") break;
  expect(there.runs.unfinished()).toMatchObject([{ steps: { total: 2, done: 1, failed: 0 } }]);
  const looked = asked.get("runs.marks")!.times;
  there.decide([...there.approvals.keys()][0]!, "approved");
  const run = await there.runs.ended(runId);
  expect(run).toMatchObject({ state: "done", steps: { total: 2, done: 2, failed: 0 } });
  // Once more, when it ended: that is what is kept.
  expect(asked.get("runs.marks")!.times).toBe(looked + 1);
});

test("the figures of many runs are made of rows without their hosts and steps, and a question finds its own", async () => {
  const { runs, asked, total } = await fleets(4);
  asked.clear();
  expect(runs.facts({ from: 0, limit: 3 })).toHaveLength(3);
  expect(runs.factsOfTurn("turn_2")).toMatchObject([{ turnId: "turn_2", state: "done" }]);
  expect(runs.factsOfTurn("turn")).toEqual([]);
  expect(total()).toEqual({ times: 3, rows: 4 });
  expect([...asked.keys()].toSorted()).toEqual(["runs.facts", "runs.facts-of-turn"]);
});

test("a list names the first hosts of a fleet and counts them all; one run is shown whole", async () => {
  const { runs } = await fleets(1);
  const handlers = handlersOf(runs);
  const context = { principal: { id: "op1", name: "Ada", permissions: ["view"] as const }, signal: signal() };
  const { runs: [listed] } = await handlers.list({ limit: 10 }, context);
  expect(listed).toMatchObject({ hostCount: 30, hosts: { length: 20 } });
  expect((await handlers.show({ runId: listed!.id }, context)).run).toMatchObject({ hostCount: 30, hosts: { length: 30 } });
});

test("what happened in a run is told to its end, and of one that goes on up to now", async () => {
  const there = world(list(step("a", "uptime"), step("b", "systemctl restart nginx")), ({ script }) => (script.includes("restart") ? { effect: "service-impact", proved: false, verdict: "ask" } : { stdout: "up\n" }));
  const { runId } = await there.runs.start(spec(["web-01"]));
  await until(there.runs, () => there.approvals.size === 1);
  const handlers = handlersOf(there.runs);
  const context = { principal: { id: "op1", name: "Ada", permissions: ["view"] as const }, signal: signal() };
  const told = async () => (await Array.fromAsync(handlers.follow({ runId, after: 0, waits: false }, context))).map(({ n }) => n);
  const soFar = await told();
  expect(soFar).toEqual(there.runs.items(runId).map(({ n }) => n));
  there.decide([...there.approvals.keys()][0]!, "approved");
  await there.runs.ended(runId);
  const all = await told();
  expect(all).toEqual(there.runs.items(runId).map(({ n }) => n));
  expect(all.length).toBeGreaterThan(soFar.length);
});
