import type { Overview, Resolution, RunItem, RunSummary, Span } from "../contract/index.ts";
import { sessionOfHost, type Insight } from "./insight.ts";

type Open = { hostId: string; title: string; queued: number; judged?: number; asked?: number; started?: number };
/** Events that are told in one commit share its time; a span that long is not drawn as nothing. */
const span = (kind: Span["kind"], name: string, hostId: string, from: number, to: number | null, isFailed = false): Span => ({ kind, name: name.slice(0, 300), hostId, from, to: to === null ? null : Math.max(from, to), isFailed });

/** A request is read just before its run exists; a later run of the same turn, such as a fix, has no reading of its own. */
const PARSED_BEFORE_MS = 120_000;
const STARTED_WITHIN_MS = 1500;

/** What was measured for this run: its own, the reading of its request, and the connections made while it lasted. */
export function recordedFor(run: RunSummary, insight: Pick<Insight, "of" | "between">): Span[] {
  const parsed = run.conversationId === undefined ? undefined : insight.between(run.conversationId, run.createdAt - PARSED_BEFORE_MS, run.createdAt).findLast(({ kind, to }) => kind === "parse" && to !== null && to <= run.createdAt && run.createdAt - to <= STARTED_WITHIN_MS);
  return [...(parsed ? [parsed] : []), ...insight.of(run.id), ...run.hosts.flatMap(({ id }) => insight.between(sessionOfHost(id), run.createdAt, run.endedAt ?? Number.MAX_SAFE_INTEGER))];
}

/** Where a run's time went, read from its journal, with the questions to models laid between. Pure. */
export function spansOf(run: RunSummary, items: readonly RunItem[], recorded: readonly Span[]): Span[] {
  const spans: Span[] = [{ kind: "run", name: run.title.slice(0, 300), from: run.createdAt, to: run.endedAt, isFailed: ["failed", "refused", "unknown"].includes(run.state) }];
  const open = new Map<string, Open>();
  const first = items.find(({ event }) => event.type === "queued");
  if (first) spans.push({ kind: "plan", name: "Planned", from: run.createdAt, to: Math.max(run.createdAt, first.at), isFailed: false });
  /** Steps whose output is being read: until the same host's next step, or its end. */
  const reading = new Map<string, { readonly title: string; readonly from: number }>();
  for (const { at, event } of items) {
    if ((event.type === "queued" || (event.type === "host" && event.state !== "running")) && reading.has(event.hostId)) {
      const { title, from } = reading.get(event.hostId) as { title: string; from: number };
      reading.delete(event.hostId);
      // A model that was asked meanwhile has its own bar.
      const until = Math.min(at, ...recorded.flatMap((one) => (one.kind === "model" && one.from >= from && one.from <= at ? [one.from] : [])));
      if (until > from) spans.push(span("extract", `Output of: ${title}`, event.hostId, from, until));
    }
    if (event.type === "queued") open.set(event.stepId, { hostId: event.hostId, title: event.title, queued: at });
    const step = "stepId" in event ? open.get(event.stepId) : undefined;
    if (!step) continue;
    switch (event.type) {
      case "judged":
        step.judged = at;
        spans.push(span("gate", `${step.title}: ${event.verdict}`, step.hostId, step.queued, at, event.verdict === "deny"));
        break;
      case "waiting":
        step.asked = at;
        break;
      case "approved":
        spans.push(span("approval", step.title, step.hostId, step.asked ?? at, at));
        delete step.asked;
        break;
      case "started":
        step.started = at;
        break;
      case "ended":
        spans.push(span("execute", step.title, step.hostId, step.started ?? step.judged ?? step.queued, at, !event.succeeded));
        delete step.started;
        reading.set(step.hostId, { title: step.title, from: at });
        open.delete(event.stepId);
        break;
      case "refused":
      case "unknown":
        if (step.asked !== undefined) spans.push(span("approval", `${step.title}: ${event.type}`, step.hostId, step.asked, at, true));
        else if (step.started !== undefined) spans.push(span("execute", `${step.title}: ${event.type}`, step.hostId, step.started, at, true));
        open.delete(event.stepId);
        break;
      default:
        break;
    }
  }
  for (const step of open.values()) {
    if (step.asked !== undefined) spans.push(span("approval", step.title, step.hostId, step.asked, null));
    else if (step.started !== undefined) spans.push(span("execute", step.title, step.hostId, step.started, null));
  }
  return [...spans, ...recorded].toSorted((a, b) => a.from - b.from || (a.kind === "run" ? -1 : b.kind === "run" ? 1 : 0));
}

/** `ofRuns`: what the runs themselves asked. Trials, tests and searches cost as well, and solve no question. */
export function overviewOf(runs: readonly Asked[], models: readonly Span[], ofRuns: readonly Span[] = models): Overview {
  const counts = new Map<RunSummary["state"], number>();
  for (const { state } of runs) counts.set(state, (counts.get(state) ?? 0) + 1);
  const done = counts.get("done") ?? 0;
  const judged = done + (counts.get("failed") ?? 0) + (counts.get("unknown") ?? 0);
  const times = runs.flatMap(({ createdAt, endedAt }) => (endedAt === null ? [] : [endedAt - createdAt])).toSorted((a, b) => a - b);
  const at = (share: number): number | null => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? null;
  const sum = (of: "prompt" | "output") => models.reduce((total, { tokens }) => total + (tokens?.[of] ?? 0), 0);
  const tokens = { prompt: sum("prompt"), output: sum("output") };
  const priced = models.filter(({ cost }) => cost !== undefined);
  const cost = priced.length === 0 ? null : priced.reduce((total, one) => total + (one.cost ?? 0), 0);
  const asked = questionsOf(runs).filter((question) => question.every(({ endedAt }) => endedAt !== null));
  const solved = asked.filter(isSolved).length;
  const paid = resolutionOf([], ofRuns);
  const all = paid.tokens.prompt + paid.tokens.output;
  const perResolution = solved === 0 || all === 0 ? null : { tokens: Math.round(all / solved), cost: paid.cost === null ? null : paid.cost / solved };
  return { runs: runs.length, ended: [...counts].map(([state, count]) => ({ state, count })), successShare: judged === 0 ? null : done / judged, medianMs: at(0.5), p95Ms: at(0.95), modelCalls: models.filter(({ kind }) => kind === "model").length, tokens, cost, questions: { asked: asked.length, solved }, perResolution };
}

type Asked = Pick<RunSummary, "id" | "turnId" | "state" | "createdAt" | "endedAt">;

/** Runs by the question they belong to, in the order they began. */
function questionsOf(runs: readonly Asked[]): readonly (readonly Asked[])[] {
  const groups = new Map<string, Asked[]>();
  for (const run of runs.toSorted((a, b) => a.createdAt - b.createdAt)) {
    const key = run.turnId ?? run.id;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [run]);
    else group.push(run);
  }
  return [...groups.values()];
}
const isSolved = (question: readonly Asked[]): boolean => question.at(-1)?.state === "done";

/** What one question took, over all of its runs and the models they asked. Pure. */
export function resolutionOf(question: readonly Asked[], models: readonly Span[]): Resolution {
  const runs = question.toSorted((a, b) => a.createdAt - b.createdAt);
  const calls = models.filter(({ kind }) => kind === "model");
  const sum = (of: "prompt" | "output") => calls.reduce((total, { tokens }) => total + (tokens?.[of] ?? 0), 0);
  const priced = calls.filter(({ cost }) => cost !== undefined);
  const ends = runs.map(({ endedAt }) => endedAt);
  return {
    runs: runs.length,
    isSolved: isSolved(runs),
    tookMs: ends.includes(null) ? null : Math.max(...ends.map((end) => end ?? 0)) - (runs[0]?.createdAt ?? 0),
    modelCalls: calls.length,
    modelMs: calls.reduce((total, { from, to }) => total + (to === null ? 0 : to - from), 0),
    tokens: { prompt: sum("prompt"), output: sum("output") },
    cost: priced.length === 0 ? null : priced.reduce((total, { cost }) => total + (cost ?? 0), 0),
  };
}
