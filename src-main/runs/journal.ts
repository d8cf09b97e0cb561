import { ENDED_RUN_STATES, RunEvent, RunItem, RunState, type RunEvent as Event, type RunItem as Item } from "../contract/index.ts";
import { live, type Clock, type Live } from "../kernel/index.ts";
import type { Store } from "../store/index.ts";
import { RUN_MIGRATIONS } from "./migrations.ts";
import type { RunFacts, RunSpec, StepSpec } from "./port.ts";
import { markOf, stepTally, type StepCounts, type StepMark, type StepTally } from "./step-counts.ts";
import { factsOf } from "./views.ts";

export type RunRow = { readonly id: string; readonly createdAt: number; readonly endedAt: number | null; readonly state: RunState; readonly say: string; readonly spec: RunSpec; readonly steps: StepCounts | undefined };
export type StepRow = { readonly stepId: string; readonly hostId: string; readonly spec: StepSpec };

/**
 * The durable side of runs. Events of many hosts that arrive in one turn of the loop share one commit: with a sync per
 * event, a fleet of 200 hosts would spend seconds in fsync alone.
 */
export interface Journal {
  /** With its first event in one commit: a run that was refused for want of room is none, and is not taken up at the next start. */
  create(id: string, spec: RunSpec, planned: Event): void;
  /** Resolves when the event is on disk. Events keep the order they were appended in; a `state` event sets the run's state in the same commit, and a `queued` one brings the step's whole description. */
  append(runId: string, event: Event, step?: StepRow): Promise<void>;
  run(id: string): RunRow | undefined;
  byOrigin(origin: string): RunRow | undefined;
  runs(query: { limit: number; before?: number | undefined; state?: RunState | undefined; skillId?: string | undefined; hostId?: string | undefined }): RunRow[];
  unfinished(): RunRow[];
  steps(runId: string): StepRow[];
  items(runIds: readonly string[], after: number, limit: number): Item[];
  /** How many steps there are and how they went: kept where the run has ended, counted as they come while it goes on. */
  stepCounts(row: RunRow): StepCounts;
  facts(query: { readonly from: number; readonly limit: number }): RunFacts[];
  factsOfTurn(turnId: string): RunFacts[];
  /** The newest event number; changes whenever something was committed. */
  readonly newest: Live<number>;
}

const MAX_GATHER_MS = 15;

type Waiting = { readonly runId: string; readonly at: number; readonly event: Event; readonly step: StepRow | undefined; readonly done: () => void; readonly failed: (error: unknown) => void };
type RawRun = { id: string; created_at: number; ended_at: number | null; state: string; say: string; spec: string; steps: string | null };
type RawMark = { type: Event["type"]; stepId: string; succeeded: number | null };
type RawFacts = Parameters<typeof factsOf>[0];

export function openJournal({ store, now }: { readonly store: Store; readonly now: Clock }): Journal {
  store.migrate("runs", RUN_MIGRATIONS);
  const sql = {
    insertRun: store.sql("runs.insert", "INSERT INTO runs (id, created_at, state, say, skill_id, conversation_id, origin, spec) VALUES (?, ?, 'running', '', ?, ?, ?, ?)"),
    insertHost: store.sql("runs.insert-host", "INSERT OR IGNORE INTO run_hosts (run_id, host_id) VALUES (?, ?)"),
    setState: store.sql("runs.set-state", "UPDATE runs SET state = ?, say = ?, ended_at = ? WHERE id = ?"),
    run: store.sql<RawRun>("runs.get", "SELECT * FROM runs WHERE id = ?"),
    byOrigin: store.sql<RawRun>("runs.by-origin", "SELECT * FROM runs WHERE origin = ?"),
    list: store.sql<RawRun>(
      "runs.list",
      `SELECT * FROM runs WHERE created_at < :before AND (:state = '' OR state = :state) AND (:skill = '' OR skill_id = :skill)
       AND (:host = '' OR id IN (SELECT run_id FROM run_hosts WHERE host_id = :host)) ORDER BY created_at DESC, id DESC LIMIT :limit`,
    ),
    unfinished: store.sql<RawRun>("runs.unfinished", "SELECT * FROM runs WHERE ended_at IS NULL ORDER BY created_at"),
    addStep: store.sql("runs.add-step", "INSERT INTO run_steps (run_id, step_id, host_id, spec) VALUES (?, ?, ?, ?)"),
    steps: store.sql<{ step_id: string; host_id: string; spec: string }>("runs.steps", "SELECT step_id, host_id, spec FROM run_steps WHERE run_id = ?"),
    insertEvent: store.sql("runs.insert-event", "INSERT INTO run_events (run_id, at, type, event) VALUES (?, ?, ?, ?)"),
    // json_each: one prepared statement for any number of runs.
    items: store.sql<{ n: number; run_id: string; at: number; event: string }>("runs.items", "SELECT n, run_id, at, event FROM run_events WHERE run_id IN (SELECT value FROM json_each(?)) AND n > ? ORDER BY n LIMIT ?"),
    marks: store.sql<RawMark>("runs.marks", "SELECT type, json_extract(event, '$.stepId') AS stepId, json_extract(event, '$.succeeded') AS succeeded FROM run_events WHERE run_id = ? AND type IN ('queued', 'ended', 'refused', 'unknown') ORDER BY n"),
    setSteps: store.sql("runs.set-steps", "UPDATE runs SET steps = ? WHERE id = ?"),
    facts: store.sql<RawFacts>("runs.facts", "SELECT id, state, created_at AS createdAt, ended_at AS endedAt, conversation_id AS conversationId, origin FROM runs WHERE created_at >= ? ORDER BY created_at DESC LIMIT ?"),
    // Runs of a question are begun under its name and a slash; the sign behind the slash ends the range.
    factsOfTurn: store.sql<RawFacts>("runs.facts-of-turn", "SELECT id, state, created_at AS createdAt, ended_at AS endedAt, conversation_id AS conversationId, origin FROM runs WHERE origin >= ? || '/' AND origin < ? || '0' AND conversation_id IS NOT NULL ORDER BY created_at DESC"),
    newest: store.sql<{ n: number | null }>("runs.newest", "SELECT max(n) AS n FROM run_events"),
  };
  const newest = live(sql.newest.get()?.n ?? 0);
  /** Of runs that go on and were asked about: a fleet's list is told many times a second. */
  const tallies = new Map<string, StepTally>();
  const tallyOf = (runId: string): StepTally => stepTally(sql.marks.all([runId]).map(({ type, stepId, succeeded }): StepMark => ({ type, stepId, succeeded: succeeded === 1 })));
  let queue: Waiting[] = [];
  let scheduled = false;
  let commitMs = 0;

  function commit(): void {
    scheduled = false;
    const batch = queue;
    queue = [];
    let last = 0;
    const from = performance.now();
    try {
      store.transaction(() => {
        for (const { runId, at, event, step } of batch) {
          if (step) sql.addStep.run([runId, step.stepId, step.hostId, JSON.stringify(step.spec)]);
          last = Number(sql.insertEvent.run([runId, at, event.type, JSON.stringify(event)]).lastInsertRowid);
          if (event.type !== "state") continue;
          const isEnd = ENDED_RUN_STATES.includes(event.state);
          sql.setState.run([event.state, event.say, isEnd ? at : null, runId]);
          if (isEnd) sql.setSteps.run([JSON.stringify(tallyOf(runId).counts()), runId]);
        }
      });
    } catch (error) {
      for (const item of batch) item.failed(error);
      return;
    }
    for (const { runId, event } of batch) {
      const mark = markOf(event);
      if (mark !== undefined) tallies.get(runId)?.add(mark);
      if (event.type === "state" && ENDED_RUN_STATES.includes(event.state)) tallies.delete(runId);
    }
    commitMs = performance.now() - from;
    newest.set(last);
    for (const item of batch) item.done();
  }

  return {
    newest,
    create(id, spec, planned) {
      const last = store.transaction(() => {
        sql.insertRun.run([id, now(), spec.skill?.id ?? null, spec.conversationId ?? null, spec.origin ?? null, JSON.stringify(spec)]);
        for (const host of spec.hosts) sql.insertHost.run([id, host.id]);
        return Number(sql.insertEvent.run([id, now(), planned.type, JSON.stringify(RunEvent.parse(planned))]).lastInsertRowid);
      });
      newest.set(last);
    },
    append: (runId, event, step) =>
      new Promise<void>((done, failed) => {
        queue.push({ runId, at: now(), event: RunEvent.parse(event), step, done, failed });
        if (scheduled) return;
        scheduled = true;
        // A slow disk gathers more into each commit instead of standing in everybody's way: half the time at most.
        if (commitMs < 1) setImmediate(commit);
        else setTimeout(commit, Math.min(commitMs, MAX_GATHER_MS));
      }),
    run: (id) => maybe(sql.run.get([id])),
    byOrigin: (origin) => maybe(sql.byOrigin.get([origin])),
    runs: ({ limit, before = Number.MAX_SAFE_INTEGER, state = "", skillId = "", hostId = "" }) => sql.list.all({ limit, before, state, skill: skillId, host: hostId }).map(rowOf),
    unfinished: () => sql.unfinished.all().map(rowOf),
    steps: (runId) => sql.steps.all([runId]).map((raw) => ({ stepId: raw.step_id, hostId: raw.host_id, spec: JSON.parse(raw.spec) as StepSpec })),
    items: (runIds, after, limit) => sql.items.all([JSON.stringify(runIds), after, limit]).map((raw) => RunItem.parse({ n: raw.n, runId: raw.run_id, at: raw.at, event: JSON.parse(raw.event) })),
    stepCounts(row) {
      if (row.steps !== undefined) return row.steps;
      const tally = tallies.get(row.id) ?? tallyOf(row.id);
      const counts = tally.counts();
      // Ended before counts were kept: counted this once.
      if (row.endedAt === null) tallies.set(row.id, tally);
      else sql.setSteps.run([JSON.stringify(counts), row.id]);
      return counts;
    },
    facts: ({ from, limit }) => sql.facts.all([from, limit]).map(factsOf),
    factsOfTurn: (turnId) => sql.factsOfTurn.all([turnId, turnId]).map(factsOf),
  };
}

const rowOf = (raw: RawRun): RunRow =>
  ({ id: raw.id, createdAt: raw.created_at, endedAt: raw.ended_at, state: RunState.parse(raw.state), say: raw.say, spec: JSON.parse(raw.spec) as RunSpec, steps: raw.steps === null ? undefined : (JSON.parse(raw.steps) as StepCounts) });
const maybe = (raw: RawRun | undefined): RunRow | undefined => raw && rowOf(raw);
