import { placeholdersIn, fillRaw, type Vars } from "./template.ts";
import type { Var } from "./cells.ts";
import { evaluate, rowVars, type Scene } from "./condition.ts";
import type { DeriveData } from "./format.ts";

/** Values taken from results: groups of a matching line, a cell of the first row, a text, the nearest known spelling. */
export function derive(data: DeriveData, scene: Scene, list: (name: string) => readonly string[]): ReadonlyMap<string, Var> {
  const vars = new Map<string, Var>(scene.vars);
  for (const [name, how] of Object.entries(data)) {
    const here: Scene = { ...scene, vars };
    const found = one(name, how, here, list);
    if (found !== undefined) for (const [key, value] of found) vars.set(key, value);
  }
  return vars;
}

function one(name: string, how: DeriveData[string], scene: Scene, list: (name: string) => readonly string[]): Iterable<readonly [string, Var]> | undefined {
  if ("nearest" in how) {
    const wanted = fillOf(how.nearest, scene.vars);
    const nearest = wanted === undefined ? undefined : nearestOf(wanted, list(how.of));
    // A word out of the pack's own list is the pack's, not the host's.
    return nearest === undefined ? undefined : [[name, { value: nearest, kind: "text" }]];
  }
  if ("text" in how) {
    const text = fillOf(how.text, scene.vars);
    const from = placeholdersIn(how.text).map((placeholder) => scene.vars.get(placeholder.name)?.from).find((source) => source !== undefined);
    return text === undefined ? undefined : [[name, { value: text, kind: "text", ...(from === undefined ? {} : { from }) }]];
  }
  if ("line" in how) {
    const found = evaluate({ line: how.line, ...(how.step === undefined ? {} : { step: how.step }) }, scene);
    if (!found.holds) return undefined;
    const own = found.vars.get(name);
    return [...[...found.vars].filter(([key]) => key !== "count"), ...(own === undefined ? [] : [[name, own] as const])];
  }
  const step = how.step ?? scene.current;
  const output = scene.rows(step);
  const value = output === undefined ? undefined : rowVars(output, output.rows[0], step).get(how.value);
  return value === undefined || value.value === null ? undefined : [[name, value]];
}

function fillOf(template: string, vars: Vars): string | undefined {
  try {
    return fillRaw(template, vars).text;
  } catch {
    return undefined; // a value it rests on is not there: then this one is not there either
  }
}

/** Only a spelling mistake is repaired: at most two slips, and fewer in short words. */
export function nearestOf(word: string, known: readonly string[]): string | undefined {
  let best: string | undefined;
  let least = Math.min(2, Math.floor(word.length / 3)) + 1;
  for (const candidate of known) {
    const slips = slipsBetween(word, candidate, least);
    if (slips > 0 && slips < least) {
      least = slips;
      best = candidate;
    }
  }
  return best;
}

/** Damerau-Levenshtein (adjacent swaps count one), given up at `limit`. */
export function slipsBetween(one: string, other: string, limit: number): number {
  if (Math.abs(one.length - other.length) >= limit) return limit;
  let before: number[] = [];
  let last = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let i = 1; i <= one.length; i += 1) {
    const row = [i];
    let least = i;
    for (let j = 1; j <= other.length; j += 1) {
      const same = one.charAt(i - 1) === other.charAt(j - 1) ? 0 : 1;
      let cost = Math.min((last[j] as number) + 1, (row[j - 1] as number) + 1, (last[j - 1] as number) + same);
      if (i > 1 && j > 1 && one.charAt(i - 1) === other.charAt(j - 2) && one.charAt(i - 2) === other.charAt(j - 1)) cost = Math.min(cost, (before[j - 2] as number) + 1);
      row.push(cost);
      least = Math.min(least, cost);
    }
    if (least >= limit) return limit;
    before = last;
    last = row;
  }
  return Math.min(limit, last[other.length] as number);
}
