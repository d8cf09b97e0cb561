import { useMemo, useState } from "react";
import type { Cell, Citation, Column, ResultTable } from "../../../src-main/contract/index.ts";
import { formatBytes, formatCount, formatDuration, formatInstant, plural } from "../../lib/format.ts";
import { CopyButton } from "../../ui/bytes.tsx";
import { Dot, type DotState } from "../../ui/status-dot.tsx";
import { Table, type Sort } from "../../ui/table.tsx";
import styles from "./result-table.module.css";

type Row = ResultTable["rows"][number] & { readonly index: number };
type Props = { table: ResultTable; onCite?: (cite: Citation) => void; onOpenHost?: (hostId: string) => void };

const ROW = 28;
const MAX_ROWS_SHOWN = 12;

/** A result as a table: sorts by any column, copies as tab-separated text, and a row leads to the line it was read from. */
export const ResultTableView = ({ table, onCite, onOpenHost }: Props) => {
  const [sort, setSort] = useState<Sort>();
  const rows = useMemo(() => sorted(table, sort), [table, sort]);
  const height = ROW * Math.min(Math.max(rows.length, 1), MAX_ROWS_SHOWN) + 34;
  const copy = useMemo(() => [table.columns.map(({ title }) => title), ...rows.map(({ cells }) => table.columns.map((column, i) => plainCell(cells[i] ?? null, column)))].map((cells) => cells.join("\t")).join("\n"), [table, rows]);
  return (
    <figure className={styles.figure}>
      <figcaption className={styles.caption}>
        <span className={styles.title}>{table.title}</span>
        <span className={styles.count}>{plural(rows.length, "row")}{table.leftOut > 0 ? `, ${formatCount(table.leftOut)} left out` : ""}</span>
        <span className={styles.grow} />
        <CopyButton text={copy} label={`Copy the table ${table.title}`} />
      </figcaption>
      <div className={styles.body} style={{ height }}>
        <Table
          label={table.title}
          rows={rows}
          rowId={({ index }) => String(index)}
          rowHeight={ROW}
          {...(sort === undefined ? {} : { sort })}
          onSort={setSort}
          columns={table.columns.map((column, i) => ({
            id: `${i}`,
            title: column.title,
            width: widthOf(column, table, i),
            align: isNumeric(column) ? ("end" as const) : ("start" as const),
            isMono: column.kind !== "state" && column.key !== "finding",
            canSort: true,
            cell: (row: Row) => <CellView cell={row.cells[i] ?? null} column={column} />,
          }))}
          onOpen={(row) => {
            if (row.cite) onCite?.(row.cite);
            else if (row.hostId !== undefined) onOpenHost?.(row.hostId);
          }}
          empty="No rows."
        />
      </div>
    </figure>
  );
};

const isNumeric = ({ kind }: Column) => kind === "number" || kind === "bytes" || kind === "percent" || kind === "duration";

/** Wide enough for most of what is in it, so that columns do not jump while scrolling. */
function widthOf(column: Column, table: ResultTable, i: number): string {
  const longest = Math.max(column.title.length + 2, ...table.rows.slice(0, 200).map(({ cells }) => plainCell(cells[i] ?? null, column).length));
  const px = Math.min(420, Math.max(56, longest * 7.4 + 24)) + (column.kind === "percent" ? 56 : 0);
  return isNumeric(column) || longest < 14 ? `${Math.round(px)}px` : `minmax(${Math.round(Math.min(px, 140))}px, ${Math.round(px)}fr)`;
}

function sorted(table: ResultTable, sort: Sort | undefined): Row[] {
  const rows = table.rows.map((row, index): Row => ({ ...row, index }));
  if (sort === undefined) return rows;
  const at = Number(sort.column);
  const sign = sort.direction === "ascending" ? 1 : -1;
  return rows.toSorted((a, b) => sign * compare(a.cells[at] ?? null, b.cells[at] ?? null) || a.index - b.index);
}

function compare(a: Cell, b: Cell): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  if (typeof a === "number" && typeof b === "number") return a - b;
  return String(a).localeCompare(String(b), "en", { numeric: true });
}

/** Numbers that name something: grouped digits would make them unreadable and unusable. */
const NAMES_SOMETHING = /^(pid|ppid|uid|gid|port|line|vlan|id|number|slot|as)$/i;

function plainCell(cell: Cell, column: Column): string {
  if (cell === null) return "";
  if (typeof cell !== "number") return String(cell);
  switch (column.kind) {
    case "bytes":
      return formatBytes(cell);
    case "percent":
      return `${cell}\u00a0%`;
    case "duration":
      // Skills count time in seconds.
      return formatDuration(cell * 1000);
    case "time":
      return formatInstant(cell);
    default:
      return NAMES_SOMETHING.test(column.key) ? String(cell) : formatCount(cell);
  }
}

const STATE_DOTS: Readonly<Record<string, DotState>> = { good: "ok", ok: "ok", active: "ok", running: "ok", done: "ok", up: "ok", plain: "idle", attention: "warn", unsure: "warn", warning: "warn", waiting: "busy", bad: "bad", failed: "bad", critical: "bad", down: "bad", refused: "warn", unknown: "warn", stopped: "idle", inactive: "idle" };
const STATE_TEXT: Readonly<Record<string, string>> = { good: "fine", plain: "told", attention: "look here", unsure: "not sure" };

const CellView = ({ cell, column }: { cell: Cell; column: Column }) => {
  const text = plainCell(cell, column);
  if (column.kind === "state" && text !== "") return <span className={styles.state}><Dot state={STATE_DOTS[text.toLowerCase()] ?? "idle"} />{STATE_TEXT[text] ?? text}</span>;
  if (column.kind === "percent" && typeof cell === "number") return <span className={styles.percent}><i className={styles.bar} aria-hidden><i style={{ width: `${Math.max(0, Math.min(100, cell))}%` }} data-level={cell >= 90 ? "bad" : cell >= 75 ? "warn" : "ok"} /></i>{text}</span>;
  return <span title={text}>{text}</span>;
};
