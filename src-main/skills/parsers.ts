import type { Column } from "../contract/index.ts";
import { cellOf } from "./cells.ts";
import type { ParserData } from "./format.ts";
import { PatternError, compilePattern, newMeter, type Meter, type Pattern, type PatternMatch } from "./pattern.ts";
import type { ReadOutput, ReadRow, SkillCell } from "./port.ts";

/** Output beyond this is not turned into data; the problem says so and what was read stays. */
const MOST_ROWS = 5000;
const MOST_CHARACTERS = 4 * 1024 * 1024;

export type Parser = { readonly columns: readonly Column[]; read(output: string): ReadOutput };
type Line = { readonly text: string; readonly number: number };

export const linesOf = (output: string): readonly Line[] => {
  const lines = output.split("\n").map((text, at) => ({ text: text.endsWith("\r") ? text.slice(0, -1) : text, number: at + 1 }));
  if (lines.at(-1)?.text === "") lines.pop();
  return lines;
};

type ColumnSpec = ParserData["columns"][number];
const valuesOf = (columns: readonly ColumnSpec[], raw: (column: ColumnSpec, at: number) => unknown): Record<string, SkillCell> => {
  const values: Record<string, SkillCell> = {};
  for (const [at, column] of columns.entries()) values[column.key] = cellOf(raw(column, at), column.kind, column.times);
  return values;
};

export function compileParser(data: ParserData): Parser {
  const columns = data.columns.map(({ key, title, kind }): Column => ({ key, title: title ?? key, kind }));
  const rowsOf = readerOf(data);
  return {
    columns,
    read(output) {
      const text = output.length > MOST_CHARACTERS ? output.slice(0, MOST_CHARACTERS) : output;
      let problem = text.length < output.length ? `Only the first ${MOST_CHARACTERS} characters were read.` : undefined;
      const rows: ReadRow[] = [];
      try {
        for (const row of rowsOf(text)) {
          if (rows.length >= MOST_ROWS) {
            problem = `There are more than ${MOST_ROWS} rows; the first ${MOST_ROWS} were read.`;
            break;
          }
          rows.push(row);
        }
      } catch (error) {
        problem = error instanceof PatternError ? `Not all of the output was read: ${error.message}.` : `The output does not have the form this runbook expects: ${(error as Error).message}.`;
      }
      return { columns, rows, ...(problem === undefined ? {} : { problem }) };
    },
  };
}

function readerOf(data: ParserData): (output: string) => Iterable<ReadRow> {
  switch (data.kind) {
    case "table":
      return tableReader(data);
    case "key-value":
      return keyValueReader(data);
    case "json":
      return jsonReader(data);
    case "regex":
      return regexReader(data);
    default:
      return data satisfies never;
  }
}

/** A parser that runs away is stopped, and tells where. */
function matchAt(pattern: Pattern, text: string, number: number, meter: Meter): PatternMatch | undefined {
  try {
    return pattern.match(text, meter);
  } catch (error) {
    if (error instanceof PatternError) throw new PatternError(`${error.message} (stopped at line ${number})`);
    throw error;
  }
}

function tableReader({ columns, separator, skip, only, except }: Extract<ParserData, { kind: "table" }>) {
  const wanted = only === undefined ? undefined : compilePattern(only);
  const unwanted = except === undefined ? undefined : compilePattern(except);
  return function* (output: string): Iterable<ReadRow> {
    const meter = newMeter();
    for (const { text, number } of linesOf(output).slice(skip)) {
      if (text.trim() === "" || (wanted && !matchAt(wanted, text, number, meter)) || (unwanted && matchAt(unwanted, text, number, meter))) continue;
      const cells = separator === undefined ? blankCells(text, columns.length) : text.split(separator);
      if (cells.length < Math.min(2, columns.length)) continue;
      const last = columns.length - 1;
      if (separator !== undefined && cells.length > columns.length) cells.splice(last, cells.length, cells.slice(last).join(separator));
      yield { values: valuesOf(columns, (_column, at) => cells[at]), fromLine: number, toLine: number };
    }
  };
}

/** Cut at runs of blanks, the last column takes what is left of the line. */
function blankCells(text: string, count: number): string[] {
  const cells: string[] = [];
  let rest = text.trim();
  while (cells.length < count - 1 && rest !== "") {
    const end = rest.search(/\s/);
    if (end < 0) break;
    cells.push(rest.slice(0, end));
    rest = rest.slice(end).trimStart();
  }
  cells.push(rest);
  return cells;
}

function keyValueReader({ columns, separator, begins }: Extract<ParserData, { kind: "key-value" }>) {
  const opening: Pattern | undefined = begins === undefined ? undefined : compilePattern(begins);
  return function* (output: string): Iterable<ReadRow> {
    let found = new Map<string, string>();
    let fromLine = 0;
    let toLine = 0;
    const close = (): ReadRow | undefined => (found.size === 0 ? undefined : { values: valuesOf(columns, (column) => found.get(column.from ?? column.key)), fromLine, toLine });
    const meter = newMeter();
    for (const { text, number } of linesOf(output)) {
      if (opening && matchAt(opening, text, number, meter) && found.size > 0) {
        const row = close();
        if (row) yield row;
        found = new Map();
        fromLine = 0;
      }
      const at = text.indexOf(separator);
      if (at < 0) continue;
      const key = text.slice(0, at).trim();
      if (key === "" || found.has(key)) continue;
      found.set(key, text.slice(at + separator.length).trim());
      if (fromLine === 0) fromLine = number;
      toLine = number;
    }
    const row = close();
    if (row) yield row;
  };
}

const own = (of: unknown, key: string): unknown => (typeof of === "object" && of !== null && Object.hasOwn(of, key) ? (of as Record<string, unknown>)[key] : undefined);
const within = (of: unknown, path: string): unknown => (path === "" ? of : path.split(".").reduce<unknown>((value, key) => (Array.isArray(value) && /^\d+$/.test(key) ? value[Number(key)] : own(value, key)), of));

function jsonReader({ columns, rows: path, perLine }: Extract<ParserData, { kind: "json" }>) {
  return function* (output: string): Iterable<ReadRow> {
    const all = linesOf(output);
    if (perLine) {
      for (const { text, number } of all) {
        if (!text.trim().startsWith("{")) continue;
        const item: unknown = JSON.parse(text);
        yield { values: valuesOf(columns, (column) => within(item, column.from ?? column.key)), fromLine: number, toLine: number };
      }
      return;
    }
    const whole = within(JSON.parse(output), path);
    const items = Array.isArray(whole) ? whole : whole === undefined || whole === null ? [] : [whole];
    const spans = items.length > 1 ? spansOf(all, columns, items) : undefined;
    for (const [at, item] of items.entries()) yield { values: valuesOf(columns, (column) => within(item, column.from ?? column.key)), fromLine: spans?.[at] ?? 1, toLine: spans?.[at] ?? Math.max(1, all.length) };
  };
}

/** Where each item stands, when the output is spread over lines: the first line after the last find that names its first text value. */
function spansOf(lines: readonly Line[], columns: readonly ColumnSpec[], items: readonly unknown[]): readonly number[] | undefined {
  if (lines.length < items.length) return undefined;
  let next = 0;
  const spans: number[] = [];
  for (const item of items) {
    const key = columns.map((column) => within(item, column.from ?? column.key)).find((value) => typeof value === "string" && value !== "");
    const at = key === undefined ? -1 : lines.findIndex(({ text }, index) => index >= next && text.includes(JSON.stringify(key)));
    if (at < 0) return undefined;
    spans.push(at + 1);
    next = at;
  }
  return spans;
}

function regexReader({ columns, pattern, ignoreCase }: Extract<ParserData, { kind: "regex" }>) {
  const compiled = compilePattern(pattern, ignoreCase);
  for (const { key, from } of columns) if (!compiled.names.includes(from ?? key)) throw new TypeError(`the pattern has no group "${from ?? key}"`);
  return function* (output: string): Iterable<ReadRow> {
    const meter = newMeter();
    for (const { text, number } of linesOf(output)) {
      const match = matchAt(compiled, text, number, meter);
      if (match) yield { values: valuesOf(columns, (column) => match.named[column.from ?? column.key]), fromLine: number, toLine: number };
    }
  };
}
