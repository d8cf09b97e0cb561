import { createHash, createPublicKey, sign, verify, type KeyObject } from "node:crypto";
import { z } from "zod";
import { jsonOf } from "../kernel/index.ts";
import { fail } from "./failures.ts";

// The exchange of a desktop and its server as files, for labs that no cable leads into. A file is lines of JSON: a head, the
// same messages that go over the wire, and an end that is signed. Whoever reads one believes nothing before its end held.

export const MAX_SYNC_BYTES = 64 << 20;
/** One file is about so large: what fits on anything and is carried again quickly when it is damaged. */
export const PART_BYTES = 16 << 20;

export const SyncHead = z.strictObject({ kind: z.literal("sena-sync"), orgId: z.uuid(), desktopId: z.union([z.uuid(), z.literal("")]), seq: z.number().int().min(1).max(2 ** 40), at: z.number().int(), version: z.string().max(40) });
export type SyncHead = z.infer<typeof SyncHead>;
const SyncEnd = z.strictObject({ end: z.number().int(), signature: z.string().max(120) });

const signedBytes = (text: string): Buffer => Buffer.from(`sena-sync-v1\n${createHash("sha256").update(text).digest("hex")}\n`);

export function writeSync(head: SyncHead, lines: readonly unknown[], key: KeyObject): string {
  const text = [head, ...lines].map((line) => `${JSON.stringify(line)}\n`).join("");
  return `${text}${JSON.stringify({ end: lines.length, signature: sign(null, signedBytes(text), key).toString("base64url") } satisfies z.infer<typeof SyncEnd>)}\n`;
}

export type ReadSync = { readonly head: SyncHead; readonly lines: readonly unknown[]; /** Whether this key signed exactly these bytes. */ readonly isSignedBy: (publicKey: string) => boolean };

export function readSync(file: string): ReadSync {
  const refuse = (detail: string) => fail("SYNC_REFUSED", { detail });
  if (file.length > MAX_SYNC_BYTES) throw refuse("it is larger than any file of this kind");
  const all = file.split("\n");
  if (all.pop() !== "") throw refuse("it is cut off");
  const end = SyncEnd.safeParse(jsonOf(all.pop() ?? ""));
  const head = SyncHead.safeParse(jsonOf(all[0] ?? ""));
  if (!head.success) throw refuse("it does not begin like one");
  if (!end.success || end.data.end !== all.length - 1) throw refuse("it is cut off");
  const text = all.map((line) => `${line}\n`).join("");
  const isSignedBy = (publicKey: string): boolean => {
    try {
      return verify(null, signedBytes(text), createPublicKey(publicKey), Buffer.from(end.data.signature, "base64url"));
    } catch {
      return false;
    }
  };
  return { head: head.data, lines: all.slice(1).map(jsonOf), isSignedBy };
}

/** What the server says back: one text and the organisation's signature over it. */
export const SyncAnswer = z.strictObject({
  kind: z.literal("sena-sync-answer"),
  orgId: z.uuid(),
  orgKey: z.string().max(400),
  desktopId: z.uuid(),
  /** The number of the file that it answers. */
  seq: z.number().int().min(1),
  at: z.number().int(),
  enrolled: z.object({ orgName: z.string(), witnessKey: z.string() }).nullable(),
  receipt: z.object({ size: z.number(), note: z.string(), cosignature: z.string() }),
  decisions: z.array(z.object({ approvalId: z.string(), userId: z.string(), response: z.string() })),
  approvers: z.array(z.object({ userId: z.string(), name: z.string(), publicKey: z.string(), isRetired: z.boolean() })),
  edition: z.object({ text: z.string(), signature: z.string() }).nullable(),
});
export type SyncAnswer = z.infer<typeof SyncAnswer>;
const Wrapped = z.strictObject({ answer: z.string(), signature: z.string().max(120) });

export const answerSigned = (text: string): Buffer => Buffer.from(`sena-sync-answer-v1\n${text}`);
export const wrapAnswer = (answer: string, signature: string): string => `${JSON.stringify({ answer, signature } satisfies z.infer<typeof Wrapped>)}\n`;

/** `isTheirs`: whether the key it names is the organisation's; it is asked before a word of the rest counts. */
export function readAnswer(file: string, isTheirs: (orgKey: string) => boolean): SyncAnswer {
  const refuse = (detail: string) => fail("SYNC_REFUSED", { detail });
  if (file.length > MAX_SYNC_BYTES) throw refuse("it is larger than any file of this kind");
  const wrapped = Wrapped.safeParse(jsonOf(file));
  const answer = SyncAnswer.safeParse(wrapped.success ? jsonOf(wrapped.data.answer) : undefined);
  if (!wrapped.success || !answer.success) throw refuse("it is no answer of a server, or it is cut off");
  if (!isTheirs(answer.data.orgKey)) throw refuse("it is of another organisation");
  if (!verify(null, answerSigned(wrapped.data.answer), createPublicKey(answer.data.orgKey), Buffer.from(wrapped.data.signature, "base64url"))) throw refuse("the organisation's signature does not hold: it was altered");
  return answer.data;
}

/** `sena-file:TOKEN#KEY`: the one-time token, and the SHA-256 of the organisation's key that the answer must be signed with. */
export const formatFileInvitation = (of: { readonly token: string; readonly orgKey: string }): string => `sena-file:${of.token}#${keyHash(of.orgKey)}`;
export function parseFileInvitation(text: string): { readonly token: string; readonly orgId: string; readonly orgKeyHash: string } | undefined {
  const match = /^sena-file:(enrol_([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})_[A-Za-z0-9_-]+)#([0-9a-f]{64})$/.exec(text.trim());
  return match ? { token: match[1] as string, orgId: match.slice(2, 7).join("-"), orgKeyHash: match[7] as string } : undefined;
}
export const keyHash = (publicKey: string): string => createHash("sha256").update(publicKey.trim()).digest("hex");
