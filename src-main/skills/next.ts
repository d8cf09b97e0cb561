import { compileStep, effectOf, kindOf, roleOf, sceneOf, stepsOf, undoOf, type Bound, type NamedStep } from "./compile.ts";
import { sayVar, type Var } from "./cells.ts";
import { evaluate, rowVars, wholeOf, type Finding, type Scene } from "./condition.ts";
import { derive } from "./derive.ts";
import type { NodeData, ProposeData, ShowData, TellData } from "./format.ts";
import { PatternError } from "./pattern.ts";
import type { CompiledStep, SkillCite, SkillFindings, SkillNext, SkillResult } from "./port.ts";
import { TemplateError, fillRaw, fillSay, type Vars } from "./template.ts";

type Tone = SkillFindings["statements"][number]["tone"];
type Gathered = { statements: SkillFindings["statements"][number][]; proposals: SkillFindings["proposals"][number][] };
const gather = (): Gathered => ({ statements: [], proposals: [] });
const MOST_STATEMENTS_EACH = 12;
/** Trees have no cycles (the linter sees to it); this holds for one that was never linted. */
const MOST_NODES = 64;

/** What to do next, from what came back so far. Pure: no clock, no host, no memory. */
export function nextOf(bound: Bound, results: readonly SkillResult[]): SkillNext {
  try {
    return bound.skill.data.tree === undefined ? nextInSteps(bound, results) : nextInTree(bound, results, bound.skill.data.tree);
  } catch (error) {
    if (!(error instanceof TemplateError) && !(error instanceof PatternError) && !(error instanceof TypeError)) throw error;
    return ended("failed", `${bound.skill.ref.title} stopped: ${error.message}. Nothing more was run.`, bound, results, gather());
  }
}

function ended(state: Extract<SkillNext, { kind: "end" }>["state"], say: string, bound: Bound, results: readonly SkillResult[], { statements, proposals }: Gathered, vars: Vars = bound.vars): SkillNext {
  const { tables, series } = showing(bound, results, vars);
  return { kind: "end", state, say: say.slice(0, 2000), findings: { statements, proposals, tables, series } };
}

/** A step that was not run, or of which nobody knows, ends the skill whatever it is. */
function halted(bound: Bound, results: readonly SkillResult[], result: SkillResult, title: string, found: Gathered): SkillNext | undefined {
  switch (result.state) {
    case "refused":
      return ended("refused", `"${title}" was not run, so nothing after it was.`, bound, results, found);
    case "unknown":
      return ended("unknown", `Whether "${title}" ran is not known. Look at the host before doing it again.`, bound, results, found);
    case "stopped":
      return ended("failed", `Stopped at "${title}".`, bound, results, found);
    case "done":
    case "failed":
      return undefined;
    default:
      return result.state satisfies never;
  }
}

const firstWords = (result: SkillResult): string => {
  const line = (result.stderr.trim() || result.stdout.trim()).split("\n")[0] ?? "";
  return line.length > 300 ? `${line.slice(0, 300)}…` : line;
};
const failureWords = (title: string, result: SkillResult, results: readonly SkillResult[]): string => {
  if (result.exitCode === 127) return `"${title}" needs a program this host does not have: ${firstWords(result)}`;
  // A host that answered nothing at all is not reached: which of the questions came first says nothing.
  if (result.exitCode === null && result.say !== undefined) return results.every(({ exitCode, say }) => exitCode === null && say === result.say) ? result.say : `"${title}" was not answered: ${result.say}`;
  return `"${title}" did not work${result.exitCode === null ? "" : ` (status ${result.exitCode})`}${firstWords(result) === "" ? "." : `: ${firstWords(result)}`}`;
};

function nextInSteps(bound: Bound, results: readonly SkillResult[]): SkillNext {
  const { data } = bound.skill;
  const found = gather();
  let vars: Vars = bound.vars;
  let acted = false;
  for (const step of stepsOf(data)) {
    const before = sceneOf(bound, vars, results, step.id);
    if (step.data.when !== undefined && !evaluate(step.data.when, before).holds) continue;
    const result = results.find(({ key }) => key === step.id);
    if (result === undefined) return { kind: "step", step: compileStep(bound, step, vars, results) };
    const title = fillSay(step.data.title, vars);
    const halt = halted(bound, results, result, title, found);
    if (halt) return halt;
    const isAct = roleOf(step.data, data) === "act";
    const worked = result.exitCode !== null && step.data.ok.includes(result.exitCode);
    if (isAct && (worked || acted)) acted = true;
    if (!worked && step.data.optional) continue;
    if (!worked) {
      const words = failureWords(title, result, results);
      found.statements.push({ text: words, tone: "bad", cites: wholeOf(step.id, result) });
      if (acted || isAct) proposeUndo(bound, vars, results, found, words);
      return ended("failed", words, bound, results, found, vars);
    }
    vars = derive(step.data.derive, before, (name) => bound.book.list(bound.skill.packId, name));
    const expected = evaluate(step.data.expect, sceneOf(bound, vars, results, step.id));
    if (!expected.holds) {
      const words = fillSay(step.data.else ?? `"${title}" did not show what was expected.`, vars);
      found.statements.push({ text: words, tone: "bad", cites: wholeOf(step.id, result) });
      if (acted) proposeUndo(bound, vars, results, found, words);
      return ended("failed", words, bound, results, found, vars);
    }
    vars = new Map([...vars, ...expected.vars]);
  }
  tellAll(bound, vars, results, found);
  if (acted) proposeUndo(bound, vars, results, found, "The way back, should this not be what you wanted.");
  const say = found.statements[0]?.text ?? `${bound.skill.ref.title}: done.`;
  return ended("done", say, bound, results, found, vars);
}

/**
 * The next step with those after it that would come whatever it says: looks without a condition, whose words need nothing an
 * earlier step finds. A skill that changes something, and a diagnosis, go one step at a time.
 */
export function aheadOf(bound: Bound, results: readonly SkillResult[]): readonly CompiledStep[] {
  const next = nextOf(bound, results);
  if (next.kind !== "step") return [];
  const { data } = bound.skill;
  if (kindOf(data) !== "look") return [next.step];
  const steps = stepsOf(data);
  const ahead = [next.step];
  for (const step of steps.slice(steps.findIndex(({ id }) => id === next.step.id) + 1)) {
    if (step.data.when !== undefined || effectOf(step.data, data) !== "read") break;
    const compiled = compiledAlone(bound, step);
    if (compiled === undefined) break;
    ahead.push(compiled);
  }
  return ahead;
}

function compiledAlone(bound: Bound, step: NamedStep): CompiledStep | undefined {
  try {
    return compileStep(bound, step, bound.vars, []);
  } catch (error) {
    if (error instanceof TemplateError) return undefined; // its words rest on what an earlier step says
    throw error;
  }
}

function proposeUndo(bound: Bound, vars: Vars, results: readonly SkillResult[], found: Gathered, why: string): void {
  const plan = undoOf(bound, vars, sceneOf(bound, vars, results));
  if (plan === undefined) return;
  found.proposals.push({ title: plan.title, why, skillId: plan.skill.ref.id, inputs: plan.inputs, cites: [], isUndo: true });
}

function tellAll(bound: Bound, vars: Vars, results: readonly SkillResult[], found: Gathered): void {
  const first = stepsOf(bound.skill.data)[0]?.id ?? "";
  const last = lastLook(bound, results) ?? first;
  for (const tell of bound.skill.data.tell) {
    if (tell.when === undefined && found.statements.length > 0) continue; // "otherwise"
    const scene = sceneOf(bound, vars, results, tell.when?.step ?? last);
    const finding = evaluate(tell.when, scene);
    if (!finding.holds) continue;
    const cites = finding.cites.length > 0 ? finding.cites : citesOf(scene, last);
    tellOne(bound, tell, { ...finding, cites, first: finding.first.length > 0 ? finding.first : cites }, scene, found);
    if (tell.stop) return;
  }
}

/** The last step that read something: what a `tell` without a step is about. */
function lastLook(bound: Bound, results: readonly SkillResult[]): string | undefined {
  const ran = stepsOf(bound.skill.data).filter(({ id }) => results.some(({ key }) => key === id));
  return (ran.findLast(({ data }) => data.read !== undefined) ?? ran.at(-1))?.id;
}

const citesOf = (scene: Scene, step: string): readonly SkillCite[] => {
  const result = scene.result(step);
  return result === undefined ? [] : wholeOf(step, result);
};

function tellOne(bound: Bound, tell: TellData, finding: Finding, scene: Scene, found: Gathered): void {
  const vars = new Map([...scene.vars, ...finding.vars]);
  if (tell.each && finding.rows.length > 0) {
    const output = scene.rows(scene.current);
    for (const row of finding.rows.slice(0, MOST_STATEMENTS_EACH)) {
      const own = output === undefined ? vars : new Map([...vars, ...rowVars(output, row, scene.current)]);
      push(found, fillSay(tell.say, own), tell.tone, [{ key: scene.current, stream: "stdout", fromLine: row.fromLine, toLine: row.toLine }]);
      proposeAll(tell.propose, own, found, finding.cites);
    }
    const more = finding.rows.length - MOST_STATEMENTS_EACH;
    if (more > 0) push(found, `And ${more} more.`, tell.tone, finding.cites);
    return;
  }
  push(found, fillSay(tell.say, vars), tell.tone, restsOn(tell.say, finding));
  proposeAll(tell.propose, vars, found, finding.cites);
}

/** A sentence that counts rests on all it counts; one that names the first of several rests on that one. */
const restsOn = (say: string, { cites, first }: Finding): readonly SkillCite[] => (say.includes("{count}") || first.length === 0 ? cites : first);

const push = (found: Gathered, text: string, tone: Tone, cites: readonly SkillCite[]): void => {
  found.statements.push({ text: text.slice(0, 4000), tone, cites });
};

function proposeAll(proposals: readonly ProposeData[], vars: Vars, found: Gathered, cites: readonly SkillCite[]): void {
  for (const { skill, inputs, title, why } of proposals) {
    try {
      const filled = Object.fromEntries(Object.entries(inputs).map(([name, value]) => [name, fillRaw(String(value), vars).text]));
      found.proposals.push({ title: fillSay(title, vars).slice(0, 200), why: fillSay(why, vars), skillId: skill, inputs: filled, cites, isUndo: false });
    } catch (error) {
      // A value it needs did not come out of the checks: then there is nothing exact to propose.
      if (!(error instanceof TemplateError)) throw error;
    }
  }
}

function nextInTree(bound: Bound, results: readonly SkillResult[], tree: { readonly start: string; readonly nodes: Readonly<Record<string, NodeData>> }): SkillNext {
  const found = gather();
  let vars: Vars = bound.vars;
  let at: string | undefined = tree.start;
  let last = "";
  for (let count = 0; at !== undefined && count < MOST_NODES; count += 1) {
    const node: NodeData | undefined = tree.nodes[at];
    if (node === undefined) throw new TypeError(`the tree has no node "${at}"`);
    if (node.step !== undefined) {
      const step: NamedStep = { id: node.step.id ?? at, data: node.step };
      const result = results.find(({ key }) => key === step.id);
      if (result === undefined) return { kind: "step", step: compileStep(bound, step, vars, results) };
      const halt = halted(bound, results, result, fillSay(node.step.title, vars), found);
      if (halt) return halt;
      last = step.id;
      vars = derive(node.step.derive, sceneOf(bound, vars, results, last), (name) => bound.book.list(bound.skill.packId, name));
    }
    const taken = takeBranch(bound, node, vars, results, last, found);
    if (taken === undefined) {
      const result = results.find(({ key }) => key === last);
      const words = result !== undefined && result.exitCode !== 0 ? failureWords(fillSay(node.step?.title ?? at, vars), result, results) : "The checks do not lead to a conclusion.";
      push(found, words, "unsure", result === undefined ? [] : wholeOf(last, result));
      break;
    }
    vars = taken.vars;
    at = taken.go;
  }
  const say = [...found.statements].reverse().find(({ tone }) => tone !== "plain")?.text ?? found.statements.at(-1)?.text ?? "Nothing was found.";
  return ended("done", say, bound, results, found, vars);
}

function takeBranch(bound: Bound, node: NodeData, vars: Vars, results: readonly SkillResult[], current: string, found: Gathered): { readonly vars: Vars; readonly go: string | undefined } | undefined {
  const scene = sceneOf(bound, vars, results, current);
  for (const branch of node.branches) {
    const finding = evaluate(branch.when, scene);
    if (!finding.holds) continue;
    const known = new Map<string, Var>([...vars, ...finding.vars]);
    const own = derive(branch.derive, { ...scene, vars: known }, (name) => bound.book.list(bound.skill.packId, name));
    const cites = finding.cites.length > 0 ? finding.cites : citesOf(scene, current);
    if (branch.say !== undefined) push(found, fillSay(branch.say, own), branch.tone, finding.cites.length > 0 ? restsOn(branch.say, finding) : cites);
    proposeAll(branch.propose, own, found, cites);
    return { vars: own, go: branch.go };
  }
  return undefined;
}

function showing(bound: Bound, results: readonly SkillResult[], vars: Vars): Pick<SkillFindings, "tables" | "series"> {
  const { data } = bound.skill;
  const steps = stepsOf(data).filter(({ id, data: step }) => step.read !== undefined && results.some(({ key }) => key === id));
  const shows: readonly ShowData[] = data.show.length > 0 ? data.show : data.tree !== undefined ? [] : steps.filter(({ data: step }) => roleOf(step, data) === "check").map(({ id, data: step }) => ({ step: id, title: step.title, most: 100 }));
  const tables: SkillFindings["tables"][number][] = [];
  const series: SkillFindings["series"][number][] = [];
  for (const show of shows) {
    const step = show.step ?? steps[0]?.id;
    const result = results.find(({ key }) => key === step);
    const output = step === undefined ? undefined : sceneOf(bound, vars, results, step).rows(step);
    if (step === undefined || output === undefined || result === undefined || output.rows.length === 0) continue;
    const columns = show.columns === undefined ? output.columns : show.columns.flatMap((key) => output.columns.filter((column) => column.key === key));
    const rows = sorted(output.rows, show.sort);
    tables.push({
      title: fillSay(show.title, vars),
      columns,
      rows: rows.slice(0, show.most).map(({ values, fromLine, toLine }) => ({ cells: columns.map(({ key }) => values[key] ?? null), cite: { key: step, stream: "stdout", fromLine, toLine } })),
      leftOut: Math.max(0, rows.length - show.most),
    });
    const { chart } = show;
    if (chart === undefined) continue;
    const points = rows.slice(0, 60).flatMap(({ values }) => (typeof values[chart.value] === "number" ? [{ label: sayVar({ value: values[chart.label] ?? null, kind: "text" }), value: values[chart.value] as number }] : []));
    if (points.length > 1) series.push({ title: fillSay(show.title, vars), unit: chart.unit, points });
  }
  return { tables, series };
}

/** `sort: "-cpu"` is downwards. */
function sorted<R extends { readonly values: Readonly<Record<string, unknown>> }>(rows: readonly R[], by: string | undefined): readonly R[] {
  if (by === undefined) return rows;
  const key = by.replace(/^-/, "");
  const sign = by.startsWith("-") ? -1 : 1;
  return rows.toSorted((one, other) => {
    const [a, b] = [one.values[key], other.values[key]];
    if (typeof a === "number" && typeof b === "number") return sign * (a - b);
    return sign * (String(a ?? "") < String(b ?? "") ? -1 : String(a ?? "") > String(b ?? "") ? 1 : 0);
  });
}
