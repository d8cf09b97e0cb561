import type { Actor, Effect } from "../contract/terms.ts";
import type { PolicyQuestion } from "../policy/port.ts";
import type { Facts, Judged } from "./judge.ts";
import type { ApprovalObject } from "./object.ts";

export type ApprovalState = "waiting" | "approved" | "denied" | "expired" | "cancelled" | "used";

export type ShownSegment = { readonly text: string; readonly argv: readonly string[]; readonly redirects: readonly string[]; readonly effect: Effect; readonly proved: boolean; readonly rule: string; readonly why: string };

/** What the approver is shown beside the object itself. */
export type Shown = {
  readonly script: string;
  readonly segments: readonly ShownSegment[];
  readonly rule: string;
  readonly whyEffect: string;
  readonly whyAsked: string;
  /** The words of a model or a skill: never trusted, drawn apart. */
  readonly reasons: string;
  readonly reasonsFrom: string;
  readonly taint: readonly { readonly token: string; readonly from: string }[];
};

export type ApprovalAsk = Omit<ApprovalObject, "v" | "id" | "nonce" | "created_at" | "not_after" | "max_uses" | "head"> & { readonly shown: Shown; readonly lifetimeMs?: number };

export type Decision = { readonly operatorId: string; readonly name: string; readonly decision: "approve" | "deny"; readonly at: number; readonly note: string; readonly from: "here" | "file"; /** Whose right they used, by name, where it was not their own. */ readonly inPlaceOf?: string };

export type ApprovalRequest = {
  readonly id: string;
  readonly state: ApprovalState;
  readonly object: ApprovalObject;
  readonly shown: Shown;
  readonly decisions: readonly Decision[];
  /** Why it ended, where it did. */
  readonly say: string;
};

export type Settled =
  | { readonly state: "approved"; readonly by: readonly string[] }
  | { readonly state: "denied" | "expired" | "cancelled"; readonly say: string };

export type Usable = Extract<Judged, { ok: false }> | { readonly ok: true; readonly by: readonly string[]; readonly nonce: string; readonly approvalSeq: number };

export type DecidedBy = { readonly operatorId: string; readonly passphrase?: string | undefined; readonly note?: string | undefined };

export interface Approvals {
  /** Recorded before it is shown to anyone. */
  request(ask: ApprovalAsk): Promise<ApprovalRequest>;
  /** Resolves when it is approved by enough, denied, expired or cancelled. */
  settled(id: string, signal?: AbortSignal): Promise<Settled>;
  approve(id: string, by: DecidedBy): Promise<ApprovalRequest>;
  deny(id: string, by: DecidedBy): Promise<ApprovalRequest>;
  cancel(id: string, by: Actor, why: string): Promise<void>;
  get(id: string): ApprovalRequest;
  list(query: { readonly open: boolean; readonly limit: number }): readonly ApprovalRequest[];
  waiting(): number;
  /** A number that moves with every change: followers read the list again. */
  changes(signal: AbortSignal): AsyncIterable<number>;
  /** The last look before `start`: signatures, people, time and facts. */
  usable(id: string, facts: Facts): Usable;
  /** After `start` spent the nonce. */
  used(id: string): void;
}

/** What the guard needs to know about the place and the time. */
export interface Circumstances {
  of(host: { readonly id: string; readonly environment: string }, skill: { readonly id: string; readonly version: string; readonly signer: string } | undefined): Pick<PolicyQuestion["context"], "inChangeWindow" | "frozen" | "breakGlass"> & { /** Who granted this runbook at large what holds here now, each once. */ readonly grantedBy: readonly string[] };
}
export type { ApprovalObject, Facts };
