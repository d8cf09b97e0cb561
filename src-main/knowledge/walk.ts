import { readdir, stat } from "node:fs/promises";
import { isCandidate } from "./extract.ts";
import { below, opened, shown, type Place } from "./names.ts";

export type Found = { readonly files: readonly { readonly path: Place; readonly name: string; readonly bytes: number; readonly modifiedAt: number }[]; /** Those whose names are text: others are compared, not watched. */ readonly folders: readonly string[] };
const MAX_FILES = 500_000;
const MAX_DEPTH = 40;
/** A share answers after a while, whatever it is asked: many are asked for together. */
const AT_ONCE = 64;

const measured = async ({ path, name }: { readonly path: Place; readonly name: string }): Promise<Found["files"][number] | undefined> => {
  const info = await stat(opened(path)).catch(() => undefined);
  return info && { path, name, bytes: info.size, modifiedAt: Math.round(info.mtimeMs) };
};

/** Regular files below a folder; links are not followed, so that a loop or a link out of the folder leads nowhere. */
export async function walk(root: string, signal: AbortSignal): Promise<Found> {
  const files: Found["files"][number][] = [];
  const folders: string[] = [];
  const waiting: { readonly path: Place; readonly name: string; readonly depth: number }[] = [{ path: root, name: "", depth: 0 }];
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    signal.throwIfAborted();
    if (typeof folder.path === "string") folders.push(folder.path);
    // The root must be there: an unmounted share must not look like "everything was deleted".
    const entries = await readdir(opened(folder.path), { withFileTypes: true, encoding: "buffer" }).catch((error: unknown) => {
      if (folder.depth === 0) throw error;
      return [];
    });
    const here: { readonly path: Place; readonly name: string }[] = [];
    for (const entry of entries) {
      const own = shown(entry.name);
      const [path, name] = [below(folder.path, entry.name), folder.name === "" ? own : `${folder.name}/${own}`];
      if (!isCandidate(entry.isDirectory() ? `${name}/` : name)) continue;
      if (entry.isDirectory()) {
        if (folder.depth < MAX_DEPTH) waiting.push({ path, name, depth: folder.depth + 1 });
      } else if (entry.isFile()) here.push({ path, name });
    }
    for (let at = 0; at < here.length; at += AT_ONCE) {
      files.push(...(await Promise.all(here.slice(at, at + AT_ONCE).map(measured))).filter((file) => file !== undefined));
      if (files.length > MAX_FILES) throw new Error(`it holds more than ${MAX_FILES} files`);
    }
  }
  return { files, folders };
}
