import { randomBytes } from "node:crypto";

// What became here of a request that belongs to a trace of a desktop, as OTLP/HTTP in JSON
// (https://opentelemetry.io/docs/specs/otlp/). Method, route, status and whose it was; nothing of what was said.

export type Served = { readonly traceparent: string; readonly method: string; readonly path: string; readonly status: number; readonly desktopId: string; readonly from: number; readonly to: number };
export type TraceNeeds = { readonly collector: string; readonly version: string; /** Once for each change: a collector that is away for a night fills no log. */ readonly tell: (level: "info" | "warn", message: string) => void; readonly everyMs?: number };

const SERVER = 2;
const STATUS_ERROR = 2;
const EVERY_MS = 2000;
const ANSWER_MS = 5000;
/** A collector that is away loses spans; it never costs the server its memory. */
const MOST = 2000;
/** https://www.w3.org/TR/trace-context/#traceparent-header */
const TRACEPARENT = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-[0-9a-f]{2}$/;

export function startTraces({ collector, version, tell, everyMs = EVERY_MS }: TraceNeeds) {
  let waiting: object[] = [];
  let sending: Promise<void> = Promise.resolve();
  let isFailing = false;
  const url = new URL(collector);
  if (url.pathname === "/") url.pathname = "/v1/traces";

  async function send(): Promise<void> {
    if (waiting.length === 0) return;
    const spans = waiting;
    waiting = [];
    const body = JSON.stringify({ resourceSpans: [{ resource: { attributes: [text("service.name", "sena-central"), text("service.version", version)] }, scopeSpans: [{ scope: { name: "sena-central", version }, spans }] }] });
    const response = await fetch(url, { method: "POST", redirect: "error", headers: { "content-type": "application/json" }, body, signal: AbortSignal.timeout(ANSWER_MS) });
    await response.body?.cancel();
    if (!response.ok) throw new Error(`it answered ${response.status}`);
    if (isFailing) tell("info", "the collector of traces takes them again");
    isFailing = false;
  }
  function failed(error: Error): void {
    const cause = error.cause instanceof Error ? ` (${error.cause.message})` : "";
    if (!isFailing) tell("warn", `the collector of traces takes none: ${error.message}${cause}; traces are lost until it does`);
    isFailing = true;
  }
  const turn = (): Promise<void> => (sending = sending.then(send).catch((error: unknown) => failed(error as Error)));
  const timer = setInterval(() => void turn(), everyMs);
  timer.unref();
  return {
    note({ traceparent, method, path, status, desktopId, from, to }: Served): void {
      const [, traceId, parentSpanId] = TRACEPARENT.exec(traceparent) ?? [];
      if (traceId === undefined || waiting.length >= MOST) return;
      waiting.push({
        traceId, parentSpanId, spanId: randomBytes(8).toString("hex"), name: `${method} ${path}`, kind: SERVER, startTimeUnixNano: `${from}000000`, endTimeUnixNano: `${to}000000`,
        attributes: [text("http.request.method", method), text("http.route", path), { key: "http.response.status_code", value: { intValue: String(status) } }, text("sena.desktop.id", desktopId)],
        status: status >= 500 ? { code: STATUS_ERROR } : {},
      });
    },
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await turn();
    },
  };
}
export type Traces = ReturnType<typeof startTraces>;

const text = (key: string, value: string) => ({ key, value: { stringValue: value } });
