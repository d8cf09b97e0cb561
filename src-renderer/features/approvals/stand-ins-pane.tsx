import { useCallback, useState } from "react";
import type { DelegationEntry } from "../../../src-main/contract/index.ts";
import { toHash } from "../../app/router.ts";
import { useApp, useFeed, useStatus } from "../../app/use-app.ts";
import { Banner } from "../../ui/banner.tsx";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { Select } from "../../ui/select.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { Tag } from "../../ui/tag.tsx";
import { useNow } from "./live-approval.tsx";
import { Pane } from "./pane.tsx";
import styles from "./rules.module.css";
import { useLoaded } from "./use-loaded.ts";
import { fromLocalInput, minuteOf, toLocalInput } from "./when.ts";

const DAY_MS = 86_400_000;
const mayByRole = (roles: readonly string[]): boolean => roles.some((role) => role === "admin" || role === "approver");
type Person = { readonly id: string; readonly name: string };
type Draft = { readonly toId: string; readonly untilAt: number; readonly reason: string };

export const StandInsPane = () => {
  const { client } = useApp();
  const meId = useStatus((status) => status?.principal.id ?? "");
  const permissions = useStatus((status) => status?.principal.permissions);
  const mayLend = permissions?.includes("approve") === true;
  const { value, problem, act } = useLoaded(useCallback(async () => ({ delegations: (await client.access.delegations({})).delegations, people: (await client.access.operators({})).operators }), [client]));
  const [isAdding, setAdding] = useState(false);
  // Retired, given another role, ended by an admin: what counts changes under one's eyes.
  useFeed("stand-ins", (core, signal) => core.access.state({}, { signal }), () => void act(async () => {}));
  const now = useNow(true);
  if (value === undefined && problem === "") return <Skeleton lines={6} label="Loading the stand-ins" />;
  const others = value?.people.filter(({ id, active }) => active && id !== meId) ?? [];
  // Only who may not approve by themselves has any use of it, and only one's own right can be lent.
  const candidates = others.filter(({ roles }) => !mayByRole(roles));
  const hasOwn = value?.people.some(({ id, roles }) => id === meId && mayByRole(roles)) === true;
  return (
    <Pane
      title="Stand-ins"
      hint="Whoever is away lets somebody approve in their place until a day. A stand-in never approves what they or the lender asked for, a right counts once, and what is lent is not lent on."
      problem={isAdding ? "" : problem}
      action={mayLend && hasOwn && candidates.length > 0 ? <Button kind="primary" icon="plus" onClick={() => setAdding(true)}>Name a stand-in</Button> : undefined}
    >
      {others.length === 0 ? <Banner tone="info" title="Nobody else works here">Add a second operator under <a href={toHash("settings", ["operators"])}>Settings, Operators</a> first.</Banner> : candidates.length === 0 && hasOwn ? <Banner tone="info" title="Nobody needs to stand in">Everybody else here may approve by their own role.</Banner> : null}
      <StandInList delegations={value?.delegations ?? []} people={value?.people ?? []} now={now} mayEnd={({ fromId }) => fromId === meId || permissions?.includes("administer") === true} onEnd={({ id }) => void act(() => client.access.revokeDelegation({ id }))} />
      <AddDialog isOpen={isAdding} people={candidates} now={now} problem={problem} onClose={() => setAdding(false)} onAdd={(draft) => void act(() => client.access.delegate(draft)).then((isDone) => (isDone ? setAdding(false) : undefined))} />
    </Pane>
  );
};

type ListProps = { delegations: readonly DelegationEntry[]; people: readonly Person[]; now: number; mayEnd: (entry: DelegationEntry) => boolean; onEnd: (entry: DelegationEntry) => void };
export const StandInList = ({ delegations, people, now, mayEnd, onEnd }: ListProps) => {
  const nameOf = (id: string) => people.find((each) => each.id === id)?.name ?? "somebody unknown";
  return delegations.length === 0 ? (
    <EmptyState place="part" icon="users" title="Nobody stands in for anybody">
      Approvals go to those who have the role.
    </EmptyState>
  ) : (
    <ul className={styles.list}>
      {delegations.map((entry) => {
        const isOver = entry.revokedAt !== null || entry.untilAt <= now;
        const look = isOver ? ({ tone: "neutral", text: "ended" } as const) : entry.holds ? ({ tone: "ok", text: "holds" } as const) : ({ tone: "warn", text: "does not count" } as const);
        return (
          <li key={entry.id} className={isOver ? `${styles.row} ${styles.over}` : styles.row}>
            <Tag tone={look.tone}>{look.text}</Tag>
            <div className={styles.what}>
              <div className={styles.name}>
                {nameOf(entry.toId)} for {nameOf(entry.fromId)}
              </div>
              <div className={styles.facts}>
                {minuteOf(entry.createdAt)} to {minuteOf(entry.revokedAt ?? entry.untilAt)} · {entry.reason}
                {isOver || entry.holds ? "" : ` · ${nameOf(entry.fromId)} has no right to lend now, or ${nameOf(entry.toId)} is retired`}
              </div>
            </div>
            {isOver || !mayEnd(entry) ? null : <Button size="sm" kind="ghost" onClick={() => onEnd(entry)}>End it</Button>}
          </li>
        );
      })}
    </ul>
  );
};

const AddDialog = ({ isOpen, people, now, problem, onClose, onAdd }: { isOpen: boolean; people: readonly Person[]; now: number; problem: string; onClose: () => void; onAdd: (draft: Draft) => void }) => {
  const [draft, setDraft] = useState<Draft>({ toId: "", untilAt: now + 7 * DAY_MS, reason: "" });
  return (
    <Dialog
      isOpen={isOpen}
      onClose={onClose}
      title="Name a stand-in"
      size="sm"
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" disabled={draft.toId === "" || draft.untilAt <= now || draft.reason.trim().length < 3} onClick={() => onAdd(draft)}>
            Let them approve
          </Button>
        </>
      }
    >
      {problem === "" ? null : <Banner tone="bad" title="Not named">{problem}</Banner>}
      <div className={styles.fields}>
        <Field label="Who approves in your place">
          <Select value={draft.toId === "" ? null : draft.toId} onValue={(toId) => setDraft({ ...draft, toId })} choices={people.map(({ id, name }) => ({ value: id, text: name }))} />
        </Field>
        <Field label="Until">
          <Input type="datetime-local" value={toLocalInput(draft.untilAt)} onValue={(text) => setDraft({ ...draft, untilAt: fromLocalInput(text) || draft.untilAt })} />
        </Field>
        <Field label="Why">
          <Input value={draft.reason} onValue={(reason) => setDraft({ ...draft, reason })} maxLength={200} />
        </Field>
      </div>
    </Dialog>
  );
};
