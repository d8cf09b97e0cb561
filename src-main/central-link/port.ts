import { createHash, createPublicKey, generateKeyPairSync, sign, verify, type KeyObject } from "node:crypto";
import { z } from "zod";
import { MAX_EDITION } from "./edition-text.ts";

// How a desktop proves each request: an Ed25519 signature over what it asks, when, and the bytes it sends. TLS hides it; this
// says who it is, by a key that never left that desktop.

export { CENTRAL_LINK_FAILURES } from "./failures.ts";
export { answerSigned, formatFileInvitation, readSync, wrapAnswer, type ReadSync, type SyncAnswer } from "./sync-text.ts";
export { EditionContent, editionSigned, MAX_EDITION, type EditionPack } from "./edition-text.ts";

const SCHEME = "SENA-Desktop";
export const MAX_SKEW_MS = 120_000;

export type SignedAs = { readonly orgId: string; readonly desktopId: string; readonly at: number; readonly nonce: string; readonly signature: Buffer };

const signedText = (of: { readonly method: string; readonly path: string; readonly at: number; readonly nonce: string; readonly body: Uint8Array }): Buffer =>
  Buffer.from(`sena-link-v1\n${of.method}\n${of.path}\n${of.at}\n${of.nonce}\n${createHash("sha256").update(of.body).digest("hex")}\n`);

export function formatProof(key: KeyObject, of: { readonly orgId: string; readonly desktopId: string; readonly method: string; readonly path: string; readonly at: number; readonly nonce: string; readonly body: Uint8Array }): string {
  return `${SCHEME} org=${of.orgId},desktop=${of.desktopId},at=${of.at},nonce=${of.nonce},sig=${sign(null, signedText(of), key).toString("base64url")}`;
}

export function parseProof(header: string): SignedAs | undefined {
  const match = /^SENA-Desktop org=([0-9a-f-]{36}),desktop=([0-9a-f-]{36}),at=(\d{1,15}),nonce=([A-Za-z0-9_-]{16,64}),sig=([A-Za-z0-9_-]{86})$/.exec(header);
  if (!match) return undefined;
  const [, orgId, desktopId, at, nonce, signature] = match as unknown as [string, string, string, string, string, string];
  return { orgId, desktopId, at: Number(at), nonce, signature: Buffer.from(signature, "base64url") };
}

export function proofHolds(proof: SignedAs, publicKey: string, of: { readonly method: string; readonly path: string; readonly body: Uint8Array }, nowMs: number): "holds" | "wrong clock" | "wrong signature" {
  if (!verify(null, signedText({ ...of, at: proof.at, nonce: proof.nonce }), createPublicKey(publicKey), proof.signature)) return "wrong signature";
  return Math.abs(nowMs - proof.at) > MAX_SKEW_MS ? "wrong clock" : "holds";
}

export function newLinkKey(): { readonly privateKey: string; readonly publicKey: string } {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  return { privateKey: privateKey.export({ format: "pem", type: "pkcs8" }).toString(), publicKey: publicKey.export({ format: "pem", type: "spki" }).toString() };
}

/** What a desktop signs when it enrols, to show that the key it brings is its own. */
export const enrolText = (of: { readonly token: string; readonly logKey: string; readonly name: string }): Buffer => Buffer.from(`sena-enrol-v1\n${of.token}\n${of.logKey}\n${of.name}\n`);

/** `sena-link:HOST:PORT/TOKEN#CA`: where, the one-time token, and the SHA-256 of the authority that the server must show. */
export const formatInvitation = (of: { readonly address: string; readonly token: string; readonly caFingerprint: string }): string => `sena-link:${of.address}/${of.token}#${of.caFingerprint}`;
export function parseInvitation(text: string): { readonly address: string; readonly token: string; readonly caFingerprint: string } | undefined {
  const match = /^sena-link:([A-Za-z0-9.:[\]-]+:\d{1,5})\/(enrol_[A-Za-z0-9_-]+)#([0-9a-f]{64})$/.exec(text.trim());
  return match ? { address: match[1] as string, token: match[2] as string, caFingerprint: match[3] as string } : undefined;
}

const Note = z.string().max(16_384);
const Name = z.string().min(1).max(80);

/** What an organisation sets for its desktops: the exact text that was signed, and the signature of the organisation's key. */
const Edition = z.object({ text: z.string().max(MAX_EDITION), signature: z.string().max(120) });

/** `content` is what a third party sent: shown and handed on as data, read as an instruction by nobody. */
export const LinkQuestion = z.object({ itemId: z.uuid(), at: z.number(), from: z.string().max(200), title: z.string().max(400), question: z.string().max(4000), content: z.string().max(80_000) });
export type LinkQuestion = z.infer<typeof LinkQuestion>;

const Heard = z.object({ itemId: z.uuid(), at: z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER) });
export type HeardQuestion = z.infer<typeof Heard>;

// The messages, named once for both ends.
export const LINK = {
  enrol: {
    input: z.object({ token: z.string().max(200), name: Name, version: z.string().max(40), publicKey: z.string().max(400), logOrigin: z.string().max(200), logKey: z.string().max(400), proof: z.string().max(120) }),
    output: z.object({ orgId: z.string(), orgName: z.string(), desktopId: z.string(), witnessKey: z.string(), orgKey: z.string() }),
  },
  push: {
    input: z.object({ from: z.number().int().nonnegative(), entries: z.array(z.object({ leaf: z.base64().max(90_000), openings: z.string().max(6_000_000).nullable() })).max(2000), note: Note }),
    output: z.object({ size: z.number(), note: z.string(), cosignature: z.string() }),
  },
  /** How long its record is now. Never asked beside a push: a head that a push overtook would look like one put back. */
  head: {
    input: z.object({ head: Note, version: z.string().max(40) }),
    output: z.object({ size: z.number(), note: z.string(), cosignature: z.string() }),
  },
  poll: {
    /** `waitMs`: how long the answer may wait for something to tell. */
    input: z.object({ waitMs: z.number().int().min(0).max(25_000), taken: z.array(z.object({ approvalId: z.string().max(64), userId: z.string().max(64), say: z.string().max(500) })).max(100),
      /** The edition of what the organisation sets that is in force there, the last that was shown to it, and what became of that. */
      edition: z.object({ n: z.number().int().min(0), seen: z.number().int().min(0), say: z.string().max(1000) }).default({ n: 0, seen: 0, say: "" }),
      /** Questions it has by now, each as it was worded at that time. Whoever says nothing of them knows none, and is told none. */
      heard: z.array(Heard).max(100).optional() }),
    output: z.object({
      /** How much of its record is there: less than was confirmed means a server that was put back. */
      size: z.number(),
      decisions: z.array(z.object({ approvalId: z.string(), userId: z.string(), response: z.string() })),
      approvers: z.array(z.object({ userId: z.string(), name: z.string(), publicKey: z.string(), isRetired: z.boolean() })),
      edition: Edition.nullable(),
      /** Requests of its own that are open there: a desktop that was started again says what became of those it left. */
      open: z.array(z.string()).default([]),
      /** What somebody there hands over to be looked into: words of theirs, and beside them what a third party told, as data. */
      questions: z.array(LinkQuestion).default([]),
    }),
  },
  ask: { input: z.object({ file: z.string().max(200_000) }), output: z.object({ approvalId: z.string() }) },
  end: { input: z.object({ approvalId: z.string().max(64), state: z.enum(["approved", "denied", "expired", "cancelled", "used"]), say: z.string().max(500) }), output: z.object({}) },
  /** Of a file that was carried: what was taken there, as a poll says it. */
  told: { input: z.object({ taken: z.array(z.object({ approvalId: z.string().max(64), userId: z.string().max(64), say: z.string().max(500) })).max(1000), edition: z.object({ n: z.number().int().min(0), seen: z.number().int().min(0), say: z.string().max(1000) }) }) },
  leave: { input: z.object({ why: z.string().max(200) }), output: z.object({}) },
} as const;
