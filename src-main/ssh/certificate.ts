import type { Client, ParsedKey } from "ssh2";
import { Failure, failer } from "../contract/failure.ts";
import type { Host } from "../inventory/port.ts";
import { SSH_FAILURES } from "./failures.ts";
import { fingerprintOf } from "./fingerprint.ts";
import { freshKey } from "./fresh-key.ts";

// Signing in with a certificate of minutes: a key is made for this one connection and never leaves memory, an SSH authority
// signs it, and the server believes the authority. ssh2 knows no certificates of users: it would name the certificate's type
// inside the signature too, where the plain type belongs (PROTOCOL.certkeys), so that one message is written here.
// The members of ssh2 used for it are not in its documentation (exact version pinned); a test against sshd says when they change.

const fail = failer(SSH_FAILURES);
const PLAIN = "ssh-ed25519";
const CERTIFIED = "ssh-ed25519-cert-v01@openssh.com";
/** A certificate that lives longer than this is a standing key by another name. */
const MOST_SECONDS = 3600;

export type CertificateAsk = { readonly source: string; readonly role: string; readonly principal: string; readonly publicKey: string };
export type Certificate = { readonly serial: string; readonly keyId: string; readonly principals: readonly string[]; readonly validBefore: number; readonly authority: string };
export interface Certifier {
  /** The certificate line for a public key line. */
  sign(ask: CertificateAsk, signal: AbortSignal): Promise<string>;
  /** On record before it is used; what cannot be recorded is not used. */
  record(host: Pick<Host, "id" | "name">, ask: CertificateAsk, certificate: Certificate): Promise<void>;
}

/** A key and its certificate, as ssh2 takes a key. */
export async function certifiedKey(host: Host, of: { readonly source: string; readonly role: string }, certifier: Certifier, now: () => number, signal: AbortSignal): Promise<ParsedKey> {
  const { key } = freshKey();
  const ask: CertificateAsk = { source: of.source, role: of.role, principal: host.user, publicKey: `${PLAIN} ${key.getPublicSSH().toString("base64")}` };
  const blob = Buffer.from((await certifier.sign(ask, signal)).split(" ")[1] ?? "", "base64");
  const certificate = readCertificate(blob, key.getPublicSSH());
  const objection = typeof certificate === "string" ? certificate : objectionTo(certificate, host.user, now() / 1000);
  if (typeof certificate === "string" || objection !== undefined) throw fail("SSH_CERTIFICATE", { host: host.name, source: of.source, role: of.role, why: String(objection) });
  await certifier.record(host, ask, certificate);
  return Object.create(key, { type: { value: CERTIFIED }, getPublicSSH: { value: () => blob } }) as ParsedKey;
}

function objectionTo({ principals, validBefore }: Certificate, user: string, nowS: number): string | undefined {
  if (!principals.includes(user)) return `it is for ${principals.join(", ") || "nobody by name"}, not for ${user}`;
  // The record names one account: what reaches more than that is more than was asked for.
  if (principals.length > 1) return `it is for ${principals.slice(0, 8).join(", ")}, and only ${user} was asked for; let the role sign for that one`;
  if (validBefore <= nowS) return "it has ended already; compare the clocks";
  // When it begins is left to the host's clock, which is the one that counts.
  return validBefore - nowS > MOST_SECONDS ? "it would be good for more than an hour; let the role sign for minutes" : undefined;
}

/** The fields of PROTOCOL.certkeys, or why it is none of ours. */
export function readCertificate(blob: Buffer, publicKey: Buffer): Certificate | string {
  let at = 0;
  const bytes = (): Buffer => {
    const from = at + 4;
    const size = blob.readUInt32BE(at);
    if (from + size > blob.length) throw new RangeError("too short");
    at = from + size;
    return blob.subarray(from, at);
  };
  const uint64 = (): bigint => blob.readBigUInt64BE((at += 8) - 8);
  try {
    if (bytes().toString("latin1") !== CERTIFIED) return "it is no certificate of an Ed25519 key";
    bytes(); // the authority's own random bytes
    const own = bytes();
    if (!publicKey.subarray(-own.length).equals(own) || own.length !== 32) return "it certifies another key";
    const serial = uint64();
    const kind = blob.readUInt32BE((at += 4) - 4);
    if (kind !== 1) return "it is a certificate of a host, not of an account";
    const keyId = bytes().toString("utf8");
    const listed = bytes();
    const principals: string[] = [];
    for (let place = 0; place < listed.length; ) {
      const size = listed.readUInt32BE(place);
      principals.push(listed.toString("utf8", place + 4, place + 4 + size));
      place += 4 + size;
    }
    uint64(); // valid after
    const validBefore = uint64();
    bytes(); // critical options: the server's to judge
    bytes(); // extensions
    bytes(); // reserved
    return { serial: String(serial), keyId: keyId.slice(0, 200), principals, validBefore: Number(validBefore), authority: fingerprintOf(bytes()) };
  } catch (error) {
    if (error instanceof Failure || !(error instanceof RangeError)) throw error;
    return "it cannot be read";
  }
}

type Signs = (data: Buffer, done: (signature: Buffer) => void) => void;
type Protocol = {
  authPK(user: string, key: ParsedKey, algorithm: string | undefined, signs?: Signs): void;
  readonly _kex: { readonly sessionID: Buffer };
  readonly _packetRW: { readonly write: { readonly allocStart: number; alloc(size: number): Buffer; finalize(packet: Buffer): Buffer } };
  readonly _authsQueue: string[];
  readonly _kexinit: unknown;
  _queue?: Buffer[];
  readonly _cipher: { encrypt(packet: Buffer): void };
};

const string = (value: string | Buffer): Buffer => {
  const bytes = Buffer.from(value);
  const size = Buffer.alloc(4);
  size.writeUInt32BE(bytes.length);
  return Buffer.concat([size, bytes]);
};

/** After `connect`: the signed request of a certified key is written here, every other one by ssh2. */
export function speakCertificates(client: Client): void {
  const protocol = (client as unknown as { readonly _protocol?: Protocol })._protocol;
  if (protocol === undefined) return;
  const plain = protocol.authPK.bind(protocol);
  protocol.authPK = (user, key, algorithm, signs) => {
    if ((key.type as string) !== CERTIFIED || signs === undefined) return plain(user, key, algorithm, signs);
    const request = Buffer.concat([Buffer.of(50), string(user), string("ssh-connection"), string("publickey"), Buffer.of(1), string(CERTIFIED), string(key.getPublicSSH())]);
    return signs(Buffer.concat([string(protocol._kex.sessionID), request]), (signature) => {
      const payload = Buffer.concat([request, string(Buffer.concat([string(PLAIN), string(signature)]))]);
      const { write } = protocol._packetRW;
      const packet = write.alloc(payload.length);
      packet.set(payload, write.allocStart);
      protocol._authsQueue.push("publickey");
      const ready = write.finalize(packet);
      // While keys are being exchanged, nothing else may be sent.
      if (protocol._kexinit === undefined) protocol._cipher.encrypt(ready);
      else (protocol._queue ??= []).push(ready);
    });
  };
}
