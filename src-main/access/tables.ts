import type { Migration } from "../store/index.ts";

export const ACCESS_MIGRATIONS: readonly Migration[] = [
  {
    n: 1,
    name: "operators",
    sql: `
      CREATE TABLE access_state (id INTEGER PRIMARY KEY CHECK (id = 1), mode TEXT NOT NULL CHECK (mode IN ('single', 'several'))) STRICT;
      -- box seals the vault's root and the operator's signing key; kdf is empty where the device's own key seals it.
      CREATE TABLE operators (
        id TEXT PRIMARY KEY,
        name TEXT NOT NULL UNIQUE,
        roles TEXT NOT NULL,
        active INTEGER NOT NULL,
        public_key TEXT NOT NULL,
        is_remote INTEGER NOT NULL,
        kdf TEXT NOT NULL,
        box BLOB,
        created_at INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE access_sessions (n INTEGER PRIMARY KEY AUTOINCREMENT, operator_id TEXT NOT NULL, from_at INTEGER NOT NULL, to_at INTEGER, ended TEXT NOT NULL DEFAULT '') STRICT;
      CREATE TABLE delegations (
        id TEXT PRIMARY KEY,
        from_id TEXT NOT NULL REFERENCES operators (id),
        to_id TEXT NOT NULL REFERENCES operators (id),
        until_at INTEGER NOT NULL,
        reason TEXT NOT NULL,
        revoked_at INTEGER,
        created_at INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID;
    `,
  },
  {
    n: 2,
    name: "approver keys of an agent",
    // Empty: the operator's own seed signs. Otherwise this key does, through the SSH agent, and the seed does not.
    sql: "ALTER TABLE operators ADD COLUMN agent_key TEXT NOT NULL DEFAULT ''",
  },
];
