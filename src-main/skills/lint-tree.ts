import type { SkillData } from "./format.ts";
import type { Report } from "./lint.ts";

/** A tree ends whatever happens: it has no cycles, no loose ends, and every fork has a way for "none of these". */
export function lintTree(data: SkillData, report: Report): void {
  const { tree } = data;
  if (tree === undefined) {
    if (data.steps.length === 0) report("error", "a skill has steps or a tree");
    return;
  }
  if (data.steps.length > 0) report("error", "a skill has steps or a tree, not both", ["tree"]);
  if (data.tell.length > 0) report("error", "a tree speaks through its branches: leave out tell", ["tell"]);
  if (tree.nodes[tree.start] === undefined) report("error", `the tree starts at "${tree.start}", which is not one of its nodes`, ["tree", "start"]);
  for (const [id, node] of Object.entries(tree.nodes)) {
    const path = ["tree", "nodes", id];
    for (const [at, branch] of node.branches.entries()) {
      if (branch.go !== undefined && tree.nodes[branch.go] === undefined) report("error", `"${id}" goes to "${branch.go}", which is not one of its nodes`, [...path, "branches", at]);
      if (branch.go === undefined && branch.say === undefined) report("error", `a branch of "${id}" ends the diagnosis without a conclusion (say)`, [...path, "branches", at]);
      if (branch.when === undefined && at < node.branches.length - 1) report("error", `"${id}" has branches after one without a condition: they are never taken`, [...path, "branches", at]);
    }
    if (node.branches.at(-1)?.when !== undefined) report("error", `"${id}" has no last branch for everything else`, path);
  }
  const cycle = cycleIn(tree);
  if (cycle !== undefined) report("error", `the tree runs in a circle: ${cycle.join(" → ")}`, ["tree", "nodes", cycle[0] ?? tree.start]);
  const reached = reachable(tree);
  for (const id of Object.keys(tree.nodes)) if (!reached.has(id)) report("warning", `nothing leads to "${id}"`, ["tree", "nodes", id]);
}

type Tree = NonNullable<SkillData["tree"]>;
const leadsTo = (tree: Tree, id: string): readonly string[] => (tree.nodes[id]?.branches ?? []).flatMap(({ go }) => (go === undefined ? [] : [go]));

function cycleIn(tree: Tree): readonly string[] | undefined {
  const done = new Set<string>();
  const visit = (id: string, path: readonly string[]): readonly string[] | undefined => {
    if (path.includes(id)) return [...path.slice(path.indexOf(id)), id];
    if (done.has(id)) return undefined;
    for (const next of leadsTo(tree, id)) {
      const found = visit(next, [...path, id]);
      if (found) return found;
    }
    done.add(id);
    return undefined;
  };
  for (const id of Object.keys(tree.nodes)) {
    const found = visit(id, []);
    if (found) return found;
  }
  return undefined;
}

function reachable(tree: Tree): ReadonlySet<string> {
  const seen = new Set<string>();
  const queue = [tree.start];
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    if (seen.has(id)) continue;
    seen.add(id);
    queue.push(...leadsTo(tree, id));
  }
  return seen;
}
