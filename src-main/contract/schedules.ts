import { z } from "zod";
import { call, feed } from "./define.ts";
import { HostRef, PlannedStep, SkillRef } from "./runs.ts";
import { Done, Effect, Empty, Id, Instant, Sha256 } from "./terms.ts";
import { NTHS } from "./timetable-words.ts";

const TimeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, "a time of day is written 02:30");
/** An IANA name, `Europe/Berlin`: the wall clock that a time of day is read from, whatever zone this machine stands in. */
const Zone = z.string().min(1).max(64);
/** Of the week: 1 is Monday. */
const Weekday = z.number().int().min(1).max(7);
/** A month that is shorter has its turn on its last day: none goes without, and 31 is always the last. */
const DayOfMonth = z.number().int().min(1).max(31);

/** When the turns fall. `every` counts elapsed time; the others read a wall clock. */
export const Timetable = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("every"), minutes: z.number().int().min(5).max(7 * 24 * 60) }),
  z.object({ kind: z.literal("daily"), at: TimeOfDay, zone: Zone }),
  z.object({ kind: z.literal("weekly"), days: z.array(Weekday).min(1).max(7), at: TimeOfDay, zone: Zone }),
  z.object({ kind: z.literal("day-of-month"), day: DayOfMonth, at: TimeOfDay, zone: Zone }),
  z.object({ kind: z.literal("weekday-of-month"), nth: z.enum(NTHS), weekday: Weekday, at: TimeOfDay, zone: Zone }),
]);
export type Timetable = z.infer<typeof Timetable>;

/** How one host fared. `refused`: the gate did not let it run. `unknown`: it may have run, nobody may run it again blindly. */
export const HostOutcome = z.enum(["ok", "trouble", "refused", "unreachable", "unknown", "stopped"]);
export type HostOutcome = z.infer<typeof HostOutcome>;
/** `missed`: its time passed while SENA was not running or the turn before it still went on. */
export const ScheduleTurnState = z.enum(["running", "missed", ...HostOutcome.options]);
export type ScheduleTurnState = z.infer<typeof ScheduleTurnState>;

export const ScheduleTurn = z.object({
  id: Id,
  scheduleId: Id,
  dueAt: Instant,
  beganAt: Instant,
  endedAt: Instant.nullable(),
  state: ScheduleTurnState,
  say: z.string(),
  runId: Id.optional(),
  hosts: z.array(z.object({ host: HostRef, outcome: HostOutcome, say: z.string() })),
  /** Turns whose time had passed before this one, and which nobody took. */
  missed: z.number().int().nonnegative(),
  /** Who asked for it out of turn; empty when the clock did. */
  askedBy: z.string(),
});
export type ScheduleTurn = z.infer<typeof ScheduleTurn>;

/** What an approver says yes to once for many turns nobody watches, and until when it holds. */
export const StandingView = z.object({
  state: z.enum(["none", "holds", "void"]),
  /** Why it does not hold, or what it does not cover. */
  say: z.string(),
  by: z.string(),
  byId: z.string(),
  at: Instant,
  untilAt: Instant,
});
export type StandingView = z.infer<typeof StandingView>;

const Draft = z.object({
  name: z.string().trim().min(1).max(80),
  skillId: z.string().max(128),
  inputs: z.record(z.string().max(64), z.string().max(4000)).default({}),
  /** Host names, groups, `tag:NAME` or `all`; looked up anew at each turn. */
  hosts: z.array(z.string().max(128)).min(1).max(200),
  timetable: Timetable,
  /** A turn that was missed runs once, as soon as it can; otherwise it is told as missed. */
  catchesUp: z.boolean().default(false),
});
export const ScheduleDraft = Draft;
export type ScheduleDraft = z.infer<typeof Draft>;

export const ScheduleView = z.object({
  id: Id,
  name: z.string(),
  owner: z.object({ id: Id, name: z.string() }),
  /** `stopped`: SENA stopped it by itself, and `say` tells why. */
  state: z.enum(["active", "paused", "stopped"]),
  say: z.string(),
  skill: SkillRef,
  effect: Effect,
  inputs: z.record(z.string(), z.string()),
  hosts: z.array(z.string()),
  /** The hosts those names stand for now. */
  on: z.array(HostRef),
  timetable: Timetable,
  catchesUp: z.boolean(),
  nextAt: Instant.nullable(),
  isRunning: z.boolean(),
  last: ScheduleTurn.optional(),
  /** The result changed, or a turn was missed that does not come again within a day; and nobody has looked yet. */
  notice: z.object({ at: Instant, say: z.string() }).optional(),
  /** Of exactly this runbook, values, hosts and timetable: what an approval is given for. */
  digest: Sha256,
  approval: StandingView,
  createdAt: Instant,
  changedAt: Instant,
});
export type ScheduleView = z.infer<typeof ScheduleView>;

/** What a turn would run, command by command, and what the gate would say of it, were its turns approved. */
export const SchedulePlan = z.object({ /** When the next ones fall; of a paused schedule, were it resumed now. */ turns: z.array(Instant), isTree: z.boolean(), hosts: z.array(z.object({ host: HostRef, steps: z.array(PlannedStep), problem: z.string() })), /** Hosts beyond those shown. */ leftOut: z.number().int().nonnegative() });
export type SchedulePlan = z.infer<typeof SchedulePlan>;

const one = z.object({ scheduleId: Id });
const view = z.object({ schedule: ScheduleView });

export const schedulesContract = {
  list: call({ says: "List the schedules with their next turn and last result.", needs: "view", records: "none", input: Empty, output: z.object({ schedules: z.array(ScheduleView), /** This machine's own. */ zone: z.string() }) }),
  live: feed({ says: "Follow the schedules.", needs: "view", records: "none", input: Empty, item: z.object({ schedules: z.array(ScheduleView), zone: z.string() }) }),
  turns: call({ says: "The turns a schedule has had, newest first.", needs: "view", records: "none", input: one.extend({ limit: z.number().int().min(1).max(200).default(50) }), output: z.object({ turns: z.array(ScheduleTurn) }) }),
  next: call({ says: "When the next turns of a timetable would fall.", needs: "view", records: "none", input: z.object({ timetable: Timetable, count: z.number().int().min(1).max(20).default(5) }), output: z.object({ turns: z.array(Instant) }) }),
  plan: call({ says: "When the next turns of this schedule fall, the commands of each, and what the gate would say of them once its turns are approved; nothing is run.", needs: "view", records: "none", input: one, output: SchedulePlan }),
  add: call({ says: "Schedule a runbook. Its turns run unattended: without an approval for them the gate refuses what policy does not allow then.", needs: "operate", records: "config", input: Draft.extend({ isActive: z.boolean().default(true) }), output: view }),
  change: call({ says: "Change a schedule and become its owner. An approval given for it is void.", needs: "operate", records: "config", input: one.extend(Draft.shape), output: view }),
  pause: call({ says: "Let a schedule rest: no turn begins until it is resumed.", needs: "operate", records: "config", input: one, output: view }),
  resume: call({ says: "Let a paused or stopped schedule take its turns again.", needs: "operate", records: "config", input: one, output: view }),
  remove: call({ says: "Remove a schedule and its history here. What it did stays in the record.", needs: "operate", records: "config", input: one, output: Done }),
  run: call({ says: "Take a turn of a schedule now, as unattended as its others.", needs: "operate", records: "room", input: one, output: z.object({ turn: ScheduleTurn }) }),
  approve: call({ says: "Approve the turns of a schedule beforehand: exactly this runbook, values, hosts and timetable, until a day. Signed with your approver key.", needs: "approve", records: "room", input: one.extend({ /** What was shown: another by now, and nothing is approved. */ digest: Sha256, days: z.number().int().min(1).max(366) }), output: view }),
  revoke: call({ says: "Take back the approval of a schedule.", needs: "operate", records: "room", input: one, output: view }),
  /** It is quiet for everybody then: only who could do something about it says so. */
  seen: call({ says: "Tell that the changed result of a schedule was seen.", needs: "operate", records: "none", input: one, output: Done }),
} as const;
