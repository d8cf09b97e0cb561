import { memo, useState } from "react";
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
export const AnswerBlock = memo(({ statements, tables, series, numbers, onCite }: Props) => (
  <div className={styles.answer}>
    {statements.length === 0 ? null : (
      <div className={styles.say}>
        {statements.map((statement, index) => (
          <p key={index} className={classNames(styles.statement, styles[statement.tone])}>
            <Words text={statement.text} />
            <Cites groups={citeGroups(statement.cites, numbers)} onCite={onCite} />
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
), isSameAnswer);
AnswerBlock.displayName = "AnswerBlock";

/** An answer of hundreds of hosts stays as it is while a fix below it tells its steps, which get numbers too. */
function isSameAnswer(before: Props, after: Props): boolean {
  const isSame = before.statements === after.statements && before.tables === after.tables && before.series === after.series && before.onCite === after.onCite;
  return isSame && after.statements.every(({ cites }) => cites.every((cite) => before.numbers.get(citeKey(cite)) === after.numbers.get(citeKey(cite))));
}

/** `words` between backquotes are a machine's: drawn in mono. Nothing else is interpreted. */
const Words = ({ text }: { text: string }) => <>{text.split(/`([^`]+)`/).map((part, index) => (index % 2 === 1 ? <code key={index} className={styles.code}>{part}</code> : part))}</>;

type CiteGroup = { readonly number: number; readonly cites: readonly Citation[] };
const CITES_SHOWN = 6;

/** What is said of a hundred hosts rests on a hundred outputs: the first are there, the others when they are asked for. */
const Cites = ({ groups, onCite }: { groups: readonly CiteGroup[]; onCite: (cite: Citation) => void }) => {
  const [isWhole, setWhole] = useState(false);
  const left = isWhole ? 0 : Math.max(0, groups.length - CITES_SHOWN);
  return (
    <>
      {groups.slice(0, groups.length - left).map(({ number, cites }) => (
        <Cite key={number} number={number} cites={cites} onCite={onCite} />
      ))}
      {left === 0 ? null : (
        <button type="button" className={styles.cite} aria-label={`Show the other ${left} steps this rests on`} onClick={() => setWhole(true)}>
          +{left}
        </button>
      )}
    </>
  );
};

const Cite = ({ number, cites, onCite }: { number: number; cites: readonly Citation[]; onCite: (cite: Citation) => void }) => {
  const lines = cites.map((cite) => (cite.fromLine === cite.toLine ? `line ${cite.fromLine}` : `lines ${cite.fromLine} to ${cite.toLine}`)).join(", ");
  return (
    <button type="button" className={styles.cite} title={`Step ${number}, ${lines}`} aria-label={`Show step ${number}, ${lines}`} onClick={() => cites[0] && onCite(cites[0])}>
      {number}
    </button>
  );
};

function citeGroups(cites: readonly Citation[], numbers: ReadonlyMap<string, number>): CiteGroup[] {
  const groups = new Map<number, Citation[]>();
  for (const cite of cites) {
    const number = numbers.get(citeKey(cite));
    if (number !== undefined) groups.set(number, [...(groups.get(number) ?? []), cite]);
  }
  return [...groups].map(([number, of]) => ({ number, cites: of }));
}
