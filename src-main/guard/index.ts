export { createGuard, type GuardNeeds } from "./guard.ts";
export type { Judgement } from "./judge.ts";
export { GUARD_FAILURES } from "./failures.ts";
export type * from "./port.ts";
