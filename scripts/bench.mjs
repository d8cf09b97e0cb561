// npm run bench -- NAME [--json] [--flag value]: one line per figure: name, value, unit, and ratio against a named baseline.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const FOLDER = resolve(import.meta.dirname, "..", "test", "bench");
const names = readdirSync(FOLDER).filter((file) => file.endsWith(".bench.ts")).map((file) => file.slice(0, -".bench.ts".length));
const { values, positionals } = readArguments(process.argv.slice(2));

/** `--flag value` and `--flag=value` alike; `--json`, `--full` and `--page` stand alone. */
function readArguments(args) {
  const values = {};
  const positionals = [];
  for (let at = 0; at < args.length; at += 1) {
    const [, name, value] = /^--([^=]+)(?:=(.*))?$/s.exec(args[at]) ?? [];
    if (name === undefined) positionals.push(args[at]);
    else if (value !== undefined || name === "json" || name === "full" || name === "page" || args[at + 1] === undefined || args[at + 1].startsWith("--")) values[name] = value ?? true;
    else values[name] = args[(at += 1)];
  }
  return { values, positionals };
}
const [name = ""] = positionals;
const file = join(FOLDER, `${name}.bench.ts`);
if (!name || !existsSync(file)) {
  console.error(`npm run bench -- NAME [--json]; NAME is one of: ${names.join(", ")}`);
  process.exit(64);
}
const { json, ...flags } = values;
const report = (line) => console.log(json ? JSON.stringify(line) : `${line.name.padEnd(34)} ${String(Math.round(line.value * 1000) / 1000).padStart(12)} ${line.unit.padEnd(10)}${line.ratio === undefined ? "" : ` ratio ${line.ratio.toFixed(3)}`}${line.note ? `  ${line.note}` : ""}`);
const { bench, isMeasuredAsCore = false } = await import(pathToFileURL(file).href);
// What a core's memory is measured by runs with the settings a core runs with.
if (isMeasuredAsCore && process.env.SENA_BENCH_AS_CORE === undefined) {
  const { CORE_HEAP, CORE_MEMORY } = await import("../src-main/shells/process/core-command.ts");
  const { status } = spawnSync(process.execPath, [CORE_HEAP, "--disable-warning=ExperimentalWarning", import.meta.filename, ...process.argv.slice(2)], { stdio: "inherit", env: { ...process.env, ...CORE_MEMORY, SENA_BENCH_AS_CORE: "1" } });
  process.exit(status ?? 1);
}
await bench({ flags }, report);
process.exit(process.exitCode ?? 0);
