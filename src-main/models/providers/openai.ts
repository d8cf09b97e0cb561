import type { GenerateEvent, GenerateRequest, Message, Provider } from "../port.ts";
import { fail } from "../failures.ts";
import { eventsOf, parseJson, post, projected, type Endpoint, type Http } from "./http.ts";

export type OpenAiNeeds = { readonly id: string; readonly endpoint: Endpoint; readonly http: Http; readonly isLocal: boolean; /** Azure names the deployment in the path and the version in the query. */ readonly azure?: { readonly apiVersion: string } };

/** Whatever speaks `/chat/completions`: vLLM, LM Studio, llama-server, Azure OpenAI. */
export function openAiProvider({ id, endpoint, http, isLocal, azure }: OpenAiNeeds): Provider {
  const path = (model: string, what: string) => (azure ? `/openai/deployments/${encodeURIComponent(model)}/${what}?api-version=${azure.apiVersion}` : `/${what}`);
  return {
    id,
    kind: azure ? "azure-openai" : "openai",
    isLocal,
    host: new URL(endpoint.baseUrl).host,
    async *generate(model, request, signal) {
      const response = await post(http, endpoint, path(model, "chat/completions"), bodyOf(model, request), signal);
      yield* read(response, endpoint, signal);
    },
    async embed(model, texts, signal) {
      const response = await post(http, endpoint, path(model, "embeddings"), { model, input: texts }, signal);
      const { data } = parseJson(await response.text(), endpoint.name) as { data?: { index: number; embedding: number[] }[] };
      if (!Array.isArray(data) || data.length !== texts.length) throw fail("MODEL_BAD_JSON", { why: "it answered another number of vectors than texts" });
      return [...data].sort((a, b) => a.index - b.index).map(({ embedding }) => Float32Array.from(embedding));
    },
  };
}

function bodyOf(model: string, request: GenerateRequest): object {
  return {
    model,
    stream: true,
    stream_options: { include_usage: true },
    max_tokens: request.maxTokens,
    temperature: request.temperature ?? 0,
    ...(request.seed === undefined ? {} : { seed: request.seed }),
    messages: request.messages.map(messageOf),
    ...(request.tools && request.tools.length > 0 ? { tools: request.tools.map(({ name, description, parameters }) => ({ type: "function", function: { name, description, parameters: projected(parameters) } })) } : {}),
    ...(request.schema ? { response_format: { type: "json_schema", json_schema: { name: "answer", strict: true, schema: projected(request.schema) } } } : {}),
  };
}

const messageOf = (message: Message): object => ({
  role: message.role,
  content: message.content,
  ...(message.toolCallId === undefined ? {} : { tool_call_id: message.toolCallId }),
  ...(message.toolCalls && message.toolCalls.length > 0 ? { tool_calls: message.toolCalls.map(({ id, name, args }) => ({ id, type: "function", function: { name, arguments: JSON.stringify(args) } })) } : {}),
});

type Delta = { content?: string | null; tool_calls?: { index: number; id?: string; function?: { name?: string; arguments?: string } }[] };
type Chunk = { choices?: { delta?: Delta; finish_reason?: string | null }[]; usage?: { prompt_tokens?: number; completion_tokens?: number; prompt_tokens_details?: { cached_tokens?: number } } | null; error?: { message?: string } };

async function* read(response: Response, endpoint: Endpoint, signal: AbortSignal): AsyncIterable<GenerateEvent> {
  const { name } = endpoint;
  const calls = new Map<number, { id: string; name: string; args: string }>();
  let reason: string | undefined;
  let usage: Chunk["usage"];
  for await (const { data } of eventsOf(response, endpoint, signal)) {
    if (data === "[DONE]") break;
    const chunk = parseJson(data, name) as Chunk;
    if (chunk.error) throw fail("PROVIDER_REFUSED", { provider: name, status: "stream", why: chunk.error.message ?? "" });
    usage = chunk.usage ?? usage;
    const choice = chunk.choices?.[0];
    if (choice?.delta?.content) yield { type: "text", text: choice.delta.content };
    for (const part of choice?.delta?.tool_calls ?? []) {
      const call = calls.get(part.index) ?? { id: "", name: "", args: "" };
      calls.set(part.index, { id: part.id ?? call.id, name: call.name + (part.function?.name ?? ""), args: call.args + (part.function?.arguments ?? "") });
    }
    reason = choice?.finish_reason ?? reason;
  }
  // A stream that simply stops has not said that its tool calls are whole.
  if (reason === undefined) throw fail("PROVIDER_CUT", { provider: name });
  for (const [index, { id, name: tool, args }] of calls) yield { type: "tool-call", call: { id: id || `call_${index}`, name: tool, args: parseJson(args || "{}", name) } };
  yield { type: "usage", usage: { promptTokens: usage?.prompt_tokens ?? 0, outputTokens: usage?.completion_tokens ?? 0, cachedTokens: usage?.prompt_tokens_details?.cached_tokens ?? 0 } };
  yield { type: "finish", reason: calls.size > 0 ? "tool-calls" : reason === "length" ? "length" : "stop" };
}
