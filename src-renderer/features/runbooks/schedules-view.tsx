import { useEffect, useState } from "react";
import type { ScheduleTurn, ScheduleView, SkillView } from "../../../src-main/contract/index.ts";
import { useApp, useFeed, useRoute, useStatus } from "../../app/use-app.ts";
import { Button } from "../../ui/button.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { ScheduleForm, type Start } from "./schedule-form.tsx";
import { ScheduleList } from "./schedule-list.tsx";
import { SchedulePage } from "./schedule-page.tsx";
import styles from "./screen.module.css";

const HERE = "/runbooks?show=schedules";
const TICK_MS = 20_000;

/** Runbooks by the clock. Addresses: `&schedule=ID`, `&edit=ID`, `&new=SKILL` (or nothing behind it) `&with={hosts, inputs}`. */
export const SchedulesView = ({ skills }: { skills: readonly SkillView[] }) => {
  const { navigate } = useApp();
  const { params } = useRoute();
  const permissions = useStatus((status) => status?.principal.permissions);
  const [told, setTold] = useState<{ readonly schedules: readonly ScheduleView[]; readonly zone: string }>();
  const now = useNow();
  useFeed("schedules", (core, signal) => core.schedules.live({}, { signal }), setTold);
  const newSkill = params.get("new");
  const edited = told?.schedules.find(({ id }) => id === params.get("edit"));
  const selected = told?.schedules.find(({ id }) => id === params.get("schedule"));
  const turns = useTurns(selected);
  if (told === undefined) return <Skeleton lines={10} label="Loading schedules" />;
  const mayChange = permissions?.includes("operate") === true;
  const open = (id: string | undefined) => navigate(id === undefined ? HERE : `${HERE}&schedule=${id}`);
  return (
    <>
      <ScheduleList schedules={told.schedules} now={now} selectedId={(edited ?? selected)?.id} onSelect={({ id }) => open(id)} onNew={() => navigate(`${HERE}&new=`)} mayChange={mayChange} />
      <div className={styles.main} tabIndex={-1}>
        {newSkill !== null || edited !== undefined ? (
          <ScheduleForm key={edited?.id ?? `new ${newSkill}`} skills={skills} zone={told.zone} schedule={edited} start={startOf(params)} onDone={open} />
        ) : selected !== undefined ? (
          <SchedulePage key={selected.id} schedule={selected} turns={turns} now={now} mayChange={mayChange} mayApprove={permissions?.includes("approve") === true} onEdit={() => navigate(`${HERE}&edit=${selected.id}`)} onRemoved={() => open(undefined)} />
        ) : (
          <EmptyState
            icon="clock"
            title={told.schedules.length === 0 ? "Nothing runs by the clock yet" : "Choose a schedule"}
            actions={<Button icon="plus" disabled={!mayChange} onClick={() => navigate(`${HERE}&new=`)}>Schedule a runbook</Button>}
          >
            A schedule runs a runbook on its hosts by a timetable, with nobody there. Each command passes the gate: what was not approved beforehand is refused and told.
          </EmptyState>
        )}
      </div>
    </>
  );
};

/** What was chosen where it was asked for. An address is anybody's words: what does not read is nothing. */
function startOf(params: URLSearchParams): Start {
  const skillId = params.get("new") ?? "";
  try {
    const of = JSON.parse(params.get("with") ?? "{}") as { readonly hosts?: unknown; readonly inputs?: unknown };
    const hosts = Array.isArray(of.hosts) ? of.hosts.map(String) : [];
    const inputs = Object.fromEntries(Object.entries(of.inputs ?? {}).map(([name, value]) => [name, String(value)]));
    return { skillId, hosts, inputs };
  } catch {
    return { skillId, hosts: [], inputs: {} };
  }
}

/** Read again whenever the newest turn is another, or has ended. */
function useTurns(schedule: ScheduleView | undefined): readonly ScheduleTurn[] {
  const { client, toast } = useApp();
  const [turns, setTurns] = useState<{ readonly of: string; readonly turns: readonly ScheduleTurn[] }>({ of: "", turns: [] });
  const id = schedule?.id;
  const newest = `${schedule?.last?.id} ${schedule?.last?.state}`;
  useEffect(() => {
    if (id === undefined) return;
    const gone = new AbortController();
    client.schedules.turns({ scheduleId: id, limit: 200 }, { signal: gone.signal }).then(
      ({ turns: found }) => gone.signal.aborted || setTurns({ of: id, turns: found }),
      (error: Error) => gone.signal.aborted || toast({ title: "Its turns could not be read", text: error.message, tone: "bad" }),
    );
    return () => gone.abort();
    // oxlint-disable-next-line exhaustive-effect-dependencies -- another newest turn is another list
  }, [client, toast, id, newest]);
  return turns.of === id ? turns.turns : [];
}

function useNow(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  return now;
}
