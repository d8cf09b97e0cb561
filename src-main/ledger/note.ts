import { createPrivateKey, createPublicKey, hash, sign, verify, type KeyObject } from "node:crypto";

/** C2SP signed-note v1.0.0 (c2sp.org/signed-note@v1.0.0) with Ed25519, and the cosignature type of c2sp.org/tlog-cosignature. */
export const SIGNATURE_TYPE = { ed25519: 0x01, cosignature: 0x04, mlDsa44: 0x06 } as const;

/** The spec asks for at least 16; post-quantum lines reach 5 kB each. */
const MAX_SIGNATURES = 64;
const MAX_NOTE_BYTES = 512 * 1024;
const ED25519_SPKI_HEAD = Buffer.from("302a300506032b6570032100", "hex");
const ED25519_PKCS8_HEAD = Buffer.from("302e020100300506032b657004220420", "hex");

export type VerifierKey = { readonly name: string; readonly keyId: Buffer; readonly type: number; readonly publicKey: Buffer };
export type NoteSignature = { readonly name: string; readonly keyId: Buffer; readonly signature: Buffer; readonly line: string };
export type Note = { readonly text: string; readonly signatures: readonly NoteSignature[] };

export const keyIdOf = (name: string, type: number, publicKey: Uint8Array): Buffer =>
  hash("sha256", Buffer.concat([Buffer.from(`${name}\n`), Buffer.of(type), publicKey]), "buffer").subarray(0, 4);

export const isKeyName = (name: string): boolean => name !== "" && !/[\s+\p{Z}\p{Cc}]/u.test(name) && name.isWellFormed();

export const verifierKey = (name: string, type: number, publicKey: Uint8Array): VerifierKey => ({ name, type, publicKey: Buffer.from(publicKey), keyId: keyIdOf(name, type, publicKey) });

/** `<name>+<hex key id>+<base64(type || public key)>` */
export const formatVerifierKey = (key: VerifierKey): string => `${key.name}+${key.keyId.toString("hex")}+${Buffer.concat([Buffer.of(key.type), key.publicKey]).toString("base64")}`;

export function parseVerifierKey(text: string): VerifierKey | undefined {
  const match = /^([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})$/.exec(text);
  if (match === null) return undefined;
  const [, name, keyId, encoded] = match as unknown as [string, string, string, string];
  const material = strictBase64(encoded);
  if (!isKeyName(name) || material === undefined || material.byteLength < 2) return undefined;
  const key = verifierKey(name, material[0] as number, material.subarray(1));
  return key.keyId.toString("hex") === keyId ? key : undefined;
}

/** RFC 4648 §4 and nothing looser: Buffer's decoder skips what it does not know, which would let two texts mean one key. */
export function strictBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, "base64");
  return bytes.toString("base64") === text ? bytes : undefined;
}

export const ed25519PublicKey = (raw: Uint8Array): KeyObject => createPublicKey({ key: Buffer.concat([ED25519_SPKI_HEAD, raw]), format: "der", type: "spki" });
export const ed25519PrivateKey = (seed: Uint8Array): KeyObject => createPrivateKey({ key: Buffer.concat([ED25519_PKCS8_HEAD, seed]), format: "der", type: "pkcs8" });
export const rawPublicKey = (key: KeyObject): Buffer => createPublicKey(key).export({ format: "der", type: "spki" }).subarray(ED25519_SPKI_HEAD.byteLength);

export type NoteSigner = { readonly key: VerifierKey; readonly sign: (text: string) => Buffer };

export function ed25519Signer(name: string, seed: Uint8Array): NoteSigner {
  const privateKey = ed25519PrivateKey(seed);
  return { key: verifierKey(name, SIGNATURE_TYPE.ed25519, rawPublicKey(privateKey)), sign: (text) => sign(null, Buffer.from(text), privateKey) };
}

export const signatureLine = (key: Pick<VerifierKey, "name" | "keyId">, signature: Uint8Array): string => `— ${key.name} ${Buffer.concat([key.keyId, signature]).toString("base64")}\n`;

export function signNote(text: string, signers: readonly NoteSigner[]): string {
  let note = `${text}\n`;
  for (const signer of signers) note += signatureLine(signer.key, signer.sign(text));
  return note;
}

/** Undefined when it is not a well-formed note; a well-formed one still proves nothing until a known key verifies. */
export function parseNote(note: string): Note | undefined {
  // Every control character but newline is forbidden (U+0000–U+001F); so is text that UTF-8 cannot carry.
  // eslint-disable-next-line no-control-regex
  if (note.length > MAX_NOTE_BYTES || !note.isWellFormed() || /[\u0000-\u0009\u000b-\u001f]/.test(note)) return undefined;
  const split = note.lastIndexOf("\n\n");
  if (split < 0 || !note.endsWith("\n")) return undefined;
  const lines = note.slice(split + 2).split("\n").slice(0, -1);
  if (lines.length === 0 || lines.length > MAX_SIGNATURES) return undefined;
  const signatures: NoteSignature[] = [];
  for (const line of lines) {
    const parsed = parseSignatureLine(line);
    if (parsed === undefined) return undefined;
    signatures.push(parsed);
  }
  return { text: note.slice(0, split + 1), signatures };
}

export function parseSignatureLine(line: string): NoteSignature | undefined {
  const match = /^— (\S+) (\S+)$/u.exec(line);
  if (match === null) return undefined;
  const [, name, encoded] = match as unknown as [string, string, string];
  const bytes = strictBase64(encoded);
  if (!isKeyName(name) || bytes === undefined || bytes.byteLength < 5) return undefined;
  return { name, keyId: bytes.subarray(0, 4), signature: bytes.subarray(4), line: `${line}\n` };
}

const matches = (key: VerifierKey, signature: NoteSignature): boolean => key.name === signature.name && key.keyId.equals(signature.keyId);

export type NoteVerdict =
  | { readonly verified: true; readonly by: readonly VerifierKey[]; readonly unknown: readonly NoteSignature[] }
  | { readonly verified: false; readonly why: "no known key signed it" | "a known key's signature does not verify" };

/** Unknown signatures are ignored (that is how rotation and witnesses work); a known key's bad signature rejects the note. */
export function verifyNote(note: Note, keys: readonly VerifierKey[]): NoteVerdict {
  const by: VerifierKey[] = [];
  const unknown: NoteSignature[] = [];
  for (const signature of note.signatures) {
    const key = keys.find((one) => matches(one, signature));
    if (key === undefined) {
      unknown.push(signature);
      continue;
    }
    if (!verifySignature(note.text, signature, key)) return { verified: false, why: "a known key's signature does not verify" };
    by.push(key);
  }
  return by.length > 0 ? { verified: true, by, unknown } : { verified: false, why: "no known key signed it" };
}

function verifySignature(text: string, { signature }: NoteSignature, key: VerifierKey): boolean {
  if (key.publicKey.byteLength !== 32) return false;
  const publicKey = ed25519PublicKey(key.publicKey);
  if (key.type === SIGNATURE_TYPE.ed25519) return signature.byteLength === 64 && verify(null, Buffer.from(text), publicKey, signature);
  if (key.type !== SIGNATURE_TYPE.cosignature || signature.byteLength !== 72) return false;
  return verify(null, Buffer.from(cosignedText(signature.readBigUInt64BE(0), text)), publicKey, signature.subarray(8));
}

export const cosignedText = (timeSeconds: bigint, text: string): string => `cosignature/v1\ntime ${timeSeconds}\n${text}`;

/** A witness's statement: at this time, this was the largest consistent head it had seen of this log. */
export function cosign(name: string, seed: Uint8Array, timeSeconds: number, text: string): { readonly line: string; readonly key: VerifierKey } {
  const privateKey = ed25519PrivateKey(seed);
  const key = verifierKey(name, SIGNATURE_TYPE.cosignature, rawPublicKey(privateKey));
  const stamp = Buffer.alloc(8);
  stamp.writeBigUInt64BE(BigInt(timeSeconds));
  return { line: signatureLine(key, Buffer.concat([stamp, sign(null, Buffer.from(cosignedText(BigInt(timeSeconds), text)), privateKey)])), key };
}
