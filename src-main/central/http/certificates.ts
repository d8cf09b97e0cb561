import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes, sign, X509Certificate, type KeyObject } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { isIP } from "node:net";
import { join } from "node:path";

// An authority of this server's own, for houses that have none. DER by hand (RFC 5280): Node makes keys but no certificates.

const DAY_MS = 86_400_000;
const CA_DAYS = 3650;
const LEAF_DAYS = 397;
const RENEW_DAYS = 30;

export type ServerTls = { readonly key: string; readonly cert: string; /** What desktops pin. */ readonly ca: string; /** Made by this server; otherwise the house's. */ readonly isOwn: boolean; readonly fingerprint: string };

const der = (tag: number, ...parts: readonly Uint8Array[]): Buffer => {
  const body = Buffer.concat(parts);
  const { length } = body;
  const size = length < 128 ? Buffer.of(length) : length < 256 ? Buffer.of(0x81, length) : Buffer.of(0x82, length >> 8, length & 255);
  return Buffer.concat([Buffer.of(tag), size, body]);
};
const sequence = (...parts: readonly Uint8Array[]): Buffer => der(0x30, ...parts);
const oid = (hex: string): Buffer => der(0x06, Buffer.from(hex, "hex"));
const ECDSA_SHA256 = sequence(oid("2a8648ce3d040302"));
const time = (ms: number): Buffer => der(0x18, Buffer.from(`${new Date(ms).toISOString().replace(/[-:T]/g, "").slice(0, 14)}Z`));
const commonName = (name: string): Buffer => sequence(der(0x31, sequence(oid("550403"), der(0x0c, Buffer.from(name)))));
const extension = (id: string, isCritical: boolean, value: Uint8Array): Buffer => sequence(oid(id), ...(isCritical ? [der(0x01, Buffer.of(0xff))] : []), der(0x04, value));
const pem = (bytes: Buffer): string => `-----BEGIN CERTIFICATE-----\n${bytes.toString("base64").replace(/(.{64})/g, "$1\n").trimEnd()}\n-----END CERTIFICATE-----\n`;
const keyPem = (key: KeyObject): string => key.export({ type: "pkcs8", format: "pem" }).toString();

type Issue = { readonly subject: string; readonly issuer: string; readonly publicKey: KeyObject; readonly signer: KeyObject; readonly from: number; readonly days: number; readonly extensions: readonly Buffer[] };

function issue({ subject, issuer, publicKey, signer, from, days, extensions }: Issue): Buffer {
  const serial = randomBytes(16);
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40;
  const body = sequence(der(0xa0, der(0x02, Buffer.of(2))), der(0x02, serial), ECDSA_SHA256, commonName(issuer), sequence(time(from - DAY_MS), time(from + days * DAY_MS)), commonName(subject), publicKey.export({ type: "spki", format: "der" }), der(0xa3, sequence(...extensions)));
  return sequence(body, ECDSA_SHA256, der(0x03, Buffer.of(0), sign("sha256", body, signer)));
}

const addressBytes = (address: string): Buffer => {
  if (isIP(address) === 4) return Buffer.from(address.split(".").map(Number));
  const [head = "", tail = ""] = address.split("::");
  const left = head === "" ? [] : head.split(":");
  const right = tail === "" ? [] : tail.split(":");
  const middle = address.includes("::") ? Array.from({ length: 8 - left.length - right.length }, () => "0") : [];
  const bytes = Buffer.alloc(16);
  [...left, ...middle, ...right].forEach((part, index) => bytes.writeUInt16BE(Number.parseInt(part, 16), 2 * index));
  return bytes;
};
const altName = (name: string): Buffer => (isIP(name) === 0 ? der(0x82, Buffer.from(name)) : der(0x87, addressBytes(name)));

export const fingerprintOf = (certificate: string): string => createHash("sha256").update(new X509Certificate(certificate).raw).digest("hex");

/** Made once and kept; the server's own certificate is renewed before it ends and when its names change. */
export function ownAuthority(folder: string, names: readonly string[], now: number): ServerTls {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const at = (name: string): string => join(folder, name);
  if (!existsSync(at("ca.key"))) {
    const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const name = `SENA central ${randomBytes(4).toString("hex")}`;
    const extensions = [extension("551d13", true, sequence(der(0x01, Buffer.of(0xff)))), extension("551d0f", true, der(0x03, Buffer.of(1, 0x06)))];
    writeFileSync(at("ca.pem"), pem(issue({ subject: name, issuer: name, publicKey, signer: privateKey, from: now, days: CA_DAYS, extensions })), { mode: 0o644 });
    writeFileSync(at("ca.key"), keyPem(privateKey), { mode: 0o600, flag: "wx" });
  }
  const ca = readFileSync(at("ca.pem"), "utf8");
  if (!isGood(at("server.pem"), names, now)) {
    const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const extensions = [
      extension("551d13", true, sequence()),
      extension("551d0f", true, der(0x03, Buffer.of(7, 0x80))),
      extension("551d25", false, sequence(oid("2b06010505070301"))),
      extension("551d11", false, sequence(...names.map(altName))),
    ];
    const issuer = new X509Certificate(ca).subject.replace(/^CN=/, "");
    const leaf = issue({ subject: names[0] ?? "localhost", issuer, publicKey, signer: createPrivateKey(readFileSync(at("ca.key"))), from: now, days: LEAF_DAYS, extensions });
    writeFileSync(at("server.key"), keyPem(privateKey), { mode: 0o600 });
    writeFileSync(at("server.pem"), pem(leaf), { mode: 0o644 });
  }
  return { key: readFileSync(at("server.key"), "utf8"), cert: `${readFileSync(at("server.pem"), "utf8")}${ca}`, ca, isOwn: true, fingerprint: fingerprintOf(ca) };
}

function isGood(path: string, names: readonly string[], now: number): boolean {
  if (!existsSync(path)) return false;
  const certificate = new X509Certificate(readFileSync(path));
  const isNamed = names.every((name) => (isIP(name) === 0 ? certificate.checkHost(name) : certificate.checkIP(name)) !== undefined);
  return isNamed && Date.parse(certificate.validTo) - now > RENEW_DAYS * DAY_MS;
}

/** A certificate of the house: its key must fit, so that a mix-up is told here and not by every browser. */
export function givenCertificate(certPath: string, keyPath: string): ServerTls {
  const cert = readFileSync(certPath, "utf8");
  const key = readFileSync(keyPath, "utf8");
  const isPair = createPublicKey(createPrivateKey(key)).export({ type: "spki", format: "der" }).equals(new X509Certificate(cert).publicKey.export({ type: "spki", format: "der" }));
  if (!isPair) throw new Error(`the key in ${keyPath} does not belong to the certificate in ${certPath}`);
  // Desktops pin the highest certificate of the file: with its chain in it, renewing the server's own changes nothing for them.
  const ca = `${cert.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g)?.at(-1) ?? ""}\n`;
  return { key, cert, ca, isOwn: false, fingerprint: fingerprintOf(ca) };
}
