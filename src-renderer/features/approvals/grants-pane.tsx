import { useCallback, useState } from "react";
import type { GrantView, SkillView } from "../../../src-main/contract/index.ts";
import { useApp, useStatus } from "../../app/use-app.ts";
import { mayApprove } from "../../lib/may-approve.ts";
import { scopeWords } from "../../lib/scope-words.ts";
import { Banner } from "../../ui/banner.tsx";
import { Button } from "../../ui/button.tsx";
import { ConfirmDialog, Dialog } from "../../ui/dialog.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { Field } from "../../ui/field.tsx";
import { Select } from "../../ui/select.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { Tag } from "../../ui/tag.tsx";
import { useNow } from "./live-approval.tsx";
import { Pane } from "./pane.tsx";
import styles from "./rules.module.css";
import { resolvedScope, ScopeField } from "./scope-field.tsx";
import { useLoaded } from "./use-loaded.ts";
import { minuteOf } from "./when.ts";

const DAY_MS = 86_400_000;
const DAYS = [1, 7, 30, 90, 365].map((days) => ({ value: String(days), text: days === 1 ? "one day" : `${days} days` }));
type Asked = { readonly skill: SkillView; readonly scope: string; readonly untilAt: number };

export const GrantsPane = () => {
  const { client } = useApp();
  const mayChange = useStatus((status) => status?.principal.permissions.includes("approve") === true);
  const { value, problem, act } = useLoaded(useCallback(async () => ({ grants: (await client.approvals.grants({})).grants, skills: (await client.skills.list({})).skills.filter(({ signer }) => signer !== ""), gone: new Set((await client.access.operators({})).operators.filter((each) => !mayApprove(each)).map(({ id }) => id)) }), [client]));
  const [isAdding, setAdding] = useState(false);
  const [revoking, setRevoking] = useState<GrantView>();
  const now = useNow(false);
  if (value === undefined && problem === "") return <Skeleton lines={6} label="Loading what is remembered" />;
  const add = ({ skill, scope, untilAt }: Asked) =>
    act(async () => client.approvals.grant({ skillId: skill.id, version: skill.version, signer: skill.signer, scope: await resolvedScope(client, scope), untilAt })).then((isDone) => (isDone ? setAdding(false) : undefined));
  return (
    <Pane
      title="Remembered runbooks"
      hint="The only thing that is ever remembered: one version of a signed runbook, for some hosts, until a day. A new version asks again; a command or an interpreter is never remembered."
      problem={isAdding ? "" : problem}
      action={mayChange && (value?.skills.length ?? 0) > 0 ? <Button kind="primary" icon="plus" onClick={() => setAdding(true)}>Remember a runbook</Button> : undefined}
    >
      <GrantList grants={value?.grants ?? []} skills={value?.skills ?? []} gone={value?.gone ?? NOBODY} now={now} onRevoke={mayChange ? setRevoking : undefined} />
      <AddDialog isOpen={isAdding} skills={value?.skills ?? []} now={now} problem={problem} onClose={() => setAdding(false)} onAdd={(asked) => void add(asked)} />
      <ConfirmDialog isOpen={revoking !== undefined} title={`Ask again for ${revoking?.skillId ?? ""}?`} confirmText="Forget it" onCancel={() => setRevoking(undefined)} onConfirm={() => {
        const gone = revoking as GrantView;
        setRevoking(undefined);
        void act(() => client.approvals.revokeGrant({ id: gone.id }));
      }}>
        From now on it is asked about like anything else. What it did so far stays in the record.
      </ConfirmDialog>
    </Pane>
  );
};

const NOBODY: ReadonlySet<string> = new Set();

export const GrantList = ({ grants, skills, gone = NOBODY, now, onRevoke }: { grants: readonly GrantView[]; skills: readonly Pick<SkillView, "id" | "version" | "title">[]; /** Who may approve no more: what runs by their word is worth a look. */ gone?: ReadonlySet<string>; now: number; onRevoke: ((grant: GrantView) => void) | undefined }) =>
  grants.length === 0 ? (
    <EmptyState place="part" icon="pin" title="Nothing is remembered">
      Every change is asked about. A signed runbook that proved itself can be remembered for a while, and taken back at any time.
    </EmptyState>
  ) : (
    <ul className={styles.list}>
      {grants.map((grant) => {
        const known = skills.find(({ id }) => id === grant.skillId);
        const isOver = grant.revokedAt !== null || grant.untilAt <= now;
        const isOther = known !== undefined && known.version !== grant.version;
        return (
          <li key={grant.id} className={isOver ? `${styles.row} ${styles.over}` : styles.row}>
            <Tag tone={isOver ? "neutral" : isOther ? "warn" : "ok"}>{grant.revokedAt !== null ? "forgotten" : isOver ? "ended" : isOther ? "asks again" : "holds"}</Tag>
            <div className={styles.what}>
              <div className={styles.name}>
                {known?.title ?? grant.skillId} <span className={styles.mono}>{grant.skillId} {grant.version}</span>
              </div>
              <div className={styles.facts}>
                {scopeWords(grant.scope)} · until {minuteOf(grant.untilAt)} · signed by {grant.signer} · by {grant.byName}{!isOver && gone.has(grant.byId) ? " (who may approve no more)" : ""}, {minuteOf(grant.createdAt)}
                {isOther && !isOver ? ` · version ${known.version} is installed now` : ""}
              </div>
            </div>
            {isOver || onRevoke === undefined ? null : <Button size="sm" kind="ghost" onClick={() => onRevoke(grant)}>Forget</Button>}
          </li>
        );
      })}
    </ul>
  );

type AddProps = { isOpen: boolean; skills: readonly SkillView[]; now: number; problem: string; onClose: () => void; onAdd: (asked: Asked) => void };
const AddDialog = ({ isOpen, skills, now, problem, onClose, onAdd }: AddProps) => {
  const [skillId, setSkillId] = useState<string>();
  const [scope, setScope] = useState("environment:dev");
  const [days, setDays] = useState("7");
  const skill = skills.find(({ id }) => id === skillId);
  return (
    <Dialog
      isOpen={isOpen}
      onClose={onClose}
      title="Remember a runbook"
      description="It then runs without being asked about, also when nobody is at the screen. On production its changes still wait for a change window."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" disabled={skill === undefined || scope === "host:"} onClick={() => (skill === undefined ? undefined : onAdd({ skill, scope, untilAt: now + Number(days) * DAY_MS }))}>
            Remember it
          </Button>
        </>
      }
    >
      {problem === "" ? null : <Banner tone="bad" title="Not remembered">{problem}</Banner>}
      <div className={styles.fields}>
        <Field label="Runbook" {...(skill === undefined ? {} : { hint: `${skill.id} ${skill.version}, signed by ${skill.signer}: ${skill.summary}` })}>
          <Select value={skillId ?? null} onValue={setSkillId} choices={skills.map(({ id, title, effect }) => ({ value: id, text: title, note: effect }))} />
        </Field>
        <ScopeField scope={scope} onScope={setScope} />
        <Field label="For">
          <Select value={days} onValue={setDays} choices={DAYS} />
        </Field>
      </div>
    </Dialog>
  );
};
