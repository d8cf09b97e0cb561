import { gib } from "./words.ts";
import type { GenerateEvent, GenerateRequest, Tool } from "./port.ts";

/** Small questions with one right tool each; what counts is the tool and its arguments, never the prose. */
const TOOLS: readonly Tool[] = [
  { name: "disk_usage", description: "How full the file systems of a host are.", parameters: { type: "object", properties: { host: { enum: ["web-01", "db-01"] } }, required: ["host"], additionalProperties: false } },
  { name: "service_state", description: "Whether a service runs on a host.", parameters: { type: "object", properties: { host: { enum: ["web-01", "db-01"] }, service: { enum: ["nginx", "postgresql"] } }, required: ["host", "service"], additionalProperties: false } },
  { name: "ask_operator", description: "Ask, when it is not clear what is meant.", parameters: { type: "object", properties: { question: { type: "string", maxLength: 80 } }, required: ["question"], additionalProperties: false } },
];
const PROBES: readonly { readonly ask: string; readonly tool: string; readonly args: Readonly<Record<string, string>> }[] = [
  { ask: "Is there space left on the disks of db-01?", tool: "disk_usage", args: { host: "db-01" } },
  { ask: "Is nginx up on web-01?", tool: "service_state", args: { host: "web-01", service: "nginx" } },
  { ask: "Check whether postgresql on db-01 is running.", tool: "service_state", args: { host: "db-01", service: "postgresql" } },
  { ask: "How full is web-01?", tool: "disk_usage", args: { host: "web-01" } },
  { ask: "Restart it.", tool: "ask_operator", args: {} },
];
export const PROBE_COUNT = PROBES.length;

export async function* probeTools(generate: (request: GenerateRequest) => AsyncIterable<GenerateEvent>): AsyncIterable<{ readonly done: number; readonly right: number }> {
  let right = 0;
  for (const [i, probe] of PROBES.entries()) {
    try {
      for await (const event of generate({ messages: [{ role: "system", content: "You operate servers. Answer with one tool call." }, { role: "user", content: probe.ask }], tools: TOOLS, maxTokens: 120, temperature: 0, seed: 1, chatId: "self-test" })) {
        if (event.type === "tool-call" && event.call.name === probe.tool && Object.entries(probe.args).every(([key, value]) => (event.call.args as Record<string, unknown>)[key] === value)) right += 1;
      }
    } catch (error) {
      // Cut or misshapen answers are what is being measured; a dead engine is not.
      if (!["MODEL_BAD_JSON", "MODEL_TOO_LONG"].includes((error as { code?: string }).code ?? "")) throw error;
    }
    yield { done: i + 1, right };
  }
}

const READS_TOKENS_PER_ANSWER = 150;

/** What the figures mean for an operator, in words. Pure. */
export function sayTested(found: { readonly tokensPerSecond: number; readonly threads: number; /** Empty where none takes part. */ readonly gpu: string; readonly contextTokens: number; readonly needsBytes: number; readonly right: number }): string {
  const { tokensPerSecond, threads, gpu, contextTokens, right } = found;
  const seconds = Math.round(READS_TOKENS_PER_ANSWER / Math.max(0.1, tokensPerSecond));
  const pace = seconds <= 5 ? "answers come at once" : seconds <= 20 ? `an answer takes about ${seconds} s` : `an answer takes about ${seconds} s: too slow to work with, fine for a summary`;
  const tools = right === PROBES.length ? "It picked the right tool every time: it may plan where no skill fits." : right >= PROBES.length - 1 ? `It picked the right tool ${right} of ${PROBES.length} times: it may plan, with your eye on it.` : `It picked the right tool only ${right} of ${PROBES.length} times: leave planning to skills, use it for summaries at most.`;
  return `${tokensPerSecond.toFixed(tokensPerSecond < 10 ? 1 : 0)} tokens/s with ${threads} ${threads === 1 ? "thread" : "threads"}${gpu === "" ? "" : ` and ${gpu}`}: ${pace}. ${contextTokens} tokens of context fit (${gib(found.needsBytes)} in all). ${tools}`;
}

/** What is worth trying: the default of the library is a trap on small machines, so only what the machine has. */
export const threadsToTry = (cores: number): readonly number[] => [...new Set([1, Math.max(1, Math.floor(cores / 2)), Math.max(1, cores - 1), cores])].sort((a, b) => a - b);
