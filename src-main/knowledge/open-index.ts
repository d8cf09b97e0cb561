import { hash, randomUUID } from "node:crypto";
import { existsSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Store } from "../store/index.ts";
import { readCollection, writeCollection } from "./collection.ts";
import { quantised, type Embedding } from "./embedding.ts";
import { keepDropped } from "./dropped.ts";
import { failKnowledge } from "./failures.ts";
import { embedderOf, openMeaning } from "./meaning.ts";
import { createPassages } from "./passages.ts";
import type { Outside } from "./connectors/connect.ts";
import { isSpaceExport } from "./connectors/space-export.ts";
import type { Changed, Connection, DocumentView, DroppedPiece, Filter, Gap, MeaningView, Passage, Problem, Saved, SourceState } from "./port.ts";
import type { Reader } from "./reader.ts";
import { KNOWLEDGE_MIGRATIONS } from "./tables.ts";
import { createSync, type SourceRow } from "./sync.ts";

type Needs = { readonly store: Store; readonly reader: Reader; readonly embedding: Embedding | undefined; readonly now: () => number; readonly onSources: () => void; readonly outside: Outside; readonly watches?: boolean };

export type Index = ReturnType<typeof openIndex>;

/** Everything the index thread answers. */
export function openIndex({ store, reader, embedding, now, onSources, outside, watches = true }: Needs) {
  store.migrate("knowledge", KNOWLEDGE_MIGRATIONS);
  const meaning = openMeaning({ store, now });
  const passages = createPassages({ store, meaning, now });
  if (embedding !== undefined) meaning.use(embedderOf(embedding));
  const sync = createSync({ store, reader, passages, outside, now, onChange: onSources, watches });
  const sql = {
    states: store.sql<SourceRow>("source-states", "SELECT * FROM sources ORDER BY name"),
    add: store.sql("add-source", "INSERT INTO sources (id, kind, name, location, product, environment, trust, signer, created_at, checked_at, changed_at, problem, settings, credential) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, '', ?, ?)"),
    at: store.sql<{ id: string; name: string }>("source-at", "SELECT id, name FROM sources WHERE location = ?"),
    documentsOf: store.sql<{ id: number }>("documents-of-source", "SELECT id FROM documents WHERE source_id = ?"),
    drop: store.sql("drop-source", "DELETE FROM sources WHERE id = ?"),
    trust: store.sql("trust-source", "UPDATE sources SET trust = ? WHERE id = ?"),
    problems: store.sql<{ source: string; path: string; state: "failed" | "partial"; remarks: string }>("problems", "SELECT s.name AS source, d.path, d.state, d.remarks FROM documents d JOIN sources s ON s.id = d.source_id WHERE d.state <> 'ok' AND (? = '' OR s.id = ?) ORDER BY s.name, d.path LIMIT 2000"),
    changes: store.sql<Changed>("newest-documents", "SELECT d.id AS documentId, s.name AS source, d.path, d.title, d.indexed_at AS indexedAt FROM documents d JOIN sources s ON s.id = d.source_id ORDER BY d.indexed_at DESC, d.id DESC LIMIT ?"),
    gap: store.sql("remember-gap", "INSERT INTO gaps (query, times, last_at) VALUES (?, 1, ?) ON CONFLICT (query) DO UPDATE SET times = times + 1, last_at = excluded.last_at"),
    gaps: store.sql<Gap>("gaps", "SELECT query, times, last_at AS lastAt FROM gaps ORDER BY times DESC, last_at DESC LIMIT 50"),
    forgetGap: store.sql("forget-gap", "DELETE FROM gaps WHERE query = ?"),
    saved: store.sql<Saved>("saved-searches", "SELECT name, query FROM saved_searches ORDER BY name"),
    save: store.sql("save-search", "INSERT INTO saved_searches (name, query) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET query = excluded.query"),
    forget: store.sql("forget-search", "DELETE FROM saved_searches WHERE name = ?"),
  };
  const stateOf = (row: SourceRow): SourceState => {
    const work = sync.workOf(row.id);
    return { id: row.id, kind: row.kind, name: row.name, location: row.location, product: row.product, environment: row.environment, trust: row.trust, signer: row.signer, ...passages.counts(row.id), checkedAt: row.checked_at, changedAt: row.changed_at, lagMs: work.isWatched && !work.isBusy ? 0 : Math.max(0, now() - (row.checked_at || row.created_at)), nextAt: work.isWatched ? 0 : work.nextAt, credential: row.credential, isBusy: work.isBusy, done: work.done, total: work.total, problem: row.problem };
  };
  const states = (): SourceState[] => sql.states.all().map(stateOf);
  const stateBy = (id: string): SourceState => {
    const found = states().find((source) => source.id === id);
    if (found === undefined) throw failKnowledge("SOURCE_UNKNOWN", { id });
    return found;
  };
  const idOf = (kind: string, location: string) => `kb_${hash("sha256", `${kind} ${location} ${randomUUID()}`, "hex").slice(0, 16)}`;
  const addRow = (row: { kind: string; name: string; location: string; product: string; environment: string; trust: string; signer: string; settings?: object; credential?: string }): string => {
    const id = idOf(row.kind, row.location);
    sql.add.run([id, row.kind, row.name, row.location, row.product, row.environment, row.trust, row.signer, now(), JSON.stringify(row.settings ?? {}), row.credential ?? ""]);
    return id;
  };

  return {
    add({ path, name, product, environment }: { path: string; name: string; product: string; environment: string }): SourceState {
      if (!existsSync(path)) throw failKnowledge("SOURCE_PLACE", { path, detail: "nothing is there" });
      const location = realpathSync(path);
      const kind = !statSync(location).isDirectory() ? (isSpaceExport(location) ? "confluence-export" : "file") : existsSync(join(location, ".git")) ? "git" : "folder";
      const before = sql.at.get([location]);
      if (before !== undefined) throw failKnowledge("SOURCE_EXISTS", { path: location, name: before.name });
      const id = addRow({ kind, name: name === "" ? basename(location) : name, location, product, environment, trust: "unsigned", signer: "" });
      sync.start(id);
      onSources();
      return stateBy(id);
    },
    async drop(piece: DroppedPiece): Promise<SourceState | undefined> {
      const folder = keepDropped(dirname(store.path), piece);
      if (folder === undefined) return undefined;
      const before = sql.at.get([folder]);
      const id = before?.id ?? addRow({ kind: "folder", name: "Dropped files", location: folder, product: "", environment: "", trust: "unsigned", signer: "" });
      sync.start(id);
      await sync.now(id);
      onSources();
      return stateBy(id);
    },
    connect({ name, product, environment, credential, kind, ...settings }: Connection): SourceState {
      const location = placeOf({ kind, ...settings } as Connection);
      const before = sql.at.get([location]);
      if (before !== undefined) throw failKnowledge("SOURCE_EXISTS", { path: location, name: before.name });
      const id = addRow({ kind, name: name === "" ? location.replace(/^https?:\/\/|\/$/g, "") : name, location, product, environment, trust: "unsigned", signer: "", settings, credential });
      sync.start(id);
      onSources();
      return stateBy(id);
    },
    async remove(id: string): Promise<void> {
      stateBy(id);
      await sync.stop(id);
      const documents = sql.documentsOf.all([id]).map((row) => row.id);
      for (let at = 0; at < documents.length; at += 200) {
        passages.remove(documents.slice(at, at + 200));
        await new Promise((resolve) => setImmediate(resolve));
      }
      sql.drop.run([id]);
      onSources();
    },
    async sync(id?: string): Promise<SourceState[]> {
      if (id !== undefined) stateBy(id);
      await Promise.all((id === undefined ? states().map((source) => source.id) : [id]).map((one) => sync.now(one)));
      return id === undefined ? states() : [stateBy(id)];
    },
    sources: states,
    async search(query: string, { limit, filter, remembersGap, mode = "hybrid", isTyping = false }: { limit: number; filter: Filter; remembersGap: boolean; mode?: "hybrid" | "words"; isTyping?: boolean }): Promise<{ passages: Passage[]; tookMs: number }> {
      const from = performance.now();
      const asked = mode === "words" ? undefined : await meaning.asked(query);
      const found = passages.search({ query, limit, filter, mode, isTyping, asked });
      if (remembersGap && found.every((passage) => passage.found === "meaning")) sql.gap.run([query.trim().slice(0, 200), now()]);
      return { passages: found, tookMs: Math.round((performance.now() - from) * 10) / 10 };
    },
    meaning: (): MeaningView => meaning.state(),
    /** A model that makes embeddings is loaded, or no longer. */
    useModel: (model: { readonly id: string; readonly dims: number } | undefined): void => meaning.useModel(model === undefined ? undefined : { ...model, embed: async (texts) => (await outside.embed(texts)).map((vector) => quantised(vector, largestOf(vector))) }),
    document: (chunkId: number): DocumentView => passages.document(chunkId),
    opened: (documentId: number): DocumentView => passages.opened(documentId),
    problems: (id = ""): Problem[] => sql.problems.all([id, id]).map(({ remarks, ...row }) => ({ source: row.source, path: row.path, state: row.state, what: (JSON.parse(remarks) as string[]).join("; ") })),
    changes: (limit: number): Changed[] => sql.changes.all([limit]),
    gaps: (): Gap[] => sql.gaps.all(),
    forgetGap: (query: string) => void sql.forgetGap.run([query]),
    saved: (): Saved[] => sql.saved.all(),
    save: ({ name, query }: Saved) => void sql.save.run([name, query]),
    forget: (name: string) => void sql.forget.run([name]),
    export: (ids: readonly string[], path: string) => writeCollection({ store, sources: (ids.length === 0 ? states().map(({ id }) => id) : ids).map(stateBy), path, now }),
    async import(path: string, trustedKeys: readonly string[]): Promise<SourceState> {
      const collection = readCollection(path, trustedKeys);
      const location = `${collection.name} (${collection.signer})`;
      const before = states().find((source) => source.kind === "collection" && source.location === location);
      const id = before?.id ?? addRow({ kind: "collection", name: collection.name, location, product: collection.product, environment: collection.environment, trust: collection.isTrusted ? "signed" : "unsigned", signer: collection.signer });
      sql.trust.run([collection.isTrusted ? "signed" : "unsigned", id]);
      await sync.take(id, collection.documents, embedding);
      onSources();
      return stateBy(id);
    },
    async [Symbol.asyncDispose]() {
      await meaning[Symbol.asyncDispose]();
      await sync[Symbol.asyncDispose]();
    },
  };
}

/** One line that names the place as people do. */
function placeOf(connection: Connection): string {
  switch (connection.kind) {
    case "web":
      return connection.url;
    case "confluence":
      return connection.spaces.length === 0 ? connection.url : `${connection.url} (${connection.spaces.join(", ")})`;
    case "jira":
      return connection.jql === "" ? connection.url : `${connection.url} (${connection.jql})`;
    case "sharepoint":
      return `${new URL(connection.graphUrl).host}, drive ${connection.drive}`;
    default:
      return connection satisfies never;
  }
}

/** The largest share one component has of a vector's length: models differ, and only directions are compared. */
const largestOf = (vector: Float32Array): number => {
  let [largest, square] = [0, 0];
  for (const value of vector) {
    largest = Math.max(largest, Math.abs(value));
    square += value * value;
  }
  return largest / (Math.sqrt(square) || 1) || 1;
};
