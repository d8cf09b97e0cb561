import type { Store } from "../store/index.ts";
import type { Embedding } from "./embedding.ts";
import { loadVectorExtension, openVectorStore, type VectorStore } from "./vector-store.ts";
import { createVectorIndex, type Near, type VectorIndex, type Within } from "./vectors.ts";

/** What turns texts into vectors: the table that comes with the app, or a model the operator has. */
export type Embedder = { readonly id: string; readonly dims: number; /** Undefined where the text holds nothing it knows. */ embed(texts: readonly string[]): Promise<readonly (Int8Array | undefined)[]> };
export type Placed = { readonly id: number; readonly sourceId: string; readonly modifiedAt: number; readonly isLead: boolean };
export type Learned = Placed & { readonly vector: Int8Array };
export type MeaningState = { readonly embedding: string; readonly next: string; readonly done: number; readonly total: number; readonly problem: string };
type Row = { readonly n: number; readonly id: string; readonly dims: number; readonly is_whole: number };
type Kept = { readonly n: number; readonly id: string; readonly store: VectorStore; readonly index: VectorIndex; isWhole: boolean };
/** A question as one embedding sees it. */
export type Asked = { readonly embeddingId: string; readonly vector: Int8Array };
type Missing = { readonly id: number; readonly ordinal: number; readonly title: string; readonly heading: string; readonly text: string; readonly source_id: string; readonly modified_at: number };

const LOAD_SLICE = 4_000;
const FILL_SLICE = 200;
const DAY_MS = 86_400_000;
const dayOf = (ms: number): number => Math.max(0, Math.min(65_535, Math.floor(ms / DAY_MS)));
/** A question is typed while it is answered: longer than this, words and the built-in embedding must do. */
const MODEL_MS = 1_000;
const inTime = <T>(work: Promise<T>): Promise<T | undefined> => Promise.race([work.catch(() => undefined), new Promise<undefined>((resolve) => setTimeout(resolve, MODEL_MS, undefined).unref())]);
const breathe = () => new Promise<void>((resolve) => setImmediate(resolve));

export const embeddable = ({ title, heading, text }: { readonly title: string; readonly heading: string; readonly text: string }): string => `${title} ${heading} ${text}`;
export const embedderOf = (embedding: Embedding): Embedder => ({ id: embedding.id, dims: embedding.dims, embed: async (texts) => texts.map((text) => embedding.embed(text)) });

export const askedOf = (embedding: Embedding | undefined, question: string): Asked | undefined => {
  const vector = embedding?.embed(question);
  return embedding === undefined || vector === undefined ? undefined : { embeddingId: embedding.id, vector };
};

export type Meaning = ReturnType<typeof openMeaning>;

/**
 * The vectors of all passages. One embedding answers at a time; another is made beside it in the background and takes over
 * when it is whole, so that search never stands still.
 */
export function openMeaning({ store, now }: { readonly store: Store; readonly now: () => number }) {
  const hasExtension = loadVectorExtension(store);
  const sql = {
    kept: store.sql<Row>("embeddings", "SELECT n, id, dims, is_whole FROM embeddings ORDER BY n"),
    keep: store.sql<{ n: number }>("add-embedding", "INSERT INTO embeddings (id, dims, made_at, is_whole) VALUES (?, ?, ?, 0) RETURNING n"),
    whole: store.sql("embedding-whole", "UPDATE embeddings SET is_whole = 1 WHERE n = ?"),
    forget: store.sql("forget-embedding", "DELETE FROM embeddings WHERE n = ?"),
    passages: store.sql<Missing>("passages-to-embed", "SELECT c.id, c.ordinal, d.title, c.heading, c.text, d.source_id, d.modified_at FROM chunks c JOIN documents d ON d.id = c.document_id WHERE c.id > ? ORDER BY c.id LIMIT ?"),
    places: store.sql<{ id: number; ordinal: number; source_id: string; modified_at: number }>("places-of-vectors", "SELECT c.id, c.ordinal, d.source_id, d.modified_at FROM chunks c JOIN documents d ON d.id = c.document_id WHERE c.id > ? ORDER BY c.id LIMIT ?"),
    count: store.sql<{ n: number }>("count-passages", "SELECT count(*) AS n FROM chunks"),
  };
  /** Sources by a small number, as the index holds them. */
  const numbers = new Map<string, number>();
  const numberOf = (sourceId: string): number => {
    const known = numbers.get(sourceId) ?? numbers.size;
    numbers.set(sourceId, known);
    return known;
  };
  const opened = ({ n, id, dims, is_whole }: Row): Kept => {
    const vectors = openVectorStore(store, `vectors_${n}`, dims);
    return { n, id, store: vectors, index: createVectorIndex({ dims, exactly: vectors.scores }), isWhole: is_whole === 1 };
  };
  const kept: Kept[] = hasExtension ? sql.kept.all().map(opened) : [];
  let builtIn: Embedder | undefined;
  let model: Embedder | undefined;
  let problem = hasExtension ? "" : "This machine has no vector extension: words find alone.";
  let done = 0;
  let over = new AbortController();
  let filling: Promise<void> = Promise.resolve();
  let isLoaded = kept.length === 0;

  const learnIn = (one: Kept, { id, sourceId, modifiedAt, isLead, vector }: Learned) => one.index.add({ id, vector, source: numberOf(sourceId), day: dayOf(modifiedAt), isLead });

  /** What the file holds, into memory, in slices: until it is whole, words find alone where vectors are not there yet. */
  async function loadAll(): Promise<void> {
    const places = new Map<number, { readonly sourceId: string; readonly modifiedAt: number; readonly isLead: boolean }>();
    for (let after = 0; !over.signal.aborted; ) {
      const rows = sql.places.all([after, LOAD_SLICE]);
      for (const { id, ordinal, source_id: sourceId, modified_at: modifiedAt } of rows) places.set(id, { sourceId, modifiedAt, isLead: ordinal === 0 });
      if (rows.length < LOAD_SLICE) break;
      after = (rows.at(-1) as { id: number }).id;
      await breathe();
    }
    for (const one of kept)
      for (const slice of one.store.slices()) {
        if (over.signal.aborted) return;
        for (const { id, vector } of slice) {
          const place = places.get(id);
          // Added while this was read: already there, and newer.
          if (place !== undefined && !one.index.has(id)) learnIn(one, { id, ...place, vector });
        }
        await breathe();
      }
    isLoaded = true;
  }

  const drop = (one: Kept) => {
    kept.splice(kept.indexOf(one), 1);
    store.transaction(() => {
      store.raw.exec(`DROP TABLE vectors_${one.n}`);
      sql.forget.run([one.n]);
    });
  };

  /** Walks all passages once and embeds those without a vector; what comes meanwhile has a higher id and is reached too. */
  async function fill(embedder: Embedder, target: Kept, signal: AbortSignal): Promise<void> {
    done = 0;
    for (let after = 0; !signal.aborted; ) {
      const rows = sql.passages.all([after, FILL_SLICE]);
      const last = rows.at(-1);
      if (last === undefined) break;
      after = last.id;
      const missing = rows.filter(({ id }) => !target.index.has(id));
      if (missing.length > 0) {
        const vectors = await embedder.embed(missing.map(embeddable));
        if (signal.aborted) return;
        // A passage may be gone by now: only what is still there gets its vector, in one transaction with the look.
        const made: Learned[] = [];
        store.transaction(() => {
          const there = new Set(sql.passages.all([(missing[0] as Missing).id - 1, FILL_SLICE]).map(({ id }) => id));
          missing.forEach(({ id, ordinal, source_id: sourceId, modified_at: modifiedAt }, at) => {
            const vector = vectors[at];
            if (vector === undefined || !there.has(id) || target.index.has(id)) return;
            target.store.put(id, vector);
            made.push({ id, sourceId, modifiedAt, isLead: ordinal === 0, vector });
          });
        });
        for (const one of made) learnIn(target, one);
      }
      done += rows.length;
      await breathe();
    }
    if (signal.aborted) return;
    if (!target.isWhole) sql.whole.run([target.n]);
    target.isWhole = true;
  }

  /** The built-in first, so that meaning counts at once; then the model's, whatever time it takes. */
  function refill(): void {
    if (!hasExtension) return;
    over.abort();
    const mine = (over = new AbortController());
    filling = filling.then(async () => {
      if (!isLoaded) await loadAll();
      for (const embedder of [builtIn, model]) {
        if (embedder === undefined || mine.signal.aborted) continue;
        let target = targetOf(embedder);
        if (target === undefined) kept.push((target = opened({ ...(sql.keep.get([embedder.id, embedder.dims, now()]) as { n: number }), id: embedder.id, dims: embedder.dims, is_whole: 0 })));
        await fill(embedder, target, mine.signal);
      }
      if (mine.signal.aborted) return;
      problem = "";
      // Vectors of models that are no longer used; a model that is merely not loaded now keeps its own.
      if (model !== undefined) for (const other of [...kept]) if (other.id !== builtIn?.id && other.id !== model.id) drop(other);
    }).catch((error: Error) => {
      problem = `Passages could not be embedded: ${error.message}`;
    });
  }
  const targetOf = (embedder: Embedder): Kept | undefined => kept.find(({ id, store: { dims } }) => id === embedder.id && dims === embedder.dims);
  const answering = (): Embedder | undefined => (model !== undefined && targetOf(model)?.isWhole === true ? model : builtIn);

  return {
    /** The embedding that comes with the app: always kept, so that a model may come and go. */
    use(embedder: Embedder): void {
      builtIn = embedder;
      refill();
    },
    /** A model of the operator: answers as soon as all passages have its vectors; undefined when it is not loaded. */
    useModel(embedder: Embedder | undefined): void {
      model = embedder;
      if (embedder !== undefined) refill();
    },
    get hasModel() {
      return model !== undefined;
    },
    refill,
    settled: (): Promise<void> => filling,
    state(): MeaningState {
      const next = model !== undefined && answering()?.id !== model.id ? model.id : "";
      return { embedding: answering()?.id ?? "", next, done: next === "" ? 0 : done, total: next === "" ? 0 : (sql.count.get()?.n ?? 0), problem };
    },
    get size() {
      return kept.find(({ id }) => id === builtIn?.id)?.index.size ?? 0;
    },
    get bytes() {
      return kept.reduce((sum, { index }) => sum + index.bytes, 0);
    },
    /** In the caller's transaction. True when some embedding takes vectors of this kind. */
    put(id: number, embeddingId: string, vector: Int8Array): boolean {
      const target = kept.find((one) => one.id === embeddingId);
      target?.store.put(id, vector);
      return target !== undefined;
    },
    drop(id: number): void {
      for (const { store: vectors } of kept) vectors.drop(id);
    },
    learn(embeddingId: string, learned: readonly Learned[]): void {
      const target = kept.find((one) => one.id === embeddingId);
      if (target !== undefined) for (const one of learned) learnIn(target, one);
    },
    unlearn(ids: readonly number[]): void {
      for (const { index } of kept) for (const id of ids) index.remove(id);
    },
    /** A question in the embedding that answers now; a model that does not answer in time leaves it to the built-in one. */
    async asked(question: string): Promise<Asked | undefined> {
      const embedder = answering();
      for (const one of embedder === builtIn ? [builtIn] : [embedder, builtIn]) {
        const vector = one === undefined ? undefined : (await inTime(one.embed([question])))?.[0];
        if (one !== undefined && vector !== undefined) return { embeddingId: one.id, vector };
      }
      return undefined;
    },
    search({ embeddingId, vector }: Asked, k: number, leads: number, filter: { readonly sources: readonly string[] | undefined; readonly fromMs: number | undefined }): { readonly passages: readonly Near[]; readonly leads: readonly Near[] } {
      const target = kept.find(({ id, store: { dims } }) => id === embeddingId && dims === vector.length);
      return target === undefined ? { passages: [], leads: [] } : target.index.search(vector, k, leads, withinOf(filter));
    },
    nearestExactly: ({ embeddingId, vector }: Asked, k: number): readonly Near[] => kept.find(({ id }) => id === embeddingId)?.store.nearest(vector, k) ?? [],
    async [Symbol.asyncDispose]() {
      over.abort();
      await filling;
    },
  };

  function withinOf({ sources, fromMs }: { readonly sources: readonly string[] | undefined; readonly fromMs: number | undefined }): Within | undefined {
    if (sources === undefined && fromMs === undefined) return undefined;
    const flags = sources === undefined ? undefined : new Uint8Array(numbers.size + 1);
    for (const source of sources ?? []) flags?.fill(1, numberOf(source), numberOf(source) + 1);
    return { sources: flags, fromDay: fromMs === undefined ? 0 : dayOf(fromMs) };
  }
}

