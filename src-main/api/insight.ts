import type { GroupHandlers, insightContract } from "../contract/index.ts";
import { overviewOf, recordedFor, resolutionOf, spansOf, type Insight, type TraceExporter } from "../insight/index.ts";
import type { Clock } from "../kernel/index.ts";
import type { Runs } from "../runs/index.ts";

const DAY_MS = 24 * 3600_000;
const MOST_RUNS = 5000;

export const insightHandlers = ({ insight, traces, runs, now }: { readonly insight: Insight; readonly traces: Pick<TraceExporter, "view" | "set">; readonly runs: Pick<Runs, "facts" | "factsOfTurn" | "get" | "items">; readonly now: Clock }): GroupHandlers<typeof insightContract> => ({
  traceExport: async () => traces.view(),
  setTraceExport: async ({ url, isOn, keySecret }) => traces.set({ url, isOn, keySecret }),
  overview: async ({ days }) => {
    const from = now() - days * DAY_MS;
    const recent = runs.facts({ from, limit: MOST_RUNS });
    return overviewOf(recent, insight.since(from), insight.among(recent.map(({ id }) => id), from));
  },
  run: async ({ runId }) => {
    const run = runs.get(runId);
    const beside = run.turnId === undefined ? [] : runs.factsOfTurn(run.turnId);
    const question = beside.some(({ id }) => id === runId) ? beside : [run];
    return { hosts: [...run.hosts], spans: spansOf(run, runs.items(runId), recordedFor(run, insight)), question: resolutionOf(question, question.flatMap(({ id }) => insight.of(id))) };
  },
});
