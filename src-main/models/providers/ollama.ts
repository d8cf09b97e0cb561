import type { GenerateEvent, GenerateRequest, Message, Provider } from "../port.ts";
import { fail } from "../failures.ts";
import { linesOf, parseJson, post, projected, type Endpoint, type Http } from "./http.ts";

export type OllamaNeeds = { readonly id: string; readonly endpoint: Endpoint; readonly http: Http; readonly isLocal: boolean; readonly contextTokens: number };

/** A rough count of ours, low on purpose: only a server that read far less than that has cut the prompt. */
const atLeastTokens = (request: GenerateRequest): number => Math.floor(request.messages.reduce((sum, { content }) => sum + content.length, 0) / 8);

/**
 * Ollama's own `/api/chat`: its OpenAI route ignores `num_ctx` and silently cuts the beginning of the prompt, which is
 * where the rules stand.
 */
export function ollamaProvider({ id, endpoint, http, isLocal, contextTokens }: OllamaNeeds): Provider {
  return {
    id,
    kind: "ollama",
    isLocal,
    host: new URL(endpoint.baseUrl).host,
    async *generate(model, request, signal) {
      const response = await post(http, endpoint, "/api/chat", bodyOf(model, request, contextTokens), signal);
      yield* read(response, endpoint, request, signal);
    },
    async embed(model, texts, signal) {
      const response = await post(http, endpoint, "/api/embed", { model, input: texts }, signal);
      const { embeddings } = parseJson(await response.text(), endpoint.name) as { embeddings?: number[][] };
      if (!Array.isArray(embeddings) || embeddings.length !== texts.length) throw fail("MODEL_BAD_JSON", { why: "it answered another number of vectors than texts" });
      return embeddings.map((vector) => Float32Array.from(vector));
    },
  };
}

const bodyOf = (model: string, request: GenerateRequest, contextTokens: number): object => ({
  model,
  stream: true,
  options: { num_ctx: contextTokens, num_predict: request.maxTokens, temperature: request.temperature ?? 0, ...(request.seed === undefined ? {} : { seed: request.seed }) },
  messages: request.messages.map(messageOf),
  ...(request.tools && request.tools.length > 0 ? { tools: request.tools.map(({ name, description, parameters }) => ({ type: "function", function: { name, description, parameters: projected(parameters) } })) } : {}),
  ...(request.schema ? { format: projected(request.schema) } : {}),
});

const messageOf = (message: Message): object => ({
  role: message.role,
  content: message.content,
  ...(message.toolCalls && message.toolCalls.length > 0 ? { tool_calls: message.toolCalls.map(({ name, args }) => ({ function: { name, arguments: args } })) } : {}),
});

type Line = { message?: { content?: string; tool_calls?: { function?: { name?: string; arguments?: unknown } }[] }; done?: boolean; done_reason?: string; prompt_eval_count?: number; eval_count?: number; error?: string };

async function* read(response: Response, endpoint: Endpoint, request: GenerateRequest, signal: AbortSignal): AsyncIterable<GenerateEvent> {
  const { name } = endpoint;
  const calls: GenerateEvent[] = [];
  let end: Line | undefined;
  for await (const text of linesOf(response, endpoint, signal)) {
    if (text.trim() === "") continue;
    const line = parseJson(text, name) as Line;
    if (line.error) throw fail("PROVIDER_REFUSED", { provider: name, status: "stream", why: line.error });
    if (line.message?.content) yield { type: "text", text: line.message.content };
    for (const { function: call } of line.message?.tool_calls ?? []) calls.push({ type: "tool-call", call: { id: `call_${calls.length}`, name: call?.name ?? "", args: call?.arguments ?? {} } });
    if (line.done) end = line;
  }
  if (!end) throw fail("PROVIDER_CUT", { provider: name });
  const sent = atLeastTokens(request);
  // A count of 0 or none means the prompt came from its cache.
  if (end.prompt_eval_count && end.prompt_eval_count < sent) throw fail("PROVIDER_CUT_PROMPT", { provider: name, read: end.prompt_eval_count, sent });
  yield* calls;
  yield { type: "usage", usage: { promptTokens: end.prompt_eval_count ?? 0, outputTokens: end.eval_count ?? 0, cachedTokens: 0 } };
  yield { type: "finish", reason: calls.length > 0 ? "tool-calls" : end.done_reason === "length" ? "length" : "stop" };
}
