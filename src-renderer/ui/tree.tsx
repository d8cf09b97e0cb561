import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, type ReactNode, useId, useRef, useState } from "react";
import { flattenTree, treeStep, type TreeNode } from "./tree-rows.ts";
import { classNames } from "../lib/class-names.ts";
import { Icon } from "./icon.tsx";
import styles from "./list.module.css";

export type { TreeNode } from "./tree-rows.ts";

type Props = {
  label: string;
  nodes: readonly TreeNode[];
  openIds: ReadonlySet<string>;
  onOpenIds: (ids: ReadonlySet<string>) => void;
  selectedId?: string | undefined;
  onSelect: (node: TreeNode) => void;
  trailing?: (node: TreeNode) => ReactNode;
  className?: string;
};

const HEIGHT = 28;

/** Groups of hosts, folders of documents. Right opens, Left closes or goes to the parent, as in every file manager. */
export const Tree = ({ label, nodes, openIds, onOpenIds, selectedId, onSelect, trailing, className }: Props) => {
  const scroller = useRef<HTMLDivElement>(null);
  const baseId = useId();
  const rows = flattenTree(nodes, openIds);
  const [activeId, setActiveId] = useState<string>();
  const found = rows.findIndex((row) => row.node.id === (activeId ?? selectedId));
  const active = Math.max(0, found);
  const virtual = useVirtualizer({ count: rows.length, getScrollElement: () => scroller.current, estimateSize: () => HEIGHT, overscan: 8 });
  const seen = virtual.getVirtualItems();

  const toggle = (id: string) => {
    const next = new Set(openIds);
    if (!next.delete(id)) next.add(id);
    onOpenIds(next);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? HEIGHT) / HEIGHT) - 1);
    const act = treeStep(event.key, rows, active, page);
    if (act === undefined) return;
    event.preventDefault();
    const row = rows[act.index];
    if (row === undefined) return;
    if (act.kind === "select") onSelect(row.node);
    else if (act.kind === "toggle") toggle(row.node.id);
    setActiveId(row.node.id);
    virtual.scrollToIndex(act.index);
  };
  return (
    <div
      ref={scroller}
      role="tree"
      aria-label={label}
      tabIndex={0}
      className={classNames(styles.list, className)}
      aria-activedescendant={seen.some((item) => item.index === active) ? `${baseId}-${active}` : undefined}
      onKeyDown={onKeyDown}
    >
      <div role="presentation" className={styles.body} style={{ height: virtual.getTotalSize() }}>
        {seen.map((item) => {
          const row = rows[item.index];
          if (row === undefined) return null;
          const { node } = row;
          return (
            <div
              key={node.id}
              id={`${baseId}-${item.index}`}
              role="treeitem"
              aria-level={row.level}
              aria-setsize={row.siblings}
              aria-posinset={row.position}
              aria-selected={node.id === selectedId}
              aria-expanded={row.isOpen}
              className={classNames(styles.item, node.id === selectedId && styles.selected, item.index === active && styles.active)}
              style={{ height: item.size, transform: `translateY(${item.start}px)`, paddingLeft: 8 + (row.level - 1) * 16 }}
              onClick={() => {
                setActiveId(node.id);
                if (row.isOpen === undefined) onSelect(node);
                else toggle(node.id);
              }}
            >
              <span className={styles.twist}>{row.isOpen === undefined ? node.icon === undefined ? null : <Icon name={node.icon} size={14} /> : <Icon name={row.isOpen ? "chevron-down" : "chevron-right"} size={12} />}</span>
              <span className={styles.text}>{node.text}</span>
              {trailing?.(node)}
            </div>
          );
        })}
      </div>
    </div>
  );
};
