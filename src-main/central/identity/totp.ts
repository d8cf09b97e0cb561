import { createHmac } from "node:crypto";

// RFC 6238 as authenticators speak it: SHA-1, six digits, thirty seconds.

const STEP_MS = 30_000;
const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

export const stepAt = (nowMs: number): number => Math.floor(nowMs / STEP_MS);

export function codeAt(secret: Uint8Array, step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac("sha1", secret).update(counter).digest();
  const offset = (mac[19] as number) & 15;
  return String((mac.readUInt32BE(offset) & 0x7fff_ffff) % 1_000_000).padStart(6, "0");
}

/** The step a code belongs to, one to either side of now, and only after the last one that was accepted. */
export function stepOf(secret: Uint8Array, code: string, nowMs: number, lastStep: number): number | undefined {
  if (!/^\d{6}$/.test(code)) return undefined;
  const now = stepAt(nowMs);
  return [now - 1, now, now + 1].find((step) => step > lastStep && codeAt(secret, step) === code);
}

export function base32(bytes: Uint8Array): string {
  let bits = "";
  for (const byte of bytes) bits += byte.toString(2).padStart(8, "0");
  return (bits.match(/.{1,5}/g) ?? []).map((five) => BASE32[Number.parseInt(five.padEnd(5, "0"), 2)]).join("");
}

export const otpauthUri = (secret: Uint8Array, email: string): string => `otpauth://totp/SENA:${encodeURIComponent(email)}?secret=${base32(secret)}&issuer=SENA&algorithm=SHA1&digits=6&period=30`;
