import { createHash } from "node:crypto";
import { reader, verifyBlob, type Verified } from "../access/index.ts";

// SSH signatures as `ssh-keygen -Y sign` writes them (PROTOCOL.sshsig): small enough to read whole, and checkable by
// anyone with OpenSSH: ssh-keygen -Y verify -f allowed_signers -I NAME -n sena-approval@v1 -s object.sig < object

export const APPROVAL_NAMESPACE = "sena-approval@v1";
/** A no is signed under another name: nobody can turn it into a yes. */
export const DENIAL_NAMESPACE = "sena-denial@v1";
const MAGIC = Buffer.from("SSHSIG");
const HASH = "sha512";
const PEM = /^-----BEGIN SSH SIGNATURE-----\s+([A-Za-z0-9+/=\s]+?)\s+-----END SSH SIGNATURE-----\s*$/;

/** An SSH signature (type, then what that type says) over the bytes: by a key held here, or by an agent. */
export type SshSign = (message: Uint8Array) => Promise<Uint8Array>;

const u32 = (n: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(n);
  return bytes;
};
const str = (bytes: Uint8Array | string): Buffer => {
  const body = Buffer.from(bytes as Uint8Array);
  return Buffer.concat([u32(body.length), body]);
};
/** What is really signed: never the message itself, so that no signature can be taken for one of another protocol. */
const signedBytes = (message: Uint8Array, namespace: string, hash: string): Buffer =>
  Buffer.concat([MAGIC, str(namespace), str(""), str(hash), str(createHash(hash).update(message).digest())]);

/** `publicKey` is an OpenSSH line (`ssh-ed25519 AAAA… comment`). */
export async function signSsh(message: Uint8Array, publicKey: string, sign: SshSign, namespace: string = APPROVAL_NAMESPACE): Promise<string> {
  const signature = await sign(signedBytes(message, namespace, HASH));
  const blob = Buffer.concat([MAGIC, u32(1), str(keyBlob(publicKey)), str(namespace), str(""), str(HASH), str(signature)]);
  const lines = blob.toString("base64").match(/.{1,70}/g) as string[];
  return `-----BEGIN SSH SIGNATURE-----\n${lines.join("\n")}\n-----END SSH SIGNATURE-----\n`;
}

/** The key that a signature was made with, when it is good for exactly these bytes; undefined for anything else. */
export function verifySsh(message: Uint8Array, armored: string, namespace: string = APPROVAL_NAMESPACE): (Verified & { readonly keyBlob: string }) | undefined {
  try {
    const body = PEM.exec(armored)?.[1];
    if (body === undefined) return undefined;
    const read = reader(Buffer.from(body.replaceAll(/\s/g, ""), "base64"));
    if (!read.take(MAGIC.length).equals(MAGIC) || read.u32() !== 1) return undefined;
    const key = read.str();
    const isOurs = read.str().toString() === namespace;
    read.str();
    const hash = read.str().toString();
    const signature = read.str();
    if (!isOurs || !read.atEnd() || (hash !== "sha512" && hash !== "sha256")) return undefined;
    const verified = verifyBlob(key, signature, signedBytes(message, namespace, hash));
    return verified && { ...verified, keyBlob: key.toString("base64") };
  } catch {
    return undefined; // cut short, or no key at all: what cannot be checked is not good
  }
}

/** The base64 in the middle of a public key line: what two lines of the same key share. */
export const keyBlobOf = (publicKey: string): string => keyBlob(publicKey).toString("base64");
const keyBlob = (publicKey: string): Buffer => Buffer.from(publicKey.split(" ")[1] ?? "", "base64");
