import { watch, type FSWatcher } from "node:fs";

/** inotify gives each user a bounded number of watches; beyond this, comparing whole is the honest way. */
const MAX_FOLDERS = 4_096;
const QUIET_MS = 250;

export type FolderWatch = { cover(folders: readonly string[]): void; readonly isWhole: boolean; close(): void };

/** Says that something changed, not what: the comparison finds out. One watch per folder, new folders by `cover`. */
export function createFolderWatch(onChange: () => void): FolderWatch {
  const watchers = new Map<string, FSWatcher>();
  let isWhole = false;
  let timer: NodeJS.Timeout | undefined;
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(onChange, QUIET_MS);
  };
  return {
    get isWhole() {
      return isWhole;
    },
    cover(folders) {
      const wanted = new Set(folders);
      for (const [folder, watcher] of watchers) if (!wanted.has(folder)) {
        watcher.close();
        watchers.delete(folder);
      }
      isWhole = folders.length <= MAX_FOLDERS;
      for (const folder of folders.slice(0, MAX_FOLDERS)) {
        if (watchers.has(folder)) continue;
        try {
          const watcher = watch(folder, soon);
          watcher.on("error", () => {
            isWhole = false;
            watcher.close();
            watchers.delete(folder);
          });
          watchers.set(folder, watcher);
        } catch {
          isWhole = false; // no more watches to be had, or the folder is gone: the timer compares more often
        }
      }
    },
    close() {
      clearTimeout(timer);
      for (const watcher of watchers.values()) watcher.close();
      watchers.clear();
    },
  };
}
