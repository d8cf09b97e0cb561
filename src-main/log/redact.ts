/**
 * What a log line must not carry. By name for fields, by shape for text: a net under the rule that secrets are never
 * handed to the log in the first place.
 */
const SECRET_NAMES = /pass(word|phrase)?|secret|token|api[-_]?key|authorization|cookie|private[-_]?key|credential|otp|pin$/i;
const SECRET_SHAPES: readonly RegExp[] = [
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  /\b(?:Bearer|Basic)\s+[A-Za-z0-9+/=._~-]{8,}/gi,
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g,
  /\b(?:ghp|gho|ghs|glpat|xox[abpr]|sk|hvs)[-_][A-Za-z0-9_-]{16,}\b/g,
  /\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*/g,
  /((?:password|passwd|passphrase|secret|token)\s*[=:]\s*)("[^"]*"|'[^']*'|[^\s,;]+)/gi,
];
const DEPTH = 8;

export function redactText(text: string): string {
  let clean = text;
  for (const shape of SECRET_SHAPES) clean = clean.replace(shape, (_whole, ...groups: unknown[]) => (typeof groups[0] === "string" && /[=:]\s*$/.test(groups[0]) ? `${groups[0]}⟦redacted⟧` : "⟦redacted⟧"));
  return clean;
}

export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === "string") return redactText(value);
  if (typeof value !== "object" || value === null) return typeof value === "bigint" ? String(value) : value;
  if (depth >= DEPTH) return "⟦deep⟧";
  if (value instanceof Uint8Array) return `⟦${value.byteLength} bytes⟧`;
  if (Array.isArray(value)) return value.slice(0, 100).map((item) => redact(item, depth + 1));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, SECRET_NAMES.test(key) && item !== null && typeof item !== "boolean" ? "⟦redacted⟧" : redact(item, depth + 1)]));
}
