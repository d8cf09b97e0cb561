import type { Migration } from "../store/index.ts";

export const CHAT_MIGRATIONS: readonly Migration[] = [
  {
    n: 1,
    name: "conversations",
    sql: `
CREATE TABLE conversations (
  id TEXT PRIMARY KEY,
  title TEXT NOT NULL,
  is_named INTEGER NOT NULL DEFAULT 0,
  is_pinned INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL
) STRICT;
CREATE TABLE chat_events (
  n INTEGER PRIMARY KEY AUTOINCREMENT,
  conversation_id TEXT NOT NULL REFERENCES conversations (id),
  at INTEGER NOT NULL,
  type TEXT NOT NULL,
  event TEXT NOT NULL
) STRICT;
CREATE INDEX chat_events_of ON chat_events (conversation_id, n);
CREATE TABLE chat_turns (
  id TEXT PRIMARY KEY,
  conversation_id TEXT NOT NULL REFERENCES conversations (id),
  state TEXT NOT NULL,
  planner TEXT,
  message TEXT NOT NULL
) STRICT;
CREATE INDEX chat_turns_open ON chat_turns (state) WHERE state IN ('working', 'waiting');
CREATE INDEX chat_turns_of ON chat_turns (conversation_id);
CREATE VIRTUAL TABLE chat_words USING fts5(text, conversation_id UNINDEXED, tokenize = "unicode61 remove_diacritics 2");
`,
  },
  {
    n: 2,
    name: "where a turn begins, and the newest conversations",
    // A long conversation is read from a turn on, and a long list from its top: neither is worth reading all of it.
    sql: `
ALTER TABLE chat_turns ADD COLUMN first_n INTEGER NOT NULL DEFAULT 0;
UPDATE chat_turns SET first_n = begun.n FROM (SELECT json_extract(event, '$.turnId') AS id, min(n) AS n FROM chat_events WHERE type = 'message' GROUP BY 1) AS begun WHERE begun.id = chat_turns.id;
DROP INDEX chat_turns_of;
CREATE INDEX chat_turns_begun ON chat_turns (conversation_id, first_n);
CREATE INDEX conversations_newest ON conversations (is_pinned DESC, changed_at DESC);
`,
  },
];
