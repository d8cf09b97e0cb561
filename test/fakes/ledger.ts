import { createHash } from "node:crypto";
import { Failure } from "../../src-main/contract/failure.ts";
import type { Head, Ledger, NewEntry, Receipt, Recording } from "../../src-main/ledger/port.ts";

export type FakeEntry = NewEntry & { readonly seq: number };
export type FakeRecording = { readonly session: string; readonly host: string; readonly events: { code: "o" | "i" | "r" | "m" | "gap" | "x"; data: string }[]; closed: boolean };

/**
 * A ledger in memory with the port's manners: it answers only after a turn of the loop, refuses when told to break, and
 * keeps what it was given for the test to look at. It proves nothing; the real one does.
 */
export type FakeLedger = Ledger & {
  readonly entries: readonly FakeEntry[];
  readonly casts: readonly FakeRecording[];
  /** Entries of one type, oldest first. */
  of(type: NewEntry["type"]): readonly FakeEntry[];
  /** From now on every append and recording is refused, until `mend`. */
  breakWith(failure: Failure): void;
  mend(): void;
};

export function fakeLedger(): FakeLedger {
  const entries: FakeEntry[] = [];
  const casts: FakeRecording[] = [];
  const spent = new Map<string, number>();
  let failure: Failure | undefined;
  let root = "0".repeat(64);
  const head = (): Head => ({ size: entries.length, root, note: `fake.internal/log\n${entries.length}\n${root}\n\n— fake.internal/log AAAAAAA=\n` });
  const assertWritable = (): void => {
    if (failure !== undefined) throw failure;
  };

  const append = async (entry: NewEntry): Promise<Receipt> => {
    await new Promise((resolve) => setImmediate(resolve));
    assertWritable();
    const used = entry.once?.find((name) => spent.has(name));
    if (used !== undefined) throw new Failure("LEDGER_SPENT", `This was already used once (${used}) and cannot be used again.`);
    const seq = entries.length;
    for (const name of entry.once ?? []) spent.set(name, seq);
    entries.push({ ...entry, seq });
    const leafHash = createHash("sha256").update(JSON.stringify([seq, entry.type, entry.fields])).digest("hex");
    root = createHash("sha256").update(root).update(leafHash).digest("hex");
    return { seq, leafHash, head: head() };
  };

  return {
    append,
    head,
    spentBy: (name) => spent.get(name),
    assertWritable,
    entries,
    casts,
    of: (type) => entries.filter((entry) => entry.type === type),
    breakWith: (next) => void (failure = next),
    mend: () => void (failure = undefined),
    recordings: {
      async open(of) {
        const opened = await append({ type: "session-open", actor: of.actor, host: of.host, session: of.session, fields: { title: of.title, cols: of.cols, rows: of.rows, term: of.term } });
        const cast: FakeRecording = { session: of.session, host: of.host, events: [], closed: false };
        casts.push(cast);
        const put = (code: FakeRecording["events"][number]["code"], data: string): void => {
          if (failure !== undefined) throw new Failure("RECORDING_FAILED", "The recording cannot be written.", { retryable: true, cause: failure });
          cast.events.push({ code, data });
        };
        const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString("utf8");
        const recording: Recording = {
          output: (bytes) => put("o", text(bytes)),
          input: (bytes) => put("i", text(bytes)),
          resize: (cols, rows) => put("r", `${cols}x${rows}`),
          marker: (label) => put("m", label),
          async gap(reason) {
            put("gap", reason);
            await append({ type: "gap", actor: of.actor, host: of.host, session: of.session, fields: { reason }, refs: { open: opened.seq } });
          },
          get events() {
            return cast.events.length;
          },
          flush: async () => assertWritable(),
          async close({ status, reason }) {
            if (cast.closed) return;
            cast.closed = true;
            cast.events.push({ code: "x", data: String(status ?? 0) });
            await append({ type: "session-close", actor: of.actor, host: of.host, session: of.session, fields: { reason, status: status ?? null }, refs: { open: opened.seq } });
          },
        };
        return recording;
      },
    },
  };
}
