import { createHash, generateKeyPairSync, sign } from "node:crypto";

// A self-signed certificate for the lab's Redfish service, DER by hand (RFC 5280): Node makes keys but no certificates, and
// a machine without openssl must be able to run the lab.

const der = (tag: number, ...parts: readonly Uint8Array[]): Buffer => {
  const body = Buffer.concat(parts);
  const length = body.length < 128 ? Buffer.from([body.length]) : body.length < 256 ? Buffer.from([0x81, body.length]) : Buffer.from([0x82, body.length >> 8, body.length & 255]);
  return Buffer.concat([Buffer.from([tag]), length, body]);
};
const sequence = (...parts: readonly Uint8Array[]): Buffer => der(0x30, ...parts);
const oid = (hex: string): Buffer => der(0x06, Buffer.from(hex, "hex"));
const OID = { commonName: "550403", ecdsaSha256: "2a8648ce3d040302", altName: "551d11" } as const;

export function selfSigned(name: string, addresses: readonly string[], from: number): { readonly key: string; readonly certificate: string; readonly fingerprint: string } {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const who = sequence(der(0x31, sequence(oid(OID.commonName), der(0x0c, Buffer.from(name)))));
  const time = (ms: number): Buffer => der(0x18, Buffer.from(`${new Date(ms).toISOString().replace(/[-:T]/g, "").slice(0, 14)}Z`));
  const names = sequence(der(0x82, Buffer.from(name)), der(0x82, Buffer.from("localhost")), ...addresses.map((address) => der(0x87, Buffer.from(address.split(".").map(Number)))));
  const algorithm = sequence(oid(OID.ecdsaSha256));
  const serial = createHash("sha256").update(publicKey.export({ type: "spki", format: "der" })).digest().subarray(0, 16);
  serial[0] = (serial[0] ?? 0) & 0x7f || 1;
  const body = sequence(der(0xa0, der(0x02, Buffer.from([2]))), der(0x02, serial), algorithm, who, sequence(time(from - 86_400_000), time(from + 10 * 365 * 86_400_000)), who, publicKey.export({ type: "spki", format: "der" }), der(0xa3, sequence(sequence(oid(OID.altName), der(0x04, names)))));
  const certificate = sequence(body, algorithm, der(0x03, Buffer.from([0]), sign("sha256", body, privateKey)));
  return {
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    certificate: `-----BEGIN CERTIFICATE-----\n${certificate.toString("base64").replace(/(.{64})/g, "$1\n").trimEnd()}\n-----END CERTIFICATE-----\n`,
    fingerprint: createHash("sha256").update(certificate).digest("hex"),
  };
}
