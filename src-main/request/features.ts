import { slipsBetween } from "../kernel/index.ts";
import { OWN_SPELLING, type FoundSpan } from "./spans.ts";
import { meaningOf } from "./thesaurus.ts";
import { stemOf, type Token } from "./tokens.ts";

export const FEATURES = 1 << 15;

/** The sentence as the classifier sees it: stems, and kinds instead of values, so that "restart foo on bar" is one thing. */
export function abstractOf(tokens: readonly Token[], spans: readonly FoundSpan[]): readonly string[] {
  const words: string[] = [];
  let last: FoundSpan | undefined;
  let place: FoundSpan | undefined;
  for (const token of tokens) {
    const span = spans.find(({ start, end }) => token.start >= start && token.end <= end);
    if (span === undefined) {
      words.push(...spelledOut(token.lower));
      last = undefined;
      continue;
    }
    if (span === last) continue;
    last = span;
    if (span.kind === "thing" && OWN_SPELLING.has(span.hint ?? "")) {
      words.push("<oov>");
      continue;
    }
    const isHost = span.kind === "host" || span.kind === "unknown-host";
    words.push(span.kind === "number" && STATUS_CODE.test(span.value) ? "<code>" : isHost ? (place !== undefined && isOtherEnd(tokens, place, span) ? "<to>" : "<host>") : `<${span.kind}>`);
    if (isHost) place ??= span;
    if (span.kind === "thing" || span.kind === "path") words.push(`=${span.value.toLowerCase()}`);
    if (span.kind === "number" && span.hint !== undefined) words.push(`#${span.hint}`);
  }
  return words;
}

/** 404, 502: what a web server answers, rather than how many. */
const STATUS_CODE = /^[45]0\d$/;
const BESIDE = new Set("and or with plus vs versus than nor both".split(" "));

/** "web-01 and db-01" are two of a kind; in "can web-01 reach db-01" and "between web-01 and db-01" they are the ends of a way. */
function isOtherEnd(tokens: readonly Token[], one: FoundSpan, other: FoundSpan): boolean {
  if (tokens.findLast(({ end }) => end <= one.start)?.lower === "between") return true;
  const within = tokens.filter(({ start, end }) => start >= one.end && end <= other.start);
  return within.length > 0 && !within.every(({ lower }) => BESIDE.has(lower));
}

const SHORT: Readonly<Record<string, string>> = { "n't": "not", "'s": "is", "'re": "are", "'ll": "will", "'ve": "have" };

/** "what's" is "what is", "isn't" is "is not": operators write both. */
function spelledOut(lower: string): readonly string[] {
  const short = /^(what|who|where|why|how|when|that|it|there|here)('s)$|^(\w+)(n't)$|^(\w+)('re|'ll|'ve)$/.exec(lower);
  const [head, tail] = [short?.[1] ?? short?.[3] ?? short?.[5], short?.[2] ?? short?.[4] ?? short?.[6]];
  return head === undefined || tail === undefined ? [stemOf(lower)] : [stemOf(head), SHORT[tail] ?? tail];
}

/** A word nobody taught is taken for what it means, repaired when it is one slip away from one that was, else it stands for "some name". */
export function repair(words: readonly string[], vocabulary: ReadonlySet<string>): readonly string[] {
  // A certain service or path only says something when some skill is about exactly that one.
  return words.filter((word) => !word.startsWith("=") || vocabulary.has(word)).map((word) => {
    if (vocabulary.has(word) || /^[<=#]/.test(word)) return word;
    const meant = meaningOf(word);
    if (meant !== undefined && vocabulary.has(meant)) return meant;
    if (word.length >= 5) for (const known of vocabulary) if (Math.abs(known.length - word.length) <= 1 && known.length >= 5 && known.charAt(0) === word.charAt(0) && slipsBetween(word, known, 2) === 1) return known;
    return "<oov>";
  });
}

const hash = (text: string): number => {
  let state = 2_166_136_261;
  for (let at = 0; at < text.length; at += 1) state = Math.imul(state ^ text.charCodeAt(at), 16_777_619);
  return (state >>> 0) % FEATURES;
};

/** Words, pairs, pairs with a gap, and letter triples of plain words: the triples carry misspellings and endings. */
export function featuresOf(all: readonly string[]): Int32Array {
  const found = new Set<number>();
  // A certain value (`=nginx`) counts only together with a plain word: alone it would drown what is asked about it.
  const words = all.filter((word) => !word.startsWith("="));
  const content = words.filter((word) => !STOP.has(word));
  for (const value of all) if (value.startsWith("=")) for (const word of content) if (!word.startsWith("<")) found.add(hash(`x ${value} ${word}`));
  for (const [at, word] of words.entries()) {
    found.add(hash(`w ${word}`));
    found.add(hash(`p ${words[at - 1] ?? "^"} ${word}`));
    if (!/^[<=#]/.test(word) && word.length > 3) {
      const padded = `_${word}_`;
      for (let cut = 0; cut + 4 <= padded.length; cut += 1) found.add(hash(`c ${padded.slice(cut, cut + 4)}`));
    }
  }
  for (const [at, word] of content.entries()) {
    const next = content[at + 1];
    const later = content[at + 2];
    if (next !== undefined) found.add(hash(`b ${word} ${next}`));
    if (later !== undefined) found.add(hash(`s ${word} ${later}`));
  }
  found.add(hash(`f ${words[0] ?? ""}`));
  return Int32Array.from(found);
}

export const STOP: ReadonlySet<string> = new Set("a an the of on in at for to with from by and or please can could would you i we me my our it its this that there here now just some any <host> currently moment right".split(" "));
