import { EmptyState } from "../../ui/empty-state.tsx";

export const RunbooksScreen = () => (
  <EmptyState icon="runbook" title="No runbooks are installed">
    Runbooks are signed, parameterised procedures: checks, changes and the way back. Install a pack from a file to see it here.
  </EmptyState>
);
