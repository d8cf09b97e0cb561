import { createHash, verify, type KeyObject } from "node:crypto";
import { SignedXml, type HashAlgorithm, type SignatureAlgorithm } from "xml-crypto";
import { ENVELOPED, EXCLUSIVE } from "./names.ts";

// The one thing that a library does here. It is given the key, whatever the message says of keys, and the few methods that
// are taken; what it gives back are the very bytes that were hashed, and nothing else of the message is read after it.

const MORE = "http://www.w3.org/2001/04/xmldsig-more#";
const ENCRYPTION = "http://www.w3.org/2001/04/xmlenc#";
type Signer = { readonly kind: "rsa" | "ec"; readonly hash: string };
export const SIGNERS: ReadonlyMap<string, Signer> = new Map(["256", "384", "512"].flatMap((size): [string, Signer][] => [[`${MORE}rsa-sha${size}`, { kind: "rsa", hash: `sha${size}` }], [`${MORE}ecdsa-sha${size}`, { kind: "ec", hash: `sha${size}` }]]));
export const DIGESTS: ReadonlyMap<string, string> = new Map([[`${ENCRYPTION}sha256`, "sha256"], [`${MORE}sha384`, "sha384"], [`${ENCRYPTION}sha512`, "sha512"]]);

const signerOf = (name: string, { kind, hash }: Signer): (new () => SignatureAlgorithm) =>
  class implements SignatureAlgorithm {
    getAlgorithmName = (): string => name;
    getSignature = (): never => {
      throw new Error("nothing is signed here");
    };
    // ECDSA in XML is its two numbers side by side (RFC 4050), not DER.
    verifySignature = (material: string, key: unknown, value: string): boolean => (key as KeyObject).asymmetricKeyType === kind && verify(hash, Buffer.from(material), { key: key as KeyObject, dsaEncoding: "ieee-p1363" }, Buffer.from(value, "base64"));
  };
const digestOf = (name: string, hash: string): (new () => HashAlgorithm) =>
  class implements HashAlgorithm {
    getAlgorithmName = (): string => name;
    getHash = (text: string): string => createHash(hash).update(text, "utf8").digest("base64");
  };
const OUR_SIGNERS = Object.fromEntries([...SIGNERS].map(([name, of]) => [name, signerOf(name, of)]));
const OUR_DIGESTS = Object.fromEntries([...DIGESTS].map(([name, hash]) => [name, digestOf(name, hash)]));

/** `signature` is its own text as it stands in the document. The bytes that one of the keys signed. */
export function signedBytes(document: string, signature: string, keys: readonly KeyObject[]): string {
  let isChanged = false;
  for (const key of keys) {
    const checker = new SignedXml({ publicCert: key, getCertFromKeyInfo: () => null });
    checker.SignatureAlgorithms = OUR_SIGNERS;
    checker.HashAlgorithms = OUR_DIGESTS;
    checker.CanonicalizationAlgorithms = Object.fromEntries(Object.entries(checker.CanonicalizationAlgorithms).filter(([name]) => name === EXCLUSIVE || name === ENVELOPED));
    try {
      checker.loadSignature(signature);
      if (checker.checkSignature(document)) {
        const [bytes, ...more] = checker.getSignedReferences();
        if (bytes !== undefined && more.length === 0) return bytes;
      }
      // It tells "no" from an error: the hash of what it found is another than the one that is signed.
      isChanged = true;
    } catch {
      continue;
    }
  }
  throw new Error(isChanged ? "it was changed after it was signed" : "it is signed with a key that is in none of this provider's certificates");
}
