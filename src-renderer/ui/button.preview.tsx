import type { Preview } from "../lib/preview.ts";
import { Button } from "./button.tsx";
import { IconButton } from "./icon-button.tsx";
import { Row } from "./preview-row.tsx";

const nothing = () => {};

export const previews: readonly Preview[] = [
  {
    name: "Kinds",
    draw: () => (
      <Row>
        <Button kind="primary">Approve and run</Button>
        <Button>Deny</Button>
        <Button kind="ghost">Ask someone else…</Button>
        <Button kind="danger">Remove host</Button>
      </Row>
    ),
  },
  {
    name: "With icons, small",
    draw: () => (
      <Row>
        <Button icon="plus" kind="primary">
          Add host
        </Button>
        <Button icon="refresh">Check again</Button>
        <Button size="sm" icon="upload">
          Import
        </Button>
        <Button size="sm" kind="ghost">
          Skip
        </Button>
      </Row>
    ),
  },
  {
    name: "Busy and disabled",
    draw: () => (
      <Row>
        <Button kind="primary" isBusy onClick={nothing}>
          Connecting
        </Button>
        <Button isBusy>Saving</Button>
        <Button disabled>Export</Button>
        <Button kind="primary" disabled>
          Approve
        </Button>
        <Button kind="danger" disabled>
          Remove
        </Button>
      </Row>
    ),
  },
  {
    name: "Icon buttons",
    draw: () => (
      <Row>
        <IconButton icon="split-right" label="Split to the right" keys="Mod+Shift+D" />
        <IconButton icon="broadcast" label="Broadcast to all panes" isPressed />
        <IconButton icon="broadcast" label="Broadcast to the group" isPressed={false} />
        <IconButton icon="close" label="Close the pane" size="sm" />
        <IconButton icon="trash" label="Remove" disabled />
      </Row>
    ),
  },
];
