export { openAccess, type AccessNeeds } from "./access.ts";
export { ACCESS_FAILURES } from "./failures.ts";
export { readDeviceKey } from "./device-key.ts";
export { reader, verifyBlob, type Verified } from "./ssh-verify.ts";
export { createAgent, type Agent, type AgentKey } from "./agent.ts";
export type * from "./port.ts";
