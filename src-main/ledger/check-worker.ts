import Database from "better-sqlite3";
import { parentPort } from "node:worker_threads";
import type { CheckAnswer, CheckJob } from "./check.ts";
import { foldHashes, sha256, TILE_WIDTH } from "./tree.ts";

// Reads and hashes on a connection of its own, read-only: write-ahead logging lets it see a still picture beside the writer.
const MAX_LEAF_BYTES = 65_535;
const scratch = Buffer.alloc(1 + MAX_LEAF_BYTES);
let open: { readonly path: string; readonly seqs: Database.Statement<[number, number], { low: number; high: number; n: number }>; readonly leaves: Database.Statement<[number, number], Buffer> } | undefined;

parentPort?.on("message", ({ path, start, end }: CheckJob) => {
  if (open?.path !== path) {
    const db = new Database(path, { readonly: true });
    open = {
      path,
      seqs: db.prepare("SELECT min(seq) AS low, max(seq) AS high, count(*) AS n FROM entries WHERE seq >= ? AND seq < ?"),
      leaves: db.prepare<[number, number], Buffer>("SELECT leaf FROM entries WHERE seq >= ? AND seq < ? ORDER BY seq").pluck() as Database.Statement<[number, number], Buffer>,
    };
  }
  const about = open.seqs.get(start, end);
  const isWhole = about !== undefined && about.n === end - start;
  const hashes = Buffer.alloc(32 * (end - start));
  const folded = Buffer.alloc(32 * Math.floor((end - start) / TILE_WIDTH));
  for (let from = start; from < end; from += TILE_WIDTH) {
    const tile = open.leaves.all(from, Math.min(end, from + TILE_WIDTH)).map((leaf) => {
      scratch.set(leaf, 1);
      return sha256(scratch.subarray(0, 1 + leaf.byteLength));
    });
    tile.forEach((one, n) => hashes.set(one, 32 * (from - start + n)));
    if (tile.length === TILE_WIDTH) folded.set(foldHashes(tile), (32 * (from - start)) / TILE_WIDTH);
  }
  parentPort?.postMessage({ start, hashes, folded, missing: isWhole ? -1 : start } satisfies CheckAnswer);
});
