import { execFile } from "node:child_process";
import { lstat } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { isCandidate } from "../extract.ts";
import { below, opened, shown } from "../names.ts";
import type { Found } from "../walk.ts";

const run = promisify(execFile);
/** A repository may name programs to run (hooks, fsmonitor, filters): none of them is. */
const QUIET = ["-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false", "-c", "protocol.allow=never", "-c", "safe.directory=*", "--no-optional-locks", "--no-pager"];

/** The files of a working copy as git knows them: tracked, or new and not ignored. What a checkout changes is seen at once. */
export async function gitFiles(folder: string, signal: AbortSignal): Promise<Found> {
  const { stdout } = await run("git", [...QUIET, "-C", folder, "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate"], { signal, encoding: "buffer", maxBuffer: 256 << 20, env: { PATH: process.env["PATH"] ?? "/usr/bin:/bin", GIT_CONFIG_NOSYSTEM: "1", GIT_CONFIG_GLOBAL: "/dev/null", GIT_TERMINAL_PROMPT: "0", LC_ALL: "C" } });
  const files: Found["files"][number][] = [];
  const folders = new Set<string>([folder, join(folder, ".git")]);
  for (let from = 0, end = stdout.indexOf(0); end >= 0; from = end + 1, end = stdout.indexOf(0, from)) {
    const bytes = stdout.subarray(from, end);
    const name = shown(bytes);
    if (!isCandidate(name)) continue;
    const path = below(folder, bytes);
    const info = await lstat(opened(path)).catch(() => undefined);
    if (info?.isFile() !== true) continue;
    files.push({ path, name, bytes: info.size, modifiedAt: Math.round(info.mtimeMs) });
    if (typeof path === "string") folders.add(join(path, ".."));
  }
  return { files, folders: [...folders] };
}
