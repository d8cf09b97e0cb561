import { rmSync } from "node:fs";
import { canonicalJson } from "../kernel/index.ts";
import { bundleKit } from "./bundle-write.ts";
import type { CopiedEntry } from "./custody.ts";
import { parseCheckpoint } from "./checkpoint.ts";
import { parseVerifierKey } from "./note.ts";
import { formatLogPolicy } from "./policy-file.ts";
import { encodeEntryBundle, hashTilesOf, tileIndexPath, tilePath } from "./tiles.ts";
import { CompactRange, hashLeaf, TILE_WIDTH } from "./tree.ts";
import { openZip } from "./zip-write.ts";

export type CopyBundle = {
  readonly path: string;
  readonly kit: string;
  /** The head the copy stands at, with every signature and cosignature over it. */
  readonly note: string;
  readonly logKey: string;
  readonly witnessKey: string;
  /** Who kept the copy and made this bundle. */
  readonly keeper: string;
  /** From the first on, in order; whatever is missing of the values was erased or never sent. */
  readonly entries: AsyncIterable<CopiedEntry>;
  readonly now: () => number;
};

/**
 * A bundle from a copy that somebody else keeps: every leaf, the values the keeper has, and the cosigned head. What the
 * desktop alone holds (large values, recordings) is not in it, and neither is an export entry, for the log knows nothing
 * of this export: the bundle says so, and so does whoever verifies it.
 */
export async function writeCopyBundle(of: CopyBundle): Promise<{ readonly entries: number }> {
  const head = parseCheckpoint(of.note)?.checkpoint;
  const logKey = parseVerifierKey(of.logKey);
  if (!head || !logKey) throw new RangeError("a copy's bundle needs a signed head and the log's key");
  const zip = openZip(of.path);
  try {
    const manifest: string[] = [];
    const tags: string[] = [];
    const add = (name: string, bytes: Uint8Array | string): void => {
      const { sha256 } = zip.add(name, typeof bytes === "string" ? Buffer.from(bytes) : bytes);
      (name.startsWith("data/") ? manifest : tags).push(`${sha256}  ${name}\n`);
    };
    add("bagit.txt", "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n");
    add("data/log/checkpoint", of.note);
    add("data/log/policy.txt", formatLogPolicy([logKey], []));
    add("data/keys/log-1.vkey", `${of.logKey}\n`);
    add("data/keys/witness-1.vkey", `${of.witnessKey}\n`);
    const disclosed = await addEntries(of.entries, head.size, add);
    add("data/bundle.json", `${canonicalJson({ v: 1, kind: "copy", keeper: of.keeper, allLeaves: true, origin: head.origin, size: head.size, root: head.root.toString("hex"), minimum: 0, disclosed, made: new Date(of.now()).toISOString() })}\n`);
    for (const [name, text] of bundleKit(of.kit)) add(name, text);
    add("manifest-sha256.txt", manifest.join(""));
    add("bag-info.txt", `Bagging-Date: ${new Date(of.now()).toISOString().slice(0, 10)}\nBag-Software-Agent: SENA\nSource-Organization: ${of.keeper.replaceAll(/\s+/g, " ")}\n`);
    zip.add("tagmanifest-sha256.txt", Buffer.from(tags.join("")));
    zip.finish();
    return { entries: head.size };
  } catch (error) {
    rmSync(of.path, { force: true });
    throw error;
  } finally {
    zip.close();
  }
}

/** Leaves and values by tile, and then every hash of the tree they make. Gives how many entries show their values. */
async function addEntries(entries: AsyncIterable<CopiedEntry>, size: number, add: (name: string, bytes: Uint8Array | string) => void): Promise<number> {
  const levels: Uint8Array[][] = [];
  const range = new CompactRange();
  let leaves: Buffer[] = [];
  let lines = "";
  let disclosed = 0;
  const closeTile = (): void => {
    const index = Math.floor((range.size - 1) / TILE_WIDTH);
    add(`data/log/${tilePath({ level: "entries", index, width: leaves.length })}`, encodeEntryBundle(leaves));
    if (lines !== "") add(`data/disclosures/${tileIndexPath(index)}.jsonl`, lines);
    leaves = [];
    lines = "";
  };
  for await (const { leaf, openings } of entries) {
    if (range.size === size) break;
    const seq = range.size;
    range.append(hashLeaf(leaf), (level, hash) => void (levels[level] ??= []).push(hash));
    leaves.push(leaf);
    if (openings !== undefined && openings !== "") {
      disclosed += 1;
      for (const text of openings.split("\n")) lines += `{"d":${text},"seq":${seq}}\n`;
    }
    if (range.size % TILE_WIDTH === 0) closeTile();
  }
  if (range.size !== size) throw new RangeError(`the copy has ${range.size} of ${size} entries`);
  if (leaves.length > 0) closeTile();
  for (const tile of hashTilesOf(size)) {
    const hashes = levels[tile.level] as Uint8Array[];
    add(`data/log/${tilePath(tile)}`, Buffer.concat(hashes.slice(tile.index * TILE_WIDTH, tile.index * TILE_WIDTH + tile.width)));
  }
  return disclosed;
}
