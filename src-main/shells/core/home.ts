import Database from "better-sqlite3";
import { createHash } from "node:crypto";
import { mkdirSync } from "node:fs";
import { homedir, tmpdir, userInfo } from "node:os";
import { join, resolve } from "node:path";

/** Where everything of one installation lives: records, settings, keys, models. One core at a time. */
export function homeFolder(argument?: string): string {
  if (argument) return resolve(argument);
  if (process.env["SENA_HOME"]) return resolve(process.env["SENA_HOME"]);
  const data = process.platform === "win32" ? (process.env["LOCALAPPDATA"] ?? join(homedir(), "AppData", "Local")) : process.platform === "darwin" ? join(homedir(), "Library", "Application Support") : (process.env["XDG_DATA_HOME"] ?? join(homedir(), ".local", "share"));
  return join(data, "sena");
}

/** Where a running core or station is found. A unix socket path holds about 100 bytes, so deep homes get a short one. */
export function socketPath(home: string, name: "core" | "station"): string {
  if (process.platform === "win32") return `\\\\.\\pipe\\sena-${name}-${createHash("sha256").update(home).digest("hex").slice(0, 16)}`;
  const direct = join(home, `${name}.sock`);
  if (Buffer.byteLength(direct) < 100) return direct;
  const folder = join(tmpdir(), `sena-${userInfo().uid}-${createHash("sha256").update(home).digest("hex").slice(0, 12)}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return join(folder, `${name}.sock`);
}

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
