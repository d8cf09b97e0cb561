import { spawnSync } from "node:child_process";
import { cpSync, existsSync, lstatSync, lutimesSync, mkdirSync, readdirSync, realpathSync, rmSync, symlinkSync, truncateSync, utimesSync, writeFileSync, openSync, writeSync, closeSync, copyFileSync, chmodSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { ONLY_ON, REAL_PROGRAMS, SCRIPTED_PROGRAMS, folderOf } from "./programs.ts";

/** When the lab's day begins after a reset; every story is told around it. */
export const LAB_NOON = Date.parse("2026-11-21T14:07:31Z");
export type LabClock = "running" | "fixed";

type SparseFile = { readonly bytes: number; readonly head: string; readonly tail: string; readonly mtime: number };
type JournalLine = readonly [at: number, unit: string, ident: string, pid: number, priority: number, message: string];
export type HostStory = {
  readonly mtimes: Readonly<Record<string, number>>;
  readonly links: Readonly<Record<string, string>>;
  readonly sparse: Readonly<Record<string, SparseFile>>;
  readonly journal: readonly JournalLine[];
  readonly state: { readonly name: string; readonly units: Readonly<Record<string, unknown>>; readonly bootedAt: number };
};

export const loadStory = async (resources: string, name: string): Promise<HostStory> => (await import(pathToFileURL(join(resources, "hosts", name, "seed.mjs")).href)) as HostStory;

const OLD = Date.parse("2026-10-02T09:00:00Z") / 1000;
const FOLDERS = "home/ops root opt srv mnt media sys run run/lock tmp var/log var/tmp var/lib var/cache var/backups var/spool var/mail boot proc dev usr/bin usr/sbin usr/lib usr/lib32 usr/lib64 usr/libx32 usr/share usr/local/bin usr/local/sbin etc .lab .host".split(" ");

/** Makes the host's tree as it is on the morning of the story. Whatever lay there is gone. */
export function seedHost(root: string, resources: string, story: HostStory, clock: LabClock, programs: "linked" | "copied", now: () => number): void {
  rmSync(root, { recursive: true, force: true, maxRetries: 3 });
  for (const folder of FOLDERS) mkdirSync(join(root, folder), { recursive: true, mode: 0o755 });
  for (const open of ["tmp", "var/tmp", "run/lock"]) chmodSync(join(root, open), 0o1777);
  cpSync(join(resources, "hosts", "common", "tree"), root, { recursive: true });
  cpSync(join(resources, "hosts", story.state.name, "tree"), root, { recursive: true });
  for (const part of ["bin", "sbin", "lib", "lib32", "lib64", "libx32"]) if (existsSync(`/${part}`)) symlinkSync(`usr/${part}`, join(root, part));
  for (const [path, target] of Object.entries(story.links)) symlinkSync(target, join(root, path));
  for (const copied of ["/etc/ld.so.cache", "/etc/localtime"]) if (existsSync(copied) && lstatSync(realpathSync(copied)).isFile()) copyFileSync(realpathSync(copied), join(root, copied));
  for (const [path, file] of Object.entries(story.sparse)) writeSparse(join(root, path), file);
  plantPrograms(root, story, programs);
  plantState(root, story, clock, now());
  settleTimes(root, story);
}

function writeSparse(path: string, { bytes, head, tail }: SparseFile): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${head}\n`);
  truncateSync(path, bytes - Buffer.byteLength(tail));
  const file = openSync(path, "a");
  writeSync(file, tail);
  closeSync(file);
}

const STUB = "#!/bin/sh\nexec /.lab/node /.lab/tools/main.mjs";

function plantPrograms(root: string, story: HostStory, programs: "linked" | "copied"): void {
  const libraries = new Set<string>();
  for (const name of REAL_PROGRAMS) {
    const real = realProgram(name);
    if (!real) continue;
    const at = join(root, "usr/bin", name);
    if (programs === "linked") {
      symlinkSync(real.startsWith("/usr/") ? `/.host${real}` : `/.host${real}`, at);
      continue;
    }
    copyFileSync(real, at);
    for (const library of librariesOf(real)) libraries.add(library);
  }
  if (programs === "copied") {
    for (const library of [...libraries, ...librariesOf(process.execPath)]) copyInto(root, library);
    for (const name of ["xterm", "xterm-256color", "screen", "screen-256color", "tmux-256color", "vt100", "linux", "dumb"]) for (const folder of ["/usr/share/terminfo", "/lib/terminfo"]) copyInto(root, `${folder}/${name[0]}/${name}`);
    mkdirSync(join(root, ".lab/tools"), { recursive: true });
  }
  for (const name of SCRIPTED_PROGRAMS) {
    const only = ONLY_ON[name];
    if (only !== undefined && !(only in story.state.units)) continue;
    const at = join(root, folderOf(name), name);
    rmSync(at, { force: true });
    writeFileSync(at, `${STUB} ${name} "$@"\n`, { mode: 0o755 });
  }
}

function realProgram(name: string): string | undefined {
  const found = ["/usr/bin", "/bin", "/usr/sbin", "/sbin"].map((folder) => join(folder, name)).find((path) => existsSync(path));
  return found === undefined ? undefined : realpathSync(found);
}

const librariesOf = (program: string): string[] => [...spawnSync("ldd", [program], { encoding: "utf8" }).stdout.matchAll(/(\/\S+) \(0x/g)].map((match) => match[1] ?? "");

function copyInto(root: string, path: string): void {
  if (!existsSync(path)) return;
  const at = join(root, path);
  if (existsSync(at)) return;
  mkdirSync(dirname(at), { recursive: true });
  copyFileSync(realpathSync(path), at);
}

function plantState(root: string, story: HostStory, mode: LabClock, now: number): void {
  writeFileSync(join(root, ".lab/state.json"), JSON.stringify({ ...story.state, clock: { base: LAB_NOON, realStart: now, mode } }));
  const lines = [...story.journal, ...everyday(story)].sort((a, b) => a[0] - b[0]);
  writeFileSync(join(root, ".lab/journal.tsv"), lines.map(([at, unit, ident, pid, priority, message]) => `${new Date(at).toISOString()}\t${unit}\t${ident}\t${pid}\t${priority}\t${message}\n`).join(""));
  writeFileSync(join(root, ".lab/node"), "");
}

/** What every machine says all day, so that the lines that matter have something to stand out from. */
function everyday({ state }: HostStory): JournalLine[] {
  const lines: JournalLine[] = [
    [state.bootedAt, "", "kernel", 0, 5, "Linux version 6.1.0 (debian-kernel@lists.debian.org) (gcc-12 (Debian 12.2.0-14) 12.2.0)"],
    [state.bootedAt + 1_204, "", "kernel", 0, 6, "systemd[1]: Inserted module 'autofs4'"],
    [state.bootedAt + 4_811, "", "kernel", 0, 6, "EXT4-fs (sda1): mounted filesystem with ordered data mode. Quota mode: none."],
  ];
  for (let hour = 30; hour >= 1; hour -= 1) {
    const at = Math.floor(LAB_NOON / 3_600_000) * 3_600_000 - hour * 3_600_000 + 17 * 60_000 + 1_000;
    const pid = 900 + ((hour * 7) % 90);
    lines.push([at, "cron.service", "CRON", pid, 6, "pam_unix(cron:session): session opened for user root(uid=0) by (uid=0)"], [at, "cron.service", "CRON", pid + 1, 6, "(root) CMD (cd / && run-parts --report /etc/cron.hourly)"], [at + 400, "cron.service", "CRON", pid, 6, "pam_unix(cron:session): session closed for user root"]);
  }
  return lines;
}

function settleTimes(root: string, story: HostStory): void {
  const skip = new Set([".lab", ".host", "proc", "dev", "usr"]);
  const walk = (folder: string, top: boolean): void => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      if (top && skip.has(entry.name)) continue;
      const path = join(folder, entry.name);
      if (entry.isDirectory()) walk(path, false);
      if (entry.isSymbolicLink()) lutimesSync(join(root, path), OLD, OLD);
      else utimesSync(join(root, path), OLD, OLD);
    }
  };
  walk("/", true);
  for (const [path, ms] of [...Object.entries(story.mtimes), ...Object.entries(story.sparse).map(([path, file]) => [path, file.mtime] as const)]) utimesSync(join(root, path), ms / 1000, ms / 1000);
}
