import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";

// What a model has read of a chat, on disk: a chat goes on where it stood after the model's process was started anew,
// without reading everything again. A cache, and as private as the conversation itself: it lies in SENA's home.

const MAX_BYTES = 2 * 1024 ** 3;
const MAX_AGE_MS = 3 * 24 * 3600_000;
const SUFFIX = ".state";

const nameOf = (...of: readonly string[]): string => createHash("sha256").update(of.join("\n")).digest("hex").slice(0, 32);

/** A state fits the very model and size of context it was made with, and no other. */
export const statePathOf = (folder: string, model: { readonly path: string; readonly contextTokens: number }, chatId: string): string => join(folder, `${nameOf(model.path, String(model.contextTokens))}-${nameOf(chatId)}${SUFFIX}`);

export const openStates = (folder: string): void => void mkdirSync(folder, { recursive: true, mode: 0o700 });

/** The newest that fit into the room there is; what is older than a few days nobody comes back to. */
export function pruneStates(folder: string, now: number, maxBytes = MAX_BYTES): void {
  const files = readdirSync(folder)
    .map((name) => ({ path: join(folder, name), name, ...sizeOf(join(folder, name)) }))
    .toSorted((a, b) => b.at - a.at);
  let bytes = 0;
  for (const { path, name, size, at } of files) {
    bytes += size;
    if (bytes > maxBytes || now - at > MAX_AGE_MS || !name.endsWith(SUFFIX)) rmSync(path, { force: true });
  }
}

const sizeOf = (path: string): { readonly size: number; readonly at: number } => {
  const { size, mtimeMs } = statSync(path);
  return { size, at: mtimeMs };
};
