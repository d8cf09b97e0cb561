import { globSync, readFileSync, statSync } from "node:fs";
import { homedir } from "node:os";
import type { ImportFiles } from "./imported.ts";

const MOST_BYTES = 32 * 1024 * 1024;

/** The operator's own files, read as the operator. Devices and pipes are not files: `/dev/zero` would never end. */
export const operatorFiles: ImportFiles = {
  get home() {
    return homedir(); // asked for when a path begins with it: not every account has one
  },
  read(path) {
    try {
      const stats = statSync(path);
      return stats.isFile() && stats.size <= MOST_BYTES ? readFileSync(path, "utf8") : undefined;
    } catch {
      return undefined;
    }
  },
  list(pattern) {
    try {
      return globSync(pattern).sort();
    } catch {
      return [];
    }
  },
};
