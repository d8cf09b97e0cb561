import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject } from "node:crypto";

/**
 * Disclosures are sealed with AES-256-CTR, one keystream per subject and start: their integrity is the leaf's commitment,
 * which every reader checks, so an authentication tag would prove nothing more and cost as much as the insert. Blobs
 * and wrapped keys, which are opened before anything is checked, use AES-256-GCM.
 */
const BLOCK_BYTES = 16;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

export type Random = (bytes: Uint8Array<ArrayBuffer>) => Uint8Array;
export type SealKey = KeyObject;
export const sealKey = (bytes: Uint8Array): SealKey => createSecretKey(bytes);

/** Nonces and salts are cut from one pool: asking the system for a few bytes costs more than using them. Not for keys. */
export function pooledRandom(random: Random): Random {
  const pool = new Uint8Array(4096);
  let at = pool.byteLength;
  return (bytes) => {
    if (bytes.byteLength > pool.byteLength) return random(bytes);
    if (at + bytes.byteLength > pool.byteLength) {
      random(pool);
      at = 0;
    }
    bytes.set(pool.subarray(at, at + bytes.byteLength));
    // What was given out is not kept: the pool holds nothing that was used.
    pool.fill(0, at, at + bytes.byteLength);
    at += bytes.byteLength;
    return bytes;
  };
}

/**
 * Encrypts many short texts under one random nonce: each starts at its own block, named by its own counter, which only
 * ever goes forward, also over what a failed commit took back. A new one is made before the counter could come round.
 */
export class StreamSealer {
  readonly #nonce: Buffer;
  readonly #cipher: ReturnType<typeof createCipheriv>;
  #block = 0;

  constructor(key: SealKey, random: Random) {
    this.#nonce = Buffer.alloc(NONCE_BYTES);
    random(this.#nonce as Uint8Array<ArrayBuffer>);
    this.#cipher = createCipheriv("aes-256-ctr", key, counterBlock(this.#nonce, 0));
  }

  get isWornOut(): boolean {
    return this.#block > 0xf000_0000;
  }

  seal(text: string): { readonly nonce: Buffer; readonly sealed: Buffer } {
    const length = Buffer.byteLength(text);
    // Padded to whole blocks with newlines, which end the openings anyway.
    const padded = Buffer.alloc(Math.ceil((length + 1) / BLOCK_BYTES) * BLOCK_BYTES, 10);
    padded.write(text);
    const nonce = counterBlock(this.#nonce, this.#block);
    this.#block += padded.byteLength / BLOCK_BYTES;
    return { nonce, sealed: this.#cipher.update(padded) };
  }
}

function counterBlock(nonce: Uint8Array, block: number): Buffer {
  const counter = Buffer.alloc(BLOCK_BYTES);
  counter.set(nonce);
  counter.writeUInt32BE(block, NONCE_BYTES);
  return counter;
}

export function unsealText(key: SealKey, nonce: Uint8Array, sealed: Uint8Array): string {
  return createDecipheriv("aes-256-ctr", key, nonce).update(sealed).toString("utf8").trimEnd();
}

export function sealBytes(key: SealKey, random: Random, bytes: Uint8Array, context: string): { readonly nonce: Buffer; readonly sealed: Buffer } {
  const nonce = Buffer.alloc(NONCE_BYTES);
  random(nonce as Uint8Array<ArrayBuffer>);
  const cipher = createCipheriv("aes-256-gcm", key, nonce);
  cipher.setAAD(Buffer.from(context));
  const body = cipher.update(bytes);
  cipher.final();
  return { nonce, sealed: Buffer.concat([body, cipher.getAuthTag()]) };
}

/** Throws when the bytes were changed or belong elsewhere. */
export function unsealBytes(key: SealKey, nonce: Uint8Array, sealed: Uint8Array, context: string): Buffer {
  const decipher = createDecipheriv("aes-256-gcm", key, nonce);
  decipher.setAAD(Buffer.from(context));
  decipher.setAuthTag(sealed.subarray(sealed.byteLength - TAG_BYTES));
  const body = decipher.update(sealed.subarray(0, sealed.byteLength - TAG_BYTES));
  return Buffer.concat([body, decipher.final()]);
}
