import { useCallback, useState } from "react";
import type { CalendarView } from "../../../src-main/contract/index.ts";
import { useApp, useStatus } from "../../app/use-app.ts";
import { Button } from "../../ui/button.tsx";
import { ConfirmDialog, Dialog } from "../../ui/dialog.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { Segmented } from "../../ui/segmented.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { Switch } from "../../ui/switch.tsx";
import { Tag } from "../../ui/tag.tsx";
import { useNow } from "./live-approval.tsx";
import { Pane } from "./pane.tsx";
import styles from "./rules.module.css";
import { scopeWords } from "../../lib/scope-words.ts";
import { resolvedScope, ScopeField } from "./scope-field.tsx";
import { useLoaded } from "./use-loaded.ts";
import { fromLocalInput, minuteOf, toLocalInput, weekday } from "./when.ts";

const HOUR_MS = 3_600_000;
const WEEK_MS = 7 * 24 * HOUR_MS;
type Draft = Omit<CalendarView, "id">;

/** Weekly entries repeat their own week; one that lasts longer than a week always holds once it began. */
const holdsAt = ({ fromAt, untilAt, isWeekly }: Draft, at: number): boolean => at >= fromAt && (isWeekly ? (at - fromAt) % WEEK_MS < untilAt - fromAt : at < untilAt);

export const CalendarPane = () => {
  const { client } = useApp();
  const mayChange = useStatus((status) => status?.principal.permissions.includes("administer") === true);
  const { value: entries, problem, act } = useLoaded(useCallback(async () => (await client.approvals.calendar({})).entries, [client]));
  const [isAdding, setAdding] = useState(false);
  const [removing, setRemoving] = useState<CalendarView>();
  const now = useNow(false);
  if (entries === undefined && problem === "") return <Skeleton lines={6} label="Loading the calendar" />;
  return (
    <Pane
      title="Change calendar"
      hint="Windows and freezes are facts that the policies read: by default nothing but looking runs during a freeze, and a remembered runbook changes production without asking only inside a window."
      problem={isAdding ? "" : problem}
      action={mayChange ? <Button kind="primary" icon="plus" onClick={() => setAdding(true)}>Add an entry</Button> : undefined}
    >
      <CalendarList entries={entries ?? []} now={now} onRemove={mayChange ? setRemoving : undefined} />
      <AddDialog isOpen={isAdding} now={now} problem={problem} onClose={() => setAdding(false)} onAdd={(draft) => act(async () => client.approvals.addToCalendar({ ...draft, scope: await resolvedScope(client, draft.scope) })).then((isDone) => (isDone ? setAdding(false) : undefined))} />
      <ConfirmDialog isOpen={removing !== undefined} title="Remove this entry?" confirmText="Remove entry" isDanger onCancel={() => setRemoving(undefined)} onConfirm={() => {
        const gone = removing as CalendarView;
        setRemoving(undefined);
        void act(() => client.approvals.removeFromCalendar({ id: gone.id }));
      }}>
        It stops holding at once. That it was there, and that you removed it, stays in the record.
      </ConfirmDialog>
    </Pane>
  );
};

export const CalendarList = ({ entries, now, onRemove }: { entries: readonly CalendarView[]; now: number; onRemove: ((entry: CalendarView) => void) | undefined }) =>
  entries.length === 0 ? (
    <EmptyState place="part" icon="clock" title="No windows, no freezes">
      Add the hours in which changes are agreed on, and the days on which nothing may change.
    </EmptyState>
  ) : (
    <ul className={styles.list}>
      {entries.map((entry) => {
        const isPast = !entry.isWeekly && now >= entry.untilAt;
        return (
          <li key={entry.id} className={isPast ? `${styles.row} ${styles.over}` : styles.row}>
            <Tag tone={isPast ? "neutral" : entry.kind === "freeze" ? "bad" : "ok"}>{entry.kind}</Tag>
            <div className={styles.what}>
              <div className={styles.name}>
                {entry.reason === "" ? (entry.kind === "freeze" ? "Nothing changes" : "Changes are agreed on") : entry.reason} {holdsAt(entry, now) ? <Tag tone="accent">now</Tag> : null}
              </div>
              <div className={styles.facts}>
                {scopeWords(entry.scope)} · {entry.isWeekly ? `every ${weekday(entry.fromAt)} ${minuteOf(entry.fromAt).slice(11)} to ${weekday(entry.untilAt) === weekday(entry.fromAt) ? "" : `${weekday(entry.untilAt)} `}${minuteOf(entry.untilAt).slice(11)}` : `${minuteOf(entry.fromAt)} to ${minuteOf(entry.untilAt)}`}
                {isPast ? " · over" : ""}
              </div>
            </div>
            {onRemove === undefined ? null : <Button size="sm" kind="ghost" onClick={() => onRemove(entry)}>Remove</Button>}
          </li>
        );
      })}
    </ul>
  );

const freshDraft = (now: number): Draft => {
  const fromAt = Math.ceil(now / HOUR_MS) * HOUR_MS;
  return { kind: "window", scope: "environment:prod", fromAt, untilAt: fromAt + 2 * HOUR_MS, isWeekly: false, reason: "" };
};

const AddDialog = ({ isOpen, now, problem, onClose, onAdd }: { isOpen: boolean; now: number; problem: string; onClose: () => void; onAdd: (draft: Draft) => Promise<unknown> }) => {
  const [draft, setDraft] = useState<Draft>(() => freshDraft(now));
  const set = (change: Partial<Draft>) => setDraft({ ...draft, ...change });
  const isInOrder = draft.untilAt > draft.fromAt;
  return (
    <Dialog
      isOpen={isOpen}
      onClose={onClose}
      title="Add to the calendar"
      size="md"
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" disabled={!isInOrder || draft.reason.trim() === "" || draft.scope === "host:"} onClick={() => void onAdd(draft).then(() => setDraft(freshDraft(now)))}>
            Add {draft.kind}
          </Button>
        </>
      }
    >
      <div className={styles.fields}>
        <Segmented label="Kind" value={draft.kind} onValue={(kind) => set({ kind })} segments={[{ value: "window", text: "Change window" }, { value: "freeze", text: "Freeze" }]} />
        <ScopeField scope={draft.scope} onScope={(scope) => set({ scope })} />
        <div className={styles.pair}>
          <Field label="From"><Input type="datetime-local" value={toLocalInput(draft.fromAt)} onValue={(text) => set({ fromAt: fromLocalInput(text) || draft.fromAt })} /></Field>
          <Field label="Until" {...(isInOrder ? {} : { error: "The end comes after the beginning." })}><Input type="datetime-local" value={toLocalInput(draft.untilAt)} onValue={(text) => set({ untilAt: fromLocalInput(text) || draft.untilAt })} /></Field>
        </div>
        <Field layout="row" label="Every week" hint="The same days and hours, from then on."><Switch isOn={draft.isWeekly} onChange={(isWeekly) => set({ isWeekly })} /></Field>
        <Field label="What for" {...(problem === "" ? {} : { error: problem })}><Input value={draft.reason} onValue={(reason) => set({ reason })} maxLength={200} /></Field>
      </div>
    </Dialog>
  );
};
