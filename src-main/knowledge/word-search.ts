import type { Store } from "../store/index.ts";

/** Ranks by words alone, BM25 of FTS5, never scoring more rows than a question may cost. */
export type WordSearch = {
  /** Best first. `scope` narrows to sources: an FTS5 term over the column that names them. */
  search(question: { readonly terms: readonly string[]; readonly must: readonly string[] }, limit: number, rows: number, scope: string | undefined): { readonly id: number }[];
  /** So many passages came or went: what is known of how common words are ages with it. */
  changed(count: number): void;
};
type Scored = { readonly id: number; readonly score: number };

/** Counting stops here: beyond, a word is simply common. */
const COUNTED = 40_000;
const KEPT_COUNTS = 5_000;

const or = (terms: readonly string[]): string => terms.join(" OR ");
const and = (terms: readonly string[]): string => terms.join(" AND ");

/** The rare words of a question and its common ones: together the rare ones match no more than `rows` passages. Pure. */
export function split(terms: readonly { readonly term: string; readonly count: number }[], rows: number): { readonly rare: readonly string[]; readonly common: readonly string[] } {
  const sorted = terms.filter(({ count }) => count > 0).sort((a, b) => a.count - b.count);
  let sum = 0;
  const rare = sorted.filter(({ count }) => (sum += count) <= rows).map(({ term }) => term);
  return { rare, common: sorted.slice(rare.length).map(({ term }) => term) };
}

export function createWordSearch(store: Store, table: string, weights: readonly number[]): WordSearch {
  // The inner LIMIT bounds what is scored, newest first; SQLite does not look further.
  const scored = store.sql<Scored>(`${table}-search`, `SELECT id, score FROM (SELECT rowid AS id, bm25(${table}, ${weights.map((weight) => weight.toFixed(1)).join(", ")}) AS score FROM ${table} WHERE ${table} MATCH ? ORDER BY rowid DESC LIMIT ?) ORDER BY score, id LIMIT ?`);
  const matching = store.sql<{ id: number }>(`${table}-match`, `SELECT rowid AS id FROM ${table} WHERE ${table} MATCH ? ORDER BY rowid DESC LIMIT ?`);
  const counted = store.sql<{ n: number }>(`${table}-count`, `SELECT count(*) AS n FROM (SELECT 1 FROM ${table} WHERE ${table} MATCH ? LIMIT ${COUNTED})`);
  const counts = new Map<string, number>();
  let changes = 0;
  /** The largest count known: while a hundred thousand passages are taken in, a few hundred more make no word common. */
  let most = 0;

  const countOf = (match: string): number => {
    const known = counts.get(match);
    if (known !== undefined) return known;
    const n = counted.get([match])?.n ?? 0;
    if (counts.size >= KEPT_COUNTS) counts.clear();
    counts.set(match, n);
    most = Math.max(most, n);
    return n;
  };

  return {
    changed(count) {
      changes += count;
      if (changes < Math.max(500, most / 10)) return;
      changes = 0;
      most = 0;
      counts.clear();
    },
    search({ terms, must }, limit, rows, scope) {
      const bounds = [...(scope === undefined ? [] : [scope]), ...must];
      const bounded = (match: string): string => (bounds.length === 0 ? match : and([...bounds, `(${match})`]));
      const ask = (match: string, read = rows, kept = limit): Scored[] => scored.all([bounded(match), read, kept]);
      const { rare, common } = split(terms.map((term) => ({ term, count: countOf(bounded(term)) })), rows);
      if (rare.length + common.length === 0) return [];
      if (common.length === 0) return ask(or(rare));
      if (rare.length === 0) {
        // Nothing but words that stand nearly everywhere: the newest passages that hold the two rarest, those that hold all before
        // them. FTS5 reads a word's whole list to weigh it, so that only two are weighed.
        const [first = "", second] = common;
        if (second === undefined) return ask(first, rows >> 1);
        const all = new Set(common.length === 2 ? [] : matching.all([bounded(and(common)), rows >> 1]).map(({ id }) => id));
        const both = ask(and([first, second]), rows >> 1, rows);
        const found = [...both.filter(({ id }) => all.has(id)), ...both.filter(({ id }) => !all.has(id))].slice(0, limit);
        return found.length >= Math.min(limit, 10) ? found : ask(first, rows >> 1);
      }
      // Exact for every passage with at least one of the rare words: those with common ones beside get their whole score.
      const best = new Map(ask(or(rare)).map((one) => [one.id, one]));
      for (const one of ask(`(${or(rare)}) AND (${or(common.slice(0, 2))})`)) if ((best.get(one.id)?.score ?? 0) > one.score) best.set(one.id, one);
      return [...best.values()].sort((a, b) => a.score - b.score || a.id - b.id).slice(0, limit);
    },
  };
}
