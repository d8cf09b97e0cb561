import { createHash, generateKeyPairSync, randomBytes, sign } from "node:crypto";

// An authenticator of WebAuthn in software (ES256, attestation "none"), as a phone or a security key would answer, with one
// wrong thing at a time where a test asks for it.

export type Lie = { origin?: string; rpId?: string; isUnseen?: boolean; counter?: number; challenge?: string; isForged?: boolean; type?: string };
const sha256 = (of: string | Uint8Array): Buffer => createHash("sha256").update(of).digest();
const head = (major: number, n: number): Buffer => (n < 24 ? Buffer.from([(major << 5) | n]) : n < 256 ? Buffer.from([(major << 5) | 24, n]) : Buffer.from([(major << 5) | 25, n >> 8, n & 255]));
/** As much of CBOR as two messages need. */
function cbor(value: unknown): Buffer {
  if (typeof value === "number") return value < 0 ? head(1, -value - 1) : head(0, value);
  if (typeof value === "string") return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
  if (value instanceof Uint8Array) return Buffer.concat([head(2, value.length), value]);
  const pairs = [...(value as Map<unknown, unknown>)];
  return Buffer.concat([head(5, pairs.length), ...pairs.flatMap(([key, each]) => [cbor(key), cbor(each)])]);
}

export function authenticator({ origin, rpId }: { readonly origin: string; readonly rpId: string }) {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const stranger = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const id = randomBytes(32);
  let counter = 0;
  const authData = (lie: Lie, attested: Buffer = Buffer.alloc(0)): Buffer => {
    const count = Buffer.alloc(4);
    count.writeUInt32BE(lie.counter ?? (counter += 1));
    return Buffer.concat([sha256(lie.rpId ?? rpId), Buffer.from([(lie.isUnseen ? 0x01 : 0x05) | (attested.length > 0 ? 0x40 : 0)]), count, attested]);
  };
  const clientData = (type: string, challenge: string, lie: Lie): Buffer => Buffer.from(JSON.stringify({ type: lie.type ?? type, challenge: lie.challenge ?? challenge, origin: lie.origin ?? origin, crossOrigin: false }));
  const answer = (response: object) => ({ id: id.toString("base64url"), rawId: id.toString("base64url"), type: "public-key", clientExtensionResults: {}, response });
  return {
    create({ challenge }: { readonly challenge: string }, lie: Lie = {}) {
      const { x = "", y = "" } = publicKey.export({ format: "jwk" });
      const key = cbor(new Map<unknown, unknown>([[1, 2], [3, -7], [-1, 1], [-2, Buffer.from(x, "base64url")], [-3, Buffer.from(y, "base64url")]]));
      const attested = Buffer.concat([Buffer.alloc(16), Buffer.from([0, id.length]), id, key]);
      const attestation = cbor(new Map<unknown, unknown>([["fmt", "none"], ["attStmt", new Map()], ["authData", authData(lie, attested)]]));
      return answer({ clientDataJSON: clientData("webauthn.create", challenge, lie).toString("base64url"), attestationObject: attestation.toString("base64url"), transports: ["internal"] });
    },
    get({ challenge }: { readonly challenge: string }, lie: Lie = {}) {
      const data = clientData("webauthn.get", challenge, lie);
      const auth = authData(lie);
      const signature = sign("sha256", Buffer.concat([auth, sha256(data)]), lie.isForged ? stranger.privateKey : privateKey);
      return answer({ clientDataJSON: data.toString("base64url"), authenticatorData: auth.toString("base64url"), signature: signature.toString("base64url"), userHandle: null });
    },
  };
}
