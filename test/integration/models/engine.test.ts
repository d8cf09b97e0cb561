import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createEngine, type Engine } from "../../../src-main/models/embedded/engine.ts";
import { memoryNeed, readGguf } from "../../../src-main/models/gguf.ts";
import { writeTinyGguf } from "../../fixtures/tiny-gguf.ts";

const WORKER = resolve(import.meta.dirname, "../../../src-main/models/embedded/worker.ts");
const ask = (text: string, more: object = {}) => ({ messages: [{ role: "user" as const, content: text }], maxTokens: 12, temperature: 0, ...more });
const forever = new AbortController().signal;

describe("the embedded engine, on a model of random weights", () => {
  let folder: string;
  let model: string;
  let engine: Engine;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "sena-model-"));
    model = join(folder, "tiny.gguf");
    writeTinyGguf(model);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  beforeEach(() => {
    engine = createEngine({ workerFile: WORKER });
  });
  afterEach(() => engine[Symbol.asyncDispose]());
  const load = () => engine.load(model, { contextTokens: 512, threads: 1, gpu: false });
  const say = async (request: Parameters<Engine["generate"]>[0], signal = forever) => {
    let text = "";
    let end: unknown;
    for await (const event of engine.generate(request, signal)) {
      if ("text" in event) text += event.text;
      else end = event.end;
    }
    return { text, end: end as { reason: string; usage: { promptTokens: number; outputTokens: number; cachedTokens: number } } };
  };

  it("loads with progress, streams text, counts tokens and stops at the limit", async () => {
    const loaded = await load();
    expect(loaded).toMatchObject({ contextTokens: 512, threads: 1 });
    const { end } = await say(ask("hello"));
    expect(end.reason).toBe("length");
    expect(end.usage.outputTokens).toBeGreaterThan(0);
    expect(end.usage.promptTokens).toBeGreaterThan(0);
  });

  it("obeys a JSON schema even with random weights", async () => {
    await load();
    const schema = { type: "object", properties: { tool: { enum: ["df", "free"] }, deep: { type: "boolean" } }, required: ["tool", "deep"] };
    const { text } = await say(ask("which?", { schema, maxTokens: 60, temperature: 1, seed: 3 }));
    const answer = JSON.parse(text) as { tool: string; deep: boolean };
    expect(["df", "free"]).toContain(answer.tool);
    expect(typeof answer.deep).toBe("boolean");
  });

  it("embeds texts, the same text to the same vector", async () => {
    await load();
    const [a, b, c] = await engine.embed(["disk full", "disk full", "network"], forever);
    expect(a?.length).toBe(64);
    expect([...(a ?? [])]).toEqual([...(b ?? [])]);
    expect([...(a ?? [])]).not.toEqual([...(c ?? [])]);
  });

  describe("with a folder for its chats", () => {
    let states: string;
    const again = async () => {
      await engine[Symbol.asyncDispose]();
      engine = createEngine({ workerFile: WORKER, stateFolder: states });
      await load();
    };
    beforeEach(async () => {
      states = mkdtempSync(join(folder, "states-"));
      engine = createEngine({ workerFile: WORKER, stateFolder: states });
      await load();
    });
    const LONG = "the first turn of a chat, with some words to read in it";

    it("a chat goes on where it stood after the process was started anew; another begins at nothing", async () => {
      const first = await say(ask(LONG, { chatId: "c1" }));
      await again();
      expect(readdirSync(states).map((name) => name.endsWith(".state"))).toEqual([true]);
      const { end, text } = await say(ask(LONG, { chatId: "c1" }));
      expect(end.usage.cachedTokens).toBeGreaterThan(end.usage.promptTokens / 2);
      expect(text).toBe(first.text);
      expect((await say(ask(LONG, { chatId: "c2" }))).end.usage.cachedTokens).toBe(0);
    });

    it("reads a chat anew when what was kept of it is cut or is something else, and throws that away", async () => {
      await say(ask(LONG, { chatId: "c1" }));
      await engine.keepChats();
      const [kept = ""] = readdirSync(states).map((name) => join(states, name));
      for (const bytes of [Buffer.from("not a state"), readFileSync(kept).subarray(0, 90)]) {
        await engine.unload();
        writeFileSync(kept, bytes);
        await load();
        expect((await say(ask(LONG, { chatId: "c1" }))).end.usage).toMatchObject({ cachedTokens: 0 });
        await engine.keepChats();
        expect(readFileSync(kept).byteLength).toBeGreaterThan(1000);
      }
    });

    it("a fifth chat takes the seat of the oldest, which is written down first", async () => {
      for (const chatId of ["c1", "c2", "c3", "c4", "c5"]) await say(ask(LONG, { chatId }));
      expect(readdirSync(states).length).toBe(1);
      expect((await say(ask(LONG, { chatId: "c1" }))).end.usage.cachedTokens).toBeGreaterThan(0);
    });
  });

  it("answers several chats side by side, each as if it were alone; turns of one chat follow each other", async () => {
    await load();
    const alone = await say(ask("one", { chatId: "x", maxTokens: 40 }));
    await engine.unload();
    await load();
    const told: string[] = [];
    const follow = async (turn: string, chatId: string, text: string) => {
      let whole = "";
      for await (const event of engine.generate(ask(text, { chatId, maxTokens: 40 }), forever)) {
        if ("text" in event) [whole] = [whole + event.text, told.push(turn)];
      }
      return whole;
    };
    const [a, b, c] = await Promise.all([follow("first", "a", "one"), follow("other", "b", "two"), follow("second", "a", "one")]);
    expect([a, c]).toEqual([alone.text, alone.text]);
    expect(b).not.toBe(a);
    expect(told.indexOf("other")).toBeLessThan(told.lastIndexOf("first"));
    expect(told.indexOf("second")).toBeGreaterThan(told.lastIndexOf("first"));
  });

  it("stops generating when the signal aborts, and answers the next", async () => {
    await load();
    const abort = new AbortController();
    const running = say(ask("long", { maxTokens: 400, temperature: 1 }), abort.signal);
    setTimeout(() => abort.abort(new Error("operator")), 30);
    await expect(running).rejects.toThrow("operator");
    expect((await say(ask("again"))).end.usage.outputTokens).toBeGreaterThan(0);
  });

  it("survives its worker being killed: says so, and loads again", async () => {
    await load();
    const running = say(ask("x", { maxTokens: 500, temperature: 1 }));
    const { execFileSync } = await import("node:child_process");
    execFileSync("pkill", ["-KILL", "-P", String(process.pid), "-f", "embedded/worker.ts"]);
    await expect(running).rejects.toMatchObject({ code: "MODEL_CRASHED" });
    expect(engine.state.value).toMatchObject({ is: "failed" });
    await load();
    expect((await say(ask("back"))).end.usage.outputTokens).toBeGreaterThan(0);
  });

  it("measures tokens per second at each number of threads", async () => {
    await load();
    const measured = await engine.measure([1, 2], 8);
    expect(measured.map(({ threads }) => threads)).toEqual([1, 2]);
    for (const { tokensPerSecond } of measured) expect(tokensPerSecond).toBeGreaterThan(0);
  });

  it("says MODEL_NOT_LOADED before there is one", async () => {
    await expect(say(ask("x"))).rejects.toMatchObject({ code: "MODEL_NOT_LOADED" });
  });

  it("reports a model of an architecture it does not know as an ordinary failure, and goes on", async () => {
    const strange = join(folder, "strange.gguf");
    writeTinyGguf(strange, { architecture: "martian" });
    await expect(engine.load(strange, { contextTokens: 256, threads: 1, gpu: false })).rejects.toMatchObject({ code: "MODEL_UNFIT", message: expect.stringContaining("unknown model architecture: 'martian'") });
    await load();
    expect((await say(ask("after that"))).end.usage.outputTokens).toBeGreaterThan(0);
  });

  it("reports a file whose weights are cut off as an ordinary failure", async () => {
    const cut = join(folder, "cut.gguf");
    const whole = readFileSync(model);
    writeFileSync(cut, whole.subarray(0, whole.byteLength - 50_000));
    await expect(engine.load(cut, { contextTokens: 256, threads: 1, gpu: false })).rejects.toMatchObject({ code: expect.stringMatching(/MODEL_(UNFIT|CRASHED)/) });
  });

  it("reports a model with missing tensors as an ordinary failure", async () => {
    const broken = join(folder, "missing.gguf");
    writeTinyGguf(broken, { dropTensor: /ffn_down/ });
    await expect(engine.load(broken, { contextTokens: 256, threads: 1, gpu: false })).rejects.toMatchObject({ code: expect.stringMatching(/MODEL_(UNFIT|CRASHED)/) });
  });
});

describe("reading a model's header before the engine may", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "sena-gguf-"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const file = (name: string, options = {}) => {
    const path = join(folder, name);
    writeTinyGguf(path, options);
    return path;
  };

  it("tells architecture, context, licence and what memory it will take", async () => {
    const info = await readGguf(file("good.gguf"));
    expect(info).toMatchObject({ architecture: "llama", contextLength: 512, blockCount: 2, headCount: 4, headCountKv: 2, license: "Apache-2.0", isEmbedding: false });
    expect(memoryNeed(info, 512)).toBeGreaterThan(info.fileBytes);
    expect(memoryNeed(info, 4096)).toBeGreaterThan(memoryNeed(info, 512));
  });

  it.each(["feed_forward_length", "attention.head_count", "context_length", "embedding_length", "block_count"])("refuses a file without %s, on which the engine would abort", async (key) => {
    await expect(readGguf(file("lacks.gguf", { leaveOut: [`llama.${key}`] }))).rejects.toMatchObject({ code: "MODEL_UNFIT", message: expect.stringContaining(key) });
  });
  it("refuses a file without a tokenizer", async () => {
    await expect(readGguf(file("no-tokens.gguf", { leaveOut: ["tokenizer.ggml.tokens"] }))).rejects.toMatchObject({ code: "MODEL_UNFIT" });
  });
  it.each([
    ["is not a GGUF", Buffer.from("PK\x03\x04 something else entirely, long enough to be read")],
    ["is empty", Buffer.alloc(0)],
    ["is of version 99", Buffer.concat([Buffer.from("GGUF"), Buffer.from([99, 0, 0, 0]), Buffer.alloc(16)])],
    ["claims a text of petabytes", Buffer.concat([Buffer.from("GGUF"), Buffer.from([3, 0, 0, 0]), Buffer.from([1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]), Buffer.alloc(8, 0x7f), Buffer.alloc(64)])],
  ])("refuses a file that %s, in words", async (_what, bytes) => {
    const path = join(folder, "bad.gguf");
    writeFileSync(path, bytes);
    await expect(readGguf(path)).rejects.toMatchObject({ code: "MODEL_NOT_A_GGUF" });
  });
  it("refuses a file cut inside its header", async () => {
    const path = file("cut.gguf");
    writeFileSync(path, readFileSync(path).subarray(0, 2000));
    await expect(readGguf(path)).rejects.toMatchObject({ code: "MODEL_NOT_A_GGUF", message: expect.stringContaining("half copied") });
  });
});
