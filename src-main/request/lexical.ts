import { STOP } from "./features.ts";

/**
 * What taught phrases hold, as flat arrays: it is kept in a file beside the trained weights, and read without making an
 * object per word. `keys` are the sorted hashes of terms; term n stands in the phrases `postings[starts[n] … starts[n + 1]]`.
 */
export type Lexicon = {
  readonly classes: number;
  readonly vocabulary: ReadonlySet<string>;
  readonly keys: Uint32Array;
  readonly starts: Uint32Array;
  readonly postings: Uint16Array | Uint32Array;
  /** In how many skills' phrases each term stands: rare ones count more. */
  readonly spread: Uint16Array;
  readonly labels: Uint16Array;
  readonly norms: Float32Array;
};

const termsOf = (words: readonly string[]): readonly string[] => {
  const content = words.filter((word) => !STOP.has(word));
  return [...new Set([...content, ...content.slice(1).map((word, at) => `${content[at] as string}~${word}`)])];
};

const weightOf = (term: string, seen: number, classes: number): number => (term.includes("~") ? 0.5 : 1) * (seen === 0 ? Math.log(1 + classes) * 0.5 : Math.log(1 + classes / (1 + seen))) ** 2;

export const keyOf = (term: string): number => {
  let state = 2_166_136_261;
  for (let at = 0; at < term.length; at += 1) state = Math.imul(state ^ term.charCodeAt(at), 16_777_619);
  return state >>> 0;
};

export function buildLexicon(phrases: readonly { readonly words: readonly string[]; readonly label: number }[], classes: number, alsoKnown: readonly string[]): Lexicon {
  const documents = phrases.map(({ words, label }) => ({ terms: termsOf(words), label }));
  const found = new Map<number, { readonly skills: Set<number>; readonly at: number[] }>();
  for (const [at, { terms, label }] of documents.entries()) {
    for (const term of terms) {
      const key = keyOf(term);
      const entry = found.get(key) ?? { skills: new Set(), at: [] };
      if (entry.at.length === 0) found.set(key, entry);
      entry.skills.add(label);
      entry.at.push(at);
    }
  }
  const sorted = [...found].sort(([one], [other]) => one - other);
  const starts = new Uint32Array(sorted.length + 1);
  for (const [n, [, { at }]] of sorted.entries()) starts[n + 1] = (starts[n] as number) + at.length;
  const postings = new (documents.length > 0xffff ? Uint32Array : Uint16Array)(starts.at(-1) ?? 0);
  for (const [n, [, { at }]] of sorted.entries()) postings.set(at, starts[n]);
  const lexicon = { classes, keys: Uint32Array.from(sorted, ([key]) => key), starts, postings, spread: Uint16Array.from(sorted, ([, { skills }]) => skills.size), labels: Uint16Array.from(documents, ({ label }) => label) };
  const norms = Float32Array.from(documents, ({ terms }) => terms.reduce((sum, term) => sum + weightOf(term, spreadOf(lexicon, term), classes), 0));
  return { ...lexicon, norms, vocabulary: new Set([...phrases.flatMap(({ words }) => words), ...alsoKnown]) };
}

/** Where a term stands in `keys`, or -1. */
function placeOf(keys: Uint32Array, term: string): number {
  const key = keyOf(term);
  let [low, high] = [0, keys.length - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    const there = keys[middle] as number;
    if (there === key) return middle;
    if (there < key) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

const spreadOf = ({ keys, spread }: Pick<Lexicon, "keys" | "spread">, term: string): number => spread[placeOf(keys, term)] ?? 0;

/** The skills whose phrases hold a word. */
export function labelsOf({ keys, starts, postings, labels }: Lexicon, word: string): readonly number[] {
  const place = placeOf(keys, word);
  return place < 0 ? [] : [...new Set([...postings.subarray(starts[place], starts[place + 1])].map((at) => labels[at] as number))];
}

const NAME_ALONE = 0.55;

/** Nearness of words to taught phrases: weighted overlap, the best phrase of each skill. */
export function lexicalScores(lexicon: Lexicon, words: readonly string[]): Float32Array {
  const { classes, keys, starts, postings, labels, norms } = lexicon;
  const best = new Float32Array(classes);
  const terms = termsOf(words);
  const weight = (term: string) => weightOf(term, spreadOf(lexicon, term), classes);
  // A name and nothing else is near to every phrase that asks about a name.
  const says = terms.some((term) => !/^[<=#]/.test(term) && !term.includes("~")) ? 1 : NAME_ALONE;
  const own = terms.reduce((sum, term) => sum + weight(term), 0);
  if (own === 0) return best;
  const shared = new Map<number, number>();
  for (const term of terms) {
    const adds = weight(term);
    const place = placeOf(keys, term);
    if (place < 0) continue;
    for (const at of postings.subarray(starts[place], starts[place + 1])) shared.set(at, (shared.get(at) ?? 0) + adds);
  }
  for (const [at, sum] of shared) {
    const score = (says * sum) / Math.sqrt(own * (norms[at] as number));
    const label = labels[at] as number;
    if (score > (best[label] as number)) best[label] = score;
  }
  return best;
}
