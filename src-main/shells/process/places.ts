import { existsSync } from "node:fs";
import { basename, dirname, join } from "node:path";

// Where the parts of SENA lie, the same in a checkout and packed: dist/ (built code and screens), resources/, node_modules/.

const here = import.meta.dirname;
const dist = basename(here) === "chunks" ? dirname(here) : here;
const isBuilt = existsSync(join(dist, "core.mjs"));
export const rootFolder = isBuilt ? dirname(dist) : join(here, "..", "..", "..");
export const builtFolder = join(rootFolder, "dist");
export const resourcesFolder = join(rootFolder, "resources");
export const screensFolder = join(rootFolder, "dist", "renderer");
/** Files that run in a process or thread of their own: built, one file in dist; from source, the TypeScript itself. */
export const entryFile = (built: string, source: string): string => (isBuilt ? join(dist, built) : join(rootFolder, source));
