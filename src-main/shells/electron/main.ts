import { join } from "node:path";
import { parseArgs } from "node:util";
import { coreCommand } from "../process/core-command.ts";
import { homeFolder } from "../process/home.ts";
import { builtFolder, rootFolder, screensFolder } from "../process/places.ts";
import { readScreenFiles } from "../process/screen-files.ts";
import { coreOf, startShell } from "./start.ts";

const { values } = parseArgs({ args: process.argv.slice(1), options: { home: { type: "string" }, lab: { type: "boolean", default: false }, verbose: { type: "boolean", default: false } }, strict: false, allowPositionals: true });
const home = homeFolder(typeof values.home === "string" ? values.home : undefined);

await startShell({
  core: coreCommand({ home, lab: values.lab === true, ...coreOf(process.resourcesPath, rootFolder) }),
  files: readScreenFiles(screensFolder),
  preload: join(builtFolder, "preload.cjs"),
  onLog: (line) => {
    if (values.verbose) process.stderr.write(line.endsWith("\n") ? line : `${line}\n`);
  },
});
