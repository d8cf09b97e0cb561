export { createGuard, type GuardNeeds } from "./guard.ts";
export type { Judgement } from "./judge.ts";
export { GUARD_FAILURES } from "./failures.ts";
export { wireOf, MAX_WIRE_BYTES } from "./wire.ts";
export type * from "./port.ts";
