import { slipsBetween } from "../kernel/index.ts";
import type { KnownHost } from "./port.ts";
import { findDuration, findTime } from "./times.ts";
import { tokensOf, type Token } from "./tokens.ts";

/** What a stretch of the sentence is, before any skill is chosen. */
export type SpanKind = "host" | "unknown-host" | "path" | "size" | "duration" | "time" | "quoted" | "number" | "thing" | "address" | "setting" | "mac";
export type FoundSpan = { readonly kind: SpanKind; readonly start: number; readonly end: number; readonly text: string; readonly value: string; /** Host ids for hosts; a hint such as "port", "user", "pid", "lines" for the rest. */ readonly hosts?: readonly string[]; readonly hint?: string };

/** Services an operator may name without the word "service"; the first is what the init system usually calls it. */
const SERVICES: readonly (readonly string[])[] = [
  ["nginx"], ["apache2", "apache"], ["httpd"], ["postgresql", "postgres", "psql", "pgsql"], ["mysql"], ["mariadb"], ["redis-server", "redis"], ["docker", "dockerd"], ["ssh"], ["sshd"], ["cron", "crond"], ["rsyslog"], ["systemd-journald", "journald"], ["chrony", "chronyd"], ["ntpd"], ["haproxy"], ["keepalived"],
  ["postfix"], ["dovecot"], ["bind9", "named"], ["dnsmasq"], ["unbound"], ["prometheus"], ["grafana-server", "grafana"], ["node_exporter", "node-exporter"], ["elasticsearch"], ["kibana"], ["logstash"], ["rabbitmq-server", "rabbitmq"], ["kafka"], ["zookeeper"], ["jenkins"], ["gitlab-runner"], ["tomcat9", "tomcat"],
  ["php-fpm", "php8.2-fpm", "fpm"], ["memcached"], ["mongod", "mongodb", "mongo"], ["varnish"], ["squid"], ["samba", "smbd"], ["nfs-server", "nfs"], ["vsftpd"], ["firewalld"], ["fail2ban"], ["auditd"], ["snmpd"], ["zabbix-agent", "zabbix"], ["consul"], ["vault"], ["etcd"], ["kubelet"], ["containerd"], ["libvirtd"], ["NetworkManager", "networkmanager"], ["systemd-resolved", "resolved"], ["slapd"], ["sssd"], ["influxdb"], ["telegraf"], ["minio"], ["clickhouse-server", "clickhouse"], ["pgbouncer"], ["patroni"], ["traefik"], ["caddy"], ["envoy"], ["cups"], ["bluetooth"], ["openvpn"], ["wireguard"], ["strongswan"], ["exim4", "exim"], ["rsync"], ["autofs"], ["multipathd"], ["iscsid"],
];
const SERVICE_NAMES: ReadonlyMap<string, string> = new Map(SERVICES.flatMap((names) => names.map((name) => [name.toLowerCase(), names[0] as string] as const)));
export const knownServices = (): readonly string[] => [...new Set(SERVICE_NAMES.values())];

/** Programs the sentence names as such: not an account, a container or a package that has the name of one. */
export const programsIn = ({ spans }: Read): readonly string[] => spans.filter(({ kind, hint }) => kind === "thing" && (hint === undefined || hint === "service" || hint === "process")).map(({ value }) => value);
/** The program a pack is about, where its id is the name of one. */
export const programOfPack = (skillId: string): string | undefined => SERVICE_NAMES.get(skillId.split(".")[0] ?? "");

const HINTS: Readonly<Record<string, string>> = { port: "port", ports: "port", ":": "port", user: "user", account: "user", process: "process", pid: "pid", service: "service", daemon: "service", package: "package", container: "container", database: "database", db: "database", interface: "interface", line: "line", top: "count", last: "count", sysctl: "setting", setting: "setting", parameter: "setting", unit: "service", vlan: "vlan", slot: "slot", table: "table", image: "image" };
const AFTER_HINTS: Readonly<Record<string, string>> = { service: "service", daemon: "service", user: "user", process: "process", processes: "process", package: "package", container: "container", database: "database", lines: "lines", days: "days", interface: "interface", user_account: "user" };

export const OWN_SPELLING: ReadonlySet<string> = new Set(["user", "database"]);

export type Context = { readonly hosts: readonly KnownHost[]; readonly now: number; readonly utcOffsetMinutes: number; /** A word that means something itself is no misspelt service. */ readonly isTaught?: (lower: string) => boolean };
export type Read = { readonly tokens: readonly Token[]; readonly spans: readonly FoundSpan[] };

/** Everything in the sentence that is a value rather than a word, longest and surest first; spans never overlap. */
export function readSpans(sentence: string, context: Context): Read {
  const tokens = tokensOf(sentence);
  const spans: FoundSpan[] = [];
  const isFree = (start: number, end: number) => !spans.some((span) => start < span.end && end > span.start);
  const add = (span: FoundSpan) => {
    if (span.end > span.start && isFree(span.start, span.end)) spans.push(span);
  };
  for (const token of tokens) {
    if (/^["']/.test(token.text) && token.text.length > 2) add({ kind: "quoted", start: token.start, end: token.end, text: token.text, value: token.text.slice(1, -1) });
    else if (token.text.startsWith("/") && token.text.length > 0) add({ kind: "path", start: token.start, end: token.end, text: token.text, value: token.text });
  }
  for (const span of findHosts(tokens, context.hosts, isFree)) add(span);
  const masked = maskOf(sentence, spans);
  const time = findTime(masked, context.now, context.utcOffsetMinutes);
  if (time) add({ kind: "time", start: time.start, end: time.end, text: sentence.slice(time.start, time.end), value: time.time });
  for (const match of masked.matchAll(/\b(\d+(?:\.\d+)?)\s?(kb?|kib|mb?|mib|gb?|gib|tb?|tib|bytes|megabytes?|gigabytes?|gigs?|megs?)\b/gi)) {
    const unit = (match[2] ?? "").charAt(0).toUpperCase().replace("B", "");
    const isTime = /^m$/i.test(match[2] ?? "") && /\b(last|past|in|for|within)\s+$/i.test(masked.slice(0, match.index));
    if (!isTime) add({ kind: "size", start: match.index, end: match.index + match[0].length, text: match[0], value: `${match[1]}${unit}` });
  }
  const duration = findDuration(maskOf(sentence, spans));
  if (duration && !/^\s*(?:an?|the|one|few)\s*$/i.test(sentence.slice(duration.start, duration.end))) add({ kind: "duration", start: duration.start, end: duration.end, text: sentence.slice(duration.start, duration.end), value: `${Math.round(duration.seconds)}s` });
  for (const [at, token] of tokens.entries()) {
    if (!isFree(token.start, token.end)) continue;
    const found = readToken(token, tokens[at - 1], tokens[at + 1], context.isTaught);
    if (found) add(found);
  }
  // "More lines, 250": how many is meant, wherever it stands.
  const [number, ...numbers] = spans.filter(({ kind }) => kind === "number");
  if (number !== undefined && number.hint === undefined && numbers.length === 0 && tokens.some(({ lower }) => lower === "lines" || lower === "entries")) spans.splice(spans.indexOf(number), 1, { ...number, hint: "lines" });
  return { tokens, spans: spans.sort((one, other) => one.start - other.start) };
}

const maskOf = (sentence: string, spans: readonly FoundSpan[]): string => {
  const chars = [...sentence].length === sentence.length ? sentence.split("") : sentence.split("");
  for (const { start, end } of spans) for (let at = start; at < end; at += 1) chars[at] = "\u0001";
  return chars.join("");
};

function readToken(token: Token, before: Token | undefined, after: Token | undefined, isTaught: Context["isTaught"]): FoundSpan | undefined {
  const base = { start: token.start, end: token.end, text: token.text };
  const beside = HINTS[before?.lower ?? ""] ?? AFTER_HINTS[after?.lower ?? ""];
  // In "the docker container api" docker is no container's name.
  const hint = beside === "container" && token.lower === "docker" ? undefined : beside;
  if (/^\d{1,3}(\.\d{1,3}){3}$/.test(token.text)) return { kind: "address", ...base, value: token.text };
  if (/^(?:net|vm|kernel|fs|dev|user|abi)(?:\.[a-z0-9_-]+)+$/.test(token.lower)) return { kind: "setting", ...base, value: token.text };
  if (/^(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}$|^(?:[0-9a-f]{4}\.){2}[0-9a-f]{4}$/i.test(token.text)) return { kind: "mac", ...base, value: token.text };
  if (/^\d+$/.test(token.text)) return { kind: "number", ...base, value: token.text, ...(hint === undefined ? {} : { hint }) };
  // "The container named cache": no name server.
  const isCalled = token.lower === "named" && before !== undefined && after !== undefined && (HINTS[before.lower] !== undefined || AFTER_HINTS[before.lower] !== undefined);
  const service = isCalled ? undefined : SERVICE_NAMES.get(token.lower) ?? SERVICE_NAMES.get(token.lower.replace(/'s$/, "")) ?? (token.lower.endsWith(".service") ? token.text : isTaught === undefined || isTaught(token.lower) ? undefined : misspelt(token.lower));
  // "the user postgres" is an account, spelt as it was typed, whatever service has the same name.
  if (service !== undefined && OWN_SPELLING.has(hint ?? "")) return { kind: "thing", ...base, value: token.text, hint: hint ?? "" };
  if (service !== undefined) return { kind: "thing", ...base, value: service, hint: hint ?? "service" };
  return undefined;
}

/** "ngnix", "postgress": one slip away from a service that everybody knows. */
function misspelt(lower: string): string | undefined {
  if (!/^[a-z]{5,}$/.test(lower)) return undefined;
  for (const [name, service] of SERVICE_NAMES) if (name.length >= 5 && name.charAt(0) === lower.charAt(0) && slipsBetween(lower, name, 2) === 1) return service;
  return undefined;
}

/** Host names, `@name`, groups and environments ("the web servers", "all staging hosts"), and names that look like hosts but are none. */
function findHosts(tokens: readonly Token[], hosts: readonly KnownHost[], isFree: (start: number, end: number) => boolean): FoundSpan[] {
  const found: FoundSpan[] = [];
  const byName = new Map(hosts.flatMap((host) => [[host.name.toLowerCase(), host], [host.name.toLowerCase().split(".")[0] as string, host]] as const));
  const used = new Set<number>();
  const take = (kind: "host" | "unknown-host", from: number, to: number, ids: readonly string[], value: string) => {
    const [first, last] = [tokens[from] as Token, tokens[to] as Token];
    for (let at = from; at <= to; at += 1) used.add(at);
    found.push({ kind, start: first.start, end: last.end, text: from === to ? first.text : value, value, hosts: ids });
  };
  for (const [at, token] of tokens.entries()) {
    if (!isFree(token.start, token.end)) continue;
    const bare = token.lower.replace(/^@/, "").replace(/'s$/, "");
    const host = byName.get(bare);
    if (host) take("host", at, at, [host.id], host.name);
    else if (token.text.startsWith("@")) {
      const group = membersOf(bare, hosts);
      if (group.length > 0) take("host", at, at, group, bare);
      else take("unknown-host", at, at, [], bare);
    }
  }
  for (let at = 0; at < tokens.length; at += 1) {
    if (used.has(at)) continue;
    const group = ["other", "another", "others"].includes(tokens[at - 1]?.lower ?? "") ? undefined : readGroup(tokens, at, hosts, used);
    if (group) {
      take("host", group.from, group.to, group.ids, group.value);
      at = group.to;
    }
  }
  for (const [at, token] of tokens.entries()) {
    if (used.has(at) || !isFree(token.start, token.end) || MACHINES_ELSE.test(token.lower)) continue;
    if (looksLikeHost(token.lower, hosts)) take("unknown-host", at, at, [], token.text);
  }
  // "Our web server web-01": the name says which one is meant.
  const isDescribed = (span: FoundSpan): boolean => (span.hosts?.length ?? 0) > 0 && span.text.includes(" ") && found.some((one) => one !== span && one.kind === "host" && one.hosts?.length === 1 && one.start > span.end && one.start - span.end <= 2 && span.hosts?.includes(one.hosts[0] ?? "") === true && !EVERY.has(span.text.split(" ")[0]?.toLowerCase() ?? ""));
  for (const span of found.filter(isDescribed)) found.splice(found.indexOf(span), 1);
  const without = leftOutIn(tokens, found);
  if (without !== undefined) return without;
  // "how is everything on web-01" is about web-01.
  const isEverything = ({ value, text }: FoundSpan) => value === "all" && /^every(?:thing|where)$/i.test(text);
  // So is "each database on db-01": what is also found on a host is there, where a host is named.
  const isOnHost = ({ text }: FoundSpan) => /^(?:all|every|each|both)(?: (?:of|the|my|our|these|those))* (?:databases?|dbs|applications?|apps?)$/i.test(text);
  const isVague = (span: FoundSpan) => isEverything(span) || isOnHost(span);
  return found.some((span) => span.kind === "host" && !isVague(span)) ? found.filter((span) => !isVague(span)) : found;
}

/** "All servers but db-01": what is left out is no place to look, where more than that was named before it. */
function leftOutIn(tokens: readonly Token[], found: readonly FoundSpan[]): FoundSpan[] | undefined {
  const [first, ...more] = found.filter(({ kind }) => kind === "host").sort((one, other) => one.start - other.start);
  if (first === undefined || more.length === 0 || (first.hosts?.length ?? 0) < 2) return undefined;
  const [next] = more;
  const between = tokens.filter(({ start, end }) => start >= first.end && end <= (next?.start ?? 0)).map(({ lower }) => lower).join(" ");
  if (!/^(?:(?:and )?(?:but|just|only) )?(?:not(?: on| for)?|except(?: for)?|excluding|without|other than|apart from|besides|but|minus|save(?: for)?)(?: (?:the|on|for))?$/.test(between)) return undefined;
  const out = new Set(more.flatMap(({ hosts }) => hosts ?? []));
  return found.map((span) => (span === first ? { ...span, hosts: (span.hosts ?? []).filter((id) => !out.has(id)) } : more.includes(span) ? { ...span, hosts: [] } : span));
}

const KINDS = new Set(["server", "servers", "host", "hosts", "machine", "machines", "box", "boxes", "node", "nodes", "systems", "system", "vms", "vm"]);
const EVERY = new Set(["all", "every", "each", "both"]);
const ENVIRONMENTS: Readonly<Record<string, KnownHost["environment"]>> = { prod: "prod", production: "prod", live: "prod", staging: "staging", stage: "staging", preprod: "staging", test: "staging", dev: "dev", development: "dev" };

function membersOf(word: string, hosts: readonly KnownHost[]): readonly string[] {
  const single = word.replace(/s$/, "");
  const named = hosts.filter(({ groups, tags }) => [...groups, ...tags].some((name) => [word, single, `${single}s`].includes(name.toLowerCase())));
  if (named.length > 0) return named.map(({ id }) => id);
  const prefixed = hosts.filter(({ name }) => new RegExp(`^${single.replace(/[^a-z0-9]/g, "")}-?\\d`).test(name.toLowerCase()));
  return /^[a-z]{2,}$/.test(single) ? prefixed.map(({ id }) => id) : [];
}

/** "All linux servers". */
const SYSTEMS: Readonly<Record<string, KnownHost["os"]>> = { linux: "linux", unix: "linux", cisco: "cisco-ios", idrac: "idrac" };
const WORD_FOR: Readonly<Record<string, string>> = { database: "db", databases: "db", webservers: "web", dbs: "db", application: "app", bmcs: "bmc" };

/** "all servers", "the web servers", "every db host in staging", "production". */
function readGroup(tokens: readonly Token[], at: number, hosts: readonly KnownHost[], used: ReadonlySet<number>): { readonly from: number; readonly to: number; readonly ids: readonly string[]; readonly value: string } | undefined {
  let next = at;
  const word = (): string => (used.has(next) ? "" : tokens[next]?.lower ?? "");
  const every = EVERY.has(word());
  if (every) next += 1;
  while (["the", "my", "our", "of", "these", "those", "whole", "entire"].includes(word())) next += 1;
  let pool = hosts;
  let narrowed = false;
  let isKind = false;
  for (let count = 0; count < 3; count += 1) {
    const now = word();
    const environment = ENVIRONMENTS[now];
    const os = KINDS.has(tokens[next + 1]?.lower ?? "") ? SYSTEMS[now] : undefined;
    if (os !== undefined && pool.some((host) => host.os === os)) {
      pool = pool.filter((host) => host.os === os);
      narrowed = true;
    } else if (environment !== undefined) {
      pool = pool.filter((host) => host.environment === environment);
      narrowed = true;
    } else {
      const members = now === "" || KINDS.has(now) ? [] : membersOf(WORD_FOR[now] ?? now, hosts);
      const isBefore = KINDS.has(tokens[next + 1]?.lower ?? "") || /servers$|hosts$|bmcs$|^dbs$/.test(now) || every;
      if (members.length === 0 || !isBefore) break;
      pool = pool.filter(({ id }) => members.includes(id));
      narrowed = true;
      isKind ||= /^dbs$|bmcs$|servers$|hosts$|switches$/.test(now);
    }
    next += 1;
  }
  // "the prod environment": its hosts, not what some runbook calls an environment.
  const isSurrounding = narrowed && /^(?:environment|env)s?$/.test(word()) && Object.hasOwn(ENVIRONMENTS, tokens[next - 1]?.lower ?? "");
  if (isSurrounding) {
    isKind = true;
    next += 1;
  } else if (KINDS.has(word()) && tokens[next + 1]?.lower !== "file") {
    isKind = /s$|es$/.test(word()) || every || narrowed;
    next += 1;
  } else if (every && /^(everything|everywhere)$/.test(word())) next += 1;
  if (!narrowed && /^(?:fleet|estate|park)$/.test(word()) && hosts.length > 0) {
    // A group of that name is what is meant, where there is one, and not every host there is.
    const named = membersOf(word(), hosts);
    return named.length > 0 ? { from: at, to: next, ids: named, value: word() } : { from: at, to: next, ids: hosts.map(({ id }) => id), value: "all" };
  }
  if (!every && !narrowed && /^(everything|everywhere)$/.test(tokens[at]?.lower ?? "") && hosts.length > 0) return { from: at, to: at, ids: hosts.map(({ id }) => id), value: "all" };
  const end = next - 1;
  if (end < at || pool.length === 0) return undefined;
  if (every && (isKind || narrowed || KINDS.has(tokens[end]?.lower ?? ""))) return { from: at, to: end, ids: pool.map(({ id }) => id), value: tokens.slice(at, next).map(({ text }) => text).join(" ") };
  // "test web-01" is a verb, "on test" a place.
  const isWord = /^(?:test|live|stage|development)$/.test(tokens[end]?.lower ?? "") && end === at && !["in", "on", "of", "for", "at", "from", "across"].includes(tokens[at - 1]?.lower ?? "");
  const isNamed = narrowed && !isWord && (isKind || Object.hasOwn(ENVIRONMENTS, tokens[end]?.lower ?? ""));
  const isFleet = !narrowed && isKind && ["the", "my", "our"].includes(tokens[at]?.lower ?? "");
  if (!isNamed && !isFleet) return undefined;
  return { from: at, to: end, ids: pool.map(({ id }) => id), value: tokens.slice(at, next).map(({ text }) => text).join(" ") };
}

/** "The switch", "the idrac": no host is named, but a kind of host is. "Switch it off" names none. */
export function hostsOfKind(text: string, hosts: readonly KnownHost[]): readonly KnownHost[] {
  const os: KnownHost["os"] | undefined = /\b(?:switch(?:es)?|routers?|cisco|ios)\b(?! (?:it|that|the|them|back|over|on|off|to)\b)/i.test(text) ? "cisco-ios" : /\b(?:i?drac|bmcs?|racadm|lifecycle controller)\b/i.test(text) ? "idrac" : undefined;
  return os === undefined ? [] : hosts.filter((host) => host.os === os);
}

/** Written like a host, and known to be none: encodings, sums, versions of protocols and algorithms. */
const MACHINES_ELSE = /^(?:utf-?\d+|sha-?\d+|md5|ipv[46]|http-?\d|raid-?\d+|ps-\d|x-?\d+|covid-\d+|iso-\d+|rfc-\d+|port-?\d+|pid-?\d+)$/;

/** `web-07` where there is web-01, `db01.prod.lan`: named like a host, but not in the inventory. */
function looksLikeHost(lower: string, hosts: readonly KnownHost[]): boolean {
  if (/^[a-z][a-z0-9]*-\d{1,4}$/.test(lower) || /^[a-z]+[a-z0-9-]*\d+\.[a-z][a-z0-9.-]+$/.test(lower)) return true;
  const shape = (name: string) => name.replace(/\d+/g, "0").replace(/[-_]/g, "");
  return /\d/.test(lower) && hosts.some(({ name }) => shape(name.toLowerCase()) === shape(lower));
}

/** Known names nearest to what was typed, for asking back. */
export const nearestHosts = (typed: string, hosts: readonly KnownHost[]): readonly KnownHost[] =>
  hosts
    .map((host) => ({ host, slips: slipsBetween(typed.toLowerCase(), host.name.toLowerCase(), 6) }))
    .filter(({ slips }) => slips < 6)
    .sort((one, other) => one.slips - other.slips || (one.host.name < other.host.name ? -1 : 1))
    .slice(0, 6)
    .map(({ host }) => host);
