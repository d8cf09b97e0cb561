import { createHash } from "node:crypto";
import type { RunSummary, Span } from "../contract/index.ts";

// Spans as OTLP/HTTP in JSON: https://opentelemetry.io/docs/specs/otlp/ and, for questions to models, the GenAI conventions
// (https://opentelemetry.io/docs/specs/semconv/gen-ai/). No title, command, request or output is in them: a collector is
// another machine, and those may be a protected host's.

export type Traced = { readonly run: RunSummary; readonly spans: readonly Span[] };
type Value = { readonly stringValue: string } | { readonly intValue: string } | { readonly doubleValue: number };
type Attribute = { readonly key: string; readonly value: Value };

const INTERNAL = 1;
const CLIENT = 3;
const STATUS_ERROR = 2;
/** The names the conventions give to whoever answers; others are called what they are. */
const PROVIDERS: Readonly<Record<string, string>> = { openai: "openai", "azure-openai": "azure.ai.openai", anthropic: "anthropic", bedrock: "aws.bedrock", embedded: "llama.cpp" };

const text = (key: string, value: string): Attribute => ({ key, value: { stringValue: value } });
const whole = (key: string, value: number): Attribute => ({ key, value: { intValue: String(value) } });
const idOf = (bytes: number, ...of: readonly (string | number)[]): string => createHash("sha256").update(of.join("\n")).digest("hex").slice(0, bytes * 2);
const nanos = (ms: number): string => `${Math.round(ms)}000000`;

/** The same run gives the same ids: a collector that is sent it twice keeps it once. Pure. */
export function otlpOf(traced: readonly Traced[], version: string): object {
  return {
    resourceSpans: [{
      resource: { attributes: [text("service.name", "sena"), text("service.version", version)] },
      scopeSpans: [{ scope: { name: "sena", version }, spans: traced.flatMap(({ run, spans }) => spans.flatMap((span, i) => (span.to === null ? [] : [spanOf(run, span, span.to, i)]))) }],
    }],
  };
}

/** The run's own span as others name it who go on with its trace (https://www.w3.org/TR/trace-context/). */
export const traceparentOf = (runId: string): string => `00-${idOf(16, runId)}-${idOf(8, runId, "run")}-01`;

function spanOf(run: RunSummary, span: Span, to: number, i: number): object {
  const isRoot = span.kind === "run";
  const root = idOf(8, run.id, "run");
  return {
    traceId: idOf(16, run.id),
    spanId: isRoot ? root : idOf(8, run.id, i, span.kind, span.from),
    ...(!isRoot && { parentSpanId: root }),
    name: span.model ? `${operationOf(span)} ${span.model.name}` : span.kind,
    kind: ["model", "connect", "execute"].includes(span.kind) ? CLIENT : INTERNAL,
    startTimeUnixNano: nanos(span.from),
    endTimeUnixNano: nanos(to),
    attributes: [
      text("sena.run.id", run.id),
      ...(isRoot ? [text("sena.run.state", run.state)] : []),
      ...(span.hostId === undefined ? [] : [text("sena.host.name", run.hosts.find(({ id }) => id === span.hostId)?.name ?? span.hostId)]),
      ...modelAttributes(span, run),
    ],
    status: span.isFailed ? { code: STATUS_ERROR } : {},
  };
}

const operationOf = ({ model }: Span): string => (model?.task === "embed" ? "embeddings" : "chat");

function modelAttributes(span: Span, { conversationId }: RunSummary): Attribute[] {
  const { model, tokens, cost } = span;
  if (!model) return [];
  return [
    text("gen_ai.operation.name", operationOf(span)),
    text("gen_ai.provider.name", PROVIDERS[model.kind] ?? model.kind),
    text("gen_ai.request.model", model.name),
    ...(conversationId === undefined ? [] : [text("gen_ai.conversation.id", conversationId)]),
    ...(tokens ? [whole("gen_ai.usage.input_tokens", tokens.prompt), whole("gen_ai.usage.output_tokens", tokens.output)] : []),
    ...(cost === undefined ? [] : [{ key: "sena.cost", value: { doubleValue: cost } }]),
  ];
}
