import { afterEach, expect, it } from "vitest";
import { playScenarios } from "../../../src-main/evals/process.ts";

const node = process.execPath;
afterEach(() => void (process.execPath = node));

it("a trial whose process cannot be started ends with what the system says, and ends nothing else", async () => {
  process.execPath = "/nowhere/node";
  const nothing = () => {};
  const trial = playScenarios({ entry: "/nowhere/evals.mjs", home: "/nowhere", part: "quick", model: "", planned: nothing, tried: nothing, generate: () => { throw new Error("never asked"); }, onLog: nothing }, new AbortController().signal);
  await expect(trial).rejects.toThrow(/ENOENT/);
});
