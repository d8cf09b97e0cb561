/**
 * Failures are a list. A room declares its own with `defineFailures`; `contract/index.ts` joins them. Each code has a
 * sentence that tells the operator what happened and what to do next, built from data that crosses the wire.
 */
export type FailureData = Readonly<Record<string, string | number | boolean>>;
export type FailureKind = {
  /** True when doing the same again may work without anyone changing anything. */
  readonly retryable: boolean;
  readonly say: (data: FailureData) => string;
  /** The HTTP status REST answers with. */
  readonly status?: number;
};

export const defineFailures = <const F extends Readonly<Record<string, FailureKind>>>(failures: F): F => failures;

/** The only error that crosses a boundary with its own words; all else becomes INTERNAL plus a reference. */
export class Failure extends Error {
  override readonly name = "Failure";
  readonly code: string;
  readonly data: FailureData;
  readonly retryable: boolean;
  readonly status: number;
  constructor(code: string, message: string, options: { data?: FailureData; retryable?: boolean; status?: number; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.data = options.data ?? {};
    this.retryable = options.retryable ?? false;
    this.status = options.status ?? 400;
  }
}

/** `const fail = failer(LEDGER_FAILURES); throw fail("LEDGER_FULL", { path })`: the code is checked by the compiler. */
export const failer =
  <F extends Readonly<Record<string, FailureKind>>>(failures: F) =>
  (code: keyof F & string, data: FailureData = {}, cause?: unknown): Failure => {
    const kind = failures[code] as FailureKind;
    return new Failure(code, kind.say(data), { data, retryable: kind.retryable, status: kind.status ?? 400, cause });
  };

/** Failures of the link itself, which any procedure may meet. */
export const LINK_FAILURES = defineFailures({
  BAD_INPUT: { retryable: false, status: 400, say: (d) => `The request does not fit: ${d["detail"] ?? "unknown field or type"}. Nothing was done.` },
  NO_SUCH_PROCEDURE: { retryable: false, status: 404, say: (d) => `There is no procedure "${d["path"]}". The screen and the core may be of different versions: reload the window.` },
  FORBIDDEN: { retryable: false, status: 403, say: (d) => `This needs the "${d["permission"]}" permission, which ${d["name"] ?? "you"} do not have. Ask an admin, or unlock as someone who has it.` },
  LOCKED: { retryable: true, status: 401, say: () => "SENA is locked. Unlock it and try again; nothing was done." },
  CANCELLED: { retryable: true, status: 499, say: () => "Stopped before it finished." },
  DISCONNECTED: { retryable: true, status: 503, say: () => "The connection to the core was lost. It reconnects by itself; what was acknowledged is safe." },
  TOO_LARGE: { retryable: false, status: 413, say: (d) => `The message is larger than ${d["limit"]} bytes and was refused.` },
  TOO_MUCH_AT_ONCE: { retryable: false, status: 413, say: (d) => `This is more than the ${d["megabytes"]} MB that travel between a screen and the core at once, so it was not sent. Nothing was lost, and everything else goes on. Ask for less of it: a shorter time, fewer hosts.` },
  TOO_MANY: { retryable: true, status: 429, say: () => "Too many things are running on this connection. Wait for one to end." },
  NOT_FOUND: { retryable: false, status: 404, say: (d) => `There is no ${d["what"] ?? "such thing"} "${d["id"] ?? ""}". It may have been removed.` },
  DISK_FULL: { retryable: true, status: 507, say: () => "The disk that holds SENA's home is full, so this was not done, or not to its end. What was acknowledged is safe, and nothing runs on a host that is not on record. Free some space there, and say it again; SENA itself goes on without a restart." },
  DISK_FAILS: { retryable: true, status: 503, say: (d) => `The disk that holds SENA's home does not take or give what it should (${d["code"]}), so this was not done, or not to its end. What was acknowledged is safe, and nothing runs on a host that is not on record. Look after the disk, and say it again; SENA goes on by itself.` },
  INTERNAL: { retryable: false, status: 500, say: (d) => `Something went wrong inside SENA (reference ${d["ref"]}). Nothing acknowledged was lost; the log has the details.` },
});
