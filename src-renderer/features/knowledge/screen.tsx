import { EmptyState } from "../../ui/empty-state.tsx";

export const KnowledgeScreen = () => (
  <EmptyState icon="knowledge" title="No sources yet">
    Point SENA at a folder of manuals or a wiki, and answers will quote the passage they rest on.
  </EmptyState>
);
