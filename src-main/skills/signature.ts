import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify, type KeyObject } from "node:crypto";
import { z } from "zod";
import { canonicalJson, fromUtf8, utf8 } from "../kernel/index.ts";
import { failSkill } from "./failures.ts";

// A pack is signed as a whole: Ed25519 over its id, version and digest, so that neither a file nor the pair of name and
// contents can be swapped. Key ids are the first 16 hex digits of the SHA-256 of the public key (SPKI, DER).

const CONTEXT = "sena-pack-1";
const SignatureFile = z.strictObject({ format: z.literal(CONTEXT), pack: z.string(), version: z.string(), digest: z.string(), key: z.string().regex(/^[0-9a-f]{16}$/), signature: z.string().max(200) });

export type TrustedKey = { readonly id: string; readonly name: string; /** SPKI, DER, base64. */ readonly publicKey: string };
export type Sealed = { readonly pack: string; readonly version: string; readonly digest: string };

const message = ({ pack, version, digest }: Sealed): Uint8Array => utf8(canonicalJson({ format: CONTEXT, pack, version, digest }));
const spki = (key: KeyObject): Buffer => key.export({ format: "der", type: "spki" });
const keyIdOf = (key: KeyObject): string => createHash("sha256").update(spki(key)).digest("hex").slice(0, 16);

function ed25519(read: () => KeyObject): KeyObject {
  let key: KeyObject;
  try {
    key = read();
  } catch (error) {
    throw failSkill("KEY_BAD", { detail: "it could not be read" }, error);
  }
  if (key.asymmetricKeyType !== "ed25519") throw failSkill("KEY_BAD", { detail: `it is of type ${key.asymmetricKeyType ?? "unknown"}` });
  return key;
}

/** Takes PEM or the bare base64 of the SPKI form. */
export function readPublicKey(text: string, name: string): TrustedKey {
  const key = ed25519(() => (text.includes("BEGIN") ? createPublicKey(text) : createPublicKey({ key: Buffer.from(text.trim(), "base64"), format: "der", type: "spki" })));
  return { id: keyIdOf(key), name, publicKey: spki(key).toString("base64") };
}

export function newSigningKey(): { readonly privatePem: string; readonly publicPem: string; readonly id: string } {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  return { privatePem: privateKey.export({ format: "pem", type: "pkcs8" }).toString(), publicPem: publicKey.export({ format: "pem", type: "spki" }).toString(), id: keyIdOf(publicKey) };
}

export function signPack(sealed: Sealed, privatePem: string): Uint8Array {
  const key = ed25519(() => createPrivateKey(privatePem));
  const signature = sign(null, message(sealed), key).toString("base64");
  return utf8(`${JSON.stringify({ format: CONTEXT, ...sealed, key: keyIdOf(createPublicKey(key)), signature }, null, 2)}\n`);
}

export type SignatureState =
  | { readonly state: "unsigned" }
  | { readonly state: "signed"; readonly by: TrustedKey }
  /** Signed well, by a key nobody here trusts. */
  | { readonly state: "stranger"; readonly keyId: string }
  | { readonly state: "broken"; readonly why: string };

export function checkSignature(file: Uint8Array | undefined, sealed: Sealed, trusted: readonly TrustedKey[]): SignatureState {
  if (file === undefined) return { state: "unsigned" };
  let parsed: z.infer<typeof SignatureFile>;
  try {
    parsed = SignatureFile.parse(JSON.parse(fromUtf8(file)));
  } catch {
    return { state: "broken", why: "its signature file cannot be read" };
  }
  if (parsed.pack !== sealed.pack || parsed.version !== sealed.version) return { state: "broken", why: `its signature is for ${parsed.pack} ${parsed.version}` };
  if (parsed.digest !== sealed.digest) return { state: "broken", why: "its files are not those that were signed" };
  const signer = trusted.find(({ id }) => id === parsed.key);
  if (signer === undefined) return { state: "stranger", keyId: parsed.key };
  const key = createPublicKey({ key: Buffer.from(signer.publicKey, "base64"), format: "der", type: "spki" });
  return verify(null, message(sealed), key, Buffer.from(parsed.signature, "base64")) ? { state: "signed", by: signer } : { state: "broken", why: "its signature does not verify" };
}
