import type { Writable } from "node:stream";
import type { Column, ResultTable } from "../../contract/index.ts";
import { renderedText } from "../../contract/rendering.ts";

/** A line of the outside world on the operator's own terminal: control bytes and bidi marks are named, never obeyed. */
export const plainLine = (text: string): string =>
  // oxlint-disable-next-line no-control-regex -- control bytes are what is replaced
  text.replace(/[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]|[\u{e0000}-\u{e0fff}]/gu, (character) => `<U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}>`);

/** What somebody else wrote and a person is to judge, on one line: drawn as the approval draws it. */
export const oneLine = (text: string): string => renderedText(text).replaceAll("\n", "⏎");

const RIGHT: ReadonlySet<Column["kind"]> = new Set(["number", "bytes", "percent", "duration"]);
const WIDEST = 60;

/** A table for eyes: in columns, amounts to the right and in units a person reads. For programs there is `--json`. */
export function tableLines({ columns, rows }: Pick<ResultTable, "columns" | "rows">): readonly string[] {
  const cells = [columns.map(({ title }) => plainLine(title)), ...rows.map((row) => columns.map(({ kind }, at) => plainLine(cellText(row.cells[at] ?? null, kind))))];
  const widths = columns.map((_column, at) => Math.min(WIDEST, Math.max(...cells.map((line) => line[at]?.length ?? 0))));
  return cells.map((line) => line.map((text, at) => (RIGHT.has(columns[at]?.kind ?? "text") ? text.padStart(widths[at] ?? 0) : text.padEnd(widths[at] ?? 0))).join("  ").trimEnd());
}

function cellText(value: ResultTable["rows"][number]["cells"][number], kind: Column["kind"]): string {
  if (value === null) return "";
  if (typeof value !== "number") return String(value);
  if (kind === "percent") return `${Math.round(value * 10) / 10} %`;
  if (kind === "bytes") return inUnits(value);
  return kind === "duration" ? inTime(value) : String(Math.round(value * 1000) / 1000);
}

function inUnits(bytes: number): string {
  const step = bytes < 1000 ? 0 : Math.min(5, Math.floor(Math.log(bytes * 1.024) / Math.log(1024)));
  const size = bytes / 1024 ** step;
  return `${step === 0 || size >= 9.95 ? Math.round(size) : size.toFixed(1)} ${["B", "KiB", "MiB", "GiB", "TiB", "PiB"][step]}`;
}

function inTime(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  return seconds < 172_800 ? `${(seconds / 3600).toFixed(1)} h` : `${Math.round(seconds / 86_400)} d`;
}

export const writerOf =
  (to: Writable) =>
  (line: string): void =>
    void to.write(`${line}\n`);
