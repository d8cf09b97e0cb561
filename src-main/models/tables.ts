import type { Migration } from "../store/index.ts";

export const MIGRATIONS: readonly Migration[] = [
  {
    n: 1,
    name: "models",
    sql: `CREATE TABLE model_files (id TEXT PRIMARY KEY, path TEXT NOT NULL UNIQUE, sha256 TEXT NOT NULL, info TEXT NOT NULL CHECK (json_valid(info)), tested TEXT CHECK (tested IS NULL OR json_valid(tested)), added_at INTEGER NOT NULL) STRICT;
CREATE TABLE model_providers (id TEXT PRIMARY KEY, config TEXT NOT NULL CHECK (json_valid(config)), place INTEGER NOT NULL) STRICT;
CREATE TABLE model_hosts (host TEXT PRIMARY KEY) STRICT;
-- How many threads are fastest depends on the model and on the machine; a home may travel to another one.
CREATE TABLE model_threads (sha256 TEXT NOT NULL, machine TEXT NOT NULL, threads INTEGER NOT NULL, tokens_per_second REAL NOT NULL, PRIMARY KEY (sha256, machine)) STRICT;`,
  },
  { n: 2, name: "model options", sql: "CREATE TABLE model_options (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT" },
  { n: 3, name: "model signers", sql: "CREATE TABLE model_signers (id TEXT PRIMARY KEY, name TEXT NOT NULL, blob TEXT NOT NULL, added_at INTEGER NOT NULL) STRICT" },
  { n: 4, name: "approved models", sql: "CREATE TABLE model_approved (source TEXT PRIMARY KEY, signer TEXT NOT NULL, list TEXT NOT NULL CHECK (json_valid(list)), taken_at INTEGER NOT NULL, is_dropped INTEGER NOT NULL DEFAULT 0) STRICT" },
  // What the file system says of a file whose SHA-256 was compared; where it says something else, it is compared again.
  { n: 5, name: "model marks", sql: "ALTER TABLE model_files ADD COLUMN mark TEXT" },
];
