import { type ReactNode, Suspense, useState } from "react";
import type { Proposal, RunEvent, RunItem, RunState } from "../../../src-main/contract/index.ts";
import { useApp, useFeed } from "../../app/use-app.ts";
import { useNow } from "../../app/use-now.ts";
import { useQuietHosts } from "../../app/use-quiet-hosts.ts";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/page.tsx";
import { QuietNote } from "../../ui/quiet-note.tsx";
import { Dot } from "../../ui/status-dot.tsx";
import { Tag, type Tone } from "../../ui/tag.tsx";
import { LiveApproval } from "../approvals/index.ts";
import styles from "./screen.module.css";

export const RUN_LOOK: Readonly<Record<RunState, { readonly tone: Tone; readonly text: string }>> = {
  running: { tone: "accent", text: "running" }, waiting: { tone: "warn", text: "waits for approval" }, paused: { tone: "neutral", text: "paused" }, done: { tone: "ok", text: "done" }, failed: { tone: "bad", text: "failed" }, refused: { tone: "warn", text: "not run" }, stopped: { tone: "neutral", text: "stopped" }, unknown: { tone: "violet", text: "outcome unknown" },
};
const DOT = { plain: "idle", good: "ok", attention: "warn", bad: "bad", unsure: "idle" } as const;

/** A run that is looked at here. */
export type Started = { readonly runId: string; readonly hosts: readonly { readonly id: string; readonly name: string }[] };
type Told = { readonly proposals: readonly Proposal[]; readonly state: RunState; readonly say: string; readonly statements: readonly Extract<RunEvent, { type: "statement" }>[]; readonly steps: readonly { readonly id: string; readonly hostId: string; readonly title: string; readonly say: string }[]; readonly approvalId: string | undefined; /** What was sent and has not ended: where, and when it last said something. */ readonly running: ReadonlyMap<string, { readonly hostId: string; readonly heardAt: number }> };
export const NOTHING: Told = { state: "running", say: "", statements: [], steps: [], proposals: [], approvalId: undefined, running: new Map() };

/** What a run has told so far; pure, so that it is the same live and afterwards. */
export function toldBy(told: Told, { at, event }: RunItem): Told {
  switch (event.type) {
    case "queued":
      return { ...told, steps: [...told.steps, { id: event.stepId, hostId: event.hostId, title: event.title, say: "" }] };
    case "ended":
    case "refused":
    case "unknown":
      return { ...told, approvalId: undefined, running: new Map([...told.running].filter(([id]) => id !== event.stepId)), steps: told.steps.map((step) => (step.id === event.stepId ? { ...step, say: event.say === "" ? "done" : event.say } : step)) };
    case "waiting":
      return { ...told, approvalId: event.approvalId };
    case "approved":
      return { ...told, approvalId: undefined };
    case "started":
    case "output": {
      const hostId = told.steps.find(({ id }) => id === event.stepId)?.hostId ?? "";
      return { ...told, approvalId: event.type === "started" ? undefined : told.approvalId, running: new Map([...told.running, [event.stepId, { hostId, heardAt: at }]]) };
    }
    case "statement":
      return { ...told, statements: [...told.statements, event] };
    case "proposal":
      return { ...told, proposals: [...told.proposals, event.proposal] };
    case "state":
      return { ...told, state: event.state, say: event.say };
    default:
      return told;
  }
}

/** One run, followed while it goes on: its steps, what it found, and the approval it waits for. */
export const RunCard = ({ runId, title, hosts, onFollow }: Started & { title: string; onFollow: (next: Started) => void }) => {
  const { client, toast } = useApp();
  const [told, setTold] = useState<Told>(NOTHING);
  useFeed(`run ${runId}`, (core, signal) => core.runs.follow({ runId }, { signal }), (item) => setTold((before) => toldBy(before, item)));
  const look = RUN_LOOK[told.state];
  const take = ({ skillId, hostId, inputs }: Proposal) =>
    void client.runs.start({ skillId, hosts: [hostId], inputs }).then(
      (next) => onFollow({ runId: next.runId, hosts: hosts.filter(({ id }) => id === hostId) }),
      (error: Error) => toast({ title: "It did not start", text: error.message, tone: "bad" }),
    );
  const isOpen = ["running", "waiting", "paused"].includes(told.state);
  const quietHosts = useQuietHosts();
  const now = useNow(isOpen, 1000);
  const nameOf = (id: string) => hosts.find((host) => host.id === id)?.name ?? id;
  return (
    <Card
      title={title}
      trailing={
        <>
          <Tag tone={look.tone}>{look.text}</Tag>
          {isOpen ? (
            <Button size="sm" icon="stop" onClick={() => void client.runs.stop({ runId })}>
              Stop the run
            </Button>
          ) : null}
        </>
      }
    >
      <RunStory told={told} nameOf={nameOf} isMany={hosts.length > 1} />
      {isOpen ? [...told.running].map(([id, { hostId, heardAt }]) => <QuietNote key={id} hostName={nameOf(hostId)} hostSince={quietHosts.get(hostId)} heardAt={heardAt} now={now} />) : null}
      {isOpen ? null : <Proposals proposals={told.proposals} onTake={take} />}
      {told.approvalId === undefined ? null : (
        <Suspense>
          <LiveApproval approvalId={told.approvalId} />
        </Suspense>
      )}
    </Card>
  );
};

const Proposals = ({ proposals, onTake }: { proposals: readonly Proposal[]; onTake: (proposal: Proposal) => void }) =>
  proposals.length === 0 ? null : (
    <ul className={styles.lines} aria-label="What can be done next">
      {proposals.map((proposal) => (
        <li key={proposal.id} className={styles.row}>
          <Button size="sm" icon={proposal.isUndo ? "undo" : "play"} onClick={() => onTake(proposal)}>
            {proposal.isUndo ? "Undo" : "Propose this"}
          </Button>
          <span className={styles.summary}>{proposal.title}</span>
        </li>
      ))}
    </ul>
  );

export const RunStory = ({ told, nameOf, isMany }: { told: Told; nameOf: (hostId: string) => string; isMany: boolean }): ReactNode => (
  <div className={styles.stack}>
    {told.statements.length === 0 ? null : (
      <ul className={styles.lines} aria-label="What was found">
        {told.statements.map(({ hostId, statement }, at) => (
          <li key={at} className={styles.statement}>
            <span className={styles.statementDot}>
              <Dot state={DOT[statement.tone]} />
            </span>
            <span>
              {isMany ? <code className={styles.id}>{nameOf(hostId)} </code> : null}
              {statement.text}
            </span>
          </li>
        ))}
      </ul>
    )}
    {told.say === "" || told.statements.some(({ statement }) => statement.text === told.say) ? null : <p className={styles.note}>{told.say}</p>}
    <p className={styles.note}>{told.steps.map(({ title, say }) => (say === "" || say === "done" ? title : `${title}: ${say}`)).join(" · ")}</p>
  </div>
);
