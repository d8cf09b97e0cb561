import type { IconName } from "./icon.tsx";
import { stepTo } from "../lib/step-to.ts";

export type TreeNode = { readonly id: string; readonly text: string; readonly icon?: IconName; /** An empty list is an empty group; no list is a leaf. */ readonly children?: readonly TreeNode[] };
export type TreeRow = { readonly node: TreeNode; readonly level: number; readonly position: number; readonly siblings: number; /** Absent for leaves. */ readonly isOpen: boolean | undefined };

export const flattenTree = (nodes: readonly TreeNode[], openIds: ReadonlySet<string>, level = 1): readonly TreeRow[] =>
  nodes.flatMap((node, index) => {
    const isOpen = node.children === undefined ? undefined : openIds.has(node.id);
    const row: TreeRow = { node, level, position: index + 1, siblings: nodes.length, isOpen };
    return isOpen === true ? [row, ...flattenTree(node.children ?? [], openIds, level + 1)] : [row];
  });

export type TreeAct = { readonly kind: "move" | "toggle" | "select"; readonly index: number };

/** What a key does at a row of a tree, by the ARIA tree pattern. */
export const treeStep = (key: string, rows: readonly TreeRow[], at: number, page: number): TreeAct | undefined => {
  const row = rows[at];
  if (row === undefined) return undefined;
  const next = stepTo(key, at, rows.length, page);
  if (next !== undefined) return { kind: "move", index: next };
  if (key === "ArrowRight") {
    if (row.isOpen === false) return { kind: "toggle", index: at };
    return row.isOpen === true && rows[at + 1]?.level === row.level + 1 ? { kind: "move", index: at + 1 } : undefined;
  }
  if (key === "ArrowLeft") {
    if (row.isOpen === true) return { kind: "toggle", index: at };
    const parent = rows.slice(0, at).findLastIndex((other) => other.level === row.level - 1);
    return parent === -1 ? undefined : { kind: "move", index: parent };
  }
  if (key === "Enter" || key === " ") return { kind: row.isOpen === undefined ? "select" : "toggle", index: at };
  return undefined;
};
