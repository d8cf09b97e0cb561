import type { Book } from "./book.ts";

/** Small things kept beside the log under a name: saved searches, choices of this room. Not part of the record. */
export function createOptions(book: () => Book) {
  return {
    read<T>(name: string, otherwise: T): T {
      const row = book().store.sql<{ value: string }>("ledger.read-option", "SELECT value FROM options WHERE name = ?").get([name]);
      return row === undefined ? otherwise : (JSON.parse(row.value) as T);
    },
    write(name: string, value: unknown): void {
      book().store.sql("ledger.write-option", "INSERT INTO options (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value").run([name, JSON.stringify(value)]);
    },
  };
}
