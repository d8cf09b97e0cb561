import type { Migration } from "../store/index.ts";

/**
 * Values live beside the tree: `sealed` may be destroyed by an erasure, `leaf` may never change. The triggers hold
 * against our own mistakes; against the owner of the machine only an outside memory of the head does.
 */
export const LEDGER_MIGRATIONS: readonly Migration[] = [
  {
    n: 1,
    name: "the log, its right edge and what lies beside it",
    sql: `
      CREATE TABLE state (id INTEGER PRIMARY KEY CHECK (id = 1), minimum INTEGER NOT NULL DEFAULT 0) STRICT;
      INSERT INTO state (id) VALUES (1);

      -- The root after a commit stands in that commit's last row: the entry and the tree's edge are one page, one write.
      CREATE TABLE entries (
        seq INTEGER PRIMARY KEY,
        leaf BLOB NOT NULL,
        subject INTEGER NOT NULL,
        root BLOB,
        nonce BLOB,
        sealed BLOB
      ) STRICT;

      CREATE TABLE blobs (
        id INTEGER PRIMARY KEY,
        seq INTEGER NOT NULL,
        place INTEGER NOT NULL,
        subject INTEGER NOT NULL,
        nonce BLOB NOT NULL,
        sealed BLOB NOT NULL,
        UNIQUE (seq, place)
      ) STRICT;

      CREATE TABLE subjects (id INTEGER PRIMARY KEY, name TEXT UNIQUE, wrapped BLOB, erased_seq INTEGER) STRICT;
      CREATE TABLE tiles (id INTEGER PRIMARY KEY, hashes BLOB NOT NULL CHECK (length(hashes) = 8192)) STRICT;
      CREATE TABLE open_acts (seq INTEGER PRIMARY KEY) STRICT;
      CREATE TABLE erasures (seq INTEGER PRIMARY KEY, by_seq INTEGER NOT NULL) STRICT;
      CREATE TABLE notes (id INTEGER PRIMARY KEY, size INTEGER NOT NULL, why TEXT NOT NULL, note TEXT NOT NULL) STRICT;
      CREATE INDEX notes_by_size ON notes (size);
      CREATE TABLE cosignatures (size INTEGER NOT NULL, name TEXT NOT NULL, line TEXT NOT NULL, time INTEGER NOT NULL, PRIMARY KEY (size, name)) STRICT, WITHOUT ROWID;

      -- Those whose cosignatures this log accepts, and the logs this installation has cosigned: each head once, never backwards.
      CREATE TABLE witnesses (name TEXT PRIMARY KEY, vkey TEXT NOT NULL, since INTEGER NOT NULL) STRICT, WITHOUT ROWID;
      CREATE TABLE witnessed (origin TEXT PRIMARY KEY, vkey TEXT NOT NULL, size INTEGER NOT NULL, root BLOB NOT NULL, note TEXT NOT NULL, time INTEGER NOT NULL) STRICT, WITHOUT ROWID;
      CREATE TRIGGER witnessed_only_grows BEFORE UPDATE ON witnessed WHEN NEW.size < OLD.size OR (NEW.size = OLD.size AND NEW.root <> OLD.root)
        BEGIN SELECT RAISE(ABORT, 'a witness never goes back'); END;

      CREATE TABLE options (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

      CREATE TABLE recordings (
        id TEXT PRIMARY KEY,
        session TEXT NOT NULL,
        host TEXT NOT NULL,
        opened_seq INTEGER NOT NULL,
        committed_bytes INTEGER NOT NULL DEFAULT 0,
        events INTEGER NOT NULL DEFAULT 0,
        closed_seq INTEGER,
        erased_seq INTEGER
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX recordings_by_session ON recordings (session);
      CREATE INDEX recordings_open ON recordings (opened_seq) WHERE closed_seq IS NULL;

      CREATE TRIGGER entries_never_change BEFORE UPDATE OF seq, leaf, subject, root ON entries BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
      CREATE TRIGGER disclosures_only_go BEFORE UPDATE OF nonce, sealed ON entries
        WHEN NEW.sealed IS NOT NULL OR NEW.nonce IS NOT NULL OR NOT EXISTS (SELECT 1 FROM erasures WHERE seq = OLD.seq)
        BEGIN SELECT RAISE(ABORT, 'a disclosure changes only by a recorded erasure'); END;
      CREATE TRIGGER entries_never_go BEFORE DELETE ON entries WHEN OLD.seq >= (SELECT minimum FROM state WHERE id = 1)
        BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
      CREATE TRIGGER entries_only_at_the_end BEFORE INSERT ON entries WHEN NEW.seq <> coalesce((SELECT max(seq) + 1 FROM entries), 0)
        BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
      CREATE TRIGGER blobs_never_change BEFORE UPDATE ON blobs BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
      CREATE TRIGGER blobs_only_go BEFORE DELETE ON blobs
        WHEN NOT EXISTS (SELECT 1 FROM erasures WHERE seq = OLD.seq) AND OLD.seq >= (SELECT minimum FROM state WHERE id = 1)
        BEGIN SELECT RAISE(ABORT, 'a blob goes only by a recorded erasure'); END;
      CREATE TRIGGER tiles_never_change BEFORE UPDATE ON tiles BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
      CREATE TRIGGER state_only_grows BEFORE UPDATE ON state WHEN NEW.minimum < OLD.minimum OR NEW.minimum > (SELECT max(seq) FROM entries)
        BEGIN SELECT RAISE(ABORT, 'the log only grows'); END;
      CREATE TRIGGER state_stays BEFORE DELETE ON state BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
      CREATE TRIGGER erasures_stay BEFORE DELETE ON erasures BEGIN SELECT RAISE(ABORT, 'an erasure is never undone'); END;
    `,
  },
  {
    n: 2,
    name: "what proves a commit",
    sql: `
      -- The root after the commit in its last row, as before; or, of an entry that was committed alone and filled no tile, its
      -- leaf's hash: it is there already, and a root costs a hash for each set bit of the size.
      ALTER TABLE entries RENAME COLUMN root TO proof;
    `,
  },
];

/** Tiles are keyed by level and index in one integer: at most 2^40 tiles of a level, far beyond any log here. */
const TILES_PER_LEVEL = 2 ** 40;
export const tileId = (level: number, index: number): number => level * TILES_PER_LEVEL + index;
