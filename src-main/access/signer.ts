import { createPrivateKey, createPublicKey, sign, type KeyObject } from "node:crypto";

/** An Ed25519 key that signs while it is held; the seed never leaves the access room. */
export type Signer = { readonly operatorId: string; /** `ssh-ed25519 AAAA… name` */ readonly publicKey: string; sign(message: Uint8Array): Uint8Array };

const PKCS8_ED25519 = Buffer.from("302e020100300506032b657004220420", "hex");

const privateKeyOf = (seed: Uint8Array): KeyObject => {
  const der = Buffer.concat([PKCS8_ED25519, seed]);
  try {
    return createPrivateKey({ key: der, format: "der", type: "pkcs8" });
  } finally {
    der.fill(0);
  }
};

export function signerOf(operatorId: string, seed: Uint8Array, comment: string): Signer {
  const key = privateKeyOf(seed);
  const raw = Buffer.from((createPublicKey(key).export({ format: "jwk" }) as { x: string }).x, "base64url");
  return { operatorId, publicKey: `ssh-ed25519 ${sshBlob(raw).toString("base64")} ${comment}`, sign: (message) => sign(null, message, key) };
}

function sshBlob(raw: Uint8Array): Buffer {
  const type = Buffer.from("ssh-ed25519");
  const length = (n: number) => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(n);
    return bytes;
  };
  return Buffer.concat([length(type.length), type, length(raw.length), raw]);
}
