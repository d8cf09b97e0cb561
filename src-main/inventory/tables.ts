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
];
