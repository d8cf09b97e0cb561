import type { Principal } from "../contract/define.ts";
import type { Role } from "../contract/terms.ts";
import type { Live } from "../kernel/index.ts";
import type { AgentKey } from "./ssh-agent.ts";
import type { Signer } from "./signer.ts";

export type Operator = { readonly id: string; readonly name: string; readonly roles: readonly Role[]; readonly active: boolean };

export interface Access {
  /** Who acts now on this workstation; permissions are empty but "public" while locked. */
  principal(): Principal;
  operator(id: string): Operator | undefined;
  readonly locked: boolean;
  readonly singleOperator: boolean;
}

export type OperatorEntry = Operator & { /** The one key whose signature counts for them. */ readonly publicKey: string; /** It is kept by their SSH agent, perhaps in a security key. */ readonly isAgentKey: boolean; readonly isRemote: boolean; readonly hasPassphrase: boolean; readonly createdAt: number };
export type AccessState = { readonly mode: "single" | "several"; readonly locked: boolean; readonly canLock: boolean; readonly operator: { readonly id: string; readonly name: string } | undefined; readonly since: number };
export type Delegation = { readonly id: string; readonly fromId: string; readonly toId: string; readonly untilAt: number; readonly reason: string; readonly revokedAt: number | null; readonly createdAt: number; /** It counts at this moment: not ended, and whoever lends still may approve. */ readonly holds: boolean };
export type AccessSession = { readonly operatorId: string; readonly name: string; readonly from: number; readonly to: number | null; readonly ended: string };

export interface AccessRoom extends Access, Disposable {
  readonly state: Live<AccessState>;
  operators(): readonly OperatorEntry[];
  /** Their own roles and those delegated to them at this moment. */
  rolesOf(operatorId: string): readonly Role[];
  /** In whose place alone they may approve at this moment; nobody's where their own role lets them. */
  lendersOf(operatorId: string): readonly string[];
  unlock(operatorId: string, passphrase: string): Promise<void>;
  lock(reason: "asked" | "idle" | "closing"): Promise<void>;
  /** Somebody did something: the idle lock counts from now. */
  touch(): void;
  /** The key of whoever is unlocked, or of another operator who gives their passphrase at this desk. */
  signer(operatorId: string, passphrase?: string): Promise<Signer>;
  /** What the SSH agent of this machine holds and could sign approvals with. */
  agentKeys(): Promise<readonly AgentKey[]>;
  /** From now on this key of the agent signs for them (undefined: their own again). It proves itself by signing first. */
  useAgentKey(operatorId: string, publicKey: string | undefined, passphrase?: string): Promise<OperatorEntry>;
  add(of: { readonly name: string; readonly roles: readonly Role[]; readonly passphrase: string }): Promise<OperatorEntry>;
  /** Somebody who approves from another installation: only their public key lives here. */
  addRemote(of: { readonly name: string; readonly roles: readonly Role[]; readonly publicKey: string }): Promise<OperatorEntry>;
  change(operatorId: string, to: { readonly name?: string | undefined; readonly roles?: readonly Role[] | undefined; readonly active?: boolean | undefined }): Promise<OperatorEntry>;
  /** The first passphrase replaces the device's own key; from then on SENA can lock. */
  setPassphrase(operatorId: string, next: string, before?: string): Promise<void>;
  setMode(mode: "single" | "several"): Promise<void>;
  sessions(limit: number): readonly AccessSession[];
  delegate(of: { readonly fromId: string; readonly toId: string; readonly untilAt: number; readonly reason: string }): Promise<Delegation>;
  revokeDelegation(id: string): Promise<void>;
  delegations(): readonly Delegation[];
}
export type { Signer };
