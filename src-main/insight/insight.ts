import { Span } from "../contract/index.ts";
import type { Migration, Store } from "../store/index.ts";

const MIGRATIONS: readonly Migration[] = [
  { n: 1, name: "insight", sql: "CREATE TABLE insight_spans (session TEXT NOT NULL, began INTEGER NOT NULL, span TEXT NOT NULL CHECK (json_valid(span))) STRICT; CREATE INDEX insight_by_session ON insight_spans (session); CREATE INDEX insight_by_time ON insight_spans (began)" },
  { n: 2, name: "trace export", sql: "CREATE TABLE insight_export (id INTEGER PRIMARY KEY CHECK (id = 1), url TEXT NOT NULL, is_on INTEGER NOT NULL, secret TEXT NOT NULL, after INTEGER NOT NULL, sent INTEGER NOT NULL, say TEXT NOT NULL) STRICT" },
];
/** Connections are shared by runs: they are kept by host. */
export const sessionOfHost = (hostId: string): string => `host:${hostId}`;
const KEEP_MS = 90 * 24 * 3600_000;

export type Insight = {
  /** Of a run, a conversation, or a host (`sessionOfHost`). Kept on this machine, 90 days. */
  record(session: string, span: Span): void;
  of(session: string): readonly Span[];
  /** Of this session, begun in this time. */
  between(session: string, from: number, to: number): readonly Span[];
  since(from: number): readonly Span[];
  /** Of any of these sessions, begun since then. */
  among(sessions: readonly string[], from: number): readonly Span[];
};

/** Measurements that no journal holds, such as questions to models. Steps need none: their times stand in the run's journal. */
export function createInsight({ store }: { readonly store: Store }): Insight {
  store.migrate("insight", MIGRATIONS);
  const put = store.sql("insight.put", "INSERT INTO insight_spans (session, began, span) VALUES (?, ?, ?)");
  const prune = store.sql("insight.prune", "DELETE FROM insight_spans WHERE began < ?");
  const of = store.sql<{ span: string }>("insight.of", "SELECT span FROM insight_spans WHERE session = ? ORDER BY began");
  const between = store.sql<{ span: string }>("insight.between", "SELECT span FROM insight_spans WHERE session = ? AND began BETWEEN ? AND ? ORDER BY began");
  const since = store.sql<{ span: string }>("insight.since", "SELECT span FROM insight_spans WHERE began >= ?");
  const among = store.sql<{ span: string }>("insight.among", "SELECT span FROM insight_spans WHERE began >= ? AND session IN (SELECT value FROM json_each(?))");
  const read = (rows: readonly { span: string }[]) => rows.map(({ span }) => Span.parse(JSON.parse(span)));
  return {
    record(session, span) {
      put.run([session, span.from, JSON.stringify(span)]);
      prune.run([span.from - KEEP_MS]);
    },
    of: (session) => read(of.all([session])),
    between: (session, from, to) => read(between.all([session, from, to])),
    since: (from) => read(since.all([from])),
    among: (sessions, from) => read(among.all([from, JSON.stringify(sessions)])),
  };
}
