import { EFFECTS } from "../contract/index.ts";
import type { Classify } from "../shellcheck/port.ts";
import type { Book, LoadedSkill, Target } from "./compile.ts";
import { bind, compileStep, effectOf, kindOf, roleOf, stepsOf } from "./compile.ts";
import type { ConditionData, DeriveData, SkillData, StepData } from "./format.ts";
import { normaliseInput } from "./inputs.ts";
import { lintFixtures } from "./lint-fixtures.ts";
import { lintTree } from "./lint-tree.ts";
import type { LoadedPack } from "./load.ts";
import { compileParser } from "./parsers.ts";
import { compilePattern } from "./pattern.ts";
import type { InputType } from "./port.ts";
import type { Problem } from "./problems.ts";
import { argvsOf } from "./run-script.ts";
import { FILTERS, placeholdersIn } from "./template.ts";
import { phrasesIn } from "./vocabulary.ts";
import type { Var } from "./cells.ts";

const LEAST_PHRASES = 30;
const LEAST_NEGATIVES = 3;
/** Commands whose words are programs in another language: a value inside must be a plain word. */
const INTERPRETERS = new Set(["sed", "awk", "gawk", "perl", "python", "python3", "sh", "bash", "psql", "mysql", "jq", "xargs"]);

export const SAMPLE_INPUTS: Readonly<Record<InputType, string>> = {
  text: "word", service: "nginx", path: "/var/log", size: "100M", duration: "1h", time: "2026-01-31 18:00:00", enum: "", integer: "10", port: "443", user: "alice", package: "openssl", process: "nginx", interface: "eth0", host: "example.org", domain: "example.org", database: "app", container: "web", pattern: "error", boolean: "true",
};

export type LintNeeds = { readonly classify: Classify | undefined; /** Skills of other packs, for references. */ readonly others: (id: string) => LoadedSkill | undefined };

/** Everything that can be told about a pack without a host. */
export function lintPack(pack: LoadedPack, { classify, others }: LintNeeds): readonly Problem[] {
  const problems: Problem[] = [...lintFixtures(pack)];
  const book = bookOf(pack, others);
  for (const entry of pack.skills) {
    const skill = book.skill(`${pack.data.id}.${entry.data.id}`) as LoadedSkill;
    const report: Report = (severity, message, path = []) => problems.push({ severity, file: entry.file, line: entry.locate([...entry.at, ...path]), where: entry.data.id, message });
    lintInputs(entry.data, report);
    lintPhrases(entry.data, pack, report);
    lintReferences(skill, pack, book, report);
    lintTree(entry.data, report);
    lintNames(entry.data, pack, report);
    lintChange(entry.data, report);
    if (classify) lintEffects(skill, book, classify, report);
  }
  return problems;
}

export type Report = (severity: Problem["severity"], message: string, path?: readonly (string | number)[]) => void;

export function bookOf(pack: LoadedPack, others: (id: string) => LoadedSkill | undefined, signer = ""): Book {
  const skills = new Map(pack.skills.map(({ data }): readonly [string, LoadedSkill] => {
    const id = `${pack.data.id}.${data.id}`;
    return [id, { ref: { id, version: pack.data.version, signer, title: data.title }, packId: pack.data.id, data }];
  }));
  const parsers = new Map([...pack.parsers].flatMap(([name, { data }]) => {
    try {
      return [[name, compileParser(data)] as const];
    } catch {
      return []; // lintFixtures tells why
    }
  }));
  return { skill: (id) => skills.get(id) ?? others(id), parser: (_packId, name) => parsers.get(name), list: (_packId, name) => pack.data.lists[name] ?? [] };
}

function lintInputs(data: SkillData, report: Report): void {
  for (const [name, input] of Object.entries(data.inputs)) {
    if (name === "host") report("error", `"host" is always there and cannot be an input`, ["inputs", name]);
    if (input.type === "enum" && input.choices.length === 0) report("error", `the enum "${name}" has no choices`, ["inputs", name]);
    if (input.default === undefined) continue;
    const value = normaliseInput(input, String(input.default));
    if (!value.ok) report("error", `the default of "${name}" does not fit: ${value.why}`, ["inputs", name, "default"]);
  }
}

function lintPhrases(data: SkillData, pack: LoadedPack, report: Report): void {
  let count = 0;
  for (const [at, pattern] of data.ask.say.entries()) {
    try {
      count += phrasesIn(pattern, pack.data.words);
    } catch (error) {
      report("error", (error as Error).message, ["ask", "say", at]);
    }
    for (const [, slot = ""] of pattern.matchAll(/<([^>]*)>/g)) if (slot !== "host" && !Object.hasOwn(data.inputs, slot)) report("error", `"<${slot}>" is not an input`, ["ask", "say", at]);
  }
  for (const [at, pattern] of data.ask.not.entries()) {
    try {
      phrasesIn(pattern, pack.data.words);
    } catch (error) {
      report("error", (error as Error).message, ["ask", "not", at]);
    }
  }
  if (count < LEAST_PHRASES) report("error", `it can be asked for in ${count} wordings; at least ${LEAST_PHRASES} are needed`, ["ask", "say"]);
  if (data.ask.not.length < LEAST_NEGATIVES) report("error", `it has ${data.ask.not.length} phrases that mean something else; at least ${LEAST_NEGATIVES} are needed`, ["ask"]);
}

function lintReferences(skill: LoadedSkill, pack: LoadedPack, book: Book, report: Report): void {
  const { data } = skill;
  for (const { id, data: step } of stepsOf(data)) if (step.read !== undefined && !pack.parsers.has(step.read)) report("error", `"${id}" reads with "${step.read}", which is no parser of this pack`, ["steps"]);
  const proposals = [...data.tell.flatMap(({ propose }) => propose), ...Object.values(data.tree?.nodes ?? {}).flatMap(({ branches }) => branches.flatMap(({ propose }) => propose))];
  const undo = data.undo !== undefined && "skill" in data.undo ? [data.undo] : [];
  for (const { skill: id, inputs } of [...proposals, ...undo]) {
    const other = book.skill(id);
    if (other === undefined) {
      const isOwn = id.startsWith(`${pack.data.id}.`);
      report(isOwn ? "error" : "warning", `there is no skill "${id}"${isOwn ? "" : " here; its pack may not be installed"}`, undo.length > 0 ? ["undo"] : []);
      continue;
    }
    for (const name of Object.keys(inputs)) if (!Object.hasOwn(other.data.inputs, name)) report("error", `"${id}" has no input "${name}"`);
    for (const [name, input] of Object.entries(other.data.inputs)) if (!input.optional && input.default === undefined && !Object.hasOwn(inputs, name)) report("error", `"${id}" needs the input "${name}"`);
  }
  const lists = stepsOf(data).flatMap(({ data: step }) => Object.values(step.derive));
  for (const how of lists) if ("nearest" in how && pack.data.lists[how.of] === undefined) report("error", `there is no list "${how.of}" in pack.yaml`);
}

const groupsIn = (source: string): readonly string[] => [...source.matchAll(/\(\?<([A-Za-z_]\w*)>/g)].map(([, name = ""]) => name);
const patternsIn = (condition: ConditionData | undefined): readonly string[] =>
  condition === undefined ? [] : [condition.line, condition.noLine].filter((text) => text !== undefined).concat([...(condition.all ?? []), ...(condition.any ?? []), ...(condition.no === undefined ? [] : [condition.no])].flatMap(patternsIn));

/** Names a skill may use in braces: inputs, `host`, columns of its parsers, groups of its patterns, what it derives. */
function namesOf(data: SkillData, pack: LoadedPack): ReadonlySet<string> {
  const names = new Set(["host", "count", ...Object.keys(data.inputs)]);
  const addDerived = (derived: DeriveData) => {
    for (const [name, how] of Object.entries(derived)) {
      names.add(name);
      if ("line" in how) for (const group of groupsIn(how.line)) names.add(group);
    }
  };
  const addCondition = (condition: ConditionData | undefined) => {
    for (const source of patternsIn(condition)) for (const group of groupsIn(source)) names.add(group);
  };
  for (const { data: step } of stepsOf(data)) {
    for (const { key } of pack.parsers.get(step.read ?? "")?.data.columns ?? []) names.add(key);
    addDerived(step.derive);
    addCondition(step.expect);
    addCondition(step.when);
  }
  for (const tell of data.tell) addCondition(tell.when);
  for (const node of Object.values(data.tree?.nodes ?? {})) {
    for (const branch of node.branches) {
      addDerived(branch.derive);
      addCondition(branch.when);
    }
  }
  return names;
}

function lintNames(data: SkillData, pack: LoadedPack, report: Report): void {
  const names = namesOf(data, pack);
  const check = (text: string, path: readonly (string | number)[]) => {
    for (const { name, filter } of placeholdersIn(text)) {
      if (!names.has(name)) report("error", `"{${name}}" stands for nothing here`, path);
      if (filter !== undefined && !(FILTERS as readonly string[]).includes(filter)) report("error", `there is no filter "${filter}"; there are ${FILTERS.join(", ")}`, path);
    }
  };
  for (const [at, { data: step }] of stepsOf(data).entries()) lintStep(step, ["steps", at], check, report);
  for (const [at, tell] of data.tell.entries()) {
    check(tell.say, ["tell", at, "say"]);
    for (const { title, why, inputs } of tell.propose) for (const text of [title, why, ...Object.values(inputs).map(String)]) check(text, ["tell", at, "propose"]);
  }
  for (const [id, node] of Object.entries(data.tree?.nodes ?? {})) {
    for (const branch of node.branches) {
      const path = ["tree", "nodes", id];
      check(branch.say ?? "", path);
      for (const { title, why, inputs } of branch.propose) for (const text of [title, why, ...Object.values(inputs).map(String)]) check(text, path);
    }
  }
  const conditions: readonly (ConditionData | undefined)[] = [...data.tell.map(({ when }) => when), ...stepsOf(data).flatMap(({ data: step }) => [step.expect, step.when]), ...Object.values(data.tree?.nodes ?? {}).flatMap(({ branches }) => branches.map(({ when }) => when))];
  for (const source of conditions.flatMap(patternsIn)) {
    try {
      compilePattern(source.replace(/\{[a-z][a-zA-Z0-9_]*\}/g, "x"));
    } catch (error) {
      report("error", (error as Error).message);
    }
  }
}

function lintStep(step: StepData, path: readonly (string | number)[], check: (text: string, path: readonly (string | number)[]) => void, report: Report): void {
  for (const argv of argvsOf(step.run)) {
    const words = argv.flatMap((word) => (typeof word === "object" ? word.use : [word])).map(String);
    const program = words[0] ?? "";
    if (program.includes("{")) report("error", "a command's name is never an input", [...path, "run"]);
    for (const [at, word] of words.entries()) {
      check(word, [...path, "run"]);
      const before = words.slice(0, at).some((other) => INTERPRETERS.has(other));
      if (!before && at > 0) continue;
      const isScript = words.slice(0, at).some((other) => INTERPRETERS.has(other)) && word !== `{${placeholdersIn(word)[0]?.name ?? ""}}`;
      for (const { name, filter } of placeholdersIn(word)) if (isScript && filter !== "word" && filter !== "literal" && filter !== "megabytes" && filter !== "minutes") report("error", `"{${name}}" stands inside a script of ${program}: write "{${name}|word}"`, [...path, "run"]);
    }
  }
  check(step.title, path);
  check(step.else ?? "", path);
}

function lintChange(data: SkillData, report: Report): void {
  if (kindOf(data) !== "change") return;
  const steps = stepsOf(data);
  if (data.ask.verbs.length === 0) report("error", "a skill that changes something names the verbs that ask for it (ask.verbs)", ["ask"]);
  if (!steps.some(({ data: step }) => roleOf(step, data) === "act")) report("error", "it says it changes something, but no step does", ["steps"]);
  if (!steps.some(({ data: step }) => roleOf(step, data) === "verify")) report("error", "a skill that changes something checks afterwards (role: verify)", ["steps"]);
  if (data.undo === undefined) report("error", "a skill that changes something says how to undo it, or why that cannot be (undo: { none: … })");
}

/** A skill cannot declare itself milder than its commands are. */
function lintEffects(skill: LoadedSkill, book: Book, classify: Classify, report: Report): void {
  const { data } = skill;
  const given = Object.fromEntries(Object.entries(data.inputs).map(([name, input]) => [name, String(input.default ?? input.choices[0] ?? SAMPLE_INPUTS[input.type])]));
  const host: Target = { id: "lint", name: "lint", os: data.targets.os[0] ?? "linux", tags: data.targets.tags, environment: "dev" };
  let bound: ReturnType<typeof bind>;
  try {
    bound = bind(skill, given, host, book);
  } catch (error) {
    report("error", `it cannot be compiled: ${(error as Error).message}`);
    return;
  }
  // Values that only come out of results are stood in for by a plain word.
  const vars = new Map<string, Var>([...[...namesIn(data)].map((name): readonly [string, Var] => [name, { value: /file|path|backup/i.test(name) ? "/etc/example.conf" : "1" , kind: "text" }]), ...bound.vars]);
  for (const [at, step] of stepsOf(data).entries()) {
    try {
      const { script } = compileStep(bound, step, vars, []);
      const declared = effectOf(step.data, data);
      const found = classify(script, { dialect: data.dialect });
      if (found.refused !== undefined) report("error", `"${step.id}" would be refused: ${found.refused}`, ["steps", at, "run"]);
      else if (EFFECTS.indexOf(found.effect) > EFFECTS.indexOf(declared)) report("error", `"${step.id}" declares "${declared}", but ${JSON.stringify(script)} is "${found.effect}": ${found.why}`, ["steps", at, "run"]);
      else if ((declared === "read" || declared === "pure") && !found.proved) report("error", `"${step.id}" says it only reads, but that is not proved of ${JSON.stringify(script)}: ${found.why}`, ["steps", at, "run"]);
    } catch (error) {
      report("error", `"${step.id}" cannot be compiled: ${(error as Error).message}`, ["steps", at, "run"]);
    }
  }
}

const namesIn = (data: SkillData): ReadonlySet<string> => new Set(stepsOf(data).flatMap(({ data: step }) => argvsOf(step.run).flatMap((argv) => argv.flatMap((word) => (typeof word === "object" ? word.use : [word])).flatMap((word) => placeholdersIn(String(word)).map(({ name }) => name)))));
