import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { CentralConfig } from "../config.ts";
import { runningUrl, startEmbedded } from "../database/embedded.ts";
import { fail } from "../failures.ts";
import { keepSecret, readSecret, SECRET_FILE } from "../sealing.ts";
import { backup } from "./backup.ts";
import { prove, restore, type Restored } from "./restore.ts";
import type { Tally } from "./rows.ts";

export type KeepingNeeds = { readonly home: string; readonly config: CentralConfig; readonly packs: string; readonly version: string; readonly now: () => number; /** A server serves from this home now. */ readonly isRunning: boolean; readonly log: (event: string, data: Readonly<Record<string, unknown>>) => void; readonly isThrowaway?: boolean };

const LAST = "last-backup.json";
export type LastBackup = { readonly path: string; readonly at: number; readonly isProved: boolean };
export const lastBackup = (home: string): LastBackup | undefined => (existsSync(join(home, LAST)) ? (JSON.parse(readFileSync(join(home, LAST), "utf8")) as LastBackup) : undefined);

/** While the server runs or while it rests. Counted as proved only after it went into an empty database and came out the same. */
export async function makeBackup(needs: KeepingNeeds, { path, isProved }: { readonly path: string; readonly isProved: boolean }): Promise<{ readonly bytes: number; readonly tally: Tally }> {
  const { home, config, now } = needs;
  if (existsSync(path)) throw fail("CENTRAL_NOT_EMPTY", { what: `${path} exists` });
  if (!existsSync(join(home, SECRET_FILE))) throw fail("CENTRAL_CONFIG", { detail: `there is no server in ${home}` });
  const secret = readSecret(join(home, SECRET_FILE));
  return withDatabase(needs, async (url) => {
    const made = await backup({ home, url, rolePrefix: config.rolePrefix, secret, version: needs.version, now }, path);
    if (isProved) await prove({ url, rolePrefix: config.rolePrefix, secret, now }, path);
    writeFileSync(join(home, LAST), JSON.stringify({ path, at: now(), isProved } satisfies LastBackup), { mode: 0o600 });
    return made;
  });
}

/** `secretFile`: where the secret of that server was kept; without it, the one that lies in the home already. */
export async function takeBackup(needs: KeepingNeeds, { path, secretFile, mayBeUnsealed = false }: { readonly path: string; readonly secretFile: string | undefined; readonly mayBeUnsealed?: boolean }): Promise<Restored> {
  const { home, config, now } = needs;
  const own = join(home, SECRET_FILE);
  if (secretFile === undefined && !existsSync(own)) throw fail("CENTRAL_OTHER_SECRET", { detail: `There is no ${own}, and none was named with --secret` });
  if (secretFile !== undefined && existsSync(own) && !readSecret(own).equals(readSecret(secretFile))) throw fail("CENTRAL_NOT_EMPTY", { what: `${own} is the secret of another server` });
  const secret = readSecret(secretFile ?? own);
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const restored = await withDatabase(needs, (url) => restore({ home, url, rolePrefix: config.rolePrefix, secret, now }, { path, mayBeUnsealed }));
  keepSecret(own, secret);
  return restored;
}

export async function withDatabase<T>({ home, config, packs, isRunning, log, isThrowaway }: KeepingNeeds, work: (url: string) => Promise<T>): Promise<T> {
  if (config.database !== undefined) return work(config.database);
  if (isRunning) return work(runningUrl(home) ?? "");
  await using embedded = await startEmbedded({ home, places: { configured: config.postgresBinaries, packs }, log, isThrowaway: isThrowaway ?? false });
  return await work(embedded.url); // awaited here: the database goes away with this scope
}
