import { createCipheriv, createDecipheriv, createPrivateKey, createPublicKey, diffieHellman, generateKeyPairSync, hash, hkdfSync, type KeyObject } from "node:crypto";
import type { Json } from "./port.ts";

/**
 * Secrets are cut out before anything is committed: what was never written cannot leak from a bundle. Where an auditor's
 * public key is configured, the cut span itself is sealed to it, so that a court can still have it and nobody else can.
 */
export type Cut = { readonly kind: string; readonly span: string };
export type Redacted<Value> = { readonly value: Value; readonly cuts: readonly Cut[] };
export type Redactor = {
  /** The value with every secret replaced by `⟦cut: kind #n⟧`, and what was cut; undefined when there was nothing to cut. */
  redact(value: Json): Redacted<Json> | undefined;
  redactText(text: string): Redacted<string> | undefined;
};

type Pattern = { readonly kind: string; readonly find: RegExp; readonly group: number };

// Each pattern is specific enough not to eat ordinary output; `group` is the part that is secret.
const PATTERNS: readonly Pattern[] = [
  { kind: "private key", find: /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY-----[\s\S]*?(?:-----END (?:[A-Z0-9]+ )*PRIVATE KEY-----|$)/g, group: 0 },
  { kind: "password", find: /\b(?:(?:password|passphrase|secret|api[_-]?key|access[_-]?key|auth[_-]?token|token|community)\b["']?[ \t]*[=:]|(?:passwd|pwd)\b[ \t]*=)[ \t]*("(?:[^"\\\n]|\\.){3,}"|'[^'\n]{3,}'|[^\s"'`;,&|)\]}<>⟦]{3,})/gi, group: 1 },
  { kind: "password", find: /(?:^|\s)(?:--?(?:password|passwd|passphrase|token|secret|api-key))(?:=|\s+)("(?:[^"\\\n]|\\.)+"|'[^'\n]+'|[^\s"'⟦-][^\s"']*)/gi, group: 1 },
  { kind: "authorization", find: /\bauthorization["']?[ \t]*[:=][ \t]*["']?(?:basic|bearer|digest|token)[ \t]+([A-Za-z0-9+/._~=-]{6,})/gi, group: 1 },
  { kind: "password in address", find: /\b[a-z][a-z0-9+.-]{1,15}:\/\/[^\s/:@]{0,64}:([^\s/@]{1,256})@/gi, group: 1 },
  { kind: "access key", find: /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g, group: 0 },
  { kind: "token", find: /\b(?:gh[pousr]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{50,}|glpat-[A-Za-z0-9_-]{20,}|xox[abprs]-[A-Za-z0-9-]{10,}|hvs\.[A-Za-z0-9_-]{20,})/g, group: 0 },
  { kind: "token", find: /\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}/g, group: 0 },
  { kind: "password hash", find: /\$(?:1|2[abxy]|5|6|y|gy|7)\$[./A-Za-z0-9$=,]{20,}/g, group: 0 },
];
/** One quick look before the patterns: most values hold nothing like a secret. */
const PERHAPS = /PRIVATE KEY|passw|passphrase|pwd|secret|key|token|community|authorization|:\/\/|AKIA|ASIA|gh[pousr]_|github_pat|glpat|xox|hvs\.|eyJ|\$\d|\$2|\$y|\$g/i;
/** A stored "root" or "admin" would be cut out of every command there is. */
const SHORTEST_KNOWN = 6;

/** Asked for every entry: the same list as long as nothing changed, a new one afterwards. */
export type KnownSecrets = () => readonly string[];

const NONE: readonly string[] = [];
/** What was cut already, in quotes or not. */
const MARK = /^["']?⟦cut: [^⟧]*⟧["']?$/;

export function createRedactor(asked: KnownSecrets = () => NONE): Redactor {
  let given = NONE;
  let secrets = NONE;
  /** The longest first: a secret that contains another goes whole. */
  const knownSecrets = (): readonly string[] => {
    const now = asked();
    if (now === given) return secrets;
    given = now;
    secrets = now.filter((secret) => secret.length >= SHORTEST_KNOWN).toSorted((a, b) => b.length - a.length);
    return secrets;
  };

  const redactText: Redactor["redactText"] = (text) => {
    const known = knownSecrets();
    const present = known.length === 0 ? NONE : known.filter((secret) => text.includes(secret));
    if (present.length === 0 && !PERHAPS.test(text)) return undefined;
    const cuts: Cut[] = [];
    const cut = (kind: string, span: string): string => {
      cuts.push({ kind, span });
      return `⟦cut: ${kind} #${cuts.length}⟧`;
    };
    let out = text;
    for (const secret of present) out = out.split(secret).reduce((done, part) => `${done}${cut("known", secret)}${part}`);
    for (const { kind, find, group } of PATTERNS) {
      out = out.replace(find, (...match: (string | undefined)[]) => {
        const whole = match[0] as string;
        const secret = match[group] as string;
        if (MARK.test(secret)) return whole;
        const at = whole.lastIndexOf(secret);
        return `${whole.slice(0, at)}${cut(kind, secret)}${whole.slice(at + secret.length)}`;
      });
    }
    return cuts.length === 0 ? undefined : { value: out, cuts };
  };

  const redact: Redactor["redact"] = (value) => {
    if (typeof value === "string") return redactText(value);
    if (value === null || typeof value !== "object") return undefined;
    const cuts: Cut[] = [];
    const inner = (part: Json): Json => {
      const done = redact(part);
      if (done === undefined) return part;
      cuts.push(...done.cuts);
      return done.value;
    };
    const copy: Json = Array.isArray(value) ? (value as readonly Json[]).map(inner) : Object.fromEntries(Object.entries(value).map(([key, part]) => [key, inner(part as Json)]));
    return cuts.length === 0 ? undefined : { value: copy, cuts };
  };
  return { redact, redactText };
}

/** X25519, HKDF-SHA-256, AES-256-GCM; the shape of a one-shot HPKE with the context as its info. */
export type SealedSpan = { readonly to: string; readonly epk: string; readonly ct: string };
const SPKI_HEAD = Buffer.from("302a300506032b656e032100", "hex");
const PKCS8_HEAD = Buffer.from("302e020100300506032b656e04220420", "hex");
const raw = (key: KeyObject): Buffer => key.export({ format: "der", type: "spki" }).subarray(SPKI_HEAD.byteLength);

export type AuditorKey = { readonly id: string; readonly key: KeyObject };

/** `sena-auditor1` followed by base64url of 32 bytes: short enough to read over a desk. */
export function parseAuditorKey(text: string): AuditorKey | undefined {
  const bytes = /^sena-auditor1[A-Za-z0-9_-]{43}$/.test(text) ? Buffer.from(text.slice("sena-auditor1".length), "base64url") : undefined;
  if (bytes?.byteLength !== 32) return undefined;
  return { id: hash("sha256", bytes, "hex").slice(0, 16), key: createPublicKey({ key: Buffer.concat([SPKI_HEAD, bytes]), format: "der", type: "spki" }) };
}

export function newAuditorKey(): { readonly publicText: string; readonly privateText: string } {
  const { publicKey, privateKey } = generateKeyPairSync("x25519");
  return { publicText: `sena-auditor1${raw(publicKey).toString("base64url")}`, privateText: `sena-auditor-secret1${privateKey.export({ format: "der", type: "pkcs8" }).subarray(PKCS8_HEAD.byteLength).toString("base64url")}` };
}

export function sealSpans(to: AuditorKey, cuts: readonly Cut[], context: string): SealedSpan {
  const own = generateKeyPairSync("x25519");
  const epk = raw(own.publicKey);
  const key = spanKey(diffieHellman({ privateKey: own.privateKey, publicKey: to.key }), epk, context);
  // The key is used once, for this one message, so a fixed nonce repeats nothing.
  const cipher = createCipheriv("aes-256-gcm", key, Buffer.alloc(12));
  const body = Buffer.concat([cipher.update(JSON.stringify(cuts.map(({ kind, span }) => [kind, span]))), cipher.final(), cipher.getAuthTag()]);
  return { to: to.id, epk: epk.toString("base64url"), ct: body.toString("base64url") };
}

export function unsealSpans(privateText: string, sealed: SealedSpan, context: string): readonly Cut[] | undefined {
  try {
    const seed = Buffer.from(privateText.replace(/^sena-auditor-secret1/, ""), "base64url");
    const privateKey = createPrivateKey({ key: Buffer.concat([PKCS8_HEAD, seed]), format: "der", type: "pkcs8" });
    const epk = Buffer.from(sealed.epk, "base64url");
    const publicKey = createPublicKey({ key: Buffer.concat([SPKI_HEAD, epk]), format: "der", type: "spki" });
    const body = Buffer.from(sealed.ct, "base64url");
    const decipher = createDecipheriv("aes-256-gcm", spanKey(diffieHellman({ privateKey, publicKey }), epk, context), Buffer.alloc(12));
    decipher.setAuthTag(body.subarray(-16));
    const text = Buffer.concat([decipher.update(body.subarray(0, -16)), decipher.final()]).toString("utf8");
    return (JSON.parse(text) as [string, string][]).map(([kind, span]) => ({ kind, span }));
  } catch {
    return undefined;
  }
}

const spanKey = (shared: Buffer, epk: Buffer, context: string): Buffer => Buffer.from(hkdfSync("sha256", shared, epk, `sena sealed span v1 ${context}`, 32));
