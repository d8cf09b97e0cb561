import { resolve } from "node:path";
import { checkFolder, exportWorm, makeBackup, takeBackup, type KeepingNeeds } from "../../central/index.ts";
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

export async function restoreVerb(needs: Common, { path, ...of }: { readonly path: string; readonly secretFile: string | undefined; readonly mayBeUnsealed: boolean }): Promise<void> {
  using _ = lockHome(needs.home);
  const { madeAt, tally } = await takeBackup({ ...needs, isRunning: false }, { path: resolve(path), ...of });
  const rows = Object.values(tally).reduce((sum, each) => sum + each.rows, 0);
  console.log(`${rows} rows are back, as they were ${new Date(madeAt).toISOString()}; read again, they are the ones of the backup.`);
  console.log("Look through members, API keys and desktops of every organisation: whoever was removed, and every key that was revoked, since then is there again. Invitations and lines to enrol a desktop that were open count no more.");
  console.log("Everybody signs in again. Desktops that sent more since then will say that this server was put back, and send it again.");
}

/** What records grew by, into a folder that is only added to. Ends with 1 where one of them does not continue what lies there. */
export async function exportVerb(needs: Common, folder: string): Promise<number> {
  using lock = heldOrRunning(needs.home);
  const { wrote, problems } = await exportWorm({ ...needs, isRunning: lock.isRunning }, resolve(folder));
  for (const { desktopId, from, to } of wrote) console.log(`${desktopId}: entries ${from} to ${to - 1}`);
  for (const problem of problems) console.error(problem);
  console.log(`${resolve(folder)}: ${wrote.length === 0 ? "nothing came since the last time" : `${wrote.length} ${wrote.length === 1 ? "record" : "records"} grew`}. It holds what was committed to and no values; the medium has to see to it that nobody changes it.`);
  return problems.length > 0 ? 1 : 0;
}

/** Everything hashed again from the folder alone. */
export function checkVerb(folder: string): number {
  const { desktops, parts, entries, problems, notes, heads } = checkFolder(resolve(folder));
  for (const { desktopId, size, logKey } of heads) console.log(`${desktopId}: ${size} entries, signed by ${logKey}`);
  for (const note of notes) console.log(`! ${note}`);
  for (const problem of problems) console.error(`✘ ${problem}`);
  if (heads[0]) console.log(`cosigned by ${[...new Set(heads.flatMap(({ witnessKeys }) => witnessKeys))].join(", ")}: compare these keys with those you know`);
  console.log(problems.length === 0 ? `✔ ${desktops} records, ${parts} parts, ${entries} entries: whole, in order, signed and cosigned` : `${problems.length} of the records do not hold`);
  return problems.length === 0 ? 0 : 1;
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
