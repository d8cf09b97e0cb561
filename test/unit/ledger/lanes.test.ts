import fc from "fast-check";
import { hash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { createLanes, foldDigests } from "../../../src-main/ledger/lanes.ts";
import { foldTile } from "../../../src-main/ledger/tree.ts";
import { intent, workplace } from "./harness.ts";

const sha256 = (bytes: Uint8Array): string => hash("sha256", bytes, "hex");
const lanes = createLanes({ messages: 512, bytes: 1 << 20 });
const digest = (n: number): string => lanes.bytes.toString("hex", lanes.digestAt(n), lanes.digestAt(n) + 32);
const hashAll = (messages: readonly Uint8Array[], stride?: number): string[] => {
  lanes.begin(stride);
  for (const message of messages) {
    lanes.bytes.set(message, lanes.place());
    lanes.take(message.byteLength);
  }
  lanes.end();
  return messages.map((_, n) => digest(n));
};

describe("four messages at a time", () => {
  it("have the hashes that FIPS 180-4's examples give", () => {
    expect(hashAll(["", "abc", "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"].map((text) => Buffer.from(text)))).toEqual([
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
    ]);
  });

  it("have the library's hashes at every length around the ends of blocks", () => {
    const messages = Array.from({ length: 300 }, (_, length) => Buffer.alloc(length, length));
    expect(hashAll(messages)).toEqual(messages.map(sha256));
  });

  it("have the library's hashes in any mix of lengths, however far apart they are laid", () => {
    fc.assert(fc.property(fc.array(fc.uint8Array({ maxLength: 900 }), { maxLength: 60 }), fc.integer({ min: 32, max: 64 }), (messages, stride) => {
      expect(hashAll(messages, stride)).toEqual(messages.map(sha256));
    }), { numRuns: 60 });
  });

  it("fold into the root of a tile, and what was hashed before stays", () => {
    const messages = Array.from({ length: 256 }, (_, n) => Buffer.from(`leaf ${n}`));
    const hashes = Buffer.from(hashAll(messages).join(""), "hex");
    const last = Buffer.from(messages[255] as Buffer);
    const at = lanes.place() - 64;
    expect(foldDigests(lanes, 256)).toEqual(foldTile(hashes));
    expect(lanes.bytes.subarray(at, at + last.byteLength)).toEqual(last);
  });

  it("are refused a place where there is none", () => {
    lanes.begin();
    expect([lanes.fits(512, 1 << 20), lanes.fits(513, 0), lanes.fits(1, (1 << 20) + 512 * 128)]).toEqual([true, false, false]);
  });
});

describe("a burst of entries", () => {
  const check = (ledger: Awaited<ReturnType<ReturnType<typeof workplace>["open"]>>) => ledger.check({ signal: new AbortController().signal, onProgress: () => undefined });

  it("over several tiles makes the same tree as one after the other, and opens again", async () => {
    using place = workplace();
    {
      await using ledger = await place.open();
      for (const count of [3, 700, 1, 9, 7, 330]) {
        const receipts = await Promise.all(Array.from({ length: count }, (_, n) => ledger.append({ ...intent({ script: `echo ${"ü€🙂".repeat(n % 50)}` }), ...(n % 40 === 0 ? { blobs: [{ role: "stdout", bytes: Buffer.from(`blob ${n}`) }] } : {}) })));
        for (const { seq, leafHash } of receipts) expect(sha256(Buffer.concat([Buffer.of(0), ledger.writer.book.leaf(seq) as Buffer]))).toBe(leafHash);
      }
      expect(await check(ledger)).toMatchObject({ ok: true, problems: [] });
    }
    await using again = await place.open();
    expect(await check(again)).toMatchObject({ ok: true });
  });

  it("does not suffer from one among them that is too large for a leaf", async () => {
    using place = workplace();
    await using ledger = await place.open();
    const wide = Object.fromEntries(Array.from({ length: 800 }, (_, n) => [`a name so long that eight hundred of them are no leaf ${n}`, n]));
    const outcomes = await Promise.allSettled(Array.from({ length: 20 }, (_, n) => ledger.append(intent(n === 7 ? wide : { n }))));
    expect(outcomes.map(({ status }) => status === "fulfilled")).toEqual(outcomes.map((_, n) => n !== 7));
    expect(outcomes[7]).toMatchObject({ reason: { code: "LEDGER_BAD_ENTRY", message: expect.stringMatching(/at most 65535 fit/) } });
    expect(await check(ledger)).toMatchObject({ ok: true });
  });

  it("too large to be hashed together is hashed one by one", async () => {
    using place = workplace();
    await using ledger = await place.open();
    await Promise.all(Array.from({ length: 12 }, (_, n) => ledger.append(intent({ script: `${n}${"x".repeat(100_000)}` }))));
    expect(await check(ledger)).toMatchObject({ ok: true });
  });
});
