import type { Actor, Attachment, ChatItem, Choice, Completion, Conversation, ExportPiece, HostRef, PlannedStep, Proposal, ResultSeries, ResultTable, RunItem, RunSummary, SkillRef, Slot, Statement, Verdict } from "../contract/index.ts";
import type { RunSpec } from "../runs/index.ts";
import type { From } from "./follow.ts";

/** What an earlier turn of the same conversation was understood as: "the same on db-01" leans on it. */
export type EarlierTurn = { readonly turnId: string; readonly text: string; readonly skillId?: string; readonly hosts: readonly HostRef[]; readonly slots: readonly Slot[]; readonly question?: { readonly text: string; readonly slot: string } };

export type TurnRun = { readonly runId: string; readonly purpose: "answer" | "fix"; readonly proposalId?: string; readonly summary: RunSummary; readonly items: readonly RunItem[] };

/** Everything known about the turn so far. After a crash it is read back from the journal: planners keep no state. */
export type TurnView = {
  readonly conversationId: string;
  readonly turnId: string;
  readonly text: string;
  /** Hosts and groups named beside the sentence (chips, `--host`). */
  readonly hosts: readonly string[];
  readonly attachments: readonly Attachment[];
  readonly actor: Actor;
  /** The provider the operator chose by name; otherwise the router chooses. */
  readonly model?: string;
  readonly earlier: readonly EarlierTurn[];
  /** Runs of this turn that have ended, oldest first. */
  readonly runs: readonly TurnRun[];
};

export type RunPlan = Omit<RunSpec, "actor" | "attended" | "conversationId">;
export type Understood = { readonly skill: SkillRef; readonly title: string; readonly hosts: readonly HostRef[]; readonly slots: readonly Slot[]; readonly confidence: number; readonly why: string };
/** A fix, ready to be started: `verdict` is what the gate would say of it now. */
export type Offer = { readonly proposal: Proposal; readonly runId: string; readonly host: HostRef; readonly skill: SkillRef; readonly steps: readonly PlannedStep[]; readonly verdict: Verdict; readonly say: string;
  /** A person must approve it anyway, so it is put before that person at once. */
  readonly isPutForward: boolean };

export type Plan =
  | { readonly kind: "run"; readonly understood: Understood; readonly run: RunPlan }
  | { readonly kind: "answer"; readonly statements: readonly Statement[]; readonly tables: readonly ResultTable[]; readonly series: readonly ResultSeries[]; readonly offers: readonly Offer[]; readonly state: "done" | "failed" | "refused" | "stopped" | "unknown"; readonly say: string }
  | { readonly kind: "ask-back"; readonly question: string; readonly slot: string; readonly choices: readonly Choice[]; readonly isFree: boolean; readonly understood?: Understood }
  | { readonly kind: "out-of-scope"; readonly say: string; readonly nearest: readonly Choice[] }
  | { readonly kind: "refused"; readonly say: string };

/**
 * Turns a sentence into what to do next, and what came back into an answer. The skill planner is one; a model-driven
 * agent joins as another. The first that does not answer "not-mine" has the turn. It never touches a host: runs do.
 */
export interface Planner {
  readonly name: string;
  next(turn: TurnView, signal: AbortSignal): Promise<Plan | "not-mine">;
  /** The run that takes up a proposal of an earlier answer of this turn. */
  take?(turn: TurnView, proposal: Proposal): Promise<RunPlan>;
}

/** The first of them, and whether there are more. */
type Listed = { readonly conversations: Conversation[]; readonly more: boolean };

export interface Chat {
  send(message: { readonly conversationId?: string | undefined; readonly text: string; readonly hosts: readonly string[]; readonly attachments: readonly Attachment[]; readonly model?: string | undefined }, actor: Actor): Promise<{ conversationId: string; turnId: string; cursor: string }>;
  follow(conversationId: string, from: From, signal: AbortSignal): AsyncIterable<ChatItem>;
  /** So many turns before that one. */
  earlier(conversationId: string, before: string, turns: number): AsyncIterable<ChatItem>;
  list(search: string, limit: number): Listed;
  /** The list may be another. */
  listChanges(signal: AbortSignal): AsyncIterable<unknown>;
  stop(conversationId: string, by: Actor): Promise<void>;
  propose(conversationId: string, proposalId: string, take: boolean, by: Actor): Promise<void>;
  rename(conversationId: string, title: string): void;
  pin(conversationId: string, isPinned: boolean): void;
  /** Read as it is taken; no piece is larger than what travels at once. */
  export(conversationId: string): Iterable<ExportPiece>;
  complete(sign: "@" | "#" | "/", typed: string): Completion[];
  /** Goes on with the turns an earlier process left open; called once, after `Runs.takeUp`. */
  takeUp(): Promise<void>;
}
