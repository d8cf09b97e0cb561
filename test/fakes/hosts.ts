import type { Host, Inventory } from "../../src-main/inventory/port.ts";

export const fakeHost = (over: Partial<Host> & Pick<Host, "id">): Host => ({
  name: over.id, address: "127.0.0.1", port: 22, user: "ops", environment: "dev", criticality: "normal", groups: [], tags: [], os: "linux", jumps: [], credential: { kind: "ask" }, transport: "ssh2",
  legacyAlgorithms: false, keepShell: false, notes: "", favourite: false, source: "test", ...over,
});

/** An inventory of given hosts; `set` replaces one, as an edit on the screen would. */
export function fakeInventory(hosts: readonly Host[]): Inventory & { set(host: Host): void } {
  const all = new Map(hosts.map((host) => [host.id, host]));
  return {
    get: (id) => all.get(id),
    find: (name) => [...all.values()].find((host) => host.name === name) ?? all.get(name),
    all: () => [...all.values()],
    inGroup: (group) => [...all.values()].filter((host) => host.groups.includes(group)),
    set: (host) => void all.set(host.id, host),
  };
}
