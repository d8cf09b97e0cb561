import { STOP_WORDS, identifiersOf, quotedOf, wordsOf } from "./tokens.ts";
import { synonymsOf } from "./synonyms.ts";

export type ReadQuery = {
  /** For FTS5, quoted: the words asked for, any of which may stand in a passage. */
  readonly terms: readonly string[];
  /** Phrases that must stand in it as they were quoted. */
  readonly must: readonly string[];
  /** The same meaning in other words; a second, weaker voice. */
  readonly others: readonly string[];
  /** How much meaning may count beside words, 0 to 0.5. */
  readonly meaningWeight: number;
  readonly synonymWeight: number;
  /** How much the beginnings of documents count beside passages. */
  readonly leadWeight: number;
};

const MAX_WORDS = 24;
const quote = (words: string): string => `"${words.replaceAll('"', '""')}"`;

/** How a query is to be read. Pure: what is typed decides how far meaning may outweigh words. */
export function readQuery(query: string, isPrefix = false): ReadQuery {
  const quoted = quotedOf(query);
  const all = wordsOf(query);
  const told = all.filter((word) => !STOP_WORDS.has(word));
  const words = [...new Set(told.length > 0 ? told : all)].slice(0, MAX_WORDS);
  if (words.length === 0) return { terms: [], must: [], others: [], meaningWeight: 0, synonymWeight: 0, leadWeight: 0 };
  const terms = words.map(quote);
  const last = all.at(-1);
  // The word still being typed also finds what it may become.
  if (isPrefix && last !== undefined && /[\p{L}\p{N}]$/u.test(query) && last.length > 2) terms.push(`${quote(last)} *`);
  const must = quoted.map((phrase) => wordsOf(phrase).join(" ")).filter((phrase) => phrase !== "").map(quote);
  const others = synonymsOf(all).map((phrase) => quote(phrase));
  const identifiers = identifiersOf(query).length;
  const isSentence = all.length - told.length >= 2 || words.length >= 4;
  const meaningWeight = quoted.length > 0 ? 0 : identifiers > 0 ? 0.1 : isSentence ? 0.45 : words.length <= 2 ? 0.12 : 0.25;
  return {
    terms,
    must,
    others: must.length > 0 ? [] : others,
    meaningWeight,
    leadWeight: quoted.length > 0 || identifiers > 0 || !isSentence ? 0 : 0.9,
    synonymWeight: identifiers > 0 ? 0.15 : isSentence ? 0.5 : 0.2,
  };
}
