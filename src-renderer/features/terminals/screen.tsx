import { EmptyState } from "../../ui/empty-state.tsx";

export const TerminalsScreen = () => (
  <EmptyState icon="terminal" title="No terminal is open">
    Open a pane to a host. Panes split, search, broadcast and record, and hand their scrollback to the chat.
  </EmptyState>
);
