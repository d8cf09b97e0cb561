import { rmSync } from "node:fs";
import { PROOF_TYPES } from "../contract/leaf-types.ts";
import type { Actor } from "../contract/terms.ts";
import { fail } from "./failures.ts";
import type { Keyring } from "./keyring.ts";
import { parseLeaf } from "./leaf.ts";
import { formatVerifierKey } from "./note.ts";
import type { LeafType, Receipt } from "./port.ts";
import { openRow, valuesOf } from "./reader.ts";
import { recordingPath } from "./recordings.ts";
import { TILE_WIDTH } from "./tree.ts";
import { keepNote } from "./witness.ts";
import type { Writer } from "./writer.ts";

/** What may be destroyed and how the record says so: erasure, retention, pruning, and the turning of keys. */
export type KeepingNeeds = {
  readonly writer: Writer;
  readonly keyring: Keyring;
  readonly dir: string;
  readonly now: () => number;
  /** The values are about to go: whoever keeps copies (the search index) lets go of them first. */
  readonly onErasing: (seqs: readonly number[], options: { readonly keepsFacts: boolean }) => void;
};

export type Erasure =
  | { readonly kind: "subject"; readonly subject: string }
  | { readonly kind: "entries"; readonly seqs: readonly number[] };

export type Retention = { readonly defaultDays: number; readonly perType: Readonly<Partial<Record<LeafType, number>>> };
export const DEFAULT_RETENTION: Retention = { defaultDays: 7 * 365 + 2, perType: {} };

const KEPT: ReadonlySet<LeafType> = new Set(PROOF_TYPES);
const DAY_MS = 86_400_000;

export function createKeeping({ writer, keyring, dir, now, onErasing }: KeepingNeeds) {
  const sql = <Row>(name: string, text: string) => writer.book.store.sql<Row>(name, text);

  /** Commitments stay and fit nothing any more; the values, their salts, their blobs and recordings are destroyed. */
  function destroy(seqs: readonly number[], by: Actor, fields: Record<string, string | number>, subject?: { readonly id: number; readonly name: string }): Receipt {
    const files: string[] = [];
    onErasing(seqs, { keepsFacts: true });
    const receipt = writer.commitWith({ type: "redaction", actor: by, fields: { ...fields, entries: rangesOf(seqs) }, subject: "system:redactions" }, (bySeq) => {
      const mark = sql("ledger.mark-erased", "INSERT INTO erasures (seq, by_seq) VALUES (?, ?) ON CONFLICT DO NOTHING");
      const unseal = sql("ledger.erase-entry", "UPDATE entries SET nonce = NULL, sealed = NULL WHERE seq = ?");
      const dropBlobs = sql("ledger.erase-blobs", "DELETE FROM blobs WHERE seq = ?");
      for (const seq of seqs) {
        const row = writer.book.entry(seq);
        if (row === undefined) continue;
        const entry = openRow(writer.book, row);
        const recording = entry.leaf.type === "recording" ? valuesOf(entry.openings ?? [])["recording"] : undefined;
        if (typeof recording === "string") {
          files.push(recordingPath(dir, recording));
          sql("ledger.erase-recording", "UPDATE recordings SET erased_seq = ? WHERE id = ?").run([bySeq, recording]);
        }
        mark.run([seq, bySeq]);
        unseal.run([seq]);
        dropBlobs.run([seq]);
      }
      if (subject !== undefined) {
        sql("ledger.erase-subject", "UPDATE subjects SET wrapped = NULL, name = NULL, erased_seq = ? WHERE id = ?").run([bySeq, subject.id]);
        writer.book.forgetSubject(subject.name, subject.id);
      }
    });
    for (const file of files) rmSync(file, { force: true });
    // The write-ahead log still holds the pages as they were before.
    writer.emptyLog();
    return receipt;
  }

  return {
    erase(what: Erasure, by: Actor, reason: string): Receipt & { readonly erased: number } {
      if (what.kind === "subject") {
        const row = sql<{ id: number }>("ledger.find-subject", "SELECT id FROM subjects WHERE name = ? AND wrapped IS NOT NULL").get([what.subject]);
        if (row === undefined) throw fail("ERASE_NOTHING", { what: what.subject });
        const rows = sql<{ seq: number; leaf: Buffer }>("ledger.subject-entries", "SELECT seq, leaf FROM entries WHERE subject = ? AND sealed IS NOT NULL ORDER BY seq").all([row.id]);
        const kept = rows.filter(({ leaf }) => KEPT.has(parseLeaf(leaf).type));
        const seqs = rows.filter((one) => !kept.includes(one)).map(({ seq }) => seq);
        // A subject whose entries must partly stay keeps its key; the others lose their sealed values one by one.
        return { ...destroy(seqs, by, { reason, scope: "subject" }, kept.length === 0 ? { id: row.id, name: what.subject } : undefined), erased: seqs.length };
      }
      const seqs = [...new Set(what.seqs)].sort((a, b) => a - b).filter((seq) => {
        const row = writer.book.entry(seq);
        return row !== undefined && row.sealed !== null && !KEPT.has(parseLeaf(row.leaf).type);
      });
      if (seqs.length === 0) throw fail("ERASE_NOTHING", { what: what.seqs.length === 1 ? `entry ${what.seqs[0]}` : "these entries" });
      return { ...destroy(seqs, by, { reason, scope: "entries" }), erased: seqs.length };
    },

    subjects: (): string[] => sql<{ name: string }>("ledger.subjects", "SELECT name FROM subjects WHERE name IS NOT NULL AND wrapped IS NOT NULL ORDER BY name").all().map(({ name }) => name),

    retention(): Retention {
      const stored = sql<{ value: string }>("ledger.option", "SELECT value FROM options WHERE name = 'retention'").get();
      return stored === undefined ? DEFAULT_RETENTION : (JSON.parse(stored.value) as Retention);
    },
    setRetention(retention: Retention): void {
      sql("ledger.set-option", "INSERT INTO options (name, value) VALUES ('retention', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value").run([JSON.stringify(retention)]);
    },

    /** Values past their type's time are erased; whole blocks past everyone's time are pruned. Both leave an entry. */
    applyRetention(by: Actor): { readonly erased: number; readonly minimum: number } {
      const { defaultDays, perType } = this.retention();
      const past: number[] = [];
      let minimum = writer.book.minimum;
      let prunable = true;
      const oldest = Math.min(defaultDays, ...Object.values(perType).map((days) => days ?? defaultDays));
      for (const row of writer.book.entries(minimum, writer.book.size)) {
        const leaf = parseLeaf(row.leaf);
        const ageDays = (now() - Date.parse(leaf.time)) / DAY_MS;
        if (ageDays < oldest) break;
        const isPast = ageDays >= (perType[leaf.type] ?? defaultDays) && !KEPT.has(leaf.type);
        if (isPast && row.sealed !== null) past.push(row.seq);
        prunable &&= ageDays >= Math.max(defaultDays, perType[leaf.type] ?? 0);
        if (prunable && (row.seq + 1) % TILE_WIDTH === 0) minimum = row.seq + 1;
      }
      const pruned = minimum > writer.book.minimum;
      const erased = past.filter((seq) => seq >= minimum);
      if (erased.length > 0) destroy(erased, by, { reason: "retention", scope: "retention" });
      if (pruned) this.prune(minimum, by, "retention");
      return { erased: erased.length, minimum };
    },

    /** c2sp.org/tlog-tiles, Pruning: below the minimum index the entries go, the hashes and every proof above stay. */
    prune(minimum: number, by: Actor, reason: string): Receipt {
      if (minimum % TILE_WIDTH !== 0 || minimum <= writer.book.minimum || minimum >= writer.book.size) throw fail("ERASE_NOTHING", { what: `entries below ${minimum}` });
      const before = writer.book.minimum;
      onErasing(Array.from({ length: minimum - before }, (_, n) => before + n), { keepsFacts: false });
      const receipt = writer.commitWith({ type: "redaction", actor: by, fields: { reason, scope: "prune", minimum, entries: [] }, subject: "system:redactions" }, () => {
        sql("ledger.set-minimum", "UPDATE state SET minimum = ? WHERE id = 1").run([minimum]);
        sql("ledger.prune-blobs", "DELETE FROM blobs WHERE seq >= ? AND seq < ?").run([before, minimum]);
        sql("ledger.prune-entries", "DELETE FROM entries WHERE seq >= ? AND seq < ?").run([before, minimum]);
      });
      writer.emptyLog();
      return receipt;
    },

    /** Both keys sign from now on; verifiers that know only one ignore the other. */
    beginRotation(by: Actor): string {
      const { key } = keyring.addSigner(now());
      writer.commitWith({ type: "key", actor: by, fields: { act: "added", origin: keyring.origin, key: formatVerifierKey(key) } }, () => undefined);
      keepNote(writer, writer.head().size, writer.head().note, "key added");
      return formatVerifierKey(key);
    },
    /** The last head that the old key signs says that it goes. */
    endRotation(by: Actor): void {
      const newest = keyring.signers().at(-1);
      if (newest === undefined || keyring.signers().length < 2) return;
      writer.commitWith({ type: "key", actor: by, fields: { act: "retired others", origin: keyring.origin, key: formatVerifierKey(newest.key) } }, () => undefined);
      keepNote(writer, writer.head().size, writer.head().note, "key retired");
      keyring.retireAllBut(newest.key.keyId.toString("hex"));
      writer.resign();
    },
  };
}

/** `[[3, 7], [12, 12]]`: an erasure of a hundred thousand entries stays one short entry. */
export function rangesOf(seqs: readonly number[]): [number, number][] {
  const ranges: [number, number][] = [];
  for (const seq of seqs) {
    const last = ranges.at(-1);
    if (last !== undefined && last[1] === seq - 1) last[1] = seq;
    else ranges.push([seq, seq]);
  }
  return ranges;
}
