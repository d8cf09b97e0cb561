import { describe, expect, it } from "vitest";
import { createBatch, type PartEvent } from "../../../src-main/guard/together.ts";
import type { GuardEvent } from "../../../src-main/guard/index.ts";
import type { ExecOptions } from "../../../src-main/ssh/port.ts";
import { fakeSsh, gateWorld } from "../../fakes/gate.ts";

// Steps that share a way, when the way or one of them fails.

const MANY = 1024 * 1024;
const batchOf = (exec: (options: ExecOptions) => Promise<unknown>, size = 2) => createBatch({ ssh: { exec: ((_host: string, options: ExecOptions) => exec(options)) as never }, hostId: "h", nonce: "N", size, signal: undefined });
const all = async (events: AsyncIterable<PartEvent>) => Array.fromAsync(events).then((list) => list.at(-1), (error: { code?: string }) => error.code);
async function joined(batch: ReturnType<typeof batchOf>, timeouts: readonly (number | undefined)[]) {
  await Promise.all(timeouts.map((timeoutMs) => batch.join({ script: "ls", timeoutMs })));
  return timeouts.map((_, place) => all(batch.events(place)));
}

describe("one command for several", () => {
  it("that takes too long is told of the step that took it, and as cut of those behind it", async () => {
    const batch = batchOf((options) => (options.onOpened?.(), new Promise((_, reject) => options.signal?.addEventListener("abort", () => reject(options.signal?.reason)))));
    const told = await joined(batch, [5, 5]);
    batch.begun(true);
    batch.begun(true);
    expect(await Promise.all(told)).toEqual(["GUARD_TOO_LONG", "GUARD_TOGETHER_CUT"]);
  });
  it("of which one was not started is not sent at all", async () => {
    let isSent = false;
    const batch = batchOf(async () => (isSent = true));
    const told = await joined(batch, [undefined, undefined]);
    batch.begun(true);
    batch.begun(false);
    expect(await Promise.all(told)).toEqual(["GUARD_TOGETHER_CUT", "GUARD_TOGETHER_CUT"]);
    expect(isSent).toBe(false);
  });
  it("keeps a mebibyte of each, says what it cut, and takes no status for one that is no number", async () => {
    const big = Buffer.alloc(MANY, 97);
    const batch = batchOf(async (options) => {
      for (const piece of [big, Buffer.from("b".repeat(10)), Buffer.from("c".repeat(10)), Buffer.from("N:abc\nN:0\n")]) options.onOutput?.("stdout", piece);
      options.onOutput?.("stderr", Buffer.from("N:\nN:\n"));
    });
    const told = await joined(batch, [undefined, undefined]);
    batch.begun(true);
    batch.begun(true);
    const [first, second] = await Promise.all(told);
    expect(first).toMatchObject({ type: "result", result: { exitCode: null, cut: { stdout: 20, stderr: 0 } } });
    expect((first as Extract<PartEvent, { type: "result" }>).result.stdout).toHaveLength(MANY);
    expect(second).toMatchObject({ type: "result", result: { exitCode: 0, cut: { stdout: 0 } } });
  });
});

describe("a step that fails after it joined", () => {
  const twoLooks = async (onIdentify: (nth: number, world: Awaited<ReturnType<typeof gateWorld>>) => void) => {
    const remote = fakeSsh();
    const world = await gateWorld({ ssh: remote });
    const identify = remote.ssh.identify.bind(remote.ssh);
    let nth = 0;
    remote.ssh.identify = async (hostId) => (onIdentify((nth += 1), world), identify(hostId));
    const streams = world.guard.runTogether([world.request({ stepId: "a", script: "ls" }), world.request({ stepId: "b", script: "uptime" })]);
    const ends = await Promise.all(streams.map((stream) => Array.fromAsync(stream).then((events): GuardEvent["type"] | undefined => events.at(-1)?.type, () => "thrown" as const)));
    return { ends, sent: remote.sent.length, starts: world.ledger.of("start").length };
  };
  it("takes the others with it: nothing is sent that one of them is not on record for", async () => {
    const { ends, sent } = await twoLooks((nth) => {
      if (nth === 4) throw new Error("gone");
    });
    expect(ends).toContain("thrown");
    expect(sent).toBe(0);
  });
  it("tells its batch once, though its refusal cannot be written down either", async () => {
    const { ends, sent, starts } = await twoLooks((nth, world) => {
      if (nth === 3) world.ledger.breakWith(new Error("full") as never);
    });
    expect([sent, starts]).toEqual([0, 0]);
    expect(ends.every((end) => end === "thrown" || end === "refused")).toBe(true);
  });
});
