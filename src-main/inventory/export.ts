import { stringify } from "yaml";
import { writeCsv } from "./import/csv.ts";
import type { Host } from "./port.ts";

export type ExportFormat = "csv" | "ssh-config" | "ansible";

/** References to credentials go along, secrets never: there are none here. */
export function exportHosts(hosts: readonly Host[], format: ExportFormat): string {
  const nameOf = new Map(hosts.map((host) => [host.id, host.name]));
  const keyOf = (host: Host): string => (host.credential.kind === "key-file" ? host.credential.path : "");
  switch (format) {
    case "csv":
      return writeCsv([
        ["name", "address", "port", "user", "environment", "criticality", "os", "groups", "tags", "jumps", "key file", "notes"],
        ...hosts.map((h) => [h.name, h.address, String(h.port), h.user, h.environment, h.criticality, h.os, h.groups.join("|"), h.tags.join("|"), h.jumps.map((id) => nameOf.get(id) ?? "").filter(Boolean).join("|"), keyOf(h), h.notes]),
      ]);
    case "ssh-config":
      return hosts.map((h) => [`Host ${h.name}`, `    HostName ${h.address}`, ...(h.port === 22 ? [] : [`    Port ${h.port}`]), `    User ${h.user}`, ...(keyOf(h) === "" ? [] : [`    IdentityFile "${keyOf(h).replaceAll('"', "")}"`]), ...(h.jumps.length === 0 ? [] : [`    ProxyJump ${h.jumps.map((id) => nameOf.get(id) ?? "").filter(Boolean).join(",")}`]), ""].join("\n")).join("\n");
    case "ansible": {
      const groups: Record<string, { hosts: Record<string, null> }> = {};
      for (const host of hosts) for (const group of [...host.groups, host.environment]) ((groups[group] ??= { hosts: {} }).hosts[host.name] = null);
      const vars = (h: Host): object => ({ ansible_host: h.address, ansible_port: h.port, ansible_user: h.user, ...(keyOf(h) === "" ? {} : { ansible_ssh_private_key_file: keyOf(h) }) });
      return stringify({ all: { hosts: Object.fromEntries(hosts.map((h) => [h.name, vars(h)])), children: groups } });
    }
    default:
      return format satisfies never;
  }
}
