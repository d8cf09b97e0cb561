// npm run coverage: that every branch of the rooms that decide is taken by their unit tests.
import { spawnSync } from "node:child_process";
import { join, resolve } from "node:path";
import { DECIDING } from "../vitest.config.ts";
import { readOptions } from "./usage.ts";

const ROOT = resolve(import.meta.dirname, "..");
readOptions(`npm run coverage   that every branch of ${DECIDING.join(", ")} is taken by their unit tests; names those that are not`, { options: {} });
const { status } = spawnSync(process.execPath, [join(ROOT, "node_modules/vitest/vitest.mjs"), "run", "--project", "unit", "--coverage", ...DECIDING.map((room) => `test/unit/${room}`)], { cwd: ROOT, stdio: "inherit" });
process.exit(status ?? 1);
