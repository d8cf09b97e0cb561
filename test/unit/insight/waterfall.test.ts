import { describe, expect, it } from "vitest";
import type { RunItem, RunSummary, Span } from "../../../src-main/contract/index.ts";
import { createInsight, overviewOf, recordedFor, resolutionOf, sessionOfHost, spansOf } from "../../../src-main/insight/index.ts";
import { openStore } from "../../../src-main/store/index.ts";

const RUN = { id: "run_1", title: "Why is it slow", state: "done", say: "", createdAt: 1000, endedAt: 32_000, hosts: [{ id: "h1", name: "web-01", environment: "prod" }], hostCount: 1, actor: { kind: "operator", id: "op", name: "Ada" }, conversationId: "conv_1", steps: { total: 1, done: 1, failed: 0 } } satisfies RunSummary;
const at = (time: number, event: RunItem["event"], seq = time): RunItem => ({ runId: "run_1", seq, at: time, event }) as never;
const step = { stepId: "s1" };
const STORY: readonly RunItem[] = [
  at(1010, { type: "queued", ...step, hostId: "h1", title: "Read the sizes", script: "df", dialect: "posix", why: "", role: "check" }),
  at(1015, { type: "judged", ...step, effect: "mutate", proved: false, rule: "", verdict: "ask", why: "" }),
  at(1400, { type: "waiting", ...step, approvalId: "a", notAfter: 9e9 }),
  at(25_000, { type: "approved", ...step, approvalId: "a", by: ["ada"] }),
  at(25_010, { type: "started", ...step, at: 25_010, reattached: false }),
  at(31_000, { type: "ended", ...step, exitCode: 0, signal: null, elapsedMs: 5990, cutBytes: 0, succeeded: true, say: "" }),
  at(31_040, { type: "host", hostId: "h1", state: "done", say: "" }),
];
const found = (spans: readonly Span[], kind: Span["kind"]) => spans.filter((span) => span.kind === kind).map(({ from, to }) => [from, to]);

describe("why a run took thirty seconds", () => {
  it("tells plan, gate, approval, execution and reading of the output apart, from the journal alone", () => {
    const spans = spansOf(RUN, STORY, []);
    expect(Object.fromEntries((["run", "plan", "gate", "approval", "execute", "extract"] as const).map((kind) => [kind, found(spans, kind)]))).toEqual({ run: [[1000, 32_000]], plan: [[1000, 1010]], gate: [[1010, 1015]], approval: [[1400, 25_000]], execute: [[25_010, 31_000]], extract: [[31_000, 31_040]] });
  });

  it("gives a model that was asked over the output its own time", () => {
    const model: Span = { kind: "model", name: "m", from: 31_005, to: 31_035, isFailed: false };
    expect(found(spansOf(RUN, STORY, [model]), "extract")).toEqual([[31_000, 31_005]]);
  });

  it("lays the reading of the request before it, and the connections of its hosts into it; those of others are left out", () => {
    using store = openStore({ path: ":memory:" });
    const insight = createInsight({ store });
    const span = (kind: Span["kind"], from: number, to: number): Span => ({ kind, name: kind, from, to, isFailed: false });
    insight.record("conv_1", span("parse", 100, 110)); // an earlier turn
    insight.record("conv_1", span("parse", 940, 990));
    insight.record("conv_1", span("parse", 40_000, 40_010)); // a later one
    insight.record("conv_2", span("parse", 941, 991));
    insight.record(sessionOfHost("h1"), span("connect", 500, 700)); // before the run
    insight.record(sessionOfHost("h1"), span("connect", 1016, 1390));
    insight.record(sessionOfHost("h2"), span("connect", 1017, 1391));
    insight.record("run_1", span("model", 1001, 1009));
    const spans = spansOf(RUN, STORY, recordedFor(RUN, insight));
    expect([found(spans, "parse"), found(spans, "connect"), found(spans, "model")]).toEqual([[[940, 990]], [[1016, 1390]], [[1001, 1009]]]);
    expect(spans[0]?.kind).toBe("parse");
    const fix = { ...RUN, createdAt: 4000 };
    expect(found(spansOf(fix, [], recordedFor(fix, insight)), "parse")).toEqual([]);
  });

  it("leaves open what goes on, and calls what was refused failed", () => {
    const waiting = spansOf({ ...RUN, state: "waiting", endedAt: null }, STORY.slice(0, 3), []);
    expect(found(waiting, "approval")).toEqual([[1400, null]]);
    const refused = spansOf({ ...RUN, state: "refused" }, [...STORY.slice(0, 3), at(2000, { type: "refused", ...step, reason: "denied-by-person", say: "" })], []);
    expect(refused.find(({ kind }) => kind === "approval")?.isFailed).toBe(true);
  });

  it("counts a question once, with the fix that followed, and calls it solved when the last of its runs was", () => {
    const look = { ...RUN, id: "run_1", turnId: "turn_1", state: "failed" as const };
    const fix = { ...RUN, id: "run_2", turnId: "turn_1", createdAt: 40_000, endedAt: 50_000 };
    const model = (cost?: number): Span => ({ kind: "model", name: "m", from: 1000, to: 3000, isFailed: false, tokens: { prompt: 100, output: 20 }, ...(cost !== undefined && { cost }) });
    expect(resolutionOf([fix, look], [model(0.5), model(), { ...model(), kind: "gate" }])).toEqual({ runs: 2, isSolved: true, tookMs: 49_000, modelCalls: 2, modelMs: 4000, tokens: { prompt: 200, output: 40 }, cost: 0.5 });
    expect(resolutionOf([look], [model()])).toMatchObject({ isSolved: false, cost: null, modelMs: 2000 });
    expect(resolutionOf([look, { ...fix, endedAt: null, state: "waiting" }], [])).toMatchObject({ isSolved: false, tookMs: null });
    expect(overviewOf([fix, look, { ...RUN, id: "run_3" }, { ...RUN, id: "run_4", state: "running", endedAt: null }], [model(0.5), model(0.3)])).toMatchObject({ questions: { asked: 2, solved: 2 }, perResolution: { tokens: 120, cost: 0.4 } });
  });

  it("counts what trials and tests asked to the whole, and to no question", () => {
    using store = openStore({ path: ":memory:" });
    const insight = createInsight({ store });
    const asked = (from: number): Span => ({ kind: "model", name: "m", from, to: from + 1, isFailed: false, tokens: { prompt: 10, output: 0 }, cost: 1 });
    insight.record("eval_1", asked(5));
    insight.record(RUN.id, asked(6));
    insight.record(RUN.id, asked(1));
    expect(overviewOf([RUN], insight.since(2), insight.among([RUN.id], 2))).toMatchObject({ modelCalls: 2, cost: 2, perResolution: { tokens: 10, cost: 1 } });
  });

  it("says nothing about shares while nothing has ended", () => {
    expect(overviewOf([], [])).toMatchObject({ runs: 0, successShare: null, medianMs: null, modelCalls: 0 });
    expect(overviewOf([RUN, { ...RUN, state: "failed" }], [{ kind: "model", name: "m", from: 1, to: 2, isFailed: false, tokens: { prompt: 10, output: 3 } }])).toMatchObject({ successShare: 0.5, medianMs: 31_000, modelCalls: 1, tokens: { prompt: 10, output: 3 } });
  });
});
