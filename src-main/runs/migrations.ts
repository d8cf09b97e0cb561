import type { Migration } from "../store/index.ts";

export const RUN_MIGRATIONS: readonly Migration[] = [
  {
    n: 1,
    name: "the journal",
    sql: `
CREATE TABLE runs (
  id TEXT PRIMARY KEY,
  created_at INTEGER NOT NULL,
  ended_at INTEGER,
  state TEXT NOT NULL,
  say TEXT NOT NULL,
  skill_id TEXT,
  conversation_id TEXT,
  origin TEXT UNIQUE,
  spec TEXT NOT NULL
) STRICT;
CREATE INDEX runs_by_birth ON runs (created_at DESC);
CREATE INDEX runs_unfinished ON runs (state) WHERE ended_at IS NULL;
CREATE TABLE run_hosts (run_id TEXT NOT NULL REFERENCES runs (id), host_id TEXT NOT NULL, PRIMARY KEY (run_id, host_id)) STRICT, WITHOUT ROWID;
CREATE INDEX run_hosts_by_host ON run_hosts (host_id);
CREATE TABLE run_steps (
  run_id TEXT NOT NULL REFERENCES runs (id),
  step_id TEXT NOT NULL,
  host_id TEXT NOT NULL,
  spec TEXT NOT NULL,
  PRIMARY KEY (run_id, step_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE run_events (
  n INTEGER PRIMARY KEY AUTOINCREMENT,
  run_id TEXT NOT NULL REFERENCES runs (id),
  at INTEGER NOT NULL,
  type TEXT NOT NULL,
  event TEXT NOT NULL
) STRICT;
CREATE INDEX run_events_of_run ON run_events (run_id, n);
CREATE INDEX run_events_by_type ON run_events (run_id, type);
CREATE TRIGGER run_events_stay BEFORE UPDATE ON run_events BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
`,
  },
  {
    n: 2,
    name: "how many steps a run had, and what goes on",
    // Counted once, when a run ends: a list of runs of whole fleets reads rows, not every step of every host.
    sql: `
ALTER TABLE runs ADD COLUMN steps TEXT;
DROP INDEX runs_unfinished;
CREATE INDEX runs_open ON runs (created_at) WHERE ended_at IS NULL;
`,
  },
];
