import { createHash } from "node:crypto";
import { lstatSync, mkdirSync } from "node:fs";
import { homedir, tmpdir, userInfo } from "node:os";
import { join, resolve } from "node:path";

/** Where everything of one installation lives: records, settings, keys, models. One core at a time. */
export function homeFolder(argument?: string): string {
  if (argument) return resolve(argument);
  if (process.env["SENA_HOME"]) return resolve(process.env["SENA_HOME"]);
  const data = process.platform === "win32" ? (process.env["LOCALAPPDATA"] ?? join(ownFolder(), "AppData", "Local")) : process.platform === "darwin" ? join(ownFolder(), "Library", "Application Support") : (process.env["XDG_DATA_HOME"] ?? join(ownFolder(), ".local", "share"));
  return join(data, "sena");
}

function ownFolder(): string {
  const folder = accountFolder();
  if (folder === undefined) throw new Error("Nobody knows a home folder of this account: HOME is not set, and the directory of accounts has none for it. Start with --home FOLDER, or set HOME. Nothing was started.");
  return folder;
}

/** Where the account's own files lie, its SSH keys among them; none where neither HOME nor the directory of accounts tells. */
export function accountFolder(): string | undefined {
  try {
    return homedir();
  } catch {
    return undefined;
  }
}

/** Where a running core or station is found. A unix socket path holds about 100 bytes, so deep homes get a short one. */
export function socketPath(home: string, name: "core" | "station"): string {
  if (process.platform === "win32") return `\\\\.\\pipe\\sena-${name}-${createHash("sha256").update(home).digest("hex").slice(0, 16)}`;
  const direct = join(home, `${name}.sock`);
  return Buffer.byteLength(direct) < 100 ? direct : join(shortFolder(home), `${name}.sock`);
}

/** Sockets of shared OpenSSH connections, which Windows' own shares none of: it adds 17 bytes to a name of 22. */
export const muxFolder = (home: string): string => join(process.platform === "win32" || Buffer.byteLength(home) < 50 ? home : shortFolder(home), "mux");

/** Of a home with a long path, and always the same: a core that starts again finds there what the last one left. */
function shortFolder(home: string): string {
  const folder = join(tmpdir(), `sena-${process.getuid?.()}-${createHash("sha256").update(home).digest("hex").slice(0, 12)}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  // Its name can be guessed, and everybody may make folders there: in one of somebody else's, theirs would be the core that is asked.
  const { uid, mode } = lstatSync(folder);
  if (uid !== process.getuid?.() || (mode & 0o077) !== 0) throw new Error(`${folder} is there already and is not this account's alone, so SENA does not put its sockets into it. Remove it, or choose a home with a shorter path. Nothing was started.`);
  return folder;
}

/** The account's name. What it comes from may be the directory server that is down today: SENA opens all the same. */
export function accountName(): string {
  const told = process.env["USER"] || process.env["LOGNAME"] || "operator";
  try {
    return userInfo().username || told;
  } catch {
    return told;
  }
}
