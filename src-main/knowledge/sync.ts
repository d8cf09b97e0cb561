import { stat } from "node:fs/promises";
import { basename } from "node:path";
import type { Store } from "../store/index.ts";
import { createFolderWatch, type FolderWatch } from "./folder-watch.ts";
import type { Embedding } from "./embedding.ts";
import { embeddable } from "./meaning.ts";
import type { Passages, Ready } from "./passages.ts";
import type { Trust } from "./port.ts";
import type { Reader } from "./reader.ts";
import { walk, type Found } from "./walk.ts";

export type SourceRow = { readonly id: string; readonly kind: "folder" | "file" | "collection"; readonly name: string; readonly location: string; readonly product: string; readonly environment: string; readonly trust: Trust; readonly signer: string; readonly checked_at: number; readonly changed_at: number; readonly problem: string };
type Needs = { readonly store: Store; readonly reader: Reader; readonly passages: Passages; readonly now: () => number; readonly onChange: () => void; readonly watches: boolean };
type Work = { done: number; total: number; isBusy: boolean; isWatched: boolean };

/** Small enough that a search never waits long behind a write, large enough that commits do not rule. */
const BATCH_CHUNKS = 600;
const BATCH_MS = 400;
/** Whole comparisons beside the watch: network shares tell nothing, and a watch may miss what happened while it was set. */
const WATCHED_EVERY_MS = 60_000;
const UNWATCHED_EVERY_MS = 4_000;

/**
 * Keeps sources and their documents alike. What is done is in the file, nothing else: after a kill the next comparison
 * takes in what is missing and leaves the rest.
 */
export function createSync({ store, reader, passages, now, onChange, watches }: Needs) {
  const sql = {
    all: store.sql<SourceRow>("sources", "SELECT * FROM sources"),
    get: store.sql<SourceRow>("source", "SELECT * FROM sources WHERE id = ?"),
    checked: store.sql("source-checked", "UPDATE sources SET checked_at = ?, problem = ? WHERE id = ?"),
    changed: store.sql("source-changed", "UPDATE sources SET changed_at = ? WHERE id = ?"),
  };
  type Running = { readonly over: AbortController; readonly work: Work; turn: Promise<void>; asked: Promise<void> | undefined; watch: FolderWatch | undefined; timer: NodeJS.Timeout | undefined };
  const running = new Map<string, Running>();

  async function compare(source: SourceRow, run: Running): Promise<void> {
    const signal = run.over.signal;
    const found = source.kind === "folder" ? await walk(source.location, signal) : await single(source.location);
    run.watch?.cover(found.folders);
    run.work.isWatched = run.watch?.isWhole ?? false;
    const known = new Map(passages.known(source.id).map((document) => [document.path, document]));
    const wanted = new Set(found.files.map(({ name }) => name));
    const gone = [...known.values()].filter(({ path }) => !wanted.has(path)).map(({ id }) => id);
    const changed = found.files.filter(({ name, bytes, modifiedAt }) => {
      const before = known.get(name);
      return before === undefined || before.bytes !== bytes || before.modified_at !== modifiedAt;
    });
    run.work.total = changed.length;
    run.work.done = 0;
    for (let at = 0; at < gone.length; at += 100) passages.remove(gone.slice(at, at + 100));
    if (changed.length > 0) await takeIn(source, changed, run);
    if (gone.length + changed.length > 0) sql.changed.run([now(), source.id]);
  }

  async function takeIn(source: SourceRow, files: Found["files"], run: Running): Promise<void> {
    let batch: Ready[] = [];
    let chunks = 0;
    let since = now();
    const commit = () => {
      if (batch.length > 0) passages.put(source.id, batch);
      batch = [];
      chunks = 0;
      since = now();
      onChange();
    };
    try {
      for (const file of files) {
        run.over.signal.throwIfAborted();
        const ready = await reader.read({ path: file.path, name: file.name }).catch(() => undefined);
        run.work.done += 1;
        if (ready === undefined) continue; // gone since the walk, or closing: the next comparison tells
        batch.push(ready);
        chunks += ready.chunks.length;
        if (chunks >= BATCH_CHUNKS || now() - since > BATCH_MS) commit();
      }
    } finally {
      commit();
    }
  }

  async function once(id: string, run: Running): Promise<void> {
    const source = sql.get.get([id]);
    if (source === undefined || source.kind === "collection" || run.over.signal.aborted) return;
    run.work.isBusy = true;
    let problem = "";
    try {
      await compare(source, run);
    } catch (error) {
      if (run.over.signal.aborted) return;
      problem = (error as NodeJS.ErrnoException).code === "ENOENT" ? "The place is not there. What was taken in before is kept; if it is a share, mount it." : `It could not be read: ${(error as Error).message}.`;
    } finally {
      run.work.isBusy = false;
    }
    sql.checked.run([now(), problem, id]);
    onChange();
  }

  /** At most one comparison runs and one more waits: whatever changed meanwhile is seen by the one that waits. */
  function ask(id: string): Promise<void> {
    const run = running.get(id);
    if (run === undefined) return Promise.resolve();
    run.asked ??= run.turn.then(async () => {
      run.asked = undefined;
      run.turn = once(id, run);
      await run.turn;
    });
    return run.asked;
  }

  function start(id: string): void {
    const source = sql.get.get([id]);
    if (source === undefined || running.has(id)) return;
    const run: Running = { over: new AbortController(), work: { done: 0, total: 0, isBusy: false, isWatched: false }, turn: Promise.resolve(), asked: undefined, watch: undefined, timer: undefined };
    running.set(id, run);
    if (source.kind === "collection") return;
    if (watches) {
      if (source.kind === "folder") run.watch = createFolderWatch(() => void ask(id));
      const again = () => {
        if (!run.over.signal.aborted) run.timer = setTimeout(() => void ask(id).then(again, again), run.work.isWatched ? WATCHED_EVERY_MS : UNWATCHED_EVERY_MS);
      };
      again();
    }
    void ask(id);
  }

  async function stop(id: string): Promise<void> {
    const run = running.get(id);
    if (run === undefined) return;
    run.over.abort();
    clearTimeout(run.timer);
    run.watch?.close();
    running.delete(id);
    await run.asked?.catch(() => undefined);
    await run.turn.catch(() => undefined);
  }

  for (const { id } of sql.all.all()) start(id);
  return {
    start,
    stop,
    now: ask,
    workOf: (id: string): Work => running.get(id)?.work ?? { done: 0, total: 0, isBusy: false, isWatched: true },
    /** Documents that came ready from elsewhere: those of the source that are not among them go. */
    async take(id: string, documents: readonly Ready[], embedding: Embedding | undefined): Promise<void> {
      start(id);
      const wanted = new Set(documents.map(({ path }) => path));
      passages.remove(passages.known(id).filter(({ path }) => !wanted.has(path)).map((document) => document.id));
      const known = new Map(passages.known(id).map((document) => [document.path, document.sha256]));
      const fresh = documents.filter((document) => known.get(document.path) !== document.sha256);
      for (let at = 0; at < fresh.length; at += 50) {
        passages.put(id, fresh.slice(at, at + 50).map((document) => ({ ...document, vectors: document.chunks.map((chunk) => embedding?.embed(embeddable({ title: document.title, ...chunk }))) })));
        await new Promise((resolve) => setImmediate(resolve));
      }
      sql.changed.run([now(), id]);
      sql.checked.run([now(), "", id]);
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([...running.keys()].map(stop));
    },
  };
}

async function single(path: string): Promise<Found> {
  const info = await stat(path);
  return { files: [{ path, name: basename(path), bytes: info.size, modifiedAt: Math.round(info.mtimeMs) }], folders: [] };
}
