import { completionsOf, createAgentPlanner, createChat, createSkillPlanner, type Chat } from "../../chat/index.ts";
import { createAgent, type AgentNeeds } from "../../agent/index.ts";
import { SYSTEM, type Actor } from "../../contract/index.ts";
import type { Guard } from "../../guard/index.ts";
import type { Inventory } from "../../inventory/port.ts";
import type { Insight } from "../../insight/index.ts";
import type { Clock, NewId } from "../../kernel/index.ts";
import type { Knowledge } from "../../knowledge/port.ts";
import type { Ledger } from "../../ledger/port.ts";
import type { Log } from "../../log/index.ts";
import type { OwnedRequestParser } from "../../request/index.ts";
import { createRuns, hostRef, resolveHosts, skillProgramOf, type Runs } from "../../runs/index.ts";
import { measuredPlanners } from "./measure.ts";
import type { SkillLibrary } from "../../skills/index.ts";
import type { Store } from "../../store/index.ts";

export type WorkNeeds = {
  readonly store: Store;
  readonly ledger: Ledger;
  readonly guard: Guard;
  readonly approvals: { cancel(id: string, by: Actor, why: string): Promise<void> };
  readonly inventory: Inventory;
  readonly skills: SkillLibrary;
  readonly parser: Pick<OwnedRequestParser, "parse" | "ready">;
  /** Works where no skill fits, once a model is set up. */
  readonly models: AgentNeeds["models"];
  readonly knowledge: Pick<Knowledge, "search">;
  readonly insight: Insight;
  readonly log: Log;
  readonly now: Clock;
  readonly newId: NewId;
};
export type Work = AsyncDisposable & { readonly runs: Runs; readonly chat: Chat; /** What an earlier process left unfinished goes on from here. */ takeUp(): Promise<void> };


/** What turns a sentence into commands on hosts, and keeps at it: skills, runs, conversations. */
export function composeWork(needs: WorkNeeds): Work {
  const { store, ledger, guard, inventory, skills, log, now, newId } = needs;
  const owned = new AsyncDisposableStack();
  const report = (room: string) => (id: string, error: unknown) => log.write("error", `${room}-failed`, { id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  const agent = createAgent({ store, models: needs.models, knowledge: needs.knowledge, skills, inventory, newMarker: () => newId("data") });
  const skillProgram = skillProgramOf({ skills, inventory });
  const runs = owned.use(createRuns({ store, guard, ledger, programOf: (spec) => (spec.program.kind === "agent" ? agent.programOf(spec) : skillProgram(spec)), now, newId, report: report("run"), cancelApproval: (id) => needs.approvals.cancel(id, SYSTEM, "SENA was restarted while it waited; it is asked anew.").catch(() => {}) }));
  const skillPlanner = createSkillPlanner({ skills, parser: needs.parser, inventory, guard, now, handsOn: agent.isReady });
  const planners = measuredPlanners([skillPlanner, createAgentPlanner({ agent, inventory, answers: skillPlanner })], needs);
  const chat = owned.use(createChat({ store, runs, ledger, planners, hostsNamed: (names) => resolveHosts(inventory, names).hosts.map(hostRef), completions: completionsOf({ inventory, skills }), now, newId, report: report("turn") }));
  return {
    runs,
    chat,
    async takeUp() {
      const { resumed } = await runs.takeUp();
      if (resumed.length > 0) log.write("info", "runs-taken-up", { runs: resumed.join(" ") });
      await chat.takeUp();
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
