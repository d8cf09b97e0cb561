import type { Inventory } from "../inventory/port.ts";
import type { Knowledge } from "../knowledge/port.ts";
import type { Skills } from "../skills/port.ts";
import type { Store } from "../store/index.ts";
import type { Agent, AgentModels } from "./port.ts";
import { agentProgram } from "./program.ts";
import { openTranscripts } from "./transcript.ts";

export type AgentNeeds = {
  readonly store: Store;
  readonly models: AgentModels;
  readonly skills: Pick<Skills, "list" | "compile">;
  readonly inventory: Pick<Inventory, "get" | "all">;
  /** The house's documents; absent where there are none. */
  readonly knowledge?: Pick<Knowledge, "search">;
  /** A mark no host can have guessed. */
  readonly newMarker: () => string;
};

/**
 * A model that works where no skill fits. It is handed no guard, no approvals, no policy, vault or ledger: all it can
 * do is name the next step of a run, and the run asks the guard.
 */
export function createAgent(needs: AgentNeeds): Agent {
  const transcripts = openTranscripts(needs.store);
  return {
    isReady: () => needs.models.isReady(),
    programOf: (spec) => agentProgram(needs, transcripts, spec),
    questionOf: transcripts.questionOf,
  };
}
