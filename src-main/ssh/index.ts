export { createSsh, type SshNeeds, type SshRoom } from "./create.ts";
export { createHostKeys, type HostKeys, type HostKeysNeeds } from "./host-keys.ts";
export { createPrompts, type Answer, type PendingQuestion, type Prompter, type Prompts, type Question } from "./prompts.ts";
export { artTitle, fingerprintOf, randomart } from "./fingerprint.ts";
export { hashedName, judgeKey, keyTypeOf, knownHostName, knownHostLine, parseKnownHosts, type KeyVerdict, type KnownHostLine } from "./known-hosts.ts";
export { createFiles, type Files, type RemoteEntry } from "./files.ts";
export { createForwards, type Forwards, type OpenForward } from "./forwards.ts";
export { SSH_FAILURES } from "./failures.ts";
export type * from "./port.ts";
