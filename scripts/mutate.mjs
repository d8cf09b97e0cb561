// npm run mutate [ROOM] [-- --mutate FILES]: changes the code of a decision room one line at a time and asks its unit tests to notice.
// Hours on a small machine, so it is never part of a check; a room's pure decisions are what it is for.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";

const ROOT = resolve(import.meta.dirname, "..");
const args = process.argv.slice(2);
const room = args[0]?.startsWith("-") === false ? args.shift() : "shellcheck";
if (!existsSync(join(ROOT, "src-main", room)) || !existsSync(join(ROOT, "test/unit", room))) {
  console.error(`npm run mutate ROOM: "${room}" is no room with unit tests of its own.`);
  process.exit(64);
}
const child = spawn(process.execPath, [join(ROOT, "node_modules/@stryker-mutator/core/bin/stryker.js"), "run", join(ROOT, "scripts/stryker.config.mjs"), ...args], { cwd: ROOT, stdio: "inherit", env: { ...process.env, SENA_MUTATE_ROOM: room } });
child.on("close", (code) => process.exit(code ?? 1));
