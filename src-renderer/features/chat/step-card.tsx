import { memo, useEffect, useMemo, useRef, useState } from "react";
import type { Citation, HostRef } from "../../../src-main/contract/index.ts";
import { classNames } from "../../lib/class-names.ts";
import { formatDuration, plural } from "../../lib/format.ts";
import { markBytes } from "../../lib/mark-bytes.ts";
import { CopyButton } from "../../ui/bytes.tsx";
import { Icon } from "../../ui/icon.tsx";
import { IconButton } from "../../ui/icon-button.tsx";
import { Spinner } from "../../ui/progress.tsx";
import { QuietNote } from "../../ui/quiet-note.tsx";
import { EffectTag, Tag } from "../../ui/tag.tsx";
import { isCited, linesOf, type Line, type StepView } from "./conversation-state.ts";
import styles from "./step-card.module.css";

export type Shown = { readonly key: string; readonly cite: Citation; readonly asked: number };

type Props = {
  step: StepView;
  number: number | undefined;
  /** Drawn when the turn has more hosts than one. */
  host?: HostRef | undefined;
  cites: readonly Citation[];
  /** A citation the operator pressed: its lines are unfolded and shown. */
  shown?: Shown | undefined;
  now: number;
  /** Its host by name, and since when that does not answer. */
  quiet?: { readonly hostName: string; readonly since: number | undefined } | undefined;
  /** The card above or the answer says the same: a host that is not reached says so once, not once for each thing it was to be asked. */
  isSaidElsewhere?: boolean;
  onOpenPane?: ((hostId: string) => void) | undefined;
};

const FOLD_AT = 8;
const MAX_DRAWN = 1500;

/** One command: what, with which effect, how it stands, what came back. */
export const StepCard = memo(({ step, number, host, cites, shown, now, quiet, isSaidElsewhere = false, onOpenPane }: Props) => {
  const card = useRef<HTMLElement>(null);
  const [isUnfolded, setUnfolded] = useState(false);
  const lines = useMemo(() => [...linesOf(step.stdout, "stdout"), ...linesOf(step.stderr, "stderr")], [step.stdout, step.stderr]);
  const isAsked = shown !== undefined;
  useEffect(() => {
    if (shown === undefined) return;
    setUnfolded(true);
    requestAnimationFrame(() => (card.current?.querySelector("[data-shown]") ?? card.current)?.scrollIntoView({ block: "center", behavior: "smooth" }));
  }, [shown]);
  const folded = lines.length > FOLD_AT && !isUnfolded ? foldedLines(lines, cites) : undefined;
  const drawn = folded ?? lines.slice(0, MAX_DRAWN);
  const command = step.script.split("\n")[0] ?? "";
  // What changed something is there in full, however long it is; a look gives way to its output.
  const isLong = step.script.includes("\n") || (command.length > 60 && step.judged !== undefined && !LOOKS.has(step.judged.effect));
  const elapsed = step.elapsedMs ?? (step.state === "running" && step.startedAt !== undefined ? Math.max(0, now - step.startedAt) : undefined);
  return (
    <section ref={card} className={classNames(styles.step, isAsked && styles.asked)} aria-label={`${step.title}${host ? ` on ${host.name}` : ""}`} data-step={step.stepId} data-state={step.state}>
      <header className={styles.head}>
        <Mark step={step} />
        {number === undefined ? null : <span className={styles.number} aria-hidden>{number}</span>}
        {host === undefined ? null : <span className={classNames(styles.host, styles[host.environment])}>{host.name}</span>}
        <code className={styles.command} title={isLong || command.length > 60 ? step.script : step.title}>
          {step.script.includes("\n") ? `${command} …` : command}
        </code>
        {step.judged === undefined ? null : <EffectTag effect={step.judged.effect} />}
        {step.isRetried ? <Tag>tried again</Tag> : null}
        {step.wasReattached ? <Tag>fetched after a restart</Tag> : null}
        <span className={styles.tools}>
          {isLong || command.length > 60 ? <CopyButton text={step.script} label="Copy the command" /> : null}
          {onOpenPane === undefined ? null : <IconButton icon="terminal" label="Open a pane on this host" size="sm" onClick={() => onOpenPane(step.hostId)} />}
        </span>
        <time className={styles.time}>{elapsed === undefined || (elapsed === 0 && step.exitCode === null) ? STATE_WORDS[step.state] : formatDuration(elapsed)}</time>
      </header>
      {isLong ? <Script script={step.script} /> : null}
      {isSaidElsewhere || step.say === "" || (step.state === "failed" && step.exitCode !== null && lines.length === 0 && step.say === "") ? null : <p className={classNames(styles.say, step.state === "unknown" && styles.unsure)}>{step.say}</p>}
      {quiet === undefined ? null : <QuietNote hostName={quiet.hostName} hostSince={quiet.since} heardAt={step.heardAt} now={now} />}
      {lines.length === 0 ? (
        step.state === "done" ? <p className={styles.none}>no output</p> : null
      ) : (
        <div className={styles.output}>
          <pre className={styles.pre} tabIndex={0} role="region" aria-label={`Output of ${step.title}`}>
            {drawn.map((line) => (line === "gap" ? <span key="gap" className={styles.gap}>⋯</span> : <OutputLine key={`${line.stream}${line.number}`} line={line} isMarked={isCited(line, cites)} isShown={shown !== undefined && isCited(line, [shown.cite])} hasFailed={step.state === "failed" || step.state === "unknown"} />))}
          </pre>
          <Foot lines={lines} folded={folded !== undefined} step={step} canFold={lines.length > FOLD_AT} onFold={() => setUnfolded(!isUnfolded)} />
        </div>
      )}
    </section>
  );
});
StepCard.displayName = "StepCard";

const LOOKS: ReadonlySet<string> = new Set(["pure", "read"]);
const STATE_WORDS: Readonly<Record<StepView["state"], string>> = { queued: "queued", judged: "connecting", waiting: "waits for approval", running: "running", done: "done", failed: "failed", refused: "not run", unknown: "outcome unknown", stopped: "stopped" };

const Mark = ({ step }: { step: StepView }) => {
  switch (step.state) {
    case "running":
      return <Spinner label="running" />;
    case "queued":
      return <span className={classNames(styles.mark, styles.queued)} role="img" aria-label="queued" />;
    // Read by the gate and let through, or approved: what it waits for now is the way to its host.
    case "judged":
      return <Spinner label="connecting" />;
    case "waiting":
      return <span className={classNames(styles.mark, styles.hot)} role="img" aria-label="waits for approval"><Icon name="clock" size={10} /></span>;
    case "done":
      return <span className={classNames(styles.mark, styles.ok)} role="img" aria-label="done"><Icon name="check" size={10} /></span>;
    case "failed":
      return <span className={classNames(styles.mark, styles.bad)} role="img" aria-label="failed"><Icon name="close" size={10} /></span>;
    case "refused":
    case "stopped":
      return <span className={classNames(styles.mark, styles.queued)} role="img" aria-label="not run"><Icon name="minus" size={10} /></span>;
    case "unknown":
      return <span className={classNames(styles.mark, styles.violet)} role="img" aria-label="outcome unknown"><Icon name="help" size={10} /></span>;
    default:
      return step.state satisfies never;
  }
};

const Script = ({ script }: { script: string }) => (
  <pre className={styles.script} tabIndex={0} role="region" aria-label="The whole command">
    <Marked text={script} />
  </pre>
);

/** Colour escapes say nothing here and are dropped; every other hidden byte is named. */
// oxlint-disable-next-line no-control-regex -- the escape sequences terminals use for colour
const SGR = /\u001b\[[0-9;]*m/g;
const Marked = ({ text }: { text: string }) => (
  <>
    {markBytes(text.replace(SGR, "")).map((part, index) => (part.mark === undefined ? part.text : <mark key={index} className={styles.hidden} title={part.mark}>{part.text}</mark>))}
  </>
);

/** Programs say good news on stderr too: it is red only where the command failed. */
const OutputLine = ({ line, isMarked, isShown, hasFailed }: { line: Line; isMarked: boolean; isShown: boolean; hasFailed: boolean }) => (
  <span className={classNames(styles.line, line.stream === "stderr" && (hasFailed ? styles.failed : styles.stderr), isMarked && styles.cited, isShown && styles.shown)} data-shown={isShown || undefined}>
    <span className={styles.lineNumber} aria-hidden>{line.number}</span>
    <span className={styles.text}>
      <Marked text={line.text === "" ? " " : line.text} />
    </span>
  </span>
);

const Foot = ({ lines, folded, step, canFold, onFold }: { lines: readonly Line[]; folded: boolean; step: StepView; canFold: boolean; onFold: () => void }) => (
  <footer className={styles.foot} data-bare={!canFold || undefined}>
    {canFold ? (
      <button type="button" className={styles.fold} aria-expanded={!folded} onClick={onFold}>
        <Icon name={folded ? "chevron-down" : "chevron-up"} size={12} />
        {folded ? `All ${plural(lines.length, "line")}` : "Fold"}
      </button>
    ) : null}
    {lines.length > MAX_DRAWN && !folded ? <span>{plural(lines.length - MAX_DRAWN, "more line")} in the copy</span> : null}
    {step.cutBytes > 0 ? <span className={styles.cut}>{plural(step.cutBytes, "byte")} beyond the limit were counted, not kept</span> : null}
    <span className={styles.grow} />
    <CopyButton text={lines.map(({ text }) => text).join("\n")} label="Copy the output" />
  </footer>
);

/** What stays visible of long output: its first lines and the lines an answer rests on. */
function foldedLines(lines: readonly Line[], cites: readonly Citation[]): (Line | "gap")[] {
  const cited = lines.filter((line) => isCited(line, cites)).slice(0, FOLD_AT);
  if (cited.length === 0) return lines.slice(0, 5);
  const head = lines.slice(0, 2).filter((line) => !cited.includes(line));
  return head.length > 0 && cited[0] !== lines[head.length] ? [...head, "gap", ...cited] : [...head, ...cited];
}
