import { memo, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState, type ReactNode } from "react";
import type { Choice, Citation } from "../../../src-main/contract/index.ts";
import { formatClock, formatInstant, plural } from "../../lib/format.ts";
import { keysBack } from "../../lib/keys-back.ts";
import type { QuietHosts } from "../../app/use-quiet-hosts.ts";
import { Button } from "../../ui/button.tsx";
import { Chip } from "../../ui/chip.tsx";
import { Icon } from "../../ui/icon.tsx";
import { IconButton } from "../../ui/icon-button.tsx";
import { Spinner } from "../../ui/progress.tsx";
import { AnswerBlock } from "./answer-block.tsx";
import { AskBack } from "./ask-back.tsx";
import { citationNumbers, citeKey, citesByStep, type Block, type OfferView, type RunView, type StepView, type TurnView } from "./conversation-state.ts";
import { FleetBlock } from "./fleet-block.tsx";
import { OfferCard } from "./offer-card.tsx";
import { PlanHead } from "./plan-head.tsx";
import { StepCard, type Shown } from "./step-card.tsx";
import styles from "./turn-block.module.css";

export type TurnActions = {
  readonly onChoose: (choice: Choice) => void;
  readonly onTake: (proposalId: string, take: boolean) => void;
  readonly onRetry: (turn: TurnView) => void;
  readonly onStop: () => void;
  readonly onOpenPane?: (hostId: string) => void;
  readonly drawApproval: (approvalId: string, isFirst: boolean) => ReactNode;
};

type Props = { turn: TurnView; runs: ReadonlyMap<string, RunView>; offers: ReadonlyMap<string, OfferView>; isLast: boolean; now: number; quietHosts?: QuietHosts; busyOffer: string | undefined; actions: TurnActions };

/** More hosts than this and the run is drawn as a matrix instead of a card per step. */
export const MATRIX_FROM = 4;

const NOBODY_QUIET: QuietHosts = new Map();

export const TurnBlock = memo(({ turn, runs, offers, isLast, now, quietHosts = NOBODY_QUIET, busyOffer, actions }: Props) => {
  const [shown, setShown] = useState<Shown>();
  const [openHostId, setOpenHostId] = useState<string>();
  const numbers = useMemo(() => citationNumbers(turn, runs), [turn, runs]);
  const cites = useMemo(() => citesByStep(turn), [turn]);
  const newest = useRef(runs);
  useLayoutEffect(() => {
    newest.current = runs;
  });
  const showCite = useCallback((cite: Citation) => {
    const step = newest.current.get(cite.runId)?.steps.get(cite.stepId);
    if (step) setOpenHostId(step.hostId);
    setShown((before) => ({ key: citeKey(cite), cite, asked: (before?.asked ?? 0) + 1 }));
  }, []);
  const isOpen = turn.state === "working" || turn.state === "waiting";
  const draw = (block: Block, index: number): ReactNode => {
    switch (block.kind) {
      case "run": {
        const run = runs.get(block.runId);
        if (!run) return null;
        return <RunBlock key={block.runId} run={run} block={block} {...{ turn, numbers, cites, shown, now, quietHosts, actions, openHostId, setOpenHostId }} />;
      }
      case "answer":
        return <AnswerBlock key={index} statements={block.statements} tables={block.tables} series={block.series} numbers={numbers} onCite={showCite} />;
      case "offer": {
        const offer = offers.get(block.proposalId);
        return offer === undefined || (offer.taken === "started" && turn.blocks.some((other) => other.kind === "run" && other.purpose === "fix" && other.title === offer.title)) ? null : <OfferCard key={block.proposalId} offer={offer} isBusy={busyOffer === block.proposalId} onTake={(take) => actions.onTake(block.proposalId, take)} />;
      }
      case "ask-back":
        return <AskBack key={index} question={block.event.question} choices={block.event.choices} hint={block.event.isFree ? "Or answer in your own words." : ""} isOpen={isLast} onChoose={actions.onChoose} />;
      case "out-of-scope":
        return <AskBack key={index} question={block.event.say} choices={block.event.nearest} hint="" isOpen={isLast} onChoose={actions.onChoose} />;
      case "said":
        return <p key={index} className={styles[block.tone]}><Icon name={block.tone === "failed" ? "error" : "lock"} size={14} />{block.say}</p>;
      default:
        return block satisfies never;
    }
  };
  return (
    <article className={styles.turn} aria-label={`Question: ${turn.text}`} aria-busy={isOpen} data-turn-state={turn.state}>
      <Question turn={turn} canRetry={!isOpen} onRetry={() => actions.onRetry(turn)} />
      {turn.blocks.map(draw)}
      {isOpen ? <Pending turn={turn} runs={runs} onStop={actions.onStop} /> : turn.state === "stopped" ? <p className={styles.stopped}>{turn.say}</p> : null}
    </article>
  );
}, isSameTurn);
TurnBlock.displayName = "TurnBlock";

/** The runs of all turns come in one map: a turn is drawn anew when one of its own told something, not when another's did. */
function isSameTurn({ runs: runsBefore, ...before }: Props, { runs, ...after }: Props): boolean {
  return (Object.keys(after) as (keyof typeof after)[]).every((name) => before[name] === after[name]) && after.turn.blocks.every((block) => block.kind !== "run" || runsBefore.get(block.runId) === runs.get(block.runId));
}

const Question = ({ turn, canRetry, onRetry }: { turn: TurnView; canRetry: boolean; onRetry: () => void }) => (
  <div className={styles.question}>
    <span className={styles.aside}>
      {canRetry ? <IconButton icon="refresh" label="Ask this again" size="sm" onClick={onRetry} /> : null}
      <time className={styles.time} title={formatInstant(turn.at)}>{formatClock(turn.at).slice(0, 5)}</time>
    </span>
    <div className={styles.bubble}>
      {turn.text}
      {turn.hosts.length + turn.attachments.length === 0 ? null : (
        <span className={styles.with}>
          {turn.hosts.slice(0, 6).map((host) => <Chip key={host.id} isMono environment={host.environment}>{host.name}</Chip>)}
          {turn.hosts.length > 6 ? <Chip>{`and ${turn.hosts.length - 6} more`}</Chip> : null}
          {turn.attachments.map((file, index) => <Chip key={index} icon={file.kind === "file" ? "file" : "terminal"}>{`${file.name} · ${plural(file.lines, "line")}`}</Chip>)}
        </span>
      )}
    </div>
  </div>
);

type RunProps = {
  run: RunView;
  block: Extract<Block, { kind: "run" }>;
  turn: TurnView;
  numbers: ReadonlyMap<string, number>;
  cites: ReadonlyMap<string, readonly Citation[]>;
  shown: Shown | undefined;
  now: number;
  quietHosts: QuietHosts;
  actions: TurnActions;
  openHostId: string | undefined;
  setOpenHostId: (hostId: string | undefined) => void;
};

const NO_CITES: readonly Citation[] = [];

const RunBlock = ({ run, block, turn, numbers, cites, shown, now, quietHosts, actions, openHostId, setOpenHostId }: RunProps) => {
  const isFleet = run.hosts.size >= MATRIX_FROM;
  const ofHost = isFleet ? (run.hosts.get(openHostId ?? "")?.stepIds ?? []).flatMap((id) => run.steps.get(id) ?? []) : [...run.steps.values()];
  const steps = ofHost.filter((step) => !step.isRetried);
  const firstWaiting = steps.find((step) => step.state === "waiting");
  // Judged and not begun is on its way there: silence of the host holds it up as well.
  const isUnderWay = ({ state }: StepView) => state === "running" || state === "judged";
  const quietOf = (step: StepView) => (isUnderWay(step) ? { hostName: run.hosts.get(step.hostId)?.host.name ?? "The host", since: quietHosts.get(step.hostId) } : undefined);
  const card = (step: StepView, index: number) => (
    <div key={step.stepId} className={styles.stepAndApproval}>
      {step.state === "waiting" && step.approval ? actions.drawApproval(step.approval.id, step === firstWaiting) : <StepCard step={step} number={numbers.get(citeKey(step))} host={run.hosts.size > 1 ? run.hosts.get(step.hostId)?.host : undefined} cites={cites.get(citeKey(step)) ?? NO_CITES} shown={shown?.key === citeKey(step) ? shown : undefined} now={isUnderWay(step) ? now : 0} quiet={quietOf(step)} isSaidElsewhere={(step.state === "failed" && isSameEnd(step, steps[index - 1])) || isAnswer(step.say, turn)} onOpenPane={actions.onOpenPane} />}
    </div>
  );
  return (
    <div className={styles.run}>
      <PlanHead run={run} purpose={block.purpose} understood={turn.understood} />
      {isFleet ? <FleetBlock run={run} now={now} quietHosts={quietHosts} openHostId={openHostId} onOpenHost={setOpenHostId} onStop={actions.onStop} /> : null}
      {steps.map(card)}
    </div>
  );
};

const isAnswer = (say: string, { blocks }: TurnView): boolean => blocks.some((block) => block.kind === "answer" && block.statements.some(({ text }) => text === say));
const isSameEnd = (step: StepView, above: StepView | undefined): boolean => above !== undefined && above.state === step.state && above.hostId === step.hostId && above.say === step.say;

/** What happens now, in words, and the way to stop it. */
const Pending = ({ turn, runs, onStop }: { turn: TurnView; runs: ReadonlyMap<string, RunView>; onStop: () => void }) => {
  useEffect(() => keysBack, []);
  const runIds = turn.blocks.flatMap((block) => (block.kind === "run" ? [block.runId] : []));
  const run = runs.get(runIds.at(-1) ?? "");
  const waits = turn.state === "waiting";
  const say = waits ? "Waits for an approval. Nothing runs until then." : run === undefined ? "Reading the question" : run.endedAt === undefined ? `${run.title || "Working"}…` : "Composing the answer";
  return (
    <div className={styles.pending} role="status">
      {waits ? <Icon name="clock" size={14} /> : <Spinner />}
      <span className={styles.pendingWords}>{say}</span>
      <Button size="sm" kind="ghost" icon="stop" onClick={onStop}>Stop</Button>
    </div>
  );
};
