import { entryFile } from "./places.ts";
import type { Command } from "./supervise.ts";

export const coreCommand = (options: { readonly home: string; readonly lab: boolean; readonly nodePath?: string; readonly entry?: string }): Command => ({
  file: options.nodePath ?? process.execPath,
  // A core is at rest most of the day: a young generation of 2 × 4 MiB instead of 2 × 16, and two allocation arenas instead
  // of eight for each processor, save some 20 MB then.
  args: ["--max-semi-space-size=4", "--disable-warning=ExperimentalWarning", "--enable-source-maps", options.entry ?? entryFile("core.mjs", "src-main/shells/core/main.ts"), "--home", options.home, ...(options.lab ? ["--lab"] : [])],
  env: { MALLOC_ARENA_MAX: "2", ...process.env },
});
