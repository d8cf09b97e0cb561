import type { Environment } from "../contract/terms.ts";
import type { NewId } from "../kernel/index.ts";
import { faultOf, MOST_HOSTS, type ImportedHost, type ImportProblem } from "./import/imported.ts";
import type { Host } from "./port.ts";

export type ImportDefaults = { readonly environment: Environment; readonly user: string; readonly tags: readonly string[] };
export type HostChange = { readonly before: Host; readonly after: Host; readonly fields: readonly string[] };
export type ImportPlan = {
  readonly source: string;
  readonly add: readonly Host[];
  readonly change: readonly HostChange[];
  readonly same: number;
  /** Came from this source once and are not in it any more: kept unless the operator says otherwise. */
  readonly gone: readonly Host[];
  readonly problems: readonly ImportProblem[];
};

/** What an import would do, decided without doing it. Fields a file does not name keep the value the operator gave them. */
export function planImport(of: { readonly read: readonly ImportedHost[]; readonly problems: readonly ImportProblem[]; readonly existing: readonly Host[]; readonly source: string; readonly defaults: ImportDefaults; readonly newId: NewId }): ImportPlan {
  const { existing, source, defaults, newId } = of;
  const problems = [...of.problems];
  const byName = new Map(existing.map((host) => [host.name.toLowerCase(), host]));
  const wanted = new Map<string, ImportedHost>();
  for (const host of of.read.slice(0, MOST_HOSTS)) {
    const fault = faultOf(host);
    if (fault !== undefined) problems.push({ where: host.name.slice(0, 60), why: `${fault}: left out` });
    else if (wanted.has(host.name.toLowerCase())) problems.push({ where: host.name, why: "is named twice: the first counts" });
    else wanted.set(host.name.toLowerCase(), host);
  }
  withJumpHosts(wanted, byName, problems);

  const ids = new Map<string, string>([...byName].map(([name, host]) => [name, host.id]));
  for (const name of wanted.keys()) if (!ids.has(name)) ids.set(name, newId("host"));
  const add: Host[] = [];
  const change: HostChange[] = [];
  let same = 0;
  for (const [name, host] of wanted) {
    const before = byName.get(name);
    const jumps = host.jumps?.map((hop) => ids.get(hopName(hop).toLowerCase())).filter((id) => id !== undefined && id !== ids.get(name)) as string[] | undefined;
    if (!before) add.push(fresh(ids.get(name) as string, host, jumps ?? [], source, defaults));
    else {
      const after = merged(before, host, jumps);
      const fields = changedFields(before, after);
      if (fields.length > 0) change.push({ before, after, fields });
      else same += 1;
    }
  }
  return { source, add, change, same, gone: existing.filter((host) => host.source === source && !wanted.has(host.name.toLowerCase())), problems };
}

/** `user@bastion:2222` names a hop that may not be a host of its own yet. */
const hopName = (hop: string): string => hop.replace(/^[^@]*@/, "").replace(/^\[(.+)\](?::\d+)?$/, "$1").replace(/:\d+$/, "");

function withJumpHosts(wanted: Map<string, ImportedHost>, known: ReadonlyMap<string, Host>, problems: ImportProblem[]): void {
  for (const host of [...wanted.values()]) for (const hop of host.jumps ?? []) {
    const name = hopName(hop);
    if (wanted.has(name.toLowerCase()) || known.has(name.toLowerCase())) continue;
    const user = /^([^@]+)@/.exec(hop)?.[1];
    const port = /:(\d+)$/.exec(hop)?.[1];
    const made: ImportedHost = { name, address: name, ...(user !== undefined && { user }), ...(port !== undefined && { port: Number(port) }), notes: "Taken over as a jump host." };
    const fault = faultOf(made);
    if (fault !== undefined) problems.push({ where: host.name, why: `its jump host: ${fault}` });
    else wanted.set(name.toLowerCase(), made);
  }
}

const fresh = (id: string, host: ImportedHost, jumps: readonly string[], source: string, defaults: ImportDefaults): Host => ({
  id,
  name: host.name,
  address: host.address,
  port: host.port ?? 22,
  user: host.user ?? defaults.user,
  environment: host.environment ?? defaults.environment,
  criticality: host.criticality ?? "normal",
  groups: [...new Set(host.groups ?? [])],
  tags: [...new Set([...(host.tags ?? []), ...defaults.tags])],
  os: host.os ?? "linux",
  jumps,
  credential: host.credential ?? { kind: "ask" },
  transport: host.transport ?? "ssh2",
  legacyAlgorithms: false,
  keepShell: false,
  notes: host.notes ?? "",
  favourite: false,
  source,
});

/** What a person set by hand (environment, tags, notes, criticality, credential in the vault) is not taken back by a file. */
function merged(before: Host, host: ImportedHost, jumps: readonly string[] | undefined): Host {
  // What an operator chose inside SENA no file knows: a certificate stays, and the built-in transport it needs with it.
  const isKept = before.credential.kind === "vault" || before.credential.kind === "certificate";
  return {
    ...before,
    address: host.address,
    port: host.port ?? before.port,
    user: host.user ?? before.user,
    groups: host.groups ? [...new Set(host.groups)] : before.groups,
    tags: host.tags ? [...new Set([...before.tags, ...host.tags])] : before.tags,
    jumps: jumps ?? before.jumps,
    credential: isKept ? before.credential : (host.credential ?? before.credential),
    transport: before.credential.kind === "certificate" ? before.transport : (host.transport ?? before.transport),
    os: host.os ?? before.os,
  };
}

export const changedFields = (before: Host, after: Host): readonly string[] => (Object.keys(after) as (keyof Host)[]).filter((key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]));
