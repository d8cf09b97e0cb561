import type { TASKS } from "../contract/index.ts";

/** What a model is asked to do; the class decides how much model it takes. */
export type Task = (typeof TASKS)[number];

export type Candidate = {
  readonly id: string;
  readonly isLocal: boolean;
  readonly isSmall: boolean;
  readonly contextTokens: number;
  readonly canEmbed: boolean;
  /** False while its circuit is open: it failed lately and is given a rest. */
  readonly isHealthy: boolean;
  /** What this request would cost with it at most, by the operator's prices; absent where it costs nothing more. */
  readonly wouldCost?: number;
  /** Why policy keeps it out of this request; undefined when it does not. */
  readonly barred: string | undefined;
};

export type RouteQuestion = {
  readonly task: Task;
  readonly promptTokens: number;
  /** Data of protected hosts, secrets, or unredacted output: never leaves the machine. */
  readonly hasProtectedData: boolean;
  readonly network: "sealed" | "lan" | "central";
  /** The small one was tried and was unsure, disagreed or did not fit the schema. */
  readonly wantsLarge: boolean;
  readonly budgetTokens: number;
  /** What is left of the money a run may cost; absent where nobody set an amount. */
  readonly budgetCost?: number;
};

export type Route = {
  /** In the order they are tried. */
  readonly order: readonly string[];
  readonly why: string;
  readonly left: readonly { readonly id: string; readonly why: string }[];
};

const SMALL_FIRST: ReadonlySet<Task> = new Set(["extract", "summarise"]);

/** Rules before preference: what may not be used is out, whatever it can do. Small before large, large on doubt. */
export function route(question: RouteQuestion, candidates: readonly Candidate[]): Route {
  const left: { id: string; why: string }[] = [];
  const usable = candidates.filter((candidate) => {
    const why = reasonAgainst(question, candidate);
    if (why !== undefined) left.push({ id: candidate.id, why });
    return why === undefined;
  });
  const prefersSmall = SMALL_FIRST.has(question.task) && !question.wantsLarge;
  const order = [...usable].sort((a, b) => rank(a, prefersSmall) - rank(b, prefersSmall)).map(({ id }) => id);
  const [first] = order;
  if (first === undefined) return { order, why: candidates.length === 0 ? "none is set up." : "", left };
  const size = prefersSmall ? "small models are asked first for this" : question.wantsLarge ? "a larger model is asked because the first answer was in doubt" : "this takes the most capable model that may be used";
  return { order, why: `${first}: ${size}${question.hasProtectedData ? "; the data must stay on this machine" : ""}${question.network === "sealed" ? "; the network is sealed" : ""}.`, left };
}

function reasonAgainst({ task, promptTokens, hasProtectedData, network, budgetTokens, budgetCost }: RouteQuestion, { isLocal, canEmbed, contextTokens, isHealthy, wouldCost, barred }: Candidate): string | undefined {
  if (task === "embed" && !canEmbed) return "it makes no embeddings";
  if (!isLocal && network === "sealed") return "the network is sealed";
  if (!isLocal && hasProtectedData) return "this holds data that must stay on this machine";
  if (barred !== undefined) return barred;
  if (promptTokens > contextTokens) return `the request is longer than its context (${promptTokens} of ${contextTokens} tokens)`;
  if (promptTokens > budgetTokens) return "the token budget of this run is used up";
  if (budgetCost !== undefined && wouldCost !== undefined && wouldCost > budgetCost) return `it could cost ${amount(wouldCost)}, and ${amount(Math.max(0, budgetCost))} is left of what a run may cost`;
  if (!isHealthy) return "it failed lately and is given a rest";
  return undefined;
}

const amount = (cost: number): string => (cost === 0 ? "0" : cost < 0.01 ? cost.toPrecision(2) : cost.toFixed(2));
const rank = ({ isSmall, isLocal }: Candidate, prefersSmall: boolean): number => (isSmall === prefersSmall ? 0 : 2) + (isLocal ? 0 : 1);
