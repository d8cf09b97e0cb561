import { describe, expect, it } from "vitest";
import { takeUpWithRoom } from "../../../src-main/shells/core/take-up.ts";

const full = () => Object.assign(new Error("database or disk is full"), { code: "SQLITE_FULL" });

/** What takes up fails in this order, and then goes well; nobody waits for real. */
function taking(...failures: readonly Error[]) {
  const left = [...failures];
  const told: string[] = [];
  const closing = new AbortController();
  const done = Promise.withResolvers<void>();
  const attempt = async () => {
    told.push("take up");
    const failure = left.shift();
    if (failure) throw failure;
  };
  const started = takeUpWithRoom({
    takeUp: attempt,
    sleep: async (ms) => void told.push(`wait ${ms}`),
    report: (event) => {
      told.push(event);
      if (event !== "take-up-waits") done.resolve();
    },
    signal: closing.signal,
  });
  return { started, told, closing, done: done.promise };
}

describe("what an earlier process left unfinished", () => {
  it("is taken up before anything else begins", async () => {
    const { started, told } = taking();
    await started;
    expect(told).toEqual(["take up"]);
  });

  it("waits for room on the disk, and keeps nobody from starting", async () => {
    const { started, told, done } = taking(full(), full());
    await started;
    await done;
    expect(told).toEqual(["take up", "take-up-waits", "wait 5000", "take up", "wait 5000", "take up", "taken-up-late"]);
  });

  it("is not asked for again once SENA closes", async () => {
    const { started, told, closing } = taking(full(), full());
    closing.abort();
    await started;
    await Promise.resolve();
    await Promise.resolve();
    expect(told).toEqual(["take up", "take-up-waits", "wait 5000"]);
  });

  it("is no start where the fault is another one, and told of where it shows later", async () => {
    await expect(taking(new TypeError("a bug")).started).rejects.toThrow("a bug");
    const { told, done } = taking(full(), new TypeError("a bug"));
    await done;
    expect(told.at(-1)).toBe("take-up-failed");
  });
});
