export type ShownPart = { readonly text: string; /** Present when the text stands for a character that would not be seen as it is. */ readonly mark?: string };

const NAMES: Readonly<Record<number, string>> = {
  0x00: "NUL",
  0x07: "BEL",
  0x08: "BS",
  0x0b: "VT",
  0x0c: "FF",
  0x0d: "CR",
  0x1b: "ESC",
  0x7f: "DEL",
  0xa0: "NBSP",
  0xad: "SHY",
  0x061c: "ALM",
  0x200b: "ZWSP",
  0x200c: "ZWNJ",
  0x200d: "ZWJ",
  0x200e: "LRM",
  0x200f: "RLM",
  0x2028: "LS",
  0x2029: "PS",
  0x202a: "LRE",
  0x202b: "RLE",
  0x202c: "PDF",
  0x202d: "LRO",
  0x202e: "RLO",
  0x202f: "NNBSP",
  0x2060: "WJ",
  0x2066: "LRI",
  0x2067: "RLI",
  0x2068: "FSI",
  0x2069: "PDI",
  0xfeff: "BOM",
  0xfffd: "REPLACEMENT",
};

// Everything a reader cannot see or that moves other text: controls but tab and newline, all format characters,
// every space but the plain one, variation selectors, Hangul fillers, tags, private use, lone surrogates.
const HIDDEN =
  // oxlint-disable-next-line no-control-regex, no-misleading-character-class -- controls and joiners are what is looked for, each for itself
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00a0\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2000-\u200f\u2028-\u202f\u205f-\u206f\u2800\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffd]|\p{Cf}|\p{Co}|\p{Cs}|[\u{e0000}-\u{e0fff}]/gu;
// Letters of other scripts inside a machine's words: shown as they are, but marked, because а is not a.
const FOREIGN = /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Cherokee}\u{1d400}-\u{1d7ff}\uff01-\uff5e]/gu;

const SPECIAL = new RegExp(`(?<foreign>${FOREIGN.source})|${HIDDEN.source}`, "gu");

const hex = (code: number): string => `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;

/** Splits text into what may be drawn as it is and what must be named. Joining nothing, dropping nothing. */
export const markBytes = (text: string): readonly ShownPart[] => {
  const parts: ShownPart[] = [];
  let from = 0;
  for (const match of text.matchAll(SPECIAL)) {
    if (match.index > from) parts.push({ text: text.slice(from, match.index) });
    const code = match[0].codePointAt(0) as number;
    const name = NAMES[code];
    parts.push(match.groups?.["foreign"] !== undefined ? { text: match[0], mark: `${hex(code)}: looks like another letter` } : { text: `⟨${name ?? hex(code)}⟩`, mark: `${hex(code)}${name === undefined ? "" : ` ${name}`}: would not be seen` });
    from = match.index + match[0].length;
  }
  if (from < text.length) parts.push({ text: text.slice(from) });
  return parts;
};
