const MOST_CAUSES = 8;
const FULL: ReadonlySet<string> = new Set(["SQLITE_FULL", "ENOSPC", "EDQUOT"]);
const FAILS = /^(SQLITE_(IOERR|READONLY|CANTOPEN)|EROFS$|EIO$)/;

/** What a person can mend, and what goes on once they did: a disk that is full, or that fails. Looked for in the causes too. */
export function diskTroubleOf(error: unknown): { readonly code: string; readonly isFull: boolean } | undefined {
  for (let [at, cause] = [0, error]; cause instanceof Error && at < MOST_CAUSES; at += 1, cause = cause.cause) {
    const { code } = cause as { readonly code?: unknown };
    if (typeof code === "string" && (FULL.has(code) || FAILS.test(code))) return { code, isFull: FULL.has(code) };
  }
  return undefined;
}
