import { describe, expect, test } from "vitest";
import { list, spec, step, until, world } from "./world.ts";

const twelve = list(...Array.from({ length: 12 }, (_, n) => step(`s${n}`, `command-${n}`)));

describe("after the core died", () => {
  test("a step that ended on its host meanwhile is fetched, not sent again", async () => {
    const held = Promise.withResolvers<void>();
    const there = world(list(step("a", "long", { declaredEffect: "mutate" }), step("b", "uptime")), ({ script }) => (script === "long" ? { effect: "mutate", proved: false, holds: held.promise } : { stdout: "up\n" }));
    const { runId } = await there.runs.start(spec(["web-01"]));
    await until(there.runs, () => there.executed.length === 1);
    await there.runs[Symbol.asyncDispose]();
    there.endOnHost(`${runId}/h1-s1`, { stdout: "done there\n" });

    await using again = there.open();
    expect(await again.takeUp()).toEqual({ resumed: [runId] });
    expect(await again.ended(runId)).toMatchObject({ state: "done", steps: { total: 2, done: 2 } });
    expect(there.executed.map(({ script }) => script)).toEqual(["long", "uptime"]);
    expect(again.items(runId).some(({ event }) => event.type === "started" && event.reattached)).toBe(true);
  });

  test("a change whose end nobody knows is said to be unknown and not sent again", async () => {
    const held = Promise.withResolvers<void>();
    const there = world(list(step("a", "long")), () => ({ effect: "mutate", proved: false, holds: held.promise }));
    const { runId } = await there.runs.start(spec(["web-01"]));
    await until(there.runs, () => there.executed.length === 1);
    await there.runs[Symbol.asyncDispose]();

    await using again = there.open();
    await again.takeUp();
    expect((await again.ended(runId)).state).toBe("unknown");
    expect(there.executed).toHaveLength(1);
  });

  test("a look whose end nobody knows is looked at again", async () => {
    const held = Promise.withResolvers<void>();
    const there = world(list(step("a", "uptime")), (_request, nth) => (nth === 1 ? { holds: held.promise } : { stdout: "up\n" }));
    const { runId } = await there.runs.start(spec(["web-01"]));
    await until(there.runs, () => there.executed.length === 1);
    await there.runs[Symbol.asyncDispose]();

    await using again = there.open();
    await again.takeUp();
    expect((await again.ended(runId)).state).toBe("done");
  });

  test("a step that waited for a person was never sent, and waits again", async () => {
    const there = world(list(step("a", "restart")), () => ({ verdict: "ask", effect: "service-impact", proved: false }));
    const { runId } = await there.runs.start(spec(["web-01"]));
    await until(there.runs, () => there.runs.get(runId).state === "waiting");
    await there.runs[Symbol.asyncDispose]();
    there.approvals.clear();

    await using again = there.open();
    await again.takeUp();
    await until(again, () => there.approvals.size === 1);
    there.decide([...there.approvals.keys()][0]!, "approved");
    expect((await again.ended(runId)).state).toBe("done");
    expect(there.executed).toHaveLength(1);
  });

  test("a paused run stays paused", async () => {
    const held = Promise.withResolvers<void>();
    const there = world(twelve, ({ script }) => (script === "command-3" ? { holds: held.promise } : { stdout: "ok\n" }));
    const by = { kind: "operator", id: "op1", name: "Ada" } as const;
    const { runId } = await there.runs.start(spec(["web-01"]));
    await until(there.runs, () => there.executed.length === 4);
    await there.runs.pause(runId, by);
    held.resolve();
    await until(there.runs, () => there.runs.get(runId).steps.done === 4);
    await there.runs[Symbol.asyncDispose]();
    await using again = there.open();
    await again.takeUp();
    expect(again.get(runId).state).toBe("paused");
    await again.resume(runId, by);
    expect((await again.ended(runId)).state).toBe("done");
    expect(there.executed).toHaveLength(12);
  });

  test("cut off after every single event of a twelve-step run on three hosts: no change is sent twice, every run ends", async () => {
    const changes = list(...Array.from({ length: 12 }, (_, n) => step(`s${n}`, `change-${n}`, { declaredEffect: "mutate" })));
    for (let cut = 1; cut < 60; cut += 1) {
      const there = world(changes, () => ({ effect: "mutate", proved: false, stdout: "changed\n" }));
      const { runId } = await there.runs.start(spec(["a", "b", "c"]));
      await until(there.runs, () => there.runs.items(runId).length >= cut);
      await there.runs[Symbol.asyncDispose]();
      await using again = there.open();
      await again.takeUp();
      const end = await again.ended(runId);
      expect(["done", "unknown"]).toContain(end.state);
      const sent = there.executed.map(({ hostId, script }) => `${hostId} ${script}`);
      expect(new Set(sent).size).toBe(sent.length);
      expect(there.reports).toEqual([]);
    }
  });
});
