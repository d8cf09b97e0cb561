import type { GenerateEvent, GenerateRequest, Message, Provider } from "../port.ts";
import { fail } from "../failures.ts";
import { eventsOf, parseJson, post, projected, type Endpoint, type Http } from "./http.ts";

export type AnthropicNeeds = { readonly id: string; readonly endpoint: Endpoint; readonly http: Http };

/** The Messages API. Bedrock carries the same events in another envelope: see bedrock.ts. */
export function anthropicProvider({ id, endpoint, http }: AnthropicNeeds): Provider {
  return {
    id,
    kind: "anthropic",
    isLocal: false,
    host: new URL(endpoint.baseUrl).host,
    async *generate(model, request, signal) {
      const response = await post(http, endpoint, "/v1/messages", { model, stream: true, ...messagesBody(request) }, signal);
      yield* readMessages(dataOf(response, endpoint, signal), endpoint.name);
    },
  };
}

async function* dataOf(response: Response, endpoint: Endpoint, signal: AbortSignal): AsyncIterable<Record<string, unknown>> {
  for await (const { data } of eventsOf(response, endpoint, signal)) yield parseJson(data, endpoint.name);
}

export function messagesBody(request: GenerateRequest): object {
  const system = request.messages.filter(({ role }) => role === "system").map(({ content }) => content).join("\n\n");
  return {
    max_tokens: request.maxTokens,
    temperature: request.temperature ?? 0,
    ...(system === "" ? {} : { system }),
    messages: request.messages.filter(({ role }) => role !== "system").map(turnOf),
    ...(request.tools && request.tools.length > 0 ? { tools: request.tools.map(({ name, description, parameters }) => ({ name, description, input_schema: parameters })) } : {}),
    ...(request.schema ? { output_config: { format: { type: "json_schema", schema: projected(request.schema) } } } : {}),
  };
}

function turnOf({ role, content, toolCallId, toolCalls }: Message): object {
  if (role === "tool") return { role: "user", content: [{ type: "tool_result", tool_use_id: toolCallId, content }] };
  if (toolCalls && toolCalls.length > 0) return { role: "assistant", content: [...(content === "" ? [] : [{ type: "text", text: content }]), ...toolCalls.map(({ id, name, args }) => ({ type: "tool_use", id, name, input: args }))] };
  return { role, content };
}

type Event = {
  type?: string;
  index?: number;
  message?: { usage?: { input_tokens?: number; cache_read_input_tokens?: number } };
  content_block?: { type?: string; id?: string; name?: string };
  delta?: { type?: string; text?: string; partial_json?: string; stop_reason?: string };
  usage?: { output_tokens?: number };
  error?: { type?: string; message?: string };
};

export async function* readMessages(events: AsyncIterable<Record<string, unknown>>, name: string): AsyncIterable<GenerateEvent> {
  const calls = new Map<number, { id: string; name: string; args: string }>();
  let promptTokens = 0;
  let cachedTokens = 0;
  let outputTokens = 0;
  let reason: string | undefined;
  for await (const raw of events) {
    const event = raw as Event;
    switch (event.type) {
      case "message_start":
        promptTokens = event.message?.usage?.input_tokens ?? 0;
        cachedTokens = event.message?.usage?.cache_read_input_tokens ?? 0;
        break;
      case "content_block_start":
        if (event.content_block?.type === "tool_use") calls.set(event.index ?? 0, { id: event.content_block.id ?? "", name: event.content_block.name ?? "", args: "" });
        break;
      case "content_block_delta": {
        if (event.delta?.type === "text_delta" && event.delta.text) yield { type: "text", text: event.delta.text };
        const call = calls.get(event.index ?? 0);
        if (event.delta?.type === "input_json_delta" && call) call.args += event.delta.partial_json ?? "";
        break;
      }
      case "message_delta":
        reason = event.delta?.stop_reason ?? reason;
        outputTokens = event.usage?.output_tokens ?? outputTokens;
        break;
      case "error":
        throw event.error?.type === "overloaded_error" ? fail("PROVIDER_BUSY", { provider: name, status: 529 }) : fail("PROVIDER_REFUSED", { provider: name, status: event.error?.type ?? "stream", why: event.error?.message ?? "" });
      default: // pings and what a newer API adds
    }
  }
  if (reason === undefined) throw fail("PROVIDER_CUT", { provider: name });
  for (const { id, name: tool, args } of calls.values()) yield { type: "tool-call", call: { id, name: tool, args: parseJson(args || "{}", name) } };
  yield { type: "usage", usage: { promptTokens: promptTokens + cachedTokens, outputTokens, cachedTokens } };
  yield { type: "finish", reason: calls.size > 0 ? "tool-calls" : reason === "max_tokens" ? "length" : "stop" };
}
