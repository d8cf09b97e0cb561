import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ProviderConfig } from "../../../src-main/contract/index.ts";
import { sealedFetch, type GenerateEvent, type GenerateRequest, type Tool } from "../../../src-main/models/index.ts";
import { providerOf } from "../../../src-main/models/provider-of.ts";
import { linesOf, post } from "../../../src-main/models/providers/http.ts";
import { selfSigned } from "../../../src-main/shells/lab/certificate.ts";
import { modelServer, type Kind, type ModelServer } from "../../fakes/model-servers.ts";

const TOOL: Tool = { name: "disk_usage", description: "How full.", parameters: { type: "object", properties: { host: { type: "string", pattern: "^[a-z0-9-]+$" } }, required: ["host"] } };
const SCHEMA = { type: "object", properties: { full: { type: "boolean" } }, required: ["full"] };
const ask = (more: Partial<GenerateRequest> = {}): GenerateRequest => ({ messages: [{ role: "system", content: "Be brief." }, { role: "user", content: "Is the disk full?" }], maxTokens: 50, ...more });
const forever = new AbortController().signal;
const CONFIGS: Readonly<Record<Kind, (url: string) => unknown>> = {
  openai: (url) => ({ kind: "openai", id: "there", model: "m", url, keySecret: "key" }),
  ollama: (url) => ({ kind: "ollama", id: "there", model: "m", url }),
  anthropic: (url) => ({ kind: "anthropic", id: "there", model: "m", url, keySecret: "key" }),
  bedrock: (url) => ({ kind: "bedrock", id: "there", model: "anthropic.m", region: "eu-central-1", accessKeyId: "AKIDTEST", secretKeySecret: "key", url }),
};

describe.each(["openai", "ollama", "anthropic", "bedrock"] as const)("the %s provider, against a server that speaks its protocol", (kind) => {
  let server: ModelServer;
  let waits: number[];
  beforeEach(async () => {
    server = await modelServer(kind);
    waits = [];
  });
  afterEach(() => server[Symbol.asyncDispose]());
  const provider = () => providerOf({ vault: { reveal: async () => "s3cret" }, http: { fetch, random: () => 0, wait: async (ms) => void waits.push(ms) } }, ProviderConfig.parse(CONFIGS[kind](server.url)));
  const all = async (request: GenerateRequest, signal = forever) => {
    const events: GenerateEvent[] = [];
    for await (const event of provider().generate("m", request, signal)) events.push(event);
    return events;
  };
  const textOf = (events: readonly GenerateEvent[]) => events.map((event) => (event.type === "text" ? event.text : "")).join("");

  it("streams text in order, counts tokens and says why it ended", async () => {
    const events = await all(ask());
    expect(events.filter(({ type }) => type === "text").length).toBe(2);
    expect(textOf(events)).toBe("disk is full");
    const usage = events.find((event) => event.type === "usage");
    expect(usage?.type === "usage" && usage.usage.outputTokens).toBe(5);
    expect(events.at(-1)).toEqual({ type: "finish", reason: "stop" });
  });

  it("gathers a tool call that comes in pieces", async () => {
    const events = await all(ask({ tools: [TOOL] }));
    expect(events).toContainEqual({ type: "tool-call", call: { id: expect.any(String) as string, name: "disk_usage", args: { host: "web-01" } } });
    expect(events.at(-1)).toEqual({ type: "finish", reason: "tool-calls" });
  });

  it("asks for JSON of a shape in its own dialect, without what engines ignore", async () => {
    expect(JSON.parse(textOf(await all(ask({ schema: SCHEMA }))))).toEqual({ full: true });
    const sent = JSON.stringify(server.seen.at(-1)?.body);
    expect(sent).toContain('"full"');
    expect(sent).not.toContain('"pattern"');
  });

  it("waits and asks again when told to slow down, and has its answer", async () => {
    server.fault = "busy-twice";
    expect(textOf(await all(ask()))).toBe("disk is full");
    expect(waits).toEqual([10, 10]);
  });

  it.each([["busy", "PROVIDER_BUSY", 3], ["error-500", "PROVIDER_UNREACHABLE", 3], ["refused", "PROVIDER_REFUSED", 1]] as const)("says %s as %s after %i tries", async (fault, code, tries) => {
    server.fault = fault;
    await expect(all(ask())).rejects.toMatchObject({ code });
    expect(server.seen.length).toBe(tries);
  });

  it("calls a stream that stops half-way cut, and runs no tool call of it", async () => {
    server.fault = "half-stream";
    const events: GenerateEvent[] = [];
    const reading = (async () => {
      for await (const event of provider().generate("m", ask({ tools: [TOOL] }), forever)) events.push(event);
    })();
    await expect(reading).rejects.toMatchObject({ code: "PROVIDER_CUT" });
    expect(events.filter(({ type }) => type === "tool-call")).toEqual([]);
  });

  it("says so when what comes is not JSON", async () => {
    server.fault = "wrong-json";
    await expect(all(ask())).rejects.toMatchObject({ code: "MODEL_BAD_JSON" });
  });

  it("stops at once when it is stopped", async () => {
    server.fault = "silent";
    const stop = new AbortController();
    const asked = all(ask(), stop.signal);
    setTimeout(() => stop.abort(), 20);
    await expect(asked).rejects.toMatchObject({ name: "AbortError" });
  });

  it("says that nobody answers when nothing listens", async () => {
    const gone = server.url;
    await server[Symbol.asyncDispose]();
    const dead = providerOf({ vault: { reveal: async () => "s" }, http: { fetch, random: () => 0, wait: async () => {} } }, ProviderConfig.parse(CONFIGS[kind](gone)));
    await expect((async () => { for await (const _ of dead.generate("m", ask(), forever)); })()).rejects.toMatchObject({ code: "PROVIDER_UNREACHABLE" });
    server = await modelServer(kind);
  });
});

it("Ollama's silent cut of the prompt is noticed by its own count", async () => {
  await using server = await modelServer("ollama");
  server.fault = "cut-prompt";
  const provider = providerOf({ vault: { reveal: async () => "" }, http: { fetch, random: () => 0, wait: async () => {} } }, ProviderConfig.parse(CONFIGS.ollama(server.url)));
  const long = ask({ messages: [{ role: "user", content: "rules ".repeat(500) }] });
  await expect((async () => { for await (const _ of provider.generate("m", long, forever)); })()).rejects.toMatchObject({ code: "PROVIDER_CUT_PROMPT" });
  expect((server.seen[0]?.body["options"] as { num_ctx: number }).num_ctx).toBe(16_384);
});

it("a certificate that nobody vouches for is told in words, and nothing is sent past it", async () => {
  const { key, certificate } = selfSigned("models.test", ["127.0.0.1"], Date.now());
  let asked = 0;
  const server = createServer({ key, cert: certificate }, (_request, response) => void ((asked += 1), response.end()));
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const provider = providerOf({ vault: { reveal: async () => "s3cret" }, http: { fetch, random: () => 0, wait: async () => {} } }, ProviderConfig.parse(CONFIGS.openai(`https://127.0.0.1:${(server.address() as AddressInfo).port}`)));
  await expect((async () => { for await (const _ of provider.generate("m", ask(), forever)); })()).rejects.toMatchObject({ code: "PROVIDER_UNREACHABLE", message: expect.stringContaining("signed by nobody known here") });
  expect(asked).toBe(0);
  await new Promise((done) => server.close(done));
});

it("a server that takes a question and says nothing is given up after its time, and asked again before that is said", async () => {
  await using server = await modelServer("openai");
  server.fault = "silent";
  const asked = post({ fetch, random: () => 0, wait: async () => {} }, { name: "there", baseUrl: server.url, headers: async () => ({}), quietMs: 50 }, "/chat/completions", {}, forever);
  await expect(asked).rejects.toMatchObject({ code: "PROVIDER_UNREACHABLE", message: expect.stringContaining("no answer in time") });
  expect(server.seen.length).toBe(3);
});

it("an answer may last as long as it flows; one that stops in the middle is left, and said so", async () => {
  await using server = await modelServer("openai");
  const read = async () => {
    const response = await post({ fetch, random: () => 0, wait: async () => {} }, endpoint, "/chat/completions", {}, forever);
    let text = "";
    for await (const line of linesOf(response, endpoint, forever)) text += line;
    return text;
  };
  const endpoint = { name: "there", baseUrl: server.url, headers: async () => ({}), quietMs: 250 };
  server.fault = "drips";
  expect(await read()).toMatch(/disk .*is full.*\[DONE\]/);
  server.fault = "stalls";
  await expect(read()).rejects.toMatchObject({ code: "PROVIDER_SILENT" });
});

it("keys go into the header the provider wants, and bedrock signs", async () => {
  for (const [kind, header, value] of [["openai", "authorization", /^Bearer s3cret$/], ["anthropic", "x-api-key", /^s3cret$/], ["bedrock", "authorization", /^AWS4-HMAC-SHA256 Credential=AKIDTEST\/\d{8}\/eu-central-1\/bedrock\/aws4_request/]] as const) {
    await using server = await modelServer(kind);
    const provider = providerOf({ vault: { reveal: async () => "s3cret" }, http: { fetch, random: () => 0, wait: async () => {} } }, ProviderConfig.parse(CONFIGS[kind](server.url)));
    for await (const _ of provider.generate("m", ask(), forever));
    expect(server.seen[0]?.headers[header]).toMatch(value);
    expect(JSON.stringify(server.seen[0]?.body)).not.toContain("s3cret");
  }
});

it("a sealed machine sends a model request to no other machine, and lets through one to itself", async () => {
  const sent: string[] = [];
  const send = (async (input: unknown) => (sent.push(String(input)), new Response("{}"))) as typeof fetch;
  await expect(sealedFetch(() => true, send)("http://models.example/v1")).rejects.toMatchObject({ code: "PROVIDER_FORBIDDEN" });
  await expect(sealedFetch(() => true, send)("http://127.0.0.1.evil.example/v1")).rejects.toMatchObject({ code: "PROVIDER_FORBIDDEN" });
  await sealedFetch(() => true, send)("http://127.0.0.1:9/v1");
  await sealedFetch(() => false, send)("http://models.example/v1");
  expect(sent).toEqual(["http://127.0.0.1:9/v1", "http://models.example/v1"]);
});
