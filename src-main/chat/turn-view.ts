import type { Actor, ChatEvent, Proposal } from "../contract/index.ts";
import type { Runs } from "../runs/index.ts";
import type { EarlierRow, EventRow, TurnRow } from "./conversations.ts";
import type { EarlierTurn, TurnView } from "./port.ts";

/** Where a turn stands, read back from its events: the same whether it runs on or is taken up after a crash. */
export type TurnStage =
  | { readonly kind: "plan" }
  | { readonly kind: "await-run"; readonly runId: string }
  | { readonly kind: "start-fix"; readonly proposalId: string; /** Who took it up; nobody but the sentence itself where it was put forward at once. */ readonly by: Actor | undefined }
  | { readonly kind: "settled" };

export function stageOf(turnId: string, rows: readonly EventRow[], hasEnded: (runId: string) => boolean): TurnStage {
  let stage: TurnStage = { kind: "plan" };
  for (const { event } of rows) {
    if (!("turnId" in event) || event.turnId !== turnId) continue;
    switch (event.type) {
      case "run":
        stage = hasEnded(event.runId) ? { kind: "plan" } : { kind: "await-run", runId: event.runId };
        break;
      case "answer":
      case "ask-back":
      case "out-of-scope":
      case "refused":
      case "failed":
        stage = { kind: "settled" };
        break;
      case "proposal-taken":
        if (event.state === "started") stage = { kind: "start-fix", proposalId: event.proposalId, by: event.by };
        break;
      case "message":
      case "understood":
      case "proposal":
      case "turn":
        break;
      default:
        event satisfies never;
    }
  }
  return stage;
}

/** What a turn is planned from: its own events, and the turns before it that it may lean on with theirs. */
export type Told = { readonly rows: readonly EventRow[]; readonly earlier: readonly EarlierRow[]; readonly earlierRows: readonly EventRow[] };

export function viewOf(turn: TurnRow, { rows, earlier, earlierRows }: Told, runs: Pick<Runs, "get" | "items">): TurnView {
  return {
    conversationId: turn.conversationId,
    turnId: turn.id,
    text: turn.message.text,
    hosts: turn.message.hosts,
    attachments: turn.message.attachments,
    actor: turn.message.actor,
    ...(turn.message.model !== undefined && { model: turn.message.model }),
    earlier: earlier.map((one) => earlierOf(one, earlierRows)),
    runs: rows.flatMap(({ event }) => {
      if (event.type !== "run" || event.turnId !== turn.id) return [];
      const summary = runs.get(event.runId);
      if (summary.endedAt === null) return [];
      return [{ runId: event.runId, purpose: event.purpose, ...(event.proposalId !== undefined && { proposalId: event.proposalId }), summary, items: runs.items(event.runId) }];
    }),
  };
}

function earlierOf(turn: EarlierRow, rows: readonly EventRow[]): EarlierTurn {
  const mine = rows.map(({ event }) => event).filter((event) => "turnId" in event && event.turnId === turn.id);
  const understood = mine.findLast((event) => event.type === "understood");
  const asked = mine.findLast((event) => event.type === "ask-back");
  return {
    turnId: turn.id,
    text: turn.text,
    hosts: understood?.hosts ?? [],
    slots: understood?.slots ?? [],
    ...(understood && { skillId: understood.skill.id }),
    ...(asked && { question: { text: asked.question, slot: asked.slot } }),
  };
}

export function proposalIn(told: Extract<ChatEvent, { type: "proposal" }> | undefined, runs: Pick<Runs, "items">): Proposal | undefined {
  if (told === undefined) return undefined;
  for (const { event } of runs.items(told.runId)) if (event.type === "proposal" && event.proposal.id === told.proposalId) return event.proposal;
  return undefined;
}
