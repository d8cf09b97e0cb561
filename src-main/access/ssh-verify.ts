import { createHash, createPublicKey, verify, type KeyObject } from "node:crypto";

// What a key says about bytes, in SSH's own forms: RFC 8032 and RFC 5656 keys, and security keys (PROTOCOL.u2f), which sign
// over their application, what they asked of the person, and a counter.

/** What a security key said beside its yes. */
export type SecurityKeySaid = { readonly counter: number; /** It also asked for a PIN or a fingerprint. */ readonly isVerified: boolean };
export type Verified = { readonly securityKey?: SecurityKeySaid };

const SPKI_ED25519 = Buffer.from("302a300506032b6570032100", "hex");
const FLAG_USER_PRESENT = 0x01;
const FLAG_USER_VERIFIED = 0x04;
const P256_BYTES = 32;

const sha256 = (bytes: Uint8Array): Buffer => createHash("sha256").update(bytes).digest();
const ed25519 = (raw: Buffer): KeyObject => createPublicKey({ key: Buffer.concat([SPKI_ED25519, raw]), format: "der", type: "spki" });

export function reader(bytes: Buffer) {
  let at = 0;
  const take = (length: number): Buffer => {
    if (at + length > bytes.length) throw new RangeError("cut short");
    at += length;
    return bytes.subarray(at - length, at);
  };
  const u32 = (): number => take(4).readUInt32BE();
  return { take, u32, str: () => take(u32()), atEnd: () => at === bytes.length };
}
type Reader = ReturnType<typeof reader>;

/** Undefined unless the key's signature is good for exactly these bytes, and nothing is left over in either. */
export function verifyBlob(key: Buffer, signature: Buffer, data: Buffer): Verified | undefined {
  const readKey = reader(key);
  const type = readKey.str().toString();
  const readSig = reader(signature);
  if (readSig.str().toString() !== type) return undefined;
  switch (type) {
    case "ssh-ed25519": {
      const check = ed25519Check(readKey, readSig.str());
      return readKey.atEnd() && readSig.atEnd() && check?.(data) === true ? {} : undefined;
    }
    case "ecdsa-sha2-nistp256": {
      const check = p256Check(readKey, readSig.str());
      return readKey.atEnd() && readSig.atEnd() && check?.(data) === true ? {} : undefined;
    }
    case "sk-ssh-ed25519@openssh.com":
      return securityKey(ed25519Check(readKey, readSig.str()), readKey, readSig, data);
    case "sk-ecdsa-sha2-nistp256@openssh.com":
      return securityKey(p256Check(readKey, readSig.str()), readKey, readSig, data);
    default:
      return undefined;
  }
}

type Check = (data: Uint8Array) => boolean;

function ed25519Check(readKey: Reader, sig: Buffer): Check | undefined {
  const raw = readKey.str();
  return raw.length === 32 ? (data) => verify(null, data, ed25519(raw), sig) : undefined;
}

function p256Check(readKey: Reader, sig: Buffer): Check | undefined {
  const curve = readKey.str().toString();
  const point = readKey.str();
  const readSig = reader(sig);
  const [r, s] = [readSig.str(), readSig.str()].map(fixedWidth);
  if (curve !== "nistp256" || point.length !== 1 + 2 * P256_BYTES || point[0] !== 4 || r === undefined || s === undefined || !readSig.atEnd()) return undefined;
  const xy = [point.subarray(1, 1 + P256_BYTES), point.subarray(1 + P256_BYTES)].map((each) => each.toString("base64url")) as [string, string];
  return (data) => {
    try {
      const key = createPublicKey({ key: { kty: "EC", crv: "P-256", x: xy[0], y: xy[1] }, format: "jwk" });
      return verify("sha256", data, { key, dsaEncoding: "ieee-p1363" }, Buffer.concat([r, s]));
    } catch {
      return false; // a point that is not on the curve
    }
  };
}
/** An mpint is as short as it can be, or one zero longer; a signature's halves are 32 bytes. */
function fixedWidth(mpint: Buffer): Buffer | undefined {
  const digits = mpint[0] === 0 ? mpint.subarray(1) : mpint;
  return digits.length === 0 || digits.length > P256_BYTES ? undefined : Buffer.concat([Buffer.alloc(P256_BYTES - digits.length), digits]);
}

/** Untouched does not count: a key that any program can use without its owner proves nobody's will. */
function securityKey(check: Check | undefined, readKey: Reader, readSig: Reader, data: Buffer): Verified | undefined {
  const application = readKey.str();
  const flags = readSig.take(1);
  const counter = readSig.take(4);
  const isTouched = ((flags[0] as number) & FLAG_USER_PRESENT) !== 0;
  if (!isTouched || !readKey.atEnd() || !readSig.atEnd()) return undefined;
  const isGood = check?.(Buffer.concat([sha256(application), flags, counter, sha256(data)])) === true;
  return isGood ? { securityKey: { counter: counter.readUInt32BE(), isVerified: ((flags[0] as number) & FLAG_USER_VERIFIED) !== 0 } } : undefined;
}
