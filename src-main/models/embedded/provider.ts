import { Ajv } from "ajv";
import type { GenerateEvent, GenerateRequest, JsonSchema, Message, Provider, Tool } from "../port.ts";
import { fail } from "../failures.ts";
import type { Engine, EngineEvent } from "./engine.ts";

const ajv = new Ajv({ strict: false, allErrors: false });

/**
 * The engine behind the common port. Tool calls are JSON under a grammar, whatever the model's own format is, and are
 * checked again afterwards: grammars ignore bounds and patterns.
 */
export function embeddedProvider(engine: Engine): Provider {
  return {
    id: "embedded",
    kind: "embedded",
    isLocal: true,
    host: undefined,
    embed: (_model, texts, signal) => engine.embed(texts, signal),
    async *generate(_model, request, signal): AsyncIterable<GenerateEvent> {
      const tools = request.tools ?? [];
      const schema = tools.length > 0 ? choiceSchema(tools) : request.schema;
      const asked: GenerateRequest = { ...request, tools: [], messages: tools.length > 0 ? withTools(request.messages, tools) : request.messages, ...(schema ? { schema } : {}) };
      let end: Extract<EngineEvent, { end: unknown }>["end"] | undefined;
      for await (const event of engine.generate(asked, signal)) {
        if ("end" in event) end = event.end;
        else if (tools.length === 0) yield { type: "text", text: event.text };
      }
      if (!end) return;
      if (tools.length > 0) yield toolCallOf(end.whole, tools);
      else if (request.schema) assertFits(end.whole, request.schema);
      yield { type: "usage", usage: end.usage };
      yield { type: "finish", reason: tools.length > 0 ? "tool-calls" : end.reason };
    },
  };
}

const choiceSchema = (tools: readonly Tool[]): JsonSchema => ({ oneOf: tools.map(({ name, parameters }) => ({ type: "object", properties: { tool: { const: name }, args: parameters }, required: ["tool", "args"], additionalProperties: false })) });

function withTools(messages: readonly Message[], tools: readonly Tool[]): readonly Message[] {
  const text = `You act only by answering with one JSON object {"tool": …, "args": …}. The tools:\n${tools.map(({ name, description, parameters }) => `- ${name}: ${description} args: ${JSON.stringify(parameters)}`).join("\n")}`;
  // Earlier calls are shown in the form that is asked for, as text: every chat template knows that one.
  const [head, ...rest] = messages.map((message) => (message.toolCalls?.[0] ? { role: message.role, content: JSON.stringify({ tool: message.toolCalls[0].name, args: message.toolCalls[0].args }) } : message));
  return head?.role === "system" ? [{ role: "system", content: `${head.content}\n\n${text}` }, ...rest] : [{ role: "system", content: text }, ...(head ? [head] : []), ...rest];
}

function toolCallOf(whole: string, tools: readonly Tool[]): GenerateEvent {
  const parsed = parsedJson(whole) as { tool?: unknown; args?: unknown };
  const tool = tools.find(({ name }) => name === parsed.tool);
  if (!tool) throw fail("MODEL_BAD_JSON", { why: "it named a tool that does not exist" });
  assertShape(parsed.args, tool.parameters);
  return { type: "tool-call", call: { id: "call_0", name: tool.name, args: parsed.args } };
}

const assertFits = (whole: string, schema: JsonSchema): void => assertShape(parsedJson(whole), schema);

export function assertShape(value: unknown, schema: JsonSchema): void {
  const validate = ajv.compile(schema);
  if (!validate(value)) throw fail("MODEL_BAD_JSON", { why: ajv.errorsText(validate.errors).slice(0, 200) });
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw fail("MODEL_BAD_JSON", { why: "it is not JSON; it may have been cut" }, error);
  }
}
