import { createHmac, timingSafeEqual } from "node:crypto";

// OpenSSH's known_hosts (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT): plain, wildcard, negated and hashed names, and the markers
// @cert-authority and @revoked. Pure: text in, verdict out.

export type KnownHostLine = {
  readonly marker: "none" | "cert-authority" | "revoked";
  readonly names: string;
  readonly type: string;
  readonly key: Uint8Array;
  readonly comment: string;
  readonly file: string;
  readonly line: number;
};
export type KnownHostsProblem = { readonly file: string; readonly line: number; readonly why: string };

export function parseKnownHosts(text: string, file: string): { readonly lines: readonly KnownHostLine[]; readonly problems: readonly KnownHostsProblem[] } {
  const lines: KnownHostLine[] = [];
  const problems: KnownHostsProblem[] = [];
  text.split(/\r?\n/).forEach((raw, index) => {
    const trimmed = raw.trim();
    if (trimmed === "" || trimmed.startsWith("#")) return;
    const line = index + 1;
    const words = trimmed.split(/[ \t]+/);
    const marker = words[0]?.startsWith("@") ? words.shift() : undefined;
    if (marker !== undefined && marker !== "@cert-authority" && marker !== "@revoked") return void problems.push({ file, line, why: `unknown marker ${marker.slice(0, 40)}` });
    const [names, type, base64, ...comment] = words;
    if (names === undefined || type === undefined || base64 === undefined) return void problems.push({ file, line, why: "needs a name, a key type and a key" });
    const key = Buffer.from(base64, "base64");
    if (keyTypeOf(key) !== type) return void problems.push({ file, line, why: "the key does not decode to its stated type" });
    return void lines.push({ marker: marker === "@cert-authority" ? "cert-authority" : marker === "@revoked" ? "revoked" : "none", names, type, key, comment: comment.join(" "), file, line });
  });
  return { lines, problems };
}

/** The type a public key blob says of itself (RFC 4253 §6.6): a length and a name. */
export function keyTypeOf(key: Uint8Array): string | undefined {
  if (key.byteLength < 8) return undefined;
  const length = new DataView(key.buffer, key.byteOffset).getUint32(0);
  return length > 64 || length + 4 > key.byteLength ? undefined : Buffer.from(key.subarray(4, 4 + length)).toString("latin1");
}

/** How a host is written in the file: the port only when it is not 22. */
export const knownHostName = (address: string, port: number): string => (port === 22 ? address.toLowerCase() : `[${address.toLowerCase()}]:${port}`);

export function namesMatch(names: string, host: string): boolean {
  if (names.startsWith("|")) return hashedMatch(names, host);
  let isMatch = false;
  for (const pattern of names.split(",")) {
    const isNegated = pattern.startsWith("!");
    if (!globMatch(isNegated ? pattern.slice(1) : pattern, host)) continue;
    if (isNegated) return false;
    isMatch = true;
  }
  return isMatch;
}

function hashedMatch(names: string, host: string): boolean {
  const [, version, salt, hash] = names.split("|");
  if (version !== "1" || salt === undefined || hash === undefined) return false;
  const expected = Buffer.from(hash, "base64");
  const actual = createHmac("sha1", Buffer.from(salt, "base64")).update(host).digest();
  return expected.length === actual.length && timingSafeEqual(expected, actual);
}

/** `*` and `?` as ssh_config(5) has them; linear, so that no pattern can stall the core. */
export function globMatch(pattern: string, text: string): boolean {
  const p = pattern.toLowerCase();
  const t = text.toLowerCase();
  let i = 0;
  let j = 0;
  let star = -1;
  let mark = 0;
  while (j < t.length) {
    if (i < p.length && (p[i] === "?" || p[i] === t[j]) && p[i] !== "*") (i += 1), (j += 1);
    else if (p[i] === "*") (star = i), (mark = j), (i += 1);
    else if (star >= 0) (i = star + 1), (mark += 1), (j = mark);
    else return false;
  }
  while (p[i] === "*") i += 1;
  return i === p.length;
}

export type KeyVerdict =
  | { readonly is: "known"; readonly line: KnownHostLine }
  | { readonly is: "revoked"; readonly line: KnownHostLine }
  | { readonly is: "changed"; readonly known: readonly KnownHostLine[] }
  /** Known by keys of other types only: as new as an unknown host, but worth telling. */
  | { readonly is: "unknown"; readonly otherTypes: readonly KnownHostLine[] }
  | { readonly is: "certificate-only"; readonly line: KnownHostLine };

/**
 * Revoked beats everything, wherever it stands; then a match; then a difference; then never seen. `before`: for hosts where
 * no key but those ever seen may come in by a plain yes, the keys that were forgotten: there a key of another type, or
 * another than the forgotten one, is a changed key. Whoever stands in between chooses which type to offer.
 */
export function judgeKey(lines: readonly KnownHostLine[], host: string, key: Uint8Array, before?: readonly KnownHostLine[]): KeyVerdict {
  const same = (line: KnownHostLine): boolean => line.key.byteLength === key.byteLength && timingSafeEqual(line.key, key);
  const revoked = lines.find((line) => line.marker === "revoked" && same(line) && namesMatch(line.names, host));
  if (revoked) return { is: "revoked", line: revoked };
  const own = lines.filter((line) => line.marker === "none" && namesMatch(line.names, host));
  const match = own.find(same);
  if (match) return { is: "known", line: match };
  const type = keyTypeOf(key);
  const sameType = own.filter((line) => line.type === type);
  if (sameType.length > 0) return { is: "changed", known: sameType };
  const ever = before === undefined || before.some(same) ? [] : [...own, ...before];
  if (ever.length > 0) return { is: "changed", known: ever };
  const authority = lines.find((line) => line.marker === "cert-authority" && namesMatch(line.names, host));
  if (authority) return { is: "certificate-only", line: authority };
  return { is: "unknown", otherTypes: own };
}

/** Key types already on file for a host, so that the server is asked for those first and not for one never seen. */
export const knownTypes = (lines: readonly KnownHostLine[], host: string): readonly string[] => [...new Set(lines.filter((line) => line.marker === "none" && namesMatch(line.names, host)).map((line) => line.type))];

export const knownHostLine = (host: string, key: Uint8Array, comment: string): string => `${host} ${keyTypeOf(key) ?? "unknown"} ${Buffer.from(key).toString("base64")}${comment === "" ? "" : ` ${comment}`}`;

/** The same name, not readable by who takes the file: `HashKnownHosts yes`. */
export function hashedName(host: string, salt: Uint8Array): string {
  return `|1|${Buffer.from(salt).toString("base64")}|${createHmac("sha1", salt).update(host).digest("base64")}`;
}
