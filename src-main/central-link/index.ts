export { fail } from "./failures.ts";
export { openLink, type CentralLink, type LinkNeeds, type LinkState } from "./link.ts";
export { enrol, readMembership, type Membership } from "./membership.ts";
