import type { Environment } from "../contract/terms.ts";
import type { Host } from "./port.ts";

export type HostFilter = {
  /** Words that must all be found; `tag:x group:y env:prod os:idrac user:ops` narrow, a leading `-` excludes. */
  readonly text?: string | undefined;
  readonly environments?: readonly Environment[] | undefined;
  readonly groups?: readonly string[] | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly favourites?: boolean | undefined;
  readonly source?: string | undefined;
};
export type HostOrder = { readonly by: "name" | "address" | "environment" | "user"; readonly down: boolean };

type Test = (host: Host) => boolean;
const has = (list: readonly string[], word: string): boolean => list.some((one) => one.toLowerCase() === word);

function testOf(word: string): Test {
  const isNot = word.startsWith("-") && word.length > 1;
  const bare = isNot ? word.slice(1) : word;
  const [, key, value = ""] = /^(tag|group|env|os|user|source):(.+)$/.exec(bare) ?? [];
  const test: Test =
    key === "tag" ? (h) => has(h.tags, value)
    : key === "group" ? (h) => has(h.groups, value)
    : key === "env" ? (h) => h.environment.startsWith(value)
    : key === "os" ? (h) => h.os.startsWith(value)
    : key === "user" ? (h) => h.user.toLowerCase() === value
    : key === "source" ? (h) => h.source.toLowerCase().includes(value)
    : (h) => `${h.name} ${h.address} ${h.user} ${h.groups.join(" ")} ${h.tags.join(" ")} ${h.notes}`.toLowerCase().includes(bare);
  return isNot ? (host) => !test(host) : test;
}

export function filterHosts(hosts: readonly Host[], filter: HostFilter): readonly Host[] {
  const tests: Test[] = (filter.text ?? "").toLowerCase().split(/\s+/).filter(Boolean).slice(0, 20).map(testOf);
  if (filter.environments?.length) tests.push((host) => filter.environments?.includes(host.environment) ?? true);
  if (filter.groups?.length) tests.push((host) => filter.groups?.some((group) => host.groups.includes(group)) ?? true);
  if (filter.tags?.length) tests.push((host) => filter.tags?.every((tag) => host.tags.includes(tag)) ?? true);
  if (filter.favourites === true) tests.push((host) => host.favourite);
  if (filter.source !== undefined) tests.push((host) => host.source === filter.source);
  return tests.length === 0 ? hosts : hosts.filter((host) => tests.every((test) => test(host)));
}

const RANK: Readonly<Record<Environment, number>> = { prod: 0, staging: 1, dev: 2 };
/** web-2 before web-10. One collator: making one costs more than all comparisons of a small list. */
const natural = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

export function orderHosts(hosts: readonly Host[], { by, down }: HostOrder): readonly Host[] {
  const sign = down ? -1 : 1;
  const of = (host: Host): string => (by === "environment" ? String(RANK[host.environment]) : host[by]);
  return [...hosts].sort((a, b) => Number(b.favourite) - Number(a.favourite) || sign * natural.compare(of(a), of(b)) || natural.compare(a.name, b.name));
}

export type Facet = { readonly value: string; readonly count: number };
const counted = (values: Iterable<string>): readonly Facet[] => {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].map(([value, count]) => ({ value, count })).sort((a, b) => b.count - a.count || natural.compare(a.value, b.value));
};
/** What there is to narrow by, over all hosts: the numbers stand still while one filters. */
export const facetsOf = (hosts: readonly Host[]): { readonly environments: readonly Facet[]; readonly groups: readonly Facet[]; readonly tags: readonly Facet[]; readonly sources: readonly Facet[] } => ({
  environments: counted(hosts.map((host) => host.environment)),
  groups: counted(hosts.flatMap((host) => host.groups)),
  tags: counted(hosts.flatMap((host) => host.tags)),
  sources: counted(hosts.map((host) => host.source)),
});
