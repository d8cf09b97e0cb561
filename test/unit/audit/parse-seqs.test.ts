import { expect, it } from "vitest";
import { parseSeqs } from "../../../src-renderer/features/audit/parse-seqs.ts";

it("reads numbers and ranges, once each and in order", () => {
  expect(parseSeqs("12, 40-43 12\n7")).toEqual([7, 12, 40, 41, 42, 43]);
});
it.each(["", " , ", "12-", "40-3", "-4", "1.5", "all", "0-10000", "0-9999, 20000"])("takes no erasure from %j", (text) => {
  expect(parseSeqs(text)).toBeUndefined();
});
it("takes as many as one erasure may name", () => {
  expect(parseSeqs("1-10000")).toHaveLength(10_000);
});
