export { openAccess, type AccessNeeds } from "./access.ts";
export { ACCESS_FAILURES } from "./failures.ts";
export { readDeviceKey } from "./device-key.ts";
export type * from "./port.ts";
