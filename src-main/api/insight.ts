import type { GroupHandlers, insightContract } from "../contract/index.ts";
import { overviewOf, recordedFor, resolutionOf, spansOf, type Insight, type TraceExporter } from "../insight/index.ts";
import type { Clock } from "../kernel/index.ts";
import type { Runs } from "../runs/index.ts";

const DAY_MS = 24 * 3600_000;
const MOST_RUNS = 5000;
const NEAR_RUNS = 500;

export const insightHandlers = ({ insight, traces, runs, now }: { readonly insight: Insight; readonly traces: Pick<TraceExporter, "view" | "set">; readonly runs: Pick<Runs, "list" | "get" | "items">; readonly now: Clock }): GroupHandlers<typeof insightContract> => ({
  traceExport: async () => traces.view(),
  setTraceExport: async ({ url, isOn, keySecret }) => traces.set({ url, isOn, keySecret }),
  overview: async ({ days }) => {
    const from = now() - days * DAY_MS;
    const recent = runs.list({ limit: MOST_RUNS }).filter(({ createdAt }) => createdAt >= from);
    return overviewOf(recent, insight.since(from), insight.among(recent.map(({ id }) => id), from));
  },
  run: async ({ runId }) => {
    const run = runs.get(runId);
    // The runs of one question stand near each other; beyond a day and this many, the run stands for itself.
    const beside = run.turnId === undefined ? [] : runs.list({ limit: NEAR_RUNS, before: run.createdAt + DAY_MS }).filter(({ turnId }) => turnId === run.turnId);
    const question = beside.some(({ id }) => id === runId) ? beside : [run];
    return { spans: spansOf(run, runs.items(runId), recordedFor(run, insight)), question: resolutionOf(question, question.flatMap(({ id }) => insight.of(id))) };
  },
});
