import { spawn, type ChildProcess } from "node:child_process";
import { EventEmitter } from "node:events";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { keep, type Keeper } from "../../../src-main/central/database/keeper.ts";

/** As Node's: `kill` is answered by an end, unless the test says otherwise. */
function fakeChild(pid: number | undefined): ChildProcess & { end(code: number): void } {
  const child = Object.assign(new EventEmitter(), {
    pid, exitCode: null as number | null, signalCode: null, stderr: new EventEmitter(), killed: [] as string[],
    kill(signal: string) {
      child.killed.push(signal);
      queueMicrotask(() => child.end(0));
      return true;
    },
    end(code: number) {
      child.exitCode = code;
      child.emit("close", code, null);
    },
  });
  return child as unknown as ChildProcess & { end(code: number): void };
}
const refusal = (code: string): Error => Object.assign(new Error(`spawn ${code}`), { code });

describe("a database process that is kept running", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());
  const lines: { event: string; data: Readonly<Record<string, unknown>> }[] = [];
  const keeping = (starts: readonly (() => ChildProcess)[]): { readonly keeper: Keeper; readonly started: () => number } => {
    lines.length = 0;
    let count = 0;
    const keeper = keep({ log: (event, data) => void lines.push({ event, data }), now: () => Date.now(), start: () => (starts[Math.min(count++, starts.length - 1)] as () => ChildProcess)() });
    return { keeper, started: () => count };
  };
  const thrower = (code: string) => (): ChildProcess => {
    throw refusal(code);
  };

  it("is started again while the machine has no memory for it, more and more seldom, and each time it is said why", async () => {
    const well = fakeChild(7);
    const { keeper, started } = keeping([thrower("ENOMEM"), thrower("ENOMEM"), thrower("ENOMEM"), () => well]);
    await vi.advanceTimersByTimeAsync(100 + 500);
    expect(started()).toBe(3);
    expect(keeper.child()).toBeUndefined();
    await vi.advanceTimersByTimeAsync(2000);
    expect(keeper.child()).toBe(well);
    expect(lines.map(({ event, data }) => [event, data["code"], data["againInMs"]])).toEqual([["postgres-not-started", "ENOMEM", 100], ["postgres-not-started", "ENOMEM", 500], ["postgres-not-started", "ENOMEM", 2000]]);
    expect(keeper.lastWords()).toMatch(/could not be started: spawn ENOMEM/);
  });

  it.each(["EAGAIN", "EMFILE"])("is started again where the system tells %s a moment later, whether or not an end follows", async (code) => {
    const late = (hasEnd: boolean) => (): ChildProcess => {
      const child = fakeChild(undefined);
      queueMicrotask(() => {
        child.emit("error", refusal(code));
        if (hasEnd) child.emit("close", -11, null);
      });
      return child;
    };
    const { keeper, started } = keeping([late(false), late(true), () => fakeChild(8)]);
    await vi.advanceTimersByTimeAsync(100);
    expect(started()).toBe(2);
    await vi.advanceTimersByTimeAsync(500);
    expect(keeper.child()?.pid).toBe(8);
    expect(keeper.failures()).toBe(2);
    expect(lines).toHaveLength(2);
  });

  it("is started again when a restart after its end meets a machine without memory: the server lives on", async () => {
    const first = fakeChild(7);
    const second = fakeChild(9);
    const { keeper } = keeping([() => first, thrower("ENOMEM"), () => second]);
    first.end(1);
    await vi.advanceTimersByTimeAsync(100 + 500);
    expect(keeper.child()).toBe(second);
    expect(lines.map(({ event }) => event)).toEqual(["postgres-ended", "postgres-not-started"]);
  });

  it.each([[60_000, [100, 500]], [60_001, [100, 100]]])("that lived %d ms before its second end is waited for as told: only who lived longer than a minute was well", async (livedMs, waits) => {
    const [first, second] = [fakeChild(7), fakeChild(8)];
    const { keeper } = keeping([() => first, () => second, () => fakeChild(9)]);
    first.end(1);
    await vi.advanceTimersByTimeAsync(100);
    await vi.advanceTimersByTimeAsync(livedMs);
    second.end(1);
    expect(lines.map(({ data }) => data["againInMs"])).toEqual(waits);
    expect(keeper.failures()).toBe(livedMs > 60_000 ? 0 : 2);
  });

  it("stays ended once it was told to, whatever it was doing", async () => {
    const running = keeping([() => fakeChild(7)]);
    await running.keeper.stop();
    const waiting = keeping([thrower("ENOMEM")]);
    await waiting.keeper.stop();
    await vi.advanceTimersByTimeAsync(60_000);
    expect([running.started(), waiting.started()]).toEqual([1, 1]);
  });

  it("is told of by Node as this expects: a program that is not there gives an error and no number", async () => {
    vi.useRealTimers();
    const lost = spawn("/nowhere/postgres", []);
    expect(lost.pid).toBeUndefined();
    expect(await new Promise<NodeJS.ErrnoException>((resolve) => lost.once("error", resolve))).toMatchObject({ code: "ENOENT" });
  });
});
