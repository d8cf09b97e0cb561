import { posix } from "node:path";
import { environmentHint, type ImportedHost, type ImportFiles, type ImportProblem, type ImportRead } from "./imported.ts";

// ssh_config(5): first value wins; Host and Match blocks; Include with patterns; a few tokens. Nothing is ever executed:
// `Match exec` and `ProxyCommand` are told, not run.

type Line = { readonly key: string; readonly args: readonly string[]; readonly where: string };
type Block = { readonly applies: (of: Asked) => boolean; readonly lines: readonly Line[] };
type Asked = { readonly alias: string; readonly hostName: () => string; readonly user: () => string | undefined };

const MOST_DEPTH = 16;
const MOST_LINES = 200_000;

export function readSshConfig(path: string, files: ImportFiles): ImportRead {
  const problems: ImportProblem[] = [];
  const aliases: string[] = [];
  const blocks: Block[] = [];
  let lines = 0;

  const load = (file: string, depth: number, outer: (of: Asked) => boolean): void => {
    const text = files.read(file);
    if (text === undefined) return void problems.push({ where: file, why: "cannot be read" });
    let applies = outer;
    let own: Line[] = [];
    const flush = (): void => {
      if (own.length > 0) blocks.push({ applies, lines: own });
      own = [];
    };
    for (const [index, raw] of text.split(/\r?\n/).entries()) {
      const where = `${file}:${index + 1}`;
      if ((lines += 1) > MOST_LINES) return void problems.push({ where, why: `more than ${MOST_LINES} lines: the rest was not read` });
      const parsed = words(raw);
      if (parsed === "unbalanced") {
        problems.push({ where, why: "a quote is not closed" });
        continue;
      }
      const [first, ...args] = parsed;
      if (first === undefined) continue;
      const key = first.toLowerCase();
      if (key === "host") {
        flush();
        aliases.push(...args.filter((arg) => !/[*?!]/.test(arg)));
        applies = both(outer, ({ alias }) => hostMatches(args, alias));
      } else if (key === "match") {
        flush();
        applies = both(outer, matchOf(args, where, problems));
      } else if (key === "include") {
        flush();
        if (depth >= MOST_DEPTH) problems.push({ where, why: "includes lie too deep" });
        else for (const arg of args) {
          const pattern = arg.startsWith("~/") ? posix.join(files.home, arg.slice(2)) : arg.startsWith("/") ? arg : posix.join(files.home, ".ssh", arg);
          const found = files.list(pattern);
          if (found.length === 0 && !/[*?]/.test(pattern)) problems.push({ where, why: `the included ${arg} does not exist` });
          for (const one of found) load(one, depth + 1, applies);
        }
      } else if (args.length === 0) problems.push({ where, why: `${first} has no value` });
      else own.push({ key, args, where });
    }
    flush();
  };
  load(path, 0, () => true);

  const seen = new Set<string>();
  const hosts: ImportedHost[] = [];
  for (const alias of aliases) if (!seen.has(alias)) (seen.add(alias), hosts.push(resolve(alias, blocks, files.home, problems)));
  return { hosts, problems };
}

const both = (a: (of: Asked) => boolean, b: (of: Asked) => boolean) => (of: Asked): boolean => a(of) && b(of);

/** One positive pattern must match, and no negated one. */
function hostMatches(patterns: readonly string[], name: string): boolean {
  let isMatch = false;
  for (const pattern of patterns) {
    const isNegated = pattern.startsWith("!");
    if (!glob(isNegated ? pattern.slice(1) : pattern, name)) continue;
    if (isNegated) return false;
    isMatch = true;
  }
  return isMatch;
}

function matchOf(args: readonly string[], where: string, problems: ImportProblem[]): (of: Asked) => boolean {
  const tests: ((of: Asked) => boolean)[] = [];
  for (let i = 0; i < args.length; i += 1) {
    const word = (args[i] ?? "").toLowerCase();
    const isNegated = word.startsWith("!");
    const criterion = isNegated ? word.slice(1) : word;
    const test = (of: (asked: Asked) => string | undefined): void => {
      const patterns = (args[(i += 1)] ?? "").split(",");
      tests.push((asked) => hostMatches(patterns, of(asked) ?? "") !== isNegated);
    };
    if (criterion === "all") tests.push(() => !isNegated);
    else if (criterion === "host") test(({ hostName }) => hostName());
    else if (criterion === "originalhost") test(({ alias }) => alias);
    else if (criterion === "user") test(({ user }) => user());
    else if (criterion === "final" || criterion === "canonical") tests.push(() => false);
    else {
      problems.push({ where, why: `Match ${criterion} is not followed${criterion === "exec" ? " (SENA runs nothing from a configuration)" : ""}: the block was left out` });
      return () => false;
    }
  }
  return (of) => tests.length > 0 && tests.every((one) => one(of));
}

function resolve(alias: string, blocks: readonly Block[], home: string, problems: ImportProblem[]): ImportedHost {
  const values = new Map<string, readonly string[]>();
  let via: string | undefined;
  const address = (): string => (values.get("hostname")?.[0] ?? alias).replaceAll("%h", alias).replaceAll("%%", "%");
  for (const block of blocks) {
    if (!block.applies({ alias, hostName: address, user: () => values.get("user")?.[0] })) continue;
    for (const { key, args } of block.lines) {
      // ssh takes whichever of the two comes first.
      if ((key === "proxyjump" || key === "proxycommand") && via === undefined) via = key;
      if (!values.has(key)) values.set(key, args);
    }
  }
  const one = (key: string): string | undefined => values.get(key)?.[0];
  const port = one("port");
  const jump = via === "proxyjump" ? one("proxyjump") : undefined;
  const command = via === "proxycommand" && one("proxycommand") !== "none" ? values.get("proxycommand")?.join(" ") : undefined;
  const key = one("identityfile");
  const needsSystem = command !== undefined || values.has("certificatefile") || values.has("securitykeyprovider") || values.has("pkcs11provider");
  if (command !== undefined) problems.push({ where: alias, why: "uses ProxyCommand: it will go through the machine's own OpenSSH" });
  const environment = environmentHint([alias]);
  return {
    name: alias,
    address: address(),
    ...(port !== undefined && { port: Number(port) }),
    ...(one("user") !== undefined && { user: one("user") as string }),
    ...(jump !== undefined && jump.toLowerCase() !== "none" && { jumps: jump.split(",").map((hop) => hop.trim().replace(/^ssh:\/\//, "")) }),
    ...(key !== undefined && key !== "none" && { credential: { kind: "key-file", path: key.replace(/^~(?=\/)/, home).replaceAll("%d", home) } as const }),
    ...(needsSystem && { transport: "system" as const }),
    ...(environment && { environment }),
  };
}

/** `Key value "two words"`, `Key=value`; a `#` begins a comment only at the start of a word. */
function words(raw: string): readonly string[] | "unbalanced" {
  const found: string[] = [];
  let word: string | undefined;
  let quote = "";
  for (let i = 0; i < raw.length; i += 1) {
    const c = raw[i] as string;
    if (quote !== "") {
      if (c === "\\" && (raw[i + 1] === quote || raw[i + 1] === "\\")) word = (word ?? "") + raw[(i += 1)];
      else if (c === quote) quote = "";
      else word = (word ?? "") + c;
    } else if (c === '"') (quote = c), (word ??= "");
    else if (c === "#" && word === undefined) break;
    else if (/\s/.test(c) || (c === "=" && found.length === 0 && word !== undefined)) word !== undefined && (found.push(word), (word = undefined));
    else if (c === "=" && found.length === 1 && word === undefined) continue;
    else word = (word ?? "") + c;
  }
  if (quote !== "") return "unbalanced";
  if (word !== undefined) found.push(word);
  return found;
}

export function glob(pattern: string, text: string): boolean {
  const [p, t] = [pattern.toLowerCase(), text.toLowerCase()];
  let [i, j, star, mark] = [0, 0, -1, 0];
  while (j < t.length) {
    if (p[i] === "*") ([star, mark] = [i, j]), (i += 1);
    else if (i < p.length && (p[i] === "?" || p[i] === t[j])) (i += 1), (j += 1);
    else if (star >= 0) (i = star + 1), (mark += 1), (j = mark);
    else return false;
  }
  while (p[i] === "*") i += 1;
  return i === p.length;
}
