/** The types of leaf. A new type is a decision: auditors' tools know this list. */
export const LEAF_TYPES = [
  "intent", "approval-request", "approval", "start", "outcome", "outcome-unknown", "check",
  "session-open", "session-close", "gap", "recording", "login", "config", "policy", "skill", "key", "anchor",
  "redaction", "export", "clock-jump", "host-key", "model-call", "request", "plan", "decision", "egress", "boot",
] as const;
export type LeafType = (typeof LEAF_TYPES)[number];

/** Their values are never erased, here or on a server: without them nothing else could be checked. */
export const PROOF_TYPES = ["key", "redaction", "anchor"] as const satisfies readonly LeafType[];
