import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MAX_STRING_BYTES, createHygiene, isHarmlessReply, shownTitle } from "../../../src-main/terminals/hygiene.ts";

const bytes = (text: string) => new Uint8Array(Buffer.from(text, "utf8"));
const passed = (text: string, step = text.length) => {
  const hygiene = createHygiene();
  const whole = bytes(text);
  const out: Buffer[] = [];
  for (let at = 0; at < whole.length; at += step) out.push(Buffer.from(hygiene.pass(whole.subarray(at, at + step))));
  return { text: Buffer.concat(out).toString("utf8"), blocked: hygiene.blocked };
};

describe("what a remote program may say to the screen", () => {
  it("lets text, colours, cursor movement and Latin letters through untouched", () => {
    const text = "a\u001b[1;31mred\u001b[0m «é» \u001b(B\u001b[?1049h\u001b[2J\u001b7\u001b8\u001bM宽字符🎉\r\n";
    expect(passed(text).text).toBe(text);
    expect(passed(text, 1).text).toBe(text);
  });

  it("lets window titles and hyperlinks through, ended in one way", () => {
    expect(passed("\u001b]0;web-01\u0007x").text).toBe("\u001b]0;web-01\u0007x");
    expect(passed("\u001b]8;;https://a.test/\u001b\\link\u001b]8;;\u001b\\").text.replaceAll("\u001b\\", "")).toBe("\u001b]8;;https://a.test/\u0007link\u001b]8;;\u0007");
    expect(passed("\u009d2;t\u009cx").text).toBe("\u001b]2;t\u0007x");
  });

  const hostile: readonly [string, string, string][] = [
    ["a clipboard write", "\u001b]52;c;cm0gLXJmIC8=\u0007", "OSC 52 (clipboard)"],
    ["a clipboard write as one C1 control", "\u009d52;c;cm0gLXJmIC8=\u009c", "OSC 52 (clipboard)"],
    ["a clipboard write with a newline after ESC", "\u001b\n]52;c;eA==\u0007", "OSC 52 (clipboard)"],
    ["a clipboard write with a separator control after ESC", "\u001b\u001c]52;c;eA==\u0007", "OSC 52 (clipboard)"],
    ["a clipboard write with DEL after ESC", "\u001b\u007f]52;c;eA==\u0007", "OSC 52 (clipboard)"],
    ["a clipboard write after a second ESC", "\u001b\u001b]52;c;eA==\u0007", "OSC 52 (clipboard)"],
    ["a clipboard write hidden behind a half character", "\u001b\u009d52;c;eA==\u0007", "OSC 52 (clipboard)"],
    ["a colour query", "\u001b]11;?\u001b\\", "OSC 11 (colour)"],
    ["a palette change", "\u001b]4;0;#ffffff\u0007", "OSC 4 (palette)"],
    ["a settings query", "\u001bP$qm\u001b\\", "DCS"],
    ["an application command", "\u001b_Gf=32;AAAA\u001b\\", "APC"],
    ["a privacy message", "\u001b^secret\u001b\\", "PM"],
    ["a start of string", "\u001bXsecret\u001b\\", "SOS"],
    ["a title ended by nothing but another control", "\u001b]0;a\u0018", "OSC 0"],
  ];
  it.each(hostile)("keeps %s from the screen, wherever the stream is cut, and counts it", (_name, text, last) => {
    for (const step of [text.length + 8, 1, 2, 3, 5]) {
      const { text: out, blocked } = passed(`before${text}after`, step);
      expect(out.replaceAll("\u001b\\", "").replaceAll(/[\n\u001c]/g, "").replaceAll("\u0018", "").replaceAll("\u001b", "")).toBe("beforeafter");
      expect(blocked).toEqual({ count: 1, last });
    }
  });

  it("drops a ten-megabyte title without keeping it", () => {
    const { text, blocked } = passed(`\u001b]0;${"a".repeat(10_000_000)}\u0007ok`, 65_536);
    expect(text).toBe("\u0018ok");
    expect(blocked.last).toBe("OSC 0, 10000002 bytes");
    expect(passed(`\u001b]0;${"a".repeat(MAX_STRING_BYTES - 2)}\u0007`).blocked.count).toBe(0);
  });

  it("closes a title whose ending opens something that is dropped", () => {
    expect(passed("\u001b]0;t\u001b]52;c;eA==\u0007text").text).toBe("\u001b]0;t\u0007\u0018text");
  });

  it("gives the same for every way of cutting the stream, and never an opened string", () => {
    const piece = fc.constantFrom("\u001b", "]", "52;c;x", "0;t", "8;;u", "\u0007", "\\", "P", "$qm", "\u009d", "\u009c", "\u0090", "\u0018", "\n", "\u001c", "\u001f", "\u007f", "text", "é", "«", "[1m", "(B", "\u00c2", "漢");
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), fc.integer({ min: 1, max: 7 }), (pieces, step) => {
        const text = pieces.join("");
        const whole = passed(text);
        expect(passed(text, step)).toEqual(whole);
        // Every string that came out is a title or a link, whole and short.
        // oxlint-disable-next-line no-control-regex -- escape sequences are the subject
        const strings = whole.text.match(/(?:\u001b[\u0000-\u0017\u0019\u001c-\u001f\u007f]*[\]PX^_]|[\u0090\u0098\u009d\u009e\u009f])[^]*?(?:\u0007|$)/g) ?? [];
        // oxlint-disable-next-line no-control-regex -- escape sequences are the subject
        for (const string of strings) expect(string).toMatch(/^\u001b\](?:0|1|2|8)(?:;[^\u0007\u001b]*)?\u0007$/);
      }),
      { numRuns: 3000 },
    );
  });

  it("survives binary garbage", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 10 }), (chunks) => {
        const hygiene = createHygiene();
        const whole = createHygiene();
        const parts = chunks.map((chunk) => Buffer.from(hygiene.pass(chunk)));
        expect(Buffer.concat(parts).equals(Buffer.from(whole.pass(Buffer.concat(chunks))))).toBe(true);
      }),
    );
  });
});

describe("what our terminal answers", () => {
  it("is where the cursor is, what it is and which modes are on", () => {
    for (const reply of ["\u001b[1;1R", "\u001b[?12;80R", "\u001b[0n", "\u001b[?1;2c", "\u001b[>0;276;0c", "\u001b[?2026;2$y", "\u001b[20;2$y"]) expect(isHarmlessReply(reply)).toBe(true);
  });
  it("is never the program's own words", () => {
    for (const reply of ["\u001b]lrm -rf /\u001b\\", "\u001bP1$r0m\u001b\\", "\u001b]11;rgb:0/0/0\u0007", "\u001b[1;1Rrm\r", "x"]) expect(isHarmlessReply(reply)).toBe(false);
  });
  it("shows a title without controls, marks that turn text around, or endless length", () => {
    expect(shownTitle("web\u202e10-bew\u0007\n")).toBe("web10-bew");
    expect(shownTitle("a".repeat(500))).toHaveLength(120);
  });
});
