import { EvalReport, type EvalSummary } from "../contract/index.ts";
import type { Migration, Store } from "../store/index.ts";
import { fail } from "./failures.ts";

const MIGRATIONS: readonly Migration[] = [{ n: 1, name: "reports of trials", sql: "CREATE TABLE eval_reports (id TEXT PRIMARY KEY, at INTEGER NOT NULL, report TEXT NOT NULL CHECK (json_valid(report))) STRICT" }];
/** Enough for a year of weekly trials of a few models; the oldest go first. */
const KEPT = 200;

export function openReports(store: Store) {
  store.migrate("evals", MIGRATIONS);
  const all = store.sql<{ summary: string }>("evals.all", "SELECT json_remove(report, '$.trials') AS summary FROM eval_reports ORDER BY at DESC, id DESC");
  const one = store.sql<{ report: string }>("evals.one", "SELECT report FROM eval_reports WHERE id = ?");
  const put = store.sql("evals.put", "INSERT INTO eval_reports (id, at, report) VALUES (?, ?, ?)");
  const prune = store.sql("evals.prune", "DELETE FROM eval_reports WHERE id NOT IN (SELECT id FROM eval_reports ORDER BY at DESC, id DESC LIMIT ?)");
  const drop = store.sql("evals.drop", "DELETE FROM eval_reports WHERE id = ?");
  const get = (id: string): EvalReport => {
    const row = one.get([id]);
    if (!row) throw fail("EVALS_UNKNOWN", { id });
    return EvalReport.parse(JSON.parse(row.report));
  };
  return {
    all: (): EvalSummary[] => all.all().map(({ summary }) => JSON.parse(summary) as EvalSummary),
    get,
    put(report: EvalReport) {
      put.run([report.id, report.at, JSON.stringify(report)]);
      prune.run([KEPT]);
    },
    remove(id: string) {
      get(id);
      drop.run([id]);
    },
  };
}
