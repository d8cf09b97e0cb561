import type { Citation, ResultSeries } from "../../../src-main/contract/index.ts";
import { formatBytes, formatCount } from "../../lib/format.ts";
import { Code } from "../../ui/bytes.tsx";
import styles from "./series-chart.module.css";

type Props = { series: ResultSeries; onCite?: ((cite: Citation) => void) | undefined };

const W = 600;
const H = 72;

/** Labels that begin with a figure follow one another (times, days); names and paths stand side by side, and no line leads from one to the next. */
const isSequence = ({ points }: ResultSeries): boolean => points.every(({ label }) => /^[+-]?\d/.test(label));

/** Values over time as a line or bars, of things as one bar each. The numbers stand beside it, so that nothing is told by the picture alone. */
export const SeriesChart = ({ series, onCite }: Props) => (isSequence(series) ? <Sequence series={series} onCite={onCite} /> : <Things series={series} onCite={onCite} />);

const MOST_BARS = 8;
const Cite = ({ series: { cite }, onCite }: Props) => (onCite === undefined || cite === undefined ? null : <button type="button" className={styles.cite} onClick={() => onCite(cite)}>lines</button>);

const Things = ({ series, onCite }: Props) => {
  const { points, title, unit } = series;
  const shown = points.slice(0, MOST_BARS);
  const top = unit === "%" ? 100 : Math.max(...points.map(({ value }) => value), 0) || 1;
  return (
    <figure className={styles.figure} aria-label={title}>
      <figcaption className={styles.caption}>
        <span className={styles.title}>{title}</span>
        {points.length > shown.length ? <span className={styles.fact}>{`${shown.length} of ${formatCount(points.length)}; all are in the table`}</span> : null}
        <Cite series={series} onCite={onCite} />
      </figcaption>
      <dl className={styles.things}>
        {shown.map(({ label, value }, i) => (
          <div key={`${i}-${label}`} className={styles.thing}>
            <dt title={label}><Code>{label}</Code></dt>
            <dd aria-hidden className={styles.track}><span style={{ inlineSize: `${Math.max(0, Math.min(100, (value / top) * 100))}%` }} /></dd>
            <dd className={styles.amount}>{amountOf(value, unit)}</dd>
          </div>
        ))}
      </dl>
    </figure>
  );
};

const Sequence = ({ series, onCite }: Props) => {
  const { points, title, unit } = series;
  const values = points.map(({ value }) => value);
  const top = Math.max(...values, 0);
  const low = Math.min(...values, 0);
  const span = top - low || 1;
  const last = points.at(-1);
  const most = points.reduce((a, b) => (b.value > a.value ? b : a), points[0] ?? { label: "", value: 0 });
  const y = (value: number) => H - ((value - low) / span) * H;
  const bars = points.length <= 24;
  const step = W / Math.max(points.length, 1);
  const line = points.map(({ value }, i) => `${((i + 0.5) * step).toFixed(1)},${y(value).toFixed(1)}`).join(" ");
  return (
    <figure className={styles.figure} aria-label={`${title}: from ${points[0]?.label ?? ""} to ${last?.label ?? ""}, highest ${amountOf(most.value, unit)} at ${most.label}`}>
      <figcaption className={styles.caption}>
        <span className={styles.title}>{title}</span>
        <span className={styles.fact}>highest <Code>{amountOf(most.value, unit)}</Code> at {most.label}</span>
        <Cite series={series} onCite={onCite} />
      </figcaption>
      <svg viewBox={`0 0 ${W} ${H}`} className={styles.plot} preserveAspectRatio="none" aria-hidden>
        {bars
          ? points.map(({ label, value }, i) => (
              <rect key={`${i}-${label}`} x={i * step + step * 0.15} width={step * 0.7} y={Math.min(y(value), y(0))} height={Math.max(1, Math.abs(y(0) - y(value)))} className={styles.bar}>
                <title>{`${label}: ${amountOf(value, unit)}`}</title>
              </rect>
            ))
          : <polyline points={line} className={styles.line} vectorEffect="non-scaling-stroke" />}
      </svg>
      <div className={styles.axis} aria-hidden>
        <span>{points[0]?.label}</span>
        <span>{last?.label}</span>
      </div>
    </figure>
  );
};

const amountOf = (value: number, unit: string): string => (unit === "bytes" ? formatBytes(value) : `${formatCount(round(value))} ${unit}`);
const round = (value: number): number => Math.round(value * 100) / 100;
