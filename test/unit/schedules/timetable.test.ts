import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Timetable } from "../../../src-main/contract/index.ts";
import { NTHS } from "../../../src-main/contract/timetable-words.ts";
import { dueNow, instantOf, isZone, LATE_MS, nextTurn, nextTurns, wallAt, type Standing } from "../../../src-main/schedules/timetable.ts";

const HOUR = 3600_000;
const DAY = 24 * HOUR;
const at = (text: string): number => Date.parse(text);
const daily = (time: string, zone = "Europe/Berlin"): Timetable => ({ kind: "daily", at: time, zone });
const monthly = (day: number): Timetable => ({ kind: "day-of-month", day, at: "22:00", zone: "UTC" });
const patchDay = (nth: (typeof NTHS)[number], weekday: number): Timetable => ({ kind: "weekday-of-month", nth, weekday, at: "22:00", zone: "UTC" });
const turns = (timetable: Timetable, after: string, count: number): string[] => {
  const found: string[] = [];
  for (let now = at(after); found.length < count; found.push(new Date(now).toISOString().slice(0, 16))) now = nextTurn(timetable, at(after), now);
  return found;
};

describe("the next turn", () => {
  it("of elapsed time is counted from when it was set, whatever the clocks of the land do", () => {
    expect(turns({ kind: "every", minutes: 90 }, "2026-03-29T00:10:00Z", 3)).toEqual(["2026-03-29T01:40", "2026-03-29T03:10", "2026-03-29T04:40"]);
    expect(nextTurn({ kind: "every", minutes: 60 }, at("2026-05-01T12:00:00Z"), at("2026-04-01T00:00:00Z"))).toBe(at("2026-05-01T13:00:00Z"));
  });
  it("of a time of day keeps the wall clock over both changes of the clock", () => {
    expect(turns(daily("08:00"), "2026-03-27T12:00:00Z", 3)).toEqual(["2026-03-28T07:00", "2026-03-29T06:00", "2026-03-30T06:00"]);
    expect(turns(daily("08:00"), "2026-10-23T12:00:00Z", 3)).toEqual(["2026-10-24T06:00", "2026-10-25T07:00", "2026-10-26T07:00"]);
  });
  it("whose time is skipped falls on the moment the clock jumps, once", () => {
    expect(turns(daily("02:30"), "2026-03-28T12:00:00Z", 2)).toEqual(["2026-03-29T01:00", "2026-03-30T00:30"]);
  });
  it("whose time comes twice falls on the first, once", () => {
    expect(turns(daily("02:30"), "2026-10-24T12:00:00Z", 2)).toEqual(["2026-10-25T00:30", "2026-10-26T01:30"]);
  });
  it("passes the ends of months, of years and of February", () => {
    expect(turns(daily("23:30", "UTC"), "2028-02-28T23:30:00Z", 2)).toEqual(["2028-02-29T23:30", "2028-03-01T23:30"]);
    expect(turns({ kind: "weekly", days: [4, 5], at: "00:00", zone: "UTC" }, "2026-12-30T00:00:00Z", 3)).toEqual(["2026-12-31T00:00", "2027-01-01T00:00", "2027-01-07T00:00"]);
  });
  it("of a day of the month passes shorter months on their last day, so that none goes without", () => {
    expect(turns(monthly(31), "2027-01-01T00:00:00Z", 5)).toEqual(["2027-01-31T22:00", "2027-02-28T22:00", "2027-03-31T22:00", "2027-04-30T22:00", "2027-05-31T22:00"]);
    expect(turns(monthly(30), "2028-01-31T00:00:00Z", 3)).toEqual(["2028-02-29T22:00", "2028-03-30T22:00", "2028-04-30T22:00"]);
    expect(turns(monthly(1), "2026-12-01T22:00:00Z", 2)).toEqual(["2027-01-01T22:00", "2027-02-01T22:00"]);
  });
  it("of a weekday of the month is the one of that number, or the last, be it the fourth or the fifth", () => {
    expect(turns(patchDay("second", 2), "2026-11-22T00:00:00Z", 5)).toEqual(["2026-12-08T22:00", "2027-01-12T22:00", "2027-02-09T22:00", "2027-03-09T22:00", "2027-04-13T22:00"]);
    expect(turns(patchDay("last", 7), "2026-11-22T00:00:00Z", 3)).toEqual(["2026-11-29T22:00", "2026-12-27T22:00", "2027-01-31T22:00"]);
    expect(turns(patchDay("first", 1), "2027-01-31T00:00:00Z", 2)).toEqual(["2027-02-01T22:00", "2027-03-01T22:00"]);
  });
  it("of the last Sunday meets both changes of the clock: the jump, and the first of two", () => {
    const nights: Timetable = { kind: "weekday-of-month", nth: "last", weekday: 7, at: "02:30", zone: "Europe/Berlin" };
    expect(turns(nights, "2027-03-01T00:00:00Z", 1)).toEqual(["2027-03-28T01:00"]);
    expect(turns(nights, "2027-10-01T00:00:00Z", 2)).toEqual(["2027-10-31T00:30", "2027-11-28T01:30"]);
  });
  it("of a day that a land left out falls on the moment it did", () => {
    expect(turns({ kind: "day-of-month", day: 30, at: "12:00", zone: "Pacific/Apia" }, "2011-12-01T00:00:00Z", 2)).toEqual(["2011-12-30T10:00", "2012-01-29T22:00"]);
  });
  it("knows a land that once left out a whole day, and half-hour zones", () => {
    expect(turns(daily("12:00", "Pacific/Apia"), "2011-12-29T20:00:00Z", 3)).toEqual(["2011-12-29T22:00", "2011-12-30T10:00", "2011-12-30T22:00"]);
    expect(turns(daily("06:15", "Asia/Kathmandu"), "2026-01-01T01:00:00Z", 1)).toEqual(["2026-01-02T00:30"]);
    expect(turns(daily("02:15", "Australia/Lord_Howe"), "2026-10-03T00:00:00Z", 1)).toEqual(["2026-10-03T15:30"]);
  });
  it("knows a zone from a word that is none", () => expect([isZone("Europe/Berlin"), isZone("UTC"), isZone("Mars/Olympus")]).toEqual([true, true, false]));
});

const ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Santiago", "Asia/Kolkata"] as const;
const Time = fc.tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 })).map((parts) => parts.map((part) => String(part).padStart(2, "0")).join(":"));
const Zone = fc.constantFrom(...ZONES);
const AnyMonthly: fc.Arbitrary<Monthly> = fc.oneof(
  fc.record({ kind: fc.constant("day-of-month" as const), day: fc.integer({ min: 1, max: 31 }), at: Time, zone: Zone }),
  fc.record({ kind: fc.constant("weekday-of-month" as const), nth: fc.constantFrom(...NTHS), weekday: fc.integer({ min: 1, max: 7 }), at: Time, zone: Zone }),
);
const AnyTimetable: fc.Arbitrary<Timetable> = fc.oneof(
  AnyMonthly,
  fc.record({ kind: fc.constant("every" as const), minutes: fc.integer({ min: 5, max: 10_080 }) }),
  fc.record({ kind: fc.constant("daily" as const), at: Time, zone: Zone }),
  fc.record({ kind: fc.constant("weekly" as const), days: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1 }), at: Time, zone: Zone }),
);
const Instant = fc.integer({ min: at("2020-01-01T00:00:00Z"), max: at("2031-01-01T00:00:00Z") });

describe("any timetable", () => {
  it("gives a turn after the instant asked about, the same one for every instant before it, and no further ahead than it may be", () => {
    fc.assert(
      fc.property(AnyTimetable, Instant, fc.double({ min: 0, max: 1, noNaN: true }), (timetable, now, share) => {
        const next = nextTurn(timetable, at("2020-01-01T00:00:00Z"), now);
        expect(next).toBeGreaterThan(now);
        expect(next - now).toBeLessThanOrEqual((timetable.kind === "day-of-month" || timetable.kind === "weekday-of-month" ? 36 : 8) * DAY);
        const between = Math.floor(now + share * (next - 1 - now));
        expect(nextTurn(timetable, at("2020-01-01T00:00:00Z"), between)).toBe(next);
      }),
      { numRuns: 300 },
    );
  });
  it("shows its own time on the wall, or the wall jumped over it just then", () => {
    fc.assert(
      fc.property(Time, Zone, Instant, (time, zone, now) => {
        const next = nextTurn({ kind: "daily", at: time, zone }, 0, now);
        const shown = new Date(wallAt(zone, next)).toISOString().slice(11, 16);
        if (shown === time) return;
        expect(wallAt(zone, next) - wallAt(zone, next - 1000)).toBeGreaterThan(1000);
      }),
      { numRuns: 300 },
    );
  });
  it("turns a wall clock into the first instant that shows it", () => {
    fc.assert(fc.property(Zone, Instant, (zone, now) => {
      const whole = Math.floor(now / 1000) * 1000;
      const found = instantOf(zone, wallAt(zone, whole));
      expect(found).toBeLessThanOrEqual(whole);
      expect(wallAt(zone, found)).toBe(wallAt(zone, whole));
    }), { numRuns: 300 });
  });
});

type Monthly = Extract<Timetable, { readonly kind: "day-of-month" | "weekday-of-month" }>;

/** As somebody does it with a wall calendar and a wall clock, knowing nothing of offsets: cross off days, then watch the minutes. */
function byHand(timetable: Monthly, after: number, count: number): number[] {
  const found: number[] = [];
  const { year, month } = { year: new Date(after).getUTCFullYear(), month: new Date(after).getUTCMonth() };
  for (let ahead = -1; found.length < count; ahead += 1) {
    const days = Array.from({ length: 31 }, (_, n) => new Date(Date.UTC(year, month + ahead, 1) + n * DAY)).filter((day) => day.getUTCMonth() === (month + ahead + 12) % 12);
    const alike = days.filter((day) => (day.getUTCDay() === 0 ? 7 : day.getUTCDay()) === (timetable.kind === "weekday-of-month" ? timetable.weekday : 0));
    const chosen = timetable.kind === "day-of-month" ? (days[timetable.day - 1] ?? days.at(-1)) : timetable.nth === "last" ? alike.at(-1) : alike[["first", "second", "third", "fourth"].indexOf(timetable.nth)];
    const said = at(`${chosen?.toISOString().slice(0, 10)}T${timetable.at}:00Z`);
    let moment = said - 15 * HOUR;
    while (wallAt(timetable.zone, moment) < said) moment += 60_000;
    if (moment > after) found.push(moment);
  }
  return found;
}
/** Where calendars and clocks have their corners: the ends of months and years, and the nights in which clocks are changed. */
const Corner = fc.tuple(fc.constantFrom("2026-12-31", "2027-02-28", "2028-02-29", "2027-03-28", "2027-10-31", "2027-03-14", "2027-11-07", "2027-04-04", "2027-10-03", "2027-09-05"), fc.integer({ min: -36 * 60, max: 36 * 60 })).map(([day, minutes]) => at(`${day}T00:00:00Z`) + minutes * 60_000);

describe("any monthly timetable", () => {
  it("falls where somebody finds it who goes through the calendar day by day and the clock minute by minute", () => {
    fc.assert(fc.property(AnyMonthly, fc.oneof(Corner, Instant), (timetable, now) => {
      expect(nextTurns(timetable, 0, now, 2)).toEqual(byHand(timetable, now, 2));
    }), { numRuns: 100 });
  });
  it("has one turn in each month, over years", () => {
    fc.assert(
      fc.property(AnyMonthly, Instant, (timetable, now) => {
        const months = nextTurns(timetable, 0, now, 30).map((turn) => new Date(wallAt(timetable.zone, turn))).map((wall) => wall.getUTCFullYear() * 12 + wall.getUTCMonth());
        expect(months).toEqual(months.map((_, n) => (months[0] as number) + n));
      }),
      { numRuns: 100 },
    );
  });
});

const standing = (more: Partial<Standing>): Standing => ({ timetable: { kind: "every", minutes: 60 }, anchorAt: 0, nextAt: HOUR, now: HOUR, catchesUp: false, isTaken: () => false, ...more });

describe("what is due now", () => {
  it("is nothing before its time, one turn at its time, and that turn though the machine was a little busy", () => {
    expect(dueNow(standing({ now: HOUR - 1 }))).toEqual({ kind: "wait", nextAt: HOUR });
    expect(dueNow(standing({}))).toEqual({ kind: "run", dueAt: HOUR, missed: 0, nextAt: 2 * HOUR });
    expect(dueNow(standing({ now: HOUR + LATE_MS }))).toMatchObject({ kind: "run", dueAt: HOUR });
  });
  it("after a long sleep is told as missed, all of it in one word", () => {
    expect(dueNow(standing({ now: 9 * HOUR + LATE_MS + 1 }))).toEqual({ kind: "missed", dueAt: 9 * HOUR, missed: 9, nextAt: 10 * HOUR });
  });
  it("after a long sleep is one turn where it was asked to catch up, never a burst", () => {
    expect(dueNow(standing({ now: 9.5 * HOUR, catchesUp: true }))).toEqual({ kind: "run", dueAt: 9 * HOUR, missed: 8, nextAt: 10 * HOUR });
  });
  it("is no turn that was taken before the clock was set back", () => {
    const taken = new Set([2 * HOUR, 3 * HOUR]);
    const isTaken = (due: number) => taken.has(due);
    expect(dueNow(standing({ nextAt: 4 * HOUR, now: 1.5 * HOUR, isTaken }))).toEqual({ kind: "wait", nextAt: 4 * HOUR });
    expect(dueNow(standing({ nextAt: 2 * HOUR, now: 2 * HOUR, isTaken }))).toEqual({ kind: "wait", nextAt: 4 * HOUR });
  });
  it("comes nearer again when a clock that was far ahead is set right", () => {
    expect(dueNow(standing({ nextAt: 9000 * HOUR, now: 5.5 * HOUR, isTaken: (due) => due === 8999 * HOUR }))).toEqual({ kind: "wait", nextAt: 6 * HOUR });
  });
  it("is, whatever the clock does, never one turn twice and never two at once", () => {
    fc.assert(
      fc.property(AnyTimetable, Instant, fc.boolean(), fc.array(fc.integer({ min: -2 * DAY, max: 10 * DAY }), { maxLength: 30 }), (timetable, start, catchesUp, steps) => {
        const taken = new Set<number>();
        let now = start;
        let nextAt = nextTurn(timetable, start, start);
        for (const step of steps) {
          now += step;
          const due = dueNow({ timetable, anchorAt: start, nextAt, now, catchesUp, isTaken: (at) => taken.has(at) });
          if (due.kind !== "wait") {
            expect(taken.has(due.dueAt)).toBe(false);
            expect(due.dueAt).toBeLessThanOrEqual(now);
            taken.add(due.dueAt);
          }
          expect(due.nextAt).toBeGreaterThan(now);
          nextAt = due.nextAt;
        }
      }),
      { numRuns: 200 },
    );
  });
});
