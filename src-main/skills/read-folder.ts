import { existsSync, lstatSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { PackFiles } from "./load.ts";

const MOST_BYTES = 8 * 1024 * 1024;

/** The plain files of a pack's folder; links are not followed, a folder in it makes the pack unreadable. */
export function readFolder(folder: string): PackFiles {
  if (!existsSync(folder)) throw new TypeError(`there is no folder ${folder}`);
  const files = new Map<string, Uint8Array>();
  let total = 0;
  for (const name of readdirSync(folder).sort()) {
    const stat = lstatSync(join(folder, name));
    if (!stat.isFile()) throw new TypeError(`"${name}" is not a plain file`);
    total += stat.size;
    if (total > MOST_BYTES) throw new TypeError(`it is larger than ${MOST_BYTES / 1024 / 1024} MiB`);
    files.set(name, readFileSync(join(folder, name)));
  }
  return files;
}
