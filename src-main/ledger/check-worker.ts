import Database from "better-sqlite3";
import { hash } from "node:crypto";
import { parentPort } from "node:worker_threads";
import type { CheckAnswer, CheckJob } from "./check.ts";
import { foldTile, HASH_BYTES, TILE_WIDTH } from "./tree.ts";

// Reads and hashes on a connection of its own, read-only: write-ahead logging lets it see a still picture beside the writer.
type TileRow = { readonly n: number; readonly low: number; readonly lengths: string; readonly leaves: Buffer };
let open: { readonly path: string; readonly tile: Database.Statement<[number, number], TileRow> } | undefined;

/**
 * A tile is one row: its leaves lie in one piece of memory, each behind the 0x00 it is hashed with, so nothing is copied
 * or parsed again. The lengths come from the rows, never from the text: what a leaf holds cannot move where the next begins.
 */
const TILE_SQL = `
  SELECT count(*) AS n, min(seq) AS low, group_concat(1 + length(CAST(leaf AS BLOB))) AS lengths, CAST(group_concat(x'00' || leaf, '') AS BLOB) AS leaves
  FROM (SELECT seq, leaf FROM entries WHERE seq >= ? AND seq < ? ORDER BY seq)`;

parentPort?.on("message", ({ path, start, end }: CheckJob) => {
  if (open?.path !== path) {
    const db = new Database(path, { readonly: true });
    open = { path, tile: db.prepare<[number, number], TileRow>(TILE_SQL) };
  }
  const hashes = Buffer.alloc(HASH_BYTES * (end - start));
  const folded = Buffer.alloc(HASH_BYTES * Math.floor((end - start) / TILE_WIDTH));
  let missing = -1;
  for (let from = start; from < end; from += TILE_WIDTH) {
    const width = Math.min(TILE_WIDTH, end - from);
    const row = open.tile.get(from, from + width) as TileRow;
    // A hole moves the entries after it: they are then found not to fit, and the hole itself is named.
    if (row.n !== width) missing = missing < 0 ? from : missing;
    if (row.n > 0) hashLeaves(row, hashes, HASH_BYTES * (from - start));
    if (width === TILE_WIDTH) folded.set(foldTile(hashes.subarray(HASH_BYTES * (from - start), HASH_BYTES * (from - start + width))), (HASH_BYTES * (from - start)) / TILE_WIDTH);
  }
  parentPort?.postMessage({ start, hashes, folded, missing } satisfies CheckAnswer);
});

function hashLeaves({ lengths, leaves }: TileRow, into: Buffer, at: number): void {
  let from = 0;
  let to = at;
  for (const length of lengths.split(",")) {
    const end = from + Number(length);
    into.write(hash("sha256", leaves.subarray(from, end), "binary"), to, HASH_BYTES, "latin1");
    from = end;
    to += HASH_BYTES;
  }
}
