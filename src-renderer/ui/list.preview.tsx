import { useState } from "react";
import type { Preview } from "../lib/preview.ts";
import { List } from "./list.tsx";
import { Split } from "./split.tsx";
import { Count } from "./tag.tsx";
import { Tree, type TreeNode } from "./tree.tsx";

const TALKS = ["Intranet page does not open", "db-01 disk is filling", "Certificates that expire this month", "Why did the backup fail", "nginx restarts at night"];
const TREE: readonly TreeNode[] = [
  { id: "prod", text: "prod", children: [{ id: "web", text: "web", children: [{ id: "web-01", text: "web-01", icon: "hosts" }, { id: "web-02", text: "web-02", icon: "hosts" }] }, { id: "db-01", text: "db-01", icon: "hosts" }] },
  { id: "staging", text: "staging", children: [] },
  { id: "bmc-01", text: "bmc-01", icon: "hosts" },
];

const Talks = () => {
  const [selected, setSelected] = useState<string | undefined>(TALKS[1]);
  return (
    <List label="Conversations" items={TALKS} itemId={(talk) => talk} itemText={(talk) => talk} selectedId={selected} onSelect={setSelected}>
      {(talk) => talk}
    </List>
  );
};
const countOf = (node: TreeNode) => (node.children === undefined ? null : <Count value={node.children.length} tone="neutral" />);
const Groups = () => {
  const [openIds, setOpenIds] = useState<ReadonlySet<string>>(new Set(["prod", "web"]));
  const [selected, setSelected] = useState("web-01");
  return <Tree label="Host groups" nodes={TREE} openIds={openIds} onOpenIds={setOpenIds} selectedId={selected} onSelect={(node) => setSelected(node.id)} trailing={countOf} />;
};

export const previews: readonly Preview[] = [
  { name: "List", draw: Talks, height: 190, isWide: true },
  { name: "Tree", draw: Groups, height: 210, isWide: true },
  { name: "Split", height: 220, isWide: true, draw: () => <Split direction="row" label="Width of the list" defaultShare={0.35} first={<Talks />} second={<Split direction="column" label="Height of the groups" first={<Groups />} second={<p>Nested</p>} minFirst={60} minSecond={40} />} /> },
];
