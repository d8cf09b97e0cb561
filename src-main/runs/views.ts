import type { RunEvent, RunItem, RunSummary } from "../contract/index.ts";
import type { Journal, RunRow } from "./journal.ts";

export function summaryOf(row: RunRow, events: readonly RunEvent[]): RunSummary {
  // A retry counts as the step it repeats: what ended last stands.
  const steps = new Map<string, "open" | "done" | "failed">();
  const first = (stepId: string) => stepId.replace(/(-r\d+)+$/, "");
  for (const event of events) {
    if (event.type === "queued") steps.set(first(event.stepId), "open");
    else if (event.type === "ended") steps.set(first(event.stepId), event.succeeded ? "done" : "failed");
    else if (event.type === "refused" || event.type === "unknown") steps.set(first(event.stepId), "failed");
  }
  const count = (state: "done" | "failed") => [...steps.values()].filter((known) => known === state).length;
  return {
    id: row.id,
    title: row.spec.title,
    state: row.state,
    say: row.say,
    createdAt: row.createdAt,
    endedAt: row.endedAt,
    hosts: [...row.spec.hosts],
    ...(row.spec.skill && { skill: row.spec.skill }),
    actor: row.spec.actor,
    ...(row.spec.conversationId !== undefined && { conversationId: row.spec.conversationId }),
    ...turnOf(row.spec),
    steps: { total: steps.size, done: count("done"), failed: count("failed") },
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

/** A conversation's runs are begun under the name of their question: `turn/what it is for`. */
const turnOf = ({ conversationId, origin = "" }: RunRow["spec"]): { readonly turnId?: string } => (conversationId === undefined || !origin.includes("/") ? {} : { turnId: origin.slice(0, origin.indexOf("/")) });
