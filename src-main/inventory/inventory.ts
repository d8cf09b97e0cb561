import { live, type Clock, type Live } from "../kernel/index.ts";
import type { Store } from "../store/index.ts";
import { fail } from "./failures.ts";
import type { Host, Inventory } from "./port.ts";
import { MIGRATIONS } from "./tables.ts";

export type InventoryRoom = Inventory & {
  /** Adds or replaces by id, all or none: a refused host leaves the others unchanged too. */
  put(hosts: readonly Host[]): void;
  remove(ids: readonly string[]): void;
  /** Every host, newest state; for whoever draws or follows. */
  readonly hosts: Live<readonly Host[]>;
};

/** Ten thousand hosts are ten megabytes: they are held in memory, and the file is the truth. */
export function createInventory({ store, now }: { readonly store: Store; readonly now: Clock }): InventoryRoom {
  store.migrate("inventory", MIGRATIONS);
  const all = store.sql<{ host: string }>("inventory.all", "SELECT host FROM hosts ORDER BY name");
  const put = store.sql("inventory.put", "INSERT INTO hosts (id, name, host, changed_at) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET name = excluded.name, host = excluded.host, changed_at = excluded.changed_at");
  const remove = store.sql("inventory.remove", "DELETE FROM hosts WHERE id = ?");

  const hosts = live<readonly Host[]>(all.all().map(({ host }) => JSON.parse(host) as Host));
  let byId = index(hosts.value, ({ id }) => id);
  let byName = index(hosts.value, ({ name }) => name.toLowerCase());
  /** What was written is what is held: ten thousand rows are not read again for one star. */
  const renew = (after: ReadonlyMap<string, Host>) => {
    const next = [...after.values()].sort((a, b) => (a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1));
    byId = after;
    byName = index(next, ({ name }) => name.toLowerCase());
    hosts.set(next);
  };

  return {
    hosts,
    get: (id) => byId.get(id),
    find: (name) => byName.get(name.toLowerCase()) ?? byId.get(name),
    all: () => hosts.value,
    inGroup: (group) => hosts.value.filter(({ groups }) => groups.includes(group)),
    put(changed) {
      const after = new Map([...byId, ...changed.map((host) => [host.id, host] as const)]);
      for (const host of changed) assertNoLoop(host, after);
      try {
        store.transaction(() => {
          for (const host of changed) put.run([host.id, host.name, JSON.stringify(host), now()]);
        });
      } catch (error) {
        const taken = changed.find(({ id, name }) => changed.some((other) => other.id !== id && other.name.toLowerCase() === name.toLowerCase()) || (byName.get(name.toLowerCase())?.id ?? id) !== id);
        if (taken) throw fail("HOST_NAME_TAKEN", { name: taken.name }, error);
        throw error;
      }
      renew(after);
    },
    remove(ids) {
      store.transaction(() => {
        for (const id of ids) remove.run([id]);
      });
      const gone = new Set(ids);
      renew(new Map([...byId].filter(([id]) => !gone.has(id))));
    },
  };
}

const index = <K>(hosts: readonly Host[], key: (host: Host) => K): ReadonlyMap<K, Host> => new Map(hosts.map((host) => [key(host), host]));

function assertNoLoop(host: Host, hosts: ReadonlyMap<string, Host>): void {
  const walk = (id: string, chain: readonly string[]): void => {
    if (chain.includes(id)) throw fail("HOST_LOOP", { name: host.name, chain: [...chain, id].map((step) => hosts.get(step)?.name ?? step).join(" → ") });
    for (const jump of hosts.get(id)?.jumps ?? []) walk(jump, [...chain, id]);
  };
  walk(host.id, []);
}
