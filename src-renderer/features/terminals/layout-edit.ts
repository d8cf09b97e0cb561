import type { Layout, PaneTree } from "../../../src-main/contract/index.ts";

// What an operator does to a layout, as plain functions: the core keeps the result and puts every open pane somewhere.

export type Direction = "row" | "column";
export const panesIn = (tree: PaneTree): readonly string[] => (tree.is === "pane" ? [tree.paneId] : [...panesIn(tree.first), ...panesIn(tree.second)]);
export const tabOf = (layout: Layout, paneId: string): Layout["tabs"][number] | undefined => layout.tabs.find(({ tree }) => panesIn(tree).includes(paneId));

const replace = (tree: PaneTree, paneId: string, by: (leaf: PaneTree) => PaneTree): PaneTree =>
  tree.is === "pane" ? (tree.paneId === paneId ? by(tree) : tree) : { ...tree, first: replace(tree.first, paneId, by), second: replace(tree.second, paneId, by) };

const without = (tree: PaneTree, paneId: string): PaneTree | undefined => {
  if (tree.is === "pane") return tree.paneId === paneId ? undefined : tree;
  const first = without(tree.first, paneId);
  const second = without(tree.second, paneId);
  if (first === undefined) return second;
  return second === undefined ? first : { ...tree, first, second };
};

export function remove(layout: Layout, paneId: string): Layout {
  const tabs = layout.tabs.flatMap((tab) => {
    const tree = without(tab.tree, paneId);
    return tree === undefined ? [] : [{ ...tab, tree, focused: tab.focused === paneId ? (panesIn(tree)[0] as string) : tab.focused }];
  });
  const at = layout.tabs.findIndex(({ id }) => id === layout.active);
  const active = tabs.some(({ id }) => id === layout.active) ? layout.active : (tabs[Math.min(Math.max(at, 0), tabs.length - 1)]?.id ?? "");
  return { tabs, active };
}

/** The new pane beside another one, taking half of its place; from wherever it stood before. */
export function placeBeside(layout: Layout, paneId: string, beside: string, direction: Direction): Layout {
  if (paneId === beside || tabOf(layout, beside) === undefined) return layout;
  const rest = remove(layout, paneId);
  const tab = tabOf(rest, beside);
  if (tab === undefined) return layout;
  const split = (leaf: PaneTree): PaneTree => ({ is: "split", direction, share: 0.5, first: leaf, second: { is: "pane", paneId } });
  return { tabs: rest.tabs.map((other) => (other === tab ? { ...tab, tree: replace(tab.tree, beside, split), focused: paneId } : other)), active: tab.id };
}

export function placeInTab(layout: Layout, paneId: string): Layout {
  const rest = remove(layout, paneId);
  return { tabs: [...rest.tabs, { id: paneId, tree: { is: "pane", paneId }, focused: paneId }], active: paneId };
}

export function focus(layout: Layout, paneId: string): Layout {
  const tab = tabOf(layout, paneId);
  if (tab === undefined || (layout.active === tab.id && tab.focused === paneId)) return layout;
  return { tabs: layout.tabs.map((other) => (other === tab ? { ...tab, focused: paneId } : other)), active: tab.id };
}

/** `path` says which split: at each step the first or the second part. */
export function setShare(tree: PaneTree, path: readonly ("first" | "second")[], share: number): PaneTree {
  if (tree.is === "pane") return tree;
  const [step, ...rest] = path;
  if (step === undefined) return { ...tree, share: Math.min(0.95, Math.max(0.05, share)) };
  return { ...tree, [step]: setShare(tree[step], rest, share) };
}

/** The pane `by` steps further in reading order, around the end. */
export function neighbour(layout: Layout, by: 1 | -1): string | undefined {
  const tab = layout.tabs.find(({ id }) => id === layout.active);
  if (tab === undefined) return undefined;
  const panes = panesIn(tab.tree);
  return panes[(panes.indexOf(tab.focused) + by + panes.length) % panes.length];
}

export function nextTab(layout: Layout, by: 1 | -1): Layout {
  const at = layout.tabs.findIndex(({ id }) => id === layout.active);
  const to = layout.tabs[(at + by + layout.tabs.length) % layout.tabs.length];
  return to === undefined ? layout : { ...layout, active: to.id };
}
