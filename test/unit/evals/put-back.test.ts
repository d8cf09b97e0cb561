import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { createEvals, type EvalsNeeds } from "../../../src-main/evals/evals.ts";
import { openStore } from "../../../src-main/store/index.ts";

const ada = { kind: "operator", id: "op1", name: "Ada" } as const;
type Held = ReturnType<EvalsNeeds["models"]["held"]>;

/** A trial that cannot go on, for its program is missing; `meanwhile` is done once the model is loaded for it. */
async function engineAfterTrial(before: Held, { meanwhile, fails }: { readonly meanwhile?: Held; readonly fails?: string } = {}): Promise<{ readonly held: Held; readonly problem: string }> {
  let held = before;
  const models = {
    named: (id: string) => ({ kind: "file", id, name: id, isReady: held?.id === id && held.how !== undefined, provider: "embedded" }),
    held: () => held,
    unload: async () => void (held = undefined),
    async *load(id: string, how: NonNullable<Held>["how"]) {
      if (id === fails) throw new Error("it does not fit.");
      held = { id, how };
      yield { share: 1, isReady: true };
      if (meanwhile !== undefined) held = meanwhile;
    },
  } as unknown as EvalsNeeds["models"];
  using store = openStore({ path: ":memory:" });
  await using evals = createEvals({ store, models, entry: "/nowhere/evals.mjs", folder: join(tmpdir(), `sena-put-back-${process.pid}`), now: () => 0, newId: () => "eval_1", onLog: () => {} });
  evals.start({ model: "tried", part: "quick" }, ada);
  for await (const { running, problem } of evals.follow(AbortSignal.timeout(20_000))) if (running === undefined) return { held, problem };
  throw new Error("it never ended");
}
const OWN: Held = { id: "own", how: { contextTokens: 32_768, gpu: true } };

it("the model that was loaded before a trial is loaded again as it was, even when the trial could not go on", async () => {
  expect((await engineAfterTrial(OWN)).held).toEqual(OWN);
});

it("where none was loaded, none is left", async () => expect((await engineAfterTrial(undefined)).held).toBeUndefined());

it("one that was loaded meanwhile stays", async () => {
  const other: Held = { id: "other", how: { contextTokens: 4096, gpu: false } };
  expect((await engineAfterTrial(OWN, { meanwhile: other })).held).toEqual(other);
});

it("one that was tried where it stood stays", async () => {
  const tried: Held = { id: "tried", how: { contextTokens: 4096, gpu: true } };
  expect((await engineAfterTrial(tried)).held).toEqual(tried);
});

it("what cannot be loaded again is said", async () => expect((await engineAfterTrial(OWN, { fails: "own" })).problem).toMatch(/The model that was loaded before the trial could not be loaded again: it does not fit\./));
