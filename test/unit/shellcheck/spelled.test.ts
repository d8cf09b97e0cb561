import { describe, expect, it } from "vitest";
import { anyOf, foldersOf, holdsAny, readingsOf, stepsOf, writtenIn } from "../../../src-main/shellcheck/spelled.ts";

// What a pattern of the shell may spell. Its source is that of a regular expression, as words.ts has it.

const shown = (texts: readonly string[] | undefined) => texts?.map((text) => text.replaceAll("\uFFFF", "¿"));

describe("what a pattern may spell", () => {
  it("is itself where it has no sign, and every letter of a short set", () => {
    expect(readingsOf(String.raw`\/a\.b\-c`, [])).toEqual(["/a.b-c"]);
    expect(readingsOf("x[ab]y[0-2]", [])).toEqual(["xay0", "xay1", "xay2", "xby0", "xby1", "xby2"]);
    expect(shown(readingsOf("[a-p]x", []))).toHaveLength(16);
  });

  it("stays open where a letter may be any, and is plain where a star is, or without it", () => {
    expect([shown(readingsOf("a.c", [])), shown(readingsOf("[a-q]x", [])), shown(readingsOf("[0-9][0-9]", [])), shown(readingsOf(String.raw`\[a\]`, []))]).toEqual([["a¿c"], ["¿x"], ["¿¿"], ["[a]"]]);
    expect([readingsOf("a.*c", []), readingsOf(".*", [])]).toEqual([["axc", "ac"], ["x"]]);
    expect([readingsOf(".*a.*", []), readingsOf("a.*b.*c.*d.*e.*", [])]).toEqual([["xax", "xa", "ax", "a"], ["axbxcxdxex", "abcde"]]);
    expect([holdsAny("a\uFFFFc"), holdsAny("abc")]).toEqual([true, false]);
  });

  it("names folders of a list on the way, never the file at its end", () => {
    expect(shown(readingsOf(String.raw`\/et.\/p.*\/p.`, ["etc", "pdns", "powerdns", "x"]))).toEqual(["et¿", "etc"].flatMap((first) => ["px", "p", "pdns", "powerdns"].map((second) => `/${first}/${second}/p¿`)));
    expect(readingsOf(String.raw`\/.*\/x`, ["etc"])).toEqual(["/x/x"]);
    expect(readingsOf(String.raw`\/ET.*\/x`, ["etc"])).toEqual(["/ETx/x", "/ET/x", "/etc/x"]);
  });

  it("is each letter open where there are too many, and nothing that can be told beyond", () => {
    expect(shown(readingsOf(String.raw`[a-p]\/[a-p]\/x`, []))).toEqual(["¿/¿/x"]);
    expect(readingsOf(String.raw`[a-h]\/[a-h]\/x`, [])).toHaveLength(64);
    const words = Array.from({ length: 9 }, (_, at) => `w${at}`);
    expect([readingsOf(String.raw`w.*\/w.*\/x`, words), readingsOf(String.raw`w.*\/x`, words)?.length]).toEqual([undefined, 11]);
  });

  it("is a folder of a list alone, where a folder is asked for", () => {
    expect([foldersOf(String.raw`\/etc\/p.*s`, ["pdns", "powerdns", "p"]), foldersOf(String.raw`\/etc\/.*`, ["pdns"]), foldersOf(String.raw`\/srv\/x`, [])]).toEqual([["/etc/pdns", "/etc/powerdns"], [], ["/srv/x"]]);
    expect(foldersOf(String.raw`w.*\/w.*`, Array.from({ length: 9 }, (_, at) => `w${at}`))).toEqual([]);
  });

  it("goes by steps, of which empty ones and the folder itself are none", () => {
    expect([stepsOf(String.raw`\/\/a\/\.\/b`), stepsOf(String.raw`a\/`), stepsOf(String.raw`\.\/a`), stepsOf("")]).toEqual([["", "a", "b"], ["a"], [String.raw`\.`, "a"], [""]]);
  });
});

describe("a list that is asked of what a pattern may spell", () => {
  const list = anyOf([/^\/etc\/(kea|p\.d(?!\/free\.txt\/$))\//, /^a[bc]\d\w[^x]+$/i, /~@-z/]);

  it("finds names that are written out, and those with open letters", () => {
    expect(["/etc/kea/", "/\uFFFFtc/k\uFFFFa/", "/etc/p\uFFFFd/x", "AB1_y", "a\uFFFF\uFFFF\uFFFF\uFFFF", "~@-z", "\uFFFF\uFFFF\uFFFFz"].filter((text) => !list.test(text))).toEqual([]);
  });

  it("finds no others: a sign stands for no slash, and for no second letter", () => {
    expect(["/etc/kex/", "\uFFFFetc/kea/", "/etc\uFFFFkea/", "/etc/k\uFFFF/", "/etc/pxd/", "ad1_y", "ab1_x", "/etc/p.d/free.txt/"].filter((text) => list.test(text))).toEqual([]);
  });

  it("takes no open letter for what is let through", () => {
    expect(list.test("/etc/p.d/fre\uFFFF.txt/")).toBe(true);
  });

  it("is made of names that are written out from the root on", () => {
    expect(writtenIn([/^\/etc\/(kea|ab\.d|[xyz]q-r)\//, /\/(else)\//, /^\/(a|b)\//])).toEqual(["etc", "kea", "ab.d", "q-r"]);
  });
});
