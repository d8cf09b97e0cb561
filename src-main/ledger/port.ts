import type { LeafType } from "../contract/leaf-types.ts";
import type { Actor } from "../contract/terms.ts";

export type { LeafType };

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/**
 * Conventions that bundles, stories and filters rely on:
 *   `outcome` and `check` name their `start` in `refs.start`; `start` names `refs.intent` and, when there was one, `refs.approval`.
 *   `approval` carries the signed object as blob `approval` (its exact JCS bytes) and `approval.sig` (SSHSIG), the id in
 *     field `approval` and the signer's allowed_signers line (`principal ssh-ed25519 AAAA…`) in field `signer`.
 *   `policy` carries the Cedar text as blob `policy`.
 *   Fields `script`, `effect`, `verdict`, `exitCode`, `result` mean the same wherever they appear; searches filter on them.
 */
export type NewEntry = {
  readonly type: LeafType;
  readonly actor: Actor;
  /** Inventory id of the host it is about. */
  readonly host?: string;
  /** What it belongs to: a run, a pane's session, a chat. Story views join on it. */
  readonly session?: string;
  /** Each value gets its own salt and commitment in the leaf; the value itself is kept beside the tree, encrypted. */
  readonly fields: Readonly<Record<string, Json>>;
  /** Large values (scripts, outputs), committed by hash and kept outside the leaf. */
  readonly blobs?: readonly { readonly role: string; readonly bytes: Uint8Array }[];
  /** Named references to earlier entries by seq. */
  readonly refs?: Readonly<Record<string, number>>;
  /**
   * Names that may be used once in the life of this log (an approval's nonce, a run's step). They are spent in the same
   * transaction as the entry; when one was spent before, nothing is written and the promise rejects with LEDGER_SPENT.
   */
  readonly once?: readonly string[];
  /** Whose erasure would erase the values; the host or person. Default: the actor. */
  readonly subject?: string;
};

export type Head = { readonly size: number; readonly root: string; readonly note: string };
export type Receipt = { readonly seq: number; readonly leafHash: string; readonly head: Head };

/**
 * The record before the act: `append` resolves only after the entry is durable on disk and the head signed. When it
 * rejects (LEDGER_UNAVAILABLE, LEDGER_FULL, ...) the caller must not act.
 */
export interface Ledger {
  append(entry: NewEntry): Promise<Receipt>;
  head(): Head;
  /** The entry that spent this name, if one did. */
  spentBy(name: string): number | undefined;
  /** Throws the failure that keeps the ledger from accepting entries, if there is one. */
  assertWritable(): void;
  readonly recordings: Recordings;
}

export interface Recordings {
  /** Opens a terminal recording, tied to its `session-open` entry. Rejects when it cannot be written: no recording, no pane. */
  open(of: { readonly session: string; readonly host: string; readonly actor: Actor; readonly cols: number; readonly rows: number; readonly title: string; readonly term: string }): Promise<Recording>;
}

/** asciicast v3 as it streams. Every method may throw RECORDING_FAILED; the pane then becomes read-only and says why. */
export interface Recording {
  output(bytes: Uint8Array): void;
  input(bytes: Uint8Array): void;
  resize(cols: number, rows: number): void;
  marker(label: string): void;
  /** Something was missed (reconnect, crash): said in the recording and as a `gap` leaf. */
  gap(reason: string): Promise<void>;
  readonly events: number;
  /** Resolves when everything so far is on disk (also happens by itself at least every 250 ms). */
  flush(): Promise<void>;
  close(exit: { readonly status?: number; readonly reason: string }): Promise<void>;
}
