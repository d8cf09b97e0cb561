import type { ScheduleDraft, ScheduleTurn, ScheduleView, Timetable } from "../../../src-main/contract/index.ts";
import { formatAgo, formatInstant, plural } from "../../lib/format.ts";
import type { DotState } from "../../ui/status-dot.tsx";
import type { Tone } from "../../ui/tag.tsx";

export const DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"] as const;

export const TURN_LOOK: Readonly<Record<ScheduleTurn["state"], { readonly tone: Tone; readonly text: string; readonly dot: DotState }>> = {
  running: { tone: "accent", text: "going on", dot: "busy" }, ok: { tone: "ok", text: "ok", dot: "ok" }, trouble: { tone: "bad", text: "trouble", dot: "bad" }, refused: { tone: "warn", text: "refused", dot: "warn" },
  unreachable: { tone: "bad", text: "not reached", dot: "bad" }, unknown: { tone: "violet", text: "unknown", dot: "warn" }, stopped: { tone: "neutral", text: "stopped", dot: "idle" }, missed: { tone: "neutral", text: "missed", dot: "idle" },
};

export function everyWords(minutes: number): string {
  if (minutes % 1440 === 0) return minutes === 1440 ? "every 24 hours" : `every ${minutes / 1440} days`;
  if (minutes % 60 === 0) return minutes === 60 ? "every hour" : `every ${minutes / 60} hours`;
  return `every ${minutes} minutes`;
}

export function timetableWords(timetable: Timetable): string {
  switch (timetable.kind) {
    case "every":
      return everyWords(timetable.minutes);
    case "daily":
      return `daily at ${timetable.at}, ${timetable.zone}`;
    case "weekly":
      return `${timetable.days.toSorted((one, other) => one - other).map((day) => DAYS[day - 1]).join(", ")} at ${timetable.at}, ${timetable.zone}`;
    default:
      return timetable satisfies never;
  }
}

/** What stands where the next turn would: the time, or why there is none. */
export const nextWords = ({ state, nextAt, isRunning }: Pick<ScheduleView, "state" | "nextAt" | "isRunning">, now: number): string =>
  isRunning ? "a turn goes on" : state === "active" && nextAt !== null ? `next ${formatAgo(nextAt, now)}` : state;

export const minute = (at: number): string => formatInstant(at).slice(0, 16);

export const approvalWords = ({ approval }: Pick<ScheduleView, "approval">): string => `Approved by ${approval.by} until ${minute(approval.untilAt).slice(0, 10)}`;

export type Fields = Omit<ScheduleDraft, "timetable"> & { readonly kind: Timetable["kind"]; readonly amount: number; readonly unit: "minutes" | "hours" | "days"; readonly days: readonly number[]; readonly at: string; readonly zone: string };
const UNIT_MINUTES = { minutes: 1, hours: 60, days: 1440 } as const;

export const emptyFields = (skillId: string, zone: string): Fields => ({ name: "", skillId, inputs: {}, hosts: [], catchesUp: false, kind: "daily", amount: 1, unit: "hours", days: [1, 2, 3, 4, 5], at: "02:30", zone });

export function fieldsOf({ name, skill, inputs, hosts, catchesUp, timetable }: ScheduleView, zone: string): Fields {
  const fields: Fields = { ...emptyFields(skill.id, zone), name, inputs, hosts, catchesUp, kind: timetable.kind };
  if (timetable.kind !== "every") return { ...fields, at: timetable.at, zone: timetable.zone, ...(timetable.kind === "weekly" && { days: timetable.days }) };
  const unit = timetable.minutes % 1440 === 0 ? "days" : timetable.minutes % 60 === 0 ? "hours" : "minutes";
  return { ...fields, unit, amount: timetable.minutes / UNIT_MINUTES[unit] };
}

export function timetableOf({ kind, amount, unit, days, at, zone }: Fields): Timetable {
  if (kind === "every") return { kind, minutes: amount * UNIT_MINUTES[unit] };
  return kind === "daily" ? { kind, at, zone: zone.trim() } : { kind, days: days.toSorted((one, other) => one - other), at, zone: zone.trim() };
}

export const draftOf = (fields: Fields): ScheduleDraft => ({ name: fields.name.trim(), skillId: fields.skillId, inputs: Object.fromEntries(Object.entries(fields.inputs).filter(([, value]) => value.trim() !== "")), hosts: [...fields.hosts], timetable: timetableOf(fields), catchesUp: fields.catchesUp });

/** What the form still lacks; nothing when it can be asked of the core. */
export function lackOf({ name, skillId, hosts, kind, amount, unit, days, at }: Fields): string | undefined {
  if (name.trim() === "") return "Give it a name.";
  if (skillId === "") return "Choose a runbook.";
  if (hosts.length === 0) return "Choose at least one host.";
  if (kind === "every" && amount * UNIT_MINUTES[unit] < 5) return "Five minutes is the shortest.";
  if (kind === "every" && amount * UNIT_MINUTES[unit] > 7 * 1440) return "Seven days is the longest.";
  if (kind === "weekly" && days.length === 0) return "Choose at least one day.";
  if (kind !== "every" && !/^([01]\d|2[0-3]):[0-5]\d$/.test(at)) return "A time of day is written 02:30.";
  return undefined;
}

export const hostsWords = (names: readonly string[]): string => (names.length > 3 ? `${names.slice(0, 3).join(", ")} and ${names.length - 3} more` : names.join(", "));
/** What becomes of a turn whose time passed. */
export const lateWords = ({ catchesUp }: Pick<ScheduleView, "catchesUp">): string => (catchesUp ? "runs once, as soon as it can" : "is told as missed");
export const missedWords = (missed: number): string => (missed === 0 ? "" : `${plural(missed, "turn")} missed before it.`);
