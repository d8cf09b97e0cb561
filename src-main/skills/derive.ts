import { slipsBetween } from "../kernel/index.ts";
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
