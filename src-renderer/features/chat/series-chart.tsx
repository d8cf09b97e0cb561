import type { Citation, ResultSeries } from "../../../src-main/contract/index.ts";
import { formatCount } from "../../lib/format.ts";
import { Code } from "../../ui/bytes.tsx";
import styles from "./series-chart.module.css";

type Props = { series: ResultSeries; onCite?: (cite: Citation) => void };

const W = 600;
const H = 72;

/** A small line or bars over labelled points. The numbers stand beside it, so that nothing is told by the picture alone. */
export const SeriesChart = ({ series, onCite }: Props) => {
  const { points, title, unit, cite } = series;
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
    <figure className={styles.figure} aria-label={`${title}: from ${points[0]?.label ?? ""} to ${last?.label ?? ""}, highest ${formatCount(round(most.value))} ${unit} at ${most.label}`}>
      <figcaption className={styles.caption}>
        <span className={styles.title}>{title}</span>
        <span className={styles.fact}>highest <Code>{formatCount(round(most.value))} {unit}</Code> at {most.label}</span>
        {onCite === undefined || cite === undefined ? null : <button type="button" className={styles.cite} onClick={() => onCite(cite)}>lines</button>}
      </figcaption>
      <svg viewBox={`0 0 ${W} ${H}`} className={styles.plot} preserveAspectRatio="none" aria-hidden>
        {bars
          ? points.map(({ label, value }, i) => (
              <rect key={`${i}-${label}`} x={i * step + step * 0.15} width={step * 0.7} y={Math.min(y(value), y(0))} height={Math.max(1, Math.abs(y(0) - y(value)))} className={styles.bar}>
                <title>{`${label}: ${formatCount(round(value))} ${unit}`}</title>
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

const round = (value: number): number => Math.round(value * 100) / 100;
