import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CompactRange, consistencyProof, EMPTY_ROOT, foldHashes, foldTile, hashLeaf, hashNode, inclusionProof, rangeHash, verifyConsistency, verifyInclusion, type SubtreeHash } from "../../../src-main/ledger/tree.ts";

// The naive tree: RFC 6962 §2.1 word for word, over a list of leaves.
const sha = (...parts: Uint8Array[]): Buffer => createHash("sha256").update(Buffer.concat(parts)).digest();
function mth(leaves: readonly Uint8Array[]): Buffer {
  if (leaves.length === 0) return sha();
  if (leaves.length === 1) return sha(Buffer.of(0), leaves[0] as Uint8Array);
  let k = 1;
  while (k * 2 < leaves.length) k *= 2;
  return sha(Buffer.of(1), mth(leaves.slice(0, k)), mth(leaves.slice(k)));
}
const subtreeOf = (leaves: readonly Uint8Array[]): SubtreeHash => (height, index) => mth(leaves.slice(index * 2 ** height, (index + 1) * 2 ** height));
const leavesOf = (count: number): Buffer[] => Array.from({ length: count }, (_, n) => Buffer.from(`leaf ${n}`));
const rootOf = (leaves: readonly Uint8Array[]): Buffer => {
  const range = new CompactRange();
  for (const leaf of leaves) range.append(hashLeaf(leaf));
  return range.root();
};
const sizes = fc.integer({ min: 1, max: 70 });

describe("the tree", () => {
  it("gives the roots that the Certificate Transparency reference publishes", () => {
    const leaves = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"].map((text) => Buffer.from(text, "hex"));
    const roots = [
      "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d", "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125", "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77", "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
      "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4", "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef", "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c", "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];
    roots.forEach((root, n) => expect(rootOf(leaves.slice(0, n + 1)).toString("hex")).toBe(root));
    expect(rootOf([])).toEqual(EMPTY_ROOT);
  });

  it("agrees with the naive tree at every size", () => {
    fc.assert(fc.property(sizes, (size) => {
      const leaves = leavesOf(size);
      expect(rootOf(leaves)).toEqual(mth(leaves));
      expect(foldHashes(leaves.map(hashLeaf))).toEqual(mth(leaves));
      expect(Buffer.from(rangeHash(0, size, subtreeOf(leaves)))).toEqual(mth(leaves));
    }), { numRuns: 60 });
    expect(foldHashes([])).toEqual(EMPTY_ROOT);
    expect(rangeHash(0, 0, subtreeOf([]))).toEqual(EMPTY_ROOT);
  });

  it("folds a full tile to the naive tree's root, leaves the tile as it was, and folds nothing else", () => {
    fc.assert(fc.property(fc.nat({ max: 1_000_000 }), (from) => {
      const leaves = Array.from({ length: 256 }, (_, n) => Buffer.from(`leaf ${from + n}`));
      const tile = Buffer.concat(leaves.map(hashLeaf));
      const before = Buffer.from(tile);
      expect(foldTile(tile)).toEqual(mth(leaves));
      expect(tile).toEqual(before);
    }), { numRuns: 20 });
    expect(() => foldTile(Buffer.alloc(255 * 32))).toThrow(RangeError);
  });

  it("proves every entry's inclusion, and no other entry's with the same proof", () => {
    fc.assert(fc.property(sizes, fc.nat(), fc.nat(), (size, a, b) => {
      const leaves = leavesOf(size);
      const index = a % size;
      const proof = inclusionProof(index, size, subtreeOf(leaves));
      const root = mth(leaves);
      expect(verifyInclusion(hashLeaf(leaves[index] as Buffer), index, size, proof, root)).toBe(true);
      const other = b % size;
      if (other !== index) expect(verifyInclusion(hashLeaf(leaves[other] as Buffer), index, size, proof, root)).toBe(false);
      expect(verifyInclusion(hashLeaf(Buffer.from("another")), index, size, proof, root)).toBe(false);
      expect(verifyInclusion(hashLeaf(leaves[index] as Buffer), index, size, [...proof, EMPTY_ROOT], root)).toBe(false);
      if (proof.length > 0) expect(verifyInclusion(hashLeaf(leaves[index] as Buffer), index, size, proof.slice(1), root)).toBe(false);
    }), { numRuns: 120 });
  });

  it("proves that a tree continues an older one, and never that it continues another", () => {
    fc.assert(fc.property(sizes, fc.nat(), (size, a) => {
      const leaves = leavesOf(size);
      const older = a % (size + 1);
      const proof = consistencyProof(older, size, subtreeOf(leaves));
      const [olderRoot, newerRoot] = [mth(leaves.slice(0, older)), mth(leaves)];
      expect(verifyConsistency(older, size, olderRoot, newerRoot, proof)).toBe(true);
      expect(verifyConsistency(older, size, hashNode(olderRoot, olderRoot), newerRoot, proof)).toBe(false);
      expect(verifyConsistency(older, size, olderRoot, hashNode(newerRoot, newerRoot), proof)).toBe(older === 0);
      expect(verifyConsistency(older, size, olderRoot, newerRoot, [...proof, EMPTY_ROOT])).toBe(false);
      if (proof.length > 1) expect(verifyConsistency(older, size, olderRoot, newerRoot, proof.slice(0, -1))).toBe(false);
    }), { numRuns: 150 });
  });

  it("refuses what no tree can prove", () => {
    const leaves = leavesOf(5);
    expect(() => inclusionProof(5, 5, subtreeOf(leaves))).toThrow(RangeError);
    expect(() => inclusionProof(-1, 5, subtreeOf(leaves))).toThrow(RangeError);
    expect(() => consistencyProof(6, 5, subtreeOf(leaves))).toThrow(RangeError);
    expect(verifyInclusion(EMPTY_ROOT, 5, 5, [], EMPTY_ROOT)).toBe(false);
    expect(verifyInclusion(EMPTY_ROOT, -1, 5, [], EMPTY_ROOT)).toBe(false);
    expect(verifyConsistency(6, 5, EMPTY_ROOT, EMPTY_ROOT, [])).toBe(false);
    expect(verifyConsistency(5, 5, EMPTY_ROOT, mth(leaves), [])).toBe(false);
    expect(verifyConsistency(5, 5, mth(leaves), mth(leaves), [EMPTY_ROOT])).toBe(false);
    expect(verifyConsistency(0, 5, EMPTY_ROOT, mth(leaves), [EMPTY_ROOT])).toBe(false);
    expect(verifyConsistency(3, 5, mth(leaves.slice(0, 3)), mth(leaves), [])).toBe(false);
  });

  it("says when subtrees of a tile's height are complete", () => {
    const range = new CompactRange();
    const told: [number, string][] = [];
    const leaves = leavesOf(512);
    for (const leaf of leaves) range.append(hashLeaf(leaf), (level, hash) => level > 0 && told.push([level, Buffer.from(hash).toString("hex")]));
    expect(told).toEqual([[1, mth(leaves.slice(0, 256)).toString("hex")], [1, mth(leaves.slice(256)).toString("hex")]]);
  });
});
