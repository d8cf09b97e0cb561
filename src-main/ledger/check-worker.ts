import Database from "better-sqlite3";
import { hash } from "node:crypto";
import { parentPort } from "node:worker_threads";
import type { CheckAnswer, CheckJob } from "./check.ts";

// Reads and hashes on a connection of its own, read-only: write-ahead logging lets it see a still picture beside the writer.
const MAX_LEAF_BYTES = 65_535;
const scratch = Buffer.alloc(1 + MAX_LEAF_BYTES);
let open: { readonly path: string; readonly rows: Database.Statement<[number, number], { seq: number; leaf: Buffer }> } | undefined;

parentPort?.on("message", ({ path, start, end }: CheckJob) => {
  if (open?.path !== path) {
    const db = new Database(path, { readonly: true });
    open = { path, rows: db.prepare("SELECT seq, leaf FROM entries WHERE seq >= ? AND seq < ? ORDER BY seq") };
  }
  const hashes = Buffer.alloc(32 * (end - start));
  let expected = start;
  let missing = -1;
  for (const { seq, leaf } of open.rows.iterate(start, end)) {
    if (seq !== expected && missing < 0) missing = expected;
    expected = seq + 1;
    scratch.set(leaf, 1);
    hashes.set(hash("sha256", scratch.subarray(0, 1 + leaf.byteLength), "buffer"), 32 * (seq - start));
  }
  if (expected !== end && missing < 0) missing = expected;
  parentPort?.postMessage({ start, hashes, missing } satisfies CheckAnswer, [hashes.buffer as ArrayBuffer]);
});
