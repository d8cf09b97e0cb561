import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, type ReactNode, memo, useCallback, useEffect, useId, useLayoutEffect, useRef, useState } from "react";
import { classNames } from "../lib/class-names.ts";
import { stepTo } from "../lib/step-to.ts";
import { Icon } from "./icon.tsx";
import { Spoken } from "./page.tsx";
import styles from "./table.module.css";

export type Column<T> = {
  readonly id: string;
  readonly title: string;
  /** The column speaks for itself: its title is only heard. */
  readonly isTitleHidden?: boolean;
  /** What stands in the head instead of the title, such as a box that chooses every row. */
  readonly head?: ReactNode;
  /** A grid track: `120px`, `minmax(120px, 1fr)`. Default `minmax(0, 1fr)`. */
  readonly width?: string;
  /** Numbers stand at the end and line up. */
  readonly align?: "start" | "end";
  readonly isMono?: boolean;
  readonly canSort?: boolean;
  readonly cell: (row: T) => ReactNode;
};
export type Sort = { readonly column: string; readonly direction: "ascending" | "descending" };

type Props<T> = {
  label: string;
  columns: readonly Column<T>[];
  rows: readonly T[];
  rowId: (row: T) => string;
  /** The row that is open beside the table, if any. */
  selectedId?: string | undefined;
  /** Enter, or a click. */
  onOpen?: (row: T) => void;
  sort?: Sort;
  onSort?: (sort: Sort) => void;
  /** A coloured edge on a row, for environments. */
  edge?: (row: T) => "dev" | "staging" | "prod" | undefined;
  /** Called near the end of what is loaded, for paged sources. */
  onNearEnd?: () => void;
  /** What stands instead of rows. */
  empty?: ReactNode;
  rowHeight?: number;
  className?: string;
};

/** Ten rows or a million: only what is seen is drawn. Arrows, Page, Home and End move; Enter opens. */
export const Table = <T,>(props: Props<T>) => {
  const { label, columns, rows, rowId, selectedId, onOpen, onNearEnd, empty, rowHeight = 32, className } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const baseId = useId();
  const [active, setActive] = useState(0);
  const virtual = useVirtualizer({ count: rows.length, getScrollElement: () => scroller.current, estimateSize: () => rowHeight, overscan: 8, scrollPaddingStart: 32 });
  const seen = virtual.getVirtualItems();
  const template = columns.map((column) => column.width ?? "minmax(0, 1fr)").join(" ");
  const last = seen.at(-1)?.index ?? 0;
  useEffect(() => {
    if (onNearEnd !== undefined && rows.length > 0 && last >= rows.length - 12) onNearEnd();
  }, [last, rows.length, onNearEnd]);

  const current = Math.min(active, rows.length - 1);
  const newest = useRef({ rows, onOpen });
  useLayoutEffect(() => {
    newest.current = { rows, onOpen };
  });
  const pick = useCallback((index: number) => {
    setActive(index);
    const row = newest.current.rows[index];
    if (row !== undefined) newest.current.onOpen?.(row);
  }, []);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget) return;
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? rowHeight) / rowHeight) - 2);
    const next = stepTo(event.key, current, rows.length, page);
    if (next !== undefined) {
      event.preventDefault();
      setActive(next);
      virtual.scrollToIndex(next);
      return;
    }
    const row = rows[current];
    if ((event.key === "Enter" || event.key === " ") && row !== undefined && onOpen !== undefined) {
      event.preventDefault();
      onOpen(row);
    }
  };
  return (
    <div
      ref={scroller}
      className={classNames(styles.table, className)}
      role="grid"
      aria-label={label}
      aria-rowcount={rows.length + 1}
      aria-activedescendant={rows.length === 0 || !seen.some((item) => item.index === current) ? undefined : `${baseId}-${current}`}
      tabIndex={0}
      onKeyDown={onKeyDown}
    >
      <div role="rowgroup" className={styles.head}>
        <div role="row" aria-rowindex={1} className={styles.row} style={{ gridTemplateColumns: template }}>
          {columns.map((column) => (
            <Header key={column.id} column={column} sort={props.sort} onSort={props.onSort} />
          ))}
        </div>
      </div>
      {rows.length === 0 ? (
        <div role="rowgroup" className={styles.none}>
          <div role="row">
            <div role="gridcell">{empty ?? "Nothing here."}</div>
          </div>
        </div>
      ) : (
        <div role="rowgroup" className={styles.body} style={{ height: virtual.getTotalSize() }}>
          {seen.map((item) => {
            const row = rows[item.index] as T;
            const id = rowId(row);
            return <DataRow key={id} row={row} columns={columns} template={template} domId={`${baseId}-${item.index}`} index={item.index} start={item.start} height={item.size} isActive={item.index === current} isSelected={selectedId === undefined ? undefined : id === selectedId} edge={props.edge?.(row)} onPick={pick} />;
          })}
        </div>
      )}
    </div>
  );
};

type RowProps<T> = { row: T; columns: readonly Column<T>[]; template: string; domId: string; index: number; start: number; height: number; isActive: boolean; isSelected: boolean | undefined; edge: "dev" | "staging" | "prod" | undefined; onPick: (index: number) => void };

/** Drawn anew only when it changed, for tables whose columns are made once. */
const DataRow = memo(<T,>({ row, columns, template, domId, index, start, height, isActive, isSelected, edge, onPick }: RowProps<T>) => (
  <div
    id={domId}
    role="row"
    aria-rowindex={index + 2}
    aria-selected={isSelected}
    className={classNames(styles.row, styles.data, isActive && styles.active, isSelected === true && styles.selected, edge !== undefined && styles[edge])}
    style={{ gridTemplateColumns: template, height, transform: `translateY(${start}px)` }}
    onClick={() => onPick(index)}
  >
    {columns.map((column) => (
      <div key={column.id} role="gridcell" className={classNames(styles.cell, column.align === "end" && styles.end, column.isMono === true && styles.mono)}>
        {column.cell(row)}
      </div>
    ))}
  </div>
)) as (<T>(props: RowProps<T>) => ReactNode) & { displayName: string };
DataRow.displayName = "DataRow";

const Header = <T,>({ column, sort, onSort }: { column: Column<T>; sort: Sort | undefined; onSort: ((sort: Sort) => void) | undefined }) => {
  const direction = sort?.column === column.id ? sort.direction : undefined;
  const className = classNames(styles.cell, styles.title, column.align === "end" && styles.end);
  if (column.canSort !== true || onSort === undefined)
    return (
      <div role="columnheader" className={className}>
        {column.isTitleHidden === true ? <Spoken>{column.title}</Spoken> : column.head === undefined ? column.title : null}
        {column.head}
      </div>
    );
  return (
    <div role="columnheader" aria-sort={direction ?? "none"} className={className}>
      <button type="button" className={styles.sort} onClick={() => onSort({ column: column.id, direction: direction === "ascending" ? "descending" : "ascending" })}>
        {column.title}
        {direction === undefined ? null : <Icon name={direction === "ascending" ? "arrow-up" : "arrow-down"} size={12} />}
      </button>
    </div>
  );
};
