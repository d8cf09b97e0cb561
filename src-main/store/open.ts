import Database from "better-sqlite3";
import { createHash } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** Append-only: a released migration is never edited, a test opens files of every old version. Imports nothing else. */
export type Migration = { readonly n: number; readonly name: string; readonly sql: string };

type SqlValue = string | number | bigint | Uint8Array | null;
type Params = readonly SqlValue[] | Readonly<Record<string, SqlValue>>;
export type Statement<Row> = {
  get(params?: Params): Row | undefined;
  all(params?: Params): Row[];
  iterate(params?: Params): IterableIterator<Row>;
  run(params?: Params): { readonly changes: number; readonly lastInsertRowid: number | bigint };
};

export interface Store extends Disposable {
  /** Brings one room's tables up to date, in a transaction each. Rooms own disjoint tables. */
  migrate(room: string, migrations: readonly Migration[]): void;
  /** A named, prepared statement: the name is what the log says when it is slow. */
  sql<Row = unknown>(name: string, text: string): Statement<Row>;
  /** BEGIN IMMEDIATE … COMMIT; rolled back when `work` throws. Nested calls join the outer one. */
  transaction<T>(work: () => T): T;
  /**
   * What was just erased lies in the write-ahead log as it was, until that is folded back and cut to nothing. While others
   * read from it that cannot be: nobody waits, and it is tried again until it is done.
   */
  emptyLog(): void;
  readonly path: string;
  /** For extensions (sqlite-vec), backups and pragmas; not for queries. */
  readonly raw: Database.Database;
}

export type StoreNeeds = {
  readonly path: string;
  /** FULL survives power loss for every commit; NORMAL may lose the last ones (never corrupts). */
  readonly durability?: "FULL" | "NORMAL";
  /** Of a new file; an old one keeps its own. Larger pages split less often when rows only ever come at the end. */
  readonly pageBytes?: number;
  /**
   * How far the write-ahead log grows before it is folded back, with that room laid out beforehand: a sync that must also
   * make a file longer costs twice as much as one that does not.
   */
  readonly logBytes?: number;
  readonly onSlow?: (slow: { readonly name: string; readonly ms: number }) => void;
};

const SLOW_MS = 40;
const BUSY_MS = 5000;
const EMPTY_AGAIN_MS = 250;

/** The whole file as it stands at one moment, also while another process writes to it. */
export function snapshotOf(path: string): Buffer {
  const db = new Database(path, { readonly: true, fileMustExist: true, timeout: 10_000 });
  try {
    return db.serialize();
  } finally {
    db.close();
  }
}

/** What a frame of the write-ahead log carries besides its page (sqlite.org/fileformat2.html#walformat). */
const FRAME_HEAD_BYTES = 24;

/** WAL, foreign keys, one writer: the core's main thread owns the file. */
export function openStore({ path, durability = "FULL", pageBytes, logBytes, onSlow }: StoreNeeds): Store {
  if (path !== ":memory:") mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  if (logBytes !== undefined) layOutLog(path, pageBytes, logBytes);
  const db = new Database(path);
  try {
    db.pragma(`busy_timeout = ${BUSY_MS}`);
    if (pageBytes !== undefined) db.pragma(`page_size = ${pageBytes}`);
    db.pragma("journal_mode = WAL");
    // One large commit may still pass the mark before it is folded back; the room is a little more than the mark.
    if (logBytes !== undefined) db.pragma(`wal_autocheckpoint = ${Math.floor((0.85 * logBytes) / ((db.pragma("page_size", { simple: true }) as number) + FRAME_HEAD_BYTES))}`);
    db.pragma(`synchronous = ${durability}`);
    db.pragma("foreign_keys = ON");
    db.pragma("trusted_schema = OFF");
    db.exec("CREATE TABLE IF NOT EXISTS migrations (room TEXT NOT NULL, n INTEGER NOT NULL, name TEXT NOT NULL, sha256 TEXT NOT NULL, PRIMARY KEY (room, n)) STRICT");
    if (path !== ":memory:") chmodSync(path, 0o600);
  } catch (error) {
    db.close();
    throw error;
  }

  const timed = <T>(name: string, work: () => T): T => {
    const from = performance.now();
    try {
      return work();
    } finally {
      const ms = performance.now() - from;
      if (ms > SLOW_MS) onSlow?.({ name, ms: Math.round(ms) });
    }
  };
  let emptyAgain: NodeJS.Timeout | undefined;
  const cutLog = (): void => {
    clearTimeout(emptyAgain);
    db.pragma("busy_timeout = 0");
    try {
      if (db.pragma("wal_checkpoint(TRUNCATE)", { simple: true }) !== 0) emptyLater();
    } finally {
      db.pragma(`busy_timeout = ${BUSY_MS}`);
    }
  };
  const emptyLater = (): void => {
    emptyAgain = setTimeout(() => {
      try {
        cutLog();
      } catch {
        emptyLater(); // a disk in trouble, or a statement of our own still on its way
      }
    }, EMPTY_AGAIN_MS).unref();
  };
  const bound = (params: Params | undefined): unknown[] => (params === undefined ? [] : Array.isArray(params) ? [...params] : [params]);

  return {
    path,
    raw: db,
    migrate: (room, migrations) => migrate(db, room, migrations),
    sql<Row>(name: string, text: string): Statement<Row> {
      const statement = db.prepare(text);
      return {
        get: (params) => timed(name, () => statement.get(...bound(params)) as Row | undefined),
        all: (params) => timed(name, () => statement.all(...bound(params)) as Row[]),
        iterate: (params) => statement.iterate(...bound(params)) as IterableIterator<Row>,
        run: (params) => timed(name, () => statement.run(...bound(params))),
      };
    },
    transaction<T>(work: () => T): T {
      if (db.inTransaction) return work();
      return timed("transaction", () => db.transaction(work).immediate());
    },
    emptyLog: cutLog,
    [Symbol.dispose]() {
      clearTimeout(emptyAgain);
      db.close();
    },
  };
}

/**
 * Room for the write-ahead log as real blocks of zeroes, before the file is opened: what is no valid frame is no frame to
 * SQLite, so it begins at the start and never makes the file longer. Only a matter of speed: a disk that is nearly full,
 * or refuses, keeps its log as small as it can be.
 */
function layOutLog(path: string, pageBytes: number | undefined, logBytes: number): void {
  const log = `${path}-wal`;
  // A new file throws away any log it finds beside it: it must be one already.
  if (!existsSync(path)) openStore({ path, ...(pageBytes === undefined ? {} : { pageBytes }) })[Symbol.dispose]();
  if (existsSync(log)) return;
  const disk = statfsSync(dirname(path));
  if (disk.bavail * disk.bsize < 64 * logBytes) return;
  try {
    writeFileSync(log, Buffer.alloc(logBytes), { flag: "wx", mode: 0o600, flush: true });
  } catch (error) {
    // Another's log is left alone; what we could only begin holds zeroes at most.
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") rmSync(log, { force: true });
  }
}

function migrate(db: Database.Database, room: string, migrations: readonly Migration[]): void {
  const done = new Map((db.prepare("SELECT n, sha256 FROM migrations WHERE room = ?").all(room) as { n: number; sha256: string }[]).map((row) => [row.n, row.sha256]));
  const newest = Math.max(0, ...done.keys());
  if (newest > migrations.length) throw new Error(`${room}: the file was written by a newer SENA (version ${newest} of its tables; this one knows ${migrations.length}). Start the newer SENA, or restore a backup.`);
  migrations.forEach((migration, index) => {
    if (migration.n !== index + 1) throw new Error(`${room}: migrations are numbered 1, 2, 3 without holes`);
    const sha256 = createHash("sha256").update(migration.sql).digest("hex");
    const before = done.get(migration.n);
    if (before === sha256) return;
    if (before !== undefined) throw new Error(`${room}: migration ${migration.n} was changed after it was released`);
    db.transaction(() => {
      db.exec(migration.sql);
      db.prepare("INSERT INTO migrations (room, n, name, sha256) VALUES (?, ?, ?, ?)").run(room, migration.n, migration.name, sha256);
    }).immediate();
  });
}
