import type { Migration } from "../store/index.ts";

export const SKILL_MIGRATIONS: readonly Migration[] = [
  {
    n: 1,
    name: "trust, versions, favourites",
    sql: `
CREATE TABLE skill_keys (id TEXT PRIMARY KEY, name TEXT NOT NULL, public_key TEXT NOT NULL, added_at INTEGER NOT NULL) STRICT;
CREATE TABLE skill_active (pack TEXT PRIMARY KEY, version TEXT NOT NULL, changed_at INTEGER NOT NULL) STRICT;
CREATE TABLE skill_favourites (skill_id TEXT PRIMARY KEY) STRICT;
`,
  },
];
