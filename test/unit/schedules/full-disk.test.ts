import { describe, expect, it } from "vitest";
import type { Store } from "../../../src-main/store/index.ts";
import { gateWorld } from "../../fakes/gate.ts";
import { schedulesWorld } from "./world.ts";

const HOUR = 3600_000;

/** A turn on a disk that takes no write of this name until it was looked at three times. */
async function fullFor(statement: string, of: { readonly frees?: boolean } = {}) {
  const gate = await gateWorld();
  const disk = { isFull: false, looks: 0, refused: [] as string[] };
  const store: Store = {
    ...gate.store,
    sql(name, text) {
      const made = gate.store.sql<never>(name, text);
      const run: typeof made.run = (params) => {
        if (disk.isFull && name === statement) {
          disk.refused.push(name);
          throw Object.assign(new Error("database or disk is full"), { code: "SQLITE_FULL" });
        }
        return made.run(params);
      };
      return { ...made, run };
    },
  };
  const waiting = Promise.withResolvers<void>();
  const closes = new AbortController();
  const sleep = async (ms: number): Promise<void> => {
    if (!disk.isFull || ms !== 5000) return;
    disk.looks += 1;
    if (disk.looks === 3 && of.frees !== false) disk.isFull = false;
    if (disk.looks < 3 || of.frees !== false) return;
    waiting.resolve();
    await new Promise((resolve) => closes.signal.addEventListener("abort", resolve));
  };
  const world = await schedulesWorld({ gate: { ...gate, store }, sleep });
  const { id } = await world.schedules.add(world.draft(), world.person(world.ada), true);
  await world.approve(id, world.ada);
  disk.isFull = true;
  return { world, gate, id, disk: Object.assign(disk, { store }), waits: waiting.promise, close: () => closes.abort() };
}

describe("a disk that is full for a moment of a turn", () => {
  it.each(["schedules.set-run", "schedules.end"])("at %s delays what is told of it, no more: nothing is sent twice, and the next turn comes", async (statement) => {
    const { world, id, disk } = await fullFor(statement);
    const turn = await world.after(HOUR);
    expect(turn).toMatchObject({ state: "ok", say: "It is good.", runId: world.runs.list({ limit: 1 })[0]?.id });
    expect([disk.refused.length, disk.looks, world.remote.sent.length]).toEqual([3, 3, 1]);
    expect(world.reports).toMatchObject([{ code: "SQLITE_FULL" }]); // once, not each time
    expect(await world.after(HOUR)).toMatchObject({ state: "ok" });
    expect(world.schedules.turns(id, 9)).toHaveLength(2);
  });
  it("when its run is planned ends it: nothing was run, it says so, and leaves no run for the next start to take up", async () => {
    for (const statement of ["runs.insert", "runs.insert-event"]) {
      const { world, disk } = await fullFor(statement);
      expect(await world.after(HOUR)).toMatchObject({ state: "trouble", say: "This machine's disk was full, and its run could not be planned. Nothing was run." });
      expect([world.remote.sent.length, world.runs.list({ limit: 9 }).length]).toEqual([0, 0]);
      disk.isFull = false;
      expect(await world.runs.takeUp()).toEqual({ resumed: [] });
      expect(await world.after(HOUR)).toMatchObject({ state: "ok" });
    }
  });
  it("does not keep SENA from closing; the next process tells what the turn was", async () => {
    const { world, gate, id, waits, close } = await fullFor("schedules.end", { frees: false });
    world.pass(HOUR);
    await world.schedules.look();
    await waits;
    const closing = world.schedules[Symbol.asyncDispose]();
    close();
    await closing;
    expect(world.schedules.turns(id, 1)).toMatchObject([{ state: "running" }]);
    const next = await schedulesWorld({ gate });
    await next.schedules.takeUp();
    expect(next.schedules.turns(id, 1)).toMatchObject([{ state: "ok", say: "It is good." }]);
  });
  it("at the next start is no reason not to start: what the turn was is told once there is room, and what began since then is left alone", async () => {
    const { world, gate, id, waits, close, disk } = await fullFor("schedules.end", { frees: false });
    world.pass(HOUR);
    await world.schedules.look();
    await waits;
    close();
    await world.schedules[Symbol.asyncDispose]();
    const next = await schedulesWorld({ gate: { ...gate, store: disk.store } });
    await expect(next.schedules.takeUp()).rejects.toMatchObject({ code: "SQLITE_FULL" });
    expect(next.schedules.turns(id, 1)).toMatchObject([{ state: "running", say: expect.stringMatching(/has no room to write down what became of it: that is told once there is some\./) }]);
    next.pass(HOUR / 2);
    disk.isFull = false;
    await next.schedules.run(id, next.person(next.ada));
    await next.schedules.takeUp();
    const [mine, before] = next.schedules.turns(id, 2);
    expect(before).toMatchObject({ state: "ok", say: "It is good." });
    expect(mine?.say).not.toMatch(/no room|ended in the middle/);
    await next.schedules.takeUp();
    expect(next.schedules.turns(id, 9)).toHaveLength(2);
  });
});
