export { comparisonOf } from "./compare.ts";
export { createEvals, type Evals } from "./evals.ts";
export { EVAL_FAILURES } from "./failures.ts";
