import { TILE_WIDTH } from "./tree.ts";

/** c2sp.org/tlog-tiles@v0.1.0: where the hashes and the entries of a log lie as plain files. */
export type TileFile = { readonly level: number | "entries"; readonly index: number; readonly width: number };

/** Index 1234067 is `x001/x234/067`: never a file where another index needs a folder. */
export function tileIndexPath(index: number): string {
  let path = (index % 1000).toString().padStart(3, "0");
  for (let rest = Math.floor(index / 1000); rest > 0; rest = Math.floor(rest / 1000)) path = `x${(rest % 1000).toString().padStart(3, "0")}/${path}`;
  return path;
}

export const tilePath = ({ level, index, width }: TileFile): string => `tile/${level}/${tileIndexPath(index)}${width === TILE_WIDTH ? "" : `.p/${width}`}`;

export function parseTilePath(path: string): TileFile | undefined {
  const match = /^tile\/(entries|0|[1-9][0-9]?)\/((?:x\d{3}\/)*)(\d{3})(?:\.p\/([1-9][0-9]{0,2}))?$/.exec(path);
  if (match === null) return undefined;
  const [, level, high, low, width] = match as unknown as [string, string, string, string, string | undefined];
  const digits = high.replaceAll(/[x/]/g, "") + low;
  const tile: TileFile = { level: level === "entries" ? "entries" : Number(level), index: Number(digits), width: width === undefined ? TILE_WIDTH : Number(width) };
  // One tile, one path: no leading zeroes beyond the padding, no partial of full width.
  return tilePath(tile) === path ? tile : undefined;
}

/** Every hash tile a tree of this size has; level by level, in order. */
export function* hashTilesOf(size: number): Generator<{ readonly level: number; readonly index: number; readonly width: number }> {
  for (let level = 0, hashes = size; hashes > 0; level += 1, hashes = Math.floor(hashes / TILE_WIDTH)) {
    for (let index = 0; index * TILE_WIDTH < hashes; index += 1) yield { level, index, width: Math.min(TILE_WIDTH, hashes - index * TILE_WIDTH) };
  }
}

export function encodeEntryBundle(leaves: readonly Uint8Array[]): Buffer {
  const bundle = Buffer.allocUnsafe(leaves.reduce((sum, leaf) => sum + 2 + leaf.byteLength, 0));
  let at = 0;
  for (const leaf of leaves) {
    at = bundle.writeUInt16BE(leaf.byteLength, at);
    bundle.set(leaf, at);
    at += leaf.byteLength;
  }
  return bundle;
}

export function decodeEntryBundle(bundle: Uint8Array): Uint8Array[] | undefined {
  const leaves: Uint8Array[] = [];
  let at = 0;
  while (at < bundle.byteLength) {
    if (at + 2 > bundle.byteLength) return undefined;
    const length = ((bundle[at] as number) << 8) | (bundle[at + 1] as number);
    at += 2;
    if (at + length > bundle.byteLength) return undefined;
    leaves.push(bundle.subarray(at, at + length));
    at += length;
  }
  return leaves;
}
