import { EmptyState } from "../../ui/empty-state.tsx";

export const HostsScreen = () => (
  <EmptyState icon="hosts" title="No hosts yet">
    Add a host by address, or import them from your SSH configuration, an Ansible inventory or a CSV file. The host key is verified before the first command.
  </EmptyState>
);
