import { EmptyState } from "../../ui/empty-state.tsx";

export const InsightScreen = () => (
  <EmptyState icon="insight" title="Nothing measured yet">
    After the first runs this shows where the time went, how often they worked and what they cost.
  </EmptyState>
);
