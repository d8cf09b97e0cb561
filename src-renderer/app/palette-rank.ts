export type Rankable = { readonly id: string; readonly title: string; readonly words?: readonly string[]; readonly note?: string };
export type Ranked<T> = { readonly thing: T; readonly score: number; /** Positions in the title, to be drawn stronger. */ readonly at: readonly number[] };

const isBoundary = (text: string, index: number): boolean => index === 0 || /[\s\-_/.:@]/.test(text[index - 1] ?? "") || (/\p{Lu}/u.test(text[index] ?? "") && /\p{Ll}/u.test(text[index - 1] ?? ""));

/**
 * Looks for the query's letters in order. Whole runs beat scattered letters, beginnings of words beat middles, short
 * texts beat long ones. Tries each possible first letter, because "st" in "List of settings" means the last word.
 */
const matchText = (query: string, text: string): { score: number; at: number[] } | undefined => {
  const low = text.toLowerCase();
  let best: { score: number; at: number[] } | undefined;
  for (let start = low.indexOf(query[0] ?? ""); start !== -1; start = low.indexOf(query[0] ?? "", start + 1)) {
    const at = [start];
    let score = isBoundary(text, start) ? 12 : 2;
    let from = start + 1;
    for (const letter of query.slice(1)) {
      // A letter that begins a later word is a better match than the same letter inside this one, unless it follows directly.
      let found = low.indexOf(letter, from);
      if (found !== from) {
        for (let next = found; next !== -1; next = low.indexOf(letter, next + 1)) {
          if (isBoundary(text, next)) {
            found = next;
            break;
          }
        }
      }
      if (found === -1) {
        score = Number.NEGATIVE_INFINITY;
        break;
      }
      score += found === from ? 8 : isBoundary(text, found) ? 7 : 1 - Math.min(4, (found - from) / 4);
      at.push(found);
      from = found + 1;
    }
    if (score === Number.NEGATIVE_INFINITY) continue;
    score += low === query ? 12 : 0;
    score -= Math.min(6, text.length / 12);
    if (best === undefined || score > best.score) best = { score, at };
  }
  return best;
};

/** Every word of the query must be found, in the title or in the other words; the title counts most. */
const matchThing = <T extends Rankable>(query: readonly string[], thing: T): Ranked<T> | undefined => {
  let score = 0;
  const at = new Set<number>();
  for (const word of query) {
    const inTitle = matchText(word, thing.title);
    // What is not on screen as the title must hold the word whole: letters strewn over hidden words explain nothing to who reads the list.
    const others = [...(thing.words ?? []), ...(thing.note === undefined ? [] : [thing.note])].filter((text) => text.toLowerCase().includes(word)).map((text) => matchText(word, text)?.score ?? Number.NEGATIVE_INFINITY);
    const other = Math.max(Number.NEGATIVE_INFINITY, ...others) - 6;
    if (inTitle !== undefined && inTitle.score >= other) {
      score += inTitle.score;
      for (const position of inTitle.at) at.add(position);
    } else if (other > Number.NEGATIVE_INFINITY) score += other;
    else return undefined;
  }
  // Letters strewn over a long text are not what anybody meant.
  return score < query.join("").length * 1.5 ? undefined : { thing, score, at: [...at].sort((a, b) => a - b) };
};

/** Best first; equal scores keep their order. What was used lately comes a little higher, and first when nothing is typed. */
export const rank = <T extends Rankable>(query: string, things: readonly T[], recent: readonly string[] = [], limit = 60): readonly Ranked<T>[] => {
  const words = query.toLowerCase().trim().split(/\s+/).filter((word) => word !== "");
  const freshness = (id: string): number => {
    const place = recent.indexOf(id);
    return place === -1 ? 0 : Math.max(1, 5 - place);
  };
  const ranked = words.length === 0 ? things.map((thing) => ({ thing, score: 0, at: [] })) : things.flatMap((thing) => matchThing(words, thing) ?? []);
  return ranked
    .map(({ thing, score, at }) => ({ thing, at, score: score + freshness(thing.id) }))
    .toSorted((a, b) => b.score - a.score)
    .slice(0, limit);
};
