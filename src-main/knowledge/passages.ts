import { hash } from "node:crypto";
import type { Store } from "../store/index.ts";
import { positionOf, type Chunk } from "./chunk.ts";
import type { Embedding } from "./embedding.ts";
import { failKnowledge } from "./failures.ts";
import type { DocumentView, Filter, Passage, Trust } from "./port.ts";
import { readQuery } from "./query.ts";
import { wordsOf } from "./tokens.ts";
import { createVectorIndex } from "./vectors.ts";

export type Ready = { readonly path: string; readonly title: string; readonly format: string; readonly bytes: number; readonly modifiedAt: number; readonly sha256: string; readonly language: string; readonly state: "ok" | "partial" | "failed"; readonly remarks: readonly string[]; readonly chunks: readonly Chunk[]; readonly vectors: readonly (Int8Array | undefined)[] };
type Row = { id: number; document_id: number; heading: string; text: string; line_from: number; line_to: number; part: string; fold: number; path: string; title: string; modified_at: number; source_id: string; source: string; trust: Trust };
type Learned = { readonly id: number; readonly ordinal: number; readonly vector: Int8Array };
type Known = { readonly id: number; readonly path: string; readonly bytes: number; readonly modified_at: number; readonly sha256: string; readonly state: string };

const CANDIDATES = 120;
/** A question is answered better by several documents than by ten passages of one. */
const PER_DOCUMENT = 2;
const LEADS = 40;
const LEAD_CHARS = 500;
/** Reciprocal rank fusion: the damping of the first ranks. */
const RRF = 20;

/** The same words in the same order, whatever the spacing: one passage, however often it is copied. */
export const foldOf = (text: string): number => Number.parseInt(hash("sha256", wordsOf(text).join(" "), "hex").slice(0, 12), 16);

export type Passages = ReturnType<typeof createPassages>;

/** Documents as passages: kept, found, shown. Owns its tables; the vectors in memory can be made from them at any time. */
export function createPassages({ store, embedding, now }: { readonly store: Store; readonly embedding: Embedding | undefined; readonly now: () => number }) {
  const index = createVectorIndex(embedding?.dims ?? 32);
  // What a document is about stands at its beginning: beginnings have a voice of their own.
  const leads = createVectorIndex(embedding?.dims ?? 32);
  const sql = {
    known: store.sql<Known>("known-documents", "SELECT id, path, bytes, modified_at, sha256, state FROM documents WHERE source_id = ?"),
    find: store.sql<{ id: number }>("find-document", "SELECT id FROM documents WHERE source_id = ? AND path = ?"),
    touch: store.sql("touch-document", "UPDATE documents SET modified_at = ?, bytes = ? WHERE id = ?"),
    dropDocument: store.sql("drop-document", "DELETE FROM documents WHERE id = ?"),
    chunkIds: store.sql<{ id: number }>("chunks-of-document", "SELECT id FROM chunks WHERE document_id = ? ORDER BY ordinal"),
    dropWords: store.sql("drop-words", "DELETE FROM chunk_words WHERE rowid = ?"),
    addDocument: store.sql<{ id: number }>("add-document", "INSERT INTO documents (source_id, path, title, format, bytes, modified_at, sha256, language, state, remarks, indexed_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id"),
    addChunk: store.sql<{ id: number }>("add-chunk", "INSERT INTO chunks (document_id, ordinal, heading, text, kind, line_from, line_to, part, fold) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id"),
    addVector: store.sql("add-vector", "INSERT INTO vectors (chunk_id, embedding, vector) VALUES (?, ?, ?)"),
    addWords: store.sql("add-words", "INSERT INTO chunk_words (rowid, title, heading, text) VALUES (?, ?, ?, ?)"),
    dropLead: store.sql("drop-lead", "DELETE FROM lead_words WHERE rowid = ?"),
    addLead: store.sql("add-lead", "INSERT INTO lead_words (rowid, title, text) VALUES (?, ?, ?)"),
    leads: store.sql<{ id: number }>("search-leads", `SELECT rowid AS id FROM lead_words WHERE lead_words MATCH ? ORDER BY bm25(lead_words, 2.0, 1.0) LIMIT ${LEADS}`),
    words: store.sql<{ id: number }>("search-words", `SELECT rowid AS id FROM chunk_words WHERE chunk_words MATCH ? ORDER BY bm25(chunk_words, 4.0, 2.0, 1.0) LIMIT ${CANDIDATES}`),
    wordsIn: store.sql<{ id: number }>("search-words-in-sources", `SELECT chunk_words.rowid AS id FROM chunk_words JOIN chunks c ON c.id = chunk_words.rowid JOIN documents d ON d.id = c.document_id WHERE chunk_words MATCH ? AND d.source_id IN (SELECT value FROM json_each(?)) AND d.modified_at >= ? ORDER BY bm25(chunk_words, 4.0, 2.0, 1.0) LIMIT ${CANDIDATES}`),
    inSources: store.sql<{ id: number }>("chunks-in-sources", "SELECT c.id FROM chunks c JOIN documents d ON d.id = c.document_id WHERE d.source_id IN (SELECT value FROM json_each(?)) AND d.modified_at >= ?"),
    row: store.sql<Row>("passage", "SELECT c.id, c.document_id, c.heading, c.text, c.line_from, c.line_to, c.part, c.fold, d.path, d.title, d.modified_at, s.id AS source_id, s.name AS source, s.trust FROM chunks c JOIN documents d ON d.id = c.document_id JOIN sources s ON s.id = d.source_id WHERE c.id = ?"),
    around: store.sql<{ id: number; ordinal: number; heading: string; text: string; kind: "text" | "code" | "table"; line_from: number; line_to: number; part: string }>("document-around", "SELECT id, ordinal, heading, text, kind, line_from, line_to, part FROM chunks WHERE document_id = ? AND ordinal BETWEEN ? AND ? ORDER BY ordinal"),
    place: store.sql<{ document_id: number; ordinal: number; total: number }>("place-of-chunk", "SELECT document_id, ordinal, (SELECT count(*) FROM chunks n WHERE n.document_id = c.document_id) AS total FROM chunks c WHERE id = ?"),
    document: store.sql<{ path: string; title: string; format: string; modified_at: number; remarks: string; source: string; trust: Trust }>("document", "SELECT d.path, d.title, d.format, d.modified_at, d.remarks, s.name AS source, s.trust FROM documents d JOIN sources s ON s.id = d.source_id WHERE d.id = ?"),
    sources: store.sql<{ id: string; product: string; environment: string; trust: Trust }>("filter-sources", "SELECT id, product, environment, trust FROM sources"),
    vectors: store.sql<{ chunk_id: number; vector: Buffer; ordinal: number }>("all-vectors", "SELECT v.chunk_id, v.vector, c.ordinal FROM vectors v JOIN chunks c ON c.id = v.chunk_id WHERE v.embedding = ?"),
    stale: store.sql<{ id: number; ordinal: number; title: string; heading: string; text: string }>("stale-vectors", "SELECT c.id, c.ordinal, d.title, c.heading, c.text FROM chunks c JOIN documents d ON d.id = c.document_id LEFT JOIN vectors v ON v.chunk_id = c.id AND v.embedding = ? WHERE v.chunk_id IS NULL AND c.id > ? ORDER BY c.id LIMIT 500"),
    putVector: store.sql("replace-vector", "INSERT INTO vectors (chunk_id, embedding, vector) VALUES (?, ?, ?) ON CONFLICT (chunk_id) DO UPDATE SET embedding = excluded.embedding, vector = excluded.vector"),
  };
  const learn = ({ id, ordinal, vector }: Learned) => {
    index.add(id, vector);
    if (ordinal === 0) leads.add(id, vector);
  };
  const unlearn = (id: number) => {
    index.remove(id);
    leads.remove(id);
  };
  if (embedding !== undefined) for (const { chunk_id: id, vector, ordinal } of sql.vectors.iterate([embedding.id])) learn({ id, ordinal, vector: new Int8Array(vector.buffer, vector.byteOffset, vector.byteLength) });

  /** In the caller's transaction; the vectors in memory follow when it is committed. */
  const drop = (documentId: number): number[] => {
    const ids = sql.chunkIds.all([documentId]).map(({ id }) => id);
    for (const id of ids) sql.dropWords.run([id]);
    if (ids[0] !== undefined) sql.dropLead.run([ids[0]]);
    sql.dropDocument.run([documentId]);
    return ids;
  };
  const insert = (sourceId: string, ready: Ready): Learned[] => {
    const { id: documentId } = sql.addDocument.get([sourceId, ready.path, ready.title, ready.format, ready.bytes, Math.round(ready.modifiedAt), ready.sha256, ready.language, ready.state, JSON.stringify(ready.remarks), now()]) as { id: number };
    const added: Learned[] = [];
    ready.chunks.forEach((chunk, ordinal) => {
      const { id } = sql.addChunk.get([documentId, ordinal, chunk.heading, chunk.text, chunk.kind, chunk.from, chunk.to, chunk.part, foldOf(chunk.text)]) as { id: number };
      sql.addWords.run([id, `${ready.title} ${ready.path.split("/").at(-1) ?? ""}`, chunk.heading, chunk.text]);
      if (ordinal === 0) sql.addLead.run([id, ready.title, `${chunk.heading}\n${chunk.text.slice(0, LEAD_CHARS)}`]);
      const vector = ready.vectors[ordinal];
      if (vector === undefined || embedding === undefined) return;
      sql.addVector.run([id, embedding.id, new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength)]);
      added.push({ id, ordinal, vector });
    });
    return added;
  };

  function narrowed(filter: Filter): string | undefined {
    if (filter.sources === undefined && filter.product === undefined && filter.environment === undefined && filter.trust === undefined && filter.fromMs === undefined) return undefined;
    return JSON.stringify(sql.sources.all().filter((source) => (filter.sources?.includes(source.id) ?? true) && (filter.product === undefined || source.product === filter.product) && (filter.environment === undefined || source.environment === filter.environment) && (filter.trust === undefined || source.trust === filter.trust)).map(({ id }) => id));
  }

  return {
    get vectorCount() {
      return index.size;
    },
    known: (sourceId: string) => sql.known.all([sourceId]),
    touch: (documentId: number, modifiedAt: number, bytes: number) => void sql.touch.run([Math.round(modifiedAt), bytes, documentId]),
    /** All or nothing for the whole batch: a killed process leaves old documents or new ones, never half of one. */
    put(sourceId: string, batch: readonly Ready[]): void {
      const gone: number[] = [];
      const added: Learned[] = [];
      store.transaction(() => {
        for (const ready of batch) {
          const before = sql.find.get([sourceId, ready.path]);
          if (before !== undefined) gone.push(...drop(before.id));
          added.push(...insert(sourceId, ready));
        }
      });
      for (const id of gone) unlearn(id);
      for (const one of added) learn(one);
    },
    remove(documentIds: readonly number[]): void {
      const gone: number[] = [];
      store.transaction(() => {
        for (const id of documentIds) gone.push(...drop(id));
      });
      for (const id of gone) unlearn(id);
    },
    /** Vectors of another embedding, or none: made anew a batch at a time while search goes on. True while there is more. */
    reembed(after: { id: number }): boolean {
      if (embedding === undefined) return false;
      const rows = sql.stale.all([embedding.id, after.id]);
      const made = rows.flatMap(({ id, ordinal, title, heading, text }) => {
        after.id = id;
        const vector = embedding.embed(`${title} ${heading} ${text}`);
        return vector === undefined ? [] : [{ id, ordinal, vector }];
      });
      store.transaction(() => {
        for (const { id, vector } of made) sql.putVector.run([id, embedding.id, new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength)]);
      });
      for (const one of made) learn(one);
      return rows.length === 500;
    },
    search(query: string, limit: number, filter: Filter, mode: "hybrid" | "words" = "hybrid", isTyping = false): Passage[] {
      const read = readQuery(query, isTyping);
      if (read.match === undefined) return [];
      const within = narrowed(filter);
      const byWords = (match: string) => (within === undefined ? sql.words.all([match]) : sql.wordsIn.all([match, within, filter.fromMs ?? 0]));
      const scores = new Map<number, { score: number; isWord: boolean; isMeaning: boolean }>();
      const vote = (ids: readonly { id: number }[], weight: number, kind: "word" | "meaning") => ids.forEach(({ id }, rank) => {
        const held = scores.get(id) ?? { score: 0, isWord: false, isMeaning: false };
        scores.set(id, { score: held.score + (weight * (RRF + 1)) / (RRF + rank + 1), isWord: held.isWord || kind === "word", isMeaning: held.isMeaning || kind === "meaning" });
      });
      vote(byWords(read.match), 1, "word");
      if (mode === "hybrid") {
        if (read.also !== undefined) vote(byWords(read.also), read.synonymWeight, "word");
        if (read.leadWeight > 0 && within === undefined) vote(sql.leads.all([read.also ?? read.match]), read.leadWeight, "word");
        const vector = read.meaningWeight === 0 ? undefined : embedding?.embed(query);
        if (vector !== undefined) {
          const allowed = within === undefined ? undefined : new Set(sql.inSources.all([within, filter.fromMs ?? 0]).map(({ id }) => id));
          vote(index.search(vector, CANDIDATES, allowed === undefined ? undefined : (id) => allowed.has(id)), read.meaningWeight, "meaning");
          if (read.leadWeight > 0) vote(leads.search(vector, LEADS, allowed === undefined ? undefined : (id) => allowed.has(id)), read.leadWeight, "meaning");
        }
      }
      return fold([...scores].sort(([a, x], [b, y]) => y.score - x.score || a - b), limit, mode === "hybrid" && read.leadWeight > 0 ? PER_DOCUMENT : Number.POSITIVE_INFINITY);
    },
    document(chunkId: number): DocumentView {
      const place = sql.place.get([chunkId]);
      const document = place === undefined ? undefined : sql.document.get([place.document_id]);
      if (place === undefined || document === undefined) throw failKnowledge("PASSAGE_UNKNOWN");
      const [first, last] = [Math.max(0, place.ordinal - 20), Math.min(place.total - 1, place.ordinal + 30)];
      const passages = sql.around.all([place.document_id, first, last]).map((row) => ({ chunkId: row.id, heading: row.heading, position: positionOf({ part: row.part, from: row.line_from, to: row.line_to }), kind: row.kind, text: row.text }));
      return { documentId: place.document_id, source: document.source, path: document.path, title: document.title, format: document.format, modifiedAt: document.modified_at, trust: document.trust, remarks: JSON.parse(document.remarks) as string[], before: first, after: place.total - 1 - last, passages };
    },
  };

  /** Near-duplicates become one result that says how often it stands elsewhere. */
  function fold(ranked: readonly (readonly [number, { score: number; isWord: boolean; isMeaning: boolean }])[], limit: number, perDocument: number): Passage[] {
    const perDocumentSoFar = new Map<number, number>();
    const kept = new Map<number, Passage & { folded: number }>();
    const found: (Passage & { folded: number })[] = [];
    for (const [id, { score, isWord, isMeaning }] of ranked) {
      const row = sql.row.get([id]);
      if (row === undefined) continue;
      const before = perDocumentSoFar.get(row.document_id) ?? 0;
      if (before >= perDocument) continue;
      const twin = kept.get(row.fold);
      if (twin !== undefined) {
        twin.folded += 1;
        continue;
      }
      if (found.length >= limit) break;
      const passage = { chunkId: id, documentId: row.document_id, score: Math.round(score * 10_000) / 10_000, source: row.source, sourceId: row.source_id, path: row.path, title: row.title, heading: row.heading, position: positionOf({ part: row.part, from: row.line_from, to: row.line_to }), text: row.text, modifiedAt: row.modified_at, trust: row.trust, folded: 0, found: isWord && isMeaning ? ("both" as const) : isWord ? ("words" as const) : ("meaning" as const) };
      kept.set(row.fold, passage);
      perDocumentSoFar.set(row.document_id, before + 1);
      found.push(passage);
    }
    return found;
  }
}
