import type { RunItem, RunSummary } from "../contract/index.ts";
import type { Journal, RunRow } from "./journal.ts";
import type { RunFacts } from "./port.ts";
import type { StepCounts } from "./step-counts.ts";

export function summaryOf(row: RunRow, steps: StepCounts): RunSummary {
  return {
    id: row.id,
    title: row.spec.title,
    state: row.state,
    say: row.say,
    createdAt: row.createdAt,
    endedAt: row.endedAt,
    hosts: [...row.spec.hosts],
    hostCount: row.spec.hosts.length,
    ...(row.spec.skill && { skill: row.spec.skill }),
    actor: row.spec.actor,
    ...(row.spec.conversationId !== undefined && { conversationId: row.spec.conversationId }),
    ...turnOf(row.spec),
    steps,
  };
}

const PAGE = 500;

/** From `after` on, as it is committed; ends when the run has ended and everything was told. */
export async function* followRun(journal: Journal, runId: string, after: number, signal: AbortSignal): AsyncIterable<RunItem> {
  let seen = after;
  for await (const newest of journal.newest.follow(signal)) {
    const isEnded = journal.run(runId)?.endedAt !== null;
    while (seen < newest || isEnded) {
      const page = journal.items([runId], seen, PAGE);
      for (const item of page) yield item;
      seen = page.at(-1)?.n ?? newest;
      if (page.length < PAGE) break;
    }
    if (isEnded) return;
  }
}

/** What figures are made of, without the run itself. */
export const factsOf = (raw: { readonly id: string; readonly state: RunSummary["state"]; readonly createdAt: number; readonly endedAt: number | null; readonly conversationId: string | null; readonly origin: string | null }): RunFacts => ({
  id: raw.id, state: raw.state, createdAt: raw.createdAt, endedAt: raw.endedAt,
  ...turnOf({ ...(raw.conversationId !== null && { conversationId: raw.conversationId }), ...(raw.origin !== null && { origin: raw.origin }) }),
});

/** A conversation's runs are begun under the name of their question: `turn/what it is for`. */
const turnOf = ({ conversationId, origin = "" }: Pick<RunRow["spec"], "conversationId" | "origin">): { readonly turnId?: string } => (conversationId === undefined || !origin.includes("/") ? {} : { turnId: origin.slice(0, origin.indexOf("/")) });
