import { fail } from "./failures.ts";

// What people bring along: NAME=VALUE lines, a JSON object, or the CSV that password managers write. Read whole or not at
// all: a half import would leave secrets in a file that its owner believes to be done with.

const MOST = 10_000;
const TITLE = /^(name|title|account|item)$/i;
const SECRET = /^(password|secret|value|login_password|passphrase)$/i;
const FOLDER = /^(group|folder|path|grouping)$/i;

export function readPlainFile(text: string): Readonly<Record<string, string>> {
  const trimmed = text.replace(/^\uFEFF/, "").trim();
  const secrets = trimmed.startsWith("{") ? ofJson(trimmed) : isCsv(trimmed) ? ofCsv(trimmed) : ofLines(trimmed);
  if (secrets.length === 0) throw bad("there are no names and values in it");
  if (secrets.length > MOST) throw bad(`it holds more than ${MOST} secrets`);
  const byName = new Map<string, string>();
  for (const [name, value] of secrets) {
    if (byName.has(name)) throw bad(`"${name}" stands in it twice`);
    byName.set(name, value);
  }
  return Object.fromEntries(byName);
}

const bad = (detail: string) => fail("VAULT_BAD_IMPORT", { detail });

function ofJson(text: string): readonly (readonly [string, string])[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw bad("it begins like JSON and is none");
  }
  return Object.entries(parsed as object).map(([name, value]) => {
    if (typeof value !== "string" || value === "") throw bad(`the value of "${name}" is no text`);
    return [name, value];
  });
}

function ofLines(text: string): readonly (readonly [string, string])[] {
  return text.split(/\r?\n/).flatMap((line, index): readonly (readonly [string, string])[] => {
    if (line.trim() === "" || line.trimStart().startsWith("#")) return [];
    const match = /^\s*(?:export\s+)?([\w./-]+)\s*=\s*(.*)$/.exec(line);
    const value = unquoted(match?.[2] ?? "");
    if (match === null || value === "") throw bad(`line ${index + 1} is not NAME=VALUE`);
    return [[match[1] as string, value]];
  });
}
const unquoted = (value: string): string => (/^(["']).*\1$/.test(value) && value.length > 1 ? value.slice(1, -1) : value);

/** The first line names a column for the name and one for the secret. */
function isCsv(text: string): boolean {
  const [header = []] = rowsOf(text.split(/\r?\n/)[0] ?? "");
  return header.length > 1 && header.some((each) => TITLE.test(each)) && header.some((each) => SECRET.test(each));
}

function ofCsv(text: string): readonly (readonly [string, string])[] {
  const [header = [], ...rows] = rowsOf(text);
  const at = (which: RegExp) => header.findIndex((each) => which.test(each));
  const [title, secret, folder] = [at(TITLE), at(SECRET), at(FOLDER)];
  return rows.flatMap((row): readonly (readonly [string, string])[] => {
    const value = row[secret] ?? "";
    if (value === "") return [];
    const path = [row[folder] ?? "", row[title] ?? ""].filter((part) => part !== "").join("/");
    // Titles are written for people; a secret's name is written into configurations.
    return [[path.normalize("NFKD").replaceAll(/\p{M}/gu, "").replaceAll(/[^\w./-]+/g, "-").replaceAll(/^[-/]+|[-/]+$/g, ""), value]];
  });
}

/** RFC 4180: quotes doubled inside quotes, line breaks allowed there. */
function rowsOf(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = "";
  let isQuoted = false;
  const endCell = () => {
    row.push(cell);
    cell = "";
  };
  const endRow = () => {
    endCell();
    if (row.some((each) => each !== "")) rows.push(row);
    row = [];
  };
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at] as string;
    if (isQuoted) {
      if (char !== '"') cell += char;
      else if (text[at + 1] === '"') {
        cell += '"';
        at += 1;
      } else isQuoted = false;
    } else if (char === '"' && cell === "") isQuoted = true;
    else if (char === ",") endCell();
    else if (char === "\n") endRow();
    else if (char !== "\r") cell += char;
  }
  endRow();
  return rows;
}
