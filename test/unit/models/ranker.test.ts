import { beforeEach, describe, expect, it } from "vitest";
import { live } from "../../../src-main/kernel/index.ts";
import type { EngineState } from "../../../src-main/models/embedded/engine.ts";
import type { StoredModel } from "../../../src-main/models/files.ts";
import { createRanker, type Ranker, type RankerNeeds } from "../../../src-main/models/ranker.ts";

const fileOf = (id: string, isRanker: boolean) => ({ id, path: `/${id}`, sha256: id, info: { name: id, isRanker, contextLength: 512, embeddingLength: 8, headCount: 1, headCountKv: 1, blockCount: 1, fileBytes: 1 } }) as unknown as StoredModel;
const FILES = [fileOf("a", true), fileOf("b", true), fileOf("chat", false)];
const ada = { kind: "operator", id: "op1", name: "Ada" } as const;

/** Loads when it is told to; scores with whatever is loaded by then. */
describe("a reranker while another is still being loaded", () => {
  let ranker: Ranker;
  let chosen: string;
  let compared: string[];
  let isChanged: boolean;
  let loads: { readonly path: string; readonly done: () => void }[];
  let rankedBy: string[];
  const asked = async (count: number) => {
    while (loads.length < count) await new Promise((resolve) => setImmediate(resolve));
  };
  beforeEach(() => {
    [chosen, loads, rankedBy, compared, isChanged] = ["", [], [], [], false];
    const state = live<EngineState>({ is: "none" });
    const loaded = { contextTokens: 512 };
    const engine = {
      state,
      load: (path: string) => {
        state.set({ is: "loading", path, share: 0 });
        return new Promise<void>((resolve) => loads.push({ path, done: () => (state.set({ is: "ready", path, loaded } as unknown as EngineState), resolve()) }));
      },
      unload: async () => state.set({ is: "none" }),
      rank: async (_: string, passages: readonly string[]) => {
        if (state.value.is !== "ready") throw new Error("nothing is loaded");
        rankedBy.push(state.value.path);
        return passages.map(() => 1);
      },
    };
    const needs = { engine, files: { all: () => FILES, get: (id: string) => FILES.find((file) => file.id === id), threads: () => 1 }, kept: { ranker: () => chosen, setRanker: (id: string) => (chosen = id) }, ledger: { append: async () => {} }, insight: { record: () => {} }, freeBytes: () => 1e12, cores: 1, machine: "", now: () => 0, touch: () => {}, compare: async (id: string) => { compared.push(id); if (isChanged) throw new Error("It is not the file that was imported."); }, untouched: async () => {} };
    ranker = createRanker(needs as unknown as RankerNeeds);
  });

  it("one that is none is refused, though one that is was being loaded when it was chosen", async () => {
    const first = ranker.choose("a");
    const second = expect(ranker.choose("chat")).rejects.toMatchObject({ code: "MODEL_NO_RANKER" });
    await asked(1);
    loads[0]?.done();
    await Promise.all([first, second]);
    expect(chosen).toBe("a");
  });

  it("one whose file was changed is not loaded, nor read again with every question; it is when it is chosen anew", async () => {
    [chosen, isChanged] = ["a", true];
    const ask = () => ranker.rank(ada, "why?", ["x", "y"], new AbortController().signal);
    expect(await ask()).toBeUndefined();
    while (!ranker.view().say.includes("not the file that was imported")) await new Promise((resolve) => setImmediate(resolve));
    expect(await ask()).toBeUndefined();
    await expect(ranker.choose("a")).rejects.toThrow("not the file");
    expect([compared, loads]).toEqual([["a", "a"], []]);
    isChanged = false;
    const again = ranker.choose("a");
    await asked(1);
    loads[0]?.done();
    await again;
    expect((await ask())?.scores).toEqual([1, 1]);
  });

  it("is measured itself, and ended without ending the one that was chosen meanwhile", async () => {
    const first = ranker.choose("a");
    const measured = ranker.measure("b");
    const again = ranker.choose("a");
    for (const [place, path] of ["/a", "/b", "/a"].entries()) {
      await asked(place + 1);
      expect(loads[place]?.path).toBe(path);
      loads[place]?.done();
    }
    await Promise.all([first, measured, again]);
    expect(rankedBy).toEqual(["/b"]);
    expect([chosen, ranker.view().state]).toEqual(["a", "ready"]);
  });

  it("questions are not held up meanwhile, and one file is loaded once", async () => {
    chosen = "a";
    const ask = () => ranker.rank(ada, "why?", ["x", "y"], new AbortController().signal);
    expect([await ask(), await ask()]).toEqual([undefined, undefined]);
    const choice = ranker.choose("a");
    await asked(1);
    loads[0]?.done();
    await choice;
    expect((await ask())?.scores).toEqual([1, 1]);
    expect(loads).toHaveLength(1);
  });
});
