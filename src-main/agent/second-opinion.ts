import { Failure } from "../contract/index.ts";
import type { AskContext, JsonSchema } from "../models/index.ts";
import type { AgentModels } from "./port.ts";
import { line } from "./untrusted.ts";

const SCHEMA: JsonSchema = { type: "object", properties: { verdict: { enum: ["fine", "doubtful"] }, why: { type: "string", maxLength: 300 } }, required: ["verdict", "why"], additionalProperties: false };
const RULES = "Another model put a command forward for a server. Judge it alone: does it do what the request asks and nothing else, and can it do no harm? Answer fine only when you are sure; otherwise doubtful, with the reason in one sentence. You cannot allow anything: a doubt puts the command before a person.";
const ANSWER_TOKENS = 160;

export type Opinion = { /** Why a person must be asked; absent when it had no doubt. */ readonly mustAsk?: string; readonly tokens: number; readonly model: string };
export type Reviewed = { readonly request: string; readonly host: string; readonly script: string };

/** Asked of the model an admin chose for it. It can only put a command before a person; so does everything that goes wrong with it. */
export async function secondOpinion(models: Pick<AgentModels, "answer">, context: Omit<AskContext, "task">, of: Reviewed, signal: AbortSignal): Promise<Opinion> {
  const content = JSON.stringify({ request: of.request, host: of.host, command: of.script });
  try {
    const { text, usage, model, provider } = await models.answer({ ...context, task: "answer" }, { messages: [{ role: "system", content: RULES }, { role: "user", content }], schema: SCHEMA, maxTokens: ANSWER_TOKENS, temperature: 0 }, signal);
    const asked = { tokens: usage.promptTokens + usage.outputTokens, model: `${model} (${provider}), second opinion` };
    const { verdict, why } = read(text);
    return verdict === "fine" ? asked : { ...asked, mustAsk: `A second opinion had a doubt: ${line(why, 300) || "it gave no reason"}` };
  } catch (error) {
    if (signal.aborted || !(error instanceof Failure)) throw error;
    return { mustAsk: `A second opinion was to be had and could not: ${line(error.message, 300)}`, tokens: 0, model: "second opinion" };
  }
}

function read(text: string): { readonly verdict?: unknown; readonly why?: unknown } {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    return {};
  }
}
