import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalJson, fromHex, idMaker, toHex } from "../../../src-main/kernel/index.ts";

describe("canonical JSON", () => {
  it("matches RFC 8785's own example of sorting and numbers", () => {
    expect(canonicalJson({ "\u20ac": "Euro Sign", "\r": "Carriage Return", "1": "One", "\u0080": "Control", "\ud83d\ude00": "Emoji", "\u00f6": "o", "\ufb33": "Dagesh" })).toBe('{"\\r":"Carriage Return","1":"One","\u0080":"Control","\u00f6":"o","\u20ac":"Euro Sign","\ud83d\ude00":"Emoji","\ufb33":"Dagesh"}');
    expect(canonicalJson([// oxlint-disable-next-line no-loss-of-precision -- the RFC's own example
      333333333.33333329, 1e30, 4.5, 2e-3, 1e-27, -0])).toBe("[333333333.3333333,1e+30,4.5,0.002,1e-27,0]");
  });
  it("is the same whatever order the keys were put in, and reads back", () => {
    fc.assert(fc.property(fc.dictionary(fc.string({ unit: "grapheme" }).filter((s) => s !== "__proto__"), fc.integer()), (record) => {
      const shuffled = Object.fromEntries(Object.entries(record).reverse());
      expect(canonicalJson(shuffled)).toBe(canonicalJson(record));
      expect(JSON.parse(canonicalJson(record))).toEqual(record);
    }));
  });
  it.each([Number.NaN, Number.POSITIVE_INFINITY, "\ud800", () => 1, Symbol("x")])("refuses %s", (value) => {
    expect(() => canonicalJson(value)).toThrow(TypeError);
  });
});

describe("hex", () => {
  it("goes there and back", () => {
    fc.assert(fc.property(fc.uint8Array(), (bytes) => {
      expect([...fromHex(toHex(bytes))]).toEqual([...bytes]);
    }));
  });
  it.each(["a", "zz", "0x"])("refuses %s", (text) => expect(() => fromHex(text)).toThrow());
});

describe("ids", () => {
  it("sort by birth and never repeat", () => {
    let t = 1_700_000_000_000;
    const newId = idMaker(() => t++, (into) => crypto.getRandomValues(into));
    const ids = Array.from({ length: 1000 }, () => newId("run"));
    expect([...ids].sort()).toEqual(ids);
    expect(new Set(ids).size).toBe(1000);
    expect(ids[0]).toMatch(/^run_[0-9a-z]{26}$/);
  });
});
