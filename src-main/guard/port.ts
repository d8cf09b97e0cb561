import type { Actor, Effect } from "../contract/terms.ts";
import type { ExecResult } from "../ssh/port.ts";

/**
 * The execution guard is the only way to run anything on a host, for the chat, skills, the agent, schedules and the
 * command line: durable intent, re-parse, re-decide, compare hashes, spend the nonce with `start`, run, outcome, checks.
 */
export type GuardRequest = {
  readonly runId: string;
  readonly stepId: string;
  readonly hostId: string;
  /** The whole script, exactly as shown and approved. */
  readonly script: string;
  readonly actor: Actor;
  readonly attended: boolean;
  readonly why: string;
  readonly title: string;
  readonly skill?: { readonly id: string; readonly version: string; readonly signer: string };
  /** Tokens first seen in untrusted data, with where they came from. */
  readonly taint?: readonly { readonly token: string; readonly from: string }[];
  /** The least effect a skill or model declares; it may raise, never lower. */
  readonly declaredEffect?: Effect;
  /** Why a person must say yes whatever policy allows: a second opinion had a doubt. It can forbid nothing and allow nothing. */
  readonly mustAsk?: string;
  readonly checksAfter?: readonly string[];
  readonly undo?: string;
  readonly timeoutMs?: number;
  readonly stdin?: Uint8Array;
  readonly ticket?: string;
  readonly dialect?: "posix" | "racadm" | "cisco-ios";
  /** A line for an interactive pane: everything but the sending. Who asked types exactly these bytes when it hears `started`, and asks for the next event when that is done. */
  readonly isTyped?: boolean;
  /** Only these operators may approve this step. */
  readonly approvers?: readonly string[];
  /** The step whose result this one checks: recorded as a `check` of that step's start. */
  readonly checks?: string;
};

export type GuardEvent =
  | { readonly type: "judged"; readonly effect: Effect; readonly proved: boolean; readonly rule: string; readonly verdict: "allow" | "ask" | "deny"; readonly why: string; readonly policyRules: readonly string[] }
  | { readonly type: "waiting"; readonly approvalId: string; readonly notAfter: number }
  | { readonly type: "approved"; readonly approvalId: string; readonly by: readonly string[] }
  | { readonly type: "started"; readonly seq: number; readonly at: number }
  | { readonly type: "output"; readonly stream: "stdout" | "stderr"; readonly bytes: Uint8Array }
  | { readonly type: "ended"; readonly result: ExecResult; readonly seq: number }
  /** Not run: said in words the agent and the operator can tell apart. */
  | { readonly type: "refused"; readonly reason: "denied-by-policy" | "denied-by-person" | "expired" | "changed" | "ledger" | "locked" | "cancelled" | "bytes"; readonly say: string }
  /** It may have run; nobody may run it again blindly. */
  | { readonly type: "unknown"; readonly say: string };

export interface Guard {
  run(request: GuardRequest, signal?: AbortSignal): AsyncIterable<GuardEvent>;
  /**
   * Several looks on one host, each judged, recorded and started by itself, sent as one command where the gate proves that they
   * only read. All of them must be followed: they wait for each other before anything is sent.
   */
  runTogether(requests: readonly GuardRequest[], signal?: AbortSignal): readonly AsyncIterable<GuardEvent>[];
  /**
   * What became of a step that was handed over earlier, perhaps by another process. Sends no command of the step: what was
   * not proved read-only runs in a spool on the host, from which its output and status are fetched.
   */
  reattach(request: GuardRequest, signal?: AbortSignal): AsyncIterable<GuardEvent | { readonly type: "never-started"; readonly say: string }>;
  /** What would happen, without recording or running: for plans and previews. */
  preview(request: Pick<GuardRequest, "hostId" | "script" | "actor" | "attended" | "skill" | "taint" | "declaredEffect" | "dialect">): Promise<Extract<GuardEvent, { type: "judged" }>>;
}
