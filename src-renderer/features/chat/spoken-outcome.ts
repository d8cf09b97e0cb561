import { plural } from "../../lib/format.ts";
import type { Block, TurnView } from "./conversation-state.ts";

export const isUnderWay = (turn: TurnView | undefined): boolean => turn?.state === "working" || turn?.state === "waiting";

const blockWords = (block: Block): string => {
  switch (block.kind) {
    case "answer":
      return `Answered in ${plural(block.statements.length, "sentence")}.`;
    case "offer":
      return "A fix is proposed.";
    case "ask-back":
      return "SENA asks back.";
    case "out-of-scope":
      return "SENA has no answer to this.";
    case "said":
      return block.tone === "refused" ? "It was refused." : "It failed.";
    case "run":
      return "";
    default:
      return block satisfies never;
  }
};

/** What happens is said while it happens; that it is over, and how, would otherwise only be seen. Nothing of a turn that was over when it was opened. */
export const spokenOutcome = (turn: TurnView | undefined, followedId: string | undefined): string => {
  if (turn === undefined || isUnderWay(turn) || turn.turnId !== followedId) return "";
  if (turn.state === "stopped") return "Stopped.";
  // What an earlier run of the turn came to was there to read while this one ran.
  const lastRun = turn.blocks.findLastIndex(({ kind }) => kind === "run");
  return turn.blocks.slice(lastRun + 1).map(blockWords).join(" ");
};
