import type { Timetable } from "./schedules.ts";

// What a timetable says, in the same words wherever somebody reads it before a yes: on the screen and on the command line.

export const DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"] as const;
export const LONG_DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"] as const;
/** Which of a month's Tuesdays. No fifth: most months have none, and who says it means the last. */
export const NTHS = ["first", "second", "third", "fourth", "last"] as const;
/** Every month has this many days. */
export const SURE_DAYS = 28;

const ordinal = (day: number): string => `${day}${(Math.floor(day / 10) === 1 ? undefined : ["", "st", "nd", "rd"][day % 10]) || "th"}`;

export function timetableWords(timetable: Timetable): string {
  if (timetable.kind === "every") return everyWords(timetable.minutes);
  return `${daysWords(timetable)} at ${timetable.at}, ${timetable.zone}`;
}

function everyWords(minutes: number): string {
  if (minutes % 1440 === 0) return minutes === 1440 ? "every 24 hours" : `every ${minutes / 1440} days`;
  if (minutes % 60 === 0) return minutes === 60 ? "every hour" : `every ${minutes / 60} hours`;
  return `every ${minutes} minutes`;
}

function daysWords(timetable: Exclude<Timetable, { readonly kind: "every" }>): string {
  switch (timetable.kind) {
    case "daily":
      return "daily";
    case "weekly":
      return timetable.days.toSorted((one, other) => one - other).map((day) => DAYS[day - 1]).join(", ");
    case "day-of-month":
      return `the ${ordinal(timetable.day)} of each month${timetable.day > SURE_DAYS ? " (the last day of a shorter one)" : ""}`;
    case "weekday-of-month":
      return `the ${timetable.nth} ${LONG_DAYS[timetable.weekday - 1]} of each month`;
    default:
      return timetable satisfies never;
  }
}

/** One of its turns, with the day of the week, by the clock it goes by: `Tue 2026-12-08 22:00`. Elapsed time goes by the reader's own. */
export function turnWords(at: number, timetable: Timetable): string {
  const zone = timetable.kind === "every" ? {} : { timeZone: timetable.zone };
  const format = new Intl.DateTimeFormat("en-US", { ...zone, calendar: "iso8601", hourCycle: "h23", weekday: "short", year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" });
  const { weekday, year, month, day, hour, minute } = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
  return `${weekday} ${year}-${month}-${day} ${hour}:${minute}`;
}
