import type { ScheduleDraft, ScheduleTurn, ScheduleView, Timetable } from "../../../src-main/contract/index.ts";
import { turnWords, type NTHS } from "../../../src-main/contract/timetable-words.ts";
import { formatAgo, formatInstant, plural } from "../../lib/format.ts";
import type { DotState } from "../../ui/status-dot.tsx";
import type { Tone } from "../../ui/tag.tsx";

const DAY_MS = 86_400_000;

export const TURN_LOOK: Readonly<Record<ScheduleTurn["state"], { readonly tone: Tone; readonly text: string; readonly dot: DotState }>> = {
  running: { tone: "accent", text: "going on", dot: "busy" }, ok: { tone: "ok", text: "ok", dot: "ok" }, trouble: { tone: "bad", text: "trouble", dot: "bad" }, refused: { tone: "warn", text: "refused", dot: "warn" },
  unreachable: { tone: "bad", text: "not reached", dot: "bad" }, unknown: { tone: "violet", text: "unknown", dot: "warn" }, stopped: { tone: "neutral", text: "stopped", dot: "idle" }, missed: { tone: "neutral", text: "missed", dot: "idle" },
};

/** What stands where the next turn would: the time, or why there is none. */
export const nextWords = ({ state, nextAt, isRunning, timetable }: Pick<ScheduleView, "state" | "nextAt" | "isRunning" | "timetable">, now: number): string =>
  // By the clock of its timetable where it is a day: the month's last night is another day elsewhere.
  isRunning ? "a turn goes on" : state === "active" && nextAt !== null ? `next ${nextAt - now < DAY_MS ? formatAgo(nextAt, now) : turnWords(nextAt, timetable)}` : state;

export const minute = (at: number): string => formatInstant(at).slice(0, 16);

/** By the clock its timetable goes by, and by the one here where that is another. */
export function turnLine(at: number, timetable: Timetable): string {
  const there = turnWords(at, timetable);
  return there.endsWith(minute(at)) ? there : `${there} (${minute(at)} here)`;
}

/** The next one with its distance, where that says more than its day. */
export const nextLine = (at: number, timetable: Timetable, now: number): string => (at - now < DAY_MS ? `${turnLine(at, timetable)}, ${formatAgo(at, now)}` : turnLine(at, timetable));

export const turnsTitle = ({ state }: Pick<ScheduleView, "state">): string => (state === "active" ? "Next turns" : "Once resumed");

export const approvalWords = ({ approval }: Pick<ScheduleView, "approval">): string => `Approved by ${approval.by} until ${minute(approval.untilAt).slice(0, 10)}`;

export type Fields = Omit<ScheduleDraft, "timetable"> & { readonly kind: Timetable["kind"]; readonly amount: number; readonly unit: "minutes" | "hours" | "days"; readonly days: readonly number[]; readonly day: number; readonly nth: (typeof NTHS)[number]; readonly weekday: number; readonly at: string; readonly zone: string };
const UNIT_MINUTES = { minutes: 1, hours: 60, days: 1440 } as const;

export const emptyFields = (skillId: string, zone: string): Fields => ({ name: "", skillId, inputs: {}, hosts: [], catchesUp: false, kind: "daily", amount: 1, unit: "hours", days: [1, 2, 3, 4, 5], day: 1, nth: "first", weekday: 1, at: "02:30", zone });

export function fieldsOf({ name, skill, inputs, hosts, catchesUp, timetable }: ScheduleView, zone: string): Fields {
  const fields: Fields = { ...emptyFields(skill.id, zone), name, inputs, hosts, catchesUp };
  if (timetable.kind !== "every") return { ...fields, ...timetable };
  const unit = timetable.minutes % 1440 === 0 ? "days" : timetable.minutes % 60 === 0 ? "hours" : "minutes";
  return { ...fields, kind: "every", unit, amount: timetable.minutes / UNIT_MINUTES[unit] };
}

export function timetableOf({ kind, amount, unit, days, day, nth, weekday, at, zone }: Fields): Timetable {
  const time = { at, zone: zone.trim() };
  switch (kind) {
    case "every":
      return { kind, minutes: amount * UNIT_MINUTES[unit] };
    case "daily":
      return { kind, ...time };
    case "weekly":
      return { kind, days: days.toSorted((one, other) => one - other), ...time };
    case "day-of-month":
      return { kind, day, ...time };
    case "weekday-of-month":
      return { kind, nth, weekday, ...time };
    default:
      return kind satisfies never;
  }
}

export const draftOf = (fields: Fields): ScheduleDraft => ({ name: fields.name.trim(), skillId: fields.skillId, inputs: Object.fromEntries(Object.entries(fields.inputs).filter(([, value]) => value.trim() !== "")), hosts: [...fields.hosts], timetable: timetableOf(fields), catchesUp: fields.catchesUp });

export const isTimeOfDay = (at: string): boolean => /^([01]\d|2[0-3]):[0-5]\d$/.test(at);

/** What the form still lacks; nothing when it can be asked of the core. */
export function lackOf({ name, skillId, hosts, kind, amount, unit, days, at }: Fields): string | undefined {
  if (name.trim() === "") return "Give it a name.";
  if (skillId === "") return "Choose a runbook.";
  if (hosts.length === 0) return "Choose at least one host.";
  if (kind === "every" && amount * UNIT_MINUTES[unit] < 5) return "Five minutes is the shortest.";
  if (kind === "every" && amount * UNIT_MINUTES[unit] > 7 * 1440) return "Seven days is the longest.";
  if (kind === "weekly" && days.length === 0) return "Choose at least one day.";
  if (kind !== "every" && !isTimeOfDay(at)) return "A time of day is written 02:30.";
  return undefined;
}

export const hostsWords = (names: readonly string[]): string => (names.length > 3 ? `${names.slice(0, 3).join(", ")} and ${names.length - 3} more` : names.join(", "));
/** What becomes of a turn whose time passed. */
export const lateWords = ({ catchesUp }: Pick<ScheduleView, "catchesUp">): string => (catchesUp ? "runs once, as soon as it can" : "does not run later; it is told as missed");
export const missedWords = (missed: number): string => (missed === 0 ? "" : `${plural(missed, "turn")} missed before it.`);
