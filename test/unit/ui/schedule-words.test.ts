import { describe, expect, it } from "vitest";
import type { ScheduleView, Timetable } from "../../../src-main/contract/index.ts";
import { timetableOf as timetableSaid, timetableWords as timetableLine } from "../../../src-main/shells/cli/commands/schedules.ts";
import { draftOf, emptyFields, fieldsOf, lackOf, timetableWords } from "../../../src-renderer/features/runbooks/schedule-words.ts";

const ALL: readonly Timetable[] = [{ kind: "every", minutes: 45 }, { kind: "every", minutes: 120 }, { kind: "every", minutes: 2880 }, { kind: "daily", at: "02:30", zone: "Europe/Berlin" }, { kind: "weekly", days: [1, 6], at: "23:05", zone: "UTC" }];
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

describe("a schedule on the command line", () => {
  it.each([
    [{ every: "15m" }, "every 15 min"], [{ every: "6h" }, "every 6 h"], [{ every: "90" }, "every 90 min"], [{ every: "2d" }, "every 2 d"],
    [{ at: "02:30" }, "daily 02:30 UTC"], [{ at: "02:30", on: "sat,Monday" }, "mon,sat 02:30 UTC"],
  ])("%j is read as %s", (said, line) => {
    const timetable = timetableSaid({ ...said, zone: "UTC" });
    expect(timetable && timetableLine(timetable)).toBe(line);
  });
  it.each([{}, { every: "soon" }, { every: "5m", at: "02:30" }, { at: "02:30", on: "mon,someday" }, { on: "mon" }])("%j is no timetable", (said) => expect(timetableSaid({ ...said, zone: "UTC" })).toBeUndefined());
});
