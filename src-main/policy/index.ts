import { checkCedar, loadCedar, type CedarProblem, type CedarRule, type PolicyText } from "./cedar.ts";
import { decide, type Explained } from "./decide.ts";
import type { Policy, PolicyQuestion } from "./port.ts";

export { POLICY_FAILURES } from "./failures.ts";
export { isChange, type Asked, type Explained } from "./decide.ts";
export { simulate, variantsOf, type PastDecision, type Simulated, type Variant } from "./simulate.ts";
export type { CedarProblem, CedarRule, PolicyText } from "./cedar.ts";
export type * from "./port.ts";

/** One loaded set. It never changes: a new text is a new set, and the old one stays in force until that one loads. */
export interface PolicySet extends Policy {
  readonly rules: readonly CedarRule[];
  readonly source: PolicyText;
  explain(question: PolicyQuestion): Explained;
}

/** Few kinds of question are asked many times over (a fleet, a plan and its run): the newest answers are kept. */
const KEPT_ANSWERS = 1024;

export function loadPolicy(source: PolicyText): PolicySet {
  const set = loadCedar(source);
  const answers = new Map<string, Explained>();
  const explain = (question: PolicyQuestion): Explained => {
    const key = JSON.stringify(question);
    const known = answers.get(key);
    if (known) return known;
    const answer = decide(set, source.hash, question);
    if (answers.size >= KEPT_ANSWERS) answers.clear();
    answers.set(key, answer);
    return answer;
  };
  return { hash: source.hash, rules: set.rules, source, explain, decide: explain };
}

export const checkPolicy = (source: Pick<PolicyText, "schema" | "text">): readonly CedarProblem[] => checkCedar(source).problems;
