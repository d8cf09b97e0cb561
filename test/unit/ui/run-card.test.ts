import { describe, expect, it } from "vitest";
import type { RunEvent, RunItem } from "../../../src-main/contract/index.ts";
import { NOTHING, toldBy } from "../../../src-renderer/features/runbooks/run-card.tsx";

const step = { stepId: "h1-s1" };
const events: readonly RunEvent[] = [
  { type: "queued", ...step, hostId: "web-01", title: "t", script: "long", dialect: "posix", why: "", role: "check" },
  { type: "started", ...step, at: 5, reattached: false },
  { type: "output", ...step, stream: "stdout", text: "up\n" },
  { type: "ended", ...step, exitCode: 0, signal: null, elapsedMs: 1, cutBytes: 0, succeeded: true, say: "" },
];
const after = (count: number) => events.slice(0, count).reduce((told, event, n) => toldBy(told, { n, runId: "run_1", at: 10 * (n + 1), event } satisfies RunItem), NOTHING);

describe("a run that is looked at", () => {
  it("knows which of its commands go on, where, and when each last said something", () => {
    expect([1, 2, 3, 4].map((count) => [...after(count).running])).toEqual([[], [["h1-s1", { hostId: "web-01", heardAt: 20 }]], [["h1-s1", { hostId: "web-01", heardAt: 30 }]], []]);
  });
});
