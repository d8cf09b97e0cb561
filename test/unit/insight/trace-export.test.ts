import { beforeEach, describe, expect, it } from "vitest";
import type { RunSummary, Span } from "../../../src-main/contract/index.ts";
import { createInsight, createTraceExport, overviewOf } from "../../../src-main/insight/index.ts";
import { openStore } from "../../../src-main/store/index.ts";
import { fakeLedger, type FakeLedger } from "../../fakes/ledger.ts";

const RUN: RunSummary = { id: "run_1", title: "cat /etc/secret-plan", state: "done", say: "", createdAt: 1000, endedAt: 4000, hosts: [{ id: "h1", name: "web-01", environment: "prod" }], hostCount: 1, actor: { kind: "operator", id: "op", name: "Ada" }, conversationId: "conv_1", steps: { total: 1, done: 1, failed: 0 } };
const SPANS: readonly Span[] = [
  { kind: "run", name: RUN.title, from: 1000, to: 4000, isFailed: false },
  { kind: "model", name: "qwen (lan), plan. why", from: 1100, to: 1900, isFailed: false, tokens: { prompt: 1200, output: 80 }, model: { name: "qwen", provider: "lan", kind: "openai", task: "plan" }, cost: 0.25 },
  { kind: "execute", name: "cat /etc/secret-plan", hostId: "h1", from: 2000, to: 3900, isFailed: true },
  { kind: "approval", name: "waits", hostId: "h1", from: 3950, to: null, isFailed: false },
];
type Told = { resourceSpans: { scopeSpans: { spans: { traceId: string; spanId: string; parentSpanId?: string; name: string; startTimeUnixNano: string; status: { code?: number }; attributes: { key: string; value: Record<string, unknown> }[] }[] }[] }[] };
const FAR = { url: "https://collector.example.com:4318/v1/traces", isOn: true, keySecret: "otel" };

describe("the export of traces", () => {
  let ledger: FakeLedger;
  let sealed: boolean;
  let status: number;
  let ended: { run: RunSummary; spans: readonly Span[] }[];
  let sent: { url: string; headers: Readonly<Record<string, string>>; body: string; recorded: number }[];
  let traces: ReturnType<typeof createTraceExport>;
  beforeEach(() => {
    const store = openStore({ path: ":memory:" });
    createInsight({ store });
    ledger = fakeLedger();
    [sealed, status, ended, sent] = [false, 200, [], []];
    traces = createTraceExport({
      store, ledger, isSealed: () => sealed, now: () => 2000, version: "1", closing: new AbortController().signal, reveal: async (name) => `value of ${name}`,
      endedAfter: (at) => ended.filter(({ run }) => (run.endedAt ?? 0) > at),
      post: async (url, { headers, body }) => (sent.push({ url, headers, body, recorded: ledger.of("egress").length }), { status, text: async () => "no room" }),
    });
  });
  const spansSent = () => (JSON.parse(sent.at(-1)?.body ?? "") as Told).resourceSpans[0]?.scopeSpans[0]?.spans ?? [];

  it("is off until somebody sets it: nothing is sent, nothing is recorded as leaving", async () => {
    ended = [{ run: RUN, spans: SPANS }];
    await traces.sendDue();
    expect([sent, ledger.of("egress"), traces.view().say]).toEqual([[], [], "Traces stay on this machine."]);
    expect(() => traces.set({ url: "", isOn: true, keySecret: "" })).toThrow(/without an address/);
  });

  it("sends what ends from then on, after the record says so, with the names of the conventions and no word of what was run", async () => {
    traces.set(FAR);
    ended = [{ run: { ...RUN, id: "old", endedAt: 1500 }, spans: SPANS }, { run: RUN, spans: SPANS }];
    await traces.sendDue();
    await traces.sendDue();
    expect(sent.map(({ url, headers, recorded }) => [url, headers["authorization"], recorded])).toEqual([[FAR.url, "Bearer value of otel", 1]]);
    expect(ledger.of("egress")).toMatchObject([{ fields: { to: "collector.example.com:4318", for: "traces of 1 run" } }]);
    expect(sent[0]?.body).not.toContain("secret-plan");
    const [root, model, execute] = spansSent();
    expect(spansSent().map(({ name }) => name)).toEqual(["run", "chat qwen", "execute"]);
    expect(Object.fromEntries(model?.attributes.map(({ key, value }) => [key, Object.values(value)[0]]) ?? [])).toEqual({ "sena.run.id": "run_1", "gen_ai.operation.name": "chat", "gen_ai.provider.name": "openai", "gen_ai.request.model": "qwen", "gen_ai.conversation.id": "conv_1", "gen_ai.usage.input_tokens": "1200", "gen_ai.usage.output_tokens": "80", "sena.cost": 0.25 });
    expect([root?.traceId.length, root?.spanId.length, root?.parentSpanId, model?.parentSpanId === root?.spanId, execute?.status, root?.startTimeUnixNano]).toEqual([32, 16, undefined, true, { code: 2 }, "1000000000"]);
  });

  it("keeps what was not taken and sends it again", async () => {
    traces.set(FAR);
    ended = [{ run: RUN, spans: SPANS }];
    status = 503;
    await traces.sendDue();
    expect(traces.view().say).toBe("Not taken: it answered 503 no room. 1 run waits and is sent again.");
    status = 200;
    await traces.sendDue();
    expect([sent.length, traces.view().sentRuns]).toEqual([2, 1]);
    expect(sent[0]?.body).toBe(sent[1]?.body);
  });

  it("a sealed machine refuses another machine and sends it nothing; one on this machine is let through", async () => {
    traces.set(FAR);
    ended = [{ run: RUN, spans: SPANS }];
    sealed = true;
    await traces.sendDue();
    expect([sent, ledger.of("egress")]).toEqual([[], []]);
    expect(traces.view().say).toMatch(/sealed: nothing is sent/);
    expect(() => traces.set({ ...FAR, url: "https://127.0.0.1.evil.example/v1/traces" })).toThrow(/sealed, and 127.0.0.1.evil.example/);
    traces.set({ ...FAR, url: "http://127.0.0.1:4318/v1/traces" });
    await traces.sendDue();
    expect(sent.map(({ url }) => url)).toEqual(["http://127.0.0.1:4318/v1/traces"]);
  });

  it("nothing leaves when the record cannot be written", async () => {
    traces.set(FAR);
    ended = [{ run: RUN, spans: SPANS }];
    ledger.breakWith(new Error("disk full") as never);
    await traces.sendDue();
    expect(sent).toEqual([]);
    expect(traces.view().say).toMatch(/Not taken: disk full/);
  });
});

it("a resolution costs what all runs took, those that failed too; without prices tokens alone are told", () => {
  const models = SPANS.filter(({ kind }) => kind === "model");
  expect(overviewOf([RUN, { ...RUN, id: "run_2", state: "failed" }], [...models, ...models])).toMatchObject({ cost: 0.5, perResolution: { tokens: 2560, cost: 0.5 } });
  const { cost: _free, ...unpriced } = models[0] as Span;
  expect(overviewOf([RUN], [unpriced])).toMatchObject({ cost: null, perResolution: { tokens: 1280, cost: null } });
  expect(overviewOf([{ ...RUN, state: "failed" }], models)).toMatchObject({ perResolution: null });
});
