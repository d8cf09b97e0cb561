import type { Citation, ResultSeries, ResultTable, Statement } from "../../../src-main/contract/index.ts";
import { classNames } from "../../lib/class-names.ts";
import styles from "./answer-block.module.css";
import { citeKey } from "./conversation-state.ts";
import { ResultTableView } from "./result-table.tsx";
import { SeriesChart } from "./series-chart.tsx";

type Props = {
  statements: readonly Statement[];
  tables: readonly ResultTable[];
  series: readonly ResultSeries[];
  numbers: ReadonlyMap<string, number>;
  onCite: (cite: Citation) => void;
};

/** What was found. Every sentence carries the numbers of the steps it rests on; pressing one shows the lines. */
export const AnswerBlock = ({ statements, tables, series, numbers, onCite }: Props) => (
  <div className={styles.answer}>
    {statements.length === 0 ? null : (
      <div className={styles.say}>
        {statements.map((statement, index) => (
          <p key={index} className={classNames(styles.statement, styles[statement.tone])}>
            <Words text={statement.text} />
            {citeGroups(statement.cites, numbers).map(({ number, cites }) => (
              <Cite key={number} number={number} cites={cites} onCite={onCite} />
            ))}
          </p>
        ))}
      </div>
    )}
    {series.map((one, index) => (
      <SeriesChart key={index} series={one} onCite={onCite} />
    ))}
    {tables.map((table, index) => (
      <ResultTableView key={index} table={table} onCite={onCite} />
    ))}
  </div>
);

/** `words` between backquotes are a machine's: drawn in mono. Nothing else is interpreted. */
const Words = ({ text }: { text: string }) => <>{text.split(/`([^`]+)`/).map((part, index) => (index % 2 === 1 ? <code key={index} className={styles.code}>{part}</code> : part))}</>;

const Cite = ({ number, cites, onCite }: { number: number; cites: readonly Citation[]; onCite: (cite: Citation) => void }) => {
  const lines = cites.map((cite) => (cite.fromLine === cite.toLine ? `line ${cite.fromLine}` : `lines ${cite.fromLine} to ${cite.toLine}`)).join(", ");
  return (
    <button type="button" className={styles.cite} title={`Step ${number}, ${lines}`} aria-label={`Show step ${number}, ${lines}`} onClick={() => cites[0] && onCite(cites[0])}>
      {number}
    </button>
  );
};

function citeGroups(cites: readonly Citation[], numbers: ReadonlyMap<string, number>): { number: number; cites: readonly Citation[] }[] {
  const groups = new Map<number, Citation[]>();
  for (const cite of cites) {
    const number = numbers.get(citeKey(cite));
    if (number !== undefined) groups.set(number, [...(groups.get(number) ?? []), cite]);
  }
  return [...groups].map(([number, of]) => ({ number, cites: of }));
}
