import { stat } from "node:fs/promises";
import { basename } from "node:path";
import type { Store } from "../store/index.ts";
import { createFolderWatch, type FolderWatch } from "./folder-watch.ts";
import type { Embedding } from "./embedding.ts";
import { embeddable } from "./meaning.ts";
import type { Passages, Ready } from "./passages.ts";
import { connectorOf, type Outside } from "./connectors/connect.ts";
import { gitFiles } from "./connectors/git.ts";
import { SourceTrouble } from "./connectors/http.ts";
import type { SourceKind, Trust } from "./port.ts";
import { pull } from "./pull.ts";
import type { Reader } from "./reader.ts";
import { walk, type Found } from "./walk.ts";
import type { ReadJob } from "./worker-port.ts";

export type SourceRow = { readonly id: string; readonly kind: SourceKind; readonly name: string; readonly location: string; readonly product: string; readonly environment: string; readonly trust: Trust; readonly signer: string; readonly created_at: number; readonly checked_at: number; readonly changed_at: number; readonly problem: string; readonly settings: string; readonly credential: string; readonly cursor: string; readonly failures: number; readonly seen_at: number };
type Needs = { readonly store: Store; readonly reader: Reader; readonly passages: Passages; readonly outside: Outside; readonly now: () => number; readonly onChange: () => void; readonly watches: boolean };
type Work = { done: number; total: number; isBusy: boolean; isWatched: boolean; nextAt: number };

/** Small enough that a search never waits long behind a write, large enough that commits do not rule. */
const BATCH_CHUNKS = 600;
const BATCH_MS = 400;
/** What is asked of the reading thread at once: thousands of small files are not thousands of questions. */
const ORDER_FILES = 64;
const ORDER_BYTES = 256 * 1024;
const AHEAD = 2;
/** Whole comparisons beside the watch: network shares tell nothing, and a watch may miss what happened while it was set. */
const WATCHED_EVERY_MS = 60_000;
const UNWATCHED_EVERY_MS = 4_000;
/** Other systems are asked this often: a change is searchable within five minutes, a wiki is not worn out. */
const REMOTE_EVERY_MS = 90_000;
const LONGEST_WAIT_MS = 15 * 60_000;
/** Deltas that do not tell what was taken away are made up for by a whole listing. */
const WHOLE_EVERY_MS = 30 * 60_000;
const REMOTE: ReadonlySet<SourceKind> = new Set(["web", "confluence", "confluence-export", "jira", "sharepoint"]);

/** When to ask again: doubled with each failure in a row, and no sooner than the source itself asked for. Pure. */
export const nextWait = (everyMs: number, failures: number, askedMs: number): number => Math.max(askedMs, Math.min(LONGEST_WAIT_MS, everyMs * 2 ** Math.min(failures, 6)));

/**
 * Keeps sources and their documents alike. What is done is in the file, nothing else: after a kill the next comparison
 * takes in what is missing and leaves the rest.
 */
export function createSync({ store, reader, passages, outside, now, onChange, watches }: Needs) {
  const sql = {
    all: store.sql<SourceRow>("sources", "SELECT * FROM sources"),
    get: store.sql<SourceRow>("source", "SELECT * FROM sources WHERE id = ?"),
    checked: store.sql("source-checked", "UPDATE sources SET checked_at = ?, problem = ? WHERE id = ?"),
    failed: store.sql("source-failed", "UPDATE sources SET problem = ?, failures = failures + 1 WHERE id = ?"),
    well: store.sql("source-well", "UPDATE sources SET failures = 0 WHERE id = ?"),
    seen: store.sql("source-seen-whole", "UPDATE sources SET seen_at = ? WHERE id = ?"),
    cursor: store.sql("source-cursor", "UPDATE sources SET cursor = ? WHERE id = ?"),
    changed: store.sql("source-changed", "UPDATE sources SET changed_at = ? WHERE id = ?"),
  };
  type Running = { readonly over: AbortController; readonly work: Work; turn: Promise<void>; asked: Promise<void> | undefined; watch: FolderWatch | undefined; timer: NodeJS.Timeout | undefined; wantsWhole: boolean; askedMs: number };
  const running = new Map<string, Running>();

  async function compare(source: SourceRow, run: Running): Promise<void> {
    const signal = run.over.signal;
    const found = source.kind === "file" ? await single(source.location) : source.kind === "git" ? await tracked(source.location, signal) : await walk(source.location, signal);
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

  async function fetchFrom(source: SourceRow, run: Running): Promise<void> {
    const signal = run.over.signal;
    const isWhole = run.wantsWhole || now() - source.seen_at > WHOLE_EVERY_MS;
    run.work.done = 0;
    run.work.total = 0;
    const { changed, wasWhole } = await pull({
      sourceId: source.id,
      connector: connectorOf(source, outside, signal, now),
      passages,
      reader,
      cursor: source.cursor,
      isWhole,
      signal,
      keepCursor: (cursor) => void sql.cursor.run([cursor, source.id]),
      onProgress(done, total) {
        Object.assign(run.work, { done, total });
        onChange();
      },
    });
    run.wantsWhole = false;
    if (wasWhole) sql.seen.run([now(), source.id]);
    if (changed > 0) sql.changed.run([now(), source.id]);
  }

  async function takeIn(source: SourceRow, files: Found["files"], run: Running): Promise<void> {
    let batch: Ready[] = [];
    let chunks = 0;
    let since = now();
    const orders = ordersOf(files);
    const ahead: ReturnType<Reader["read"]>[] = [];
    const commit = () => {
      if (batch.length > 0) passages.put(source.id, batch);
      batch = [];
      chunks = 0;
      since = now();
      onChange();
    };
    try {
      for (let at = 0; at < orders.length; at += 1) {
        run.over.signal.throwIfAborted();
        // While these are kept, the next are read.
        while (ahead.length <= AHEAD && at + ahead.length < orders.length) ahead.push(reader.read(orders[at + ahead.length] ?? []).catch(() => []));
        for (const ready of (await ahead.shift()) ?? []) {
          run.work.done += 1;
          if (ready === undefined) continue; // gone since the walk, or closing: the next comparison tells
          batch.push(ready);
          chunks += ready.chunks.length;
          if (chunks >= BATCH_CHUNKS || now() - since > BATCH_MS) commit();
        }
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
      await (REMOTE.has(source.kind) ? fetchFrom(source, run) : compare(source, run));
      run.askedMs = 0;
      sql.well.run([id]);
    } catch (error) {
      if (run.over.signal.aborted) return;
      if (REMOTE.has(source.kind)) {
        // What was seen last stays the time of the last whole answer: the lag tells how old it may be.
        run.askedMs = error instanceof SourceTrouble ? error.waitMs : 0;
        sql.failed.run([`It could not be read: ${(error as Error).message}. What was taken in before is kept; it is asked again by itself.`, id]);
        return onChange();
      }
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
    const run: Running = { over: new AbortController(), work: { done: 0, total: 0, isBusy: false, isWatched: false, nextAt: 0 }, turn: Promise.resolve(), asked: undefined, watch: undefined, timer: undefined, wantsWhole: false, askedMs: 0 };
    running.set(id, run);
    if (source.kind === "collection") return;
    if (watches) {
      if (source.kind === "folder" || source.kind === "git") run.watch = createFolderWatch(() => void ask(id));
      const again = () => {
        if (run.over.signal.aborted) return;
        const wait = REMOTE.has(source.kind) ? nextWait(everyMsOf(source), sql.get.get([id])?.failures ?? 0, run.askedMs) : run.work.isWatched ? WATCHED_EVERY_MS : UNWATCHED_EVERY_MS;
        run.work.nextAt = now() + wait;
        run.timer = setTimeout(() => void ask(id).then(again, again), wait);
      };
      void ask(id).then(again, again);
      return;
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
    /** Whole, whatever the schedule says. */
    now(id: string): Promise<void> {
      const run = running.get(id);
      if (run !== undefined) run.wantsWhole = true;
      return ask(id);
    },
    workOf: (id: string): Work => running.get(id)?.work ?? { done: 0, total: 0, isBusy: false, isWatched: true, nextAt: 0 },
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

/** Without git on this machine a working copy is a folder like any other. */
const tracked = (folder: string, signal: AbortSignal): Promise<Found> =>
  gitFiles(folder, signal).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return walk(folder, signal);
    throw error;
  });

const everyMsOf = ({ settings }: SourceRow): number => {
  const { everyMs } = JSON.parse(settings) as { readonly everyMs?: number };
  return everyMs ?? REMOTE_EVERY_MS;
};

function ordersOf(files: Found["files"]): ReadJob[][] {
  const orders: ReadJob[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const file of files) {
    const last = orders.at(-1);
    const job = { path: file.path, name: file.name };
    bytes += file.bytes;
    if (last !== undefined && last.length < ORDER_FILES && bytes <= ORDER_BYTES) last.push(job);
    else {
      orders.push([job]);
      bytes = file.bytes;
    }
  }
  return orders;
}
