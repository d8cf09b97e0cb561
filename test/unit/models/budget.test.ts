import { describe, expect, it } from "vitest";
import { createInsight } from "../../../src-main/insight/index.ts";
import { createAsking, type Choice } from "../../../src-main/models/asking.ts";
import type { GenerateRequest, Provider } from "../../../src-main/models/port.ts";
import { openStore } from "../../../src-main/store/index.ts";

const ada = { kind: "operator", id: "op1", name: "Ada" } as const;
const provider = (id: string, isLocal: boolean): Provider => ({
  id, isLocal, kind: "openai", host: isLocal ? undefined : `${id}.example`,
  async *generate() {
    yield { type: "text", text: "ok" };
    yield { type: "usage", usage: { promptTokens: 1_000_000, outputTokens: 500_000, cachedTokens: 0 } };
    yield { type: "finish", reason: "stop" };
  },
});
const choice = (id: string, more: Partial<Choice> = {}): Choice => ({ provider: provider(id, id === "here"), model: "m", isSmall: false, contextTokens: 10_000, canEmbed: false, barred: undefined, ...more });
const PRICED = choice("wan", { price: { prompt: 2, output: 4 } });

function world(choices: readonly Choice[], budget: number | undefined) {
  const insight = createInsight({ store: openStore({ path: ":memory:" }) });
  const asking = createAsking({ choices: () => choices, breaker: { isClosed: () => true, failed: () => {}, worked: () => {} }, ledger: { append: async () => ({}) as never }, insight, network: () => "lan", runBudget: () => budget, now: () => 5 });
  const ask = (session = "run_1", budgetTokens?: number, more: Partial<GenerateRequest> = {}) => asking.answer({ task: "plan", actor: ada, session, hasProtectedData: false, ...(budgetTokens !== undefined && { budgetTokens }) }, { messages: [{ role: "user", content: "hello" }], maxTokens: 100, ...more }, new AbortController().signal);
  return { insight, asking, ask };
}

describe("what the models of a run may cost", () => {
  it("is counted by the operator's prices and the tokens the provider tells of", async () => {
    const { ask, insight } = world([PRICED], undefined);
    await ask();
    expect(insight.of("run_1").map(({ cost, tokens }) => [cost, tokens])).toEqual([[4, { prompt: 1_000_000, output: 500_000 }]]);
  });
  it("is nothing for a question that was never answered", async () => {
    const broken: Provider = { ...provider("wan", false), generate: () => { throw new Error("nobody there"); } };
    const { ask, insight } = world([{ ...PRICED, provider: broken }], undefined);
    await expect(ask()).rejects.toThrow("nobody there");
    expect(insight.of("run_1").map(({ isFailed, cost }) => [isFailed, cost])).toEqual([[true, undefined]]);
  });
  it("leaves out what would go beyond it, says why, and asks what has no price instead", async () => {
    const { ask, insight } = world([PRICED, choice("here")], 4);
    insight.record("run_1", { kind: "model", name: "m", from: 1, to: 2, isFailed: false, cost: 4 });
    const { provider: asked } = await ask();
    expect(asked).toBe("here");
    const { ask: alone, insight: spent } = world([PRICED], 4);
    spent.record("run_1", { kind: "model", name: "m", from: 1, to: 2, isFailed: false, cost: 4 });
    await expect(alone()).rejects.toMatchObject({ code: "MODEL_NONE", message: expect.stringMatching(/wan: it could cost 0\.0004\d*, and 0 is left of what a run may cost/) });
  });
  it("is each run's own, and lets through what fits", async () => {
    const { ask, insight } = world([PRICED], 5);
    insight.record("run_1", { kind: "model", name: "m", from: 1, to: 2, isFailed: false, cost: 5 });
    await expect(ask("run_1")).rejects.toMatchObject({ code: "MODEL_NONE" });
    expect((await ask("run_2")).provider).toBe("wan");
  });
  it("stands beside the budget of tokens, which holds for models without a price too", async () => {
    const { ask } = world([choice("here")], undefined);
    await expect(ask("run_1", 50)).rejects.toMatchObject({ message: expect.stringContaining("the token budget of this run is used up") });
    expect((await ask("run_1", 5000)).provider).toBe("here");
  });
  it("counts the tools and the shape of the answer that are sent along", async () => {
    const tools = [{ name: "look", description: "d".repeat(3500), parameters: { type: "object" } }] as never;
    const { ask } = world([choice("here")], undefined);
    await expect(ask("run_1", 1000, { tools })).rejects.toMatchObject({ message: expect.stringContaining("the token budget of this run is used up") });
    await expect(ask("run_1", 1000, { schema: { type: "string", description: "d".repeat(3500) } as never })).rejects.toMatchObject({ code: "MODEL_NONE" });
    expect((await ask("run_1", 2000, { tools })).provider).toBe("here");
  });
  it("of nothing at all leaves models without a price alone", async () => {
    const { ask } = world([PRICED, choice("here")], 0);
    expect((await ask()).provider).toBe("here");
  });
});
