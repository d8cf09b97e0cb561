import { z } from "zod";
import { call, feed } from "./define.ts";
import { Done, Empty, Id, Instant, Role } from "./terms.ts";

const Passphrase = z.string().max(1024);
const Name = z.string().trim().min(1).max(64);

export const OperatorEntry = z.object({ id: Id, name: z.string(), roles: z.array(Role), active: z.boolean(), publicKey: z.string(), isAgentKey: z.boolean(), isRemote: z.boolean(), hasPassphrase: z.boolean(), createdAt: Instant });
export type OperatorEntry = z.infer<typeof OperatorEntry>;
/** Enough for the unlock screen and the status bar; roles and keys need a permission. */
export const AccessView = z.object({
  mode: z.enum(["single", "several"]),
  locked: z.boolean(),
  /** False until somebody has a passphrase: there is nothing to unlock with. */
  canLock: z.boolean(),
  operator: z.object({ id: Id, name: z.string() }).optional(),
  operators: z.array(z.object({ id: Id, name: z.string() })),
});
export type AccessView = z.infer<typeof AccessView>;
export const DelegationEntry = z.object({ id: Id, fromId: Id, toId: Id, untilAt: Instant, reason: z.string(), revokedAt: Instant.nullable(), createdAt: Instant, /** It counts at this moment. */ holds: z.boolean() });
export type DelegationEntry = z.infer<typeof DelegationEntry>;

export const accessContract = {
  state: feed({ says: "Follow who is unlocked and who may unlock.", needs: "public", records: "none", input: Empty, item: AccessView }),
  unlock: call({ says: "Unlock as an operator.", needs: "public", records: "room", hides: ["passphrase"], input: z.object({ operatorId: Id, passphrase: Passphrase }), output: Done }),
  lock: call({ says: "Lock this workstation. Work under way goes on.", needs: "view", records: "room", input: Empty, output: Done }),
  touch: call({ says: "Tell that somebody is at the screen.", needs: "view", records: "none", input: Empty, output: Done }),
  operators: call({ says: "List the operators of this installation.", needs: "view", records: "none", input: Empty, output: z.object({ operators: z.array(OperatorEntry) }) }),
  agentKeys: call({ says: "List the keys of this machine's SSH agent that could sign your approvals.", needs: "view", records: "none", input: Empty, output: z.object({ keys: z.array(z.object({ publicKey: z.string(), type: z.string(), comment: z.string(), isSecurityKey: z.boolean() })) }) }),
  chooseApproverKey: call({ says: "Sign your approvals with a key of the SSH agent, for instance a security key; without a key, with your own again.", needs: "view", records: "room", hides: ["passphrase"], input: z.object({ publicKey: z.string().max(2000).optional(), passphrase: Passphrase.optional() }), output: OperatorEntry }),
  add: call({ says: "Add an operator who works at this machine.", needs: "administer", records: "config", hides: ["passphrase"], input: z.object({ name: Name, roles: z.array(Role).min(1), passphrase: Passphrase }), output: OperatorEntry }),
  addRemote: call({ says: "Add somebody who approves from another installation, by their public key.", needs: "administer", records: "config", input: z.object({ name: Name, roles: z.array(Role).min(1), publicKey: z.string().max(1000) }), output: OperatorEntry }),
  change: call({ says: "Change an operator's name or roles, or retire them.", needs: "administer", records: "config", input: z.object({ operatorId: Id, name: Name.optional(), roles: z.array(Role).min(1).optional(), active: z.boolean().optional() }), output: OperatorEntry }),
  setPassphrase: call({ says: "Set your own passphrase.", needs: "view", records: "room", hides: ["next", "before"], input: z.object({ next: Passphrase, before: Passphrase.optional() }), output: Done }),
  setMode: call({ says: "Choose whether one person works here or several.", needs: "administer", records: "config", input: z.object({ mode: z.enum(["single", "several"]) }), output: Done }),
  sessions: call({ says: "List who was unlocked, and when.", needs: "audit", records: "none", input: z.object({ limit: z.number().int().min(1).max(500).default(100) }), output: z.object({ sessions: z.array(z.object({ operatorId: Id, name: z.string(), from: Instant, to: Instant.nullable(), ended: z.string() })) }) }),
  delegations: call({ says: "List who may approve for whom.", needs: "view", records: "none", input: Empty, output: z.object({ delegations: z.array(DelegationEntry) }) }),
  delegate: call({ says: "Let another operator approve in your place for a while.", needs: "approve", records: "config", input: z.object({ toId: Id, untilAt: Instant, reason: z.string().trim().min(3).max(200) }), output: DelegationEntry }),
  revokeDelegation: call({ says: "End a delegation.", needs: "approve", records: "config", input: z.object({ id: Id }), output: Done }),
} as const;
