import type { CircumstancesRoom } from "../approvals/index.ts";
import { actorOf, type Pane, type Principal } from "../contract/index.ts";
import { failer } from "../contract/failure.ts";
import { GUARD_FAILURES, type Guard } from "../guard/index.ts";
import type { NewId } from "../kernel/index.ts";

export type PaneGateNeeds = { readonly guard: Pick<Guard, "run">; readonly circumstances: Pick<CircumstancesRoom, "paneGate">; readonly newId: NewId };
type Line = { readonly pane: Pick<Pane, "hostId" | "hostName" | "environment">; readonly text: string; readonly principal: Principal; readonly signal: AbortSignal };
const fail = failer(GUARD_FAILURES);
const TITLE_LENGTH = 60;

/** What was looked at for one pane is typed into that one alone. */
export type Typing = (isAlone: boolean) => Promise<void>;
export type PaneGate = (line: Line, type: Typing) => Promise<void>;

/**
 * A pasted line (a snippet, what an agent types) on its way into an interactive pane. What is typed by hand is recorded,
 * not gated; where an operator chose it, what is pasted goes the way of a command: read, decided, asked about, recorded,
 * and typed once, exactly as it was shown.
 */
export const createPaneGate =
  ({ guard, circumstances, newId }: PaneGateNeeds): PaneGate =>
  async ({ pane, text, principal, signal }, type) => {
    if (!circumstances.paneGate().includes(pane.environment)) return type(false);
    const line = text.replace(/[\r\n]+$/, "");
    const events = guard.run({
      runId: newId("run"), stepId: "paste", hostId: pane.hostId, script: text, actor: actorOf(principal), attended: true, isTyped: true,
      title: `Paste into ${pane.hostName}: ${line.length > TITLE_LENGTH ? `${line.slice(0, TITLE_LENGTH)} …` : line}`, why: "Pasted into a pane.",
    }, signal)[Symbol.asyncIterator]();
    let why = "";
    for (let next = await events.next(); !next.done; next = await events.next()) {
      const event = next.value;
      if (event.type === "judged") why = event.why.replace(/[.]\s*$/, "");
      if (event.type === "started") await type(true);
      if (event.type === "refused") throw fail("GUARD_LINE_REFUSED", { say: event.say });
      if (event.type === "waiting") {
        void typeWhenApproved(events, type);
        throw fail("GUARD_LINE_WAITS", { why });
      }
    }
  };

/** Whoever pasted was told that it waits. A pane that is gone by then takes nothing, and the record has no outcome for it. */
async function typeWhenApproved(events: AsyncIterator<{ readonly type: string }>, type: Typing): Promise<void> {
  try {
    for (let next = await events.next(); !next.done; next = await events.next()) if (next.value.type === "started") await type(true);
  } catch {
    await events.return?.();
  }
}
