import { closeSync, openSync, readFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { workplace } from "../unit/ledger/harness.ts";
import { exportTo, furnish, judgeFlip, tinyKit, verify } from "../integration/ledger/evidence.ts";

/** npm run bench -- ledger-flip [--every=N]: every bit of a small bundle, one at a time. */
export async function bench({ flags }: { flags: Record<string, string | boolean> }, report: (line: { name: string; value: number; unit: string; ratio?: number; note?: string }) => void): Promise<void> {
  using place = workplace();
  const path = join(place.dir, "bundle.zip");
  {
    await using ledger = await place.open({ kit: tinyKit() });
    await furnish(ledger, place.dir);
    await exportTo(ledger, path);
  }
  const whole = readFileSync(path);
  const every = Number(flags["every"] ?? 1);
  const fd = openSync(path, "r+");
  let tried = 0;
  let missed = 0;
  const unnamed: string[] = [];
  for (let bit = 0; bit < 8 * whole.byteLength; bit += every) {
    const at = bit >> 3;
    writeSync(fd, Buffer.of((whole[at] as number) ^ (1 << (bit & 7))), 0, 1, at);
    const verdict = judgeFlip(whole, at, await verify(path));
    writeSync(fd, whole, at, 1, at);
    tried += 1;
    if (verdict.missed) missed += 1;
    if (verdict.unnamed !== undefined) unnamed.push(verdict.unnamed);
  }
  closeSync(fd);
  report({ name: "flip.detected", value: tried - missed, unit: "bits", ratio: (tried - missed) / tried, note: `of ${tried} flipped in a bundle of ${whole.byteLength} bytes` });
  report({ name: "flip.named", value: tried - unnamed.length, unit: "bits", ratio: (tried - unnamed.length) / tried, note: unnamed.length === 0 ? "each in the right file, and entry where there is one" : unnamed.slice(0, 5).join(" ") });
  if (missed > 0 || unnamed.length > 0) process.exitCode = 1;
}
