import { spawn } from "node:child_process";
import { CORE_HEAP, CORE_MEMORY } from "../../process/core-command.ts";
import { entryFile } from "../../process/places.ts";
import type { Command } from "../io.ts";

/** The server is a program of its own: it is started, not loaded. */
export const centralCommand: Command = (argv) =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, [CORE_HEAP, entryFile("central.mjs", "src-main/shells/central/main.ts"), ...argv], { stdio: "inherit", env: { ...CORE_MEMORY, ...process.env } });
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => child.kill(signal));
    child.on("close", (code) => resolve(code ?? 1));
  });
