import { resolve } from "node:path";
import { makeBackup, takeBackup, type KeepingNeeds } from "../../central/index.ts";
import { lockHome } from "../core/lock-home.ts";

type Common = Omit<KeepingNeeds, "isRunning">;

/** Beside a server that runs, or while none does: then nobody may start one in the middle of it. */
export async function backupVerb(needs: Common, { path, isProved }: { readonly path: string; readonly isProved: boolean }): Promise<void> {
  using lock = heldOrRunning(needs.home);
  const { bytes, tally } = await makeBackup({ ...needs, isRunning: lock.isRunning }, { path: resolve(path), isProved });
  const rows = Object.values(tally).reduce((sum, each) => sum + each.rows, 0);
  console.log(`${resolve(path)}: ${rows} rows of ${Object.keys(tally).length} tables, ${(bytes / 1e6).toFixed(1)} MB. ${isProved ? "It went into an empty database and came out the same." : "It was not tried; without --untried it would have been."}`);
  console.log("What desktops recorded stands in it in the clear: keep it as you keep the database. What is sealed opens only with central.secret, which is not in it: keep that elsewhere.");
}

export async function restoreVerb(needs: Common, { path, secretFile }: { readonly path: string; readonly secretFile: string | undefined }): Promise<void> {
  using _ = lockHome(needs.home);
  const { madeAt, tally } = await takeBackup({ ...needs, isRunning: false }, { path: resolve(path), secretFile });
  const rows = Object.values(tally).reduce((sum, each) => sum + each.rows, 0);
  console.log(`${rows} rows are back, as they were ${new Date(madeAt).toISOString()}; read again, they are the ones of the backup.`);
  console.log("Everybody signs in again. Desktops that sent more since then will say that this server was put back, and send it again.");
}

function heldOrRunning(home: string): Disposable & { readonly isRunning: boolean } {
  try {
    const lock = lockHome(home);
    return { isRunning: false, [Symbol.dispose]: () => lock[Symbol.dispose]() };
  } catch (error) {
    if ((error as Error).name !== "HomeInUse") throw error;
    return { isRunning: true, [Symbol.dispose]: () => undefined };
  }
}
