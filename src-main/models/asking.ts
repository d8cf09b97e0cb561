import type { Actor } from "../contract/index.ts";
import { Failure } from "../contract/index.ts";
import type { Insight } from "../insight/index.ts";
import { utf8, type Clock } from "../kernel/index.ts";
import type { Json, Ledger } from "../ledger/port.ts";
import type { Breaker } from "./breaker.ts";
import { assertShape } from "./embedded/provider.ts";
import { fail } from "./failures.ts";
import type { GenerateEvent, GenerateRequest, Provider, ToolCall, Usage } from "./port.ts";
import { route, type Route, type Task } from "./router.ts";

/** One model that could be asked now. */
export type Choice = { readonly provider: Provider; readonly model: string; readonly isSmall: boolean; readonly contextTokens: number; readonly canEmbed: boolean; readonly barred: string | undefined; /** Per million tokens; absent where it costs nothing more. */ readonly price?: { readonly prompt: number; readonly output: number } };

export type AskContext = {
  readonly task: Task;
  readonly actor: Actor;
  /** What the record files it under: a run, a conversation. */
  readonly session: string;
  /** Data of protected hosts, or output nobody redacted: it never leaves the machine. */
  readonly hasProtectedData: boolean;
  readonly wantsLarge?: boolean;
  readonly budgetTokens?: number;
  /** Ask this provider and no other: the operator chose it, or tries it out. */
  readonly only?: string;
};
/** Beside what the model says: who was asked and why, and who was asked before and failed. */
export type AskEvent = GenerateEvent | { readonly type: "route"; readonly provider: string; readonly model: string; readonly why: string; readonly left: Route["left"] } | { readonly type: "fell-back"; readonly from: string; readonly why: string };
export type Answered = { readonly text: string; readonly calls: readonly ToolCall[]; readonly usage: Usage; readonly provider: string; readonly model: string; readonly why: string };

export type Asking = {
  /** Routed, recorded before it is sent, tried along the list. What began to arrive is never asked twice. */
  generate(context: AskContext, request: GenerateRequest, signal: AbortSignal): AsyncIterable<AskEvent>;
  /** The same, gathered. A refused or failed answer throws. */
  answer(context: AskContext, request: GenerateRequest, signal: AbortSignal): Promise<Answered>;
  /** Who would be asked now, without asking. */
  explain(task: Task, hasProtectedData: boolean): Route;
  embed(context: Omit<AskContext, "task">, texts: readonly string[], signal: AbortSignal): Promise<readonly Float32Array[]>;
};

export type AskingNeeds = { readonly choices: () => readonly Choice[]; readonly breaker: Breaker; readonly ledger: Pick<Ledger, "append">; readonly insight: Pick<Insight, "record" | "of">; readonly network: () => "sealed" | "lan" | "central"; /** What the models of one run may cost together; undefined for any amount. */ readonly runBudget: () => number | undefined; readonly now: Clock };

const CHARS_PER_TOKEN = 3.5;
/** Failures that say nothing against the next model in the list. */
const TRIES_NEXT = new Set(["PROVIDER_REFUSED", "PROVIDER_UNREACHABLE", "PROVIDER_BUSY", "PROVIDER_CUT", "PROVIDER_SILENT", "PROVIDER_CUT_PROMPT", "MODEL_BAD_JSON", "MODEL_CRASHED", "MODEL_HANGS", "MODEL_NOT_LOADED", "MODEL_UNFIT", "MODEL_TOO_LONG", "MODEL_FAILED", "SECRET_NOT_FOUND"]);

/** Tools and the shape of the answer are sent along, and are often longer than what is said. */
function promptTokensOf({ messages, tools, schema }: GenerateRequest): number {
  const beside = [tools, schema].reduce<number>((sum, part) => sum + (part === undefined ? 0 : JSON.stringify(part).length), 0);
  return Math.ceil(messages.reduce((sum, { content }) => sum + content.length, beside) / CHARS_PER_TOKEN);
}

export function createAsking({ choices, breaker, ledger, insight, network, runBudget, now }: AskingNeeds): Asking {
  type Size = { readonly prompt: number; readonly output: number };
  /** A run's money is counted over all it asked, whichever model took it. */
  const leftOf = (session: string | undefined): { readonly budgetCost?: number } => {
    const budget = runBudget();
    return budget === undefined ? {} : { budgetCost: budget - (session === undefined ? 0 : insight.of(session).reduce((sum, { cost }) => sum + (cost ?? 0), 0)) };
  };
  const routed = (context: Pick<AskContext, "task" | "hasProtectedData" | "wantsLarge" | "budgetTokens"> & { readonly session?: string }, size: Size, all: readonly Choice[]): Route =>
    route(
      { ...leftOf(context.session), task: context.task, promptTokens: size.prompt + size.output, hasProtectedData: context.hasProtectedData, network: network(), wantsLarge: context.wantsLarge ?? false, budgetTokens: context.budgetTokens ?? Number.MAX_SAFE_INTEGER },
      all.map(({ provider, isSmall, contextTokens, canEmbed, barred, price }) => ({ ...(price && { wouldCost: (size.prompt * price.prompt + size.output * price.output) / 1e6 }), id: provider.id, isLocal: provider.isLocal, isSmall, contextTokens, canEmbed, isHealthy: breaker.isClosed(provider.id), barred })),
    );
  function plan(context: AskContext, size: Size): { readonly order: readonly Choice[]; readonly route: Route } {
    const all = choices().filter(({ provider }) => context.only === undefined || provider.id === context.only);
    const found = routed(context, size, all);
    if (found.order.length === 0) throw fail("MODEL_NONE", { why: [found.why, ...found.left.map(({ id, why }) => `${id}: ${why}.`)].filter((text) => text !== "").join(" ") });
    const { only } = context;
    const chosen = only === undefined ? found : { ...found, why: `${only}: it was chosen by name.` };
    return { order: found.order.map((id) => all.find(({ provider }) => provider.id === id) as Choice), route: chosen };
  }

  /** No record, no request: the leaf is durable before the first byte leaves the core. */
  async function record(context: AskContext, { provider, model }: Choice, why: string, promptTokens: number, body: unknown): Promise<void> {
    const fields: Record<string, Json> = { provider: provider.id, model, task: context.task, where: provider.isLocal ? "this machine" : (provider.host ?? ""), why, promptTokens };
    const blobs = [{ role: "prompt", bytes: utf8(JSON.stringify(body)) }];
    await ledger.append({ type: "model-call", actor: context.actor, session: context.session, fields, blobs });
    if (!provider.isLocal) await ledger.append({ type: "egress", actor: context.actor, session: context.session, fields: { to: provider.host ?? "", for: `model ${model}`, bytes: blobs[0]?.bytes.byteLength ?? 0 } });
  }

  async function* generate(context: AskContext, request: GenerateRequest, signal: AbortSignal): AsyncIterable<AskEvent> {
    const promptTokens = promptTokensOf(request);
    const { order, route: found } = plan(context, { prompt: promptTokens, output: request.maxTokens });
    let failure: unknown;
    for (const [i, choice] of order.entries()) {
      const why = i === 0 ? found.why : `${choice.provider.id}: the one before it failed.`;
      await record(context, choice, why, promptTokens, request);
      yield { type: "route", provider: choice.provider.id, model: choice.model, why, left: found.left };
      let told = false;
      /** A question nobody counted and nobody answered cost nothing. */
      let isCounted = false;
      const from = now();
      let tokens = { prompt: promptTokens, output: 0 };
      const measured = (isFailed: boolean) => insight.record(context.session, { kind: "model", name: `${choice.model} (${choice.provider.id}), ${context.task}. ${why}`.slice(0, 300), from, to: now(), isFailed, tokens, model: { name: choice.model.slice(0, 200), provider: choice.provider.id, kind: choice.provider.kind, task: context.task }, ...(choice.price && (isCounted || !isFailed) && { cost: (tokens.prompt * choice.price.prompt + tokens.output * choice.price.output) / 1e6 }) });
      try {
        let whole = "";
        for await (const event of choice.provider.generate(choice.model, request, signal)) {
          if (event.type === "text") whole += event.text;
          if (event.type === "tool-call") assertCall(event.call, request);
          if (event.type === "finish" && request.schema && whole !== "") assertShape(jsonOf(whole), request.schema);
          if (event.type === "usage") isCounted = true;
          if (event.type === "usage") tokens = { prompt: event.usage.promptTokens, output: event.usage.outputTokens };
          if (event.type === "text" || event.type === "tool-call") told = true;
          yield event;
        }
        breaker.worked(choice.provider.id);
        measured(false);
        return;
      } catch (error) {
        measured(true);
        if (signal.aborted || !(error instanceof Failure) || !TRIES_NEXT.has(error.code)) throw error;
        breaker.failed(choice.provider.id);
        failure = error;
        // A reader that has seen half an answer must not get another one glued to it.
        if (told) throw error;
        yield { type: "fell-back", from: choice.provider.id, why: error.message };
      }
    }
    throw failure;
  }

  return {
    generate,
    explain: (task, hasProtectedData) => routed({ task, hasProtectedData }, { prompt: 0, output: 0 }, choices()),
    async answer(context, request, signal) {
      let text = "";
      let asked = { provider: "", model: "", why: "" };
      let usage: Usage = { promptTokens: 0, outputTokens: 0, cachedTokens: 0 };
      const calls: ToolCall[] = [];
      for await (const event of generate(context, request, signal)) {
        if (event.type === "text") text += event.text;
        if (event.type === "tool-call") calls.push(event.call);
        if (event.type === "usage") usage = event.usage;
        if (event.type === "route") asked = event;
      }
      return { text, calls, usage, provider: asked.provider, model: asked.model, why: asked.why };
    },
    async embed(context, texts, signal) {
      const { order, route: found } = plan({ ...context, task: "embed" }, { prompt: 0, output: 0 });
      let failure: unknown;
      for (const choice of order) {
        await record({ ...context, task: "embed" }, choice, found.why, 0, texts);
        try {
          const vectors = await choice.provider.embed?.(choice.model, texts, signal);
          if (vectors) return vectors;
        } catch (error) {
          if (signal.aborted || !(error instanceof Failure) || !TRIES_NEXT.has(error.code)) throw error;
          breaker.failed(choice.provider.id);
          failure = error;
        }
      }
      throw failure ?? fail("MODEL_NONE", { why: found.why });
    },
  };
}

/** Whatever a provider promises about schemas, what it sent is checked here once more. */
function assertCall({ name, args }: ToolCall, { tools = [] }: GenerateRequest): void {
  const tool = tools.find((one) => one.name === name);
  if (!tool) throw fail("MODEL_BAD_JSON", { why: "it named a tool that does not exist" });
  assertShape(args, tool.parameters);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw fail("MODEL_BAD_JSON", { why: "it is not JSON; it may have been cut" }, error);
  }
}
