import { spawnSync } from "node:child_process";
import { describe, expect, it, vi } from "vitest";
import { createBatch } from "../../../src-main/guard/together.ts";
import type { GuardEvent, GuardRequest } from "../../../src-main/guard/index.ts";
import { wireOf } from "../../../src-main/guard/wire.ts";
import { DEFAULT_POLICY, DEV, fakeSsh, gateWorld } from "../../fakes/gate.ts";

/** A host that really runs what is sent, in a real shell. */
const shellHost = () =>
  fakeSsh((_host, { wire }) => {
    const { stdout, stderr, status, error } = spawnSync("/bin/sh", ["-c", wire], { env: { HOME: "/tmp", USER: "ops", PATH: "/usr/bin:/bin" } });
    if (error) throw error;
    return { says: cutUp("stdout", stdout).concat(cutUp("stderr", stderr)), exitCode: status ?? 1 };
  });
/** In small pieces, as a slow network delivers: a boundary lies over several. */
const cutUp = (stream: "stdout" | "stderr", bytes: Buffer): (readonly ["stdout" | "stderr", string])[] => (bytes.toString("latin1").match(/[\s\S]{1,7}/g) ?? []).map((piece) => [stream, piece] as const);

async function together(world: Awaited<ReturnType<typeof gateWorld>>, requests: readonly Partial<GuardRequest>[]): Promise<readonly (readonly GuardEvent[])[]> {
  const streams = world.guard.runTogether(requests.map((more, at) => world.request({ stepId: `s${at}`, ...more })));
  return Promise.all(streams.map(async (stream) => Array.fromAsync(stream)));
}
const textOf = (events: readonly GuardEvent[]): string => {
  const end = events.at(-1);
  return end?.type === "ended" ? Buffer.from(end.result.stdout).toString() : `no end but ${end?.type ?? "nothing"}`;
};

describe("looks that travel together", () => {
  it("are one command on the wire, and one intent, start and outcome each in the record", async () => {
    const world = await gateWorld({ ssh: shellHost() });
    const told = await together(world, [{ script: "ls /proc/version" }, { script: "ls /nowhere-at-all" }, { script: "ls -d /" }]);
    expect(world.remote.sent).toHaveLength(1);
    expect(told.map((events) => events[0]!.type)).toEqual(["judged", "judged", "judged"]);
    expect(textOf(told[0]!)).toBe("/proc/version\n");
    expect(told[1]!.at(-1)).toMatchObject({ type: "ended", result: { exitCode: 2 } });
    expect(textOf(told[2]!)).toBe("/\n");
    for (const type of ["intent", "start", "outcome"] as const) expect(world.ledger.of(type)).toHaveLength(3);
  });
  it("never bring what is meant for a shell to a device, whose line it would be", async () => {
    const world = await gateWorld();
    world.hosts.set("sw", { ...DEV, id: "sw", os: "cisco-ios" });
    await together(world, [{ hostId: "sw", script: "ls" }, { hostId: "sw", script: "ls /tmp" }]);
    expect(world.remote.sent.map(({ wire }) => wire).toSorted()).toEqual(["ls", "ls /tmp"]);
  });
  it("record the bytes that were really sent", async () => {
    const world = await gateWorld({ ssh: shellHost() });
    await together(world, [{ script: "ls /" }, { script: "ls /tmp" }]);
    const { createHash } = await import("node:crypto");
    const hash = createHash("sha256").update(world.remote.sent[0]!.wire).digest("hex");
    expect(world.ledger.of("start").map(({ fields }) => fields?.["wire"])).toEqual([hash, hash]);
  });
  it("leave alone what is no proved look: it is asked about, and the others do not wait for the answer", async () => {
    const world = await gateWorld({ ssh: shellHost() });
    const stop = new AbortController();
    const streams = world.guard.runTogether([world.request({ stepId: "s0", script: "ls /" }), world.request({ stepId: "s1", script: "wipe /" }), world.request({ stepId: "s2", script: "ls -d /tmp" })], stop.signal);
    const asked: GuardEvent[] = [];
    const waits = (async () => {
      for await (const event of streams[1]!) asked.push(event);
    })();
    const looks = await Promise.all([Array.fromAsync(streams[0]!), Array.fromAsync(streams[2]!)]);
    expect(looks.map((events) => events.at(-1)?.type)).toEqual(["ended", "ended"]);
    expect(asked.map(({ type }) => type)).toEqual(["judged", "waiting"]);
    expect(world.remote.sent).toHaveLength(1);
    stop.abort();
    await waits;
    expect(asked.at(-1)).toMatchObject({ type: "refused", reason: "cancelled" });
  });
  it("are sent one by one when they are for different hosts", async () => {
    const world = await gateWorld();
    world.hosts.set("dev-02", { ...world.hosts.get("dev-01")!, id: "dev-02", name: "dev-02" });
    const told = await together(world, [{ script: "ls /", hostId: "dev-01" }, { script: "ls /tmp", hostId: "dev-02" }]);
    expect(world.remote.sent.map(({ hostId, wire }) => [hostId, wire]).toSorted()).toEqual([["dev-01", wireOf("ls /", "posix")], ["dev-02", wireOf("ls /tmp", "posix")]]);
    expect(told.map((events) => events.at(-1)?.type)).toEqual(["ended", "ended"]);
  });
  it("are sent one by one when they would be too long for one command, and together when they just fit", async () => {
    const sent = async (length: number) => {
      const world = await gateWorld();
      const script = `ls ${"a".repeat(length - 3)}`;
      const streams = world.guard.runTogether([world.request({ stepId: "s0", script }), world.request({ stepId: "s1", script })]);
      await Promise.allSettled(streams.map((stream) => Array.fromAsync(stream)));
      return world.remote.sent.map(({ wire }) => wire.length);
    };
    expect(await sent(60_000)).toHaveLength(2);
    const [one, ...more] = await sent(47_900);
    expect(more).toEqual([]);
    expect(one).toBeLessThanOrEqual(127 * 1024);
    expect(one).toBeGreaterThan(125 * 1024);
  });
  it("leave alone what nobody is asked about and yet is no proved look: a change that was allowed beforehand, or a secret", async () => {
    const secrets = DEFAULT_POLICY.replace('["pure", "read"].contains(context.effect)', '["pure", "read", "read-secret"].contains(context.effect)').replace('context.effect == "read-secret"', 'context.effect == "arbitrary-exec"');
    const world = await gateWorld({ policy: secrets });
    const skill = { id: "web/touch", version: "1", signer: "vendor" };
    await world.circumstances.grant({ id: world.ada, name: "ada" }, { skillId: skill.id, version: skill.version, signer: skill.signer, scope: "environment:dev", untilAt: world.clock.now + 1e7 });
    const plain = world.reader.classify;
    world.reader.classify = (script, options) => (script === "ls /secret" ? { ...plain(script, options), effect: "read-secret" } : plain(script, options));
    const hostId = "dev-01";
    for (const [more, count] of [[{ script: "touch x", skill }, 2], [{ script: "ls /secret" }, 2], [{ script: "ls", stdin: Buffer.from("x") }, 2], [{ script: "ls" }, 1]] as const) {
      const before = world.remote.sent.length;
      const streams = world.guard.runTogether([world.request({ script: "uptime", hostId }), world.request({ hostId, ...more })]);
      const [, judged] = await Promise.allSettled(streams.map((stream) => Array.fromAsync(stream)));
      if (count === 2) expect(judged).toMatchObject({ value: expect.arrayContaining([expect.objectContaining({ type: "judged", verdict: "allow" }), expect.objectContaining({ type: "ended" })]) });
      expect(world.remote.sent.length - before).toBe(count);
    }
  });
  it("say of each how far it came when the way breaks in between", async () => {
    const world = await gateWorld({ ssh: fakeSsh((_host, { wire }) => {
      const nonce = /sena-[0-9a-f]{32}/.exec(wire)?.[0] ?? "";
      return { says: [["stdout", `first\n${nonce}:0\nsec`], ["stderr", `${nonce}:\n`]], throws: new Error("cut") };
    }) });
    const streams = world.guard.runTogether([world.request({ stepId: "s0", script: "ls 1" }), world.request({ stepId: "s1", script: "ls 2" })]);
    const [one, two] = await Promise.allSettled(streams.map((stream) => Array.fromAsync(stream)));
    expect(one).toMatchObject({ status: "fulfilled" });
    expect(two).toMatchObject({ status: "rejected", reason: { message: "cut" } });
    expect(world.ledger.of("outcome")).toHaveLength(1);
    expect(world.ledger.of("outcome-unknown")).toHaveLength(1);
  });
  it("cannot end each other by what they print: a boundary is made anew for every command", async () => {
    const world = await gateWorld({ ssh: shellHost() });
    await together(world, [{ script: "ls /" }, { script: "ls /tmp" }]);
    await together(world, [{ script: "ls /", stepId: "t0" }, { script: "ls /tmp", stepId: "t1" }]);
    const nonces = world.remote.sent.map(({ wire }) => /sena-[0-9a-f]{32}/.exec(wire)?.[0]);
    expect(new Set(nonces).size).toBe(2);
  });
});

describe("the time a look may take", () => {
  /** A host whose session opens after a while, and whose answer never comes. */
  const lateHost = (opensAfterMs: number) => ({
    exec: (_host: string, { signal, onOpened }: { signal?: AbortSignal; onOpened?: () => void }) =>
      new Promise<never>((_resolve, reject) => {
        setTimeout(() => onOpened?.(), opensAfterMs);
        signal?.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
      }),
  });
  const failedAfter = async (opensAfterMs: number, waitMs: number): Promise<string> => {
    vi.useFakeTimers();
    try {
      const batch = createBatch({ ssh: lateHost(opensAfterMs), hostId: "h", nonce: "n".repeat(32), size: 1, signal: undefined });
      const { place } = await batch.join({ script: "uptime", timeoutMs: 30_000 });
      batch.begun(true);
      let failure = "waits";
      void (async () => {
        for await (const event of batch.events(place)) void event;
      })().catch((error: { code?: string }) => (failure = error.code ?? "?"));
      await vi.advanceTimersByTimeAsync(waitMs);
      return failure;
    } finally {
      vi.useRealTimers();
    }
  };
  it("does not hold the wait for a busy server's session", async () => expect(await failedAfter(40_000, 65_000)).toBe("waits"));
  it("counts from when the host has taken the command", async () => expect(await failedAfter(40_000, 71_000)).toBe("GUARD_TOO_LONG"));
  it("ends all the same where no session ever opens", async () => expect(await failedAfter(1_000_000, 91_000)).toBe("GUARD_TOO_LONG"));
});
