import type { Timetable } from "../contract/schedules.ts";
import { NTHS } from "../contract/timetable-words.ts";

// When turns fall. Pure: instants in, instants out. `every` counts elapsed time from when the timetable was set, so no change
// of a clock moves it. A time of day is read from the wall clock of its zone: one that a clock change skips falls on the
// moment the clock jumps; one that comes twice falls on the first.

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** A day before and a day after: no zone keeps its two offsets further apart. */
const AROUND_MS = DAY_MS;
const WEEK_DAYS = 7;
/** From one last Sunday to the next, at most. */
const MOST_DAYS = 5 * WEEK_DAYS;

const formatters = new Map<string, Intl.DateTimeFormat>();
function formatterOf(zone: string): Intl.DateTimeFormat {
  const known = formatters.get(zone);
  if (known) return known;
  const made = new Intl.DateTimeFormat("en-US", { timeZone: zone, calendar: "iso8601", hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric", second: "numeric" });
  formatters.set(zone, made);
  return made;
}

export function isZone(zone: string): boolean {
  try {
    formatterOf(zone);
    return true;
  } catch {
    return false;
  }
}

/** The wall clock of a zone at an instant, written as if it were UTC: differences of two such numbers are differences of walls. */
export function wallAt(zone: string, at: number): number {
  const parts: Record<string, number> = {};
  for (const { type, value } of formatterOf(zone).formatToParts(at)) if (type !== "literal") parts[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}
const offsetAt = (zone: string, at: number): number => wallAt(zone, at) - Math.floor(at / 1000) * 1000;

/** The instant at which the wall clock of a zone first shows this, or passes it by. */
export function instantOf(zone: string, wall: number): number {
  const before = offsetAt(zone, wall - AROUND_MS);
  const after = offsetAt(zone, wall + AROUND_MS);
  const shown = [wall - before, wall - after].filter((at) => wallAt(zone, at) === wall);
  if (shown.length > 0) return Math.min(...shown);
  // Skipped: the first instant whose wall is past it.
  let [low, high] = [wall - Math.max(before, after), wall - Math.min(before, after)];
  while (high - low > 1000) {
    const middle = Math.floor((low + high) / 2000) * 1000;
    if (middle <= low) break;
    if (wallAt(zone, middle) > wall) high = middle;
    else low = middle;
  }
  return high;
}

/** The first turn after this instant. `anchorAt` is when the timetable was set. */
export function nextTurn(timetable: Timetable, anchorAt: number, after: number): number {
  switch (timetable.kind) {
    case "every": {
      const stepMs = timetable.minutes * MINUTE_MS;
      return anchorAt + Math.max(1, Math.floor((after - anchorAt) / stepMs) + 1) * stepMs;
    }
    case "daily":
    case "weekly":
    case "day-of-month":
    case "weekday-of-month": {
      const [hour = 0, minute = 0] = timetable.at.split(":").map(Number);
      const timeMs = (hour * 60 + minute) * MINUTE_MS;
      const today = Math.floor(wallAt(timetable.zone, after) / DAY_MS) * DAY_MS;
      // From the day before: a skipped time may fall on the next day's first moment. Two days more than the longest wait: the same the other way round.
      for (let day = -1; day <= MOST_DAYS + 2; day += 1) {
        const date = new Date(today + day * DAY_MS);
        if (!fallsOn(timetable, date)) continue;
        const at = instantOf(timetable.zone, date.getTime() + timeMs);
        if (at > after) return at;
      }
      throw new RangeError("a timetable without a next turn");
    }
    default:
      return timetable satisfies never;
  }
}

/** Whether this day of the wall's calendar has a turn. */
function fallsOn(timetable: Exclude<Timetable, { readonly kind: "every" }>, date: Date): boolean {
  const weekday = date.getUTCDay() || WEEK_DAYS;
  const day = date.getUTCDate();
  const monthDays = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  switch (timetable.kind) {
    case "daily":
      return true;
    case "weekly":
      return timetable.days.includes(weekday);
    case "day-of-month":
      return day === Math.min(timetable.day, monthDays);
    case "weekday-of-month":
      return weekday === timetable.weekday && (timetable.nth === "last" ? day + WEEK_DAYS > monthDays : NTHS[Math.ceil(day / WEEK_DAYS) - 1] === timetable.nth);
    default:
      return timetable satisfies never;
  }
}

/** The first so many after this instant. */
export function nextTurns(timetable: Timetable, anchorAt: number, after: number, count: number): number[] {
  const turns: number[] = [];
  for (let at = after; turns.length < count; turns.push(at)) at = nextTurn(timetable, anchorAt, at);
  return turns;
}

/** A turn begun this late was slept over, not merely delayed by a busy machine. */
export const LATE_MS = 2 * MINUTE_MS;
/** So far back missed turns are counted one by one; nobody acts on the difference between these and more. */
const MOST_COUNTED = 1000;

export type Standing = {
  readonly timetable: Timetable;
  readonly anchorAt: number;
  /** The turn it waits for. */
  readonly nextAt: number;
  readonly now: number;
  readonly catchesUp: boolean;
  /** That turn has been taken, by an earlier process or before the clock was set back. */
  readonly isTaken: (dueAt: number) => boolean;
};
export type Due =
  | { readonly kind: "wait"; readonly nextAt: number }
  | { readonly kind: "run"; readonly dueAt: number; readonly missed: number; readonly nextAt: number }
  | { readonly kind: "missed"; readonly dueAt: number; readonly missed: number; readonly nextAt: number };

/** What to do now: at most one turn, however long the machine slept, and none twice, however the clock was set. */
export function dueNow({ timetable, anchorAt, nextAt, now, catchesUp, isTaken }: Standing): Due {
  const upcoming = freeAfter(timetable, anchorAt, now, isTaken);
  // Planned later than the timetable says: the clock was set back since. Earlier turns that were taken stay taken.
  if (nextAt > now) return { kind: "wait", nextAt: upcoming };
  let dueAt = nextAt;
  let missed = 0;
  for (let at = nextAt; at <= now && missed < MOST_COUNTED; at = nextTurn(timetable, anchorAt, at)) {
    if (at !== dueAt) missed += 1;
    dueAt = at;
  }
  if (isTaken(dueAt)) return { kind: "wait", nextAt: upcoming };
  if (now - dueAt <= LATE_MS || catchesUp) return { kind: "run", dueAt, missed, nextAt: upcoming };
  return { kind: "missed", dueAt, missed: missed + 1, nextAt: upcoming };
}

function freeAfter(timetable: Timetable, anchorAt: number, after: number, isTaken: (dueAt: number) => boolean): number {
  let at = nextTurn(timetable, anchorAt, after);
  while (isTaken(at)) at = nextTurn(timetable, anchorAt, at);
  return at;
}
