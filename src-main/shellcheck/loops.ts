import { knownValue, NO_LOOPS, unknownValue, type Loops, type Value } from "./words.ts";

// A loop over a list is its body, as often as the list is long: what its variable is in each round, as far as that can be known.

/** A name that neither bash nor a program takes for a setting. */
export const countsRounds = (name: string): boolean => /^(?!histchars$|auto_resume$)[a-z][a-z\d_]*$/.test(name);

/** Whatever stands around it, the shell neither divides nor spells out such a text. */
const ROUND = /^[\w./][\w.:@%+,/=-]*$/;
const NUMBERS = /^\{(0|[1-9]\d{0,3})\.\.(0|[1-9]\d{0,3})\}$/;
/** So often a body is walked, and so much text of it; beyond, once, with a variable nobody knows. */
const MOST_ROUNDS = 32;
const MOST_TEXT = 4_096;

/** The variable's values, one for each round, where all of them are known and few enough to go through `times` over. */
export function knownRounds(words: readonly Value[], { times, length }: { readonly times: number; readonly length: number }): readonly Value[] | undefined {
  const all = times * words.length;
  const isShort = all > 0 && all <= MOST_ROUNDS && all * length <= MOST_TEXT;
  return isShort && words.every(({ known, glob }) => (known === undefined ? glob !== undefined : ROUND.test(known))) ? words : undefined;
}

/** `{1..5}` in a list. */
export function numbersOf(text: string): readonly Value[] | undefined {
  const [, from, to] = NUMBERS.exec(text) ?? [];
  if (from === undefined || to === undefined) return undefined;
  const [first, last] = [Number(from), Number(to)];
  const length = Math.abs(last - first) + 1;
  return length > MOST_ROUNDS ? [unknownValue(text)] : Array.from({ length }, (_, at) => knownValue(String(first + (first < last ? at : -at))));
}

/** Before any round. The names that loops set count wherever they stand: after its loop, and in the next round of one around it, a variable keeps what it was. */
export const loopsOf = (text: string): Loops => ({ rounds: NO_LOOPS.rounds, set: new Set(text.matchAll(/\b(?:for|select)[\s\\]+(\w+)/g).map(([, name]) => name as string)) });
