import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PatternError, compilePattern } from "../../../src-main/skills/pattern.ts";

describe("patterns of packs", () => {
  test.each([
    ["^a(b|c)*d$", "abcbd"], ["(?<x>\\w+)\\s+is\\s+(?<y>.*)$", "foo is bar baz"], ["a{2,3}?", "aaaa"], ["\\bfoo\\b", "a foo b"], ["[^\\s:]+:(\\d+)", "/etc/x:12"], ["(a|ab)(c|bcd)(d*)", "abcd"], ["x*", "aax"], ["^$", ""], ["\\[emerg\\] (?<reason>.*)$", "nginx: [emerg] bind() failed"], ["a.c", "abc"], ["(?:ab)+", "ababab"], ["[a-f0-9]{4}\\.", "zz00af.1"], ["é+", "caféé"],
  ])("%s on %j means what it means in JavaScript", (source, text) => {
    const theirs = new RegExp(source).exec(text);
    const ours = compilePattern(source).match(text);
    expect(ours && [ours.text, ours.index, ...ours.groups]).toEqual(theirs && [theirs[0], theirs.index, ...theirs.slice(1)]);
  });

  test("agrees with JavaScript on generated patterns and texts", () => {
    const atom = fc.constantFrom("a", "b", "[ab]", "[^a]", ".", "(a|b)", "(ab)", "\\w", "\\d", "(?:a|bc)");
    const piece = fc.tuple(atom, fc.constantFrom("", "?", "*", "+", "{1,2}", "*?", "+?")).map(([one, repeat]) => one + repeat);
    const pattern = fc.array(piece, { minLength: 1, maxLength: 4 }).map((parts) => parts.join(""));
    fc.assert(fc.property(pattern, fc.stringMatching(/^[abc1]{0,10}$/), (source, text) => {
      const theirs = new RegExp(source).exec(text);
      const ours = compilePattern(source).match(text);
      expect(ours ? [ours.text, ours.index] : null).toEqual(theirs && [theirs[0], theirs.index]);
    }), { numRuns: 400 });
  });

  test("a pattern that would run away in a backtracking engine takes steps in proportion to the line", () => {
    // (a+)+$ on 16 000 characters would take 2^16000 steps; this ends because each instruction runs at most once per character.
    expect(compilePattern("^(a+)+$").match(`${"a".repeat(16_000)}b`)).toBeUndefined();
    expect(compilePattern("(x+x+)+y").match("x".repeat(16_000))).toBeUndefined();
  });

  test.each([["(a", "not closed"], ["a)", "never opened"], ["(?=a)", "look-around"], ["(a)\\1", "back-references"], ["a**", "repeat of a repeat"], ["[z-a]", "backwards"], ["*a", "nothing to repeat"], ["a{999}", "at most"], ["(?<a>x)(?<a>y)", "twice"], ["\\q", "no meaning"], ["((a{200}){200}){200}", "too large"]])("refuses %s with the reason", (source, why) => {
    expect(() => compilePattern(source)).toThrow(PatternError);
    expect(() => compilePattern(source)).toThrow(why);
  });
});
