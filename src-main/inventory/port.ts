import type { Environment } from "../contract/terms.ts";

export type Host = {
  readonly id: string;
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly user: string;
  readonly environment: Environment;
  readonly criticality: "low" | "normal" | "high";
  readonly groups: readonly string[];
  readonly tags: readonly string[];
  /** "linux" by default; skills and the gate choose dialect and targets by it. */
  readonly os: "linux" | "idrac" | "cisco-ios" | "other";
  /** Host ids, first hop first. */
  readonly jumps: readonly string[];
  readonly credential: CredentialRef;
  readonly transport: "ssh2" | "system";
  readonly legacyAlgorithms: boolean;
  readonly keepShell: boolean;
  readonly notes: string;
  readonly favourite: boolean;
  readonly source: string;
};

/** By reference: the secret itself stays in the vault, the agent or the file. */
export type CredentialRef =
  | { readonly kind: "ask" }
  | { readonly kind: "agent" }
  | { readonly kind: "key-file"; readonly path: string; readonly passphrase?: string }
  | { readonly kind: "vault"; readonly secret: string }
  /** A key of this one connection, signed for minutes by the SSH authority of a secret source. */
  | { readonly kind: "certificate"; readonly source: string; readonly role: string };

export interface Inventory {
  get(id: string): Host | undefined;
  /** By name first, then by id: what an operator types. */
  find(name: string): Host | undefined;
  all(): readonly Host[];
  inGroup(group: string): readonly Host[];
}
