import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parentPort, workerData } from "node:worker_threads";
import type { BundleCheckJob, BundleCheckWord, BundleReport } from "./bundle-check.ts";

type Bag = { close(): void };
type Kit = { readonly openBag: (path: string) => Bag; readonly nodeTools: unknown };
type Core = { readonly verifyBundle: (bag: Bag, tools: unknown, options: { readonly trusted: readonly string[]; readonly onProgress: (phase: string, done: number, total: number) => void }) => Promise<BundleReport> };

const { kit, path, keys } = workerData as BundleCheckJob;
const say = (word: BundleCheckWord): void => parentPort?.postMessage(word);
const load = (name: string): Promise<unknown> => import(pathToFileURL(join(kit, name)).href);

const { openBag, nodeTools } = (await load("cli.mjs")) as Kit;
const { verifyBundle } = (await load("core.mjs")) as Core;
let shownAt = 0;
try {
  const bag = openBag(path);
  const report = await verifyBundle(bag, nodeTools, {
    trusted: keys,
    onProgress(phase, done, total) {
      if (Date.now() - shownAt < 50) return;
      shownAt = Date.now();
      say({ kind: "progress", phase, done, total });
    },
  });
  bag.close();
  say({ kind: "done", report });
} catch (error) {
  say({ kind: "done", report: { ok: false, problems: [{ file: path, say: (error as Error).message }], notes: [], facts: { entries: 0, size: 0, root: "", origin: "" } } });
}
