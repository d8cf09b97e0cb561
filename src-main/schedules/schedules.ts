import type { AccessRoom } from "../access/index.ts";
import { standingDigest, standingHost, type StandingRoom } from "../approvals/index.ts";
import { type Actor, actorOf, Failure, grants, type ScheduleDraft, type ScheduleTurn, SYSTEM, type Timetable } from "../contract/index.ts";
import { turnWords } from "../contract/timetable-words.ts";
import type { Host, Inventory } from "../inventory/port.ts";
import { diskTroubleOf, live, type Clock, type NewId } from "../kernel/index.ts";
import type { Ledger } from "../ledger/port.ts";
import { planSkillRun, resolveHosts, type Runs } from "../runs/index.ts";
import type { Skills } from "../skills/port.ts";
import type { Store } from "../store/index.ts";
import { openBook, type Definition, type ScheduleRow } from "./book.ts";
import { fail } from "./failures.ts";
import { approvableHosts, foreseenPlan, type ForeseeStep, type JudgeStep } from "./may-approve.ts";
import type { Schedules } from "./port.ts";
import { dueNow, isZone, nextTurn, nextTurns } from "./timetable.ts";
import { carryOut, tellOfOld } from "./turns.ts";
import { hostsOf, subjectOf, viewOf } from "./views.ts";

export const MAX_SCHEDULES = 100;
/** Read before a yes: enough to see a month's end among them. */
const TURNS_SHOWN = 5;
/** Timers stand still while a machine sleeps: the clock is looked at at least this often. */
const MOST_SLEEP_MS = 30_000;
/** What is missed and comes again within a day tells by itself how it stands; a laptop misses it every night. */
const DAY_MS = 86_400_000;
/** A turn that cannot be taken (a full disk) is not asked for without a breath. */
const LEAST_SLEEP_MS = 1000;
const WAITS_FOR_ROOM = "SENA ended in the middle of it, and this machine's disk has no room to write down what became of it: that is told once there is some. Nothing of it is run again.";

export type ScheduleNeeds = {
  readonly store: Store;
  readonly ledger: Pick<Ledger, "append">;
  readonly runs: Pick<Runs, "start" | "ended" | "get" | "items" | "byOrigin" | "stop">;
  readonly skills: Pick<Skills, "get" | "compile">;
  readonly packDigest: (packId: string) => string;
  readonly inventory: Inventory;
  readonly access: Pick<AccessRoom, "operator">;
  readonly standing: StandingRoom;
  readonly judge: JudgeStep;
  readonly foresee: ForeseeStep;
  readonly now: Clock;
  readonly newId: NewId;
  /** Resolves early, and without an error, when the signal aborts. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly report: (scheduleId: string, error: unknown) => void;
};

/** Runbooks that run by the clock, with nobody there. */
export function createSchedules(needs: ScheduleNeeds): Schedules {
  const { store, ledger, inventory, standing, access, now, newId } = needs;
  const book = openBook(store);
  const closing = new AbortController();
  const turnNeeds = { ...needs, book, closed: closing.signal };
  const viewNeeds = { ...needs, book };
  const version = live(0);
  /** Turns under way, and of what: an approval given meanwhile for something else is not theirs. */
  const going = new Map<string, { readonly digest: string; readonly work: Promise<void> }>();
  /** Turns of an earlier process of which nothing is told yet. */
  let old: readonly ScheduleTurn[] | undefined;
  let oldWaits = false;
  let wake = new AbortController();
  let clock = Promise.resolve();
  const moved = (): void => {
    version.update((n) => n + 1);
    wake.abort();
  };

  const rowOf = (id: string): ScheduleRow => {
    const row = book.get(id);
    if (!row) throw fail("SCHEDULE_UNKNOWN", { id });
    return row;
  };
  const put = (row: ScheduleRow) => {
    book.put(row);
    moved();
    return viewOf(viewNeeds, row);
  };
  const mayOperate = (operatorId: string): boolean => {
    const operator = access.operator(operatorId);
    return operator?.active === true && grants(operator.roles, "operate");
  };
  const assertZone = (timetable: Timetable): void => {
    if (timetable.kind !== "every" && !isZone(timetable.zone)) throw fail("SCHEDULE_UNKNOWN_ZONE", { zone: timetable.zone });
  };
  const firstTurn = ({ timetable }: Definition, anchorAt: number): number => nextTurn(timetable, anchorAt, now());

  /** Refuses what could never run, before anything is kept. */
  function definitionOf(draft: ScheduleDraft, id: string | undefined): Definition {
    const { name, ...definition } = draft;
    if (book.all().some((row) => row.name === name && row.id !== id)) throw fail("SCHEDULE_NAME_TAKEN", { name });
    assertZone(definition.timetable);
    const { hosts, unknown } = resolveHosts(inventory, definition.hosts);
    const [missing] = unknown;
    if (missing !== undefined) throw fail("SCHEDULE_UNKNOWN_HOST", { name: missing });
    planSkillRun(needs, { skillId: definition.skillId, inputs: definition.inputs, hosts });
    return definition;
  }

  /** An approval is for what was shown; of anything else there is none. */
  async function voidIfOther(row: ScheduleRow, by: Actor, why: string): Promise<void> {
    const approved = standing.of(row.id);
    if (approved && approved.revokedAt === null && approved.digest !== standingDigest(subjectOf(needs, row))) await standing.revoke(row.id, by, why);
  }

  /** Who gave it could not give it today: policies are others, or more people work here. What is only forbidden for a while voids nothing. */
  async function voidIfNotTheirs(row: ScheduleRow): Promise<void> {
    const approverId = standing.problemOf(row.id) === undefined ? standing.of(row.id)?.byId : undefined;
    if (approverId === undefined) return;
    for (const host of hostsOf(needs, row.definition).hosts) {
      const why = whyNotTheirs(row, host, approverId);
      if (why !== undefined) return standing.revoke(row.id, SYSTEM, `Who approved it could not approve it today. ${why}`);
      await needs.sleep(0, closing.signal); // a fleet takes a while, and others want their turn
    }
  }
  function whyNotTheirs(row: ScheduleRow, host: Host, approverId: string): string | undefined {
    try {
      approvableHosts(needs, { ...approvalOf(row), hosts: [host], approverId });
      return undefined;
    } catch (error) {
      return error instanceof Failure && (error.code === "SCHEDULE_NEEDS_SECOND" || error.code === "SCHEDULE_NEEDS_TWO") ? String(error.data["why"]) : undefined;
    }
  }
  const approvalOf = ({ definition: { skillId, inputs }, ownerId, ownerName }: ScheduleRow) => ({ skillId, inputs, owner: actorOf({ id: ownerId, name: ownerName }) });

  async function assureApproval(row: ScheduleRow): Promise<void> {
    await voidIfNotTheirs(row);
    await voidIfOther(row, SYSTEM, "The runbook changed after it was approved.");
  }

  function take(row: ScheduleRow, dueAt: number, of: { readonly missed: number; readonly nextAt: number | null; readonly askedBy: string }): ScheduleTurn {
    const turn = { id: newId("turn"), scheduleId: row.id, dueAt, beganAt: now(), missed: of.missed, askedBy: of.askedBy, state: "running", say: "" } as const;
    book.begin(turn, of.nextAt);
    const taken = book.turn(turn.id) as ScheduleTurn;
    const digest = standingDigest(subjectOf(needs, row));
    const work = carryOut(turnNeeds, row, taken, () => assureApproval(row))
      .catch((error: unknown) => needs.report(row.id, error))
      .finally(() => {
        going.delete(row.id);
        moved();
      });
    going.set(row.id, { digest, work });
    moved();
    return taken;
  }

  async function tellMissed(row: ScheduleRow, dueAt: number, missed: number, nextAt: number, say: string): Promise<void> {
    book.begin({ id: newId("turn"), scheduleId: row.id, dueAt, beganAt: now(), missed, askedBy: "", state: "missed", say }, nextAt);
    const { timetable } = row.definition;
    if (nextAt - now() > DAY_MS) book.setNotice(row.id, { at: now(), say: `The turn of ${turnWords(dueAt, timetable)} was missed. ${say} The next is ${turnWords(nextAt, timetable)}; until then nobody looks, unless somebody lets it run now.` });
    moved();
    await ledger.append({ type: "decision", actor: { kind: "schedule", id: row.id, name: row.name }, fields: { decision: "turn-missed", due: dueAt, missed, say } });
  }

  async function stopFor(row: ScheduleRow, say: string): Promise<void> {
    put({ ...row, state: "stopped", say, nextAt: null, notice: { at: now(), say } });
    await ledger.append({ type: "decision", actor: SYSTEM, fields: { decision: "schedule-stopped", schedule: row.id, say } });
  }

  async function lookAt(row: ScheduleRow): Promise<void> {
    if (!mayOperate(row.ownerId)) return stopFor(row, `${row.ownerName}, who owns it, may not run commands here any more. Whoever changes it owns it, and it goes on.`);
    const { definition, anchorAt } = row;
    const due = dueNow({ timetable: definition.timetable, catchesUp: definition.catchesUp, anchorAt, nextAt: row.nextAt ?? firstTurn(definition, anchorAt), now: now(), isTaken: (at) => book.isTaken(row.id, at) });
    switch (due.kind) {
      case "wait":
        if (due.nextAt !== row.nextAt) book.setNext(row.id, due.nextAt);
        return;
      case "run":
        if (going.has(row.id)) return tellMissed(row, due.dueAt, due.missed + 1, due.nextAt, "The turn before it was still going on.");
        take(row, due.dueAt, { ...due, askedBy: "" });
        return;
      case "missed":
        return tellMissed(row, due.dueAt, due.missed, due.nextAt, "SENA was not running or this machine slept.");
      default:
        due satisfies never;
    }
  }

  async function look(): Promise<void> {
    for (const { id } of book.all()) {
      // Read anew: while another was recorded this one may have been paused, changed or removed.
      const row = book.get(id);
      if (row?.state !== "active" || closing.signal.aborted) continue;
      await lookAt(row).catch((error: unknown) => needs.report(row.id, error));
    }
  }

  /** Until the next turn, or the next look at the clock. */
  function quietMs(): number {
    const next = Math.min(...book.all().flatMap(({ state, nextAt }) => (state === "active" && nextAt !== null ? [nextAt] : [])));
    return Math.max(LEAST_SLEEP_MS, Math.min(MOST_SLEEP_MS, next - now()));
  }

  async function followClock(): Promise<void> {
    while (!closing.signal.aborted) {
      wake = new AbortController();
      let ms = MOST_SLEEP_MS;
      try {
        await look();
        ms = quietMs();
      } catch (error) {
        needs.report("the clock", error);
      }
      if (!wake.signal.aborted) await needs.sleep(ms, AbortSignal.any([wake.signal, closing.signal]));
    }
  }

  return {
    list: () => book.all().map((row) => viewOf(viewNeeds, row)),
    changes: (signal) => version.follow(signal),
    next(timetable, count) {
      assertZone(timetable);
      return nextTurns(timetable, now(), now(), count);
    },
    turns: (scheduleId, limit) => book.turns(rowOf(scheduleId).id, limit).map((turn) => (oldWaits && old?.some(({ id }) => id === turn.id) === true ? { ...turn, say: WAITS_FOR_ROOM } : turn)),
    plan(scheduleId) {
      const { id, name, definition, anchorAt } = rowOf(scheduleId);
      const turns = nextTurns(definition.timetable, anchorAt, now(), TURNS_SHOWN);
      return { turns, ...foreseenPlan(needs, { ...definition, hosts: hostsOf(needs, definition).hosts, schedule: { kind: "schedule", id, name } }) };
    },
    async add(draft, by, isActive) {
      if (book.all().length >= MAX_SCHEDULES) throw fail("SCHEDULE_TOO_MANY", { limit: MAX_SCHEDULES });
      const definition = definitionOf(draft, undefined);
      const at = now();
      return put({ id: newId("sched"), name: draft.name, ownerId: by.id, ownerName: by.name, state: isActive ? "active" : "paused", say: "", definition, anchorAt: at, nextAt: isActive ? firstTurn(definition, at) : null, notice: undefined, createdAt: at, changedAt: at });
    },
    async change(scheduleId, draft, by) {
      const at = now();
      const changed = (): ScheduleRow => {
        const before = rowOf(scheduleId);
        const definition = definitionOf(draft, scheduleId);
        const anchorAt = JSON.stringify(definition.timetable) === JSON.stringify(before.definition.timetable) ? before.anchorAt : at;
        const state = before.state === "paused" ? "paused" : "active";
        return { ...before, name: draft.name, ownerId: by.id, ownerName: by.name, state, say: "", definition, anchorAt, nextAt: state === "active" ? firstTurn(definition, anchorAt) : null, changedAt: at };
      };
      // Void before it is another: there is no moment at which the old yes covers the new thing.
      await voidIfOther(changed(), actorOf(by), `${by.name} changed the schedule.`);
      return put(changed()); // of what stands there now: it may have been paused or removed while that was recorded
    },
    pause(scheduleId) {
      return put({ ...rowOf(scheduleId), state: "paused", say: "", nextAt: null });
    },
    resume(scheduleId) {
      const row = rowOf(scheduleId);
      if (!mayOperate(row.ownerId)) throw fail("SCHEDULE_OWNER_GONE", { name: row.ownerName });
      return put({ ...row, state: "active", say: "", nextAt: row.state === "active" ? row.nextAt : firstTurn(row.definition, row.anchorAt) });
    },
    async remove(scheduleId, by) {
      const row = rowOf(scheduleId);
      await standing.revoke(scheduleId, actorOf(by), "The schedule was removed.");
      const [last] = book.turns(scheduleId, 1);
      put({ ...row, state: "paused", nextAt: null });
      const runId = last?.state === "running" ? needs.runs.byOrigin(last.id)?.id : undefined;
      if (runId !== undefined) await needs.runs.stop(runId, actorOf(by)).catch(() => {}); // it may have ended meanwhile
      await going.get(scheduleId)?.work;
      book.remove(scheduleId);
      moved();
    },
    async run(scheduleId, by) {
      const owned = (): ScheduleRow => {
        const row = rowOf(scheduleId);
        if (going.has(scheduleId)) throw fail("SCHEDULE_GOING");
        if (!mayOperate(row.ownerId)) throw fail("SCHEDULE_OWNER_GONE", { name: row.ownerName });
        return row;
      };
      owned();
      await ledger.append({ type: "decision", actor: actorOf(by), fields: { decision: "turn-asked-for", schedule: scheduleId } });
      const row = owned();
      return take(row, now(), { missed: 0, nextAt: row.nextAt, askedBy: by.name });
    },
    async approve(scheduleId, { digest, days }, by) {
      const row = rowOf(scheduleId);
      const subject = subjectOf(needs, row);
      const { hosts } = hostsOf(needs, row.definition);
      if (standingDigest(subject, hosts.map(standingHost)) !== digest) throw fail("SCHEDULE_MOVED_ON");
      const isOtherGoing = (): boolean => (going.get(scheduleId)?.digest ?? standingDigest(subject)) !== standingDigest(subject);
      if (isOtherGoing()) throw fail("SCHEDULE_OTHER_GOING");
      try {
        const approvable = approvableHosts(needs, { ...approvalOf(row), hosts, approverId: by.id });
        await standing.approve(by, subject, approvable.map(standingHost), days);
      } catch (error) {
        // A refusal needs no record to be a refusal.
        if (error instanceof Failure) await ledger.append({ type: "decision", actor: actorOf(by), fields: { decision: "refused-standing-approval", schedule: scheduleId, say: error.message } }).catch(() => {});
        throw error;
      }
      // Signing may have taken a touch of a key, and the schedule may have moved on meanwhile.
      if (isOtherGoing()) await standing.revoke(scheduleId, SYSTEM, "A turn of something else began while it was being approved.");
      await voidIfOther(rowOf(scheduleId), SYSTEM, "The schedule changed while it was being approved.");
      moved();
      return viewOf(viewNeeds, rowOf(scheduleId));
    },
    async revoke(scheduleId, by) {
      const row = rowOf(scheduleId);
      await standing.revoke(scheduleId, actorOf(by), `${by.name} took the approval back.`);
      moved();
      return viewOf(viewNeeds, row);
    },
    seen(scheduleId) {
      if (rowOf(scheduleId).notice === undefined) return;
      book.setNotice(scheduleId, undefined);
      moved();
    },
    notices: () => book.all().filter(({ notice }) => notice !== undefined).length,
    async takeUp() {
      old ??= book.open(); // once: what began since then is this process's own
      try {
        for (const turn of old) {
          const row = book.get(turn.scheduleId);
          if (row) await tellOfOld(turnNeeds, row, turn);
          old = old.filter(({ id }) => id !== turn.id);
        }
        oldWaits = false;
      } catch (error) {
        oldWaits = diskTroubleOf(error) !== undefined;
        throw error;
      } finally {
        moved();
      }
    },
    begin() {
      clock = followClock();
    },
    look,
    async [Symbol.asyncDispose]() {
      closing.abort();
      await Promise.all([clock, ...[...going.values()].map(({ work }) => work)]);
    },
  };
}
