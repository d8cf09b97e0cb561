import type { Layout, PaneTree } from "../contract/index.ts";

export const panesIn = (tree: PaneTree): readonly string[] => (tree.is === "pane" ? [tree.paneId] : [...panesIn(tree.first), ...panesIn(tree.second)]);

/** The tree without the panes that are gone; undefined when none is left. */
export function prune(tree: PaneTree, isThere: (paneId: string) => boolean): PaneTree | undefined {
  if (tree.is === "pane") return isThere(tree.paneId) ? tree : undefined;
  const first = prune(tree.first, isThere);
  const second = prune(tree.second, isThere);
  if (first === undefined) return second;
  return second === undefined ? first : { ...tree, first, second };
}

/** Whatever a screen or an old file says, every open pane stands in exactly one place. */
export function fitLayout(layout: Layout, open: readonly string[]): Layout {
  const left = new Set(open);
  const tabs: Layout["tabs"] = [];
  for (const tab of layout.tabs) {
    const seen = new Set<string>();
    const tree = prune(tab.tree, (id) => left.has(id) && !seen.has(id) && seen.add(id) !== undefined);
    if (tree === undefined) continue;
    const inside = panesIn(tree);
    for (const id of inside) left.delete(id);
    tabs.push({ id: tab.id, tree, focused: inside.includes(tab.focused) ? tab.focused : (inside[0] as string) });
  }
  for (const paneId of left) tabs.push({ id: paneId, tree: { is: "pane", paneId }, focused: paneId });
  const active = tabs.some(({ id }) => id === layout.active) ? layout.active : (tabs.at(-1)?.id ?? "");
  return { tabs, active };
}
