import type { Store } from "../store/index.ts";
import { positionOf, type Chunk } from "./chunk.ts";
import { failKnowledge } from "./failures.ts";
import type { Learned, Meaning } from "./meaning.ts";
import type { DocumentView, Trust } from "./port.ts";
import { createSearch, scopeOf } from "./search.ts";

export type Ready = {
  readonly path: string;
  readonly title: string;
  readonly format: string;
  readonly bytes: number;
  readonly modifiedAt: number;
  readonly sha256: string;
  readonly language: string;
  readonly state: "ok" | "partial" | "failed";
  readonly remarks: readonly string[];
  /** Why it is to be read with care; "" when nothing says so. */
  readonly outdated: string;
  readonly chunks: readonly Chunk[];
  /** Of the embedding that comes with the app; a model's own are made in the background. */
  readonly vectors: readonly (Int8Array | undefined)[];
  /** Of documents that live in another system. */
  readonly remote?: { readonly id: string; readonly version: string; readonly url: string };
};
export type Known = { readonly id: number; readonly path: string; readonly bytes: number; readonly modified_at: number; readonly sha256: string; readonly state: string; readonly remote_id: string; readonly version: string };

export type Counts = { readonly documents: number; readonly passages: number; readonly problems: number };

const LEAD_CHARS = 500;
/** The embedding whose vectors come with documents that are made ready. */
export const BUILT_IN = "static-1";

/** The same characters in the same order, whatever the spacing. */
export function foldOf(text: string): number {
  let [a, b] = [0x811c9dc5, 0x01000193];
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code <= 32) continue;
    a = Math.imul(a ^ code, 0x01000193);
    b = Math.imul(b ^ code, 0x85ebca6b) ^ (b >>> 13);
  }
  return (a >>> 0) * 0x10_0000 + ((b >>> 0) & 0xf_ffff);
}

export type Passages = ReturnType<typeof createPassages>;

/** Documents as passages: kept, found, shown. Owns its tables; what is in memory can be made from them at any time. */
export function createPassages({ store, meaning, now }: { readonly store: Store; readonly meaning: Meaning; readonly now: () => number }) {
  const search = createSearch({ store, meaning });
  const sql = {
    known: store.sql<Known>("known-documents", "SELECT id, path, bytes, modified_at, sha256, state, remote_id, version FROM documents WHERE source_id = ?"),
    find: store.sql<{ id: number }>("find-document", "SELECT id FROM documents WHERE source_id = ? AND path = ?"),
    dropDocument: store.sql<{ source_id: string; state: string }>("drop-document", "DELETE FROM documents WHERE id = ? RETURNING source_id, state"),
    chunkIds: store.sql<{ id: number }>("chunks-of-document", "SELECT id FROM chunks WHERE document_id = ? ORDER BY ordinal"),
    first: store.sql<{ id: number }>("first-of-document", "SELECT id FROM chunks WHERE document_id = ? AND ordinal = 0"),
    dropWords: store.sql("drop-words", "DELETE FROM chunk_words WHERE rowid = ?"),
    lastIds: store.sql<{ documents: number | null; chunks: number | null }>("last-ids", "SELECT (SELECT max(id) FROM documents) AS documents, (SELECT max(id) FROM chunks) AS chunks"),
    addDocument: store.sql("add-document", "INSERT INTO documents (id, source_id, path, title, format, bytes, modified_at, sha256, language, state, remarks, indexed_at, remote_id, version, url, outdated) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
    addChunk: store.sql("add-chunk", "INSERT INTO chunks (id, document_id, ordinal, heading, text, kind, line_from, line_to, part, fold) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
    addWords: store.sql("add-words", "INSERT INTO chunk_words (rowid, scope, title, heading, text) VALUES (?, ?, ?, ?, ?)"),
    dropLead: store.sql("drop-lead", "DELETE FROM lead_words WHERE rowid = ?"),
    addLead: store.sql("add-lead", "INSERT INTO lead_words (rowid, scope, title, text) VALUES (?, ?, ?, ?)"),
    around: store.sql<{ id: number; ordinal: number; heading: string; text: string; kind: "text" | "code" | "table"; line_from: number; line_to: number; part: string }>("document-around", "SELECT id, ordinal, heading, text, kind, line_from, line_to, part FROM chunks WHERE document_id = ? AND ordinal BETWEEN ? AND ? ORDER BY ordinal"),
    place: store.sql<{ document_id: number; ordinal: number; total: number }>("place-of-chunk", "SELECT document_id, ordinal, (SELECT count(*) FROM chunks n WHERE n.document_id = c.document_id) AS total FROM chunks c WHERE id = ?"),
    counts: store.sql<Counts>("counts-of-source", "SELECT (SELECT count(*) FROM documents WHERE source_id = @id) AS documents, (SELECT count(*) FROM chunks c JOIN documents d ON d.id = c.document_id WHERE d.source_id = @id) AS passages, (SELECT count(*) FROM documents WHERE source_id = @id AND state <> 'ok') AS problems"),
    document: store.sql<{ path: string; title: string; format: string; modified_at: number; remarks: string; url: string; outdated: string; source: string; trust: Trust }>("document", "SELECT d.path, d.title, d.format, d.modified_at, d.remarks, d.url, d.outdated, s.name AS source, s.trust FROM documents d JOIN sources s ON s.id = d.source_id WHERE d.id = ?"),
  };
  // Ids are handed out here and only grow: a passage that is gone never lends its id to another while a screen shows it.
  const last = sql.lastIds.get();
  let lastDocument = last?.documents ?? 0;
  let lastChunk = last?.chunks ?? 0;

  /** Counted once by the file, then kept up: a screen asks four times a second while a hundred thousand passages come. */
  const counted = new Map<string, Counts>();
  const count = (sourceId: string, state: string, passages: number, sign: 1 | -1) => {
    const before = counted.get(sourceId);
    if (before !== undefined) counted.set(sourceId, { documents: before.documents + sign, passages: before.passages + sign * passages, problems: before.problems + (state === "ok" ? 0 : sign) });
  };
  const whole = (work: () => void): void => {
    try {
      store.transaction(work);
    } catch (error) {
      counted.clear(); // what was counted is rolled back with the rest
      throw error;
    }
  };

  /** In the caller's transaction; what is in memory follows when it is committed. */
  const drop = (documentId: number): number[] => {
    const ids = sql.chunkIds.all([documentId]).map(({ id }) => id);
    for (const id of ids) {
      sql.dropWords.run([id]);
      meaning.drop(id);
    }
    if (ids[0] !== undefined) sql.dropLead.run([ids[0]]);
    const document = sql.dropDocument.get([documentId]);
    if (document !== undefined) count(document.source_id, document.state, ids.length, -1);
    return ids;
  };
  const insert = (sourceId: string, ready: Ready, added: Learned[]): number => {
    lastDocument += 1;
    const { remote } = ready;
    sql.addDocument.run([lastDocument, sourceId, ready.path, ready.title, ready.format, ready.bytes, Math.round(ready.modifiedAt), ready.sha256, ready.language, ready.state, JSON.stringify(ready.remarks), now(), remote?.id ?? "", remote?.version ?? "", remote?.url ?? "", ready.outdated]);
    const scope = scopeOf(sourceId);
    const name = `${ready.title} ${ready.path.slice(ready.path.lastIndexOf("/") + 1)}`;
    ready.chunks.forEach((chunk, ordinal) => {
      const id = (lastChunk += 1);
      sql.addChunk.run([id, lastDocument, ordinal, chunk.heading, chunk.text, chunk.kind, chunk.from, chunk.to, chunk.part, foldOf(chunk.text)]);
      sql.addWords.run([id, scope, name, chunk.heading, chunk.text]);
      if (ordinal === 0) sql.addLead.run([id, scope, ready.title, `${chunk.heading}\n${chunk.text.slice(0, LEAD_CHARS)}`]);
      const vector = ready.vectors[ordinal];
      if (vector !== undefined && meaning.put(id, BUILT_IN, vector)) added.push({ id, sourceId, modifiedAt: ready.modifiedAt, isLead: ordinal === 0, vector });
    });
    count(sourceId, ready.state, ready.chunks.length, 1);
    return ready.chunks.length;
  };
  const settle = (gone: readonly number[], added: readonly Learned[], count: number) => {
    meaning.unlearn(gone);
    meaning.learn(BUILT_IN, added);
    search.changed(gone.length + count);
    if (count > 0 && meaning.hasModel) meaning.refill();
  };

  return {
    known: (sourceId: string) => sql.known.all([sourceId]),
    counts(sourceId: string): Counts {
      const known = counted.get(sourceId) ?? sql.counts.get({ id: sourceId }) ?? { documents: 0, passages: 0, problems: 0 };
      counted.set(sourceId, known);
      return known;
    },
    /** All or nothing for the whole batch: a killed process leaves old documents or new ones, never half of one. */
    put(sourceId: string, batch: readonly Ready[], alsoInside: () => void = () => undefined): void {
      const gone: number[] = [];
      const added: Learned[] = [];
      let total = 0;
      whole(() => {
        for (const ready of batch) {
          const before = sql.find.get([sourceId, ready.path]);
          if (before !== undefined) gone.push(...drop(before.id));
          total += insert(sourceId, ready, added);
        }
        alsoInside();
      });
      settle(gone, added, total);
    },
    remove(documentIds: readonly number[]): void {
      const gone: number[] = [];
      whole(() => {
        for (const id of documentIds) gone.push(...drop(id));
      });
      settle(gone, [], 0);
    },
    search: search.search,
    opened(documentId: number): DocumentView {
      const first = sql.first.get([documentId]);
      if (first === undefined) throw failKnowledge("DOCUMENT_EMPTY");
      return this.document(first.id);
    },
    document(chunkId: number): DocumentView {
      const place = sql.place.get([chunkId]);
      const document = place === undefined ? undefined : sql.document.get([place.document_id]);
      if (place === undefined || document === undefined) throw failKnowledge("PASSAGE_UNKNOWN");
      const [first, end] = [Math.max(0, place.ordinal - 20), Math.min(place.total - 1, place.ordinal + 30)];
      const passages = sql.around.all([place.document_id, first, end]).map((row) => ({ chunkId: row.id, heading: row.heading, position: positionOf({ part: row.part, from: row.line_from, to: row.line_to }), kind: row.kind, text: row.text }));
      return { documentId: place.document_id, source: document.source, path: document.path, title: document.title, format: document.format, modifiedAt: document.modified_at, url: document.url, outdated: document.outdated, trust: document.trust, remarks: JSON.parse(document.remarks) as string[], before: first, after: place.total - 1 - end, passages };
    },
  };
}
