import type { Migration } from "../store/index.ts";

export const KNOWLEDGE_MIGRATIONS: readonly Migration[] = [
  {
    n: 1,
    name: "sources, documents, passages, vectors, words",
    sql: `
CREATE TABLE sources (
  id TEXT PRIMARY KEY, kind TEXT NOT NULL, name TEXT NOT NULL, location TEXT NOT NULL, product TEXT NOT NULL, environment TEXT NOT NULL, trust TEXT NOT NULL,
  signer TEXT NOT NULL, created_at INTEGER NOT NULL, checked_at INTEGER NOT NULL, changed_at INTEGER NOT NULL, problem TEXT NOT NULL, UNIQUE (kind, location)
) STRICT;
CREATE TABLE documents (
  id INTEGER PRIMARY KEY, source_id TEXT NOT NULL REFERENCES sources ON DELETE CASCADE, path TEXT NOT NULL, title TEXT NOT NULL, format TEXT NOT NULL, bytes INTEGER NOT NULL,
  modified_at INTEGER NOT NULL, sha256 TEXT NOT NULL, language TEXT NOT NULL, state TEXT NOT NULL, remarks TEXT NOT NULL, indexed_at INTEGER NOT NULL, UNIQUE (source_id, path)
) STRICT;
CREATE INDEX documents_newest ON documents (indexed_at);
CREATE TABLE chunks (
  id INTEGER PRIMARY KEY, document_id INTEGER NOT NULL REFERENCES documents ON DELETE CASCADE, ordinal INTEGER NOT NULL, heading TEXT NOT NULL, text TEXT NOT NULL, kind TEXT NOT NULL,
  line_from INTEGER NOT NULL, line_to INTEGER NOT NULL, part TEXT NOT NULL, fold INTEGER NOT NULL, UNIQUE (document_id, ordinal)
) STRICT;
CREATE TABLE vectors (chunk_id INTEGER PRIMARY KEY REFERENCES chunks ON DELETE CASCADE, embedding TEXT NOT NULL, vector BLOB NOT NULL) STRICT;
CREATE VIRTUAL TABLE chunk_words USING fts5 (title, heading, text, content='', contentless_delete=1, tokenize='porter unicode61 remove_diacritics 2');
CREATE VIRTUAL TABLE lead_words USING fts5 (title, text, content='', contentless_delete=1, tokenize='porter unicode61 remove_diacritics 2');
CREATE TABLE gaps (query TEXT PRIMARY KEY, times INTEGER NOT NULL, last_at INTEGER NOT NULL) STRICT;
CREATE TABLE saved_searches (name TEXT PRIMARY KEY, query TEXT NOT NULL) STRICT;
`,
  },
  {
    n: 2,
    name: "words say their source, vectors in a table of their embedding, documents of other systems",
    sql: `
DROP TABLE chunk_words;
DROP TABLE lead_words;
DROP TABLE vectors;
CREATE VIRTUAL TABLE chunk_words USING fts5 (scope, title, heading, text, content='', contentless_delete=1, tokenize='porter unicode61 remove_diacritics 2');
CREATE VIRTUAL TABLE lead_words USING fts5 (scope, title, text, content='', contentless_delete=1, tokenize='porter unicode61 remove_diacritics 2');
INSERT INTO chunk_words (rowid, scope, title, heading, text) SELECT c.id, replace(d.source_id, '_', ''), d.title || ' ' || d.path, c.heading, c.text FROM chunks c JOIN documents d ON d.id = c.document_id;
INSERT INTO lead_words (rowid, scope, title, text) SELECT c.id, replace(d.source_id, '_', ''), d.title, c.heading || ' ' || substr(c.text, 1, 500) FROM chunks c JOIN documents d ON d.id = c.document_id WHERE c.ordinal = 0;
CREATE TABLE embeddings (n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, dims INTEGER NOT NULL, made_at INTEGER NOT NULL, is_whole INTEGER NOT NULL) STRICT;
ALTER TABLE sources ADD COLUMN settings TEXT NOT NULL DEFAULT '{}';
ALTER TABLE sources ADD COLUMN credential TEXT NOT NULL DEFAULT '';
ALTER TABLE sources ADD COLUMN cursor TEXT NOT NULL DEFAULT '';
ALTER TABLE sources ADD COLUMN failures INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sources ADD COLUMN seen_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE documents ADD COLUMN remote_id TEXT NOT NULL DEFAULT '';
ALTER TABLE documents ADD COLUMN version TEXT NOT NULL DEFAULT '';
ALTER TABLE documents ADD COLUMN url TEXT NOT NULL DEFAULT '';
ALTER TABLE documents ADD COLUMN outdated TEXT NOT NULL DEFAULT '';
CREATE INDEX documents_remote ON documents (source_id, remote_id);
`,
  },
];
