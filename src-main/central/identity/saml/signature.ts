import { createHash, verify, type KeyObject } from "node:crypto";
import { SignedXml, type HashAlgorithm, type SignatureAlgorithm } from "xml-crypto";
import { canonicalXml } from "./canonical.ts";
import { ENVELOPED, EXCLUSIVE } from "./names.ts";
import type { XmlElement } from "./xml.ts";

// The one thing that a library does here. It is given the key, whatever the message says of keys, and the few methods that
// are taken; what it gives back are the very bytes that were hashed, and nothing else of the message is read after it.

const MORE = "http://www.w3.org/2001/04/xmldsig-more#";
const ENCRYPTION = "http://www.w3.org/2001/04/xmlenc#";
type Signer = { readonly kind: "rsa" | "ec"; readonly hash: string };
export const SIGNERS: ReadonlyMap<string, Signer> = new Map(["256", "384", "512"].flatMap((size): [string, Signer][] => [[`${MORE}rsa-sha${size}`, { kind: "rsa", hash: `sha${size}` }], [`${MORE}ecdsa-sha${size}`, { kind: "ec", hash: `sha${size}` }]]));
export const DIGESTS: ReadonlyMap<string, string> = new Map([[`${ENCRYPTION}sha256`, "sha256"], [`${MORE}sha384`, "sha384"], [`${ENCRYPTION}sha512`, "sha512"]]);

/** ECDSA in XML is its two numbers side by side (RFC 4050), not DER. */
const verified = ({ kind, hash }: Signer, material: string, key: KeyObject, value: string): boolean => key.asymmetricKeyType === kind && verify(hash, Buffer.from(material), { key, dsaEncoding: "ieee-p1363" }, Buffer.from(value, "base64"));

const signerOf = (name: string, signer: Signer): (new () => SignatureAlgorithm) =>
  class implements SignatureAlgorithm {
    getAlgorithmName = (): string => name;
    getSignature = (): never => {
      throw new Error("nothing is signed here");
    };
    verifySignature = (material: string, key: unknown, value: string): boolean => verified(signer, material, key as KeyObject, value);
  };
const digestOf = (name: string, hash: string): (new () => HashAlgorithm) =>
  class implements HashAlgorithm {
    getAlgorithmName = (): string => name;
    getHash = (text: string): string => createHash(hash).update(text, "utf8").digest("base64");
  };
const OUR_SIGNERS = Object.fromEntries([...SIGNERS].map(([name, of]) => [name, signerOf(name, of)]));
const OUR_DIGESTS = Object.fromEntries([...DIGESTS].map(([name, hash]) => [name, digestOf(name, hash)]));

/**
 * The bytes that one of the keys signed. Whose signature it is comes first, over the list of what was signed alone: the library
 * hashes before it asks, and a stranger's document must not cost what a provider's may.
 */
export function signedBytes(document: string, signature: XmlElement, keys: readonly KeyObject[]): string {
  const key = keys.find((each) => isSignedWith(signature, each));
  if (key === undefined) throw new Error("it is signed with a key that is in none of this provider's certificates");
  const checker = new SignedXml({ publicCert: key, getCertFromKeyInfo: () => null });
  checker.SignatureAlgorithms = OUR_SIGNERS;
  checker.HashAlgorithms = OUR_DIGESTS;
  checker.CanonicalizationAlgorithms = Object.fromEntries(Object.entries(checker.CanonicalizationAlgorithms).filter(([name]) => name === EXCLUSIVE || name === ENVELOPED));
  checker.loadSignature(document.slice(signature.from, signature.to));
  const [bytes, ...more] = checker.checkSignature(document) ? checker.getSignedReferences() : [];
  if (bytes === undefined || more.length > 0) throw new Error("it was changed after it was signed");
  return bytes;
}

function isSignedWith(signature: XmlElement, key: KeyObject): boolean {
  const [info, value] = signature.children;
  const signer = SIGNERS.get(info?.children[1]?.attributes.get("Algorithm") ?? "");
  return info !== undefined && value !== undefined && signer !== undefined && verified(signer, canonicalXml(info), key, value.text);
}
