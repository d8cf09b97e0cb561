import { EmptyState } from "../../ui/empty-state.tsx";

export const AuditScreen = () => (
  <EmptyState icon="audit" title="Nothing to show yet">
    Every command, who asked, who approved and what came back is recorded before it runs. It will be listed here.
  </EmptyState>
);
