export { openAccess, type AccessNeeds } from "./access.ts";
export { ACCESS_FAILURES } from "./failures.ts";
export { readDeviceKey } from "./device-key.ts";
export { reader, verifyBlob, type Verified } from "./ssh-verify.ts";
export { createSshAgent, type SshAgent, type AgentKey } from "./ssh-agent.ts";
export type * from "./port.ts";
