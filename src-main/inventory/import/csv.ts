import type { Environment } from "../../contract/terms.ts";
import { environmentHint, MOST_HOSTS, type ImportedHost, type ImportProblem, type ImportRead } from "./imported.ts";

// RFC 4180, with `;` and tab as well, because that is what spreadsheets write. The first row names the columns.

const COLUMNS: Readonly<Record<string, string>> = { name: "name", host: "name", hostname: "name", server: "name", alias: "name", address: "address", ip: "address", "ip address": "address", fqdn: "address", port: "port", user: "user", username: "user", login: "user", environment: "environment", env: "environment", stage: "environment", group: "groups", groups: "groups", tag: "tags", tags: "tags", labels: "tags", jump: "jumps", jumps: "jumps", "jump host": "jumps", bastion: "jumps", key: "key", "key file": "key", os: "os", notes: "notes", note: "notes", comment: "notes", description: "notes", criticality: "criticality" };

export function readCsv(text: string, where: string): ImportRead {
  const problems: ImportProblem[] = [];
  const rows = parseCsv(text.replace(/^\uFEFF/, ""));
  if (rows === undefined) return { hosts: [], problems: [{ where, why: "a quote is not closed: nothing was read" }] };
  const [head, ...body] = rows;
  const columns = (head ?? []).map((title) => COLUMNS[title.trim().toLowerCase()]);
  if (!columns.includes("name") && !columns.includes("address")) return { hosts: [], problems: [{ where, why: `the first row must name the columns, with "name" or "address" among them (found: ${(head ?? []).slice(0, 8).join(", ").slice(0, 120)})` }] };
  for (const [index, title] of (head ?? []).entries()) if (columns[index] === undefined && title.trim() !== "") problems.push({ where: `${where}:1`, why: `the column "${title.slice(0, 40)}" is not understood and was left out` });
  const hosts: ImportedHost[] = [];
  for (const [index, row] of body.entries()) {
    const at = `${where}:${index + 2}`;
    const cell = (name: string): string => (row[columns.indexOf(name)] ?? "").trim();
    const list = (name: string): readonly string[] => cell(name).split(/[,;|]/).map((part) => part.trim()).filter(Boolean);
    const name = cell("name") || cell("address");
    if (row.every((value) => value.trim() === "")) continue;
    if (name === "") problems.push({ where: at, why: "has neither a name nor an address" });
    else if (hosts.length >= MOST_HOSTS) return { hosts, problems: [...problems, { where: at, why: `more than ${MOST_HOSTS} hosts: the rest was not read` }] };
    else hosts.push(hostOf(name, cell, list, at, problems));
  }
  return { hosts, problems };
}

function hostOf(name: string, cell: (name: string) => string, list: (name: string) => readonly string[], at: string, problems: ImportProblem[]): ImportedHost {
  const said = cell("environment").toLowerCase();
  const environment: Environment | undefined = said === "" ? environmentHint([name, ...list("groups"), ...list("tags")]) : environmentHint([said]);
  if (said !== "" && environment === undefined) problems.push({ where: at, why: `"${said.slice(0, 40)}" is not an environment (dev, staging, prod)` });
  const os = (["linux", "idrac", "cisco-ios", "other"] as const).find((one) => one === cell("os").toLowerCase());
  const criticality = (["low", "normal", "high"] as const).find((one) => one === cell("criticality").toLowerCase());
  return {
    name,
    address: cell("address") || name,
    ...(cell("port") !== "" && { port: Number(cell("port")) }),
    ...(cell("user") !== "" && { user: cell("user") }),
    ...(environment && { environment }),
    ...(list("groups").length > 0 && { groups: list("groups") }),
    ...(list("tags").length > 0 && { tags: list("tags") }),
    ...(list("jumps").length > 0 && { jumps: list("jumps") }),
    ...(cell("key") !== "" && { credential: { kind: "key-file", path: cell("key") } as const }),
    ...(cell("notes") !== "" && { notes: cell("notes").slice(0, 4000) }),
    ...(os && { os }),
    ...(criticality && { criticality }),
  };
}

export function parseCsv(text: string): readonly (readonly string[])[] | undefined {
  const first = text.slice(0, text.indexOf("\n") < 0 ? undefined : text.indexOf("\n"));
  const comma = ["\t", ";", ","].map((mark) => ({ mark, count: first.split(mark).length })).sort((a, b) => b.count - a.count)[0]?.mark ?? ",";
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = "";
  let isQuoted = false;
  for (let i = 0; i < text.length; i += 1) {
    const c = text[i] as string;
    if (isQuoted) {
      if (c === '"' && text[i + 1] === '"') (cell += '"'), (i += 1);
      else if (c === '"') isQuoted = false;
      else cell += c;
    } else if (c === '"' && cell === "") isQuoted = true;
    else if (c === comma) row.push(cell), (cell = "");
    else if (c === "\n" || c === "\r") {
      if (c === "\r" && text[i + 1] === "\n") i += 1;
      row.push(cell);
      rows.push(row);
      [row, cell] = [[], ""];
    } else cell += c;
  }
  if (isQuoted) return undefined;
  if (cell !== "" || row.length > 0) rows.push([...row, cell]);
  return rows;
}

/** A leading `= + - @` would be a formula where the file is opened next. */
const cellOf = (value: string): string => {
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};
export const writeCsv = (rows: readonly (readonly string[])[]): string => `${rows.map((row) => row.map(cellOf).join(",")).join("\r\n")}\r\n`;
