import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "./supervise.ts";

/** Built: one file beside this one. From source: the TypeScript itself, which Node 24 runs. */
export function coreCommand(options: { readonly home: string; readonly lab: boolean; readonly nodePath?: string }): Command {
  const built = join(import.meta.dirname, "core.mjs");
  const entry = existsSync(built) ? built : join(import.meta.dirname, "..", "core", "main.ts");
  return {
    file: options.nodePath ?? process.execPath,
    args: ["--disable-warning=ExperimentalWarning", "--enable-source-maps", entry, "--home", options.home, ...(options.lab ? ["--lab"] : [])],
    env: process.env,
  };
}
