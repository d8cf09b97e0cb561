import { isUtf8 } from "node:buffer";
import { createHash } from "node:crypto";
import { LineCounter, isNode, parseDocument, type Document } from "yaml";
import type { z } from "zod";
import { canonicalJson, fromUtf8, utf8 } from "../kernel/index.ts";
import { PackSchema, PartSchema, type PackData, type ParserData, type SkillData } from "./format.ts";
import type { Problem } from "./problems.ts";

export type PackFiles = ReadonlyMap<string, Uint8Array>;
/** Where a thing of a pack stands, for problems found later than parsing. */
export type Locate = (path: readonly (string | number)[]) => number;
/** The line is asked for only when something is wrong: finding it means reading the file anew. */
type PlacedParser = { readonly data: ParserData; readonly file: string; readonly line: () => number };
export type LoadedPack = {
  readonly data: PackData;
  readonly digest: string;
  readonly skills: readonly { readonly data: SkillData; readonly file: string; readonly at: readonly (string | number)[]; readonly locate: Locate }[];
  readonly parsers: ReadonlyMap<string, PlacedParser>;
};

export const SIGNATURE_FILE = "pack.sig";
const MOST_FILES = 100;
/** Each is heard by the request parser when packs change: thousands would keep it learning for minutes. */
const MOST_SKILLS = 500;
const LARGEST_FILE = 1024 * 1024;
const FILE_NAME = /^[a-z0-9][a-z0-9._-]{0,63}\.(yaml|md|txt)$/;

const isText = (bytes: Uint8Array): boolean => isUtf8(bytes) && !bytes.includes(0);
const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** Over names and contents of every file but the signature itself. */
export const digestOf = (files: PackFiles): string =>
  sha256(utf8(canonicalJson(Object.fromEntries([...files].filter(([name]) => name !== SIGNATURE_FILE).map(([name, bytes]) => [name, sha256(bytes)])))));

/** What a file was read as before, by the SHA-256 of its bytes: a start need not parse what the build has parsed. */
export type KnownParts = (sha256: string) => unknown;

/** Every part of a pack as it was read, for a later start to know. */
export function partsOf(files: PackFiles): Readonly<Record<string, unknown>> {
  const parts = [...files].filter(([file]) => file.endsWith(".yaml")).map(([file, bytes]): [string, unknown] => [sha256(bytes), readYaml(file, bytes, file === "pack.yaml" ? PackSchema : PartSchema, [])?.data]);
  return Object.fromEntries(parts.filter(([, data]) => data !== undefined));
}

/** Reads a pack out of its files. Anything wrong becomes a problem with its line; nothing here throws. */
export function loadPack(files: PackFiles, known?: KnownParts): { readonly pack: LoadedPack | undefined; readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const bad = (file: string, message: string, line = 1) => problems.push({ severity: "error", file, line, where: "", message });
  if (files.size > MOST_FILES) bad("pack.yaml", `a pack has at most ${MOST_FILES} files`);
  for (const [name, bytes] of files) {
    if (name !== SIGNATURE_FILE && !FILE_NAME.test(name)) bad(name, "a pack holds .yaml, .md and .txt files with plain lower-case names, in one folder");
    if (bytes.byteLength > LARGEST_FILE) bad(name, `a file of a pack is at most ${LARGEST_FILE / 1024} KiB`);
    else if (name !== SIGNATURE_FILE && !isText(bytes)) bad(name, "is not text: a file of a pack is written in UTF-8");
  }
  const head = files.get("pack.yaml");
  if (head === undefined) bad("pack.yaml", "is missing: every pack has one, with its id and version");
  if (problems.length > 0 || head === undefined) return { pack: undefined, problems };

  const data = readYaml("pack.yaml", head, PackSchema, problems, known)?.data;
  const skills: LoadedPack["skills"][number][] = [];
  const parsers = new Map<string, PlacedParser>();
  for (const [file, bytes] of [...files].sort(([one], [other]) => (one < other ? -1 : 1))) {
    if (file === "pack.yaml" || !file.endsWith(".yaml")) continue;
    const part = readYaml(file, bytes, PartSchema, problems, known);
    if (part === undefined) continue;
    for (const [name, parser] of Object.entries(part.data.parsers)) {
      if (parsers.has(name)) bad(file, `there are two parsers "${name}"`, part.locate(["parsers", name]));
      parsers.set(name, { data: parser, file, line: () => part.locate(["parsers", name]) });
    }
    if (skills.length + part.data.skills.length > MOST_SKILLS) {
      bad(file, `a pack has at most ${MOST_SKILLS} skills, and with this file there are more: make two packs of it`);
      break; // the rest need not be read
    }
    for (const [at, skill] of part.data.skills.entries()) {
      if (skills.some((known) => known.data.id === skill.id)) bad(file, `there are two skills "${skill.id}"`, part.locate(["skills", at, "id"]));
      skills.push({ data: skill, file, at: ["skills", at], locate: part.locate });
    }
  }
  if (data === undefined || problems.length > 0) return { pack: undefined, problems };
  return { pack: { data, digest: digestOf(files), skills, parsers }, problems };
}

function readYaml<S extends z.ZodType>(file: string, bytes: Uint8Array, schema: S, problems: Problem[], known?: KnownParts): { readonly data: z.output<S>; readonly locate: Locate } | undefined {
  const before = known?.(sha256(bytes));
  if (before !== undefined) return { data: before as z.output<S>, locate: (path) => locateIn(parsed(bytes), path) };
  const { doc, lines } = parsed(bytes);
  // The first slip makes the parser stumble over all that follows: only it is worth reading.
  for (const error of doc.errors.slice(0, 1)) problems.push({ severity: "error", file, line: lines.linePos(error.pos[0]).line, where: "", message: error.message.slice(0, 300) });
  if (doc.errors.length > 0) return undefined;
  let raw: unknown;
  try {
    raw = doc.toJS({ maxAliasCount: 0 });
  } catch {
    problems.push({ severity: "error", file, line: 1, where: "", message: "aliases (&name, *name) are not part of the format" });
    return undefined;
  }
  const locate: Locate = (path) => locateIn({ doc, lines }, path);
  const checked = schema.safeParse(raw);
  if (checked.success) return { data: checked.data, locate };
  for (const issue of checked.error.issues.slice(0, 50)) {
    const path = issue.path.filter((key) => typeof key !== "symbol");
    const unknown = issue.code === "unrecognized_keys" ? issue.keys[0] : undefined;
    problems.push({ severity: "error", file, line: locate(unknown === undefined ? path : [...path, unknown]), where: whereIn(raw, path), message: sayIssue(issue, valueAt(raw, path)) });
  }
  return undefined;
}

type Parsed = { readonly doc: Document.Parsed; readonly lines: LineCounter };

function parsed(bytes: Uint8Array): Parsed {
  const lines = new LineCounter();
  // Aliases are off: they make bombs, and a reader of a runbook should see what is there.
  return { doc: parseDocument(fromUtf8(bytes), { lineCounter: lines, prettyErrors: false, merge: false, uniqueKeys: true }), lines };
}

const valueAt = (raw: unknown, path: readonly (string | number)[]): unknown => path.reduce((value: unknown, key) => (typeof value === "object" && value !== null ? (value as Record<string, unknown>)[key] : undefined), raw);

/** `skills.3.steps.0` says nothing to whoever wrote it: a skill is known by its id. */
function whereIn(raw: unknown, path: readonly (string | number)[]): string {
  const id = path[0] === "skills" ? valueAt(raw, ["skills", path[1] ?? 0, "id"]) : undefined;
  return (typeof id === "string" ? [id, ...path.slice(2)] : path).join(".");
}

function sayIssue(issue: z.core.$ZodIssue, value: unknown): string {
  if (issue.code === "unrecognized_keys") return `there is no ${issue.keys.map((key) => `"${key}"`).join(", ")} in the format`;
  if (issue.code !== "invalid_type" && issue.code !== "invalid_value") return issue.message;
  if (value === undefined) return "is missing";
  const given = typeof value === "string" ? `"${value.slice(0, 60)}"` : Array.isArray(value) ? "a list" : value === null ? "nothing" : typeof value === "object" ? "a mapping" : String(value);
  return issue.code === "invalid_value" ? `must be ${issue.values.length > 1 ? "one of " : ""}${issue.values.join(", ")}, and is ${given}` : `must be ${KINDS[issue.expected] ?? issue.expected}, and is ${given}`;
}
const KINDS: Readonly<Record<string, string>> = { string: "a text", number: "a number", int: "a whole number", boolean: "true or false", array: "a list", object: "a mapping", record: "a mapping" };

/** The line of the deepest part of the path that exists. */
function locateIn({ doc, lines }: Parsed, path: readonly (string | number)[]): number {
  for (let length = path.length; length > 0; length -= 1) {
    const node: unknown = doc.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return 1;
}
