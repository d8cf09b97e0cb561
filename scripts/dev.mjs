// npm run dev: the station from source. Screens rebuild at each change and are served after a reload; a change of the
// core's code restarts the core, as a crash would, and the open window reconnects.
import { spawn } from "node:child_process";
import { watch } from "node:fs";
import { join, resolve } from "node:path";
import { build } from "vite";
import { readOptions } from "./usage.ts";

const ROOT = resolve(import.meta.dirname, "..");
const QUIET_MS = 200;
const USAGE = "npm run dev [-- --lab] [--home FOLDER] [--headless]   the station from source, on port 7357; restarts what you change";
readOptions(USAGE, { options: { lab: { type: "boolean" }, home: { type: "string" }, headless: { type: "boolean" } } });
let station;
const start = () => {
  station = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", join(ROOT, "src-main/shells/station/main.ts"), "--verbose", "--port", "7357", ...process.argv.slice(2)], { cwd: ROOT, stdio: "inherit" });
};
let timer;
let isRestarting = false;
const restart = (what) => {
  clearTimeout(timer);
  timer = setTimeout(() => {
    if (isRestarting) return;
    isRestarting = true;
    console.log(`${what} changed: starting again`);
    station.once("close", () => {
      isRestarting = false;
      start();
    });
    station.kill("SIGTERM");
  }, QUIET_MS);
};

const watcher = await build({ configFile: join(ROOT, "vite.config.ts"), logLevel: "warn", build: { watch: {} } });
let isFirst = true;
watcher.on("event", ({ code }) => {
  if (code !== "END") return;
  if (isFirst) start();
  else restart("a screen");
  isFirst = false;
});
watch(join(ROOT, "src-main"), { recursive: true }, (_event, file) => file?.endsWith(".ts") && !isFirst && restart(file));
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => (station?.kill("SIGTERM"), void watcher.close(), process.exit(0)));
