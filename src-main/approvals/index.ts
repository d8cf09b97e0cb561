import type { Store } from "../store/index.ts";
import { APPROVAL_MIGRATIONS } from "./tables.ts";

/** Before anything else of this room is made. */
export const migrateApprovals = (store: Store): void => store.migrate("approvals", APPROVAL_MIGRATIONS);

export { createQueue, type Queue, type QueueNeeds } from "./queue.ts";
export { createCircumstances, type BreakGlass, type CalendarEntry, type CircumstancesRoom, type Grant } from "./circumstances.ts";
export { openPolicyBook, type PolicyBook, type PolicyVersion } from "./policy-book.ts";
export { createForeign, type Foreign, type ForeignRoom } from "./foreign.ts";
export { createFatigueMeter, fatigueOf, type Fatigue } from "./fatigue.ts";
export { APPROVAL_FAILURES } from "./failures.ts";
export { createStanding, standingDigest, standingHost, type StandingApproval, type StandingHost, type StandingNeeds, type StandingRoom, type StandingSubject } from "./standing.ts";
export { objectBytes } from "./object.ts";
export { judgeApproval, mayDecide, type Facts, type Standing } from "./judge.ts";
export { DENIAL_NAMESPACE, keyBlobOf, signSsh, verifySsh } from "./sshsig.ts";
export type * from "./port.ts";
