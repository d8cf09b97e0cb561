import { bytesOf } from "./inputs.ts";
import type { Var } from "./cells.ts";
import type { ConditionData, OpsData } from "./format.ts";
import { linesOf } from "./parsers.ts";
import { compilePattern, newMeter, type Pattern } from "./pattern.ts";
import type { ReadOutput, ReadRow, SkillCell, SkillCite, SkillResult } from "./port.ts";
import { fillRaw, type Vars } from "./template.ts";

/** What a condition may look at: results so far, their rows, and the values found before. */
export type Scene = {
  readonly result: (stepId: string) => SkillResult | undefined;
  readonly rows: (stepId: string) => ReadOutput | undefined;
  readonly vars: Vars;
  /** The step a condition means when it names none. */
  readonly current: string;
};

/** Every condition that holds says on which lines of output that rests. */
export type Finding = { readonly holds: boolean; readonly cites: readonly SkillCite[]; /** Of each part the first: what a sentence about one of them rests on. */ readonly first: readonly SkillCite[]; readonly vars: ReadonlyMap<string, Var>; readonly rows: readonly ReadRow[] };

const MOST_CITES = 8;
const NOTHING: ReadonlyMap<string, Var> = new Map();
const plain = (holds: boolean, cites: readonly SkillCite[] = []): Finding => ({ holds, cites, first: cites.slice(0, 1), vars: NOTHING, rows: [] });

const patterns = new Map<string, Pattern>();
/** Patterns come from packs, which are few: kept for the life of the process, dropped when there are too many. */
export function patternOf(source: string): Pattern {
  const known = patterns.get(source);
  if (known) return known;
  if (patterns.size > 2000) patterns.clear();
  const made = compilePattern(source);
  patterns.set(source, made);
  return made;
}

/** An empty condition always holds: it is the "otherwise" of a list. */
export function evaluate(condition: ConditionData | undefined, scene: Scene): Finding {
  if (condition === undefined) return plain(true);
  const step = condition.step ?? scene.current;
  const parts: Finding[] = [];
  const result = scene.result(step);
  const missing = plain(false);
  if (condition.exit !== undefined) {
    const codes = typeof condition.exit === "number" ? [condition.exit] : condition.exit;
    parts.push(result !== undefined && result.exitCode !== null && codes.includes(result.exitCode) ? plain(true, wholeOf(step, result)) : missing);
  }
  if (condition.line !== undefined) parts.push(result ? matchLines(condition.line, step, result, scene.vars) : missing);
  if (condition.noLine !== undefined) parts.push(result ? (matchLines(condition.noLine, step, result, scene.vars).holds ? missing : plain(true, wholeOf(step, result))) : missing);
  if (condition.empty !== undefined) parts.push(result && (result.stdout.trim() === "") === condition.empty ? plain(true, wholeOf(step, result)) : missing);
  if (condition.rows !== undefined || condition.count !== undefined) parts.push(matchRows(condition.rows ?? {}, condition.count, step, scene));
  if (condition.value !== undefined) parts.push(matchRows({ [condition.value]: condition.is ?? {} }, undefined, step, scene, 1));
  if (condition.var !== undefined) {
    const found = scene.vars.get(condition.var);
    parts.push(plain(found !== undefined && found.value !== null && fits(found.value, condition.is ?? {}, scene.vars)));
  }
  for (const inner of condition.all ?? []) parts.push(evaluate(inner, scene));
  if (condition.any !== undefined) parts.push(condition.any.map((inner) => evaluate(inner, scene)).find(({ holds }) => holds) ?? missing);
  if (condition.no !== undefined) parts.push(plain(!evaluate(condition.no, scene).holds, result ? wholeOf(step, result) : []));
  return join(parts);
}

function join(parts: readonly Finding[]): Finding {
  if (!parts.every(({ holds }) => holds)) return plain(false);
  const vars = new Map(parts.flatMap((part) => [...part.vars]));
  return { holds: true, cites: parts.flatMap(({ cites }) => cites).slice(0, 4 * MOST_CITES), first: parts.flatMap(({ first }) => first), vars, rows: parts.find(({ rows }) => rows.length > 0)?.rows ?? [] };
}

/** When something rests on there being nothing, it rests on the whole output. */
export function wholeOf(step: string, result: SkillResult): readonly SkillCite[] {
  const stream = result.stdout.trim() === "" && result.stderr.trim() !== "" ? "stderr" : "stdout";
  const count = linesOf(result[stream]).length;
  return count === 0 ? [] : [{ key: step, stream, fromLine: 1, toLine: Math.min(count, 200) }];
}

function matchLines(source: string, step: string, result: SkillResult, vars: Vars): Finding {
  const pattern = patternOf(source.includes("{") ? fillPattern(source, vars) : source);
  const cites: SkillCite[] = [];
  const found = new Map<string, Var>();
  let count = 0;
  const meter = newMeter();
  for (const stream of ["stdout", "stderr"] as const) {
    for (const { text, number } of linesOf(result[stream])) {
      const match = pattern.match(text, meter);
      if (!match) continue;
      count += 1;
      if (cites.length < MOST_CITES) cites.push({ key: step, stream, fromLine: number, toLine: number });
      if (count === 1) for (const name of pattern.names) found.set(name, { value: match.named[name] ?? "", kind: "text", from: `output of "${step}"` });
    }
  }
  found.set("count", { value: count, kind: "number" });
  return { holds: count > 0, cites, first: cites.slice(0, 1), vars: found, rows: [] };
}

/** Values inside a pattern stand for themselves, whatever characters they hold. Counted repeats `{2,3}` are left alone. */
const fillPattern = (source: string, vars: Vars): string =>
  source.replace(/\{([a-z][a-zA-Z0-9_]*)\}/g, (_all, name: string) => String(vars.get(name)?.value ?? "").replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&"));

function matchRows(where: Readonly<Record<string, OpsData>>, count: OpsData | undefined, step: string, scene: Scene, most = Infinity): Finding {
  const output = scene.rows(step);
  const result = scene.result(step);
  if (output === undefined || result === undefined) return plain(false);
  const rows = output.rows.slice(0, most).filter(({ values }) => Object.entries(where).every(([key, ops]) => {
    const value = values[key];
    return value !== undefined && value !== null && fits(value, ops, scene.vars);
  }));
  const holds = count === undefined ? rows.length > 0 : fits(rows.length, count, scene.vars);
  if (!holds) return plain(false);
  const cites = rows.length === 0 ? wholeOf(step, result) : rows.slice(0, MOST_CITES).map(({ fromLine, toLine }) => ({ key: step, stream: "stdout" as const, fromLine, toLine }));
  return { holds, cites, first: cites.slice(0, 1), vars: new Map([...rowVars(output, rows[0], step), ["count", { value: rows.length, kind: "number" }]]), rows };
}

export const rowVars = (output: ReadOutput, row: ReadRow | undefined, step: string): ReadonlyMap<string, Var> =>
  new Map(row === undefined ? [] : output.columns.map(({ key, kind }) => [key, { value: row.values[key] ?? null, kind, from: `output of "${step}"` }] as const));

function fits(value: SkillCell, ops: OpsData, vars: Vars): boolean {
  if (value === null) return false;
  const given = (scalar: string | number | boolean): string => (typeof scalar === "string" ? fillRaw(scalar, vars).text : String(scalar));
  const same = (scalar: string | number | boolean) => String(value) === given(scalar) || (typeof value === "number" && value === Number(given(scalar)));
  const amount = (scalar: string | number | boolean): number => {
    const text = given(scalar).replace(/%$/, "");
    return Number.isFinite(Number(text)) ? Number(text) : bytesOf(text) ?? Number.NaN;
  };
  const number = typeof value === "number" ? value : Number(value);
  return (
    (ops.is === undefined || same(ops.is)) &&
    (ops.not === undefined || !same(ops.not)) &&
    (ops.in === undefined || ops.in.some(same)) &&
    (ops.above === undefined || number > amount(ops.above)) &&
    (ops.below === undefined || number < amount(ops.below)) &&
    (ops.atLeast === undefined || number >= amount(ops.atLeast)) &&
    (ops.atMost === undefined || number <= amount(ops.atMost)) &&
    (ops.matches === undefined || patternOf(ops.matches).match(String(value)) !== undefined) &&
    (ops.lacks === undefined || patternOf(ops.lacks).match(String(value)) === undefined)
  );
}
