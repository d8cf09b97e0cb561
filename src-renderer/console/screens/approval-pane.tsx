import { useEffect, useState } from "react";
import { renderedText } from "../../../src-main/contract/rendering.ts";
import { Countdown } from "../../features/approvals/countdown.tsx";
import { SegmentList } from "../../features/approvals/segment-list.tsx";
import { WholeCommand } from "../../features/approvals/whole-command.tsx";
import { formatAgo } from "../../lib/format.ts";
import { keysBack } from "../../lib/keys-back.ts";
import { Banner } from "../../ui/banner.tsx";
import { Button } from "../../ui/button.tsx";
import { Code } from "../../ui/bytes.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { KeyValues } from "../../ui/key-values.tsx";
import { Card, Page } from "../../ui/page.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { EffectTag, EnvironmentTag, Tag } from "../../ui/tag.tsx";
import styles from "../console.module.css";
import type { Output } from "../rest.ts";
import { useActing, useAsked, useConsole, useNow, useOrg, useSession } from "../use-console.ts";
import { STATE_WORDS } from "./approval-words.ts";

type Whole = Output<"GET /v1/orgs/:orgId/approvals/:desktopId/:approvalId">;
type Props = { desktopId: string; approvalId: string; onDecided: () => Promise<void> };

const EVERY_MS = 1000;

/** One request, whole: every byte, what this server's own reader makes of it, and what was decided so far. */
export const ApprovalPane = ({ desktopId, approvalId, onDecided }: Props) => {
  const { orgId } = useOrg();
  const { value, problem, again } = useAsked("GET /v1/orgs/:orgId/approvals/:desktopId/:approvalId", { orgId, desktopId, approvalId }, { everyMs: EVERY_MS });
  const now = useNow();
  const [hasSeen, setSeen] = useState(false);
  if (value === undefined) return <Page>{problem === "" ? <Skeleton lines={6} /> : <p className={styles.words}>{problem}</p>}</Page>;
  const isOpen = value.state === "waiting" && now <= value.notAfter;
  return (
    <Page isWide>
      <article className={styles.stack} aria-label={`Request: ${value.title}`}>
        <header className={styles.request}>
          <EffectTag effect={value.ownEffect} />
          <h2 className={styles.requestTitle}>{renderedText(value.title)}</h2>
          {isOpen ? <Countdown notAfter={value.notAfter} now={now} /> : <Tag>{STATE_WORDS[value.state]}</Tag>}
        </header>
        {value.warnings.map((warning) => (
          <Banner key={warning} tone="bad" title="Look closely">
            {warning}
          </Banner>
        ))}
        <WholeCommand script={value.script} onSeenWhole={() => setSeen(true)} />
        <Facts of={value} />
        {isOpen ? <Decide of={value} hasSeen={hasSeen} onDecided={async () => void (await Promise.all([again(), onDecided()]))} /> : null}
        <Card title={`What it is made of (${value.segments.length})`}>
          <SegmentList segments={[...value.segments].map((each) => ({ ...each, argv: [...each.argv], redirects: [...each.redirects] }))} />
        </Card>
        {value.reasons === "" ? null : (
          <Card title={`Reasons given by ${renderedText(value.reasonsFrom)}: not checked, not part of what is approved`}>
            <p className={styles.words}>{renderedText(value.reasons)}</p>
          </Card>
        )}
        <Decisions of={value} now={now} />
      </article>
    </Page>
  );
};

const Decide = ({ of, hasSeen, onDecided }: { of: Whole; hasSeen: boolean; onDecided: () => Promise<void> }) => {
  const { orgId, may } = useOrg();
  const { ask, toasts } = useConsole();
  const session = useSession();
  const { act, isBusy, problem } = useActing();
  const [note, setNote] = useState("");
  const mine = of.decisions.find(({ userId }) => session.is === "in" && userId === session.me.userId);
  const isMine = mine !== undefined;
  useEffect(() => keysBack, [isMine]);
  const decide = async (decision: "approve" | "deny") => {
    if (!(await act(() => ask("POST /v1/orgs/:orgId/approvals/:desktopId/:approvalId/decision", { orgId, desktopId: of.desktopId, approvalId: of.approvalId, decision, note })))) return;
    toasts.show({ tone: "ok", title: decision === "approve" ? "Approved and signed" : "Denied and signed", text: `${of.desktop} verifies it and says here what it did.` });
    await onDecided();
  };
  if (isMine) return <Banner tone="info" title="You have decided">This request needs {of.needed === 2 ? "another person too" : "nothing more from you"}.</Banner>;
  if (!may("approvals:decide")) return <Banner tone="info" title="Not yours to decide">Your role may look at requests and decide none.</Banner>;
  return (
    <div className={styles.form}>
      {problem === "" ? null : (
        <Banner tone="bad" title="Not decided">
          {problem}
        </Banner>
      )}
      <Field label="Note" isOptional hint="Goes into both records with your decision.">
        <Input value={note} maxLength={500} onValue={setNote} />
      </Field>
      <div className={styles.acts}>
        <Button kind="primary" isBusy={isBusy} disabled={!hasSeen} onClick={() => void decide("approve")}>
          Approve
        </Button>
        <Button disabled={isBusy} onClick={() => void decide("deny")}>
          Deny
        </Button>
        {hasSeen ? null : <span className={styles.quiet}>Scroll to the end of the command first</span>}
      </div>
    </div>
  );
};

const Facts = ({ of }: { of: Whole }) => (
  <KeyValues
    items={[
      {
        key: "Runs on",
        value: of.hosts.map((host) => (
          <span key={host.name} className={styles.item}>
            <span className={styles.itemText}>
              {environmentOf(host.environment)} <Code>{renderedText(host.name)}</Code> as <Code>{renderedText(host.user)}</Code>, host key <span className={styles.mono}>{host.fingerprint}</span>
            </span>
          </span>
        )),
      },
      { key: "Asked by", value: `${renderedText(of.requester)} at ${of.desktop}` },
      { key: "Why asked", value: renderedText(of.whyAsked.replace(/^Asked: /, "")) },
      { key: "Read here as", value: of.ownEffect === of.effect ? renderedText(of.whyEffect) : `${of.ownEffect}; the desktop says ${of.effect}` },
      { key: "Needs", value: of.needed === 2 ? "two approvals" : "one approval" },
      { key: "Then checks", value: of.checks.length === 0 ? "nothing was named to be checked" : of.checks.map((check, index) => <Command key={index} text={check} />) },
      { key: "Undo", value: of.undo === null || of.undo === "" ? "no way back was named" : <Command text={of.undo} /> },
      ...(of.ticket === null ? [] : [{ key: "Ticket", value: renderedText(of.ticket) }]),
      ...(of.say === "" ? [] : [{ key: "The desktop says", value: renderedText(of.say) }]),
    ]}
  />
);
/** What a machine will be told, on a line of its own: two of them side by side would read as one. */
const Command = ({ text }: { text: string }) => <code className={styles.command}>{renderedText(text)}</code>;
const environmentOf = (name: string) => (name === "dev" || name === "staging" || name === "prod" ? <EnvironmentTag environment={name} /> : <Tag>{renderedText(name)}</Tag>);

const Decisions = ({ of, now }: { of: Whole; now: number }) =>
  of.decisions.length === 0 ? null : (
    <Card title="Decisions">
      <ul className={styles.list}>
        {of.decisions.map((each) => (
          <li key={each.userId} className={styles.item}>
            <Tag tone={each.decision === "approve" ? "ok" : "bad"}>{each.decision === "approve" ? "approved" : "denied"}</Tag>
            <span className={styles.itemText}>
              {each.name}
              {each.note === "" ? "" : `: ${renderedText(each.note)}`}
            </span>
            <span className={styles.time}>{each.takenAt === null ? "not yet at the desktop" : each.takenSay === "" ? `taken by the desktop ${formatAgo(each.takenAt, now)}` : `refused by the desktop: ${each.takenSay}`}</span>
          </li>
        ))}
      </ul>
    </Card>
  );
