import Database from "better-sqlite3";
import { constants, setPriority } from "node:os";
import { saysDamaged } from "./damage.ts";

// A process, not a thread: what SQLite looks through in one call can be ended with it, at any moment. Tells one line: ok, or what is wrong.
setPriority(constants.priority.PRIORITY_LOW);
const [path = ""] = process.argv.slice(2);
process.stdout.write(look());

function look(): string {
  const db = new Database(path, { readonly: true, fileMustExist: true, timeout: 60_000 });
  try {
    return String(db.pragma("quick_check(1)", { simple: true }));
  } catch (error) {
    const { code = "", message } = error as { readonly code?: string; readonly message: string };
    if (saysDamaged(code)) return message;
    throw error;
  }
}
