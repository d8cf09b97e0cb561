export { fail } from "./failures.ts";
export type { HouseSeat } from "./edition.ts";
export { openEditions } from "./edition.ts";
export { createSync } from "./sync.ts";
export { openLink, trustApprover, type CentralLink, type LinkNeeds, type LinkState } from "./link.ts";
export { enrol, forgetMembership, readConfirmed, readMembership, type Membership } from "./membership.ts";
