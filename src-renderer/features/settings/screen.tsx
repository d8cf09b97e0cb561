import { EmptyState } from "../../ui/empty-state.tsx";

export const SettingsScreen = () => (
  <EmptyState icon="settings" title="Settings">
    Theme, text, terminal, lock and network.
  </EmptyState>
);
