import { parse as parseYaml } from "yaml";
import { environmentHint, MOST_HOSTS, type ImportedHost, type ImportProblem, type ImportRead } from "./imported.ts";

// Ansible inventories, INI and YAML: groups, children, group and host variables, ranges. Variables of the connection are
// understood, all others left alone. Passwords in the file are not taken over: a secret belongs in the vault.

type Vars = Readonly<Record<string, unknown>>;
type Group = { hosts: Map<string, Vars>; children: Set<string>; vars: Record<string, unknown> };

export const readAnsible = (text: string, where: string): ImportRead => (/^\s*[[;#]|^[^\s:]+(\s+\w+=|\s*$)/m.test(text) && !/^(all|[\w.-]+):\s*(#.*)?$/m.test(text) ? readIni(text, where) : readYaml(text, where));

function readIni(text: string, where: string): ImportRead {
  const groups = new Map<string, Group>();
  const problems: ImportProblem[] = [];
  const group = (name: string): Group => groups.get(name) ?? (groups.set(name, { hosts: new Map(), children: new Set(), vars: {} }), groups.get(name) as Group);
  let section = "ungrouped";
  let kind = "hosts";
  text.split(/\r?\n/).forEach((raw, index) => {
    const line = raw.trim();
    const at = `${where}:${index + 1}`;
    if (line === "" || line.startsWith("#") || line.startsWith(";")) return;
    const head = /^\[([^\]:]+)(?::(\w+))?\]$/.exec(line);
    if (head) {
      [section, kind] = [head[1] ?? "ungrouped", head[2] ?? "hosts"];
      group(section);
      if (!["hosts", "children", "vars"].includes(kind)) problems.push({ where: at, why: `[${section}:${kind}] is not a kind of section` });
      return;
    }
    const words = splitVars(line);
    if (words === undefined) return void problems.push({ where: at, why: "a quote is not closed" });
    const [first = "", ...rest] = words;
    if (kind === "children") group(section).children.add((group(first), first));
    else if (kind === "vars") {
      const eq = line.indexOf("=");
      if (eq < 1) return void problems.push({ where: at, why: "a variable needs name=value" });
      group(section).vars[line.slice(0, eq).trim()] = unquote(line.slice(eq + 1).trim());
    } else if (kind === "hosts") {
      const names = ranges(first);
      if (names === undefined) return void problems.push({ where: at, why: `the range in ${first.slice(0, 60)} is not a range, or too wide` });
      const vars = Object.fromEntries(rest.map((pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)]));
      for (const name of names) group(section).hosts.set(name, { ...group(section).hosts.get(name), ...vars });
    }
  });
  return collect(groups, problems, where);
}

function readYaml(text: string, where: string): ImportRead {
  const groups = new Map<string, Group>();
  const problems: ImportProblem[] = [];
  let root: unknown;
  try {
    root = parseYaml(text, { maxAliasCount: 100, merge: false });
  } catch (error) {
    return { hosts: [], problems: [{ where, why: `is not YAML: ${(error as Error).message.split("\n")[0]}` }] };
  }
  if (!isMap(root)) return { hosts: [], problems: [{ where, why: "holds no groups" }] };
  const walk = (name: string, of: unknown, depth: number): void => {
    if (depth > 32) return void problems.push({ where: `${where} ${name}`, why: "groups lie too deep" });
    const group = groups.get(name) ?? { hosts: new Map<string, Vars>(), children: new Set<string>(), vars: {} };
    groups.set(name, group);
    if (of === null || of === undefined) return;
    if (!isMap(of)) return void problems.push({ where: `${where} ${name}`, why: "a group has hosts, children and vars" });
    for (const [key, value] of Object.entries(of)) {
      if (key === "vars" && isMap(value)) Object.assign(group.vars, value);
      else if (key === "hosts" && (isMap(value) || value === null)) for (const [host, vars] of Object.entries(value ?? {})) {
        const names = ranges(host);
        if (names === undefined) problems.push({ where: `${where} ${name}`, why: `the range in ${host.slice(0, 60)} is not a range, or too wide` });
        for (const one of names ?? []) group.hosts.set(one, { ...group.hosts.get(one), ...(isMap(vars) ? vars : {}) });
      } else if (key === "children" && (isMap(value) || value === null)) for (const [child, inner] of Object.entries(value ?? {})) (group.children.add(child), walk(child, inner, depth + 1));
      else problems.push({ where: `${where} ${name}`, why: `"${key.slice(0, 40)}" is not understood here` });
    }
  };
  for (const [name, of] of Object.entries(root)) walk(name, of, 0);
  return collect(groups, problems, where);
}

function collect(groups: ReadonlyMap<string, Group>, problems: ImportProblem[], where: string): ImportRead {
  const parents = new Map<string, string[]>();
  for (const [name, { children }] of groups) for (const child of children) parents.set(child, [...(parents.get(child) ?? []), name]);
  const up = (name: string, seen: readonly string[] = []): readonly string[] => (seen.includes(name) ? [] : [name, ...(parents.get(name) ?? []).flatMap((parent) => up(parent, [...seen, name]))]);
  const found = new Map<string, { vars: Record<string, unknown>; groups: Set<string> }>();
  for (const [name, { hosts }] of groups) for (const [host, vars] of hosts) {
    const one = found.get(host) ?? { vars: {}, groups: new Set<string>() };
    found.set(host, one);
    // Far groups first: a nearer one says it better, the host itself best.
    for (const group of [...new Set([...up(name)].reverse())]) {
      one.vars = { ...one.vars, ...groups.get(group)?.vars };
      if (group !== "all" && group !== "ungrouped") one.groups.add(group);
    }
    one.vars = { ...one.vars, ...vars };
  }
  const hosts = [...found].slice(0, MOST_HOSTS).map(([name, { vars, groups: own }]) => hostOf(name, groups.get("all")?.vars ?? {}, vars, [...own], problems, where));
  return { hosts, problems };
}

function hostOf(name: string, all: Vars, own: Vars, groups: readonly string[], problems: ImportProblem[], where: string): ImportedHost {
  const vars: Vars = { ...all, ...own };
  const text = (...keys: readonly string[]): string | undefined => keys.map((key) => vars[key]).filter((value) => typeof value === "string" || typeof value === "number").map(String).find((value) => value !== "" && !value.includes("{{"));
  const port = text("ansible_port", "ansible_ssh_port");
  const key = text("ansible_ssh_private_key_file", "ansible_private_key_file");
  const common = [text("ansible_ssh_common_args"), text("ansible_ssh_extra_args")].join(" ");
  const jump = /-J\s*["']?([^\s"']+)|ProxyJump=["']?([^\s"']+)/.exec(common);
  const system = text("ansible_network_os") ?? "";
  if (text("ansible_password", "ansible_ssh_pass", "ansible_become_password") !== undefined) problems.push({ where: `${where} ${name}`, why: "has a password in the file: it was not taken over; put it into the vault" });
  const environment = environmentHint([...groups, name]);
  return {
    name,
    address: text("ansible_host", "ansible_ssh_host") ?? name.replace(/^(.+):\d+$/, "$1"),
    ...(port !== undefined && { port: Number(port) }),
    ...(text("ansible_user", "ansible_ssh_user") !== undefined && { user: text("ansible_user", "ansible_ssh_user") as string }),
    groups,
    ...(key !== undefined && { credential: { kind: "key-file", path: key } as const }),
    ...(jump && { jumps: (jump[1] ?? jump[2] ?? "").split(",") }),
    ...(/ios/i.test(system) && { os: "cisco-ios" as const }),
    ...(/idrac/i.test(system) && { os: "idrac" as const }),
    ...(/ProxyCommand/.test(common) && !jump && { transport: "system" as const }),
    ...(environment && { environment }),
  };
}

/** `web[01:20:2].example`, `db-[a:f]`; several in one name multiply. */
function ranges(name: string): readonly string[] | undefined {
  const range = /\[([0-9]+|[a-zA-Z]):([0-9]+|[a-zA-Z])(?::([0-9]+))?\]/.exec(name);
  if (!range) return [name];
  const [whole, from = "", to = "", step] = range;
  const isNumber = /^\d+$/.test(from) && /^\d+$/.test(to);
  if (!isNumber && (from.length !== 1 || to.length !== 1)) return undefined;
  const [low, high, by] = [isNumber ? Number(from) : from.charCodeAt(0), isNumber ? Number(to) : to.charCodeAt(0), Number(step ?? 1)];
  if (by < 1 || high < low || (high - low) / by > MOST_HOSTS) return undefined;
  const names: string[] = [];
  for (let at = low; at <= high; at += by) {
    const inner = ranges(name.replace(whole, isNumber ? String(at).padStart(from.length, "0") : String.fromCharCode(at)));
    if (inner === undefined || names.length + inner.length > MOST_HOSTS) return undefined;
    names.push(...inner);
  }
  return names;
}

/** Words with `key="two words"`; undefined when a quote stays open. */
function splitVars(line: string): readonly string[] | undefined {
  const found: string[] = [];
  let word = "";
  let quote = "";
  for (const c of line) {
    if (quote !== "") c === quote ? (quote = "") : (word += c);
    else if (c === '"' || c === "'") quote = c;
    else if (c === "#" && word === "") break;
    else if (/\s/.test(c)) word !== "" && (found.push(word), (word = ""));
    else word += c;
  }
  if (quote !== "") return undefined;
  if (word !== "") found.push(word);
  return found;
}

const unquote = (value: string): string => (/^(["']).*\1$/.test(value) ? value.slice(1, -1) : value);
const isMap = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);
