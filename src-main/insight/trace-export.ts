import { SYSTEM, type TraceExport } from "../contract/index.ts";
import type { Clock } from "../kernel/index.ts";
import type { Ledger } from "../ledger/port.ts";
import type { Store } from "../store/index.ts";
import { fail } from "./failures.ts";
import { otlpOf, type Traced } from "./otlp.ts";

type Post = (url: string, options: { readonly method: "POST"; readonly headers: Readonly<Record<string, string>>; readonly body: string; readonly signal: AbortSignal }) => Promise<{ readonly status: number; text(): Promise<string> }>;

export type TraceExportNeeds = {
  readonly store: Store;
  readonly ledger: Pick<Ledger, "append">;
  readonly post: Post;
  readonly reveal: (name: string, use: { readonly for: string }) => Promise<string>;
  readonly isSealed: () => boolean;
  readonly now: Clock;
  readonly version: string;
  /** Ends what is on its way. */
  readonly closing: AbortSignal;
  /** Runs that ended after this, oldest first, with where their time went. */
  readonly endedAfter: (at: number) => readonly Traced[];
};

export type TraceExporter = {
  view(): TraceExport;
  set(config: { readonly url: string; readonly isOn: boolean; readonly keySecret: string }): TraceExport;
  /** Sends what has ended since the last time; what the collector did not take is sent again later. */
  sendDue(): Promise<void>;
  /** When nothing is on its way any more. */
  idle(): Promise<void>;
};

type Row = { url: string; is_on: number; secret: string; after: number; sent: number; say: string };
const NONE: Row = { url: "", is_on: 0, secret: "", after: 0, sent: 0, say: "" };
const BATCH = 50;
const SEND_MS = 20_000;
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** A copy of the spans for a collector, where an admin wants one. Off by default; the record says before what leaves and to whom. */
export function createTraceExport(needs: TraceExportNeeds): TraceExporter {
  const { store, now } = needs;
  const read = store.sql<Row>("insight.export", "SELECT url, is_on, secret, after, sent, say FROM insight_export WHERE id = 1");
  const write = store.sql("insight.set-export", "INSERT INTO insight_export (id, url, is_on, secret, after, sent, say) VALUES (1, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET url = excluded.url, is_on = excluded.is_on, secret = excluded.secret, after = excluded.after, sent = excluded.sent, say = excluded.say");
  const row = (): Row => read.get() ?? NONE;
  const put = (of: Row) => void write.run([of.url, of.is_on, of.secret, of.after, of.sent, of.say]);
  const isBarred = (url: string): boolean => needs.isSealed() && !LOOPBACK.test(new URL(url).hostname);
  const view = (): TraceExport => {
    const { url, is_on, secret, sent, say } = row();
    const isOn = is_on === 1;
    return { url, isOn, keySecret: secret, sentRuns: sent, say: !isOn ? "Traces stay on this machine." : isBarred(url) ? "The network is sealed: nothing is sent. What ended meanwhile is sent when it is open again." : say };
  };

  async function send(batch: readonly Traced[], { url, secret }: Row): Promise<void> {
    const body = JSON.stringify(otlpOf(batch, needs.version));
    await needs.ledger.append({ type: "egress", actor: SYSTEM, session: "traces", fields: { to: new URL(url).host, for: `traces of ${batch.length} ${batch.length === 1 ? "run" : "runs"}`, bytes: Buffer.byteLength(body) } });
    const key = secret === "" ? {} : { authorization: `Bearer ${await needs.reveal(secret, { for: "the collector of traces" })}` };
    const { status, text } = await needs.post(url, { method: "POST", headers: { "content-type": "application/json", ...key }, body, signal: AbortSignal.any([needs.closing, AbortSignal.timeout(SEND_MS)]) });
    if (status < 200 || status > 299) throw new Error(`it answered ${status} ${(await text()).replace(/\s+/g, " ").slice(0, 120)}`.trim());
  }

  async function sendAll(): Promise<void> {
    for (;;) {
      const before = row();
      if (before.is_on === 0 || isBarred(before.url)) return;
      const due = needs.endedAfter(before.after);
      const end = due[BATCH - 1]?.run.endedAt;
      // Runs that ended in the same millisecond go together: the next batch begins after it.
      const batch = end === undefined || end === null ? due : due.filter(({ run }) => (run.endedAt ?? 0) <= end);
      const last = batch.at(-1)?.run.endedAt;
      if (last === undefined || last === null) return;
      try {
        await send(batch, before);
        const current = row();
        if (current.url === before.url) put({ ...current, after: last, sent: current.sent + batch.length, say: `Sent last at ${new Date(now()).toISOString()}.` });
      } catch (error) {
        put({ ...row(), say: `Not taken: ${(error as Error).message.slice(0, 200)}. ${due.length} ${due.length === 1 ? "run waits" : "runs wait"} and ${due.length === 1 ? "is" : "are"} sent again.` });
        return;
      }
    }
  }

  let sending: Promise<void> = Promise.resolve();
  return {
    view,
    set({ url, isOn, keySecret }) {
      if (isOn && url === "") throw fail("TRACES_NO_ADDRESS");
      if (isOn && isBarred(url)) throw fail("TRACES_SEALED", { host: new URL(url).host });
      const before = row();
      const isSame = before.url === url && before.is_on === 1;
      put({ url, is_on: isOn ? 1 : 0, secret: keySecret, after: isSame ? before.after : now(), sent: before.url === url ? before.sent : 0, say: "Nothing was sent yet: what ends from now on is." });
      return view();
    },
    sendDue: () => (sending = sending.then(sendAll)),
    idle: () => sending,
  };
}
