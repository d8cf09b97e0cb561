import { z } from "zod";
import { ApprovedList } from "../contract/models.ts";

// What an organisation sets for all its desktops, as one signed text with a number that only grows. A part that is null says
// nothing about its subject; the text is whole each time, so no desktop has to have seen the ones before.

export const MAX_EDITION = 6_000_000;

const Pack = z.strictObject({ id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/), version: z.string().regex(/^\d{1,5}\.\d{1,5}\.\d{1,5}$/).meta({ examples: ["1.0.0"] }), files: z.record(z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/), z.base64().max(2_000_000)) });
export type EditionPack = z.infer<typeof Pack>;

export const EditionContent = z.strictObject({
  kind: z.literal("sena-edition"),
  orgId: z.uuid(),
  n: z.number().int().min(1).max(2 ** 40),
  at: z.number().int(),
  /** A whole set in Cedar, judged beside the desktop's own: the stricter of both counts. */
  policy: z.string().max(512 * 1024).nullable(),
  /** Signed by their authors; a desktop takes those whose author it trusts. */
  packs: z.array(Pack).max(50).nullable(),
  /** Hosts as CSV. They are added to what a desktop has; its own are left as they are. */
  hosts: z.string().max(1_000_000).nullable(),
  /** Where model requests may go at most; narrows a desktop's own list. */
  modelHosts: z.array(z.string().min(1).max(253)).max(200).nullable(),
  /** Model files the organisation approved, as a signed list on a stick names them. Left out of the text where it says nothing: desktops of before know no such part. */
  models: ApprovedList.nullable().default(null),
});
export type EditionContent = z.infer<typeof EditionContent>;

export const editionSigned = (text: string): Buffer => Buffer.from(`sena-edition-v1\n${text}`);
