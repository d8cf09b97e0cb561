import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { renderCommand, renderedText, renderingMarks, unrenderedText } from "../../../src-main/contract/rendering.ts";

describe("drawing a command", () => {
  it("leaves plain text and newlines as they are", () => {
    expect(renderCommand("ls -la\ncat x")).toEqual([{ kind: "text", text: "ls -la\ncat x" }]);
    expect(renderedText("ls /srv/Müller/日本")).toBe("ls /srv/Müller/日本");
  });

  it.each([
    ["\u202E", "⟦U+202E⟧"],
    ["\u2066", "⟦U+2066⟧"],
    ["\u200B", "⟦U+200B⟧"],
    ["\u00A0", "⟦U+00A0⟧"],
    ["\u{E0041}", "⟦U+E0041⟧"],
    ["\u001B", "⟦U+001B⟧"],
    ["\r", "⟦U+000D⟧"],
    ["\t", "⟦U+0009⟧"],
    ["\u007F", "⟦U+007F⟧"],
    ["\u009B", "⟦U+009B⟧"],
    ["\uFEFF", "⟦U+FEFF⟧"],
    ["\u3164", "⟦U+3164⟧"],
    ["\u2800", "⟦U+2800⟧"],
    ["\uFE0F", "⟦U+FE0F⟧"],
    ["a\u0301\u0301", "a⟦U+0301⟧⟦U+0301⟧"],
    ["\u2028", "⟦U+2028⟧"],
    ["\uD800", "⟦U+D800⟧"],
    ["\uE000", "⟦U+E000⟧"],
    ["⟦U+0041⟧", "⟦U+27E6⟧U+0041⟦U+27E7⟧"],
  ])("makes %j visible", (hidden, shown) => {
    expect(renderedText(hidden)).toBe(shown);
  });

  it("marks letters that imitate others inside a word, and not a word in another alphabet", () => {
    expect(renderedText("c\u0430t x")).toBe("c⟦U+0430⟧t x");
    expect(renderedText("\uFF52m x")).toBe("⟦U+FF52⟧m x");
    expect(renderedText("\u{1D42B}m")).toBe("⟦U+1D42B⟧m");
    expect(renderedText("файл")).toBe("файл");
  });

  it("never shortens, and can be read back exactly", () => {
    const long = "echo x\n".repeat(10_000);
    expect(renderedText(long)).toBe(long);
    fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 300 }), (text) => void expect(unrenderedText(renderedText(text))).toBe(text)));
  });

  it("lists what stands out", () => {
    expect(renderingMarks("a\u202Eb\u200B\u202E")).toEqual(["⟦U+202E⟧", "⟦U+200B⟧"]);
    expect(renderingMarks("ls")).toEqual([]);
  });
});
