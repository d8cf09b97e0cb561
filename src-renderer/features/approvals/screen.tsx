import { EmptyState } from "../../ui/empty-state.tsx";

export const ApprovalsScreen = () => (
  <EmptyState icon="approvals" title="Nothing waits for you">
    When a command needs a second look, it appears here, byte for byte, with the reason and the way back.
  </EmptyState>
);
