import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const PREFIX = "sena-test-";
/** Of a run that was killed; none takes that long. */
const UNUSED_MS = 24 * 3_600_000;

let folder: string | undefined;

/** What tests put down for a moment lies in a folder of this run and goes with it, also what a killed program could not clear away. */
export function setup(): void {
  const all = tmpdir();
  for (const name of readdirSync(all).filter((each) => each.startsWith(PREFIX))) if ((statSync(join(all, name), { throwIfNoEntry: false })?.mtimeMs ?? Infinity) < Date.now() - UNUSED_MS) rmSync(join(all, name), { recursive: true, force: true });
  folder = mkdtempSync(join(all, PREFIX));
  chmodSync(folder, 0o1777); // as the machine's own: databases and practice hosts run as other accounts
  process.env["TMPDIR"] = folder;
}

export function teardown(): void {
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}
