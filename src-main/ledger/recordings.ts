import { isUtf8 } from "node:buffer";
import { createHash, type Hash } from "node:crypto";
import { closeSync, createReadStream, existsSync, fdatasync, mkdirSync, openSync, statSync, writeSync } from "node:fs";
import { join } from "node:path";
import { SYSTEM, type Actor } from "../contract/terms.ts";
import type { NewId } from "../kernel/index.ts";
import type { Book } from "./book.ts";
import { asksForSecret, castEvent, castEventRoom, castHeader, castRawComment, incompleteTail, writeCastEvent, type CastCode } from "./cast.ts";
import { fail } from "./failures.ts";
import { createEscapeRoom } from "./json-escape.ts";
import type { NewEntry, Receipt, Recording, Recordings } from "./port.ts";

const FLUSH_MS = 250;
/** One event for what arrives together: a flood is thousands of packets a second, a player draws sixty frames. */
const COALESCE_MS = 16;
const COALESCE_BYTES = 128 * 1024;
const WRITE_CHARS = 256 * 1024;
/** An event larger than this goes from bytes to the file by itself; smaller ones gather as text. */
const ALONE_BYTES = 1024;
/** How much may lie between two leaves that commit to the recording. */
const SPAN_BYTES = 8 << 20;
const SPAN_MS = 15_000;
const TAIL_CHARS = 200;
const NOTHING = Buffer.alloc(0);
/** What was gathered just before it is enough, and one piece more. */
const LARGEST_EVENT_BYTES = 2 * COALESCE_BYTES;
/** Room to write one event in, or what gathered: everything here is synchronous, so all recordings share it. */
const room = createEscapeRoom({ written: castEventRoom(LARGEST_EVENT_BYTES), arriving: LARGEST_EVENT_BYTES });

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
  /** Output of the event that is being gathered, in `gathered[0..gatheredBytes]`; of these, the first `heldBytes` are a character the event before could not complete. */
  let gathered: Buffer = NOTHING;
  let gatheredBytes = 0;
  let heldBytes = 0;
  let gatheredSince = 0;
  let screenTail = "";
  let events = 0;
  let bytes = 0;
  let flushedTo = 0;
  let spanFrom = 0;
  let spanSince = lastEventAt;
  let spanHash: Hash = createHash("sha256");
  let timer: NodeJS.Timeout | undefined;
  let closed = false;
  let spans: Promise<unknown> = Promise.resolve();

  /** From the event before to the next one, which is written now. */
  const nextInterval = (at: number): number => {
    const interval = Math.max(0, Math.round(at - lastEventAt));
    // Advancing by what was written, not by what passed, keeps rounding from adding up over a long session.
    lastEventAt += interval;
    events += 1;
    return interval;
  };
  const event = (at: number, code: CastCode, data: string): void => {
    buffered += castEvent(nextInterval(at), code, data);
  };

  /** A copy: the transport may use its buffer again. */
  const gather = (arrived: Uint8Array): void => {
    const needed = gatheredBytes + arrived.byteLength;
    if (needed > gathered.byteLength) {
      const wider = Buffer.allocUnsafeSlow(Math.max(needed, 2 * gathered.byteLength));
      wider.set(gathered.subarray(0, gatheredBytes));
      gathered = wider;
    }
    gathered.set(arrived, gatheredBytes);
    gatheredBytes = needed;
  };

  const settleOutput = (everything = false): void => {
    const ready = gathered.subarray(0, gatheredBytes - (everything ? 0 : incompleteTail(gathered.subarray(0, gatheredBytes))));
    if (ready.byteLength === 0) {
      heldBytes = gatheredBytes;
      return;
    }
    screenTail = (screenTail + ready.toString("utf8", Math.max(0, ready.byteLength - 4 * TAIL_CHARS))).slice(-TAIL_CHARS);
    const isText = isUtf8(ready);
    if (isText && ready.byteLength > ALONE_BYTES) {
      writeBuffered();
      write(room.bytes.subarray(0, writeCastEvent(room, nextInterval(gatheredSince), "o", ready)));
    } else {
      if (!isText) buffered += castRawComment(ready);
      event(gatheredSince, "o", ready.toString("utf8"));
    }
    heldBytes = gatheredBytes - ready.byteLength;
    gathered.copyWithin(0, ready.byteLength, gatheredBytes);
    gatheredBytes = heldBytes;
  };

  const write = (out: Buffer): void => {
    let at = 0;
    while (at < out.byteLength) at += writeSync(fd, out, at);
    spanHash.update(out);
    bytes += out.byteLength;
  };
  const writeBuffered = (): void => {
    if (buffered === "") return;
    const out = 3 * buffered.length <= room.bytes.byteLength ? room.bytes.subarray(0, room.bytes.write(buffered)) : Buffer.from(buffered);
    buffered = "";
    write(out);
  };

  const onTime = (): void => void flush().catch(() => undefined);
  const guarded = (work: () => void): void => {
    if (failed !== undefined) throw failed;
    if (closed) throw fail("RECORDING_FAILED", { detail: "it is closed" });
    try {
      work();
    } catch (error) {
      throw broken(error);
    }
    timer ??= setTimeout(onTime, FLUSH_MS).unref();
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
      const isFlood = bytes - flushedTo > COALESCE_BYTES;
      flushedTo = bytes;
      // What a flood needs is not kept by every pane that once had one, nor asked for anew four times a second while it lasts.
      if (isFlood && !last) timer = setTimeout(onTime, FLUSH_MS).unref();
      else gathered = Buffer.from(gathered.subarray(0, gatheredBytes));
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
        // Under a flood a whole window of SSH arrives at once: in pieces, so that no event outgrows the room it is written in.
        for (let from = 0; from < arrived.byteLength; from += COALESCE_BYTES) {
          if (at - gatheredSince > COALESCE_MS || gatheredBytes > COALESCE_BYTES) settleOutput();
          if (gatheredBytes === heldBytes) gatheredSince = at;
          gather(arrived.subarray(from, from + COALESCE_BYTES));
        }
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
