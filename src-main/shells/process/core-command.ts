import { entryFile } from "./places.ts";
import type { Command } from "./supervise.ts";

export const coreCommand = (options: { readonly home: string; readonly lab: boolean; readonly nodePath?: string; readonly entry?: string }): Command => ({
  file: options.nodePath ?? process.execPath,
  args: ["--disable-warning=ExperimentalWarning", "--enable-source-maps", options.entry ?? entryFile("core.mjs", "src-main/shells/core/main.ts"), "--home", options.home, ...(options.lab ? ["--lab"] : [])],
  env: process.env,
});
