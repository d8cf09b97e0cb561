import type { Migration, Store } from "../store/index.ts";

/** What may happen once in the life of this log: an approval's nonce, a run's step. Written with its entry, in one transaction. */
export const SPENT_MIGRATIONS: readonly Migration[] = [
  {
    n: 1,
    name: "what was used once",
    sql: `
      CREATE TABLE spent (name TEXT PRIMARY KEY, seq INTEGER NOT NULL) STRICT, WITHOUT ROWID;
      CREATE TRIGGER spent_never_changes BEFORE UPDATE ON spent BEGIN SELECT RAISE(ABORT, 'what is spent stays spent'); END;
      CREATE TRIGGER spent_never_goes BEFORE DELETE ON spent BEGIN SELECT RAISE(ABORT, 'what is spent stays spent'); END;
    `,
  },
];

export const spentSeq = (store: Store, name: string): number | undefined => store.sql<{ seq: number }>("ledger.spent", "SELECT seq FROM spent WHERE name = ?").get([name])?.seq;
export const spend = (store: Store, names: readonly string[], seq: number): void => {
  const insert = store.sql("ledger.spend", "INSERT INTO spent (name, seq) VALUES (?, ?)");
  for (const name of names) insert.run([name, seq]);
};
