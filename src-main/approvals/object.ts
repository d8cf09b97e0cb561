import { z } from "zod";
import { Actor, Effect, Environment } from "../contract/terms.ts";
import { canonicalJson, utf8 } from "../kernel/index.ts";

const Hash = z.string().regex(/^[0-9a-f]{64}$/);

/** What is signed: everything the approver was shown and everything that must still be so when it runs. */
export const ApprovalObject = z.strictObject({
  v: z.literal(1),
  id: z.string(),
  nonce: z.string().min(22).max(64),
  title: z.string(),
  script: Hash,
  wire: Hash,
  stdin: Hash.nullable(),
  dialect: z.enum(["posix", "racadm", "cisco-ios"]),
  hosts: z.array(z.strictObject({ id: z.string(), name: z.string(), environment: Environment, user: z.string(), fingerprint: z.string() })).min(1),
  cwd: z.string(),
  effect: Effect,
  classifier: z.string(),
  policy: Hash,
  rules: z.array(z.string()),
  head: z.strictObject({ size: z.number().int(), root: z.string() }),
  checks: z.array(z.string()),
  undo: z.string().nullable(),
  ticket: z.string().nullable(),
  requester: Actor,
  /** The person at the screen when it was asked; four eyes are counted from here, not from a model or a skill. */
  person: z.string(),
  approvals: z.union([z.literal(1), z.literal(2)]),
  own: z.boolean(),
  /** When set, only these operators may approve this step. */
  approvers: z.array(z.string()).nullable(),
  run: z.string(),
  step: z.string(),
  created_at: z.number().int(),
  not_after: z.number().int(),
  max_uses: z.literal(1),
});
export type ApprovalObject = z.infer<typeof ApprovalObject>;

/** The exact bytes that are signed, exported and verified: JCS, RFC 8785. */
export const objectBytes = (object: ApprovalObject): Uint8Array => utf8(canonicalJson(object));
