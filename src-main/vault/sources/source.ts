import { Failure } from "../../contract/failure.ts";
import { fail } from "../failures.ts";

export type Fetch = (url: string, init: { readonly method?: string; readonly headers?: Readonly<Record<string, string>>; readonly body?: string; readonly signal?: AbortSignal; readonly caFile?: string }) => Promise<{ readonly status: number; text(): Promise<string> }>;
export type SourceNeeds = {
  /** The network room's own: sealed mode refuses here. */
  readonly fetch: Fetch;
  readonly now: () => number;
  /** What signs in to the source, out of the local vault. */
  readonly reveal: (name: string) => Promise<string>;
};

/** What a refusal means in words; a source adds what its own codes mean. */
export type Meaning = (status: number, body: Record<string, unknown>) => string | undefined;

const STATUS_WORDS: Readonly<Record<number, string>> = {
  401: "it does not accept what signs in to it",
  403: "what signs in to it has expired, or may not read this",
  404: "it holds nothing under this path, or not in this version",
  429: "it is asked too often",
};
const TLS_WORDS: Readonly<Record<string, string>> = {
  ERR_TLS_CERT_ALTNAME_INVALID: "its certificate is for another name",
  CERT_HAS_EXPIRED: "its certificate has expired",
  CERT_NOT_YET_VALID: "its certificate is not valid yet",
  DEPTH_ZERO_SELF_SIGNED_CERT: "its certificate is signed by nobody known here: name its authority's file",
  SELF_SIGNED_CERT_IN_CHAIN: "its certificate is signed by nobody known here: name its authority's file",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "its certificate is signed by nobody known here: name its authority's file",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "its certificate is signed by nobody known here: name its authority's file",
};
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** What signs in and what comes back are both secrets: only TLS carries them off this machine. */
function assertPrivate(source: string, url: string): void {
  const { protocol, hostname } = new URL(url);
  if (protocol !== "https:" && !LOOPBACK.test(hostname)) throw fail("VAULT_SOURCE", { source, detail: "its address begins with http, which anyone on the way can read; use https" });
}

export type Answer = { readonly status: number; readonly body: Record<string, unknown> };

/** One JSON answer, whatever its status. The body of a refusal is never repeated: some servers echo what they were sent. */
export async function askAnswer(source: string, needs: SourceNeeds, url: string, init: Parameters<Fetch>[1]): Promise<Answer> {
  assertPrivate(source, url);
  let status: number;
  let text: string;
  try {
    const response = await needs.fetch(url, init);
    status = response.status;
    text = await response.text();
  } catch (error) {
    if (error instanceof Failure) throw error;
    const code = (error as { code?: unknown }).code;
    const detail = init.signal?.aborted ? "it did not answer in time" : typeof code === "string" && Object.hasOwn(TLS_WORDS, code) ? (TLS_WORDS[code] as string) : "it cannot be reached";
    throw fail("VAULT_SOURCE", { source, detail }, error);
  }
  return { status, body: jsonOf(source, status, text) };
}

function jsonOf(source: string, status: number, text: string): Record<string, unknown> {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch (error) {
    // A refusal may come from a proxy in HTML; its status says enough.
    if (!isGood(status)) return {};
    throw fail("VAULT_SOURCE", { source, detail: "its answer is not JSON" }, error);
  }
  return typeof body === "object" && body !== null ? (body as Record<string, unknown>) : {};
}
const isGood = (status: number): boolean => status >= 200 && status <= 299;

/** The body of a good answer, or a failure in words. */
export function goodBody(source: string, { status, body }: Answer, meaning?: Meaning): Record<string, unknown> {
  if (isGood(status)) return body;
  throw fail("VAULT_SOURCE", { source, detail: meaning?.(status, body) ?? STATUS_WORDS[status] ?? (status >= 500 ? `it is out of order (status ${status})` : `it answered with status ${status}`) });
}
export const askJson = async (source: string, needs: SourceNeeds, url: string, init: Parameters<Fetch>[1], meaning?: Meaning): Promise<Record<string, unknown>> => goodBody(source, await askAnswer(source, needs, url, init), meaning);

/** A token that is asked for when it is needed, kept in memory until shortly before its end, and thrown away when refused. */
export function keptToken(source: string, now: () => number, fetch: (signal: AbortSignal) => Promise<{ readonly value: unknown; readonly seconds: unknown }>) {
  const EARLY_MS = 60_000;
  let token: { readonly value: string; readonly until: number } | undefined;
  async function get(signal: AbortSignal): Promise<string> {
    if (token && token.until > now()) return token.value;
    const { value, seconds } = await fetch(signal);
    if (typeof value !== "string" || typeof seconds !== "number") throw fail("VAULT_SOURCE", { source, detail: "it gave no token" });
    token = { value, until: now() + seconds * 1000 - EARLY_MS };
    return value;
  }
  return {
    /** One more try with a fresh token when the server no longer takes the kept one: it may have been revoked there. */
    async with(signal: AbortSignal, refused: (answer: Answer) => boolean, ask: (token: string) => Promise<Answer>): Promise<Answer> {
      const isKept = token !== undefined;
      const answer = await ask(await get(signal));
      if (!isKept || !refused(answer)) return answer;
      token = undefined;
      return ask(await get(signal));
    },
  };
}

/** `path?version=3#field`: the part behind the last `#` names a field of what is stored there. */
export function splitField(full: string): { readonly path: string; readonly version: string | undefined; readonly field: string | undefined } {
  const hash = full.lastIndexOf("#");
  const rest = hash < 0 ? full : full.slice(0, hash);
  const versioned = /^(.*)\?version=([\w-]{1,64})$/s.exec(rest);
  return { path: versioned?.[1] ?? rest, version: versioned?.[2], field: hash < 0 ? undefined : full.slice(hash + 1) };
}

export function fieldOf(source: string, values: unknown, field: string | undefined): string {
  const record = typeof values === "object" && values !== null ? (values as Record<string, unknown>) : {};
  const names = Object.keys(record);
  const name = field ?? (names.length === 1 ? names[0] : undefined);
  const value = name === undefined ? undefined : record[name];
  if (typeof value !== "string") throw fail("VAULT_SOURCE", { source, detail: field === undefined ? `it holds ${names.length} fields: say which, as path#field` : `it has no field "${field}"` });
  return value;
}
export const textField = (source: string, value: unknown, field: string | undefined): string => {
  if (typeof value !== "string") throw fail("VAULT_SOURCE", { source, detail: "it holds no text" });
  if (field === undefined) return value;
  try {
    return fieldOf(source, JSON.parse(value), field);
  } catch (error) {
    if (error instanceof SyntaxError) throw fail("VAULT_SOURCE", { source, detail: "what it holds is not JSON, so it has no fields" });
    throw error;
  }
};
export const at = (value: unknown, ...path: readonly string[]): unknown => path.reduce<unknown>((inner, key) => (typeof inner === "object" && inner !== null ? (inner as Record<string, unknown>)[key] : undefined), value);
