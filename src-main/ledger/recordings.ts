import { createHash, type Hash } from "node:crypto";
import { closeSync, createReadStream, existsSync, fdatasync, mkdirSync, openSync, statSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { Actor } from "../contract/terms.ts";
import type { NewId } from "../kernel/index.ts";
import type { Book } from "./book.ts";
import { asksForSecret, castEvent, castHeader, castRawComment, incompleteTail, type CastCode } from "./cast.ts";
import { fail } from "./failures.ts";
import type { NewEntry, Receipt, Recording, Recordings } from "./port.ts";
import { SYSTEM } from "./writer.ts";

const FLUSH_MS = 250;
/** One event for what arrives together: a flood is thousands of packets a second, a player draws sixty frames. */
const COALESCE_MS = 16;
const COALESCE_CHARS = 128 * 1024;
const WRITE_CHARS = 256 * 1024;
/** How much may lie between two leaves that commit to the recording. */
const SPAN_BYTES = 8 << 20;
const SPAN_MS = 15_000;
const TAIL_CHARS = 200;
const NOTHING: Uint8Array = new Uint8Array(0);
/** Room for what is usually written at once: everything here is synchronous, so all recordings share it. */
const writeRoom = Buffer.alloc(6 * WRITE_CHARS);

export type RecordingsNeeds = {
  readonly dir: string;
  readonly append: (entry: NewEntry) => Promise<Receipt>;
  readonly book: () => Book;
  readonly now: () => number;
  readonly monotonicMs: () => number;
  readonly newId: NewId;
};

type Of = Parameters<Recordings["open"]>[0];

export const recordingPath = (dir: string, id: string): string => join(dir, "recordings", `${id}.cast`);

export function createRecordings(needs: RecordingsNeeds): Recordings & { closeAll(): Promise<void>; recover(): Promise<number> } {
  const live = new Set<Recording>();
  return {
    async open(of) {
      const id = needs.newId("rec");
      const opened = await needs.append({
        type: "session-open", actor: of.actor, host: of.host, session: of.session,
        fields: { recording: id, title: of.title, cols: of.cols, rows: of.rows, term: of.term },
      });
      const recording = startRecording(needs, id, of, opened.seq, () => live.delete(recording));
      live.add(recording);
      return recording;
    },
    async closeAll() {
      await Promise.allSettled([...live].map((recording) => recording.close({ reason: "SENA is shutting down" })));
    },
    recover: () => recoverRecordings(needs),
  };
}

function startRecording(needs: RecordingsNeeds, id: string, of: Of, openedSeq: number, onClosed: () => void): Recording {
  const { dir, append, book, now, monotonicMs } = needs;
  let failed: Error | undefined;
  const broken = (error: unknown): Error => (failed ??= fail("RECORDING_FAILED", { detail: (error as NodeJS.ErrnoException).code ?? "the record refused it" }, error));

  let fd: number;
  try {
    mkdirSync(join(dir, "recordings"), { recursive: true, mode: 0o700 });
    fd = openSync(recordingPath(dir, id), "wx", 0o600);
    book().store.sql("ledger.insert-recording", "INSERT INTO recordings (id, session, host, opened_seq) VALUES (?, ?, ?, ?)").run([id, of.session, of.host, openedSeq]);
  } catch (error) {
    throw broken(error);
  }

  let lastEventAt = monotonicMs();
  let buffered = "";
  /** Output of the event that is being gathered; its exact bytes too, as soon as some of them are no text. */
  let text = "";
  let raw: Buffer | undefined;
  let textSince = 0;
  let carry: Uint8Array = NOTHING;
  let screenTail = "";
  let events = 0;
  let bytes = 0;
  let spanFrom = 0;
  let spanSince = lastEventAt;
  let spanHash: Hash = createHash("sha256");
  let timer: NodeJS.Timeout | undefined;
  let closed = false;
  let spans: Promise<unknown> = Promise.resolve();

  const event = (at: number, code: CastCode, data: string): void => {
    const interval = Math.round(at - lastEventAt);
    // Advancing by what was written, not by what passed, keeps rounding from adding up over a long session.
    lastEventAt += interval;
    buffered += castEvent(interval, code, data);
    events += 1;
  };

  /** Read at once, which is also the copy: the transport may use its buffer again. */
  const gather = (arrived: Uint8Array, everything: boolean): void => {
    const whole = carry.byteLength === 0 ? Buffer.from(arrived.buffer, arrived.byteOffset, arrived.byteLength) : Buffer.concat([carry, arrived]);
    const tail = everything ? 0 : incompleteTail(whole);
    carry = tail === 0 ? NOTHING : Buffer.from(whole.subarray(whole.byteLength - tail));
    const ready = whole.subarray(0, whole.byteLength - tail);
    const read = ready.toString("utf8");
    if (raw !== undefined || read.includes("\ufffd")) raw = Buffer.concat([raw ?? Buffer.from(text), ready]);
    text += read;
  };

  const settleOutput = (everything = false): void => {
    if (everything && carry.byteLength > 0) gather(NOTHING, true);
    if (text === "") return;
    const [said, bytesOfIt] = [text, raw];
    text = "";
    raw = undefined;
    if (bytesOfIt !== undefined) buffered += castRawComment(bytesOfIt);
    screenTail = said.length >= TAIL_CHARS ? said.slice(-TAIL_CHARS) : (screenTail + said).slice(-TAIL_CHARS);
    event(textSince, "o", said);
  };

  const writeBuffered = (): void => {
    if (buffered === "") return;
    const out = 3 * buffered.length <= writeRoom.byteLength ? writeRoom.subarray(0, writeRoom.write(buffered)) : Buffer.from(buffered);
    buffered = "";
    let at = 0;
    while (at < out.byteLength) at += writeSync(fd, out, at);
    spanHash.update(out);
    bytes += out.byteLength;
  };

  const guarded = (work: () => void): void => {
    if (failed !== undefined) throw failed;
    if (closed) throw fail("RECORDING_FAILED", { detail: "it is closed" });
    try {
      work();
    } catch (error) {
      throw broken(error);
    }
    timer ??= setTimeout(() => void flush().catch(() => undefined), FLUSH_MS).unref();
  };

  const sync = (): Promise<void> => new Promise((resolve, reject) => fdatasync(fd, (error) => (error === null ? resolve() : reject(error))));

  /** Commits to everything written since the last span; the bytes are on disk before the leaf that names them. */
  const commitSpan = async (last: boolean): Promise<void> => {
    if (bytes === spanFrom && !last) return;
    const fields = { recording: id, from: spanFrom, to: bytes, sha256: spanHash.digest("hex"), events, last };
    spanFrom = bytes;
    spanSince = monotonicMs();
    spanHash = createHash("sha256");
    spans = spans.then(async () => {
      const receipt = await append({ type: "recording", actor: of.actor, host: of.host, session: of.session, fields, refs: { open: openedSeq } });
      book().store.sql("ledger.recording-span", "UPDATE recordings SET committed_bytes = ?, events = ?, closed_seq = ? WHERE id = ?").run([fields.to, fields.events, last ? receipt.seq : null, id]);
    });
    await spans;
  };

  async function flush(last = false): Promise<void> {
    if (failed !== undefined) throw failed;
    clearTimeout(timer);
    timer = undefined;
    try {
      settleOutput(last);
      writeBuffered();
      await sync();
      if (last || bytes - spanFrom >= SPAN_BYTES || monotonicMs() - spanSince >= SPAN_MS) await commitSpan(last);
    } catch (error) {
      throw broken(error);
    }
  }

  buffered = castHeader({ cols: of.cols, rows: of.rows, term: of.term, title: of.title, timestampMs: now() });
  guarded(writeBuffered);

  return {
    get events() {
      return events;
    },
    output: (arrived) =>
      guarded(() => {
        const at = monotonicMs();
        if (at - textSince > COALESCE_MS || text.length > COALESCE_CHARS) settleOutput();
        if (text === "") textSince = at;
        gather(arrived, false);
        if (buffered.length > WRITE_CHARS) writeBuffered();
      }),
    input: (typed) =>
      guarded(() => {
        settleOutput();
        const text = Buffer.from(typed).toString("utf8");
        event(monotonicMs(), "i", asksForSecret(screenTail) ? text.replace(/[^\r\n]/g, "•") : text);
      }),
    resize: (cols, rows) =>
      guarded(() => {
        settleOutput();
        event(monotonicMs(), "r", `${cols}x${rows}`);
      }),
    marker: (label) =>
      guarded(() => {
        settleOutput();
        event(monotonicMs(), "m", label);
      }),
    async gap(reason) {
      guarded(() => {
        settleOutput();
        event(monotonicMs(), "m", `gap: ${reason}`);
      });
      await flush();
      await append({ type: "gap", actor: of.actor, host: of.host, session: of.session, fields: { recording: id, reason, atByte: bytes }, refs: { open: openedSeq } });
    },
    flush: () => flush(),
    async close({ status, reason }) {
      if (closed) return;
      try {
        if (failed === undefined) {
          guarded(() => {
            settleOutput(true);
            event(monotonicMs(), "x", String(status ?? 0));
          });
          closed = true;
          await flush(true);
        }
        await append({ type: "session-close", actor: of.actor, host: of.host, session: of.session, fields: { recording: id, reason, status: status ?? null, complete: failed === undefined, bytes, events }, refs: { open: openedSeq } });
      } finally {
        closed = true;
        clearTimeout(timer);
        closeSync(fd);
        onClosed();
      }
    },
  };
}

/** Recordings whose program died: what is on disk is committed as it is, and the hole is named. Returns how many there were. */
async function recoverRecordings({ dir, append, book }: RecordingsNeeds): Promise<number> {
  const rows = book()
    .store.sql<{ id: string; session: string; host: string; opened_seq: number; committed_bytes: number }>("ledger.open-recordings", "SELECT id, session, host, opened_seq, committed_bytes FROM recordings WHERE closed_seq IS NULL ORDER BY opened_seq")
    .all();
  for (const row of rows) {
    const path = recordingPath(dir, row.id);
    const size = existsSync(path) ? statSync(path).size : 0;
    const about: { actor: Actor; host: string; session: string; refs: Record<string, number> } = { actor: SYSTEM, host: row.host, session: row.session, refs: { open: row.opened_seq } };
    const sha256 = createHash("sha256");
    if (size > row.committed_bytes) for await (const chunk of createReadStream(path, { start: row.committed_bytes, end: size - 1 })) sha256.update(chunk as Buffer);
    await append({ ...about, type: "gap", fields: { recording: row.id, reason: size < row.committed_bytes ? "the recording is shorter than what was committed" : "SENA stopped without closing this session; what came after its last write was not recorded", atByte: size } });
    const receipt = await append({ ...about, type: "recording", fields: { recording: row.id, from: row.committed_bytes, to: Math.max(size, row.committed_bytes), sha256: sha256.digest("hex"), events: null, last: true } });
    await append({ ...about, type: "session-close", fields: { recording: row.id, reason: "SENA stopped without closing this session", status: null, complete: false } });
    book().store.sql("ledger.recording-recovered", "UPDATE recordings SET committed_bytes = ?, closed_seq = ? WHERE id = ?").run([Math.max(size, row.committed_bytes), receipt.seq, row.id]);
  }
  return rows.length;
}
