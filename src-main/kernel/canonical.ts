/**
 * JSON Canonicalization Scheme (RFC 8785). Numbers and strings serialise as ECMAScript does, which is what the RFC asks
 * for; keys sort by UTF-16 code units, which is what `<` on strings compares.
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "number") {
    if (!Number.isFinite(value)) throw new TypeError("a canonical JSON number is finite");
    return JSON.stringify(value);
  }
  if (typeof value === "string") {
    // RFC 8785 §3.2.2.2: lone surrogates are an error, JSON.stringify would escape them.
    if (!value.isWellFormed()) throw new TypeError("a canonical JSON string is well-formed Unicode");
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value === "object") {
    const record = value as Record<string, unknown>;
    const keys = Object.keys(record).filter((key) => record[key] !== undefined).sort();
    return `{${keys.map((key) => `${canonicalJson(key)}:${canonicalJson(record[key])}`).join(",")}}`;
  }
  throw new TypeError(`a ${typeof value} has no canonical JSON`);
}
