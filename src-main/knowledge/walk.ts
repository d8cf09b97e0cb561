import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { isCandidate } from "./extract.ts";

export type Found = { readonly files: readonly { readonly path: string; readonly name: string; readonly bytes: number; readonly modifiedAt: number }[]; readonly folders: readonly string[] };
const MAX_FILES = 500_000;
const MAX_DEPTH = 40;
/** A share answers after a while, whatever it is asked: many are asked for together. */
const AT_ONCE = 64;

const measured = async ({ path, name }: { readonly path: string; readonly name: string }): Promise<Found["files"][number] | undefined> => {
  const info = await stat(path).catch(() => undefined);
  return info && { path, name, bytes: info.size, modifiedAt: Math.round(info.mtimeMs) };
};

/** Regular files below a folder; links are not followed, so that a loop or a link out of the folder leads nowhere. */
export async function walk(root: string, signal: AbortSignal): Promise<Found> {
  const files: Found["files"][number][] = [];
  const folders: string[] = [];
  const waiting: { readonly path: string; readonly name: string; readonly depth: number }[] = [{ path: root, name: "", depth: 0 }];
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    signal.throwIfAborted();
    folders.push(folder.path);
    // The root must be there: an unmounted share must not look like "everything was deleted".
    const entries = await readdir(folder.path, { withFileTypes: true }).catch((error: unknown) => {
      if (folder.depth === 0) throw error;
      return [];
    });
    const here: { readonly path: string; readonly name: string }[] = [];
    for (const entry of entries) {
      const [path, name] = [join(folder.path, entry.name), folder.name === "" ? entry.name : `${folder.name}/${entry.name}`];
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
