export { createPolicyReader, type PolicyReader, type PolicySet } from "./policy-reader.ts";
export { POLICY_FAILURES } from "./failures.ts";
export { isChange, type Asked, type Explained } from "./decide.ts";
export { strictest } from "./strictest.ts";
export { simulate, variantsOf, type PastDecision, type Simulated, type Variant } from "./simulate.ts";
export type { CedarEngine, CedarProblem, CedarRule, PolicyText } from "./cedar.ts";
export type * from "./port.ts";
