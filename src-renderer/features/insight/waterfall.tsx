import type { HostRef, Resolution, Span, SpanKind } from "../../../src-main/contract/index.ts";
import { classNames } from "../../lib/class-names.ts";
import { formatCost, formatCount, formatDuration, plural } from "../../lib/format.ts";
import styles from "./waterfall.module.css";

const KINDS: Readonly<Record<SpanKind, string>> = { run: "Run", parse: "Reading the request", plan: "Planning", model: "Model", gate: "Gate", approval: "Waiting for approval", connect: "Connecting", execute: "On the host", extract: "Reading the output" };
const MOST_ROWS = 400;

/** Where the time of one run went: a bar per span on one scale, and the sums in words. */
export const Waterfall = ({ title, spans: told, question, hosts, now }: { title: string; spans: readonly Span[]; /** All of what was asked, this run with it. */ question: Resolution; hosts: readonly HostRef[]; /** What goes on is drawn up to here. */ now: number }) => {
  const spans = told.map((span) => ({ ...span, until: span.to ?? Math.max(span.from, now) }));
  const from = Math.min(...spans.map((span) => span.from));
  const end = Math.max(from + 1, ...spans.map((span) => span.until));
  const place = (at: number) => `${((at - from) / (end - from)) * 100}%`;
  const nameOf = (id: string | undefined) => hosts.find((host) => host.id === id)?.name ?? "";
  return (
    <section className={styles.waterfall} tabIndex={0} aria-label={`Where the time went: ${title}`}>
      <h2 className={styles.title}>{title}</h2>
      <p className={styles.sums}>{sumsOf(spans).map(({ kind, ms }) => <span key={kind} data-kind={kind}>{`${KINDS[kind]} ${formatDuration(ms)}`}</span>)}{spentOf(spans)}</p>
      {question.modelCalls === 0 ? null : <p className={styles.sums}>{sayQuestion(question)}</p>}
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">What</th>
            <th scope="col">Took</th>
            <th scope="col">When, of {formatDuration(end - from)}</th>
          </tr>
        </thead>
        <tbody>
          {spans.slice(0, MOST_ROWS).map((span, i) => (
            <tr key={`${i} ${span.from}`} data-kind={span.kind}>
              <th scope="row">
                <span className={styles.kind}>{KINDS[span.kind]}</span>
                <span className={styles.name}>
                  {hosts.length > 1 && span.hostId !== undefined ? `${nameOf(span.hostId)}: ` : ""}
                  {span.name}
                  {span.tokens === undefined ? "" : ` · ${formatCount(span.tokens.prompt)} tokens read, ${formatCount(span.tokens.output)} written`}
                  {span.cost === undefined ? "" : ` · ${formatCost(span.cost)}`}
                </span>
              </th>
              <td className={styles.took}>
                {formatDuration(span.until - span.from)}
                {span.to === null ? " so far" : ""}
                {span.isFailed ? " ✕" : ""}
              </td>
              <td className={styles.lane}>
                <i className={classNames(styles.bar, span.isFailed && styles.failed)} style={{ insetInlineStart: place(span.from), inlineSize: `max(2px, ${((span.until - span.from) / (end - from)) * 100}%)` }} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {spans.length > MOST_ROWS ? <p className={styles.sums}>{formatCount(spans.length - MOST_ROWS)} more are not drawn.</p> : null}
    </section>
  );
};

/** Models without a price cost time: that is said, not a zero. */
const sayQuestion = ({ runs, isSolved, tookMs, modelCalls, modelMs, tokens, cost }: Resolution): string =>
  `The question ${tookMs === null ? "is still worked on" : isSolved ? `was solved in ${formatDuration(tookMs)}` : "is not solved"}${runs === 1 ? "" : `, with ${plural(runs, "run")}`}: models were asked ${plural(modelCalls, "time")} and took ${formatDuration(modelMs)}, ${formatCount(tokens.prompt)} tokens read, ${formatCount(tokens.output)} written, ${cost === null ? "no money: none of them has a price" : formatCost(cost)}.`;

/** What the models of this run took, in all. */
const spentOf = (spans: readonly Span[]) => {
  const asked = spans.filter(({ kind }) => kind === "model");
  if (asked.length === 0) return null;
  const tokens = asked.reduce((sum, span) => sum + (span.tokens?.prompt ?? 0) + (span.tokens?.output ?? 0), 0);
  const priced = asked.filter(({ cost }) => cost !== undefined);
  return <b>{`${formatCount(tokens)} tokens${priced.length === 0 ? "" : `, ${formatCost(priced.reduce((sum, span) => sum + (span.cost ?? 0), 0))}`}`}</b>;
};

/** Spans of several hosts overlap: sums tell work, the scale tells time. */
const sumsOf = (spans: readonly (Span & { until: number })[]) =>
  (["parse", "plan", "model", "gate", "approval", "connect", "execute", "extract"] as const)
    .map((kind) => ({ kind, ms: spans.reduce((sum, span) => (span.kind === kind ? sum + span.until - span.from : sum), 0), count: spans.filter((span) => span.kind === kind).length }))
    .filter(({ count }) => count > 0);
