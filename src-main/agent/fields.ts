import { jsonOf } from "../kernel/index.ts";
import type { JsonSchema } from "../models/index.ts";

// Facts out of a host's words or a document, as typed values and nothing else: what a poisoned text may say back is a number, one of
// the choices, yes or no, or one name or path without a blank. Numbers, names and paths must stand in the line they are said to come
// from; a choice, like yes or no, is what the reader makes of its line, among words that the planner wrote.

export const FIELD_KINDS = ["number", "yes-no", "choice", "name", "path"] as const;
export type Field = { readonly name: string; readonly kind: (typeof FIELD_KINDS)[number]; readonly choices: readonly string[] };
export type FieldValue = { readonly name: string; readonly value: string; readonly line: number };
export type FieldsRead = { readonly values: readonly FieldValue[]; /** Named, and not in the line it was said to stand in. */ readonly unshown: readonly string[] };

export const MOST_FIELDS = 6;
const NAME = /^[a-z][a-z0-9_]{0,31}$/;
const CHOICE = /^[A-Za-z0-9][A-Za-z0-9 ._/-]{0,39}$/;
const MAX_CHOICES = 12;
const MAX_VALUE = 64;
/** One word that could be a service, a package, a user or a host. None begins with "-": it would turn into an option. */
const WORD = /^[A-Za-z0-9_][A-Za-z0-9@._:+-]{0,63}$/;
const PATH = /^\/[A-Za-z0-9@._:+/-]{0,127}$/;
const NUMBERS = /-?\d+(?:[.,]\d+)*/g;
/** What a name or a path goes on with: one that is part of a longer one does not stand there. */
const GOES_ON = /[A-Za-z0-9@._:+~\\/-]/;
/** The end of a clause, not of a name. */
const CLAUSE_END = /^[.:](?:\s|$)/;

/** What a model asked for, or why it cannot be asked. */
export function fieldsOf(asked: unknown): readonly Field[] | string {
  if (!Array.isArray(asked) || asked.length === 0 || asked.length > MOST_FIELDS) return `Name 1 to ${MOST_FIELDS} fields.`;
  const fields: Field[] = [];
  for (const one of asked as unknown[]) {
    const { name, kind, choices } = (typeof one === "object" && one !== null ? one : {}) as Record<string, unknown>;
    const known = FIELD_KINDS.find((each) => each === kind);
    const listed = Array.isArray(choices) ? choices.filter((choice): choice is string => typeof choice === "string" && CHOICE.test(choice)) : [];
    if (typeof name !== "string" || !NAME.test(name) || known === undefined || fields.some((field) => field.name === name)) return "Each field has a name of its own such as free_gib, and a kind.";
    if (known === "choice" && (listed.length < 2 || listed.length > MAX_CHOICES || !Array.isArray(choices) || listed.length !== choices.length)) return `The choices of ${name} are 2 to ${MAX_CHOICES} short names.`;
    fields.push({ name, kind: known, choices: known === "choice" ? listed : [] });
  }
  return fields;
}

const TYPES: Readonly<Record<Field["kind"], (field: Field) => JsonSchema>> = {
  number: () => ({ type: "number" }),
  "yes-no": () => ({ type: "boolean" }),
  choice: ({ choices }) => ({ enum: [...choices] }),
  name: () => ({ type: "string", maxLength: MAX_VALUE }),
  path: () => ({ type: "string", maxLength: 128 }),
};

/** For each field whether it was found, its value and its line: an answer has no room for anything else. */
export const schemaOf = (fields: readonly Field[]): JsonSchema => ({
  type: "object",
  properties: Object.fromEntries(fields.map((field) => [field.name, { type: "object", properties: { found: { type: "boolean" }, value: TYPES[field.kind](field), line: { type: "integer" } }, required: ["found", "value", "line"], additionalProperties: false }])),
  required: fields.map(({ name }) => name),
  additionalProperties: false,
});

export const sayFields = (fields: readonly Field[]): string => fields.map(({ name, kind, choices }) => `${name}: ${kind === "choice" ? `one of ${choices.join(", ")}` : kind}`).join("; ");

/** What of an answer stands: of the kind that was asked for, and shown by its own line. Pure. */
export function readFields(answer: string, fields: readonly Field[], lines: readonly string[], part: { readonly from: number; readonly to: number }): FieldsRead {
  const said = recordOf(jsonOf(answer));
  const values: FieldValue[] = [];
  const unshown: string[] = [];
  for (const field of fields) {
    const { found, value, line } = recordOf(said[field.name]);
    if (found !== true) continue;
    const text = typeof line === "number" && Number.isInteger(line) && line >= part.from && line <= part.to ? lines[line - 1] : undefined;
    const kept = text === undefined ? undefined : valueIn(field, value, text);
    if (kept === undefined) unshown.push(field.name);
    else values.push({ name: field.name, value: kept, line: line as number });
  }
  return { values, unshown };
}

function valueIn({ kind, choices }: Field, value: unknown, line: string): string | undefined {
  switch (kind) {
    case "number":
      return typeof value === "number" && Number.isFinite(value) && numbersIn(line).includes(value) ? String(value) : undefined;
    case "yes-no":
      return typeof value === "boolean" ? (value ? "yes" : "no") : undefined;
    case "choice":
      return choices.find((choice) => choice === value);
    case "name":
      return typeof value === "string" && WORD.test(value) && standsIn(line, value) ? value : undefined;
    case "path":
      return typeof value === "string" && PATH.test(value) && !/(^|\/)\.\.(\/|$)/.test(value) && standsIn(line, value) ? value : undefined;
    default:
      return kind satisfies never;
  }
}

/** 1,234 and 1.234 are read both ways: which one a host means is not known here. */
const numbersIn = (line: string): number[] => (line.match(NUMBERS) ?? []).flatMap((text) => [Number(text.replaceAll(",", "")), Number(text.replaceAll(".", "").replace(",", ".")), Number.parseFloat(text)].filter(Number.isFinite));

function standsIn(line: string, value: string): boolean {
  for (let at = line.indexOf(value); at >= 0; at = line.indexOf(value, at + 1)) {
    const behind = line.slice(at + value.length, at + value.length + 2);
    if (!GOES_ON.test(line[at - 1] ?? " ") && (!GOES_ON.test(behind[0] ?? " ") || CLAUSE_END.test(behind))) return true;
  }
  return false;
}

const MOST_OF_ONE = 3;

/** What the planner is told: a line a field, in words of ours. Where parts of a text disagree, all that was found is named. */
export function tellFields(fields: readonly Field[], parts: readonly FieldsRead[]): string {
  return fields.map(({ name }) => {
    const found = parts.flatMap(({ values }) => values.filter((value) => value.name === name)).filter((one, i, all) => all.findIndex(({ value }) => value === one.value) === i).slice(0, MOST_OF_ONE);
    if (found.length > 0) return `${name} = ${found.map(({ value, line }) => `${value} (line ${line})`).join(" or ")}`;
    return parts.some(({ unshown }) => unshown.includes(name)) ? `${name}: an answer came that its line does not show; it was left out` : `${name}: not found`;
  }).join("\n");
}

const recordOf = (value: unknown): Readonly<Record<string, unknown>> => (typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {});
