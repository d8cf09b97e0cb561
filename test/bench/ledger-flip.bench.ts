import { statSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join, resolve } from "node:path";
import { Worker } from "node:worker_threads";
import type { FlipJob, FlipWord } from "../fixtures/ledger/flip-worker.ts";
import { exportTo, furnish, tinyKit } from "../integration/ledger/evidence.ts";
import { workplace } from "../unit/ledger/harness.ts";
import type { Flags } from "./options.ts";

const PROGRAM = resolve(import.meta.dirname, "..", "fixtures", "ledger", "flip-worker.ts");
const TELL_EVERY_MS = 30_000;

export const OPTIONS = { jobs: { type: "string" }, every: { type: "string" } } as const;

/** npm run bench -- ledger-flip [--jobs=2] [--every=N]: every bit of a small bundle, one at a time; of every Nth byte for a quick look. */
export async function bench({ flags }: { readonly flags: Flags<typeof OPTIONS> }, report: (line: { name: string; value: number; unit: string; ratio?: number; note?: string }) => void): Promise<void> {
  using place = workplace();
  const path = join(place.dir, "bundle.zip");
  {
    await using ledger = await place.open({ kit: tinyKit() });
    await furnish(ledger, place.dir);
    await exportTo(ledger, path);
  }
  const jobs = Number(flags.jobs ?? availableParallelism());
  const every = Number(flags.every ?? 1);
  const { size } = statSync(path);
  const total = 8 * Math.ceil(size / every);
  let tried = 0;
  let toldAt = performance.now();
  const missed: string[] = [];
  const unnamed: string[] = [];
  const named = new Map<string, number>();
  const take = (word: FlipWord): void => {
    tried += word.tried;
    missed.push(...word.missed);
    unnamed.push(...word.unnamed);
    for (const [file, times] of Object.entries(word.named)) named.set(file, (named.get(file) ?? 0) + times);
    if (performance.now() - toldAt < TELL_EVERY_MS) return;
    toldAt = performance.now();
    console.error(`${tried} of ${total} bits, ${missed.length} not detected, ${unnamed.length} not named`);
  };
  await Promise.all(Array.from({ length: jobs }, (_, n) => stripe({ path, first: n * every, step: jobs * every, bits: 8 }, take)));
  report({ name: "flip.detected", value: tried - missed.length, unit: "bits", ratio: (tried - missed.length) / tried, note: `of ${tried} flipped in a bundle of ${size} bytes${every === 1 ? "" : `, every ${every}th byte`}` });
  report({ name: "flip.named", value: tried - unnamed.length, unit: "bits", ratio: (tried - unnamed.length) / tried, note: unnamed.length === 0 ? "each in the right file, and in the very entry where there is one" : unnamed.slice(0, 5).join(" | ") });
  for (const [file, times] of [...named].sort((a, b) => b[1] - a[1])) report({ name: "flip.found", value: times, unit: "bits", note: `in ${file}` });
  if (missed.length > 0 || unnamed.length > 0 || tried !== total) process.exitCode = 1;
}

function stripe(job: FlipJob, take: (word: FlipWord) => void): Promise<void> {
  return new Promise((settle, reject) => {
    const worker = new Worker(PROGRAM, { workerData: job });
    worker.on("message", take).once("error", reject).once("exit", () => settle());
  });
}
