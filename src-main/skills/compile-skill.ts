import { bind, bindInputs, compileStep, effectOf, fillTitle, kindOf, stepsOf, type Book, type LoadedSkill, type Target } from "./compile.ts";
import { aheadOf, nextOf } from "./next.ts";
import type { CompiledSkill } from "./port.ts";
import { TemplateError } from "./template.ts";

/** A skill bound to its inputs and one host: its steps as far as they are known now, and what comes after each result. */
export function compileSkill(skill: LoadedSkill, given: Readonly<Record<string, string>>, host: Target, book: Book): CompiledSkill {
  const bound = bind(skill, given, host, book);
  const { data, ref } = skill;
  const steps = stepsOf(data);
  const compiled = steps.flatMap((step) => {
    try {
      return [compileStep(bound, step, bound.vars, [])];
    } catch (error) {
      if (error instanceof TemplateError) return []; // rests on what an earlier step says
      throw error;
    }
  });
  return {
    skill: ref,
    title: fillTitle(ref.title, bound.vars, host),
    kind: kindOf(data),
    effect: data.effect,
    isTree: data.tree !== undefined,
    outline: steps.map((step) => ({ title: fillTitle(step.data.title, bound.vars), effect: effectOf(step.data, data) })),
    inputs: bindInputs(skill, given),
    steps: compiled,
    next: (results) => nextOf(bound, results),
    ahead: (results) => aheadOf(bound, results),
  };
}
