import { LIMITS } from "../blocks.ts";

export type Answer = { readonly status: number; readonly headers: Headers; readonly bytes: Uint8Array };
export type Http = {
  /** Answers 2xx and what `accepts` names; throws a sentence for all else. */
  send(url: string, options?: { readonly method?: string; readonly headers?: Readonly<Record<string, string>>; readonly body?: string; readonly accepts?: readonly number[] }): Promise<Answer>;
  json<T>(url: string, headers: Readonly<Record<string, string>>): Promise<T>;
};
type Needs = {
  readonly signal: AbortSignal;
  /** Throws when this host may not be reached now (the network is sealed). */
  readonly mayReach: (host: string) => Promise<void>;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly now: () => number;
  readonly perSecond?: number;
};

/** A source that cannot be read now, in the operator's words. `waitMs`: the source asked for so much patience. */
export class SourceTrouble extends Error {
  override readonly name = "SourceTrouble";
  readonly waitMs: number;
  constructor(message: string, waitMs = 0) {
    super(message);
    this.waitMs = waitMs;
  }
}

const TRIES = 4;
const TIMEOUT_MS = 30_000;
/** A wait longer than this is left to the schedule: the next run goes on where this one stopped. */
const PATIENCE_MS = 20_000;
const REDIRECTS = 4;

/** One polite client: a bounded rate, patience where it is asked for, no header carried to another origin. */
export function createHttp({ signal, mayReach, sleep, now, perSecond = 10 }: Needs): Http {
  let nextAt = 0;
  const turn = async () => {
    const wait = nextAt - now();
    nextAt = Math.max(now(), nextAt) + 1_000 / perSecond;
    if (wait > 0) await sleep(wait, signal);
  };

  async function once(url: string, options: { readonly method?: string; readonly headers?: Readonly<Record<string, string>>; readonly body?: string }): Promise<Response> {
    const origin = new URL(url).origin;
    let at = url;
    for (let hop = 0; hop <= REDIRECTS; hop += 1) {
      const to = new URL(at);
      if (to.protocol !== "https:" && to.protocol !== "http:") throw new SourceTrouble(`it led to ${to.protocol}, which is not followed`);
      await mayReach(to.hostname);
      await turn();
      const headers = to.origin === origin ? options.headers : undefined;
      const response = await fetch(at, { method: hop === 0 ? (options.method ?? "GET") : "GET", redirect: "manual", signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]), headers: { "user-agent": "SENA", ...headers }, ...(options.body === undefined || hop > 0 ? {} : { body: options.body }) });
      const location = response.headers.get("location");
      if (response.status < 300 || response.status > 399 || response.status === 304 || location === null) return response;
      await response.body?.cancel();
      at = new URL(location, at).href;
    }
    throw new SourceTrouble("it led from address to address without an end");
  }

  async function send(url: string, { accepts = [], ...options }: Parameters<Http["send"]>[1] = {}): Promise<Answer> {
    const host = new URL(url).host;
    for (let attempt = 1; ; attempt += 1) {
      let response: Response;
      try {
        response = await once(url, options);
      } catch (error) {
        if (signal.aborted || error instanceof SourceTrouble) throw error;
        const why = (error as Error & { cause?: { code?: string } }).cause?.code ?? (error as Error).name;
        if (attempt >= TRIES) throw new SourceTrouble(`${host} could not be reached (${why})`);
        await sleep(250 * 2 ** attempt, signal);
        continue;
      }
      if (response.ok || accepts.includes(response.status)) return { status: response.status, headers: response.headers, bytes: await bounded(response) };
      await response.body?.cancel();
      const asked = patience(response.headers.get("retry-after"), now());
      if (response.status === 429 || response.status >= 500) {
        const wait = asked ?? 250 * 2 ** attempt;
        if (attempt >= TRIES || wait > PATIENCE_MS) throw new SourceTrouble(response.status === 429 ? `${host} asked for fewer questions` : `${host} answered ${response.status}`, asked ?? 0);
        await sleep(wait, signal);
        continue;
      }
      if (response.status === 401 || response.status === 403) throw new SourceTrouble(`${host} refused the credential (${response.status}): it may have expired, or may not read this`);
      throw new SourceTrouble(`${host} answered ${response.status} for ${new URL(url).pathname}`);
    }
  }

  return {
    send,
    async json<T>(url: string, headers: Readonly<Record<string, string>>): Promise<T> {
      const { bytes } = await send(url, { headers: { accept: "application/json", ...headers } });
      try {
        return JSON.parse(new TextDecoder().decode(bytes)) as T;
      } catch {
        throw new SourceTrouble(`${new URL(url).host} did not answer with JSON: is the address that of the right service?`);
      }
    },
  };
}

/** Seconds, or a date. */
const patience = (header: string | null, now: number): number | undefined => {
  if (header === null) return undefined;
  const seconds = Number(header);
  const wait = Number.isFinite(seconds) ? seconds * 1_000 : Date.parse(header) - now;
  return Number.isFinite(wait) ? Math.max(0, wait) : undefined;
};

async function bounded(response: Response): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    size += part.byteLength;
    if (size > LIMITS.fileBytes) throw new SourceTrouble(`an answer is larger than ${LIMITS.fileBytes >> 20} MiB`);
    parts.push(part);
  }
  return Buffer.concat(parts);
}
