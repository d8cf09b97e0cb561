import { createHash, createHmac, randomBytes, timingSafeEqual } from "node:crypto";

// OpenSSH's known_hosts, as sshd(8) describes it: plain, bracketed and hashed names, patterns with ! and wildcards,
// @revoked and @cert-authority lines. Pure but for the salt of a new hashed line.

export type KnownHost = {
  readonly marker: "@revoked" | "@cert-authority" | undefined;
  readonly names: string;
  readonly keyType: string;
  readonly key: Buffer;
  readonly file: string;
  readonly line: number;
};

export function parseKnownHosts(text: string, file: string): readonly KnownHost[] {
  return text.split("\n").flatMap((raw, index): KnownHost[] => {
    const fields = raw.trim().split(/\s+/);
    if (fields[0] === "" || fields[0]?.startsWith("#")) return [];
    const marker = fields[0]?.startsWith("@") ? fields.shift() : undefined;
    if (marker !== undefined && marker !== "@revoked" && marker !== "@cert-authority") return [];
    const [names, keyType, base64] = fields;
    if (!names || !keyType || !base64 || !/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return [];
    const key = Buffer.from(base64, "base64");
    // The type is inside the key too; a line whose two types differ is damaged.
    return keyTypeOf(key) === keyType ? [{ marker, names, keyType, key, file, line: index + 1 }] : [];
  });
}

export function keyTypeOf(key: Buffer): string | undefined {
  if (key.byteLength < 5) return undefined;
  const length = key.readUInt32BE(0);
  return length > 0 && length <= 64 && key.byteLength >= 4 + length ? key.toString("latin1", 4, 4 + length) : undefined;
}

export const fingerprintOf = (key: Buffer): string => `SHA256:${createHash("sha256").update(key).digest("base64").replace(/=+$/, "")}`;

/** `[name]:port` unless it is the usual port: how OpenSSH writes and looks them up. */
export const lookupName = (address: string, port: number): string => (port === 22 ? address.toLowerCase() : `[${address.toLowerCase()}]:${port}`);

export type KeyVerdict =
  | { readonly is: "known" }
  | { readonly is: "unknown" }
  | { readonly is: "revoked"; readonly by: KnownHost }
  /** Another key of the same type is on file: somebody else, or a host made anew. */
  | { readonly is: "changed"; readonly from: KnownHost };

export function judgeKey(known: readonly KnownHost[], name: string, key: Buffer): KeyVerdict {
  const type = keyTypeOf(key);
  const same = (other: KnownHost) => other.key.byteLength === key.byteLength && timingSafeEqual(other.key, key);
  // A revoked key is refused wherever it appears, whatever names the line has.
  const revoked = known.find((entry) => entry.marker === "@revoked" && same(entry));
  if (revoked) return { is: "revoked", by: revoked };
  const mine = known.filter((entry) => entry.marker === undefined && matches(entry.names, name));
  if (mine.some(same)) return { is: "known" };
  const other = mine.find((entry) => entry.keyType === type) ?? mine[0];
  // A host known by a key of another type is not simply "new": OpenSSH treats it as changed, and so do we.
  return other ? { is: "changed", from: other } : { is: "unknown" };
}

/** Key types already on file come first in the negotiation, so that a host is not taken for changed. */
export const knownTypes = (known: readonly KnownHost[], name: string): readonly string[] => known.filter((entry) => entry.marker === undefined && matches(entry.names, name)).map(({ keyType }) => keyType);

export function matches(names: string, name: string): boolean {
  if (names.startsWith("|1|")) {
    const [, , salt = "", hash = ""] = names.split("|");
    const own = createHmac("sha1", Buffer.from(salt, "base64")).update(name).digest();
    const given = Buffer.from(hash, "base64");
    return own.byteLength === given.byteLength && timingSafeEqual(own, given);
  }
  let isMatch = false;
  for (const pattern of names.split(",")) {
    const isNegated = pattern.startsWith("!");
    if (!wildcard(isNegated ? pattern.slice(1) : pattern).test(name)) continue;
    if (isNegated) return false;
    isMatch = true;
  }
  return isMatch;
}

const wildcard = (pattern: string): RegExp => new RegExp(`^${pattern.toLowerCase().replace(/[.+^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*").replaceAll("?", ".")}$`);

/** Hashed, so that the file does not list the network to whoever finds it. */
export function knownHostLine(name: string, key: Buffer, salt: Buffer = randomBytes(20)): string {
  const hash = createHmac("sha1", salt).update(name).digest("base64");
  return `|1|${salt.toString("base64")}|${hash} ${keyTypeOf(key)} ${key.toString("base64")}`;
}
