import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { leafBehindZero } from "../../../src-main/ledger/leaf.ts";
import { pooledRandom, sealBytes, sealKey, StreamSealer, unsealBytes, unsealText } from "../../../src-main/ledger/sealing.ts";
import { hashLeaf, hashPrefixedLeaf } from "../../../src-main/ledger/tree.ts";
import { random } from "./harness.ts";

const KEY = sealKey(Buffer.alloc(32, 7));
const sealAll = (texts: readonly string[]) => {
  const sealer = new StreamSealer(KEY, random);
  return texts.map((text) => {
    const { nonce, sealed } = sealer.seal(text.split("\n"));
    return { nonce: Buffer.from(nonce), sealed: Buffer.from(sealed) };
  });
};

describe("sealed texts", () => {
  it("open again whatever their length, over the end of every stretch of keystream", () => {
    fc.assert(fc.property(fc.array(fc.tuple(fc.string({ unit: "grapheme", maxLength: 40 }), fc.integer({ min: 0, max: 3000 })), { minLength: 1, maxLength: 40 }), (parts) => {
      const texts = parts.map(([word, times]) => `[${word.repeat(times % 200)}${"x".repeat(times)}]`);
      const boxes = sealAll(texts);
      expect(boxes.map(({ nonce, sealed }) => unsealText(KEY, nonce, sealed))).toEqual(texts);
    }), { numRuns: 25 });
  });

  it("open again when one is longer than any stretch, and the next one too", () => {
    const texts = ["short", "y".repeat(200_000), "short again"];
    expect(sealAll(texts).map(({ nonce, sealed }) => unsealText(KEY, nonce, sealed))).toEqual(texts);
  });

  it("never use a block of keystream twice: each names its first block, and it lies past the one before", () => {
    const boxes = sealAll(Array.from({ length: 2000 }, (_, n) => "z".repeat(n % 97)));
    boxes.slice(1).forEach(({ nonce }, n) => {
      const before = boxes[n] as (typeof boxes)[number];
      expect(nonce.subarray(0, 12)).toEqual(before.nonce.subarray(0, 12));
      expect(nonce.readUInt32BE(12)).toBeGreaterThanOrEqual(before.nonce.readUInt32BE(12) + before.sealed.byteLength / 16);
    });
  });

  it("of another start are sealed under another nonce", () => {
    const [one, other] = [sealAll(["same"]), sealAll(["same"])];
    expect(one[0]?.nonce).not.toEqual(other[0]?.nonce);
    expect(one[0]?.sealed).not.toEqual(other[0]?.sealed);
  });

  it("need a new sealer before its counter could come round", () => {
    expect(new StreamSealer(KEY, random).isWornOut).toBe(false);
  });
});

describe("sealed bytes", () => {
  it("open with their key and their place only", () => {
    const { nonce, sealed } = sealBytes(KEY, random, Buffer.from("output"), "blob 1/0");
    expect(unsealBytes(KEY, nonce, sealed, "blob 1/0").toString()).toBe("output");
    expect(() => unsealBytes(KEY, nonce, sealed, "blob 2/0")).toThrow();
    expect(() => unsealBytes(sealKey(Buffer.alloc(32, 8)), nonce, sealed, "blob 1/0")).toThrow();
  });
});

it("random bytes from the pool are as many as asked for, also more than the pool holds", () => {
  const pooled = pooledRandom(random);
  for (const length of [16, 4096, 5000]) expect(pooled(new Uint8Array(length)).some((byte) => byte !== 0)).toBe(true);
});

describe("a leaf behind its zero", () => {
  it("hashes as any leaf does, whatever characters it holds and however long it is", () => {
    for (const text of ["", "a", "äöü€🙂".repeat(300), "€".repeat(21_845), "x".repeat(65_535)]) expect(hashPrefixedLeaf(leafBehindZero(text))).toEqual(hashLeaf(Buffer.from(text)));
  });
  it("is refused when an entry bundle could not hold it", () => {
    expect(() => leafBehindZero("x".repeat(65_536))).toThrow(/65536 bytes/);
    expect(() => leafBehindZero("€".repeat(21_846))).toThrow(/65538 bytes/);
  });
});
