import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Keep } from "./train.ts";

const MOST_KEPT = 3;

/**
 * Trained models as files in a folder that may be deleted at any time. One that cannot be read is learned again, one that
 * cannot be kept is learned again next time: neither is a reason to give no answer.
 */
export function fileKeep(folder: string): Keep {
  const path = (key: string) => join(folder, `request-${key}.bin`);
  return {
    load: (key) => orElse(undefined, () => readFileSync(path(key))),
    save(key, bytes) {
      const unfinished = `${path(key)}.new`;
      const isKept = orElse(false, () => {
        mkdirSync(folder, { recursive: true, mode: 0o700 });
        for (const name of readdirSync(folder).filter((file) => file.startsWith("request-")).sort().slice(0, -(MOST_KEPT - 1))) rmSync(join(folder, name), { force: true });
        writeFileSync(unfinished, bytes, { mode: 0o600 });
        renameSync(unfinished, path(key));
        return true;
      });
      if (!isKept) orElse(undefined, () => rmSync(unfinished, { force: true }));
    },
  };
}

function orElse<T>(otherwise: T, act: () => T): T {
  try {
    return act();
  } catch {
    return otherwise;
  }
}
