import { describe, expect, test } from "vitest";
import { Failure } from "../../../src-main/contract/index.ts";
import { list, spec, step, types, until, world } from "./world.ts";

describe("one host", () => {
  test("a run does its steps in order and tells everything to its journal", async () => {
    const { runs, executed, entries } = world(list(step("a", "uptime"), step("b", "df -h")));
    const { runId } = await runs.start(spec(["web-01"]));
    const end = await runs.ended(runId);
    expect(end).toMatchObject({ state: "done", say: "2 steps", steps: { total: 2, done: 2, failed: 0 } });
    expect(executed.map(({ script }) => script)).toEqual(["uptime", "df -h"]);
    expect(types(runs.items(runId))).toEqual(["planned", "host", "queued", "judged", "started", "output", "ended", "queued", "judged", "started", "output", "ended", "host", "state"]);
    expect(entries[0]).toMatchObject({ type: "plan", session: runId });
  });

  test("a step that exits with a status nobody expects is a failure, with what it printed kept", async () => {
    const { runs } = world(list(step("a", "false")), () => ({ stderr: "no such unit\n", exitCode: 4 }));
    const { runId } = await runs.start(spec(["web-01"]));
    expect(await runs.ended(runId)).toMatchObject({ state: "failed", say: "It exited with status 4." });
    expect(runs.items(runId).find(({ event }) => event.type === "output")?.event).toMatchObject({ stream: "stderr", text: "no such unit\n" });
  });

  test("an exit status that is an answer is not a failure", async () => {
    const { runs } = world(list(step("a", "systemctl is-active nginx", { okExitCodes: [0, 3] })), () => ({ stdout: "inactive\n", exitCode: 3 }));
    const { runId } = await runs.start(spec(["web-01"]));
    expect((await runs.ended(runId)).state).toBe("done");
  });

  test("what the policy denies is not run, and the run says refused", async () => {
    const { runs, executed } = world(list(step("a", "rm -rf /")), () => ({ verdict: "deny", effect: "destructive" }));
    const { runId } = await runs.start(spec(["web-01"]));
    expect(await runs.ended(runId)).toMatchObject({ state: "refused", say: "The policy forbids it." });
    expect(executed).toEqual([]);
  });

  test("a step that needs a person waits, and goes on once approved", async () => {
    const { runs, executed, decide, approvals } = world(list(step("a", "systemctl restart nginx")), () => ({ verdict: "ask", effect: "service-impact" }));
    const { runId } = await runs.start(spec(["web-01"]));
    await until(runs, () => runs.get(runId).state === "waiting");
    expect(executed).toEqual([]);
    decide([...approvals.keys()][0]!, "approved");
    expect((await runs.ended(runId)).state).toBe("done");
    expect(executed).toHaveLength(1);
  });
});

describe("again or not", () => {
  test("a lost connection is tried again when the command is proved read-only", async () => {
    const { runs, executed } = world(list(step("a", "uptime")), (_request, nth) => (nth === 1 ? { throwsAfterStart: new Failure("SSH_LOST", "The connection was lost.", { retryable: true }) } : { stdout: "up\n" }));
    const { runId } = await runs.start(spec(["web-01"]));
    expect((await runs.ended(runId)).state).toBe("done");
    expect(executed.map(({ stepId }) => stepId)).toEqual(["h1-s1", "h1-s1-r1"]);
  });

  test("a lost connection is never tried again when the command may change something", async () => {
    const { runs, executed } = world(list(step("a", "systemctl restart nginx"), step("b", "uptime")), () => ({ effect: "service-impact", proved: false, throwsAfterStart: new Failure("SSH_LOST", "The connection was lost.", { retryable: true }) }));
    const { runId } = await runs.start(spec(["web-01"]));
    expect(await runs.ended(runId)).toMatchObject({ state: "unknown", say: expect.stringContaining("Check the host") });
    expect(executed).toHaveLength(1);
  });

  test("a refusal of the way itself, such as a changed host key, is not tried again", async () => {
    const { runs, asked } = world(list(step("a", "uptime")), () => ({ throws: new Failure("HOST_KEY_CHANGED", "The key changed.") }));
    const { runId } = await runs.start(spec(["web-01"]));
    expect(await runs.ended(runId)).toMatchObject({ state: "failed", say: "The key changed. Nothing was run." });
    expect(asked).toHaveLength(1);
  });

  test("that nothing was run is said once, also where the failure says it", async () => {
    const { runs } = world(list(step("a", "uptime")), () => ({ throws: new Failure("SSH_AUTH_FAILED", "web-01 refused ops. Nothing was run. Check the credential.") }));
    const { runId } = await runs.start(spec(["web-01"]));
    expect((await runs.ended(runId)).say).toBe("web-01 refused ops. Nothing was run. Check the credential.");
  });

  test("three tries and no more", async () => {
    const { runs, asked } = world(list(step("a", "uptime")), () => ({ throws: new Failure("SSH_UNREACHABLE", "No answer.", { retryable: true }) }));
    const { runId } = await runs.start(spec(["web-01"]));
    expect((await runs.ended(runId)).state).toBe("failed");
    expect(asked).toHaveLength(3);
  });
});

describe("stop, pause, budgets", () => {
  test("stop interrupts what waits and starts nothing more", async () => {
    const { runs, executed } = world(list(step("a", "reboot"), step("b", "uptime")), () => ({ verdict: "ask", effect: "destructive" }));
    const { runId } = await runs.start(spec(["web-01"]));
    await until(runs, () => runs.get(runId).state === "waiting");
    await runs.stop(runId, { kind: "operator", id: "op1", name: "Ada" });
    expect(runs.get(runId)).toMatchObject({ state: "stopped", say: "Stopped by Ada." });
    expect(executed).toEqual([]);
  });

  test("a paused run ends the step under way and goes on when told", async () => {
    const held = Promise.withResolvers<void>();
    const { runs, executed } = world(list(step("a", "sleep"), step("b", "uptime")), ({ script }) => (script === "sleep" ? { holds: held.promise } : { stdout: "up\n" }));
    const by = { kind: "operator", id: "op1", name: "Ada" } as const;
    const { runId } = await runs.start(spec(["web-01"]));
    await until(runs, () => executed.length === 1);
    await runs.pause(runId, by);
    held.resolve();
    await until(runs, () => runs.get(runId).steps.done === 1);
    expect(runs.get(runId).state).toBe("paused");
    expect(executed).toHaveLength(1);
    await runs.resume(runId, by);
    expect((await runs.ended(runId)).state).toBe("done");
    expect(executed).toHaveLength(2);
  });

  test("the step budget ends a program that never ends", async () => {
    const endless = { next: ({ results }: { results: readonly unknown[] }) => ({ kind: "step", step: step(`s${results.length}`, "uptime") }) as const };
    const { runs, executed } = world(endless);
    const { runId } = await runs.start(spec(["web-01"], { budget: { maxSteps: 7 } }));
    expect(await runs.ended(runId)).toMatchObject({ state: "stopped", say: "The budget of 7 steps is used up." });
    expect(executed).toHaveLength(7);
  });

  test("a run that has ended cannot be stopped", async () => {
    const { runs } = world(list(step("a", "uptime")));
    const { runId } = await runs.start(spec(["web-01"]));
    await runs.ended(runId);
    await expect(runs.stop(runId, { kind: "operator", id: "op1", name: "Ada" })).rejects.toMatchObject({ code: "RUN_ENDED" });
  });
});

describe("many hosts", () => {
  const names = Array.from({ length: 40 }, (_, n) => `h-${n}`);

  test("each host is asked once, no more than so many at a time", async () => {
    let now = 0;
    let most = 0;
    const { runs, executed } = world(list(step("a", "uptime")), async () => {
      most = Math.max(most, (now += 1));
      await new Promise((resolve) => setImmediate(resolve));
      now -= 1;
      return { stdout: "up\n" };
    });
    const { runId } = await runs.start(spec(names, { budget: { concurrency: 5 } }));
    expect((await runs.ended(runId)).state).toBe("done");
    expect(new Set(executed.map(({ hostId }) => hostId)).size).toBe(40);
    expect(executed).toHaveLength(40);
    expect(most).toBe(5);
  });

  test("once too large a share has failed, no further host is started", async () => {
    const { runs, executed } = world(list(step("a", "make-change")), () => ({ exitCode: 1, effect: "mutate", proved: false }));
    const { runId } = await runs.start(spec(names, { budget: { concurrency: 1, stopOnFailureShare: 0.1 } }));
    expect((await runs.ended(runId)).state).toBe("failed");
    expect(executed).toHaveLength(5);
  });

  test("one host that fails does not keep the others from ending", async () => {
    const { runs } = world(list(step("a", "uptime")), ({ hostId }) => (hostId === "h-3" ? { exitCode: 1 } : { stdout: "up\n" }));
    const { runId } = await runs.start(spec(names));
    const end = await runs.ended(runId);
    expect(end).toMatchObject({ state: "failed", steps: { total: 40, done: 39, failed: 1 } });
  });
});

test("a follower that comes back with its last number misses nothing and sees nothing twice", async () => {
  const { runs } = world(list(step("a", "uptime"), step("b", "df")));
  const { runId } = await runs.start(spec(["web-01"]));
  const signal = new AbortController().signal;
  const first: number[] = [];
  for await (const item of runs.follow(runId, 0, signal)) {
    first.push(item.n);
    if (first.length === 5) break;
  }
  for await (const item of runs.follow(runId, first.at(-1)!, signal)) first.push(item.n);
  expect(first).toEqual(runs.items(runId).map(({ n }) => n));
});
