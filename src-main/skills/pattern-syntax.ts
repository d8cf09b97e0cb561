// The patterns packs may use: a subset of regular expressions that runs in linear time whatever the input (no backtracking, so no
// back-references and no look-around). Syntax and meaning are those of JavaScript without flags, on single lines.

export type CharSet = { readonly ranges: readonly (readonly [from: number, to: number])[]; readonly isNegated: boolean };
export type PatternNode =
  | { readonly kind: "set"; readonly set: CharSet; readonly literal?: string }
  | { readonly kind: "sequence"; readonly parts: readonly PatternNode[] }
  | { readonly kind: "choice"; readonly ways: readonly PatternNode[] }
  | { readonly kind: "repeat"; readonly of: PatternNode; readonly least: number; readonly most: number; readonly isLazy: boolean }
  | { readonly kind: "group"; readonly of: PatternNode; readonly index: number }
  | { readonly kind: "start" | "end" | "word-edge" | "no-word-edge" };

export class PatternError extends Error {
  override readonly name = "PatternError";
}

const MOST_REPEATS = 200;
const LONGEST_PATTERN = 1000;
const DIGIT: CharSet["ranges"] = [[48, 57]];
const WORD: CharSet["ranges"] = [[48, 57], [65, 90], [95, 95], [97, 122]];
const SPACE: CharSet["ranges"] = [[9, 13], [32, 32], [160, 160], [0x1680, 0x1680], [0x2000, 0x200a], [0x2028, 0x2029], [0x202f, 0x202f], [0x205f, 0x205f], [0x3000, 0x3000], [0xfeff, 0xfeff]];
const ESCAPED: Readonly<Record<string, number>> = { t: 9, n: 10, r: 13, f: 12, v: 11 };
const invert = (ranges: CharSet["ranges"]): CharSet["ranges"] => {
  const out: [number, number][] = [];
  let next = 0;
  for (const [from, to] of [...ranges].sort((a, b) => a[0] - b[0])) {
    if (from > next) out.push([next, from - 1]);
    next = Math.max(next, to + 1);
  }
  if (next <= 0xffff) out.push([next, 0xffff]);
  return out;
};

export type ParsedPattern = { readonly root: PatternNode; readonly groups: number; readonly names: ReadonlyMap<string, number> };

export function parsePattern(source: string): ParsedPattern {
  if (source.length > LONGEST_PATTERN) throw new PatternError(`a pattern has at most ${LONGEST_PATTERN} characters`);
  let at = 0;
  let groups = 0;
  const names = new Map<string, number>();
  const peek = () => source.charAt(at);
  const refuse = (why: string): never => {
    throw new PatternError(`${why} (at character ${at + 1} of ${JSON.stringify(source)})`);
  };

  function choice(depth: number): PatternNode {
    if (depth > 40) refuse("groups are nested too deeply");
    const ways = [sequence(depth)];
    while (peek() === "|") {
      at += 1;
      ways.push(sequence(depth));
    }
    return ways.length === 1 ? (ways[0] as PatternNode) : { kind: "choice", ways };
  }

  function sequence(depth: number): PatternNode {
    const parts: PatternNode[] = [];
    while (at < source.length && peek() !== "|" && peek() !== ")") parts.push(repeated(atom(depth)));
    return parts.length === 1 ? (parts[0] as PatternNode) : { kind: "sequence", parts };
  }

  function repeated(of: PatternNode): PatternNode {
    const counted = /^\{(\d{1,4})(?:(,)(\d{1,4})?)?\}/.exec(source.slice(at, at + 12));
    let bounds: readonly [number, number] | undefined;
    if (peek() === "*") bounds = [0, Infinity];
    else if (peek() === "+") bounds = [1, Infinity];
    else if (peek() === "?") bounds = [0, 1];
    else if (counted) bounds = [Number(counted[1]), counted[2] === undefined ? Number(counted[1]) : counted[3] === undefined ? Infinity : Number(counted[3])];
    if (bounds === undefined) return of;
    const [least, most] = bounds;
    if (least > MOST_REPEATS || (most !== Infinity && most > MOST_REPEATS)) refuse(`a repeat count is at most ${MOST_REPEATS}`);
    if (most < least) refuse("a repeat count runs backwards");
    if (of.kind !== "set" && of.kind !== "group" && of.kind !== "sequence" && of.kind !== "choice") refuse("nothing to repeat");
    at += counted && peek() === "{" ? counted[0].length : 1;
    const isLazy = peek() === "?";
    if (isLazy) at += 1;
    if ("*+?".includes(peek()) && peek() !== "") refuse("a repeat of a repeat");
    return { kind: "repeat", of, least, most, isLazy };
  }

  function atom(depth: number): PatternNode {
    const char = peek();
    at += 1;
    switch (char) {
      case "^":
        return { kind: "start" };
      case "$":
        return { kind: "end" };
      case ".":
        return { kind: "set", set: { ranges: [[10, 10], [13, 13], [0x2028, 0x2029]], isNegated: true } };
      case "(":
        return group(depth);
      case "[":
        return set();
      case "\\":
        return escape();
      case "*":
      case "+":
      case "?":
        at -= 1;
        return refuse("nothing to repeat");
      default:
        return literal(char);
    }
  }

  const literal = (char: string): PatternNode => ({ kind: "set", set: { ranges: [[char.charCodeAt(0), char.charCodeAt(0)]], isNegated: false }, literal: char });

  function group(depth: number): PatternNode {
    let index = -1;
    if (peek() === "?") {
      const named = /^\?<([A-Za-z_][A-Za-z0-9_]*)>/.exec(source.slice(at, at + 70));
      if (source.startsWith("?:", at)) at += 2;
      else if (named) {
        index = groups += 1;
        if (names.has(named[1] as string)) refuse(`the name "${named[1]}" is used twice`);
        names.set(named[1] as string, index);
        at += named[0].length;
      } else refuse("look-around is not part of the patterns packs may use");
    } else index = groups += 1;
    const of = choice(depth + 1);
    if (peek() !== ")") refuse("a group is not closed");
    at += 1;
    return index < 0 ? of.kind === "sequence" || of.kind === "choice" ? of : { kind: "sequence", parts: [of] } : { kind: "group", of, index };
  }

  function escape(): PatternNode {
    const char = peek();
    at += 1;
    if (char === "b") return { kind: "word-edge" };
    if (char === "B") return { kind: "no-word-edge" };
    const ranges = classOf(char);
    if (ranges) return { kind: "set", set: { ranges, isNegated: false } };
    if (/[1-9]/.test(char)) return refuse("back-references are not part of the patterns packs may use");
    const code = codeOf(char);
    return { ...(literal(String.fromCharCode(code)) as Extract<PatternNode, { kind: "set" }>) };
  }

  function classOf(char: string): CharSet["ranges"] | undefined {
    const ranges = ({ d: DIGIT, w: WORD, s: SPACE } as const)[char.toLowerCase() as "d"];
    if (ranges === undefined || !/[dwsDWS]/.test(char)) return undefined;
    return char === char.toLowerCase() ? ranges : invert(ranges);
  }

  function codeOf(char: string): number {
    if (char === "") return refuse("the pattern ends in a backslash");
    if (char === "x" || char === "u") {
      const digits = source.slice(at, at + (char === "x" ? 2 : 4));
      if (!new RegExp(`^[0-9a-fA-F]{${char === "x" ? 2 : 4}}$`).test(digits)) refuse("an escape lacks its digits");
      at += digits.length;
      return Number.parseInt(digits, 16);
    }
    if (char === "0") return 0;
    const known = ESCAPED[char];
    if (known !== undefined) return known;
    if (/[A-Za-z]/.test(char)) refuse(`"\\${char}" has no meaning here`);
    return char.charCodeAt(0);
  }

  function set(): PatternNode {
    const isNegated = peek() === "^";
    if (isNegated) at += 1;
    const ranges: (readonly [number, number])[] = [];
    for (;;) {
      if (at >= source.length) refuse("a set is not closed");
      if (peek() === "]") break;
      const first = member();
      if (typeof first !== "number") {
        ranges.push(...first);
        continue;
      }
      if (peek() === "-" && source.charAt(at + 1) !== "]" && at + 1 < source.length) {
        at += 1;
        const last = member();
        if (typeof last !== "number" || last < first) return refuse("a range runs backwards");
        ranges.push([first, last]);
      } else ranges.push([first, first]);
    }
    at += 1;
    return { kind: "set", set: { ranges, isNegated } };
  }

  function member(): number | CharSet["ranges"] {
    const char = peek();
    at += 1;
    if (char !== "\\") return char.charCodeAt(0);
    const escaped = peek();
    at += 1;
    if (escaped === "b") return 8;
    return classOf(escaped) ?? codeOf(escaped);
  }

  const root = choice(0);
  if (at < source.length) refuse("a group is closed that was never opened");
  return { root, groups, names };
}
