import { join } from "node:path";
import { coreCommand } from "../process/core-command.ts";
import { homeFolder } from "../process/home.ts";
import { builtFolder, rootFolder, screensFolder } from "../process/places.ts";
import { readScreenFiles } from "../process/screen-files.ts";
import { ELECTRON_HELP, readCommandLine } from "./command-line.ts";
import { coreOf, startShell } from "./start.ts";

const { home, lab, verbose, wantsHelp, refused, others } = readCommandLine(process.argv.slice(1));
if (wantsHelp) {
  console.log(ELECTRON_HELP);
  process.exit(0);
}
if (refused !== undefined) {
  console.error(`${refused} ${ELECTRON_HELP} Nothing was started.`);
  process.exit(64);
}
if (others.length > 0) console.error(`None of SENA's options, and left to Chromium: ${others.join(", ")}. ${ELECTRON_HELP}`);

await startShell({
  core: coreCommand({ home: homeFolder(home), lab, ...coreOf(process.resourcesPath, rootFolder) }),
  files: readScreenFiles(screensFolder),
  preload: join(builtFolder, "preload.cjs"),
  onLog: (line) => {
    if (verbose) process.stderr.write(line.endsWith("\n") ? line : `${line}\n`);
  },
});
