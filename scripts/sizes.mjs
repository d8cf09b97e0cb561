// Size alarms, not dogma: a file over 400 lines says why in its first lines ("size: reason"), or is more than one thing.
import { globSync, readFileSync } from "node:fs";
import { resolve } from "node:path";

const LIMIT = 400;
const ROOT = resolve(import.meta.dirname, "..");
const tooLong = globSync("{src-main,src-renderer}/**/*.{ts,tsx}", { cwd: ROOT })
  .map((path) => [path, readFileSync(resolve(ROOT, path), "utf8")])
  .map(([path, text]) => ({ path, lines: text.split("\n").length, isExcused: /^\/\/ size: \S/m.test(text.slice(0, 600)) }))
  .filter(({ lines, isExcused }) => lines > LIMIT && !isExcused);
for (const { path, lines } of tooLong) console.error(`${path}: ${lines} lines; over ${LIMIT} a file needs a reason ("// size: why") or a cut`);
process.exit(tooLong.length > 0 ? 1 : 0);
