// npm run bench -- NAME [--json] [--option VALUE]: one line per figure: name, value, unit, and ratio against a named baseline.
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { readOptions, refuse } from "./usage.ts";

const FOLDER = resolve(import.meta.dirname, "..", "test", "bench");
const names = readdirSync(FOLDER).filter((file) => file.endsWith(".bench.ts")).map((file) => file.slice(0, -".bench.ts".length));
const USAGE = `npm run bench -- NAME [--json] [what NAME takes; NAME --help lists it]

NAME is one of: ${names.join(", ")}`;
const [name = "", ...args] = process.argv.slice(2);
if (name.startsWith("-")) readOptions(USAGE, { args: [name], options: {} });
if (!names.includes(name)) refuse(USAGE, name === "" ? "Which bench?" : `There is no bench "${name}".`);

const { bench, OPTIONS = {}, isMeasuredAsCore = false } = await import(pathToFileURL(join(FOLDER, `${name}.bench.ts`)).href);
const takes = Object.entries({ json: { type: "boolean" }, ...OPTIONS }).map(([option, { type }]) => (type === "boolean" ? `[--${option}]` : `[--${option} VALUE]`));
const { json, ...flags } = readOptions(`npm run bench -- ${name} ${takes.join(" ")}`, { args, options: { json: { type: "boolean" }, ...OPTIONS } }).values;
const report = (line) => console.log(json ? JSON.stringify(line) : `${line.name.padEnd(34)} ${String(Math.round(line.value * 1000) / 1000).padStart(12)} ${line.unit.padEnd(10)}${line.ratio === undefined ? "" : ` ratio ${line.ratio.toFixed(3)}`}${line.note ? `  ${line.note}` : ""}`);
// What a core's memory is measured by runs with the settings a core runs with.
if (isMeasuredAsCore && process.env.SENA_BENCH_AS_CORE === undefined) {
  const { CORE_HEAP, CORE_MEMORY } = await import("../src-main/shells/process/core-command.ts");
  const { status } = spawnSync(process.execPath, [CORE_HEAP, "--disable-warning=ExperimentalWarning", import.meta.filename, ...process.argv.slice(2)], { stdio: "inherit", env: { ...process.env, ...CORE_MEMORY, SENA_BENCH_AS_CORE: "1" } });
  process.exit(status ?? 1);
}
await bench({ flags }, report);
process.exit(process.exitCode ?? 0);
