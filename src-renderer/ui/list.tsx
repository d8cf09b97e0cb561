import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from "react";
import { classNames } from "../lib/class-names.ts";
import { stepTo } from "../lib/step-to.ts";
import styles from "./list.module.css";

type Props<T> = {
  label: string;
  items: readonly T[];
  itemId: (item: T) => string;
  /** The words typed characters jump to. */
  itemText: (item: T) => string;
  selectedId?: string | undefined;
  onSelect: (item: T) => void;
  itemHeight?: number;
  /** Called near the end of what is loaded, for paged sources. */
  onNearEnd?: () => void;
  className?: string;
  children: (item: T) => ReactNode;
};

/** One column of things, one of them chosen: conversations, packs, sources. Draws only what is seen. */
export const List = <T,>({ label, items, itemId, itemText, selectedId, onSelect, itemHeight = 32, onNearEnd, className, children }: Props<T>) => {
  const scroller = useRef<HTMLDivElement>(null);
  const baseId = useId();
  const chosen = items.findIndex((item) => itemId(item) === selectedId);
  const [moved, setMoved] = useState<number>();
  const active = Math.min(moved ?? Math.max(0, chosen), items.length - 1);
  const virtual = useVirtualizer({ count: items.length, getScrollElement: () => scroller.current, estimateSize: () => itemHeight, overscan: 6 });
  const seen = virtual.getVirtualItems();
  const last = seen.at(-1)?.index ?? 0;
  useEffect(() => {
    if (onNearEnd !== undefined && items.length > 0 && last >= items.length - 12) onNearEnd();
  }, [last, items.length, onNearEnd]);

  const go = (index: number) => {
    setMoved(index);
    virtual.scrollToIndex(index);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? itemHeight) / itemHeight) - 1);
    const next = stepTo(event.key, active, items.length, page);
    const item = items[active];
    if (next !== undefined) go(next);
    else if ((event.key === "Enter" || event.key === " ") && item !== undefined) onSelect(item);
    else if (event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey) {
      const letter = event.key.toLowerCase();
      const order = [...items.keys()].map((index) => (index + active + 1) % items.length);
      const found = order.find((index) => itemText(items[index] as T).toLowerCase().startsWith(letter));
      if (found === undefined) return;
      go(found);
    } else return;
    event.preventDefault();
  };
  return (
    <div
      ref={scroller}
      role="listbox"
      aria-label={label}
      tabIndex={0}
      className={classNames(styles.list, className)}
      aria-activedescendant={seen.some((item) => item.index === active) ? `${baseId}-${active}` : undefined}
      onKeyDown={onKeyDown}
    >
      <div role="presentation" className={styles.body} style={{ height: virtual.getTotalSize() }}>
        {seen.map((row) => {
          const item = items[row.index] as T;
          const isSelected = itemId(item) === selectedId;
          return (
            <div
              key={itemId(item)}
              id={`${baseId}-${row.index}`}
              role="option"
              aria-selected={isSelected}
              aria-setsize={items.length}
              aria-posinset={row.index + 1}
              className={classNames(styles.item, isSelected && styles.selected, row.index === active && styles.active)}
              style={{ height: row.size, transform: `translateY(${row.start}px)` }}
              onClick={() => {
                setMoved(row.index);
                onSelect(item);
              }}
            >
              {children(item)}
            </div>
          );
        })}
      </div>
    </div>
  );
};
