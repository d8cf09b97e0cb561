export { fail } from "./failures.ts";
export type { HouseSeat } from "./edition.ts";
export { openLink, type CentralLink, type LinkNeeds, type LinkState } from "./link.ts";
export { enrol, readMembership, type Membership } from "./membership.ts";
