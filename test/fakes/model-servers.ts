import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { EventStreamCodec } from "@smithy/eventstream-codec";

// Servers that speak the providers' protocols on loopback, true to the wire and without a model behind them. They prove
// framing, faults and bodies; nothing about what a real model answers.

export type Fault = "none" | "busy-twice" | "busy" | "error-500" | "refused" | "half-stream" | "wrong-json" | "silent" | "stalls" | "drips" | "cut-prompt" | "bad-tool";
export type ModelServer = AsyncDisposable & { readonly url: string; readonly seen: { readonly path: string; readonly headers: IncomingMessage["headers"]; readonly body: Record<string, unknown> }[]; fault: Fault };
export type Kind = "openai" | "ollama" | "anthropic" | "bedrock";

const ARGS = { host: "web-01" };
const wantsTool = (body: Record<string, unknown>) => Array.isArray(body["tools"]) && body["tools"].length > 0;
const wantsJson = (body: Record<string, unknown>) => "response_format" in body || "format" in body || "output_config" in body;
const textOf = (body: Record<string, unknown>) => (wantsJson(body) ? ['{"full":', "true}"] : ["disk ", "is full"]);

export async function modelServer(kind: Kind): Promise<ModelServer> {
  const seen: ModelServer["seen"] = [];
  const state: { fault: Fault; tries: number } = { fault: "none", tries: 0 };
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const body = JSON.parse(Buffer.concat(parts).toString() || "{}") as Record<string, unknown>;
      seen.push({ path: request.url ?? "", headers: request.headers, body });
      state.tries += 1;
      if (faulted(state.fault, state.tries, response)) return;
      if (request.url?.includes("embed")) return embeddings(kind, body, response);
      speak(kind, body, response, state.fault);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    seen,
    get fault() {
      return state.fault;
    },
    set fault(next) {
      Object.assign(state, { fault: next, tries: 0 });
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function faulted(fault: Fault, tries: number, response: ServerResponse): boolean {
  const status = fault === "busy" || (fault === "busy-twice" && tries <= 2) ? 429 : fault === "error-500" ? 500 : fault === "refused" ? 401 : 0;
  if (status > 0) response.writeHead(status, status === 429 ? { "retry-after": "0.01" } : {}).end('{"error":{"message":"as the test says"}}');
  return status > 0 || fault === "silent";
}

function embeddings(kind: Kind, body: Record<string, unknown>, response: ServerResponse): void {
  const vectors = (body["input"] as string[]).map((text) => [text.length, 1]);
  response.end(JSON.stringify(kind === "ollama" ? { embeddings: vectors } : { data: vectors.map((embedding, index) => ({ index, embedding })).reverse() }));
}

function speak(kind: Kind, body: Record<string, unknown>, response: ServerResponse, fault: Fault): void {
  const chunks = CHUNKS[kind](body, fault);
  response.writeHead(200, { "content-type": kind === "bedrock" ? "application/vnd.amazon.eventstream" : "text/event-stream" });
  if (fault === "wrong-json") chunks.splice(1, chunks.length, kind === "ollama" ? "not json\n" : kind === "bedrock" ? frame("not json") : "event: x\ndata: not json\n\n");
  if (fault === "half-stream") return void response.write(chunks[0] ?? "", () => response.destroy());
  if (fault === "stalls") return void response.write(chunks[0] ?? "");
  if (fault === "drips") return void drip(chunks, response);
  // Cut into small pieces: a reader must not rely on where the network cuts.
  const bytes = Buffer.concat(chunks.map((chunk) => Buffer.from(chunk)));
  for (let at = 0; at < bytes.length; at += 37) response.write(bytes.subarray(at, at + 37));
  response.end();
}

/** Slower in all than a reader that counts the whole time would bear, never quiet for long. */
async function drip(chunks: readonly (string | Uint8Array)[], response: ServerResponse): Promise<void> {
  const pieces = Buffer.concat(chunks.map((chunk) => Buffer.from(chunk)));
  const size = Math.ceil(pieces.length / 12);
  for (let at = 0; at < pieces.length; at += size) {
    response.write(pieces.subarray(at, at + size));
    await new Promise((done) => setTimeout(done, 30));
  }
  response.end();
}

const sse = (data: unknown, event?: string) => `${event === undefined ? "" : `event: ${event}\n`}data: ${JSON.stringify(data)}\n\n`;
/** Whoever is offered a way to finish takes it at once; others look at a disk. */
const callIn = (body: Record<string, unknown>, fault: Fault): { readonly name: string; readonly json: string } =>
  JSON.stringify(body["tools"]).includes('"finish"') ? { name: "finish", json: '{"claims":[]}' } : { name: "disk_usage", json: JSON.stringify(fault === "bad-tool" ? { host: 7 } : ARGS) };

function messagesEvents(body: Record<string, unknown>, fault: Fault): Record<string, unknown>[] {
  const start = { type: "message_start", message: { usage: { input_tokens: 40, cache_read_input_tokens: 10 } } };
  const end = (reason: string) => [{ type: "message_delta", delta: { stop_reason: reason }, usage: { output_tokens: 5 } }, { type: "message_stop" }];
  if (wantsTool(body)) {
    const { name, json } = callIn(body, fault);
    return [start, { type: "content_block_start", index: 0, content_block: { type: "tool_use", id: "tu_1", name } }, { type: "content_block_delta", index: 0, delta: { type: "input_json_delta", partial_json: json.slice(0, 4) } }, { type: "content_block_delta", index: 0, delta: { type: "input_json_delta", partial_json: json.slice(4) } }, ...end("tool_use")];
  }
  return [start, { type: "ping" }, ...textOf(body).map((text) => ({ type: "content_block_delta", index: 0, delta: { type: "text_delta", text } })), ...end("end_turn")];
}

const utf8 = { from: (text: string) => new TextEncoder().encode(text), to: (bytes: Uint8Array) => new TextDecoder().decode(bytes) };
const codec = new EventStreamCodec(utf8.to, utf8.from);
const frame = (payload: string): Uint8Array => codec.encode({ headers: { ":message-type": { type: "string", value: "event" }, ":event-type": { type: "string", value: "chunk" } }, body: utf8.from(payload) });

const CHUNKS: Readonly<Record<Kind, (body: Record<string, unknown>, fault: Fault) => (string | Uint8Array)[]>> = {
  openai(body, fault) {
    const delta = (of: object, finish: string | null = null) => sse({ choices: [{ delta: of, finish_reason: finish }] });
    const { name, json } = wantsTool(body) ? callIn(body, fault) : { name: "", json: "" };
    const said = wantsTool(body)
      ? [delta({ tool_calls: [{ index: 0, id: "c1", function: { name, arguments: "" } }] }), delta({ tool_calls: [{ index: 0, function: { arguments: json.slice(0, 4) } }] }), delta({ tool_calls: [{ index: 0, function: { arguments: json.slice(4) } }] }), delta({}, "tool_calls")]
      : [...textOf(body).map((content) => delta({ content })), delta({}, "stop")];
    return [...said, sse({ choices: [], usage: { prompt_tokens: 50, completion_tokens: 5, prompt_tokens_details: { cached_tokens: 10 } } }), "data: [DONE]\n\n"];
  },
  ollama(body, fault) {
    const line = (of: object) => `${JSON.stringify(of)}\n`;
    const { name, json } = wantsTool(body) ? callIn(body, fault) : { name: "", json: "" };
    const said = wantsTool(body) ? [line({ message: { content: "", tool_calls: [{ function: { name, arguments: JSON.parse(json) } }] } })] : textOf(body).map((content) => line({ message: { content } }));
    return [...said, line({ message: { content: "" }, done: true, done_reason: "stop", prompt_eval_count: fault === "cut-prompt" ? 20 : 50_000, eval_count: 5 })];
  },
  anthropic: (body, fault) => messagesEvents(body, fault).map((event) => sse(event, String(event["type"]))),
  bedrock: (body, fault) => messagesEvents(body, fault).map((event) => frame(JSON.stringify({ bytes: Buffer.from(JSON.stringify(event)).toString("base64") }))),
};
