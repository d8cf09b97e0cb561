import type { Host } from "./port.ts";

/** One change for many hosts; what is not named stays as it is on each. */
export type BulkChange = {
  readonly environment?: Host["environment"] | undefined;
  readonly criticality?: Host["criticality"] | undefined;
  readonly os?: Host["os"] | undefined;
  readonly user?: string | undefined;
  readonly credential?: Host["credential"] | undefined;
  readonly transport?: Host["transport"] | undefined;
  readonly legacyAlgorithms?: boolean | undefined;
  readonly keepShell?: boolean | undefined;
  readonly favourite?: boolean | undefined;
  readonly jumps?: readonly string[] | undefined;
  readonly addTags?: readonly string[] | undefined;
  readonly removeTags?: readonly string[] | undefined;
  readonly addGroups?: readonly string[] | undefined;
  readonly removeGroups?: readonly string[] | undefined;
};

const list = (now: readonly string[], add: readonly string[] = [], remove: readonly string[] = []): readonly string[] => [...new Set([...now, ...add])].filter((one) => !remove.includes(one));

export function applyBulk(host: Host, change: BulkChange): Host {
  const { addTags, removeTags, addGroups, removeGroups, jumps, ...plain } = change;
  const set = Object.fromEntries(Object.entries(plain).filter(([, value]) => value !== undefined)) as Partial<Host>;
  return { ...host, ...set, ...(jumps !== undefined && { jumps: jumps.filter((id) => id !== host.id) }), tags: list(host.tags, addTags, removeTags), groups: list(host.groups, addGroups, removeGroups) };
}
