const NAMES: Readonly<Record<string, string>> = {
  script: "command", exitCode: "exit code", elapsedMs: "took (ms)", policyHash: "policy", cut: "bytes left out", say: "said", sha256: "SHA-256", ok: "held", cols: "columns", perType: "per type", defaultDays: "days kept", term: "terminal", isReattached: "reattached",
};
/** A field's name in the operator's words: auditors find the recorded name in the leaf. */
export const fieldName = (name: string): string => NAMES[name] ?? name.replace(/([a-z])([A-Z])/g, (_, low: string, high: string) => `${low} ${high.toLowerCase()}`).replaceAll(/[._]/g, " ");

const PROSE: ReadonlySet<string> = new Set(["reason", "say", "text", "title", "question", "answer", "note", "why"]);
/** What people wrote reads as text; what machines wrote, and what they run, keeps its columns. */
export const isProse = (name: string): boolean => PROSE.has(name);

/** Nothing was said: a line for it would only be read. */
export const isEmptyValue = (value: unknown): boolean => value === "" || value === null || (typeof value === "object" && Object.keys(value).length === 0);
