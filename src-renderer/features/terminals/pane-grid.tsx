import type { Pane, PaneTree } from "../../../src-main/contract/index.ts";
import type { QuietHosts } from "../../app/use-quiet-hosts.ts";
import { Split } from "../../ui/split.tsx";
import { TerminalPane, type PaneProps } from "./terminal-pane.tsx";

type Step = "first" | "second";
type Props = {
  tree: PaneTree;
  panes: ReadonlyMap<string, Pane>;
  quietHosts: QuietHosts;
  focused: string;
  broadcast: ReadonlySet<string>;
  onShare: (path: readonly Step[], share: number) => void;
  onFocus: (paneId: string) => void;
  onSplit: (paneId: string, direction: "row" | "column") => void;
  onMove: (paneId: string, beside: string, direction: "row" | "column") => void;
  onSnippets: () => void;
  path?: readonly Step[];
};

/** A tab's panes, split as the operator split them. */
export const PaneGrid = ({ path = [], ...props }: Props) => {
  const { tree, panes } = props;
  if (tree.is === "split") {
    const part = (step: Step) => <PaneGrid {...props} tree={tree[step]} path={[...path, step]} />;
    return (
      <Split
        direction={tree.direction}
        share={tree.share}
        minFirst={120}
        minSecond={120}
        label="Divide the panes"
        onShare={(share) => props.onShare(path, share)}
        first={part("first")}
        second={part("second")}
      />
    );
  }
  const pane = panes.get(tree.paneId);
  if (pane === undefined) return null;
  const own: PaneProps = {
    pane,
    quietSince: props.quietHosts.get(pane.hostId),
    isFocused: pane.id === props.focused,
    number: [...panes.values()].some(({ id, hostName }) => id !== pane.id && hostName === pane.hostName) ? [...panes.keys()].indexOf(pane.id) + 1 : undefined,
    broadcastTo: props.broadcast.has(pane.id) ? props.broadcast.size : 0,
    onFocus: () => props.onFocus(pane.id),
    onSplit: (direction) => props.onSplit(pane.id, direction),
    onDropPane: (moved, direction) => props.onMove(moved, pane.id, direction),
    onSnippets: props.onSnippets,
  };
  return <TerminalPane key={pane.id} {...own} />;
};
