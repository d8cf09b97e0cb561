import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isExpected, reportOf, reportText } from "../../../src-renderer/app/failure-report.ts";
import { formatAgo, formatBytes, formatCount, formatDuration, plural, shortHash } from "../../../src-renderer/lib/format.ts";
import { markBytes } from "../../../src-renderer/lib/mark-bytes.ts";

const plain = (text: string): string => text.replaceAll("\u00a0", " ");

describe("numbers", () => {
  it.each([
    [0, "0"],
    [999, "999"],
    [1204, "1 204"],
    [1_234_567, "1 234 567"],
    [-1204, "−1 204"],
    [1204.5, "1 204.5"],
  ])("%d is written %j", (value, text) => expect(plain(formatCount(value))).toBe(text));
  it.each([
    [0, "0 B"],
    [1023, "1 023 B"],
    [1024, "1.0 KiB"],
    [256 * 1024, "256 KiB"],
    [5.5 * 1024 ** 3, "5.5 GiB"],
  ])("%d bytes are %j", (value, text) => expect(plain(formatBytes(value))).toBe(text));
  it.each([
    [0.2, "0 ms"],
    [42, "42 ms"],
    [210, "0.21 s"],
    [12_340, "12.3 s"],
    [872_000, "14:32"],
    [7_500_000, "2 h 05 min"],
    [190_000_000, "2 d 4 h"],
  ])("%d ms last %j", (value, text) => expect(plain(formatDuration(value))).toBe(text));
  it("say when, from both sides of now", () => {
    expect(formatAgo(1000, 2000)).toBe("just now");
    expect(plain(formatAgo(0, 240_000))).toBe("4 min ago");
    expect(plain(formatAgo(840_000, 0))).toBe("in 14 min");
    expect(formatAgo(0, 200_000_000)).toMatch(/^19\d\d-\d\d-\d\d \d\d:\d\d$/);
  });
  it("count one thing and many", () => expect([plural(1, "host"), plural(3, "host"), plural(2, "witness", "witnesses")].map(plain)).toEqual(["1 host", "3 hosts", "2 witnesses"]));
  it("shorten a hash only when it is longer", () => expect([shortHash("9f3c1a77", 4), shortHash("9f3c", 4), shortHash("9f3c1a77", 2, 2)]).toEqual(["9f3c…", "9f3c", "9f…77"]));
});

describe("bytes on the screen", () => {
  const shown = (text: string) => markBytes(text).map((part) => part.text).join("");

  it("are as they are when nothing hides in them", () => expect(markBytes("nginx -t && echo 'ok'\n\tdone")).toEqual([{ text: "nginx -t && echo 'ok'\n\tdone" }]));
  it.each([
    ["a right-to-left override", "x\u202ey", "x⟨RLO⟩y"],
    ["a zero-width space", "pay\u200bload", "pay⟨ZWSP⟩load"],
    ["an escape sequence", "\u001b[8mhidden", "⟨ESC⟩[8mhidden"],
    ["a carriage return that overwrites", "rm -rf /\rls", "rm -rf /⟨CR⟩ls"],
    ["a no-break space", "a\u00a0b", "a⟨NBSP⟩b"],
    ["a tag character", "a\u{e0041}b", "a⟨U+E0041⟩b"],
    ["a lone surrogate", "a\ud800b", "a⟨U+D800⟩b"],
    ["a Hangul filler", "a\u3164b", "a⟨U+3164⟩b"],
  ])("name %s instead of obeying it", (_, text, expected) => expect(shown(text)).toBe(expected));
  it("mark a letter of another script, because а is not a", () => {
    const parts = markBytes("p\u0430yload");
    expect(parts.map((part) => part.text).join("")).toBe("p\u0430yload");
    expect(parts[1]?.mark).toContain("U+0430");
  });
  it("lose and invent nothing that can be seen", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 60 }), (text) => {
        const unmarked = markBytes(text).filter((part) => part.mark === undefined).map((part) => part.text).join("");
        expect(unmarked).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/);
        const marks = markBytes(text).filter((part) => part.mark !== undefined).length;
        expect([...unmarked].length + marks).toBe([...text].length);
      }),
    );
  });
});

describe("a failure's report", () => {
  it("fits the contract's limits however large the failure", () => {
    const report = reportOf(new Error("x".repeat(9000)), "4f21a09b-c300-4000-8000-000000000000");
    expect([report.ref, report.message.length, report.stack.length <= 16_000]).toEqual(["scr-4f21a09bc3", 4000, true]);
  });
  it("keeps the cause and survives what is no error", () => {
    expect(reportOf(new Error("outer", { cause: new Error("inner") }), "a".repeat(32)).stack).toContain("inner");
    expect(reportOf("boom", "a".repeat(32))).toEqual({ ref: `scr-${"a".repeat(10)}`, message: "boom", stack: "" });
  });
  it("says where and when in plain text", () => {
    const text = reportText({ ref: "scr-1", message: "m", stack: "s" }, { version: "0.1.0", screen: "hosts", at: "2026-11-21T09:41:12.000Z", agent: "Chromium" });
    expect(text).toBe("SENA 0.1.0 · screen failure scr-1\nwhen    2026-11-21T09:41:12.000Z\nscreen  hosts\nbrowser Chromium\n\nm\n\ns");
  });
  it("is not written for what is part of ordinary life", () => {
    expect([isExpected({ code: "DISCONNECTED" }), isExpected(new DOMException("", "AbortError"))]).toEqual([true, true]);
    expect([isExpected(new Error("x")), isExpected({ code: "INTERNAL" }), isExpected(null)]).toEqual([false, false, false]);
  });
});
