import { STOP } from "./features.ts";

/** What taught phrases hold, as plain data: it is kept in a file beside the trained weights. */
export type Lexicon = {
  readonly classes: number;
  readonly vocabulary: ReadonlySet<string>;
  /** In which phrases each term stands. */
  readonly postings: ReadonlyMap<string, readonly number[]>;
  /** In how many skills' phrases each term stands: rare ones count more. */
  readonly spread: ReadonlyMap<string, number>;
  readonly labels: Int32Array;
  readonly norms: Float32Array;
};

const termsOf = (words: readonly string[]): readonly string[] => {
  const content = words.filter((word) => !STOP.has(word));
  return [...new Set([...content, ...content.slice(1).map((word, at) => `${content[at] as string}~${word}`)])];
};

const weightOf = (term: string, seen: number, classes: number): number => (term.includes("~") ? 0.5 : 1) * (seen === 0 ? Math.log(1 + classes) * 0.5 : Math.log(1 + classes / (1 + seen))) ** 2;

export function buildLexicon(phrases: readonly { readonly words: readonly string[]; readonly label: number }[], classes: number, alsoKnown: readonly string[]): Lexicon {
  const documents = phrases.map(({ words, label }) => ({ terms: termsOf(words), label }));
  const skillsWith = new Map<string, Set<number>>();
  for (const { terms, label } of documents) for (const term of terms) skillsWith.set(term, (skillsWith.get(term) ?? new Set()).add(label));
  const spread = new Map([...skillsWith].map(([term, labels]) => [term, labels.size] as const));
  const postings = new Map<string, number[]>();
  const norms = new Float32Array(documents.length);
  for (const [at, { terms }] of documents.entries()) {
    norms[at] = terms.reduce((sum, term) => sum + weightOf(term, spread.get(term) ?? 0, classes), 0);
    for (const term of terms) {
      const list = postings.get(term) ?? [];
      if (list.length === 0) postings.set(term, list);
      list.push(at);
    }
  }
  return { classes, postings, spread, norms, labels: Int32Array.from(documents, ({ label }) => label), vocabulary: new Set([...phrases.flatMap(({ words }) => words), ...alsoKnown]) };
}

/** Nearness of words to taught phrases: weighted overlap, the best phrase of each skill. */
export function lexicalScores({ classes, postings, spread, labels, norms }: Lexicon, words: readonly string[]): Float32Array {
  const best = new Float32Array(classes);
  const terms = termsOf(words);
  const weight = (term: string) => weightOf(term, spread.get(term) ?? 0, classes);
  const own = terms.reduce((sum, term) => sum + weight(term), 0);
  if (own === 0) return best;
  const shared = new Map<number, number>();
  for (const term of terms) {
    const adds = weight(term);
    for (const at of postings.get(term) ?? []) shared.set(at, (shared.get(at) ?? 0) + adds);
  }
  for (const [at, sum] of shared) {
    const score = sum / Math.sqrt(own * (norms[at] as number));
    const label = labels[at] as number;
    if (score > (best[label] as number)) best[label] = score;
  }
  return best;
}
