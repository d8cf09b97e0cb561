import { STOP } from "./features.ts";

/** Nearness of words to taught phrases: weighted overlap (rare words count more), the best phrase of each skill. */
export type Lexicon = { score(words: readonly string[]): Float32Array; readonly vocabulary: ReadonlySet<string> };

const termsOf = (words: readonly string[]): readonly string[] => {
  const content = words.filter((word) => !STOP.has(word));
  return [...new Set([...content, ...content.slice(1).map((word, at) => `${content[at] as string}~${word}`)])];
};

export function buildLexicon(phrases: readonly { readonly words: readonly string[]; readonly label: number }[], classes: number, alsoKnown: readonly string[]): Lexicon {
  const documents = phrases.map(({ words, label }) => ({ terms: termsOf(words), label }));
  const spread = new Map<string, Set<number>>();
  for (const { terms, label } of documents) for (const term of terms) spread.set(term, (spread.get(term) ?? new Set()).add(label));
  const weightOf = (term: string): number => {
    const seen = spread.get(term)?.size ?? 0;
    const base = Math.log(1 + classes / (1 + seen));
    return (term.includes("~") ? 0.5 : 1) * (seen === 0 ? Math.log(1 + classes) * 0.5 : base) ** 2;
  };
  const postings = new Map<string, number[]>();
  const norms = new Float32Array(documents.length);
  for (const [at, { terms }] of documents.entries()) {
    let norm = 0;
    for (const term of terms) {
      norm += weightOf(term);
      const list = postings.get(term) ?? [];
      if (list.length === 0) postings.set(term, list);
      list.push(at);
    }
    norms[at] = norm;
  }
  const vocabulary = new Set([...phrases.flatMap(({ words }) => words), ...alsoKnown]);
  return {
    vocabulary,
    score(words) {
      const best = new Float32Array(classes);
      const terms = termsOf(words);
      const own = terms.reduce((sum, term) => sum + weightOf(term), 0);
      if (own === 0) return best;
      const shared = new Map<number, number>();
      for (const term of terms) {
        const weight = weightOf(term);
        for (const at of postings.get(term) ?? []) shared.set(at, (shared.get(at) ?? 0) + weight);
      }
      for (const [at, weight] of shared) {
        const score = weight / Math.sqrt(own * (norms[at] as number));
        const { label } = documents[at] as { label: number };
        if (score > (best[label] as number)) best[label] = score;
      }
      return best;
    },
  };
}
