import { Readable, Writable } from "node:stream";
import { describe, expect, it } from "vitest";
import type { Client, ScheduleTurn, ScheduleView, SenaContract } from "../../../src-main/contract/index.ts";
import { schedulesUse } from "../../../src-main/shells/cli/commands/schedules.ts";

const HOST = { id: "h1", name: "web-01", environment: "prod" } as const;
const NIGHTLY: ScheduleView = {
  id: "sched_1", name: "nightly", owner: { id: "ada", name: "Ada" }, state: "active", say: "", skill: { id: "lab.look", version: "1.0.0", signer: "vendor", title: "A look" }, effect: "read", inputs: { unit: "nginx" }, hosts: ["web-01"], on: [HOST],
  timetable: { kind: "daily", at: "02:30", zone: "UTC" }, catchesUp: true, nextAt: 0, isRunning: false, digest: "a".repeat(64), approval: { state: "none", say: "", by: "", byId: "", at: 0, untilAt: 0 }, createdAt: 0, changedAt: 0,
};
const turnOf = (state: ScheduleTurn["state"]): ScheduleTurn => ({ id: "turn_1", scheduleId: "sched_1", dueAt: 0, beganAt: 0, endedAt: 1, state, say: "said.", hosts: [], missed: 0, askedBy: "Ada" });

/** `sena schedules`, at a core that has these; what it was asked, and what was said. */
async function schedules(args: readonly string[], { all = [NIGHTLY], ends = "ok" }: { all?: readonly ScheduleView[]; ends?: ScheduleTurn["state"] } = {}) {
  const said = { out: "", err: "" };
  const asked: unknown[] = [];
  const keep = (where: "out" | "err") => new Writable({ write: (chunk, _encoding, done) => ((said[where] += String(chunk)), done()) });
  const takes = (name: string) => async (of: unknown) => (asked.push([name, of]), { schedule: all[0] });
  const core = {
    schedules: {
      list: async () => ({ schedules: all }), add: takes("add"), approve: takes("approve"), revoke: takes("revoke"), pause: takes("pause"),
      plan: async () => ({ turns: [Date.UTC(2020, 0, 1, 2, 30), Date.UTC(2099, 0, 1, 2, 30)], isTree: false, leftOut: 2, hosts: [{ host: HOST, problem: "", steps: [{ title: "", script: "uptime", effect: "read", proved: true, verdict: "allow", why: "" }, { title: "", script: "reboot", effect: "mutate", proved: false, verdict: "deny", why: "It needs a person." }] }] }),
      run: async (of: unknown) => (asked.push(["run", of]), { turn: turnOf("running") }),
      turns: async () => ({ turns: [turnOf(ends)] }),
      async *live() {
        yield { schedules: [{ ...NIGHTLY, last: turnOf("running") }] };
        yield { schedules: [{ ...NIGHTLY, last: turnOf(ends) }] };
      },
    },
  };
  const code = await schedulesUse.run(args, { io: { stdin: Readable.from([]), stdout: keep("out"), stderr: keep("err") }, home: "", core: async () => core as unknown as Client<SenaContract> });
  return { code, asked, ...said };
}

describe("sena schedules approve", () => {
  it("shows all that is approved, and approves nothing without --yes", async () => {
    const { code, asked, out } = await schedules(["approve", "nightly", "--days", "7"]);
    expect({ code, asked }).toEqual({ code: 64, asked: [] });
    for (const part of ["lab.look on web-01", "daily at 02:30, UTC", "next turns    Wed 2020-01-01 02:30\n", "Thu 2099-01-01 02:30  after this approval ends", '{"unit":"nginx"}', "a missed turn runs once, as soon as it can", "web-01 (prod)", "runs  read", "refused  mutate", "It needs a person.", "and 2 hosts more", "Nothing was approved."]) expect(out).toContain(part);
  });
  it("approves what was shown, and no other", async () => {
    expect((await schedules(["approve", "nightly", "--days", "7", "--yes"])).asked).toEqual([["approve", { scheduleId: "sched_1", digest: NIGHTLY.digest, days: 7 }]]);
  });
  it.each(["soon", "0", "367"])("for %s days, which are none or too many, shows nothing as if it could be given, and asks for nothing", async (days) => {
    const { code, asked, out, err } = await schedules(["approve", "nightly", "--days", days]);
    expect({ code, asked, out }).toEqual({ code: 64, asked: [], out: "" });
    expect(err).toContain(`1 to 366, not "${days}"`);
  });
  it("that ends before the next turn is told as such in the list", async () => {
    const approval = { state: "holds", say: "", by: "Bea", byId: "bea", at: 0, untilAt: 1000 } as const;
    expect((await schedules(["list"], { all: [{ ...NIGHTLY, nextAt: 2000, approval }] })).out).toContain("until 1970-01-01T00:00Z, before its next turn");
    expect((await schedules(["list"], { all: [{ ...NIGHTLY, nextAt: 500, approval }] })).out).not.toContain("before its next turn");
  });
  it("of an id means that schedule, though another took it for its name", async () => {
    const other: ScheduleView = { ...NIGHTLY, id: "sched_0", name: "sched_1", digest: "b".repeat(64) };
    expect((await schedules(["approve", "sched_1", "--yes"], { all: [other, NIGHTLY] })).asked).toEqual([["approve", { scheduleId: "sched_1", digest: NIGHTLY.digest, days: 90 }]]);
  });
  it("is taken back by revoke; of what is no schedule nothing is asked", async () => {
    expect((await schedules(["revoke", "nightly"])).asked).toEqual([["revoke", { scheduleId: "sched_1" }]]);
    await expect(schedules(["revoke", "weekly"])).rejects.toThrow(/There is no schedule "weekly"/);
  });
});

describe("sena schedules run", () => {
  it.each([["ok", 0], ["refused", 4], ["trouble", 1], ["unknown", 1]] as const)("waits for the end and tells it: %s ends with %d", async (ends, code) => {
    const { out, ...answer } = await schedules(["run", "nightly"], { ends });
    expect(answer).toMatchObject({ code, asked: [["run", { scheduleId: "sched_1" }]] });
    expect(out).toContain(ends);
  });
});

describe("sena schedules add", () => {
  const add = async (...words: string[]) => (await schedules(["add", "n", "--skill", "lab.look", "--host", "web-01", ...words])).asked;
  it.each([
    [["--every", "2h"], { kind: "every", minutes: 120 }],
    [["--at", "02:30", "--zone", "UTC"], { kind: "daily", at: "02:30", zone: "UTC" }],
    [["--at", "22:00", "--monthly", "last-sun", "--zone", "UTC"], { kind: "weekday-of-month", nth: "last", weekday: 7, at: "22:00", zone: "UTC" }],
    [["--at", "02:30", "--on", "thu,Monday,thu", "--zone", "UTC"], { kind: "weekly", days: [1, 4], at: "02:30", zone: "UTC" }],
  ])("reads %j", async (words, timetable) => {
    expect(await add(...words, "--input", "unit=a=b")).toEqual([["add", { name: "n", skillId: "lab.look", hosts: ["web-01"], inputs: { unit: "a=b" }, timetable, catchesUp: false, isActive: true }]]);
  });
  it.each([
    [[], "make no timetable"], [["--every", "soon"], "make no timetable"], [["--every", "2h", "--at", "02:30"], "make no timetable"], [["--at", "02:30", "--on", "someday"], "make no timetable"],
    [["--at", "02:30", "--monthly", "fifth-tue"], "make no timetable"], [["--at", "02:30", "--monthly", "32"], "make no timetable"], [["--every", "2h", "--input", "unit"], "key=value"],
  ])("refuses %j, asks nothing, and says what is lacking", async (words, lack) => {
    const { asked, err, code } = await schedules(["add", "n", "--skill", "lab.look", "--host", "web-01", ...words]);
    expect({ asked, code }).toEqual({ asked: [], code: 64 });
    expect(err).toContain(lack);
  });
  it("says which of runbook and hosts is not there", async () => {
    expect((await schedules(["add", "n", "--at", "02:30", "--host", "web-01"])).err).toContain("Which runbook?");
    expect((await schedules(["add", "n", "--at", "02:30", "--skill", "lab.look"])).err).toContain("On which hosts?");
  });
});
