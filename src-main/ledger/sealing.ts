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

/** A stretch doubles up to this: most subjects are spoken of a few times in a run, some in every entry. */
const STREAM_BYTES = 1 << 16;
const FIRST_STREAM_BYTES = 1 << 12;

/**
 * Encrypts many short texts under one random nonce: each starts at its own block, named by its own counter, which only
 * ever goes forward, also over what a failed commit took back. A new one is made before the counter could come round.
 * The keystream is made a stretch at a time, because a call of the cipher for each text costs more than its blocks.
 */
export class StreamSealer {
  readonly #nonce: Buffer;
  readonly #cipher: ReturnType<typeof createCipheriv>;
  #stream = new Uint32Array(0);
  #at = 0;
  #block = 0;

  constructor(key: SealKey, random: Random) {
    this.#nonce = Buffer.alloc(BLOCK_BYTES);
    random(this.#nonce.subarray(0, NONCE_BYTES) as Uint8Array<ArrayBuffer>);
    this.#cipher = createCipheriv("aes-256-ctr", key, this.#nonce);
  }

  get isWornOut(): boolean {
    return this.#block > 0xf000_0000;
  }

  /** Newlines stand between the texts. What it gives lies in memory that is good for `SEALED_AT_ONCE` calls: it goes straight into a row. */
  seal(texts: readonly string[]): { readonly nonce: Buffer; readonly sealed: Buffer } {
    let chars = 0;
    for (const text of texts) chars += text.length;
    const out = roomFor(3 * (chars + texts.length) + 2 * BLOCK_BYTES);
    const start = out.at + BLOCK_BYTES;
    let end = start;
    for (const text of texts) {
      end += out.bytes.write(text, end);
      out.bytes[end] = 10;
      end += 1;
    }
    // Padded to whole blocks with newlines, which end the openings anyway.
    const padded = Math.max(1, Math.ceil((end - start) / BLOCK_BYTES)) * BLOCK_BYTES;
    for (; end < start + padded; end += 1) out.bytes[end] = 10;
    if (this.#at + padded / 4 > this.#stream.length) this.#stretch(padded);
    const stream = this.#stream;
    const to = (start + padded) / 4;
    let from = this.#at;
    for (let n = start / 4; n < to; n += 1, from += 1) {
      out.words[n] = (out.words[n] as number) ^ (stream[from] as number);
      // Used once, and then gone: whoever reads this memory later opens nothing.
      stream[from] = 0;
    }
    this.#nonce.writeUInt32BE(this.#block, NONCE_BYTES);
    out.bytes.set(this.#nonce, out.at);
    this.#at = from;
    this.#block += padded / BLOCK_BYTES;
    out.at = start + padded;
    return { nonce: out.bytes.subarray(start - BLOCK_BYTES, start), sealed: out.bytes.subarray(start, out.at) };
  }

  /** What is left of the last stretch is skipped: the counter names the block where the next one begins. */
  #stretch(needed: number): void {
    this.#block += ((this.#stream.length - this.#at) * 4) / BLOCK_BYTES;
    const made = this.#cipher.update(Buffer.alloc(Math.max(needed, Math.min(STREAM_BYTES, Math.max(FIRST_STREAM_BYTES, 8 * this.#stream.length)))));
    this.#stream = new Uint32Array(made.buffer, made.byteOffset, made.byteLength / 4);
    this.#at = 0;
  }
}

/** How many sealed texts may wait for their row at a time. */
export const SEALED_AT_ONCE = 8;
type Room = { readonly bytes: Buffer; readonly words: Uint32Array; at: number };
const newRoom = (length: number): Room => {
  const memory = new ArrayBuffer(Math.ceil(length / BLOCK_BYTES) * BLOCK_BYTES);
  return { bytes: Buffer.from(memory), words: new Uint32Array(memory), at: 0 };
};
const usualRoom = newRoom((SEALED_AT_ONCE + 1) * STREAM_BYTES);

/** Round and round in one place, so large that what was given is not overwritten too soon. */
function roomFor(length: number): Room {
  if (length > STREAM_BYTES) return newRoom(length);
  if (usualRoom.at + length > usualRoom.bytes.byteLength) usualRoom.at = 0;
  return usualRoom;
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
