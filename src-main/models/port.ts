/** The one port behind which every model sits, embedded or remote. Nothing above it knows a vendor. */
export type Message = {
  readonly role: "system" | "user" | "assistant" | "tool";
  readonly content: string;
  /** On "tool" messages: which call this answers. */
  readonly toolCallId?: string;
  readonly toolCalls?: readonly ToolCall[];
};
export type JsonSchema = { readonly [key: string]: unknown };
export type Tool = { readonly name: string; readonly description: string; readonly parameters: JsonSchema };
export type ToolCall = { readonly id: string; readonly name: string; readonly args: unknown };

export type GenerateRequest = {
  readonly messages: readonly Message[];
  readonly tools?: readonly Tool[];
  /** The answer must be JSON of this shape. Providers get a projection; we validate against the whole. */
  readonly schema?: JsonSchema;
  readonly maxTokens: number;
  readonly temperature?: number;
  readonly seed?: number;
  /** Turns of one chat share their context and cache. */
  readonly chatId?: string;
};

export type Usage = { readonly promptTokens: number; readonly outputTokens: number; readonly cachedTokens: number };
export type GenerateEvent =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "tool-call"; readonly call: ToolCall }
  | { readonly type: "usage"; readonly usage: Usage }
  | { readonly type: "finish"; readonly reason: "stop" | "length" | "tool-calls" };

export interface Provider {
  readonly id: string;
  readonly kind: "embedded" | "openai" | "azure-openai" | "ollama" | "anthropic" | "bedrock";
  /** Does a request leave this machine? */
  readonly isLocal: boolean;
  /** The host requests go to; undefined for the embedded model. Checked against the allow-list and the network mode. */
  readonly host: string | undefined;
  generate(model: string, request: GenerateRequest, signal: AbortSignal): AsyncIterable<GenerateEvent>;
  embed?(model: string, texts: readonly string[], signal: AbortSignal): Promise<readonly Float32Array[]>;
}
