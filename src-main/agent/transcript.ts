import type { Migration, Store } from "../store/index.ts";
import type { Entry } from "./port.ts";

const MIGRATIONS: readonly Migration[] = [
  { n: 1, name: "agent", sql: "CREATE TABLE agent_entries (run_id TEXT NOT NULL, host_id TEXT NOT NULL, n INTEGER NOT NULL, entry TEXT NOT NULL CHECK (json_valid(entry)), PRIMARY KEY (run_id, host_id, n)) STRICT" },
];

export function openTranscripts(store: Store) {
  store.migrate("agent", MIGRATIONS);
  const all = store.sql<{ entry: string }>("agent.entries", "SELECT entry FROM agent_entries WHERE run_id = ? AND host_id = ? ORDER BY n");
  const ends = store.sql<{ entry: string }>("agent.ends", "SELECT entry FROM agent_entries WHERE run_id = ? AND entry ->> 'kind' = 'end' ORDER BY host_id");
  const put = store.sql("agent.put", "INSERT INTO agent_entries (run_id, host_id, n, entry) VALUES (?, ?, (SELECT COALESCE(MAX(n), 0) + 1 FROM agent_entries WHERE run_id = ? AND host_id = ?), ?)");
  return {
    of: (runId: string, hostId: string): Entry[] => all.all([runId, hostId]).map(({ entry }) => JSON.parse(entry) as Entry),
    /** What one answer brought, whole or not at all: a step never stands without what it cost. */
    add: (runId: string, hostId: string, entries: readonly Entry[]) => store.transaction(() => entries.forEach((entry) => put.run([runId, hostId, runId, hostId, JSON.stringify(entry)]))),
    questionOf: (runId: string): string | undefined => ends.all([runId]).map(({ entry }) => (JSON.parse(entry) as Extract<Entry, { kind: "end" }>).question).find((question) => question !== undefined),
  };
}
export type Transcripts = ReturnType<typeof openTranscripts>;
