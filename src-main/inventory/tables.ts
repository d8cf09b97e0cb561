import type { Migration } from "../store/index.ts";

export const MIGRATIONS: readonly Migration[] = [
  {
    n: 1,
    name: "hosts",
    // The whole host as JSON; what is searched or must be unique has a column of its own.
    sql: `CREATE TABLE hosts (
      id TEXT PRIMARY KEY,
      name TEXT NOT NULL UNIQUE COLLATE NOCASE,
      host TEXT NOT NULL CHECK (json_valid(host)),
      changed_at INTEGER NOT NULL
    ) STRICT`,
  },
  {
    n: 2,
    name: "import-sources",
    sql: `CREATE TABLE import_sources (
      source TEXT PRIMARY KEY,
      kind TEXT NOT NULL CHECK (kind IN ('ssh-config', 'ansible', 'csv', 'known-hosts')),
      path TEXT NOT NULL,
      defaults TEXT NOT NULL CHECK (json_valid(defaults)),
      synced_at INTEGER NOT NULL
    ) STRICT`,
  },
];
