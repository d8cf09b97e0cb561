export { SSH_FAILURES } from "./failures.ts";
export { createHostKeys, type HostKeys } from "./host-keys.ts";
export { fingerprintOf, knownHostLine, lookupName } from "./known-hosts.ts";
export { createSsh, type SshRoom } from "./pool.ts";
export type { ExecOptions, ExecResult, HostIdentity, Ssh, SshShell } from "./port.ts";
export { nobody, type Answer, type Prompter, type Question } from "./prompts.ts";
