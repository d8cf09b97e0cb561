import { describe, expect, test } from "vitest";
import { openStore } from "../../../src-main/store/index.ts";
import { fakeGuard, type Answer } from "../../fakes/guard.ts";
import { list, spec, step, world } from "./world.ts";

const ROOM = 1_000_000;
const LONG = "x".repeat(200_000);

/** A journal whose disk takes nothing more from the moment a host answers `script`, and has room when it is looked again. */
function fullAt(script: string, answer: (script: string) => Answer = () => ({ stdout: LONG })) {
  const store = openStore({ path: ":memory:" });
  const pages = (n: number) => void store.raw.pragma(`max_page_count = ${n}`);
  let looks = 0;
  let nth = 0;
  const host = fakeGuard((request) => {
    if (request.script === script && (nth += 1) === 1) pages(store.raw.pragma("page_count", { simple: true }) as number);
    return answer(request.script);
  });
  const sleep = async (ms: number) => {
    if (ms < 1000) return; // between two tries of a look, not between two looks at the disk
    looks += 1;
    if (looks === 3) pages(ROOM);
  };
  return { store, host, sleep, looks: () => looks };
}

describe("a disk that is full while a run is under way", () => {
  test("holds the run up, and it goes on by itself once there is room; what changed something was sent once", async () => {
    const disk = fullAt("change", () => ({ effect: "mutate", proved: false, stdout: LONG }));
    const { runs, executed, reports } = world(list(step("a", "look"), step("b", "change", { declaredEffect: "mutate" }), step("c", "after")), undefined, disk.store, disk.host, disk.sleep);
    const { runId } = await runs.start(spec(["web-01"]));
    expect(await runs.ended(runId)).toMatchObject({ state: "done", steps: { total: 3, done: 3 } });
    expect(executed.map(({ script }) => script)).toEqual(["look", "change", "after"]);
    expect(disk.looks()).toBe(3);
    expect(reports).toMatchObject([{ code: "SQLITE_FULL" }]);
  });

  test("holds up every host of it; each goes on or says what it does not know, and no change is sent twice", async () => {
    const disk = fullAt("change", (script) => ({ effect: script === "change" ? "mutate" : "read", proved: script !== "change", stdout: LONG }));
    const { runs, executed } = world(list(step("a", "look"), step("b", "change", { declaredEffect: "mutate" }), step("c", "after")), undefined, disk.store, disk.host, disk.sleep);
    const hosts = ["web-01", "web-02", "web-03"];
    const { runId } = await runs.start(spec(hosts));
    const { state } = await runs.ended(runId);
    expect(["done", "unknown"]).toContain(state);
    for (const host of hosts) expect(executed.filter(({ hostId, script }) => hostId === host && script === "change"), host).toHaveLength(1);
  });

  test("does not keep a run from being stopped", async () => {
    const disk = fullAt("change", () => ({ effect: "mutate", proved: false, stdout: LONG }));
    const held = Promise.withResolvers<void>();
    const looked = Promise.withResolvers<void>();
    const { runs, executed } = world(list(step("b", "change", { declaredEffect: "mutate" }), step("c", "after")), undefined, disk.store, disk.host, async (ms) => {
      if (ms < 1000) return;
      looked.resolve();
      await held.promise;
    });
    const { runId } = await runs.start(spec(["web-01"]));
    await looked.promise;
    const stopped = runs.stop(runId, { kind: "operator", id: "op1", name: "Ada" });
    disk.store.raw.pragma(`max_page_count = ${ROOM}`);
    held.resolve();
    await stopped;
    expect(runs.get(runId)).toMatchObject({ state: "stopped", say: expect.stringContaining("Stopped by Ada") as string });
    expect(executed.map(({ script }) => script)).toEqual(["change"]);
  });
});

test("a fault of SENA's own ends the run and says so, instead of leaving it as if it went on", async () => {
  const { runs, reports } = world({ next: () => { throw new TypeError("a bug"); } });
  const { runId } = await runs.start(spec(["web-01"]));
  expect(await runs.ended(runId)).toMatchObject({ state: "failed", say: expect.stringContaining("a fault of its own") as string });
  expect(reports).toMatchObject([{ message: "a bug" }]);
});

test("a run that could not be written down is none: no later start takes it up", async () => {
  const store = openStore({ path: ":memory:" });
  const { runs } = world(list(step("a", "look")), undefined, store);
  store.raw.exec("CREATE TEMP TRIGGER no_room BEFORE INSERT ON run_events BEGIN SELECT RAISE(ABORT, 'no room'); END");
  await expect(runs.start(spec(["web-01"]))).rejects.toThrow("no room");
  store.raw.exec("DROP TRIGGER no_room");
  expect(runs.list({ limit: 9 })).toEqual([]);
  expect(await runs.takeUp()).toEqual({ resumed: [] });
});
