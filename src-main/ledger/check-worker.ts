import Database from "better-sqlite3";
import { hash } from "node:crypto";
import { parentPort } from "node:worker_threads";
import type { CheckAnswer, CheckJob } from "./check.ts";
import { createLanes, foldDigests } from "./lanes.ts";
import { foldTile, HASH_BYTES, TILE_WIDTH } from "./tree.ts";

// Reads and hashes on a connection of its own, read-only: write-ahead logging lets it see a still picture beside the writer.
type TileRow = { readonly n: number; readonly low: number; readonly lengths: string; readonly leaves: Buffer };
let open: { readonly path: string; readonly tile: Database.Statement<[number, number], TileRow> } | undefined;

/**
 * A tile is one row: its leaves lie in one piece of memory, each behind the 0x00 it is hashed with, so no row is made for
 * an entry. The lengths come from the rows, never from the text: what a leaf holds cannot move where the next begins.
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
    const at = HASH_BYTES * (from - start);
    const ofTile = hashes.subarray(at, at + HASH_BYTES * width);
    const isFolded = row.n > 0 && hashLeaves(row, ofTile) && width === TILE_WIDTH && row.n === width;
    if (width === TILE_WIDTH) folded.set(isFolded ? foldDigests(lanes, TILE_WIDTH) : foldTile(ofTile), at / TILE_WIDTH);
  }
  parentPort?.postMessage({ start, hashes, folded, missing } satisfies CheckAnswer);
});

const lanes = createLanes({ messages: 2 * TILE_WIDTH, bytes: 1 << 20 });

/** Four at a time where they have room together, which is nearly always; tells whether their digests still lie there. */
function hashLeaves({ n, lengths, leaves }: TileRow, into: Buffer): boolean {
  const { bytes, begin, fits, place, take, end, digestAt } = lanes;
  begin();
  const isTogether = fits(n + TILE_WIDTH, leaves.byteLength);
  let from = 0;
  let to = 0;
  for (const text of lengths.split(",")) {
    const length = Number(text);
    if (isTogether) {
      leaves.copy(bytes, place(), from, from + length);
      take(length);
    } else {
      into.write(hash("sha256", leaves.subarray(from, from + length), "binary"), to, HASH_BYTES, "latin1");
    }
    from += length;
    to += HASH_BYTES;
  }
  if (!isTogether) return false;
  end();
  bytes.copy(into, 0, digestAt(0), digestAt(n));
  return true;
}
