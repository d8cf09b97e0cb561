import { describe, expect, it } from "vitest";
import type { ScheduleView, Timetable } from "../../../src-main/contract/index.ts";
import { timetableWords, turnWords } from "../../../src-main/contract/timetable-words.ts";
import { timetableOf as timetableSaid } from "../../../src-main/shells/cli/commands/schedules.ts";
import { draftOf, emptyFields, fieldsOf, lackOf, nextWords, turnLine } from "../../../src-renderer/features/runbooks/schedule-words.ts";

const ALL: readonly Timetable[] = [{ kind: "every", minutes: 45 }, { kind: "every", minutes: 120 }, { kind: "every", minutes: 2880 }, { kind: "daily", at: "02:30", zone: "Europe/Berlin" }, { kind: "weekly", days: [1, 6], at: "23:05", zone: "UTC" }, { kind: "day-of-month", day: 31, at: "22:00", zone: "UTC" }, { kind: "weekday-of-month", nth: "second", weekday: 2, at: "22:00", zone: "UTC" }];
const viewOf = (timetable: Timetable) => ({ name: "n", skill: { id: "lab.look" }, inputs: { path: "/var" }, hosts: ["web-01"], catchesUp: true, timetable }) as unknown as ScheduleView;

describe("a schedule in a form", () => {
  it.each(ALL.map((timetable) => [timetableWords(timetable), timetable] as const))("%s comes out as it went in", (_words, timetable) => {
    expect(draftOf(fieldsOf(viewOf(timetable), "UTC"))).toEqual({ name: "n", skillId: "lab.look", inputs: { path: "/var" }, hosts: ["web-01"], catchesUp: true, timetable });
  });
  it("says what it lacks, one thing after the other", () => {
    const fields = { ...emptyFields("", "UTC") };
    expect(lackOf(fields)).toBe("Give it a name.");
    expect(lackOf({ ...fields, name: "n" })).toBe("Choose a runbook.");
    const ready = { ...fields, name: "n", skillId: "s", hosts: ["h"] };
    expect(lackOf(ready)).toBeUndefined();
    expect(lackOf({ ...ready, at: "24:00" })).toBe("A time of day is written 02:30.");
    expect(lackOf({ ...ready, kind: "weekly", days: [] })).toBe("Choose at least one day.");
    expect(lackOf({ ...ready, kind: "every", amount: 4, unit: "minutes" })).toBe("Five minutes is the shortest.");
    expect(lackOf({ ...ready, kind: "every", amount: 8, unit: "days" })).toBe("Seven days is the longest.");
  });
});

describe("a turn in words", () => {
  const patchDay: Timetable = { kind: "weekday-of-month", nth: "second", weekday: 2, at: "23:30", zone: "America/New_York" };
  it("is told by the clock its timetable goes by, and by this one where that is another", () => {
    const at = Date.UTC(2026, 11, 9, 4, 30);
    expect(turnWords(at, patchDay)).toBe("Tue 2026-12-08 23:30");
    const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
    const [zone, words] = here === "Pacific/Apia" ? ["America/Lima", "Tue 2026-12-08 23:30"] : ["Pacific/Apia", "Wed 2026-12-09 17:30"];
    expect(turnLine(at, { ...patchDay, zone: here })).not.toContain("here");
    expect(turnLine(at, { ...patchDay, zone }).replace(/\(2026-12-\d\d \d\d:\d\d here\)$/, "(here)")).toBe(`${words} (here)`);
    expect(turnWords(Date.UTC(2027, 0, 1), { ...patchDay, zone: "UTC" })).toBe("Fri 2027-01-01 00:00");
  });
  it("that is near is told by how far, and else by its day where its clock hangs", () => {
    const at = Date.UTC(2026, 11, 9, 4, 30);
    const waits = { state: "active", nextAt: at, isRunning: false, timetable: patchDay } as const;
    expect(nextWords(waits, at - 3 * 3_600_000)).toBe("next in 3\u00a0h");
    expect(nextWords(waits, at - 30 * 3_600_000)).toBe("next Tue 2026-12-08 23:30");
    expect(nextWords({ ...waits, state: "paused", nextAt: null }, at)).toBe("paused");
  });
});

describe("a schedule on the command line", () => {
  it.each([
    [{ every: "15m" }, "every 15 minutes"], [{ every: "6h" }, "every 6 hours"], [{ every: "90" }, "every 90 minutes"], [{ every: "2d" }, "every 2 days"],
    [{ at: "02:30" }, "daily at 02:30, UTC"], [{ at: "02:30", on: "sat,Monday" }, "Mon, Sat at 02:30, UTC"],
    [{ at: "22:00", monthly: "second-tue" }, "the second Tuesday of each month at 22:00, UTC"], [{ at: "22:00", monthly: "Last Sunday" }, "the last Sunday of each month at 22:00, UTC"],
    [{ at: "22:00", monthly: "1" }, "the 1st of each month at 22:00, UTC"], [{ at: "22:00", monthly: "12" }, "the 12th of each month at 22:00, UTC"], [{ at: "22:00", monthly: "23" }, "the 23rd of each month at 22:00, UTC"], [{ at: "22:00", monthly: "31" }, "the 31st of each month (the last day of a shorter one) at 22:00, UTC"],
  ])("%j is read as %s", (said, line) => {
    const timetable = timetableSaid({ ...said, zone: "UTC" });
    expect(timetable && timetableWords(timetable)).toBe(line);
  });
  it.each([{}, { every: "soon" }, { every: "5m", at: "02:30" }, { at: "02:30", on: "mon,someday" }, { on: "mon" }, { monthly: "1" }, { at: "22:00", monthly: "1", on: "mon" }, { every: "1d", monthly: "1" }, { at: "22:00", monthly: "fifth-tue" }, { at: "22:00", monthly: "second-day" }, { at: "22:00", monthly: "last-sun-mon" }, { at: "22:00", monthly: "tue" }])("%j is no timetable", (said) => expect(timetableSaid({ ...said, zone: "UTC" })).toBeUndefined());
});
