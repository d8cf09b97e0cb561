import type { Effect, Environment, Role, Verdict } from "../contract/terms.ts";

export type PolicyQuestion = {
  readonly principal: { readonly id: string; readonly roles: readonly Role[]; readonly kind: "operator" | "skill" | "model" | "schedule" | "system" };
  readonly effect: Effect;
  readonly proved: boolean;
  readonly host: { readonly id: string; readonly environment: Environment; readonly criticality: "low" | "normal" | "high"; readonly tags: readonly string[] };
  readonly context: {
    readonly attended: boolean;
    readonly tainted: boolean;
    readonly inChangeWindow: boolean;
    readonly frozen: boolean;
    readonly ticket?: string;
    readonly signedSkill?: string;
    readonly breakGlass: boolean;
    /** One person works here and four eyes cannot be had: said on every record. */
    readonly singleOperator?: boolean;
    /** The signed skill was approved beforehand for this host, and the approval still holds. */
    readonly preapproved?: boolean;
    /** The core's clock, never a policy's own. */
    readonly hourOfDay: number;
    readonly dayOfWeek: number;
  };
};

export type PolicyDecision = {
  readonly verdict: Verdict;
  /** Ids of the policies that decided. */
  readonly rules: readonly string[];
  /** One sentence an operator understands. */
  readonly why: string;
  readonly approvers: { readonly count: 0 | 1 | 2; readonly mayBeRequester: boolean };
  readonly policyHash: string;
};

export interface Policy {
  decide(question: PolicyQuestion): PolicyDecision;
  readonly hash: string;
}
