import type { Migration, Store } from "../store/index.ts";

export const APPROVAL_MIGRATIONS: readonly Migration[] = [
  {
    n: 1,
    name: "requests, decisions, circumstances, policies",
    sql: `
      CREATE TABLE approval_requests (
        id TEXT PRIMARY KEY,
        state TEXT NOT NULL,
        object TEXT NOT NULL,
        shown TEXT NOT NULL,
        say TEXT NOT NULL DEFAULT '',
        request_seq INTEGER NOT NULL,
        created_at INTEGER NOT NULL,
        not_after INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX approval_requests_open ON approval_requests (created_at) WHERE state = 'waiting';
      CREATE INDEX approval_requests_by_birth ON approval_requests (created_at DESC);
      CREATE TABLE approval_decisions (
        n INTEGER PRIMARY KEY AUTOINCREMENT,
        request_id TEXT NOT NULL REFERENCES approval_requests (id),
        operator_id TEXT NOT NULL,
        name TEXT NOT NULL,
        decision TEXT NOT NULL CHECK (decision IN ('approve', 'deny')),
        at INTEGER NOT NULL,
        note TEXT NOT NULL,
        source TEXT NOT NULL CHECK (source IN ('here', 'file')),
        key_blob TEXT NOT NULL,
        signature TEXT NOT NULL,
        seq INTEGER NOT NULL,
        UNIQUE (request_id, operator_id)
      ) STRICT;
      CREATE TABLE calendar (
        id TEXT PRIMARY KEY,
        kind TEXT NOT NULL CHECK (kind IN ('window', 'freeze')),
        scope TEXT NOT NULL,
        from_at INTEGER NOT NULL,
        until_at INTEGER NOT NULL,
        is_weekly INTEGER NOT NULL,
        reason TEXT NOT NULL
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE break_glass (
        id TEXT PRIMARY KEY,
        by_id TEXT NOT NULL,
        by_name TEXT NOT NULL,
        reason TEXT NOT NULL,
        from_at INTEGER NOT NULL,
        until_at INTEGER NOT NULL,
        reviewed_by TEXT NOT NULL DEFAULT '',
        reviewed_at INTEGER,
        review TEXT NOT NULL DEFAULT ''
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE grants (
        id TEXT PRIMARY KEY,
        skill_id TEXT NOT NULL,
        version TEXT NOT NULL,
        signer TEXT NOT NULL,
        scope TEXT NOT NULL,
        until_at INTEGER NOT NULL,
        by_id TEXT NOT NULL,
        by_name TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        revoked_at INTEGER
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE policy_versions (
        n INTEGER PRIMARY KEY AUTOINCREMENT,
        hash TEXT NOT NULL,
        text TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('proposed', 'active', 'past', 'rejected')),
        by_id TEXT NOT NULL,
        by_name TEXT NOT NULL,
        confirmed_by TEXT NOT NULL DEFAULT '',
        note TEXT NOT NULL,
        at INTEGER NOT NULL
      ) STRICT;
      CREATE TABLE policy_decisions (
        n INTEGER PRIMARY KEY AUTOINCREMENT,
        at INTEGER NOT NULL,
        title TEXT NOT NULL,
        question TEXT NOT NULL,
        verdict TEXT NOT NULL,
        rules TEXT NOT NULL,
        policy_hash TEXT NOT NULL
      ) STRICT;
    `,
  },
  {
    n: 2,
    name: "what a check of the policies found",
    sql: `
      CREATE TABLE policy_checked (key TEXT PRIMARY KEY, rules TEXT NOT NULL) STRICT, WITHOUT ROWID;
    `,
  },
  {
    n: 3,
    name: "counts of security keys",
    sql: "CREATE TABLE security_key_counts (key_blob TEXT NOT NULL, counter INTEGER NOT NULL, PRIMARY KEY (key_blob, counter)) STRICT, WITHOUT ROWID",
  },
  {
    n: 4,
    name: "environments whose panes are gated",
    sql: "CREATE TABLE pane_gate (environment TEXT PRIMARY KEY) STRICT, WITHOUT ROWID",
  },
  {
    n: 5,
    name: "what a proposed version was written from",
    // 0: kept before this was noted, or the first one.
    sql: "ALTER TABLE policy_versions ADD COLUMN base INTEGER NOT NULL DEFAULT 0",
  },
  {
    n: 6,
    name: "in whose place somebody approved",
    // Empty: by their own role.
    sql: "ALTER TABLE approval_decisions ADD COLUMN in_place_of TEXT NOT NULL DEFAULT ''",
  },
  {
    n: 7,
    name: "what was approved for turns nobody watches",
    sql: `
      CREATE TABLE standing_approvals (
        n INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        schedule_id TEXT NOT NULL,
        digest TEXT NOT NULL,
        object TEXT NOT NULL,
        signature TEXT NOT NULL,
        by_id TEXT NOT NULL,
        by_name TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        until_at INTEGER NOT NULL,
        revoked_at INTEGER,
        say TEXT NOT NULL DEFAULT ''
      ) STRICT;
      CREATE INDEX standing_of_schedule ON standing_approvals (schedule_id, n);
    `,
  },
  {
    n: 8,
    name: "of a standing approval only what was signed",
    // They said again, unsigned, what the object says; whoever reads the table should find nothing to mistake for it.
    sql: `
      ALTER TABLE standing_approvals DROP COLUMN digest;
      ALTER TABLE standing_approvals DROP COLUMN created_at;
      ALTER TABLE standing_approvals DROP COLUMN until_at;
    `,
  },
  {
    n: 9,
    name: "decisions of the last hour",
    sql: "CREATE INDEX approval_decisions_lately ON approval_decisions (operator_id, at)",
  },
];

/** Before anything else of this room is made. */
export const migrateApprovals = (store: Store): void => store.migrate("approvals", APPROVAL_MIGRATIONS);
