import { actorOf, failer, Failure, type GroupHandlers, type Host as HostView, type HostRow, type hostsContract, type ImportView, type Principal, type ShownKey, type TestStep } from "../contract/index.ts";
import { applyBulk, changedFields, exportHosts, facetsOf, faultOf, filterHosts, INVENTORY_FAILURES, looseningOf, orderHosts, type Host, type HostStep, type Imports, type InventoryRoom, type Preview } from "../inventory/index.ts";
import type { NewId } from "../kernel/index.ts";
import type { Ledger } from "../ledger/port.ts";
import type { HostKeys, SshRoom } from "../ssh/index.ts";
import type { KeyTrust } from "./key-trust.ts";

export type HostsApiNeeds = { readonly inventory: InventoryRoom; readonly imports: Imports; readonly ssh: SshRoom; readonly hostKeys: HostKeys; readonly keys: KeyTrust; readonly ledger: Pick<Ledger, "append">; readonly newId: NewId; /** More than one person works here: what makes less of a host is not for one of them alone. */ readonly isShared: () => boolean };

const fail = failer(INVENTORY_FAILURES);
const DONE = { done: true } as const;
const SHOWN = 2000;

export function hostsHandlers({ inventory, imports, ssh, hostKeys, keys, ledger, newId, isShared }: HostsApiNeeds): GroupHandlers<typeof hostsContract> {
  const need = (id: string): Host => {
    const host = inventory.get(id);
    if (!host) throw fail("NO_SUCH_HOST", { name: id });
    return host;
  };
  const assertMay = (steps: readonly HostStep[], { permissions }: Principal): void => {
    if (!isShared() || permissions.includes("administer")) return;
    const why = looseningOf(steps, inventory.all());
    if (why !== undefined) throw fail("HOST_NEEDS_ADMIN", { why });
  };
  const save = (host: Host, principal: Principal): HostView => {
    const fault = faultOf(host);
    if (fault !== undefined) throw fail("HOST_NOT_VALID", { why: fault });
    assertMay([{ before: inventory.get(host.id), after: host }], principal);
    inventory.put([host]);
    return viewOf(host);
  };
  const row = (host: Host): Omit<HostRow, "connected"> => ({ id: host.id, name: host.name, address: host.address, port: host.port, user: host.user, environment: host.environment, criticality: host.criticality, groups: [...host.groups], tags: [...host.tags], os: host.os, favourite: host.favourite, legacyAlgorithms: host.legacyAlgorithms, transport: host.transport, jumpNames: host.jumps.map((id) => inventory.get(id)?.name ?? "?") });
  const usersOf = (ids: ReadonlySet<string>): readonly Host[] => inventory.all().filter((host) => !ids.has(host.id) && host.jumps.some((id) => ids.has(id)));
  const importView = ({ id, plan }: Preview): ImportView => ({
    id,
    source: plan.source,
    add: plan.add.slice(0, SHOWN).map((host) => ({ ...row(host), jumpNames: host.jumps.map((jump) => inventory.get(jump)?.name ?? plan.add.find((one) => one.id === jump)?.name ?? "?") })),
    change: plan.change.slice(0, SHOWN).map(({ before, after, fields }) => ({ id: before.id, name: before.name, fields: fields.map((field) => ({ field, before: said(before[field as keyof Host]), after: said(after[field as keyof Host]) })) })),
    same: plan.same,
    gone: plan.gone.slice(0, SHOWN).map((host) => ({ id: host.id, name: host.name })),
    problems: plan.problems.slice(0, SHOWN).map((problem) => ({ ...problem })),
    counts: { add: plan.add.length, change: plan.change.length, gone: plan.gone.length, problems: plan.problems.length },
  });

  return {
    list: async ({ filter, order, offset, limit }) => {
      const found = orderHosts(filterHosts(inventory.all(), filter), order);
      const connected = new Set(ssh.connected());
      return { total: found.length, all: inventory.all().length, rows: found.slice(offset, offset + limit).map((host) => ({ ...row(host), connected: connected.has(host.id) })) };
    },
    ids: async ({ filter }) => ({ ids: filterHosts(inventory.all(), filter).map((host) => host.id) }),
    facets: async () => {
      const { environments, groups, tags, sources } = facetsOf(inventory.all());
      return { environments: [...environments], groups: [...groups], tags: [...tags], sources: [...sources] };
    },
    async *changes(_input, { signal }) {
      let version = 0;
      const both = new AbortController();
      const over = AbortSignal.any([signal, both.signal]);
      const hosts = inventory.hosts.follow(over)[Symbol.asyncIterator]();
      const live = ssh.connectedHosts.follow(over)[Symbol.asyncIterator]();
      try {
        let [nextHosts, nextLive] = [hosts.next(), live.next()];
        for (;;) {
          const turn = await Promise.race([nextHosts.then(({ done }) => (done ? "over" : "hosts")), nextLive.then(({ done }) => (done ? "over" : "live"))]);
          if (turn === "over") return;
          if (turn === "hosts") nextHosts = hosts.next();
          else nextLive = live.next();
          // Only another inventory is another version: who is connected is told with it, and a fleet connects hundreds of times.
          if (turn === "hosts") version += 1;
          yield { version, hosts: inventory.all().length, connected: [...ssh.connected()] };
        }
      } finally {
        both.abort();
      }
    },
    async *quiet(_input, { signal }) {
      for await (const hosts of ssh.quietHosts.follow(signal)) yield { hosts: [...hosts] };
    },
    get: async ({ id }) => {
      const host = need(id);
      const named = (ids: readonly string[]) => ids.map((one) => ({ id: one, name: inventory.get(one)?.name ?? one }));
      return { host: viewOf(host), keys: hostKeys.keysOf(host).map((key) => ({ ...key })), connected: ssh.connected().includes(id), jumps: named(host.jumps), usedBy: named(usersOf(new Set([id])).map((one) => one.id)) };
    },
    find: async ({ name }) => {
      const host = inventory.find(name);
      return { host: host ? viewOf(host) : null };
    },
    add: async (draft, { principal }) => save({ ...(draft as Omit<Host, "id" | "source">), id: newId("host"), source: "manual" }, principal),
    change: async ({ id, to }, { principal }) => save({ ...need(id), ...(Object.fromEntries(Object.entries(to).filter(([, value]) => value !== undefined)) as Partial<Host>) }, principal),
    changeMany: async ({ ids, change }, { principal }) => {
      const changed = ids.map(need).map((before) => ({ before, after: applyBulk(before, change as Parameters<typeof applyBulk>[1]) })).filter(({ before, after }) => changedFields(before, after).length > 0);
      const fault = changed.map(({ after }) => faultOf(after)).find((one) => one !== undefined);
      if (fault !== undefined) throw fail("HOST_NOT_VALID", { why: fault });
      assertMay(changed, principal);
      inventory.put(changed.map(({ after }) => after));
      return { changed: changed.length };
    },
    remove: async ({ ids }, { principal }) => {
      const gone = new Set(ids);
      const users = usersOf(gone);
      const ways = ids.map((id) => inventory.get(id)).filter((host) => host !== undefined && users.some((user) => user.jumps.includes(host.id)));
      if (ways.length > 0) throw fail("HOST_IN_USE", { names: ways.map((host) => host?.name ?? "").slice(0, 5).join(", "), count: ways.length, users: users.slice(0, 5).map((host) => host.name).join(", ") });
      assertMay(ids.map((id) => ({ before: inventory.get(id), after: undefined })), principal);
      const before = inventory.all().length;
      for (const id of ids) ssh.disconnect(id);
      inventory.remove(ids);
      return { removed: before - inventory.all().length };
    },
    star: async ({ id, favourite }) => {
      inventory.put([{ ...need(id), favourite }]);
      return DONE;
    },
    previewImport: async ({ kind, path, text, defaults }) => importView(imports.preview({ kind, path, text, defaults })),
    previewSync: async ({ source }) => importView(imports.again(source)),
    applyImport: async ({ id, skip, removeGone }, { principal }) => {
      const { plan, commit } = imports.prepare(id, { skip, removeGone });
      const skipped = new Set(skip);
      const [added, changed] = [plan.add.filter((host) => !skipped.has(host.name)), plan.change.filter(({ after }) => !skipped.has(after.name))];
      assertMay([...added.map((after) => ({ before: undefined, after })), ...changed, ...(removeGone ? plan.gone.map((before) => ({ before, after: undefined })) : [])], principal);
      const counts = { added: added.length, changed: changed.length, removed: removeGone ? plan.gone.length : 0 };
      await ledger.append({ type: "config", actor: actorOf(principal), fields: { act: "hosts imported", source: plan.source, ...counts, addedNames: added.slice(0, 200).map((host) => host.name), changedNames: changed.slice(0, 200).map(({ after }) => after.name), removedNames: removeGone ? plan.gone.slice(0, 200).map((host) => host.name) : [] } });
      commit();
      return counts;
    },
    sources: async () => ({ sources: imports.sources().map(({ source, kind, path, syncedAt, hosts }) => ({ source, kind, path, syncedAt, hosts })) }),
    forgetSource: async ({ source }) => {
      imports.forget(source);
      return DONE;
    },
    export: async ({ filter, format }) => ({ name: { csv: "hosts.csv", "ssh-config": "ssh_config", ansible: "inventory.yaml" }[format], text: exportHosts(orderHosts(filterHosts(inventory.all(), filter), { by: "name", down: false }), format) }),

    lookAtKey: async ({ id }, { principal, signal }) => (await keys.look(need(id), principal, signal)).shown,
    trust: async ({ id, fingerprint, replaces }, { principal, signal }) => keys.trust(need(id), { fingerprint, replaces }, principal, signal),
    distrust: async ({ id }, { principal }) => {
      const forgotten = await hostKeys.forget(need(id), actorOf(principal));
      ssh.disconnect(id);
      return { forgotten };
    },
    adoptKeys: async ({ text }, { principal }) => {
      const { added, problems } = await hostKeys.adopt(text, actorOf(principal));
      return { added, problems: problems.map(({ line, why }) => ({ where: `line ${line}`, why })) };
    },
    test: ({ id }, { principal, signal }) => testHost(need(id), ssh, (host) => keys.look(host, principal, signal), signal),
    disconnect: async ({ id }) => {
      ssh.disconnect(id);
      return DONE;
    },
  };
}

async function* testHost(host: Host, ssh: SshRoom, look: (host: Host) => Promise<{ readonly shown: ShownKey }>, signal: AbortSignal): AsyncGenerator<TestStep> {
  let from = performance.now();
  const took = (): number => {
    const ms = Math.round(performance.now() - from);
    from = performance.now();
    return ms;
  };
  const words = (error: unknown): string => (error instanceof Failure ? error.message : "It failed in a way SENA does not know; the log has the details.");
  const WORDS = { known: "is known and the same", unknown: "was not known: compare it before you trust it", changed: "has CHANGED: either the host was set up anew, or someone stands in between. Nothing was sent. Ask its owner which; only then look at its key now, where it can be replaced", revoked: "is REVOKED. Nothing was sent; the host needs a new key before SENA connects", "certificate-only": "is vouched for by a host certificate authority" } as const;
  if (host.transport === "ssh2") {
    try {
      const { shown } = await look(host);
      yield { step: "reach", is: "ok", say: `${host.address}:${host.port} answers.`, ms: took() };
      yield { step: "key", is: shown.verdict === "known" ? "ok" : shown.verdict === "unknown" ? "skipped" : "failed", say: `Its key ${shown.type} ${shown.fingerprint === "" ? "" : `${shown.fingerprint} `}${WORDS[shown.verdict]}.`, ms: 0 };
      if (shown.verdict === "changed" || shown.verdict === "revoked") return;
    } catch (error) {
      yield { step: "reach", is: "failed", say: words(error), ms: took() };
      return;
    }
  }
  try {
    const identity = await ssh.identify(host.id, signal);
    yield { step: "sign-in", is: "ok", say: `Signed in as ${identity.user}; the host showed ${identity.keyType} ${identity.fingerprint}.`, ms: took() };
  } catch (error) {
    yield { step: "sign-in", is: "failed", say: words(error), ms: took() };
  }
}

const viewOf = (host: Host): HostView => ({ ...host, groups: [...host.groups], tags: [...host.tags], jumps: [...host.jumps] });

function said(value: Host[keyof Host]): string {
  if (typeof value !== "object") return String(value);
  if ("kind" in value) return value.kind === "key-file" ? `key ${value.path}` : value.kind === "vault" ? `vault ${value.secret}` : value.kind === "certificate" ? `certificate of ${value.source} (${value.role})` : value.kind;
  return value.join(", ");
}
