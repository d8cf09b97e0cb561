import { createPrivateKey, createPublicKey, sign, type KeyObject } from "node:crypto";
import type { SshAgent } from "./ssh-agent.ts";

/** A key that signs for an operator: their own seed while it is held, or a key that their SSH agent keeps. */
export type Signer = {
  readonly operatorId: string;
  /** `ssh-ed25519 AAAA… name` */
  readonly publicKey: string;
  /** An SSH signature: its type, then what that type says. */
  sign(message: Uint8Array): Promise<Uint8Array>;
};

const PKCS8_ED25519 = Buffer.from("302e020100300506032b657004220420", "hex");

const privateKeyOf = (seed: Uint8Array): KeyObject => {
  const der = Buffer.concat([PKCS8_ED25519, seed]);
  try {
    return createPrivateKey({ key: der, format: "der", type: "pkcs8" });
  } finally {
    der.fill(0);
  }
};
const strings = (...parts: readonly Uint8Array[]): Buffer =>
  Buffer.concat(
    parts.flatMap((part) => {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(part.length);
      return [length, part];
    }),
  );
const TYPE = Buffer.from("ssh-ed25519");

export function signerOf(operatorId: string, seed: Uint8Array, comment: string): Signer {
  const key = privateKeyOf(seed);
  const raw = Buffer.from((createPublicKey(key).export({ format: "jwk" }) as { x: string }).x, "base64url");
  return { operatorId, publicKey: `ssh-ed25519 ${strings(TYPE, raw).toString("base64")} ${comment}`, sign: async (message) => strings(TYPE, sign(null, message, key)) };
}

export const agentSignerOf = (operatorId: string, publicKey: string, agent: SshAgent): Signer => ({ operatorId, publicKey, sign: (message) => agent.sign(publicKey, message) });
