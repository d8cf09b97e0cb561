// Every test: unit, integration, shell, end to end in Chromium, packaged. Prints one closing line.
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { readOptions } from "./usage.ts";

const ROOT = resolve(import.meta.dirname, "..");
const REPORTS = join(ROOT, "test-results");
const args = process.argv.slice(2);
const USAGE = `npm test                                                            every test
npm test -- --project unit|integration|shell|e2e|packaged [FILE…]   those; whatever else Vitest takes`;
readOptions(USAGE, { args, options: {}, strict: false });
rmSync(REPORTS, { recursive: true, force: true });
mkdirSync(REPORTS, { recursive: true });

const run = (file, argv, env = {}) => new Promise((done) => spawn(process.execPath, [join(ROOT, "node_modules", file), ...argv], { cwd: ROOT, stdio: "inherit", env: { ...process.env, ...env } }).on("close", (code) => done(code ?? 1)));

const vitestReport = join(REPORTS, "vitest.json");
const vitestCode = await run("vitest/vitest.mjs", ["run", "--reporter=default", "--reporter=json", `--outputFile.json=${vitestReport}`, ...args]);
const total = { passed: 0, failed: 0, skipped: 0 };
if (existsSync(vitestReport)) {
  const report = JSON.parse(readFileSync(vitestReport, "utf8"));
  total.passed += report.numPassedTests;
  // A file that fails before its first test counts as one failure.
  total.failed += report.numFailedTests + report.testResults.filter((file) => file.status === "failed" && file.assertionResults.length === 0).length;
  total.skipped += report.numPendingTests + (report.numTodoTests ?? 0);
}
if (vitestCode !== 0 && total.failed === 0) total.failed = 1; // an error outside any test
console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exit(total.failed > 0 ? 1 : 0);
