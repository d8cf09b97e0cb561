import { spawn } from "node:child_process";
import { CORE_HEAP, CORE_MEMORY } from "../../process/core-command.ts";
import { entryFile } from "../../process/places.ts";
import { CENTRAL_HELP } from "../../central/use.ts";
import type { Command, CommandUse } from "../io.ts";

/** The server is a program of its own: it is started, not loaded. */
const centralCommand: Command = (argv, { givenHome }) =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, [CORE_HEAP, entryFile("central.mjs", "src-main/shells/central/main.ts"), ...argv, ...(givenHome === undefined ? [] : ["--home", givenHome])], { stdio: "inherit", env: { ...CORE_MEMORY, ...process.env } });
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => child.kill(signal));
    child.on("close", (code) => resolve(code ?? 1));
  });

export const centralUse: CommandUse = { help: CENTRAL_HELP, run: centralCommand };
