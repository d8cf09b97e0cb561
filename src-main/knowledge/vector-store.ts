import { load } from "sqlite-vec";
import type { Store } from "../store/index.ts";

/** The vectors of one embedding, in the file beside the passages they belong to: a sqlite-vec table of int8 rows. */
export type VectorStore = {
  readonly dims: number;
  /** In the caller's transaction, like everything else about a passage. */
  put(id: number, vector: Int8Array): void;
  drop(id: number): void;
  /** Cosine of each, read from where they lie; for indexes too large to hold their rows in memory. */
  scores(query: Int8Array, ids: readonly number[]): { readonly id: number; readonly score: number }[];
  /** The exact nearest, by sqlite-vec's own scan: what the quick search is measured against. */
  nearest(query: Int8Array, k: number): { readonly id: number; readonly score: number }[];
  /** Everything, a slice of about a thousand at a time, so that loading a large index never holds the thread. */
  slices(): Iterable<readonly { readonly id: number; readonly vector: Int8Array }[]>;
};

const bytesOf = (vector: Int8Array): Uint8Array => new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength);

function cosineOf(a: Int8Array, b: Int8Array): number {
  let [dot, aa, bb] = [0, 0, 0];
  for (let d = 0; d < a.length; d += 1) {
    const [x, y] = [a[d] as number, b[d] as number];
    dot += x * y;
    aa += x * x;
    bb += y * y;
  }
  return dot / (Math.sqrt(aa * bb) || 1);
}

/** True when the machine has the extension; without it, words find alone. */
export function loadVectorExtension(store: Store): boolean {
  try {
    load(store.raw);
    return true;
  } catch {
    return false;
  }
}

/** `table` is ours, never from outside. vec0 knows no INSERT OR REPLACE and wants BigInt row ids on insert. */
export function openVectorStore(store: Store, table: string, dims: number): VectorStore {
  store.raw.exec(`CREATE VIRTUAL TABLE IF NOT EXISTS ${table} USING vec0 (chunk_id INTEGER PRIMARY KEY, vector int8[${dims}] distance_metric=cosine)`);
  const sql = {
    put: store.sql(`${table}-put`, `INSERT INTO ${table} (chunk_id, vector) VALUES (?, vec_int8(?))`),
    drop: store.sql(`${table}-drop`, `DELETE FROM ${table} WHERE chunk_id = ?`),
    rows: store.sql<{ id: number; vector: Uint8Array }>(`${table}-rows`, `SELECT r.rowid AS id, substr(v.vectors, r.chunk_offset * ${dims} + 1, ${dims}) AS vector FROM json_each(?) j JOIN ${table}_rowids r ON r.rowid = j.value JOIN ${table}_vector_chunks00 v ON v.rowid = r.chunk_id`),
    nearest: store.sql<{ id: number; distance: number }>(`${table}-nearest`, `SELECT chunk_id AS id, distance FROM ${table} WHERE vector MATCH vec_int8(?) AND k = ?`),
    parts: store.sql<{ chunk_id: number }>(`${table}-parts`, `SELECT chunk_id FROM ${table}_chunks ORDER BY chunk_id`),
    part: store.sql<{ size: number; validity: Uint8Array; rowids: Uint8Array; vectors: Uint8Array }>(`${table}-part`, `SELECT c.size, c.validity, c.rowids, v.vectors FROM ${table}_chunks c JOIN ${table}_vector_chunks00 v ON v.rowid = c.chunk_id WHERE c.chunk_id = ?`),
  };
  const scored = ({ id, distance }: { id: number; distance: number }) => ({ id, score: 1 - distance });
  return {
    dims,
    put: (id, vector) => void sql.put.run([BigInt(id), bytesOf(vector)]),
    drop: (id) => void sql.drop.run([BigInt(id)]),
    scores: (query, ids) => sql.rows.all([JSON.stringify(ids)]).map(({ id, vector }) => ({ id, score: cosineOf(query, new Int8Array(vector.buffer, vector.byteOffset, dims)) })),
    nearest: (query, k) => sql.nearest.all([bytesOf(query), k]).map(scored),
    *slices() {
      for (const { chunk_id } of sql.parts.all()) {
        const part = sql.part.get([chunk_id]);
        if (part !== undefined) yield rowsOf(part, dims);
      }
    },
  };
}

/**
 * A part of a vec0 table as its ARCHITECTURE.md describes it: so many slots, a bit for each that is used, its row id, its
 * vector. Asking the table row by row costs a hundred times as much (a hundred thousand in 12 s, not in 0.1 s).
 */
function rowsOf({ size, validity, rowids, vectors }: { readonly size: number; readonly validity: Uint8Array; readonly rowids: Uint8Array; readonly vectors: Uint8Array }, dims: number): { readonly id: number; readonly vector: Int8Array }[] {
  const ids = new DataView(rowids.buffer, rowids.byteOffset, rowids.byteLength);
  const found: { id: number; vector: Int8Array }[] = [];
  for (let slot = 0; slot < size; slot += 1) {
    if ((((validity[slot >> 3] as number) >> (slot & 7)) & 1) === 0) continue;
    found.push({ id: Number(ids.getBigInt64(slot * 8, true)), vector: new Int8Array(vectors.buffer, vectors.byteOffset + slot * dims, dims) });
  }
  return found;
}
