import type { Effect, SkillRef } from "../contract/index.ts";
import type { Host } from "../inventory/port.ts";
import type { Var } from "./cells.ts";
import { failSkill } from "./failures.ts";
import type { SkillData, StepData } from "./format.ts";
import { normaliseInput, secondsOf } from "./inputs.ts";
import type { Parser } from "./parsers.ts";
import type { CompiledStep, SkillKind, SkillResult, SkillRole } from "./port.ts";
import { writeScript } from "./run-script.ts";
import { TemplateError, fillRaw, type Vars } from "./template.ts";
import { evaluate, type Scene } from "./condition.ts";

export type LoadedSkill = { readonly ref: SkillRef; readonly packId: string; readonly data: SkillData };
/** What compiling may look up: other skills (for undo), parsers and lists of the skill's own pack. */
export type Book = {
  skill(id: string): LoadedSkill | undefined;
  parser(packId: string, name: string): Parser | undefined;
  list(packId: string, name: string): readonly string[];
};
export type Target = Pick<Host, "id" | "name" | "os" | "tags" | "environment">;

/** A skill with its inputs and host: everything `nextOf` needs beside the results. */
export type Bound = { readonly skill: LoadedSkill; readonly book: Book; readonly vars: Vars; readonly host: Target };
export type NamedStep = { readonly id: string; readonly data: StepData };

const READING: readonly Effect[] = ["pure", "read"];
export const kindOf = (data: SkillData): SkillKind => (data.tree !== undefined ? "diagnosis" : READING.includes(data.effect) || data.effect === "read-secret" || data.effect === "egress" ? "look" : "change");

export const stepsOf = (data: SkillData): readonly NamedStep[] => {
  if (data.tree !== undefined) return Object.entries(data.tree.nodes).flatMap(([id, node]) => (node.step === undefined ? [] : [{ id: node.step.id ?? id, data: node.step }]));
  return data.steps.map((step, at) => ({ id: step.id ?? `step-${at + 1}`, data: step }));
};
export const roleOf = (step: StepData, skill: SkillData): SkillRole => step.role ?? (skill.tree !== undefined || READING.includes(step.effect ?? skill.effect) ? "check" : "act");
export const effectOf = (step: StepData, skill: SkillData): Effect => step.effect ?? (roleOf(step, skill) === "act" ? skill.effect : "read");

export function bindInputs(skill: LoadedSkill, given: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const { data, ref } = skill;
  const refuse = (detail: string) => failSkill("SKILL_INPUT", { id: ref.id, title: ref.title, detail });
  for (const name of Object.keys(given)) if (!Object.hasOwn(data.inputs, name)) throw refuse(`it has no input "${name}"`);
  const bound: Record<string, string> = {};
  for (const [name, input] of Object.entries(data.inputs)) {
    const raw = given[name] ?? (input.default === undefined ? undefined : String(input.default));
    if (raw === undefined || raw === "") {
      if (!input.optional) throw refuse(`"${input.title}" is missing`);
      continue;
    }
    const value = normaliseInput(input, raw);
    if (!value.ok) throw refuse(`"${input.title}": ${value.why}`);
    bound[name] = value.value;
  }
  return bound;
}

const kindOfInput = (type: string | undefined): Var["kind"] => (type === "size" ? "bytes" : type === "duration" ? "duration" : "text");

export function bind(skill: LoadedSkill, given: Readonly<Record<string, string>>, host: Target, book: Book): Bound {
  const { data, ref } = skill;
  if (!data.targets.os.includes(host.os)) throw failSkill("SKILL_TARGET", { id: ref.id, title: ref.title, wants: data.targets.os.join(" or "), host: host.name, os: host.os });
  const missing = data.targets.tags.filter((tag) => !host.tags.includes(tag));
  if (missing.length > 0) throw failSkill("SKILL_TARGET", { id: ref.id, title: ref.title, wants: `hosts tagged ${missing.join(", ")}`, host: host.name, os: "not tagged so" });
  const inputs = bindInputs(skill, given);
  const vars = new Map<string, Var>([["host", { value: host.name, kind: "text" }]]);
  for (const [name, value] of Object.entries(inputs)) {
    const kind = kindOfInput(data.inputs[name]?.type);
    vars.set(name, kind === "text" ? { value, kind } : { value: Number(value), kind });
  }
  return { skill, book, vars, host };
}

export const fillTitle = (title: string, vars: Vars, host?: Target): string => {
  const text = title.replace(/\{([a-z][a-zA-Z0-9_]*)\}/g, (_all, name: string) => String(vars.get(name)?.value ?? "…"));
  return (host === undefined ? text : `${text} · ${host.name}`).slice(0, 200);
};

export function compileStep(bound: Bound, { id, data: step }: NamedStep, vars: Vars, results: readonly SkillResult[]): CompiledStep {
  const { skill, host } = bound;
  const role = roleOf(step, skill.data);
  const script = writeScript(step.run, vars, skill.data.dialect);
  const inputs = new Set([...bound.vars.values()].map(({ value }) => String(value)));
  const taint = script.used.filter((used) => used.from !== undefined && !inputs.has(String(used.value))).map((used) => ({ token: String(used.value), from: `${used.from as string} on ${host.name}` }));
  const undo = role === "act" ? undoScript(bound, vars, results) : undefined;
  return {
    id,
    title: fillTitle(step.title, vars),
    script: script.text,
    declaredEffect: effectOf(step, skill.data),
    dialect: skill.data.dialect,
    role,
    timeoutMs: (secondsOf(step.timeout) ?? 30) * 1000,
    why: step.why === "" ? fillTitle(step.title, vars) : fillTitle(step.why, vars),
    checksAfter: role === "act" ? checksAfter(bound, id, vars) : [],
    okExitCodes: step.ok,
    ...(step.read === undefined ? {} : { reads: `${skill.packId}/${step.read}` }),
    ...(undo === undefined ? {} : { undo }),
    ...(taint.length === 0 ? {} : { taint }),
  };
}

function checksAfter(bound: Bound, actId: string, vars: Vars): readonly string[] {
  const steps = stepsOf(bound.skill.data);
  const after = steps.slice(steps.findIndex(({ id }) => id === actId) + 1);
  return after.flatMap(({ data }) => {
    if (roleOf(data, bound.skill.data) !== "verify") return [];
    try {
      return [writeScript(data.run, vars, bound.skill.data.dialect).text];
    } catch (error) {
      if (error instanceof TemplateError) return [];
      throw error;
    }
  });
}

export type UndoPlan = { readonly skill: LoadedSkill; readonly inputs: Readonly<Record<string, string>>; readonly title: string };

/** The way back as a skill with inputs, when the state before asks for one. */
export function undoOf(bound: Bound, vars: Vars, scene: Scene | undefined): UndoPlan | undefined {
  const { undo } = bound.skill.data;
  if (undo === undefined || "none" in undo) return undefined;
  if (undo.when !== undefined && (scene === undefined || !evaluate(undo.when, scene).holds)) return undefined;
  const skill = bound.book.skill(undo.skill);
  if (skill === undefined) return undefined;
  try {
    const inputs = Object.fromEntries(Object.entries(undo.inputs).map(([name, value]) => [name, fillRaw(String(value), vars).text]));
    return { skill, inputs, title: fillTitle(undo.title, vars) };
  } catch (error) {
    if (error instanceof TemplateError) return undefined;
    throw error;
  }
}

function undoScript(bound: Bound, vars: Vars, results: readonly SkillResult[]): string | undefined {
  const plan = undoOf(bound, vars, sceneOf(bound, vars, results));
  if (plan === undefined) return undefined;
  const back = bind(plan.skill, plan.inputs, bound.host, bound.book);
  return stepsOf(plan.skill.data)
    .filter(({ data }) => roleOf(data, plan.skill.data) === "act")
    .flatMap(({ data }) => {
      try {
        return [writeScript(data.run, back.vars, plan.skill.data.dialect).text];
      } catch (error) {
        if (error instanceof TemplateError) return [];
        throw error;
      }
    })
    .join("\n") || undefined;
}

export function sceneOf(bound: Bound, vars: Vars, results: readonly SkillResult[], current = ""): Scene {
  const steps = new Map(stepsOf(bound.skill.data).map(({ id, data }) => [id, data]));
  const result = (id: string) => results.find(({ key }) => key === id);
  return {
    vars,
    current,
    result,
    rows(id) {
      const read = steps.get(id)?.read;
      const found = result(id);
      return read === undefined || found === undefined ? undefined : bound.book.parser(bound.skill.packId, read)?.read(found.stdout);
    },
  };
}
