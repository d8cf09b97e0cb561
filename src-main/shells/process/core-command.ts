import { entryFile } from "./places.ts";
import type { Command } from "./supervise.ts";

/**
 * glibc: two arenas instead of eight for each processor, and large blocks given back when they are freed. Left alone it
 * takes the freed ones of a flood as a sign to keep such blocks from then on: 45 MB stayed after each flood through a pane, 5 do now.
 */
export const CORE_MEMORY = { MALLOC_ARENA_MAX: "2", MALLOC_MMAP_THRESHOLD_: "65536", MALLOC_TRIM_THRESHOLD_: "65536" } as const;

/**
 * A young generation of 2 × 2 MiB instead of 2 × 16. A core is at rest most of the day, and in a flood each packet's bytes lie
 * outside the heap until their small handle is collected: collected sooner, they leave fewer holes that are never given
 * back. It costs nothing measurable; the ledger fills a little faster, because more of what it makes stays in the cache. The central
 * server is started with the same: on a large machine it saves a hundred there, and records are taken in as fast.
 */
export const CORE_HEAP = "--max-semi-space-size=2";

export const coreCommand = (options: { readonly home: string; readonly lab: boolean; /** For as long as one command: what is due by the clock is left to a core that stays. */ readonly isPassing?: boolean; readonly nodePath?: string; readonly entry?: string }): Command => ({
  file: options.nodePath ?? process.execPath,
  args: [CORE_HEAP, "--disable-warning=ExperimentalWarning", "--enable-source-maps", options.entry ?? entryFile("core.mjs", "src-main/shells/core/main.ts"), "--home", options.home, ...(options.lab ? ["--lab"] : []), ...(options.isPassing === true ? ["--passing"] : [])],
  env: { ...CORE_MEMORY, ...process.env },
});
