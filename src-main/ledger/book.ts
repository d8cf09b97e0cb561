import { openStore, type Store } from "../store/index.ts";
import { fail } from "./failures.ts";
import { commitmentOf } from "./commitment.ts";
import { leafBehindZero, leafText, type PreparedEntry } from "./leaf.ts";
import { fitsRun, hashRun } from "./leaf-run.ts";
import { SEALED_AT_ONCE, StreamSealer, pooledRandom, sealBytes, sealKey, unsealBytes, type Random, type SealKey } from "./sealing.ts";
import { SPENT_MIGRATIONS } from "./spent.ts";
import { LEDGER_MIGRATIONS, tileId } from "./tables.ts";
import { CompactRange, foldHashes, foldTile, HASH_BYTES, hashLeaf, hashPrefixedLeaf, TILE_HEIGHT, TILE_WIDTH, type SubtreeHash } from "./tree.ts";

const ROW_PARAMS = 6;
/** Fewer that wait together are hashed one by one. */
const WORTH_A_RUN = 8;

/** Entries only ever come at the end: on larger pages fewer of them need a new one. */
const PAGE_BYTES = 8192;
const LOG_BYTES = 16 << 20;

export type BookNeeds = {
  readonly path: string;
  /** Entries will be written, and quickly. */
  readonly isWriter: boolean;
  readonly seal: SealKey;
  readonly random: Random;
  readonly onSlow?: (slow: { readonly name: string; readonly ms: number }) => void;
};

/** `leafHash` in hex. */
export type Placed = { readonly seq: number; readonly leafHash: string };
export type EntryRow = { readonly seq: number; readonly leaf: Buffer; readonly subject: number; readonly nonce: Buffer | null; readonly sealed: Buffer | null };
type Subject = { readonly id: number; readonly key: SealKey; sealer?: StreamSealer };

/** The log on disk and its right edge in memory. Synchronous: one thread, one writer, one truth. */
export type Book = ReturnType<typeof openBook>;

/** A book whose memory may be ahead of its disk: after any failed commit it is thrown away and opened anew. */
export function openBook({ path, isWriter, seal, random, onSlow }: BookNeeds) {
  const store = openStore({ path, durability: "FULL", pageBytes: PAGE_BYTES, ...(isWriter ? { logBytes: LOG_BYTES } : {}), ...(onSlow === undefined ? {} : { onSlow }) });
  try {
    return readBook(store, seal, random);
  } catch (error) {
    store[Symbol.dispose]();
    throw error;
  }
}

function readBook(store: Store, seal: SealKey, systemRandom: Random) {
  const random = pooledRandom(systemRandom);
  // What an erasure destroys must not stay readable in free pages.
  store.raw.pragma("secure_delete = ON");
  store.migrate("ledger", LEDGER_MIGRATIONS);
  store.migrate("ledger-once", SPENT_MIGRATIONS);

  const insertEntry = store.sql("ledger.insert-entry", "INSERT INTO entries (seq, leaf, subject, proof, nonce, sealed) VALUES (?, ?, ?, ?, ?, ?)");
  const insertEntries = store.sql("ledger.insert-entries", `INSERT INTO entries (seq, leaf, subject, proof, nonce, sealed) VALUES ${Array.from({ length: SEALED_AT_ONCE }, () => "(?, ?, ?, ?, ?, ?)").join(", ")}`);
  const insertBlob = store.sql("ledger.insert-blob", "INSERT INTO blobs (seq, place, subject, nonce, sealed) VALUES (?, ?, ?, ?, ?)");
  const insertTile = store.sql("ledger.insert-tile", "INSERT INTO tiles (id, hashes) VALUES (?, ?)");
  const openAct = store.sql("ledger.open-act", "INSERT INTO open_acts (seq) VALUES (?)");
  const closeAct = store.sql("ledger.close-act", "DELETE FROM open_acts WHERE seq = ?");
  const insertSubject = store.sql("ledger.insert-subject", "INSERT INTO subjects (name, wrapped) VALUES (?, ?)");
  const subjectByName = store.sql<{ id: number; wrapped: Buffer }>("ledger.subject-by-name", "SELECT id, wrapped FROM subjects WHERE name = ? AND wrapped IS NOT NULL");
  const subjectById = store.sql<{ wrapped: Buffer | null }>("ledger.subject-by-id", "SELECT wrapped FROM subjects WHERE id = ?");
  const readState = store.sql<{ minimum: number }>("ledger.state", "SELECT minimum FROM state WHERE id = 1");
  const readLast = store.sql<{ seq: number }>("ledger.last", "SELECT seq FROM entries ORDER BY seq DESC LIMIT 1");
  const provenFrom = store.sql<{ leaf: Buffer; proof: Buffer | null }>("ledger.proven", "SELECT leaf, proof FROM entries WHERE seq >= ? ORDER BY seq");
  const proofAt = store.sql<{ proof: Buffer | null }>("ledger.proof", "SELECT proof FROM entries WHERE seq = ?");
  const leafAt = store.sql<{ leaf: Buffer }>("ledger.leaf", "SELECT leaf FROM entries WHERE seq = ?");
  const entryAt = store.sql<EntryRow>("ledger.entry", "SELECT seq, leaf, subject, nonce, sealed FROM entries WHERE seq = ?");
  const entriesFrom = store.sql<EntryRow>("ledger.entries", "SELECT seq, leaf, subject, nonce, sealed FROM entries WHERE seq >= ? AND seq < ? ORDER BY seq");
  const leavesFrom = store.sql<{ seq: number; leaf: Buffer }>("ledger.leaves", "SELECT seq, leaf FROM entries WHERE seq >= ? AND seq < ? ORDER BY seq");
  const tileAt = store.sql<{ hashes: Buffer }>("ledger.tile", "SELECT hashes FROM tiles WHERE id = ?");
  const blobAt = store.sql<{ subject: number; nonce: Buffer; sealed: Buffer }>("ledger.blob", "SELECT subject, nonce, sealed FROM blobs WHERE seq = ? AND place = ?");
  const openActs = store.sql<{ seq: number }>("ledger.open-acts", "SELECT seq FROM open_acts ORDER BY seq");

  const subjects = new Map<string, Subject>();
  const keysById = new Map<number, SealKey | undefined>();
  let range = new CompactRange();
  let edges: Uint8Array[][] = [];

  const tile = (level: number, index: number): Buffer | undefined => tileAt.get([tileId(level, index)])?.hashes;

  /** Rebuilds the right edge from leaves and tiles, which is also the proof that what was stored of each commit is theirs. */
  function load(): void {
    const last = readLast.get();
    const size = last === undefined ? 0 : last.seq + 1;
    const rebuilt: Uint8Array[][] = [];
    const full = Math.floor(size / TILE_WIDTH);
    const tail = provenFrom.all([full * TILE_WIDTH]);
    if (tail.length !== size % TILE_WIDTH) throw fail("LEDGER_DAMAGED", { path: store.path, detail: `entries after ${full * TILE_WIDTH} are missing` });
    for (let level = 1, tilesBelow = full; tilesBelow > 0; level += 1, tilesBelow = Math.floor(tilesBelow / TILE_WIDTH)) {
      const edge: Uint8Array[] = [];
      for (let index = tilesBelow - (tilesBelow % TILE_WIDTH); index < tilesBelow; index += 1) {
        const hashes = tile(level - 1, index);
        if (hashes === undefined) throw fail("LEDGER_DAMAGED", { path: store.path, detail: `tile ${index} of level ${level - 1} is missing` });
        edge.push(foldTile(hashes));
      }
      rebuilt[level] = edge;
    }
    rebuilt[0] = [];
    const next = rangeOfEdges(full * TILE_WIDTH, rebuilt);
    // A commit that fills a tile proves the whole tree: here, or at its end in what follows.
    assertProven(next, proofAt.get([next.size - 1])?.proof ?? null, undefined);
    for (const { leaf, proof } of tail) {
      const leafHash = hashLeaf(leaf);
      rebuilt[0].push(leafHash);
      next.append(leafHash);
      if (next.size === size && proof === null) throw fail("LEDGER_DAMAGED", { path: store.path, detail: `the proof of entry ${size - 1} is missing` });
      assertProven(next, proof, leafHash);
    }
    range = next;
    edges = rebuilt;
  }

  function assertProven(at: CompactRange, proof: Buffer | null, leafHash: Buffer | undefined): void {
    if (proof === null || (leafHash !== undefined && proof.equals(leafHash)) || proof.equals(at.root())) return;
    throw fail("LEDGER_DAMAGED", { path: store.path, detail: `what was stored to prove size ${at.size} does not fit its entries` });
  }
  load();

  function subjectOf(name: string): Subject {
    const known = subjects.get(name);
    if (known !== undefined) return known;
    const row = subjectByName.get([name]);
    let subject: Subject;
    if (row !== undefined) {
      subject = { id: row.id, key: unwrapSubject(row.id, row.wrapped) };
    } else {
      const bytes = systemRandom(new Uint8Array(32));
      const { nonce, sealed } = sealBytes(seal, random, bytes, "sena subject key");
      subject = { id: Number(insertSubject.run([name, Buffer.concat([nonce, sealed])]).lastInsertRowid), key: sealKey(bytes) };
    }
    subjects.set(name, subject);
    keysById.set(subject.id, subject.key);
    return subject;
  }

  function unwrapSubject(id: number, wrapped: Buffer): SealKey {
    try {
      return sealKey(unsealBytes(seal, wrapped.subarray(0, 12), wrapped.subarray(12), "sena subject key"));
    } catch (error) {
      throw fail("LEDGER_DAMAGED", { path: store.path, detail: `the key of subject ${id} cannot be opened with this installation's keys` }, error);
    }
  }

  /** Undefined when the subject was erased. */
  function subjectKey(id: number): SealKey | undefined {
    if (keysById.has(id)) return keysById.get(id);
    const wrapped = subjectById.get([id])?.wrapped ?? null;
    const key = wrapped === null ? undefined : unwrapSubject(id, wrapped);
    keysById.set(id, key);
    return key;
  }

  /** A new hash of a level: 256 of them are a tile, which is kept. `size` as it is when the hash is complete. */
  function onTileHash(level: number, subtreeHash: Uint8Array): void {
    const edge = (edges[level] ??= []);
    edge.push(subtreeHash);
    if (edge.length === TILE_WIDTH) keepTile(level, Buffer.concat(edge));
  }

  function keepTile(level: number, hashes: Buffer): void {
    insertTile.run([tileId(level, Math.floor(range.size / TILE_WIDTH ** (level + 1))), hashes]);
    edges[level] = [];
  }

  const sealed = ({ subject, openings }: PreparedEntry) => {
    const of = subjectOf(subject);
    if (of.sealer === undefined || of.sealer.isWornOut) of.sealer = new StreamSealer(of.key, random);
    return { of, ...of.sealer.seal(openings) };
  };

  /** What goes beside the row: large values, and what is started and not ended. */
  function appendRest(entry: PreparedEntry, seq: number): void {
    const { blobBytes, type, startRef } = entry;
    if (blobBytes.length > 0) {
      const { key, id } = subjectOf(entry.subject);
      blobBytes.forEach((bytes, place) => {
        const blob = sealBytes(key, random, bytes, blobContext(seq, place));
        insertBlob.run([seq, place, id, blob.nonce, blob.sealed]);
      });
    }
    if (type === "start") openAct.run([seq]);
    if (startRef !== undefined && (type === "outcome" || type === "outcome-unknown")) closeAct.run([startRef]);
  }

  /** `commit`: what it is of its commit. */
  function appendOne(entry: PreparedEntry, time: string, boot: string, commit: "all" | "last" | "part"): Placed {
    const seq = range.size;
    const commitments = entry.openings.map(commitmentOf);
    const prefixed = leafBehindZero(leafText(entry, { seq, time, boot }, (n) => commitments[n] as string));
    const leafHash = hashPrefixedLeaf(prefixed);
    const { of, nonce, sealed: openings } = sealed(entry);
    range.append(leafHash, onTileHash);
    insertEntry.run([seq, prefixed.subarray(1), of.id, commit === "all" ? leafHash : commit === "last" ? range.root() : null, nonce, openings]);
    appendRest(entry, seq);
    return { seq, leafHash: leafHash.toString("hex") };
  }

  /** Entries of one tile: their hashes are computed four at a time, their rows written eight at a time. */
  function appendRun(entries: readonly PreparedEntry[], time: string, boot: string, isLast: boolean): Placed[] {
    const first = range.size;
    const { leaves, digests, folded } = hashRun(entries, { first, time, boot });
    const hex = digests.toString("hex");
    if (folded === undefined) {
      for (const one of splitHashes(digests)) range.append(one, onTileHash);
    } else {
      keepTile(0, digests);
      range.appendSubtree(folded, TILE_HEIGHT, onTileHash);
    }
    const params: (number | Buffer | null)[] = [];
    entries.forEach((entry, n) => {
      const { of, nonce, sealed: openings } = sealed(entry);
      params.push(first + n, leaves[n] as Buffer, of.id, isLast && n === entries.length - 1 ? range.root() : null, nonce, openings);
      if (params.length < ROW_PARAMS * SEALED_AT_ONCE) return;
      insertEntries.run(params);
      params.length = 0;
    });
    for (let at = 0; at < params.length; at += ROW_PARAMS) insertEntry.run(params.slice(at, at + ROW_PARAMS));
    entries.forEach((entry, n) => appendRest(entry, first + n));
    return entries.map((_, n) => ({ seq: first + n, leafHash: hex.slice(2 * HASH_BYTES * n, 2 * HASH_BYTES * (n + 1)) }));
  }

  function appendAll(entries: readonly PreparedEntry[], time: string, boot: string): Placed[] {
    const placed: Placed[] = [];
    for (let at = 0; at < entries.length; ) {
      const run = entries.slice(at, at + TILE_WIDTH - (range.size % TILE_WIDTH));
      const isLast = at + run.length === entries.length;
      if (run.length >= WORTH_A_RUN && fitsRun(run)) placed.push(...appendRun(run, time, boot, isLast));
      else run.forEach((entry, n) => placed.push(appendOne(entry, time, boot, isLast && n === run.length - 1 ? "last" : "part")));
      at += run.length;
    }
    return placed;
  }

  /** One statement is a transaction by itself; most single appends need no more. */
  const isOneStatement = ({ subject, blobBytes, type }: PreparedEntry): boolean =>
    subjects.has(subject) && blobBytes.length === 0 && type !== "start" && type !== "outcome" && type !== "outcome-unknown" && range.size % TILE_WIDTH !== TILE_WIDTH - 1;

  const leafHashes = (start: number, end: number): Buffer[] => leavesFrom.all([start, end]).map(({ leaf }) => hashLeaf(leaf));

  /** Any perfect subtree of the stored tree, from tiles where they are full and from the right edge where they are not. */
  const subtree: SubtreeHash = (height, index) => {
    const level = Math.floor(height / 8);
    const width = 2 ** (height - 8 * level);
    const first = index * width;
    const tileIndex = Math.floor(first / TILE_WIDTH);
    const hashes = tile(level, tileIndex);
    const from = first - tileIndex * TILE_WIDTH;
    const run = hashes !== undefined ? splitHashes(hashes).slice(from, from + width) : (edges[level] ?? []).slice(from, from + width);
    if (run.length !== width) throw new RangeError(`the tree of ${range.size} has no subtree ${index} of height ${height}`);
    return foldHashes(run);
  };

  return {
    store,
    get size() {
      return range.size;
    },
    get minimum() {
      return (readState.get() as { minimum: number }).minimum;
    },
    root: (): Buffer => range.root(),
    /** The root as it is now, computed when it is asked for. */
    rootLater: (): (() => Buffer) => range.rootLater(),
    /** All or nothing, durable when it returns. After it throws, this book must be opened anew. */
    append(entries: readonly PreparedEntry[], time: string, boot: string): Placed[] {
      const only = entries[0];
      if (only !== undefined && entries.length === 1 && isOneStatement(only)) return [appendOne(only, time, boot, "all")];
      return store.transaction(() => appendAll(entries, time, boot));
    },
    /** `PRAGMA quick_check`: the file's own structure, before its contents are believed. */
    quickCheck(): void {
      const answer = store.raw.pragma("quick_check(1)", { simple: true });
      if (answer !== "ok") throw fail("LEDGER_DAMAGED", { path: store.path, detail: String(answer) });
    },
    subtree,
    tile,
    edge: (level: number): readonly Uint8Array[] => edges[level] ?? [],
    leaf: (seq: number): Buffer | undefined => leafAt.get([seq])?.leaf,
    entry: (seq: number): EntryRow | undefined => entryAt.get([seq]),
    entries: (start: number, end: number): IterableIterator<EntryRow> => entriesFrom.iterate([start, end]),
    leafHashes,
    blob(seq: number, place: number): Buffer | undefined {
      const row = blobAt.get([seq, place]);
      const key = row === undefined ? undefined : subjectKey(row.subject);
      return row === undefined || key === undefined ? undefined : unsealBytes(key, row.nonce, row.sealed, blobContext(seq, place));
    },
    subjectKey,
    forgetSubject(name: string, id: number): void {
      subjects.delete(name);
      keysById.set(id, undefined);
    },
    openActs: (): number[] => openActs.all().map(({ seq }) => seq),
    [Symbol.dispose]: () => store[Symbol.dispose](),
  };
}

export const blobContext = (seq: number, place: number): string => `sena blob ${seq}/${place}`;

function splitHashes(hashes: Uint8Array): Uint8Array[] {
  const list: Uint8Array[] = [];
  for (let at = 0; at < hashes.byteLength; at += HASH_BYTES) list.push(hashes.subarray(at, at + HASH_BYTES));
  return list;
}

function rangeOfEdges(size: number, edges: readonly (readonly Uint8Array[])[]): CompactRange {
  const whole = new CompactRange();
  whole.size = size;
  edges.forEach((edge, level) => {
    const part = new CompactRange();
    for (const one of edge) part.append(one);
    for (let height = 0; height < 8; height += 1) whole.nodes[8 * level + height] = part.nodes[height];
  });
  return whole;
}
