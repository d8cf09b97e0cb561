import { fail } from "../failures.ts";

/** How one provider is reached. `headers` is asked anew for each try: keys come from the vault and are never kept. */
export type Endpoint = {
  readonly name: string;
  readonly baseUrl: string;
  readonly headers: () => Promise<Readonly<Record<string, string>>>;
  /** How long it may give no sign, before its answer begins and between two pieces of it; an answer may last as long as it flows. */
  readonly quietMs: number;
};

export type Http = {
  readonly fetch: typeof fetch;
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
  /** 0 to 1: spreads retries of many callers. */
  readonly random: () => number;
};

const TRIES = 3;
const RETRIED = new Set([408, 409, 425, 429, 500, 502, 503, 504, 529]);

/** Sends until an answer begins; back-off with jitter, `retry-after` obeyed. What began is never sent again. */
export async function post(http: Http, endpoint: Endpoint, path: string, body: unknown, signal: AbortSignal, sign?: (request: Request) => Promise<Request>): Promise<Response> {
  for (let attempt = 1; ; attempt += 1) {
    signal.throwIfAborted();
    const quiet = quietAfter(endpoint.quietMs);
    const own = AbortSignal.any([signal, quiet.signal]);
    let response: Response;
    try {
      const request = new Request(`${endpoint.baseUrl}${path}`, { method: "POST", headers: { "content-type": "application/json", ...(await endpoint.headers()) }, body: JSON.stringify(body), redirect: "error", signal: own });
      response = await http.fetch(sign ? await sign(request) : request);
    } catch (error) {
      quiet.rest();
      signal.throwIfAborted();
      if (attempt === TRIES) throw fail("PROVIDER_UNREACHABLE", { provider: endpoint.name, why: reasonOf(error) }, error);
      await http.wait(backOff(attempt, http.random()), signal);
      continue;
    }
    if (response.ok) return heard(response, quiet);
    const why = saidIn(await response.text().catch(() => ""));
    quiet.rest();
    if (!RETRIED.has(response.status)) throw fail("PROVIDER_REFUSED", { provider: endpoint.name, status: response.status, why: why || response.statusText });
    if (attempt === TRIES) throw response.status === 429 ? fail("PROVIDER_BUSY", { provider: endpoint.name, status: 429 }) : fail("PROVIDER_UNREACHABLE", { provider: endpoint.name, why: `${response.status}${why === "" ? "" : ` ${why}`}` });
    const asked = Number(response.headers.get("retry-after"));
    await http.wait(Number.isFinite(asked) && asked > 0 ? Math.min(asked * 1000, 30_000) : backOff(attempt, http.random()), signal);
  }
}

/** Ends a request whose server gave no sign for so long; each sign begins the time anew. */
function quietAfter(quietMs: number) {
  const controller = new AbortController();
  const end = () => controller.abort(new DOMException(`no sign for ${quietMs} ms`, "TimeoutError"));
  // A request that was left must not hold the process.
  let timer = setTimeout(end, quietMs).unref();
  return {
    signal: controller.signal,
    quietMs,
    sign() {
      clearTimeout(timer);
      timer = setTimeout(end, quietMs).unref();
    },
    rest: () => clearTimeout(timer),
  };
}

/** The same answer; each piece of its body is a sign. */
function heard(response: Response, quiet: ReturnType<typeof quietAfter>): Response {
  quiet.sign();
  if (!response.body) {
    quiet.rest();
    return response;
  }
  const pieces = new TransformStream<Uint8Array, Uint8Array>({
    transform(piece, into) {
      quiet.sign();
      into.enqueue(piece);
    },
    flush: quiet.rest,
  });
  return new Response(response.body.pipeThrough(pieces), response);
}

/** Why a body ended before it was whole. */
export const cutOf = (error: unknown, endpoint: Pick<Endpoint, "name" | "quietMs">): Error =>
  (error as Error).name === "TimeoutError" ? fail("PROVIDER_SILENT", { provider: endpoint.name, seconds: Math.round(endpoint.quietMs / 1000) }, error) : fail("PROVIDER_CUT", { provider: endpoint.name }, error);

const backOff = (attempt: number, random: number): number => 250 * 2 ** (attempt - 1) * (0.5 + random);

const TLS_WORDS: Readonly<Record<string, string>> = {
  ERR_TLS_CERT_ALTNAME_INVALID: "its certificate is for another name",
  CERT_HAS_EXPIRED: "its certificate has expired",
  DEPTH_ZERO_SELF_SIGNED_CERT: "its certificate is signed by nobody known here: put its authority into the folder ca of SENA's home",
  SELF_SIGNED_CERT_IN_CHAIN: "its certificate is signed by nobody known here: put its authority into the folder ca of SENA's home",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "its certificate is signed by nobody known here: put its authority into the folder ca of SENA's home",
};

function reasonOf(error: unknown): string {
  const cause = (error as { cause?: { code?: string; message?: string } }).cause;
  if ((error as Error).name === "TimeoutError") return "no answer in time";
  return TLS_WORDS[cause?.code ?? ""] ?? cause?.code ?? cause?.message ?? (error as Error).message;
}

/** The lines of a streaming body; a connection lost half-way is said so. */
export async function* linesOf(response: Response, endpoint: Endpoint, signal: AbortSignal): AsyncIterable<string> {
  if (!response.body) throw fail("PROVIDER_CUT", { provider: endpoint.name });
  const decoder = new TextDecoder();
  let rest = "";
  try {
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
      rest += decoder.decode(chunk, { stream: true });
      const lines = rest.split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) yield line.replace(/\r$/, "");
    }
  } catch (error) {
    signal.throwIfAborted();
    throw cutOf(error, endpoint);
  }
  if (rest !== "") yield rest;
}

/** Server-sent events: the data of each, with its event name. */
export async function* eventsOf(response: Response, endpoint: Endpoint, signal: AbortSignal): AsyncIterable<{ readonly event: string; readonly data: string }> {
  let event = "";
  let data: string[] = [];
  for await (const line of linesOf(response, endpoint, signal)) {
    if (line === "") {
      if (data.length > 0) yield { event, data: data.join("\n") };
      event = "";
      data = [];
    } else if (line.startsWith("data:")) data.push(line.slice(5).trimStart());
    else if (line.startsWith("event:")) event = line.slice(6).trim();
  }
  if (data.length > 0) yield { event, data: data.join("\n") };
}

export function parseJson(text: string, name: string): Record<string, unknown> {
  try {
    const value = JSON.parse(text) as unknown;
    if (typeof value === "object" && value !== null) return value as Record<string, unknown>;
  } catch {
    // said below
  }
  throw fail("MODEL_BAD_JSON", { why: `${name} sent what is not JSON` });
}

/** Keywords some engines ignore or refuse; our own check afterwards is against the whole schema. */
const LEFT_OUT = new Set(["pattern", "minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems", "format", "$schema", "examples", "default"]);
export function projected(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(projected);
  if (typeof schema !== "object" || schema === null) return schema;
  const kept = Object.entries(schema).filter(([key]) => !LEFT_OUT.has(key));
  const out: Record<string, unknown> = Object.fromEntries(kept.map(([key, value]) => [key, key === "properties" && typeof value === "object" && value !== null ? Object.fromEntries(Object.entries(value).map(([name, of]) => [name, projected(of)])) : projected(value)]));
  if (out["type"] === "object") out["additionalProperties"] = false;
  return out;
}

/** The sentence in a provider's answer to a failed request: each wraps it in another way. */
function saidIn(text: string): string {
  let said: unknown = text;
  try {
    const body = JSON.parse(text) as { readonly error?: { readonly message?: unknown } | string; readonly message?: unknown; readonly detail?: unknown };
    said = (typeof body.error === "object" ? body.error?.message : body.error) ?? body.message ?? body.detail ?? text;
  } catch {
    // no JSON: a proxy's page, or words
  }
  return (typeof said === "string" ? said : text).replace(/\s+/g, " ").trim().slice(0, 300);
}
