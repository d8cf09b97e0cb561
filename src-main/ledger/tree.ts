import { hash } from "node:crypto";

/**
 * RFC 6962 §2.1 over SHA-256: leaves are hashed with 0x00 before them, inner nodes with 0x01, so that no leaf can pass
 * for a node. Sizes stay below 2^53, which JavaScript numbers count exactly.
 */
export const HASH_BYTES = 32;
export const TILE_WIDTH = 256;
export const TILE_HEIGHT = 8;

/** By way of a Latin-1 string: asking the library for a Buffer costs as much again as the hash of a node. */
export const sha256 = (bytes: Uint8Array | string): Buffer => Buffer.from(hash("sha256", bytes, "binary"), "latin1");

export const EMPTY_ROOT: Buffer = sha256("");

/** `prefixed` carries the 0x00 as its first byte: building it that way saves a copy of every leaf. */
export const hashPrefixedLeaf = (prefixed: Uint8Array): Buffer => sha256(prefixed);

export function hashLeaf(leaf: Uint8Array): Buffer {
  const prefixed = Buffer.allocUnsafe(leaf.byteLength + 1);
  prefixed[0] = 0;
  prefixed.set(leaf, 1);
  return hashPrefixedLeaf(prefixed);
}

const scratch = Buffer.alloc(1 + 2 * HASH_BYTES);
scratch[0] = 1;

export function hashNode(left: Uint8Array, right: Uint8Array): Buffer {
  scratch.set(left, 1);
  scratch.set(right, 1 + HASH_BYTES);
  return sha256(scratch);
}

/** MTH of any run of subtree hashes of equal height. */
export function foldHashes(hashes: readonly Uint8Array[]): Buffer {
  if (hashes.length === 0) return EMPTY_ROOT;
  const range = new CompactRange();
  for (const one of hashes) range.append(one);
  return range.root();
}

const tileScratch = Buffer.alloc(TILE_WIDTH * HASH_BYTES);

/** The root of a full tile, folded level by level in one place: a check does this for every 256 entries. */
export function foldTile(hashes: Uint8Array): Buffer {
  if (hashes.byteLength !== TILE_WIDTH * HASH_BYTES) throw new RangeError(`a full tile holds ${TILE_WIDTH} hashes`);
  tileScratch.set(hashes);
  for (let width = TILE_WIDTH / 2; width >= 1; width /= 2) {
    for (let node = 0; node < width; node += 1) {
      tileScratch.copy(scratch, 1, 2 * HASH_BYTES * node, 2 * HASH_BYTES * (node + 1));
      tileScratch.write(hash("sha256", scratch, "binary"), HASH_BYTES * node, HASH_BYTES, "latin1");
    }
  }
  return Buffer.from(tileScratch.subarray(0, HASH_BYTES));
}

type OnTileHash = (tileLevel: number, subtreeHash: Uint8Array) => void;

/**
 * The right edge of a growing tree: for each set bit of the size, the hash of the perfect subtree of that height.
 * Appending is a binary counter's carry.
 */
export class CompactRange {
  size = 0;
  readonly nodes: (Uint8Array | undefined)[] = [];

  append(leafHash: Uint8Array, onTileHash?: OnTileHash): void {
    onTileHash?.(0, leafHash);
    this.appendSubtree(leafHash, 0, onTileHash);
  }

  /**
   * A perfect subtree of so many levels at once; the size is a multiple of its leaves. Calls `onTileHash` for every
   * subtree completed by it whose height is a multiple of a tile's, itself among them, and not for what it holds.
   */
  appendSubtree(hash: Uint8Array, levels: number, onTileHash?: OnTileHash): void {
    let carried = hash;
    let height = levels;
    if (height > 0) onTileHash?.(height / TILE_HEIGHT, carried);
    for (let rest = this.size / 2 ** levels; rest % 2 === 1; rest = Math.floor(rest / 2)) {
      carried = hashNode(this.nodes[height] as Uint8Array, carried);
      this.nodes[height] = undefined;
      height += 1;
      if (height % TILE_HEIGHT === 0) onTileHash?.(height / TILE_HEIGHT, carried);
    }
    this.nodes[height] = carried;
    this.size += 2 ** levels;
  }

  root(): Buffer {
    return foldEdge(this.nodes);
  }

  /** The root as it is now, computed when it is asked for: a hash for each set bit of the size costs as much as writing an entry. */
  rootLater(): () => Buffer {
    const nodes = this.nodes.slice();
    let root: Buffer | undefined;
    return () => (root ??= foldEdge(nodes));
  }
}

function foldEdge(nodes: readonly (Uint8Array | undefined)[]): Buffer {
  let root: Uint8Array | undefined;
  for (const node of nodes) {
    if (node !== undefined) root = root === undefined ? node : hashNode(node, root);
  }
  return root === undefined ? EMPTY_ROOT : Buffer.from(root);
}

/** Gives the hash of the perfect subtree of `height` that is the `index`-th of its height. */
export type SubtreeHash = (height: number, index: number) => Uint8Array;

const largestPowerBelow = (size: number): number => {
  let power = 1;
  while (power * 2 < size) power *= 2;
  return power;
};

/** MTH(D[start:end]); `start` is a multiple of the power of two that covers the run, as in every RFC 6962 split. */
export function rangeHash(start: number, end: number, subtree: SubtreeHash): Uint8Array {
  const size = end - start;
  if (size === 0) return EMPTY_ROOT;
  const height = Math.log2(size);
  if (Number.isInteger(height)) return subtree(height, start / size);
  const split = largestPowerBelow(size);
  return hashNode(rangeHash(start, start + split, subtree), rangeHash(start + split, end, subtree));
}

/** PATH(m, D[n]) of RFC 6962 §2.1.1, leaf's sibling first. */
export function inclusionProof(index: number, size: number, subtree: SubtreeHash): Uint8Array[] {
  if (!(index >= 0 && index < size)) throw new RangeError(`entry ${index} is not in a tree of ${size}`);
  const path: Uint8Array[] = [];
  const walk = (start: number, end: number): void => {
    if (end - start === 1) return;
    const split = start + largestPowerBelow(end - start);
    if (index < split) {
      walk(start, split);
      path.push(rangeHash(split, end, subtree));
    } else {
      walk(split, end);
      path.push(rangeHash(start, split, subtree));
    }
  };
  walk(0, size);
  return path;
}

/** PROOF(m, D[n]) of RFC 6962 §2.1.2. */
export function consistencyProof(older: number, newer: number, subtree: SubtreeHash): Uint8Array[] {
  if (!(older >= 0 && older <= newer)) throw new RangeError(`a tree of ${newer} does not extend one of ${older}`);
  if (older === 0 || older === newer) return [];
  const path: Uint8Array[] = [];
  const walk = (start: number, end: number, whole: boolean): void => {
    if (older === end) {
      if (!whole) path.push(rangeHash(start, end, subtree));
      return;
    }
    const split = start + largestPowerBelow(end - start);
    if (older <= split) {
      walk(start, split, whole);
      path.push(rangeHash(split, end, subtree));
    } else {
      walk(split, end, false);
      path.push(rangeHash(start, split, subtree));
    }
  };
  walk(0, newer, true);
  return path;
}

const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

/** RFC 9162 §2.1.3.2: the checker follows the bits, so a proof of the wrong length fails. */
export function verifyInclusion(leafHash: Uint8Array, index: number, size: number, proof: readonly Uint8Array[], root: Uint8Array): boolean {
  if (!(index >= 0 && index < size)) return false;
  let fn = index;
  let sn = size - 1;
  let running = leafHash;
  for (const sibling of proof) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      running = hashNode(sibling, running);
      while (fn % 2 === 0 && fn !== 0) {
        fn = Math.floor(fn / 2);
        sn = Math.floor(sn / 2);
      }
    } else {
      running = hashNode(running, sibling);
    }
    fn = Math.floor(fn / 2);
    sn = Math.floor(sn / 2);
  }
  return sn === 0 && same(running, root);
}

/** RFC 9162 §2.1.4.2. */
export function verifyConsistency(older: number, newer: number, olderRoot: Uint8Array, newerRoot: Uint8Array, proof: readonly Uint8Array[]): boolean {
  if (older > newer) return false;
  if (older === newer) return proof.length === 0 && same(olderRoot, newerRoot);
  if (older === 0) return proof.length === 0 && same(olderRoot, EMPTY_ROOT);
  // A perfect older tree is itself the first node of the path; the proof leaves it out.
  const path = Number.isInteger(Math.log2(older)) ? [olderRoot, ...proof] : [...proof];
  const first = path.shift();
  if (first === undefined) return false;
  let fn = older - 1;
  let sn = newer - 1;
  while (fn % 2 === 1) {
    fn = Math.floor(fn / 2);
    sn = Math.floor(sn / 2);
  }
  let fr: Uint8Array = first;
  let sr: Uint8Array = first;
  for (const step of path) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      fr = hashNode(step, fr);
      sr = hashNode(step, sr);
      while (fn % 2 === 0 && fn !== 0) {
        fn = Math.floor(fn / 2);
        sn = Math.floor(sn / 2);
      }
    } else {
      sr = hashNode(sr, step);
    }
    fn = Math.floor(fn / 2);
    sn = Math.floor(sn / 2);
  }
  return sn === 0 && same(fr, olderRoot) && same(sr, newerRoot);
}
