import { Button } from "../../ui/button.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { useApp } from "../../app/use-app.ts";
import type { PaneTree } from "../../../src-main/contract/index.ts";
import { PaneGrid } from "./pane-grid.tsx";
import { useDesk } from "./use-desk.ts";
import { useState } from "react";

type Props = { /** Names or ids, in the order in which the panes stand. */ hosts: readonly string[] };

const NOBODY: ReadonlySet<string> = new Set();
const stacked = (ids: readonly string[]): PaneTree | undefined => {
  const [first, ...rest] = ids;
  if (first === undefined) return undefined;
  const below = stacked(rest);
  const leaf: PaneTree = { is: "pane", paneId: first };
  return below === undefined ? leaf : { is: "split", direction: "column", share: 1 / ids.length, first: leaf, second: below };
};

/** The newest pane of each of these hosts, one above the other: what stands beside a conversation. */
export const HostPanes = ({ hosts }: Props) => {
  const { client, toast, navigate } = useApp();
  const { desk, panes, quietHosts } = useDesk();
  const [focused, setFocused] = useState("");
  const shown = hosts.flatMap((host) => [...panes.values()].findLast(({ hostId, hostName }) => hostId === host || hostName === host)?.id ?? []);
  const missing = hosts.filter((host) => ![...panes.values()].some(({ hostId, hostName }) => hostId === host || hostName === host));
  const open = (host: string) => void client.terminals.open({ host }).catch((failure: unknown) => toast({ tone: "bad", title: `No pane on ${host}`, text: failure instanceof Error ? failure.message : String(failure) }));
  const tree = stacked(shown);
  if (desk === undefined) return null;
  if (tree === undefined)
    return (
      <EmptyState
        icon="terminal"
        title="No pane beside this conversation"
        actions={missing.map((host) => (
          <Button key={host} icon="terminal" onClick={() => open(host)}>
            {`Open ${host}`}
          </Button>
        ))}
      >
        A pane shows a host live, recorded from its first byte.
      </EmptyState>
    );
  return (
    <PaneGrid
      tree={tree}
      panes={panes}
      quietHosts={quietHosts}
      focused={focused}
      broadcast={desk.broadcast.length > 0 ? new Set(desk.broadcast) : NOBODY}
      onShare={() => {}}
      onFocus={setFocused}
      onSplit={(paneId) => open(panes.get(paneId)?.hostId ?? "")}
      onMove={() => {}}
      onSnippets={() => navigate("/terminals")}
    />
  );
};
