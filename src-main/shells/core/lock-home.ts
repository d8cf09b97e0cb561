import Database from "better-sqlite3";
import { mkdirSync } from "node:fs";
import { join } from "node:path";

export class HomeInUse extends Error {
  override readonly name = "HomeInUse";
}

/**
 * An exclusive transaction on a file of its own: the operating system drops the lock when the process dies, however it
 * dies, so there is never a stale lock to clean up.
 */
export function lockHome(home: string): Disposable {
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const lock = new Database(join(home, "lock"), { timeout: 2000 });
  try {
    lock.pragma("journal_mode = DELETE");
    lock.exec("BEGIN EXCLUSIVE");
  } catch (error) {
    lock.close();
    if ((error as { code?: string }).code?.startsWith("SQLITE_BUSY")) throw new HomeInUse(`SENA already runs with the home ${home}. Use that window, close it first, or start with --home OTHER. Nothing was changed.`);
    throw error;
  }
  return { [Symbol.dispose]: () => lock.close() };
}
