import { useEffect, useState } from "react";
import type { ApprovalView } from "../../../src-main/contract/index.ts";
import { renderedText } from "../../../src-main/contract/rendering.ts";
import { classNames } from "../../lib/class-names.ts";
import { keysBack } from "../../lib/keys-back.ts";
import { Code } from "../../ui/bytes.tsx";
import { Button } from "../../ui/button.tsx";
import { Icon } from "../../ui/icon.tsx";
import { Banner } from "../../ui/banner.tsx";
import { Keys } from "../../ui/kbd.tsx";
import { KeyValues } from "../../ui/key-values.tsx";
import { EFFECT_LOOK, EffectTag, EnvironmentTag } from "../../ui/tag.tsx";
import styles from "./approval-card.module.css";
import { Countdown } from "./countdown.tsx";
import { SegmentList } from "./segment-list.tsx";
import { WholeCommand } from "./whole-command.tsx";

export type ApprovalActs = {
  readonly onApprove: () => void;
  readonly onDeny: () => void;
  readonly onAskElse: () => void;
  readonly onWithdraw: (() => void) | undefined;
};
type Props = {
  approval: ApprovalView;
  now: number;
  acts: ApprovalActs;
  /** Why the one who is unlocked may not approve; empty when they may. */
  mayNotSay: string;
  isBusy: boolean;
  /** Whether Mod+Enter approves this one: not where several stand, or a dialog keeps the keys. */
  hasKeys?: boolean;
  problem: string;
  /** The last byte has been on screen. */
  hasSeenWhole: boolean;
  onSeenWhole: () => void;
};

const STATE_WORDS: Readonly<Record<ApprovalView["state"], string>> = { waiting: "waits", approved: "approved", denied: "denied, not run", expired: "expired, not run", cancelled: "taken back, not run", used: "approved and run" };

/** One command to judge, whole. It shows what the core said and nothing it hopes for. */
export const ApprovalCard = ({ approval, now, acts, mayNotSay, isBusy, hasKeys = true, problem, hasSeenWhole, onSeenWhole }: Props) => {
  const isOpen = approval.state === "waiting" && now <= approval.notAfter;
  useEffect(() => keysBack, [isOpen]);
  return (
    <article className={classNames(styles.card, isOpen && styles[EFFECT_LOOK[approval.effect].tone])} aria-label={`Approval: ${approval.title}`} data-decide={isOpen && hasKeys ? true : undefined}>
      <header className={styles.head}>
        <EffectTag effect={approval.effect} />
        <h2 className={classNames(styles.title, isCommand(approval) && styles.commandTitle)}>{renderedText(approval.title)}</h2>
        {approval.state === "waiting" ? <Countdown notAfter={approval.notAfter} now={now} /> : <span className={styles.state}>{STATE_WORDS[approval.state]}</span>}
      </header>
      <div className={styles.body}>
        <WholeCommand script={approval.script} onSeenWhole={onSeenWhole} />
        <Facts approval={approval} />
        <Parts approval={approval} />
        {isSaidAbove(approval) && approval.taint.length === 0 ? null : <Untrusted approval={approval} />}
        {approval.decisions.length === 0 ? null : <Decisions approval={approval} />}
        {approval.say === "" ? null : <p className={styles.say}>{approval.say}</p>}
      </div>
      {isOpen ? (
        <footer className={styles.foot}>
          {problem === "" ? null : (
            <Banner tone="bad" title="Not approved">
              {problem}
            </Banner>
          )}
          <div className={styles.acts}>
            <Button kind="primary" isBusy={isBusy} disabled={!hasSeenWhole || mayNotSay !== ""} onClick={acts.onApprove}>
              Approve and run
            </Button>
            <Button onClick={acts.onDeny} disabled={isBusy}>
              Deny
            </Button>
            <Button kind="ghost" onClick={acts.onAskElse}>
              Ask someone else…
            </Button>
            {acts.onWithdraw === undefined ? null : (
              <Button kind="ghost" onClick={acts.onWithdraw}>
                Take back
              </Button>
            )}
            <span className={styles.grow} />
            {mayNotSay !== "" ? null : hasSeenWhole ? hasKeys ? <DecideKeys /> : null : <span className={styles.hint}>Scroll to the end of the command first</span>}
          </div>
          {mayNotSay === "" ? null : <p className={styles.hint}>{mayNotSay}</p>}
        </footer>
      ) : null}
    </article>
  );
};

/** In a text Mod+Enter is the text's own: Escape leaves it first. */
const DecideKeys = () => (
  <>
    <span className={styles.leave}>
      <Keys keys="Escape" /> then
    </span>
    <Keys keys="Mod+Enter" />
  </>
);

/** Typed by hand, it has no other name than its first line, perhaps shortened. */
const isCommand = ({ title, script }: ApprovalView): boolean => script.startsWith(title.replace(/ …$/, ""));

/** The same wherever somebody signs: which host, as whom, where in it, and by which key it is known. */
export const RunsOn = ({ approval }: { approval: Pick<ApprovalView, "hosts" | "cwd"> }) =>
  approval.hosts.map((host) => (
    <span key={host.id} className={styles.host}>
      <EnvironmentTag environment={host.environment} /> <Code>{renderedText(host.name)}</Code> as <Code>{renderedText(host.user)}</Code> in <Code>{approval.cwd}</Code> · host key <span className={styles.fingerprint}>{host.fingerprint}</span>
    </span>
  ));

export const Facts = ({ approval }: { approval: ApprovalView }) => (
  <KeyValues
    keyWidth={112}
    items={[
      {
        key: "Runs on",
        value: <RunsOn approval={approval} />,
      },
      {
        key: "Why asked",
        value: (
          <>
            {renderedText(approval.whyAsked).replace(/^Asked: /, "")}{" "}
            {approval.rules.map((rule, index) => (
              <span key={rule} className={styles.rule}>
                {index === 0 ? "rule " : ", "}
                <Code>{rule}</Code>
              </span>
            ))}
          </>
        ),
      },
      { key: "Needs", value: `${approval.needed === 2 ? "two approvals" : "one approval"}, ${approval.ownAllowed ? "the requester's own counts" : "not the requester's own"}` },
      { key: "Then checks", value: approval.checks.length === 0 ? <span className={styles.none}>nothing was named to be checked</span> : <Commands list={approval.checks} /> },
      { key: "Undo", value: approval.undo === null || approval.undo === "" ? <span className={styles.none}>no way back was named</span> : <Commands list={[approval.undo]} /> },
      { key: "Asked by", value: `${renderedText(approval.requester.name)}${approval.ticket === null ? "" : ` · ticket ${renderedText(approval.ticket)}`}` },
    ]}
  />
);

/** What a machine will be told, each on a line of its own. */
const Commands = ({ list }: { list: readonly string[] }) =>
  list.map((command, index) => (
    <code key={index} className={styles.command}>
      {renderedText(command)}
    </code>
  ));

/** Read from the bytes, never from what anybody wrote about them. */
const Parts = ({ approval }: { approval: ApprovalView }) => {
  const [isOpen, setOpen] = useState(approval.segments.length <= 6);
  return (
    <section className={styles.parts}>
      <button type="button" className={styles.fold} aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        <Icon name={isOpen ? "chevron-down" : "chevron-right"} size={12} /> What it is made of ({approval.segments.length})
      </button>
      {isOpen ? <SegmentList segments={approval.segments} /> : null}
    </section>
  );
};

/** A signed runbook's reason is often its title again: said twice it would be no more true. A model's stays marked as a model's. */
const isSaidAbove = ({ reasons, reasonsFrom, title }: ApprovalView): boolean => reasons === "" || (reasons === title && reasonsFrom.startsWith("skill "));

export const Untrusted = ({ approval }: { approval: ApprovalView }) => (
  <section className={styles.untrusted} aria-label="Reasons given, not checked">
    <h3 className={styles.untrustedHead}>Reasons given by {renderedText(approval.reasonsFrom)}: not checked, not part of what is approved</h3>
    {approval.reasons === "" ? null : <p className={styles.reasons}>{renderedText(approval.reasons)}</p>}
    {approval.taint.map(({ token, from }) => (
      <p key={token} className={styles.reasons}>
        <Code>{renderedText(token)}</Code> came out of {renderedText(from)}
      </p>
    ))}
  </section>
);

const Decisions = ({ approval }: { approval: ApprovalView }) => (
  <ul className={styles.decisions}>
    {approval.decisions.map((decision) => (
      <li key={decision.operatorId}>
        {decision.decision === "approve" ? "✓" : "✗"} {renderedText(decision.name)} {decision.decision === "approve" ? "approved" : "denied"}
        {decision.inPlaceOf === undefined ? "" : ` in place of ${renderedText(decision.inPlaceOf)}`}
        {decision.from === "file" ? " by file" : ""}
        {decision.note === "" ? "" : `: ${renderedText(decision.note)}`}
      </li>
    ))}
    {approval.state === "waiting" ? <li className={styles.none}>{approval.needed - approval.decisions.length} more needed</li> : null}
  </ul>
);
