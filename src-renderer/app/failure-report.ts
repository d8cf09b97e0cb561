/** What goes to the log and to the clipboard when something broke. The limits are those of the contract's `app.report`. */
export type FailureReport = { readonly ref: string; readonly message: string; readonly stack: string };

export const reportOf = (failure: unknown, uuid: string): FailureReport => {
  const ref = `scr-${uuid.replaceAll("-", "").slice(0, 10)}`;
  if (!(failure instanceof Error)) return { ref, message: String(failure).slice(0, 4000), stack: "" };
  const cause = failure.cause instanceof Error ? `\ncaused by ${failure.cause.stack ?? failure.cause.message}` : "";
  return { ref, message: failure.message.slice(0, 4000), stack: `${failure.stack ?? ""}${cause}`.slice(0, 16_000) };
};

const EXPECTED_CODES = new Set(["DISCONNECTED", "CANCELLED", "LOCKED", "FORBIDDEN"]);

/** Part of ordinary life: the banner, the lock screen or the caller says it. */
export const isExpected = (failure: unknown): boolean => {
  if (typeof failure !== "object" || failure === null) return false;
  const { name, code } = failure as { name?: unknown; code?: unknown };
  return name === "AbortError" || (typeof code === "string" && EXPECTED_CODES.has(code));
};

type Circumstances = { readonly version: string; readonly screen: string; readonly at: string; readonly agent: string };

/** Plain text that can be pasted into a ticket. Holds no host names, no commands: only what broke and where. */
export const reportText = (report: FailureReport, about: Circumstances): string =>
  [`SENA ${about.version} · screen failure ${report.ref}`, `when    ${about.at}`, `screen  ${about.screen}`, `browser ${about.agent}`, "", report.message, "", report.stack].join("\n").trimEnd();
