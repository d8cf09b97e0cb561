import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Keep } from "./train.ts";

const MOST_KEPT = 3;

/** Trained models as files in a folder that may be deleted at any time. */
export function fileKeep(folder: string): Keep {
  const path = (key: string) => join(folder, `request-${key}.bin`);
  return {
    load: (key) => (existsSync(path(key)) ? readFileSync(path(key)) : undefined),
    save(key, bytes) {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      for (const name of readdirSync(folder).filter((file) => file.startsWith("request-")).sort().slice(0, -(MOST_KEPT - 1))) rmSync(join(folder, name), { force: true });
      writeFileSync(`${path(key)}.new`, bytes, { mode: 0o600 });
      renameSync(`${path(key)}.new`, path(key));
    },
  };
}
