import { describe, expect, it } from "vitest";
import { createCastReader, findShown, firstShownMs, marksOf, shownChars } from "../../../src-renderer/features/audit/cast.ts";

const read = (...lines: string[]) => {
  const reader = createCastReader();
  reader.add(`${lines.join("\n")}\n`);
  return reader.cast();
};
const HEADER = '{"version":3,"term":{"cols":100,"rows":30},"timestamp":1700000000,"title":"web-01"}';

describe("a recording as the player reads it", () => {
  it("adds up the times between events and skips comments and broken lines", () => {
    const cast = read(HEADER, '[0.5,"o","a"]', "# raw AAA=", '[0.25,"o","b"]', '[1,"o"', '[0.25,"x","0"]');
    expect(cast.header).toEqual({ cols: 100, rows: 30, title: "web-01", startedAt: 1_700_000_000_000 });
    expect(cast.events.map(({ atMs, code }) => [atMs, code])).toEqual([[500, "o"], [750, "o"], [1000, "x"]]);
  });

  it("believes no size a terminal cannot have", () => {
    expect(read('{"version":3,"term":{"cols":1000000,"rows":-1}}').header).toMatchObject({ cols: 80, rows: 24 });
  });

  it("jumps to what was typed, corrected as it was corrected, and to gaps", () => {
    const keys = ["l", "a", "\u007f", "s", "\u001b[A", "\r", "rm x\u0003", "df\r"].map((key) => `[1,"i",${JSON.stringify(key)}]`);
    expect(marksOf(read(HEADER, ...keys, '[1,"m","gap: lost"]').events)).toEqual([
      { atMs: 1000, text: "ls", kind: "command" },
      { atMs: 8000, text: "df", kind: "command" },
      { atMs: 9000, text: "gap: lost", kind: "gap" },
    ]);
  });

  it("begins where there is something to see, not at a screen that was only cleared", () => {
    expect(firstShownMs(read(HEADER, '[1,"r","90x30"]', '[1,"o","\\u001b[2J\\u001b[H"]', '[1,"o"," \\r\\n"]', '[1,"o","ops@web-01:~$ "]').events)).toBe(4000);
    expect(firstShownMs(read(HEADER, '[1,"i","ls"]').events)).toBe(0);
  });

  it("finds what was shown across colours and the edges of events, and goes round", () => {
    const { events } = read(HEADER, '[1,"o","un"]', '[1,"o","\\u001b[31mknown\\u001b[0m directive"]', '[1,"o","unknown"]');
    expect(findShown(events, "unknown", 0)).toBe(2000);
    expect(findShown(events, "unknown", 2000)).toBe(3000);
    expect(findShown(events, "UNKNOWN", 3000)).toBe(2000);
    expect(findShown(events, "absent", 0)).toBeUndefined();
  });
});

describe("a cell of a replayed screen", () => {
  it("names what turns or hides the letters around it, and leaves letters, accents and emoji as they are", () => {
    expect([" \u202e", "a\u200b", "\u2066x", "\u{e0041}"].map(shownChars)).toEqual([" ⟨RLO⟩", "a⟨ZWSP⟩", "⟨LRI⟩x", "⟨U+E0041⟩"]);
    expect(["", "e\u0301", "\u{1f468}\u200d\u{1f469}", "\u05d0", "\ue0b0"].map(shownChars)).toEqual([" ", "e\u0301", "\u{1f468}\u200d\u{1f469}", "\u05d0", "\ue0b0"]);
  });
});
