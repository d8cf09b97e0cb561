import { useState } from "react";
import type { CentralLinkView } from "../../../src-main/contract/index.ts";
import { useAct } from "../../app/use-act.ts";
import { useApp, useFeed, useStatus } from "../../app/use-app.ts";
import { formatAgo, formatCount, plural } from "../../lib/format.ts";
import { Banner } from "../../ui/banner.tsx";
import { Button } from "../../ui/button.tsx";
import { Code } from "../../ui/bytes.tsx";
import { ConfirmDialog } from "../../ui/dialog.tsx";
import { Field, FieldGroup } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { KeyValues } from "../../ui/key-values.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { StatusDot, type DotState } from "../../ui/status-dot.tsx";
import { Tag } from "../../ui/tag.tsx";
import styles from "./screen.module.css";

export type CentralActs = { readonly onEnrol: (line: string, name: string) => Promise<unknown>; readonly onTrust: (userId: string) => Promise<unknown>; readonly onLeave: (why: string) => Promise<unknown> };

export const CentralSection = () => {
  const { client } = useApp();
  const mayChange = useStatus((status) => status?.principal.permissions.includes("administer") === true);
  const isSealed = useStatus((status) => status?.network === "sealed");
  const [view, setView] = useState<CentralLinkView>();
  useFeed("central", (core, signal) => core.central.follow({}, { signal }), setView);
  if (view === undefined) return <Skeleton lines={4} label="Asking how this desktop stands" />;
  const acts: CentralActs = { onEnrol: (invitation, name) => client.central.enrol({ invitation, name }), onTrust: (userId) => client.central.trust({ userId }), onLeave: (why) => client.central.leave({ why }) };
  return <CentralView view={view} mayChange={mayChange} isSealed={isSealed} now={Date.now()} acts={acts} />;
};

type Props = { view: CentralLinkView; mayChange: boolean; isSealed: boolean; now: number; acts: CentralActs };

/** The optional server, from this desk: what it keeps, who may decide from there, and the ways in and out. */
export const CentralView = ({ view, mayChange, isSealed, now, acts }: Props) => (
  <>
    <FieldGroup title="Central server" hint="Optional. It keeps a verified copy of this record where its operator cannot rewrite it, and lets approvers decide from elsewhere. Everything here works without one.">
      {view.state === "none" ? <Enrol mayChange={mayChange} isSealed={isSealed} onEnrol={acts.onEnrol} /> : <Standing view={view} now={now} />}
    </FieldGroup>
    {view.state === "none" ? null : (
      <>
        <Approvers view={view} mayChange={mayChange} onTrust={acts.onTrust} />
        {mayChange ? <Leave orgName={view.orgName} onLeave={acts.onLeave} /> : null}
      </>
    )}
  </>
);

const Enrol = ({ mayChange, isSealed, onEnrol }: { mayChange: boolean; isSealed: boolean; onEnrol: CentralActs["onEnrol"] }) => {
  const { problem, isBusy, act: attempt } = useAct();
  const [line, setLine] = useState("");
  const [name, setName] = useState("");
  return (
    <div className={styles.form}>
      {isSealed ? (
        <Banner tone="info" title="The network is sealed">
          Nothing is sent to a server while it is. An admin can open it under <a href="#/settings/network">Network</a>.
        </Banner>
      ) : null}
      {problem === "" ? null : (
        <Banner tone="bad" title="Not linked">
          {problem}
        </Banner>
      )}
      <Field label="Enrolment line" hint="From an admin of the server; begins with sena-link: and works once.">
        <Input isMono value={line} onValue={setLine} disabled={!mayChange} />
      </Field>
      <Field label="Name of this desktop" hint="As the organisation sees it.">
        <Input value={name} maxLength={80} onValue={setName} disabled={!mayChange} />
      </Field>
      <Button kind="primary" isBusy={isBusy} disabled={!mayChange || isSealed || name.trim() === "" || line.trim() === ""} onClick={() => void attempt(() => onEnrol(line.trim(), name.trim()))}>
        Link this desktop
      </Button>
    </div>
  );
};

const LOOK: Readonly<Record<Exclude<CentralLinkView["state"], "none">, { readonly dot: DotState; readonly text: string }>> = {
  "by-file": { dot: "ok", text: "by files that are carried" },
  connecting: { dot: "busy", text: "connecting" },
  linked: { dot: "ok", text: "linked" },
  waiting: { dot: "warn", text: "the server does not answer" },
  refused: { dot: "bad", text: "not let in" },
  alarm: { dot: "bad", text: "the records exclude each other" },
};

const Standing = ({ view, now }: { view: CentralLinkView; now: number }) => {
  const look = view.state === "none" ? undefined : LOOK[view.state];
  return (
    <div className={styles.facts}>
      {view.say === "" ? null : (
        <Banner tone={view.state === "alarm" || view.state === "refused" ? "bad" : "warn"} title={view.state === "alarm" ? "Fork alarm" : "The link"}>
          {view.say}
        </Banner>
      )}
      <KeyValues
        items={[
          { key: "State", value: look === undefined ? "" : <StatusDot state={look.dot} label={look.text} /> },
          { key: "Organisation", value: view.orgName },
          ...(view.address === "" ? [] : [{ key: "Server", value: <Code>{view.address}</Code> }]),
          { key: "Kept there", value: `${plural(view.kept, "entry", "entries")} of this record, cosigned` },
          { key: "Lag", value: view.lag === 0 ? "none: all of it is there" : `${formatCount(view.lag)} to send` },
          { key: "Last heard", value: view.heardAt === 0 ? "not yet" : formatAgo(view.heardAt, now) },
          { key: "Rules from there", value: view.edition.n === 0 ? "none" : `edition ${view.edition.n}${view.edition.say === "" ? "" : `: ${view.edition.say}`}` },
        ]}
      />
    </div>
  );
};

const Approvers = ({ view, mayChange, onTrust }: { view: CentralLinkView; mayChange: boolean; onTrust: CentralActs["onTrust"] }) => {
  const { problem, isBusy, act: attempt } = useAct();
  return (
    <FieldGroup title="Approvers there" hint="Their signatures count at this desk only after somebody here trusted their key. The server can retire keys and add none.">
      <div className={styles.facts}>
        {problem === "" ? null : (
          <Banner tone="bad" title="Not trusted">
            {problem}
          </Banner>
        )}
        {view.approvers.length === 0 ? (
          <p>The server names no approver yet.</p>
        ) : (
          <KeyValues
            items={view.approvers.map((each) => ({
              key: each.name,
              value: (
                <>
                  <Code>{each.publicKey}</Code> {each.isRetired ? <Tag>retired</Tag> : each.isTrusted ? <Tag tone="ok">may approve here</Tag> : <Tag tone="warn">not trusted here</Tag>}{" "}
                  {!each.isRetired && !each.isTrusted && mayChange ? (
                    <Button size="sm" isBusy={isBusy} onClick={() => void attempt(() => onTrust(each.userId))} aria-label={`Trust ${each.name} here`}>
                      Trust here
                    </Button>
                  ) : null}
                </>
              ),
            }))}
          />
        )}
      </div>
    </FieldGroup>
  );
};

const Leave = ({ orgName, onLeave }: { orgName: string; onLeave: CentralActs["onLeave"] }) => {
  const { problem, isBusy, act: attempt } = useAct();
  const [isAsking, setAsking] = useState(false);
  return (
    <FieldGroup title="Leave" hint="The record stays here, whole. What the server keeps of it stays there.">
      <div className={styles.facts}>
        {problem === "" ? null : (
          <Banner tone="bad" title="Not left">
            {problem}
          </Banner>
        )}
        <Button kind="danger" onClick={() => setAsking(true)}>
          Leave {orgName}…
        </Button>
      </div>
      <ConfirmDialog isOpen={isAsking} isDanger isBusy={isBusy} title={`Leave ${orgName}?`} confirmText="Leave" onCancel={() => setAsking(false)} onConfirm={() => void attempt(() => onLeave("left at the desk")).then(() => setAsking(false))}>
        Nobody there can approve for this desktop any more, and its record is no longer witnessed. To come back it needs a new line.
      </ConfirmDialog>
    </FieldGroup>
  );
};
