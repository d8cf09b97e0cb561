import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import type { AuditRow, Effect } from "../../../src-main/contract/index.ts";
import { classNames } from "../../lib/class-names.ts";
import { formatCount, formatInstant } from "../../lib/format.ts";
import { markBytes } from "../../lib/mark-bytes.ts";
import { stepTo } from "../../lib/step-to.ts";
import { BothEnds } from "../../ui/both-ends.tsx";
import { Icon } from "../../ui/icon.tsx";
import { EffectTag, Tag } from "../../ui/tag.tsx";
import { resultLook, typeLook } from "./row-look.ts";
import styles from "./timeline.module.css";

const ROW = 30;
/** A browser draws no box higher than some 33 million pixels: longer lists are shown in windows of this many rows. */
export const WINDOW = 500_000;

type Props = {
  count: number;
  rowAt: (index: number) => AuditRow | undefined;
  onSee: (first: number, last: number) => void;
  selectedSeq: number | undefined;
  onOpen: (row: AuditRow) => void;
  /** Where an entry stands in the list, when it does. */
  indexOf: (seq: number) => number | undefined;
  /** Whether the top is in sight: then new entries may move the list. */
  onTop: (isAtTop: boolean) => void;
};

/** Ten entries or millions: only what is seen is drawn, and only what is seen is fetched. */
export const Timeline = ({ count, rowAt, onSee, selectedSeq, onOpen, indexOf, onTop }: Props) => {
  const scroller = useRef<HTMLDivElement>(null);
  const baseId = useId();
  const [active, setActive] = useState(0);
  const virtual = useVirtualizer({ count, getScrollElement: () => scroller.current, estimateSize: () => ROW, overscan: 12, scrollPaddingStart: 28 });
  const seen = virtual.getVirtualItems();
  const first = seen[0]?.index ?? 0;
  const last = seen.at(-1)?.index ?? 0;
  useEffect(() => onSee(first, last), [onSee, first, last]);
  // An entry opened from elsewhere (an address, a reference) is brought into sight; one that is in sight stays where it is.
  const wanted = selectedSeq === undefined ? undefined : indexOf(selectedSeq);
  useEffect(() => {
    if (wanted === undefined || (wanted >= first && wanted <= last - 8)) return;
    setActive(wanted);
    virtual.scrollToIndex(wanted, { align: "center" });
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- only another choice scrolls; scrolling itself must not
  }, [selectedSeq]);
  const current = Math.min(active, count - 1);
  const onKeyDown = (event: KeyboardEvent) => {
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? ROW) / ROW) - 2);
    const next = stepTo(event.key, current, count, page);
    if (next !== undefined) {
      event.preventDefault();
      setActive(next);
      virtual.scrollToIndex(next);
      const row = rowAt(next);
      if (row !== undefined && selectedSeq !== undefined) onOpen(row);
      return;
    }
    const row = rowAt(current);
    if ((event.key === "Enter" || event.key === " ") && row !== undefined) {
      event.preventDefault();
      onOpen(row);
    }
  };
  return (
    <div ref={scroller} className={styles.scroller} role="grid" aria-label="Entries, newest first" aria-rowcount={count} aria-activedescendant={count === 0 ? undefined : `${baseId}-${current}`} tabIndex={0} onKeyDown={onKeyDown} onScroll={(event) => onTop(event.currentTarget.scrollTop < ROW)}>
      <div role="row" className={classNames(styles.row, styles.head)}>
        {["Entry", "Time", "What", "Host", "Who", "Detail", "Result"].map((title, n) => (
          <div key={n} role="columnheader" className={classNames(styles.cell, COLUMNS[n])}>
            {title}
          </div>
        ))}
      </div>
      <div role="rowgroup" className={styles.body} style={{ height: virtual.getTotalSize() }}>
        {seen.map((item) => {
          const row = rowAt(item.index);
          return (
            <div
              key={item.index}
              id={`${baseId}-${item.index}`}
              role="row"
              aria-rowindex={item.index + 1}
              aria-selected={row !== undefined && row.seq === selectedSeq}
              className={classNames(styles.row, styles.data, item.index === current && styles.active, row !== undefined && row.seq === selectedSeq && styles.selected)}
              style={{ transform: `translateY(${item.start}px)` }}
              onClick={() => {
                setActive(item.index);
                if (row !== undefined) onOpen(row);
              }}
            >
              {row === undefined ? <div role="gridcell" className={styles.coming} aria-label="loading" /> : <RowCells row={row} />}
            </div>
          );
        })}
      </div>
    </div>
  );
};

const COLUMNS = [styles.number, styles.time, undefined, undefined, styles.who];

export const RowCells = ({ row }: { row: AuditRow }) => {
  const look = typeLook(row.type);
  return (
    <>
      <div role="gridcell" className={classNames(styles.cell, styles.number)}>
        {formatCount(row.seq)}
      </div>
      <div role="gridcell" className={classNames(styles.cell, styles.mono, styles.time)}>
        {formatInstant(row.at)}
      </div>
      <div role="gridcell" className={classNames(styles.cell, styles.type)}>
        <Icon name={look.icon} size={14} />
        {look.text}
      </div>
      <div role="gridcell" className={styles.cell}>
        {row.host === undefined ? <span className={styles.none}>–</span> : <BothEnds text={row.host} draw={(part) => <OneLine text={part} />} />}
      </div>
      <div role="gridcell" className={classNames(styles.cell, styles.who)}>
        <OneLine text={row.actor.name} />
      </div>
      <div role="gridcell" className={classNames(styles.cell, styles.mono, styles.said)}>
        {row.erased ? <span className={styles.none}>erased, commitment intact</span> : <OneLine text={row.headline} />}
      </div>
      <div role="gridcell" className={classNames(styles.cell, styles.tags)}>
        {row.effect === undefined ? null : <EffectTag effect={row.effect as Effect} />}
        {row.result === undefined ? null : <Tag tone={resultLook(row.result).tone}>{resultLook(row.result).text}</Tag>}
      </div>
    </>
  );
};

/** What a machine or a person said, on one line: hidden characters are named, never obeyed. */
export const OneLine = ({ text }: { text: string }) => (
  <span className={styles.line}>
    {markBytes(text.slice(0, 400)).map((part, n) =>
      part.mark === undefined ? (
        part.text
      ) : (
        <span key={n} className={styles.mark} title={part.mark}>
          {part.text}
        </span>
      ),
    )}
  </span>
);
