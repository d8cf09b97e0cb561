import { checkCedar, loadCedar, soundRules, type CedarEngine, type CedarProblem, type CedarRule, type CedarSet, type PolicyText } from "./cedar.ts";
import { decide, type Explained } from "./decide.ts";
import type { Policy, PolicyQuestion } from "./port.ts";

/** One loaded set. It never changes: a new text is a new set, and the old one stays in force until that one loads. */
export interface PolicySet extends Policy {
  readonly rules: readonly CedarRule[];
  readonly source: PolicyText;
  explain(question: PolicyQuestion): Explained;
}

/** Few kinds of question are asked many times over (a fleet, a plan and its run): the newest answers are kept. */
const KEPT_ANSWERS = 1024;

export interface PolicyReader {
  /** Changes with whatever could make the same text be judged otherwise. */
  readonly edition: string;
  /** Everything wrong with a text, or nothing. */
  check(source: Pick<PolicyText, "schema" | "text">): readonly CedarProblem[];
  /** Refuses a text that has a problem. With the rules a check of exactly this text found before, it is parsed with the first question. */
  load(source: PolicyText, checkedBefore?: readonly CedarRule[]): PolicySet;
}

/** The engine comes with the first text that has to be read: a core at rest goes without. */
export const createPolicyReader = ({ engine, edition }: { readonly engine: () => CedarEngine; readonly edition: string }): PolicyReader => ({
  edition,
  check: (source) => checkCedar(engine(), source).problems,
  load(source, checkedBefore) {
    const rules = checkedBefore ?? soundRules(engine(), source);
    let set: CedarSet | undefined;
    const loaded = (): CedarSet => (set ??= loadCedar(engine(), source, rules));
    if (checkedBefore === undefined) loaded();
    const answers = new Map<string, Explained>();
    const explain = (question: PolicyQuestion): Explained => {
      const key = JSON.stringify(question);
      const known = answers.get(key);
      if (known) return known;
      const answer = decide(loaded(), source.hash, question);
      if (answers.size >= KEPT_ANSWERS) answers.clear();
      answers.set(key, answer);
      return answer;
    };
    return { hash: source.hash, rules, source, explain, decide: explain };
  },
});
