import { failer, type Actor, type RunState, type RunSummary } from "../contract/index.ts";
import { diskTroubleOf, inPages, type Clock, type NewId } from "../kernel/index.ts";
import type { Ledger } from "../ledger/port.ts";
import type { Store } from "../store/index.ts";
import { RUN_FAILURES } from "./failures.ts";
import { openJournal, type Journal, type RunRow } from "./journal.ts";
import { NOTHING_BEFORE, walkLane, type LaneBefore, type LaneEnd } from "./lane.ts";
import type { ProgramOf, RunGuard, Runs, RunSpec } from "./port.ts";
import { replay } from "./replay.ts";
import { Abandoned } from "./step.ts";
import { followRun, summaryOf } from "./views.ts";

const fail = failer(RUN_FAILURES);
export const MAX_HOSTS = 1000;
/** How often a run that its journal had no room for looks whether there is some again. */
const LOOK_AGAIN_MS = 5000;
const FAULT = "SENA met a fault of its own, and the run ends here. What was run is on record: look at its steps before anything is done again. The log has the details.";
const DEFAULTS = { maxSteps: 2000, maxMs: 3600_000, concurrency: 32, stopOnFailureShare: 1 };

export type RunsNeeds = {
  readonly store: Store;
  readonly guard: RunGuard;
  readonly ledger: Pick<Ledger, "append">;
  readonly programOf: ProgramOf;
  readonly now: Clock;
  readonly newId: NewId;
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Takes back a request that the process which asked can no longer wait for. */
  readonly cancelApproval?: (approvalId: string) => Promise<void>;
  /** A bug or a full disk: the run could not go on and could not say so in its own journal. */
  readonly report: (runId: string, error: unknown) => void;
};

/** One run under way in this process. */
type Active = { readonly abort: AbortController; paused: PromiseWithResolvers<void> | undefined; stopSay: string; waiting: number; running: number; readonly finished: Promise<void>; said: RunState };

export function createRuns(needs: RunsNeeds): Runs & AsyncDisposable {
  const journal = openJournal(needs);
  const active = new Map<string, Active>();
  const closing = new AbortController();
  const rowOf = (runId: string): RunRow => {
    const row = journal.run(runId);
    if (!row) throw fail("RUN_NOT_FOUND", { id: runId });
    return row;
  };
  const summary = (row: RunRow): RunSummary => summaryOf(row, journal.stepCounts(row));
  const record = (type: "plan" | "decision", actor: Actor, runId: string, fields: Record<string, string | number | readonly string[]>, host?: string) => needs.ledger.append({ type, actor, session: runId, fields, ...(host !== undefined && { host }) });

  async function say(runId: string, state: RunState, text: string): Promise<void> {
    await journal.append(runId, { type: "state", state, say: text });
  }

  function drive(row: RunRow, from: DrivenFrom, isPaused: boolean): void {
    const { promise: finished, resolve } = Promise.withResolvers<void>();
    const run: Active = { abort: new AbortController(), paused: isPaused ? Promise.withResolvers<void>() : undefined, stopSay: "Stopped.", waiting: 0, running: 0, finished, said: row.state };
    active.set(row.id, run);
    void driveOn(row, run, from)
      .catch((error: unknown) => needs.report(row.id, error))
      .finally(() => {
        active.delete(row.id);
        resolve();
      });
  }

  /**
   * To the end, or until the core goes down. A disk without room takes the run's journal from it, and the run goes on by
   * itself once there is room: as after a restart, from what the journal holds and what the guard knows of open steps.
   */
  async function driveOn(row: RunRow, run: Active, from: DrivenFrom): Promise<void> {
    for (let attempt = 1, { lanes, ended, stepsTaken } = from; ; attempt += 1) {
      try {
        return await driveToEnd({ needs, journal, row, run, lanes, before: ended, stepsTaken, closing: closing.signal, say });
      } catch (error) {
        if (error instanceof Abandoned || closing.signal.aborted) return;
        if (attempt === 1) needs.report(row.id, error);
        if (diskTroubleOf(error) === undefined) return say(row.id, "failed", FAULT);
        await (needs.sleep ?? pause)(LOOK_AGAIN_MS, closing.signal);
        Object.assign(run, { waiting: 0, running: 0 });
        ({ lanes, ended, stepsTaken } = replayed(row.id));
      }
    }
  }
  const replayed = (runId: string): DrivenFrom => replay(journal.items([runId], 0, Number.MAX_SAFE_INTEGER), journal.steps(runId));

  const runs: Runs = {
    async start(spec) {
      if (spec.hosts.length === 0) throw fail("RUN_NO_HOSTS");
      if (spec.hosts.length > MAX_HOSTS) throw fail("RUN_TOO_MANY_HOSTS", { count: spec.hosts.length, limit: MAX_HOSTS });
      const known = spec.origin === undefined ? undefined : journal.byOrigin(spec.origin);
      if (known) return { runId: known.id };
      await needs.programOf(spec); // refuses what could never go on, before anything is recorded
      const runId = needs.newId("run");
      await record("plan", spec.actor, runId, { title: spec.title, program: spec.program.kind, skill: spec.skill ? `${spec.skill.id}@${spec.skill.version}` : "", hosts: spec.hosts.map((host) => host.id), inputs: JSON.stringify(spec.inputs) }, spec.hosts.length === 1 ? spec.hosts[0]?.id : undefined);
      journal.create(runId, spec, { type: "planned", title: spec.title, ...(spec.skill && { skill: spec.skill }), hosts: [...spec.hosts], steps: [...spec.outline], inputs: { ...spec.inputs }, tree: spec.tree });
      drive(rowOf(runId), { lanes: new Map(), ended: new Map(), stepsTaken: 0 }, false);
      return { runId };
    },
    async stop(runId, by) {
      const row = rowOf(runId);
      if (row.endedAt !== null) throw fail("RUN_ENDED", { state: row.state });
      await record("decision", by, runId, { decision: "stop" });
      const run = active.get(runId);
      if (!run) return say(runId, "stopped", `Stopped by ${by.name}.`);
      run.stopSay = `Stopped by ${by.name}.`;
      run.abort.abort(new DOMException(run.stopSay, "AbortError"));
      run.paused?.resolve();
      await run.finished;
    },
    async pause(runId, by) {
      const row = rowOf(runId);
      const run = active.get(runId);
      if (row.endedAt !== null || !run) throw fail("RUN_ENDED", { state: row.state });
      if (run.paused) return;
      await record("decision", by, runId, { decision: "pause" });
      run.paused = Promise.withResolvers<void>();
      run.said = "paused";
      await say(runId, "paused", `Paused by ${by.name}. Steps under way end; nothing new starts.`);
    },
    async resume(runId, by) {
      const row = rowOf(runId);
      const run = active.get(runId);
      if (row.endedAt !== null || !run) throw fail("RUN_ENDED", { state: row.state });
      if (!run.paused) return;
      await record("decision", by, runId, { decision: "resume" });
      run.said = "running";
      await say(runId, "running", `Resumed by ${by.name}.`);
      run.paused.resolve();
      run.paused = undefined;
    },
    byOrigin(origin) {
      const row = journal.byOrigin(origin);
      return row && summary(row);
    },
    get: (runId) => summary(rowOf(runId)),
    list: (query) => journal.runs(query).map(summary),
    unfinished: () => journal.unfinished().map(summary),
    facts: journal.facts,
    factsOfTurn: journal.factsOfTurn,
    items: (runId, after = 0) => journal.items([rowOf(runId).id], after, Number.MAX_SAFE_INTEGER),
    told: (runId, after) => {
      const { id } = rowOf(runId);
      return inPages((from, limit) => journal.items([id], from, limit), after);
    },
    itemsOf: (runIds, after, limit) => journal.items(runIds, after, limit),
    changes: (signal) => journal.newest.follow(signal),
    follow: (runId, after, signal) => followRun(journal, rowOf(runId).id, after, signal),
    async ended(runId, signal) {
      const until = signal ?? new AbortController().signal;
      for await (const item of followRun(journal, rowOf(runId).id, 0, until)) void item;
      until.throwIfAborted();
      return runs.get(runId);
    },
    async takeUp() {
      const resumed: string[] = [];
      for (const row of journal.unfinished()) {
        if (active.has(row.id)) continue;
        drive(row, replayed(row.id), row.state === "paused");
        resumed.push(row.id);
      }
      return { resumed };
    },
  };
  return Object.assign(runs, {
    async [Symbol.asyncDispose]() {
      // What is under way on hosts goes on there; the next process asks the guard what became of it.
      closing.abort(new Abandoned());
      for (const run of active.values()) run.paused?.resolve();
      await Promise.all([...active.values()].map((run) => run.finished));
    },
  });
}

type DrivenFrom = { readonly lanes: ReadonlyMap<string, LaneBefore>; readonly ended: ReadonlyMap<string, LaneEnd>; readonly stepsTaken: number };

/** A host's place in its run. */
type Place = { readonly ordinal: number; readonly hostId: string };
type Drive = {
  readonly needs: RunsNeeds;
  readonly journal: Journal;
  readonly row: RunRow;
  readonly run: Active;
  readonly lanes: ReadonlyMap<string, LaneBefore>;
  readonly before: ReadonlyMap<string, LaneEnd>;
  readonly stepsTaken: number;
  readonly closing: AbortSignal;
  readonly say: (runId: string, state: RunState, text: string) => Promise<void>;
};

/** All hosts of a run, so many at a time, until each has ended or too many have failed. */
async function driveToEnd(drive: Drive): Promise<void> {
  const { needs, journal, row, run, lanes, closing } = drive;
  // One host that cannot go on takes the others along, for all of them write to the same journal.
  const halted = new AbortController();
  const closed = AbortSignal.any([closing, halted.signal]);
  const { spec } = row;
  const budget = budgetOf(spec);
  const ends = new Map(drive.before);
  let program;
  try {
    program = await needs.programOf(spec);
  } catch (error) {
    return drive.say(row.id, "failed", error instanceof Error ? error.message : "The program of this run cannot be built.");
  }
  let taken = drive.stepsTaken;
  const deadline = setTimeout(() => {
    run.stopSay = `The time budget of ${Math.round(budget.maxMs / 1000)} s is used up.`;
    run.abort.abort(new DOMException(run.stopSay, "AbortError"));
  }, Math.max(0, row.createdAt + budget.maxMs - needs.now()));
  deadline.unref();

  const tellBusy = () => {
    if (run.paused || closed.aborted) return;
    const state = run.waiting > 0 && run.waiting === run.running ? "waiting" : "running";
    if (state === run.said) return;
    run.said = state;
    drive.say(row.id, state, state === "waiting" ? "Waits for an approval." : "").catch((error: unknown) => needs.report(row.id, error));
  };
  const walk = async ({ ordinal, hostId }: Place) => {
    run.running += 1;
    const end = await walkLane({
      journal, guard: needs.guard, program, runId: row.id, hostId, ordinal, spec, signal: run.abort.signal, closed,
      onWaiting: (waits) => {
        run.waiting += waits ? 1 : -1;
        tellBusy();
      },
      mayGoOn: async () => {
        await run.paused?.promise;
        if (closed.aborted) throw new Abandoned();
      },
      takeStep: () => {
        if (taken >= budget.maxSteps) return `The budget of ${budget.maxSteps} steps is used up.`;
        taken += 1;
        return undefined;
      },
      newProposalId: () => needs.newId("prop"),
      sleep: needs.sleep ?? pause,
      before: lanes.get(hostId) ?? NOTHING_BEFORE,
      cancelApproval: needs.cancelApproval ?? (async () => {}),
    });
    run.running -= 1;
    ends.set(hostId, end);
    tellBusy();
  };

  const waiting = spec.hosts.map(({ id }, ordinal): Place => ({ ordinal, hostId: id })).filter(({ hostId }) => !ends.has(hostId));
  const tooManyFailed = () => {
    const failed = [...ends.values()].filter((end) => end.state === "failed" || end.state === "unknown").length;
    return spec.hosts.length > 1 && failed > 0 && failed / spec.hosts.length > budget.stopOnFailureShare;
  };
  try {
    await together(
      Array.from({ length: Math.min(budget.concurrency, waiting.length) }, async () => {
        for (let place = waiting.shift(); place !== undefined; place = waiting.shift()) {
          if (run.abort.signal.aborted || tooManyFailed()) {
            const text = tooManyFailed() ? "Not started: too many hosts failed." : run.stopSay;
            ends.set(place.hostId, { state: "stopped", say: text });
            if (!closed.aborted) await journal.append(row.id, { type: "host", hostId: place.hostId, state: "stopped", say: text });
          } else await walk(place);
        }
      }),
      () => halted.abort(new Abandoned()),
    );
  } finally {
    clearTimeout(deadline);
  }
  if (closed.aborted) throw new Abandoned();
  const { state, text } = outcomeOf([...ends.values()], run.abort.signal.aborted ? run.stopSay : undefined);
  await drive.say(row.id, state, text);
}

/** Until all have ended, however they did; what broke one of them first is told, not what that did to the others. */
async function together(walks: readonly Promise<void>[], onBroken: () => void): Promise<void> {
  const broken: unknown[] = [];
  await Promise.all(
    walks.map((walk) =>
      walk.catch((error: unknown) => {
        broken.push(error);
        onBroken();
      }),
    ),
  );
  if (broken.length > 0) throw broken.find((error) => !(error instanceof Abandoned)) ?? broken[0];
}

const budgetOf = ({ budget }: RunSpec) => ({
  maxSteps: budget.maxSteps ?? DEFAULTS.maxSteps,
  maxMs: budget.maxMs ?? DEFAULTS.maxMs,
  concurrency: budget.concurrency ?? DEFAULTS.concurrency,
  stopOnFailureShare: budget.stopOnFailureShare ?? DEFAULTS.stopOnFailureShare,
});

/** The run as a whole: what nobody knows weighs most, then what failed. */
function outcomeOf(ends: readonly LaneEnd[], stopped: string | undefined): { state: RunState; text: string } {
  const count = (state: LaneEnd["state"]) => ends.filter((end) => end.state === state).length;
  const first = (state: LaneEnd["state"]) => ends.find((end) => end.state === state)?.say ?? "";
  const of = (state: LaneEnd["state"]) => (ends.length === 1 ? first(state) : `${count(state)} of ${ends.length} hosts: ${first(state)}`);
  if (count("unknown") > 0) return { state: "unknown", text: of("unknown") };
  if (stopped !== undefined) return { state: "stopped", text: stopped };
  if (count("failed") > 0) return { state: "failed", text: of("failed") };
  if (count("refused") > 0) return { state: "refused", text: of("refused") };
  if (count("stopped") > 0) return { state: "stopped", text: of("stopped") };
  return { state: "done", text: ends.length === 1 ? first("done") : "" };
}

const pause = (ms: number, signal: AbortSignal) =>
  new Promise<void>((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", stop);
      resolve();
    }, ms);
    signal.addEventListener("abort", stop, { once: true });
  });
