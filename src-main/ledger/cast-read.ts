import { closeSync, existsSync, openSync, readSync, statSync } from "node:fs";
import type { Book } from "./book.ts";
import { recordingPath } from "./recordings.ts";

export type RecordingRow = { readonly id: string; readonly session: string; readonly host: string; readonly openedSeq: number; readonly bytes: number; readonly open: boolean; readonly erased: boolean };

export function listRecordings(book: Book, dir: string, of: { readonly session?: string | undefined; readonly host?: string | undefined }): RecordingRow[] {
  return book.store
    .sql<{ id: string; session: string; host: string; opened_seq: number; closed_seq: number | null; erased_seq: number | null }>("ledger.list-recordings", "SELECT id, session, host, opened_seq, closed_seq, erased_seq FROM recordings WHERE (?1 IS NULL OR session = ?1) AND (?2 IS NULL OR host = ?2) ORDER BY opened_seq DESC LIMIT 1000")
    .all([of.session ?? null, of.host ?? null])
    .map((row) => {
      const path = recordingPath(dir, row.id);
      return { id: row.id, session: row.session, host: row.host, openedSeq: row.opened_seq, bytes: existsSync(path) ? statSync(path).size : 0, open: row.closed_seq === null, erased: row.erased_seq !== null };
    });
}

/** Whole lines from a place on; `next` is where the next part begins. */
export function readCast(dir: string, id: string, from: number, bytes: number): { readonly text: string; readonly next: number; readonly size: number } | undefined {
  const path = recordingPath(dir, id);
  if (!existsSync(path)) return undefined;
  const fd = openSync(path, "r");
  try {
    const size = statSync(path).size;
    let wanted = bytes;
    // A line longer than what was asked for is given whole: half an event is none.
    for (;;) {
      const part = Buffer.alloc(Math.min(wanted, Math.max(0, size - from)));
      const length = readSync(fd, part, 0, part.byteLength, from);
      const whole = part.subarray(0, length);
      const end = whole.lastIndexOf(10) + 1;
      if (end > 0 || from + length >= size) return { text: whole.subarray(0, end).toString("utf8"), next: end > 0 ? from + end : size, size };
      wanted *= 4;
    }
  } finally {
    closeSync(fd);
  }
}
