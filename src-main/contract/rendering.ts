// How a command is shown to the person who must judge it: every byte that could hide, reorder or imitate another is
// made visible, and nothing is left out. Pure, so that the dialog, the bundle and the command line draw the same text.

/** One run of text. `kind` is "mark" where the drawn text stands for a character that must not be drawn itself. */
export type RenderedPiece = { readonly kind: "text" | "mark"; readonly text: string };

const name = (code: number): string => `⟦U+${code.toString(16).toUpperCase().padStart(4, "0")}⟧`;

// Everything that has no picture of its own, changes the direction or the joining of its neighbours, or looks like a
// plain space or like nothing at all. Unicode's general categories Cc, Cf, Co, Cs, Cn, Zl, Zp, Zs and the combining
// marks (Mn, Mc, Me) cover controls, bidi, tags, zero width, variation selectors, NBSP and stacked accents. The letters
// that are drawn as blanks (Hangul fillers, Braille blank) have to be named one by one.
const HIDDEN = /\p{Cc}|\p{Cf}|\p{Co}|\p{Cs}|\p{Cn}|\p{Zl}|\p{Zp}|\p{Zs}|\p{M}|\u115F|\u1160|\u2800|\u3164|\uFFA0/u;

// A word in which Latin meets Cyrillic, Greek, or a look-alike alphabet is how "cat" becomes a stranger's program.
const LATIN = /\p{Script=Latin}|[0-9]/u;
const FOREIGN_LETTER = /[\p{L}\p{N}]/u;
const WORD = /[\p{L}\p{N}_-]+/gu;

// Full-width and mathematical alphabets are Latin by script or Common, yet not the letters they resemble.
const COMPATIBILITY_LETTER = (character: string): boolean => character.normalize("NFKC") !== character;

const isForeign = (character: string): boolean => character > "\u007F" && FOREIGN_LETTER.test(character) && (!LATIN.test(character) || COMPATIBILITY_LETTER(character));
const isLatin = (character: string): boolean => LATIN.test(character) && !isForeign(character);

/** Places of the characters that make a word mix its alphabet. A wholly foreign word is not mixed: it hides nothing. */
function mixedPlaces(text: string): ReadonlySet<number> {
  const places = new Set<number>();
  for (const word of text.matchAll(WORD)) {
    const characters = [...word[0]];
    const mixes = characters.some(isLatin) && characters.some(isForeign);
    let at = word.index;
    for (const character of characters) {
      if (isForeign(character) && (mixes || COMPATIBILITY_LETTER(character))) places.add(at);
      at += character.length;
    }
  }
  return places;
}

/**
 * The whole of `text`, never shortened. Newlines stay newlines and a tab becomes a visible mark beside its own width, so that
 * what is on screen can be read back to exactly one sequence of characters. A written "⟦" is marked too: nobody can imitate a mark.
 */
export function renderCommand(text: string): readonly RenderedPiece[] {
  const mixed = mixedPlaces(text);
  const pieces: { kind: "text" | "mark"; text: string }[] = [];
  const put = (kind: "text" | "mark", piece: string): void => {
    const last = pieces.at(-1);
    if (last?.kind === kind) last.text += piece;
    else pieces.push({ kind, text: piece });
  };
  let at = 0;
  for (const character of text) {
    const code = character.codePointAt(0) as number;
    if (character === "\n" || (code >= 0x20 && code < 0x7f)) put("text", character);
    else if (character === "⟦" || character === "⟧" || HIDDEN.test(character) || mixed.has(at)) put("mark", name(code));
    else put("text", character);
    at += character.length;
  }
  return pieces;
}

export const renderedText = (text: string): string => renderCommand(text).map((piece) => piece.text).join("");

/** The exact text a rendering came from; proves in tests that nothing was lost or made ambiguous. */
export const unrenderedText = (rendered: string): string =>
  rendered.replaceAll(/⟦U\+([0-9A-F]{4,6})⟧/g, (_whole, hex: string) => String.fromCodePoint(Number.parseInt(hex, 16)));

/** What stands out in a text, for a line of warning above it. */
export function renderingMarks(text: string): readonly string[] {
  return [...new Set(renderCommand(text).flatMap((piece) => (piece.kind === "mark" ? (piece.text.match(/⟦[^⟧]*⟧/g) ?? []) : [])))];
}
