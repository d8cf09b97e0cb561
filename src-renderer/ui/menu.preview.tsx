import type { Preview } from "../lib/preview.ts";
import { Button } from "./button.tsx";
import { IconButton } from "./icon-button.tsx";
import { ContextMenu, Menu, type MenuEntry } from "./menu.tsx";
import { Popover } from "./popover.tsx";
import { Row } from "./preview-row.tsx";

const nothing = () => {};
const ENTRIES: readonly MenuEntry[] = [
  { id: "split-right", text: "Split to the right", icon: "split-right", keys: "Mod+Shift+D", onSelect: nothing },
  { id: "split-down", text: "Split below", icon: "split-down", onSelect: nothing },
  { kind: "rule", id: "rule-1" },
  { kind: "group", id: "view", text: "View", entries: [{ id: "wrap", text: "Wrap long lines", isChecked: true, onSelect: nothing }, { id: "times", text: "Show times", isChecked: false, onSelect: nothing }] },
  { kind: "rule", id: "rule-2" },
  { id: "export", text: "Export the recording", icon: "download", isDisabled: true, onSelect: nothing },
  { id: "close", text: "Close the pane", icon: "close", isDanger: true, onSelect: nothing },
];

export const previews: readonly Preview[] = [
  {
    name: "Closed",
    draw: () => (
      <Row>
        <Menu trigger={<IconButton icon="more" label="More" />} entries={ENTRIES} />
        <Menu trigger={<Button>Pane</Button>} entries={ENTRIES} />
        <Popover trigger={<Button icon="filter">Filter</Button>} title="Show">
          Only hosts that answered in the last hour.
        </Popover>
        <ContextMenu entries={ENTRIES}>
          <p>Right click here</p>
        </ContextMenu>
      </Row>
    ),
  },
];
