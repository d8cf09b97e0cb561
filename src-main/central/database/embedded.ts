import { spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readFileSync, readlinkSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { fail } from "../failures.ts";
import { closedAncestor, copyForOther, findBinaries, giveTo, unprivileged, type BinaryPlaces } from "./binaries.ts";
import { keep, type Keeper } from "./keeper.ts";

// A PostgreSQL of our own, for evaluation, tests and small houses: on a unix socket only, never on the network.

export type EmbeddedNeeds = {
  readonly home: string;
  readonly places: BinaryPlaces;
  readonly log: (event: string, data: Readonly<Record<string, unknown>>) => void;
  /** Tests make many: a cluster that is thrown away need not reach the disk, only the system: processes may die, the machine may not. */
  readonly isThrowaway?: boolean;
  /** Where things lie that another account must reach, when we are root and the home is closed. */
  readonly openPlace?: string | undefined;
};

export type Embedded = AsyncDisposable & {
  readonly url: string;
  readonly version: string;
  readonly folder: string;
  readonly pid: () => number | undefined;
};

/** After a crash PostgreSQL first syncs every file it has; on a busy disk that takes a while. */
const READY_MS = 120_000;
const STOP_MS = 10_000;
const SUPERUSER = "sena";
const OPEN_PLACE = "/var/lib/sena-central";

export async function startEmbedded({ home, places, log, isThrowaway = false, openPlace = OPEN_PLACE }: EmbeddedNeeds): Promise<Embedded> {
  const found = findBinaries(places);
  if (!found) throw fail("CENTRAL_NO_DATABASE");
  const account = unprivileged();
  const mark = markOf(home);
  const stat = (path: string) => statSync(path, { throwIfNoEntry: false });
  const isOutOfReach = (path: string): boolean => account !== undefined && closedAncestor(path, account, stat) !== undefined;
  const binaries = isOutOfReach(found.folder) && account ? copyForOther(found.folder, join(openPlace, `postgres-${found.version}`)) : found.folder;
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const isElsewhere = isOutOfReach(home);
  const folder = isElsewhere ? join(openPlace, mark, "data") : join(home, "postgres");
  const socket = socketOf(home);
  const password = keptSecret(join(home, "postgres.secret"));
  ownFolder(socket, account);
  if (isElsewhere) mkdirSync(join(openPlace, mark), { recursive: true, mode: 0o755 });

  await stopOrphan(folder, log);
  if (!existsSync(join(folder, "PG_VERSION"))) await initialise({ binaries, folder, password, account, isThrowaway });
  const major = readFileSync(join(folder, "PG_VERSION"), "utf8").trim();
  if (Number.parseInt(found.version, 10) !== Number(major)) throw fail("CENTRAL_CONFIG", { detail: `the data in ${folder} were made by PostgreSQL ${major} and the one found here is ${found.version}; set postgresBinaries to the folder of ${major}` });

  const url = urlOf(socket, password);
  const durability = isThrowaway ? ["-c", "fsync=off", "-c", "full_page_writes=off"] : [];
  const args = ["-D", folder, "-k", socket, "-c", "listen_addresses=", "-c", "max_connections=60", "-c", "unix_socket_permissions=0700", "-c", "log_statement=none", ...durability];
  const keeper = keep({ log, start: () => spawn(join(binaries, "postgres"), args, { stdio: ["ignore", "ignore", "pipe"], cwd: folder, env: { PATH: process.env["PATH"] ?? "", LC_ALL: "C.UTF-8" }, ...(account && { uid: account.uid, gid: account.gid }) }) });
  try {
    await untilReady(url, keeper);
  } catch (error) {
    await keeper.stop();
    throw error;
  }
  log("postgres-ready", { version: found.version, from: found.from, folder });
  return {
    url,
    version: found.version,
    folder,
    pid: () => keeper.child()?.pid,
    async [Symbol.asyncDispose]() {
      await keeper.stop();
      rmSync(socket, { recursive: true, force: true });
    },
  };
}

const markOf = (home: string): string => createHash("sha256").update(home).digest("hex").slice(0, 12);
const socketOf = (home: string): string => join(tmpdir(), `sena-pg-${process.getuid?.() ?? 0}-${markOf(home)}`);
const urlOf = (socket: string, password: string): string => `postgres://${SUPERUSER}:${password}@localhost/postgres?host=${encodeURIComponent(socket)}`;

/** The database of a server that runs in this home now, for whoever looks at it beside that server. */
export function runningUrl(home: string): string | undefined {
  const password = readIf(join(home, "postgres.secret"))?.trim();
  return password ? urlOf(socketOf(home), password) : undefined;
}

async function untilReady(connectionString: string, keeper: Keeper): Promise<void> {
  const until = performance.now() + READY_MS;
  for (;;) {
    const client = new pg.Client({ connectionString, connectionTimeoutMillis: 2000 });
    client.on("error", () => {});
    try {
      await client.connect();
      await client.end();
      return;
    } catch (error) {
      await client.end().catch(() => {});
      if (performance.now() > until || keeper.failures() > 3) throw fail("CENTRAL_DATABASE_DOWN", { detail: keeper.lastWords().trim().split("\n").at(-1) || (error as Error).message }, error);
      await sleep(25);
    }
  }
}

/**
 * The server was killed and its database lives on. `postmaster.pid` names a process, but numbers are given again: only
 * one that really works in this folder is stopped.
 */
async function stopOrphan(folder: string, log: EmbeddedNeeds["log"]): Promise<void> {
  const pid = Number(readIf(join(folder, "postmaster.pid"))?.split("\n")[0]);
  if (!Number.isInteger(pid) || pid <= 1 || workingFolder(pid) !== folder) return;
  log("postgres-orphan", { pid });
  process.kill(pid, "SIGINT");
  const until = performance.now() + STOP_MS;
  while (workingFolder(pid) === folder) {
    if (performance.now() > until) process.kill(pid, "SIGQUIT");
    if (performance.now() > 2 * STOP_MS + until) throw fail("CENTRAL_DATABASE_DOWN", { detail: `an older database process (${pid}) does not end` });
    await sleep(25);
  }
}

function workingFolder(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return undefined;
  }
}

type Initialising = { readonly binaries: string; readonly folder: string; readonly password: string; readonly account: ReturnType<typeof unprivileged>; readonly isThrowaway: boolean };

/** Made beside its place and moved there when whole: a start that was cut short leaves nothing half. */
async function initialise({ binaries, folder, password, account, isThrowaway }: Initialising): Promise<void> {
  const fresh = `${folder}.new`;
  rmSync(fresh, { recursive: true, force: true });
  ownFolder(fresh, account);
  const secret = join(fresh, "..", `.${randomBytes(6).toString("hex")}`);
  writeFileSync(secret, `${password}\n`, { mode: 0o600 });
  if (account) giveTo(secret, account);
  try {
    const args = ["-D", fresh, "-U", SUPERUSER, "--auth=scram-sha-256", `--pwfile=${secret}`, "--encoding=UTF8", "--locale=C.UTF-8", ...(isThrowaway ? ["--no-sync"] : [])];
    const child = spawn(join(binaries, "initdb"), args, { stdio: ["ignore", "ignore", "pipe"], cwd: fresh, env: { PATH: process.env["PATH"] ?? "", LC_ALL: "C.UTF-8" }, ...(account && { uid: account.uid, gid: account.gid }) });
    let words = "";
    child.stderr.on("data", (chunk: Buffer) => (words += chunk.toString()));
    const code = await new Promise<number | null>((resolve) => {
      child.on("error", (error) => {
        words += error.message;
        resolve(1);
      });
      child.on("close", resolve);
    });
    if (code !== 0) throw fail("CENTRAL_DATABASE_DOWN", { detail: `initdb: ${words.trim().split("\n").slice(-2).join(" ")}` });
  } finally {
    rmSync(secret, { force: true });
  }
  rmSync(folder, { recursive: true, force: true });
  renameSync(fresh, folder);
}

function ownFolder(path: string, account: ReturnType<typeof unprivileged>): void {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  chmodSync(path, 0o700);
  if (account) giveTo(path, account);
}

function keptSecret(path: string): string {
  const known = readIf(path)?.trim();
  if (known) return known;
  const secret = randomBytes(24).toString("base64url");
  writeFileSync(path, `${secret}\n`, { mode: 0o600 });
  return secret;
}

function readIf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
