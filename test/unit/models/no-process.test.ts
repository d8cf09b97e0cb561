import { expect, it } from "vitest";
import { createEngine } from "../../../src-main/models/index.ts";

it("a worker that cannot be started is a sentence to whoever waits, and the next load tries again", async () => {
  await using engine = createEngine({ workerFile: "/nowhere/worker.mjs", nodePath: "/nowhere/node" });
  for (const _ of [1, 2]) {
    await expect(engine.load("/m.gguf", { contextTokens: 64, threads: 1, gpu: false })).rejects.toMatchObject({ code: "MODEL_CRASHED" });
    expect(engine.state.value).toMatchObject({ is: "failed", path: "/m.gguf" });
  }
});
