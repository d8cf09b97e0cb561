import type { SchedulePlan, ScheduleTurn, ScheduleView } from "../../../src-main/contract/index.ts";
import type { Preview } from "../../lib/preview.ts";
import { ApprovedThing, ScheduleApproval } from "./schedule-approval.tsx";
import { ScheduleList } from "./schedule-list.tsx";
import { ScheduleFacts, ScheduleHead, TurnCard, TurnTable } from "./schedule-page.tsx";
import { emptyFields } from "./schedule-words.ts";
import { TimetableField } from "./timetable-field.tsx";

const nothing = () => {};
const NOW = Date.UTC(2026, 10, 22, 8, 0);
const web = { id: "web-01", name: "web-01", environment: "prod" } as const;
const db = { id: "db-01", name: "db-01", environment: "staging" } as const;
const trouble: ScheduleTurn = {
  id: "turn_2", scheduleId: "sched_1", dueAt: NOW - 3_600_000, beganAt: NOW - 3_600_000, endedAt: NOW - 3_598_500, state: "trouble", say: "1 of 2 hosts: db-01. /var on db-01 is 95 % full: only 2.0 GB free.", runId: "run_2", missed: 0, askedBy: "",
  hosts: [{ host: web, outcome: "ok", say: "2 file systems on web-01 are below 85 %." }, { host: db, outcome: "trouble", say: "/var on db-01 is 95 % full: only 2.0 GB free." }],
};
const turnOf = (state: ScheduleTurn["state"], more: Partial<ScheduleTurn> = {}): ScheduleTurn => ({ ...trouble, id: `turn_${state}`, state, say: "", hosts: [], ...more });
const turns: readonly ScheduleTurn[] = [
  trouble, turnOf("ok", { say: "All 2 hosts are well." }), turnOf("missed", { say: "SENA was not running or this machine slept.", missed: 3, endedAt: NOW }), turnOf("refused", { say: "Not allowed: nobody is at the screen. Nobody has approved its turns." }),
  turnOf("unreachable", { say: "db-01 does not answer." }), turnOf("unknown", { say: "SENA ended in the middle of it. What had begun may have run to its end; nothing of it is run again." }), turnOf("stopped", { say: "Stopped by Mara Lind." }), turnOf("running", { endedAt: null }),
];
const nightly: ScheduleView = {
  id: "sched_1", name: "Disks, each night", owner: { id: "op_1", name: "Mara Lind" }, state: "active", say: "", skill: { id: "linux-core.disk-usage", version: "1.0.0", signer: "SENA", title: "How full the disks are" }, effect: "read", inputs: { path: "/var" }, hosts: ["web-01", "tag:db"], on: [web, db],
  timetable: { kind: "daily", at: "02:30", zone: "Europe/Berlin" }, catchesUp: false, nextAt: NOW + 17_400_000, isRunning: false, last: trouble, notice: { at: NOW - 3_598_500, say: "It was well before; now: trouble." }, digest: "0".repeat(64),
  approval: { state: "holds", say: "", by: "Jonas Weber", byId: "op_2", at: NOW - 86_400_000, untilAt: NOW + 90 * 86_400_000 }, createdAt: NOW - 86_400_000, changedAt: NOW - 86_400_000,
};
const paused: ScheduleView = { ...nightly, id: "sched_2", name: "Restarts", state: "paused", nextAt: null, effect: "service-impact", timetable: { kind: "weekly", days: [6, 7], at: "03:00", zone: "UTC" }, last: turnOf("refused"), approval: { state: "none", say: "Nobody has approved its turns.", by: "", byId: "", at: 0, untilAt: 0 } };
const stopped: ScheduleView = { ...nightly, id: "sched_3", name: "Load", state: "stopped", nextAt: null, timetable: { kind: "every", minutes: 15 }, approval: { ...nightly.approval, state: "void", say: "The runbook changed after it was approved." } };
const { notice: _notice, last: _last, ...quiet } = { ...nightly, id: "sched_4", name: "Certificates" };
const judged = { effect: "read", proved: true, verdict: "allow", why: "" } as const;
const plan: SchedulePlan = {
  isTree: true, leftOut: 3, turns: [1, 2, 3, 4, 5].map((day) => NOW + 17_400_000 + day * 86_400_000),
  hosts: [
    { host: web, problem: "", steps: [{ title: "Use of the file systems", script: "df -B 1 -P -x tmpfs -x devtmpfs", ...judged }, { title: "Restart nginx", script: "systemctl restart nginx", effect: "service-impact", proved: false, verdict: "deny", why: "Asked: it changes a host marked as critical." }] },
    { host: db, problem: "", steps: [{ title: "Use of the file systems", script: "df -B 1 -P -x tmpfs -x devtmpfs", ...judged }] },
  ],
};
const ask = { mayChange: true, onAsk: nothing, onRevoke: nothing };

export const previews: Preview[] = [
  { name: "Schedules / list", height: 360, draw: () => <ScheduleList schedules={[nightly, paused, stopped, quiet]} now={NOW} selectedId={nightly.id} onSelect={nothing} onNew={nothing} mayChange /> },
  { name: "Schedules / head and facts", draw: () => <><ScheduleHead schedule={nightly} /><ScheduleFacts schedule={nightly} now={NOW} /></> },
  { name: "Schedules / approved", draw: () => <ScheduleApproval schedule={nightly} mayApprove {...ask} /> },
  { name: "Schedules / approved, but not for all", draw: () => <ScheduleApproval schedule={{ ...nightly, approval: { ...nightly.approval, say: "It does not cover db-02: not made for them, or they were added or changed since." } }} mayApprove {...ask} /> },
  { name: "Schedules / not approved", draw: () => <ScheduleApproval schedule={paused} mayApprove {...ask} /> },
  { name: "Schedules / approval void", draw: () => <ScheduleApproval schedule={stopped} mayApprove={false} {...ask} /> },
  { name: "Schedules / what is approved", isWide: true, draw: () => <ApprovedThing schedule={nightly} plan={plan} untilAt={NOW + 3.5 * 86_400_000} onSeenWhole={nothing} /> },
  { name: "Schedules / turns", isWide: true, draw: () => <TurnTable turns={turns} openId={trouble.id} onOpen={nothing} /> },
  { name: "Schedules / one turn", draw: () => <TurnCard turn={trouble} /> },
  { name: "Schedules / timetable, elapsed", draw: () => <TimetableField fields={{ ...emptyFields("", "UTC"), kind: "every", amount: 15, unit: "minutes" }} onFields={nothing} /> },
  { name: "Schedules / timetable, weekly", draw: () => <TimetableField fields={{ ...emptyFields("", "Europe/Berlin"), kind: "weekly" }} onFields={nothing} /> },
  { name: "Schedules / timetable, day of the month", draw: () => <TimetableField fields={{ ...emptyFields("", "Europe/Berlin"), kind: "day-of-month", day: 31 }} onFields={nothing} /> },
  { name: "Schedules / timetable, a time that is none", draw: () => <TimetableField fields={{ ...emptyFields("", "Europe/Berlin"), at: "27:00" }} onFields={nothing} /> },
  { name: "Schedules / timetable, weekday of the month", draw: () => <TimetableField fields={{ ...emptyFields("", "Europe/Berlin"), kind: "weekday-of-month", nth: "second", weekday: 2 }} onFields={nothing} /> },
];
