import type { Preview } from "../../lib/preview.ts";
import { CalendarList } from "./calendar-pane.tsx";
import { GlassList } from "./glass-pane.tsx";
import { GrantList } from "./grants-pane.tsx";
import { StandInList } from "./stand-ins-pane.tsx";

const NOW = 1_763_700_000_000;
const HOUR = 3_600_000;
const glass = { id: "bg_1", byId: "op_1", byName: "Mara Lind", reason: "Payroll is down and nobody answers the phone", fromAt: NOW - HOUR, untilAt: NOW - HOUR / 2, reviewedBy: "", reviewedAt: null, review: "" };
const grant = { id: "grant_1", skillId: "nginx.reload", version: "1.2.0", signer: "SENA", scope: "environment:staging", untilAt: NOW + 240 * HOUR, byId: "op_1", byName: "Jonas Weber", createdAt: NOW - 24 * HOUR, revokedAt: null };
const nothing = () => {};

export const previews: readonly Preview[] = [
  {
    name: "Change calendar",
    draw: () => (
      <CalendarList
        now={NOW}
        onRemove={nothing}
        entries={[
          { id: "cal_1", kind: "freeze", scope: "environment:prod", fromAt: NOW - HOUR, untilAt: NOW + 100 * HOUR, isWeekly: false, reason: "Year-end closing" },
          { id: "cal_2", kind: "window", scope: "host:web-01", fromAt: NOW - 168 * HOUR, untilAt: NOW - 166 * HOUR, isWeekly: true, reason: "Weekly maintenance" },
          { id: "cal_3", kind: "freeze", scope: "all", fromAt: NOW - 300 * HOUR, untilAt: NOW - 200 * HOUR, isWeekly: false, reason: "" },
        ]}
      />
    ),
  },
  { name: "An empty calendar, to look at only", draw: () => <CalendarList now={NOW} entries={[]} onRemove={undefined} /> },
  { name: "Remembered runbooks", draw: () => <GrantList now={NOW} gone={new Set(["op_1"])} skills={[{ id: "nginx.reload", version: "1.3.0", title: "Reload nginx" }]} onRevoke={nothing} grants={[grant, { ...grant, id: "grant_2", skillId: "disk.usage", revokedAt: NOW }]} /> },
  { name: "Nothing remembered", draw: () => <GrantList now={NOW} skills={[]} grants={[]} onRevoke={nothing} /> },
  { name: "Broken glass: open, to review, reviewed", draw: () => <GlassList now={NOW} reviewer={{ id: "op_2", mayReview: true }} onReview={nothing} onCloseNow={nothing} glasses={[{ ...glass, id: "bg_0", untilAt: NOW + HOUR / 4 }, glass, { ...glass, id: "bg_2", reviewedBy: "Jonas Weber", reviewedAt: NOW, review: "Right to do; the on-call list is mended." }]} /> },
  { name: "Broken by oneself", draw: () => <GlassList now={NOW} reviewer={{ id: "op_1", mayReview: true }} onReview={nothing} onCloseNow={nothing} glasses={[glass]} /> },
  { name: "Stand-ins", draw: () => <StandInList now={NOW} mayEnd={() => true} onEnd={nothing} people={[{ id: "op_1", name: "Mara Lind" }, { id: "op_2", name: "Jonas Weber" }]} delegations={[{ id: "dlg_1", fromId: "op_1", toId: "op_2", untilAt: NOW + 100 * HOUR, reason: "On leave", revokedAt: null, createdAt: NOW, holds: true }, { id: "dlg_3", fromId: "op_2", toId: "op_1", untilAt: NOW + 50 * HOUR, reason: "Night shift", revokedAt: null, createdAt: NOW, holds: false }, { id: "dlg_2", fromId: "op_9", toId: "op_2", untilAt: NOW - HOUR, reason: "Training", revokedAt: null, createdAt: NOW - 50 * HOUR, holds: false }]} /> },
];
