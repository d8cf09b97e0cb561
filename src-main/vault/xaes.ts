import { createCipheriv, createDecipheriv } from "node:crypto";

// XAES-256-GCM (C2SP xaes-256-gcm): AES-256-GCM with a 192-bit nonce, so that random nonces never have to be counted.
// https://c2sp.org/XAES-256-GCM. The first half of the nonce derives a fresh AES key by CMAC, the second half is GCM's.

export const XAES_NONCE_BYTES = 24;
export const XAES_KEY_BYTES = 32;
const TAG_BYTES = 16;

const aesBlock = (key: Uint8Array, block: Uint8Array): Buffer => {
  const cipher = createCipheriv("aes-256-ecb", key, null).setAutoPadding(false);
  return Buffer.concat([cipher.update(block), cipher.final()]);
};

/** NIST SP 800-108r1 KDF in counter mode over CMAC, with everything but two blocks fixed by the specification. */
function derivedKey(key: Uint8Array, nonce: Uint8Array): Buffer {
  const l = aesBlock(key, Buffer.alloc(16));
  const k1 = Buffer.alloc(16);
  let msb = 0;
  for (let i = 15; i >= 0; i -= 1) {
    const byte = l[i] as number;
    k1[i] = ((byte << 1) | msb) & 0xff;
    msb = byte >> 7;
  }
  k1[15] = (k1[15] as number) ^ (msb * 0b1000_0111);
  const half = (counter: number): Buffer => {
    const block = Buffer.alloc(16);
    block[1] = counter;
    block[2] = 0x58; // "X"
    block.set(nonce.subarray(0, 12), 4);
    return aesBlock(key, block.map((byte, i) => byte ^ (k1[i] as number)));
  };
  return Buffer.concat([half(1), half(2)]);
}

/** nonce ‖ ciphertext ‖ tag. */
export function seal(key: Uint8Array, nonce: Uint8Array, plain: Uint8Array, aad: Uint8Array): Uint8Array {
  if (key.byteLength !== XAES_KEY_BYTES || nonce.byteLength !== XAES_NONCE_BYTES) throw new RangeError("XAES-256-GCM takes a 32-byte key and a 24-byte nonce");
  const cipher = createCipheriv("aes-256-gcm", derivedKey(key, nonce), nonce.subarray(12)).setAAD(aad);
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

/** Undefined when the key, the additional data or a bit of the box is not the one it was sealed with. */
export function unseal(key: Uint8Array, box: Uint8Array, aad: Uint8Array): Buffer | undefined {
  if (key.byteLength !== XAES_KEY_BYTES) throw new RangeError("XAES-256-GCM takes a 32-byte key");
  if (box.byteLength < XAES_NONCE_BYTES + TAG_BYTES) return undefined;
  const nonce = box.subarray(0, XAES_NONCE_BYTES);
  const decipher = createDecipheriv("aes-256-gcm", derivedKey(key, nonce), nonce.subarray(12), { authTagLength: TAG_BYTES }).setAAD(aad).setAuthTag(box.subarray(box.byteLength - TAG_BYTES));
  const plain = decipher.update(box.subarray(XAES_NONCE_BYTES, box.byteLength - TAG_BYTES));
  try {
    return Buffer.concat([plain, decipher.final()]);
  } catch {
    return undefined;
  }
}
