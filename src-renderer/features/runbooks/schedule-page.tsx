import { useState } from "react";
import type { ScheduleTurn, ScheduleView } from "../../../src-main/contract/index.ts";
import { renderedText } from "../../../src-main/contract/rendering.ts";
import { timetableWords } from "../../../src-main/contract/timetable-words.ts";
import { toHash } from "../../app/router.ts";
import { useApp } from "../../app/use-app.ts";
import { formatAgo, formatDuration } from "../../lib/format.ts";
import { Banner } from "../../ui/banner.tsx";
import { Button } from "../../ui/button.tsx";
import { ConfirmDialog } from "../../ui/dialog.tsx";
import { KeyValues } from "../../ui/key-values.tsx";
import { Card } from "../../ui/page.tsx";
import { Table } from "../../ui/table.tsx";
import { EffectTag, Tag } from "../../ui/tag.tsx";
import { ApproveDialog, HostChips, ScheduleApproval } from "./schedule-approval.tsx";
import { lateWords, minute, missedWords, nextLine, TURN_LOOK } from "./schedule-words.ts";
import styles from "./screen.module.css";

type Props = { schedule: ScheduleView; turns: readonly ScheduleTurn[]; now: number; mayChange: boolean; mayApprove: boolean; onEdit: () => void; onRemoved: () => void };

/** One schedule: what it is, whether it may run, and how its turns went. */
export const SchedulePage = ({ schedule, turns, now, mayChange, mayApprove, onEdit, onRemoved }: Props) => {
  const { client, toast } = useApp();
  const [asks, setAsks] = useState<"nothing" | "remove" | "approve">("nothing");
  const [openId, setOpenId] = useState<string>();
  const one = { scheduleId: schedule.id };
  const act = (work: Promise<unknown>, title: string, then?: () => void) =>
    void work.then(() => { toast({ title, tone: "ok" }); then?.(); }, (error: Error) => toast({ title: "That did not work", text: error.message, tone: "bad" }));
  const opened = turns.find(({ id }) => id === openId) ?? turns[0];
  return (
    <div className={styles.inner}>
      <ScheduleHead schedule={schedule} />
      <div className={styles.row}>
        <Button icon="play" disabled={!mayChange || schedule.isRunning || schedule.state === "stopped"} onClick={() => act(client.schedules.run(one), "A turn has begun")}>
          Run now
        </Button>
        {schedule.state === "active" ? (
          <Button icon="pause" disabled={!mayChange} onClick={() => act(client.schedules.pause(one), "It rests")}>Pause</Button>
        ) : (
          <Button icon="play" disabled={!mayChange} onClick={() => act(client.schedules.resume(one), "It goes on")}>Resume</Button>
        )}
        <Button icon="edit" disabled={!mayChange} onClick={onEdit}>Edit</Button>
        <span className={styles.grow} />
        <Button kind="ghost" icon="trash" disabled={!mayChange} onClick={() => setAsks("remove")}>Remove</Button>
      </div>
      {schedule.state === "stopped" ? <Banner tone="bad" title="SENA stopped it">{schedule.say}</Banner> : null}
      {schedule.notice === undefined || schedule.state === "stopped" ? null : (
        <Banner tone={schedule.last?.state === "ok" ? "ok" : "warn"} title={`${isOfMissed(schedule) ? "A turn was missed; told" : "Its result changed"} ${formatAgo(schedule.notice.at, Math.max(now, schedule.notice.at))}`} {...(mayChange && { onDismiss: () => void client.schedules.seen(one) })}>
          {renderedText(schedule.notice.say)}
        </Banner>
      )}
      <ScheduleApproval schedule={schedule} mayChange={mayChange} mayApprove={mayApprove} onAsk={() => setAsks("approve")} onRevoke={() => act(client.schedules.revoke(one), "The approval is taken back")} />
      <ScheduleFacts schedule={schedule} now={now} />
      {opened === undefined ? (
        <p className={styles.note}>It has had no turn yet.</p>
      ) : (
        <>
          <TurnTable turns={turns} openId={opened.id} onOpen={({ id }) => setOpenId(id)} />
          <TurnCard turn={opened} />
        </>
      )}
      {asks === "approve" ? <ApproveDialog schedule={schedule} mayApprove={mayApprove} onClose={() => setAsks("nothing")} /> : null}
      <ConfirmDialog isOpen={asks === "remove"} title={`Remove ${renderedText(schedule.name)}?`} confirmText="Remove the schedule" isDanger onCancel={() => setAsks("nothing")} onConfirm={() => { setAsks("nothing"); act(client.schedules.remove(one), "It is removed", onRemoved); }}>
        No further turn begins, and its history here is gone. What its turns did stays in the record.
      </ConfirmDialog>
    </div>
  );
};

/** A later turn that was missed and comes again soon raised none of its own. */
const isOfMissed = ({ last, notice }: ScheduleView): boolean => last?.state === "missed" && notice !== undefined && notice.at >= last.beganAt;

export const ScheduleHead = ({ schedule: { name, skill, effect, state, owner } }: { schedule: ScheduleView }) => (
  <header className={styles.headText}>
    <h2 className={styles.title}>{renderedText(name)}</h2>
    <div className={styles.marks}>
      <Tag tone={state === "active" ? "ok" : state === "paused" ? "neutral" : "bad"}>{state}</Tag>
      <EffectTag effect={effect} />
      <a href={toHash("runbooks", [skill.id])}>{renderedText(skill.title)}</a>
      <span className={styles.id}>{skill.id}</span>
      <span>
        {skill.version === "" ? "not installed any more" : `version ${skill.version}`} · owned by {owner.name}
      </span>
    </div>
  </header>
);

/** A fleet is told, not listed: its hosts stand in each turn. */
const MOST_HOSTS = 12;

export const ScheduleFacts = ({ schedule, now }: { schedule: ScheduleView; now: number }) => (
  <Card title="What and when">
    <KeyValues
      keyWidth={128}
      items={[
        { key: "Runs", value: timetableWords(schedule.timetable) },
        { key: "Next turn", value: schedule.state === "active" && schedule.nextAt !== null ? <span className={styles.time}>{nextLine(schedule.nextAt, schedule.timetable, now)}</span> : "none until it is resumed" },
        { key: "A missed turn", value: lateWords(schedule) },
        ...(schedule.on.length === schedule.hosts.length && schedule.on.every(({ name }) => schedule.hosts.includes(name)) ? [] : [{ key: "Chosen", value: <span className={styles.id}>{schedule.hosts.join(", ")}</span> }]),
        { key: "On", value: schedule.on.length === 0 ? "no host now" : <><HostChips hosts={schedule.on.slice(0, MOST_HOSTS)} />{schedule.on.length > MOST_HOSTS ? ` and ${schedule.on.length - MOST_HOSTS} more` : ""}</> },
        ...Object.entries(schedule.inputs).map(([name, value]) => ({ key: name, value: <span className={styles.id}>{renderedText(value)}</span> })),
      ]}
    />
  </Card>
);

const ROW_PX = 32;
const MOST_ROWS = 8;

export const TurnTable = ({ turns, openId, onOpen }: { turns: readonly ScheduleTurn[]; openId: string | undefined; onOpen: (turn: ScheduleTurn) => void }) => (
  <div style={{ height: Math.min(turns.length + 1, MOST_ROWS) * ROW_PX + 2 }} className={styles.turns}>
    <Table
      label="Turns, newest first"
      rows={turns}
      rowId={({ id }) => id}
      selectedId={openId}
      onOpen={onOpen}
      columns={[
        { id: "at", title: "Due", width: "140px", isMono: true, cell: ({ dueAt }) => minute(dueAt) },
        { id: "state", title: "Result", width: "110px", cell: ({ state }) => <Tag tone={TURN_LOOK[state].tone}>{TURN_LOOK[state].text}</Tag> },
        { id: "say", title: "What it said", cell: ({ say, state }) => (state === "running" ? "It goes on." : renderedText(say)) },
        { id: "took", title: "Took", width: "80px", align: "end", isMono: true, cell: ({ beganAt, endedAt, state }) => (endedAt === null || state === "missed" ? "" : formatDuration(endedAt - beganAt)) },
      ]}
    />
  </div>
);

/** What it said, less what its only host says below it. */
function besides({ say, hosts }: ScheduleTurn): string {
  const [only] = hosts.length === 1 ? hosts : [];
  return only !== undefined && say.startsWith(only.say) ? say.slice(only.say.length).trim() : say;
}

/** One turn, host by host, with the way to its run and its record. */
export const TurnCard = ({ turn }: { turn: ScheduleTurn }) => (
  <Card
    title={`The turn of ${minute(turn.dueAt)}`}
    trailing={
      turn.runId === undefined ? null : (
        <>
          <a href={toHash("insight", [turn.runId])}>Its run</a>
          <a href={toHash("audit", [], { sessions: turn.runId })}>Its record</a>
        </>
      )
    }
  >
    <div className={styles.stack}>
      <p className={styles.note}>{[turn.askedBy === "" ? "" : `Asked for by ${turn.askedBy}.`, missedWords(turn.state === "missed" ? 0 : turn.missed), renderedText(besides(turn))].filter((part) => part !== "").join(" ") || (turn.state === "running" ? "It goes on." : "By the clock.")}</p>
      {turn.hosts.length === 0 ? null : (
        <ul className={styles.lines} aria-label="Each host">
          {turn.hosts.map(({ host, outcome, say }) => (
            <li key={host.id} className={styles.outcome}>
              <span className={styles.id}>{host.name}</span>
              <Tag tone={TURN_LOOK[outcome].tone}>{TURN_LOOK[outcome].text}</Tag>
              <span>{renderedText(say)}</span>
            </li>
          ))}
        </ul>
      )}
    </div>
  </Card>
);
