import { createCipheriv, createDecipheriv, createHash, createHmac, hkdfSync, randomBytes, timingSafeEqual } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fail } from "./failures.ts";

// Secrets in the database lie under the server's own key, which never goes into it: a stolen backup opens nothing.

/** What everything sealed in the database is sealed under. Kept beside it and never inside it. */
export const SECRET_FILE = "central.secret";
export function readSecret(path: string): Buffer {
  const secret = Buffer.from(readFileSync(path, "utf8").trim(), "base64url");
  if (secret.byteLength !== 32) throw fail("CENTRAL_CONFIG", { detail: `${path} does not hold 32 bytes; restore it from its backup` });
  return secret;
}
/** Where there is none yet: whole on the disk, and this account's alone, whatever medium it was brought on. */
export function keepSecret(path: string, secret: Buffer): void {
  if (!existsSync(path)) writeFileSync(path, `${secret.toString("base64url")}\n`, { mode: 0o600, flag: "wx", flush: true });
}

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** `context` says what it is and whose: a sealed value put into another row does not open. */
export function seal(secret: Buffer, context: string, plain: Uint8Array): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", keyFor(secret, "sealing"), nonce).setAAD(Buffer.from(context));
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

export function unseal(secret: Buffer, context: string, sealed: Buffer): Buffer {
  const decipher = createDecipheriv("aes-256-gcm", keyFor(secret, "sealing"), sealed.subarray(0, NONCE_BYTES)).setAAD(Buffer.from(context));
  decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES));
  return Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES, sealed.length - TAG_BYTES)), decipher.final()]);
}

const keyFor = (secret: Buffer, purpose: string): Buffer => Buffer.from(hkdfSync("sha256", secret, "", `sena central ${purpose}`, 32));

/** What only a server with this secret can have written under a text. */
export const markOf = (secret: Buffer, context: string, text: string): string => createHmac("sha256", keyFor(secret, "marks")).update(`${context}\n${text}`).digest("hex");

export const sha256 = (text: string | Uint8Array): Buffer => createHash("sha256").update(text).digest();
export const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => a.byteLength === b.byteLength && timingSafeEqual(a, b);

/**
 * One-time codes and keys carry their organisation: `kind_ORG_ID_SECRET`. Whoever shows one is looked up inside that
 * tenant alone, so there is no table that somebody without a tenant must be able to read.
 */
export type Ticket = { readonly orgId: string; readonly id: string; readonly secret: string };
export const newSecret = (): string => randomBytes(24).toString("base64url").replaceAll("_", "-");
const packed = (uuid: string): string => uuid.replaceAll("-", "");
const unpacked = (hex: string): string => hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
export const formatTicket = (kind: string, { orgId, id, secret }: Ticket): string => `${kind}_${packed(orgId)}_${packed(id)}_${secret}`;
export function parseTicket(kind: string, text: string): Ticket | undefined {
  const match = new RegExp(`^${kind}_([0-9a-f]{32})_([0-9a-f]{32})_([A-Za-z0-9-]{32})$`).exec(text);
  return match ? { orgId: unpacked(match[1] as string), id: unpacked(match[2] as string), secret: match[3] as string } : undefined;
}
