import { EmptyState } from "../../ui/empty-state.tsx";

export const ChatScreen = () => (
  <EmptyState icon="chat" title="No conversation yet">
    Ask about a server in plain words: what is wrong, what changed, what is full. SENA answers with the lines it read, and proposes a command only when something must change.
  </EmptyState>
);
