import { agree } from "./agreement.ts";
import { sayVar, type Var } from "./cells.ts";

// `{name}` and `{name|filter}` stand for values. In commands they give the raw value of one word; in sentences what a person reads.

export type Vars = ReadonlyMap<string, Var>;

const PLACEHOLDER = /\{([a-z][a-zA-Z0-9_]*)(?:\|([a-z]+))?\}/g;
export const FILTERS = ["word", "literal", "megabytes", "minutes", "lower"] as const;

export class TemplateError extends Error {
  override readonly name = "TemplateError";
}

export const placeholdersIn = (text: string): readonly { readonly name: string; readonly filter: string | undefined }[] => [...text.matchAll(PLACEHOLDER)].map(([, name = "", filter]) => ({ name, filter }));

function filtered(value: string, filter: string | undefined, name: string): string {
  switch (filter) {
    case undefined:
      return value;
    case "word":
      // For places where a value stands inside another language (a sed script): letters, digits and a few marks only.
      if (!/^[A-Za-z0-9_.-]+$/.test(value)) throw new TemplateError(`"${value}" (${name}) is not a plain word and may not stand inside a script`);
      return value;
    case "literal":
      return value.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
    case "megabytes":
      return String(Math.max(1, Math.ceil(Number(value) / 1024 ** 2)));
    case "minutes":
      return String(Math.max(1, Math.ceil(Number(value) / 60)));
    case "lower":
      return value.toLowerCase();
    default:
      throw new TemplateError(`there is no filter "${filter}"`);
  }
}

export type Filled = { readonly text: string; readonly used: readonly Var[] };

/** For commands. A value that is missing or would make the whole word begin with "-" is refused. */
export function fillRaw(template: string, vars: Vars): Filled {
  const used: Var[] = [];
  const text = template.replace(PLACEHOLDER, (_all, name: string, filter: string | undefined) => {
    const found = vars.get(name);
    if (found === undefined || found.value === null) throw new TemplateError(`there is no value for "${name}" yet`);
    used.push(found);
    return filtered(String(found.value), filter, name);
  });
  if (template.startsWith("{") && text.startsWith("-")) throw new TemplateError(`"${text}" would be taken for an option`);
  if (/[\0\r\n]/.test(text)) throw new TemplateError("a value holds a line break");
  return { text, used };
}

/** For sentences: values formatted by kind, unknown ones said to be so. */
export function fillSay(template: string, vars: Vars): string {
  const text = template.replace(PLACEHOLDER, (_all, name: string, filter: string | undefined) => {
    const found = vars.get(name);
    if (found === undefined) return "unknown";
    return filter === undefined ? sayVar(found) : filtered(String(found.value), filter, name);
  });
  // Only where this sentence counts: what a host printed is never touched otherwise.
  return template.includes("{count}") && vars.get("count")?.value === 1 ? agree(text) : text;
}
