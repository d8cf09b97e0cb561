import type { Store } from "../store/index.ts";

/** Ranks by words alone, never weighing more rows than a question may cost. */
export type WordSearch = {
  /** Best first. `scope` narrows to sources: an FTS5 term over the column that names them. */
  search(question: { readonly terms: readonly string[]; readonly must: readonly string[] }, limit: number, rows: number, scope: string | undefined): { readonly id: number }[];
  /** So many passages came or went: what is known of how common words are ages with it. */
  changed(count: number): void;
};
type Scored = { readonly id: number; score: number };
type Counted = { readonly term: string; readonly count: number };

/** Counting stops here: beyond, a word is simply common. */
const COUNTED = 40_000;
const KEPT_COUNTS = 5_000;
/** Passages that hold nothing but common words are weighed by their text; the newest so many. */
const WEIGHED = 300;
/** bm25() reads the whole list of each of its words: lists of more entries than this together are not given to it. */
const LISTED = 30_000;

const or = (terms: readonly string[]): string => terms.join(" OR ");
const and = (terms: readonly string[]): string => terms.join(" AND ");

/** The rare words of a question and its common ones: together the rare ones match no more than `rows` passages. Pure. */
export function split(terms: readonly Counted[], rows: number): { readonly rare: readonly Counted[]; readonly common: readonly Counted[] } {
  const sorted = terms.filter(({ count }) => count > 0).sort((a, b) => a.count - b.count);
  let sum = 0;
  const rare = sorted.filter(({ count }) => (sum += count) <= rows);
  return { rare, common: sorted.slice(rare.length) };
}

/** What a word is worth that so many of all passages hold; counting stopped somewhere, and then it is held to stand in a quarter. */
export function worthOf({ count }: Counted, total: number): number {
  const held = count >= COUNTED ? Math.max(COUNTED, total / 4) : count;
  return Math.log(1 + Math.max(0, total - held + 0.5) / (held + 0.5));
}

/** BM25 of one text, with the usual constants, as far as it can be told without the index: a word counts by its beginning. */
export function weigh(text: string, words: readonly { readonly stem: RegExp; readonly worth: number }[]): number {
  const length = 1.2 * (0.25 + 0.75 * (text.length / 900));
  let score = 0;
  for (const { stem, worth } of words) {
    const times = text.match(stem)?.length ?? 0;
    score += (worth * times * 2.2) / (times + length || 1);
  }
  return score;
}
const stemOf = (term: string): RegExp => {
  const word = (term.match(/[\p{L}\p{N} ]+/u)?.[0] ?? "").trim();
  return new RegExp(`(?<![\\p{L}\\p{N}])${word.length > 5 ? word.replace(/(?:ing|ies|es|ed|s)$/, "") : word}`, "giu");
};

export function createWordSearch(store: Store, table: string, weights: readonly number[]): WordSearch {
  // The inner LIMIT bounds what is scored, newest first; SQLite does not look further.
  const scored = store.sql<Scored>(`${table}-search`, `SELECT id, score FROM (SELECT rowid AS id, bm25(${table}, ${weights.map((weight) => weight.toFixed(1)).join(", ")}) AS score FROM ${table} WHERE ${table} MATCH ? ORDER BY rowid DESC LIMIT ?) ORDER BY score, id LIMIT ?`);
  const matching = store.sql<{ id: number }>(`${table}-match`, `SELECT rowid AS id FROM ${table} WHERE ${table} MATCH ? ORDER BY rowid DESC LIMIT ?`);
  const counted = store.sql<{ n: number }>(`${table}-count`, `SELECT count(*) AS n FROM (SELECT 1 FROM ${table} WHERE ${table} MATCH ? LIMIT ${COUNTED})`);
  const texts = store.sql<{ id: number; text: string }>("texts-to-weigh", "SELECT c.id, c.heading || ' ' || c.heading || ' ' || c.text AS text FROM json_each(?) j JOIN chunks c ON c.id = j.value");
  const last = store.sql<{ n: number | null }>("last-passage", "SELECT max(id) AS n FROM chunks");
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
  const byScore = (list: Iterable<Scored>, limit: number) => [...list].sort((a, b) => a.score - b.score || a.id - b.id).slice(0, limit);

  const weighed = (words: readonly Counted[]): boolean => words.reduce((sum, { count }) => sum + count, 0) <= LISTED;

  /** By the rare words, all of their passages; a common word beside them is weighed with them, or adds what it is worth. */
  function byRare(rare: readonly string[], common: readonly Counted[], limit: number, rows: number, bounded: (match: string) => string): Scored[] {
    const found = new Map(scored.all([bounded(or(rare)), rows, common.length === 0 ? limit : rows]).map((one) => [one.id, one]));
    const beside = common.slice(0, 2);
    if (beside.length > 0 && weighed(beside)) {
      for (const one of scored.all([bounded(`(${or(rare)}) AND (${or(beside.map(({ term }) => term))})`), rows, rows])) if ((found.get(one.id)?.score ?? 0) > one.score) found.set(one.id, one);
      return byScore(found.values(), limit);
    }
    const total = last.get()?.n ?? 0;
    for (const word of beside)
      for (const { id } of matching.all([bounded(`(${or(rare)}) AND ${word.term}`), rows])) {
        const one = found.get(id);
        if (one !== undefined) one.score -= worthOf(word, total);
      }
    return byScore(found.values(), limit);
  }
  /** Nothing but words that stand nearly everywhere: the newest passages that hold them all, else the rarest two, else the rarest. */
  function byCommon(common: readonly Counted[], limit: number, rows: number, bounded: (match: string) => string): Scored[] {
    const terms = common.map(({ term }) => term);
    if (weighed(common)) {
      const all = terms.length === 1 ? [] : scored.all([bounded(and(terms)), rows >> 1, limit]);
      return all.length >= Math.min(limit, 10) ? all : scored.all([bounded(terms[0] as string), rows >> 1, limit]);
    }
    const total = last.get()?.n ?? 0;
    const ids = new Set<number>();
    for (const match of new Set([and(terms), and(terms.slice(0, 2)), terms[0] as string])) {
      for (const { id } of matching.all([bounded(match), WEIGHED - ids.size])) ids.add(id);
      if (ids.size >= Math.max(limit, WEIGHED >> 1)) break;
    }
    const words = common.map((word) => ({ stem: stemOf(word.term), worth: worthOf(word, total) }));
    return byScore(texts.all([JSON.stringify([...ids])]).map(({ id, text }) => ({ id, score: -weigh(text, words) })), limit);
  }

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
      const { rare, common } = split(terms.map((term) => ({ term, count: countOf(bounded(term)) })), rows);
      if (rare.length > 0) return byRare(rare.map(({ term }) => term), common, limit, rows, bounded);
      return common.length > 0 ? byCommon(common, limit, rows, bounded) : [];
    },
  };
}
