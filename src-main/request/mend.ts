import { slipsBetween } from "../kernel/index.ts";
import type { FoundSpan } from "./spans.ts";
import { isActForm } from "./acts.ts";
import { ENGLISH } from "./english.ts";
import { meaningOf } from "./thesaurus.ts";
import { CANON, FILLER, type Token } from "./tokens.ts";

/** Words as they are written in taught phrases, with how often: what a misspelt word is repaired to. */
export type Forms = ReadonlyMap<string, number>;

/** After these stands a name, and a name is nobody's misspelling. */
const BEFORE_NAMES = new Set("user account package process container database group called named mac interface vlan module setting sysctl table image".split(" "));
const PLAIN = /^[a-z]{3,24}$/;

export const isTaughtForm = (forms: Forms, lower: string): boolean => forms.has(lower) || forms.has(`${lower}s`) || FILLER.has(lower) || CANON.has(lower) || ENGLISH.has(lower) || meaningOf(lower) !== undefined;

/** The sentence with words that are one slip away from a taught one put right ("restrat", "wich", "teh"). Only what the voices read: values are cut out of what was typed. */
export function mend(sentence: string, tokens: readonly Token[], spans: readonly FoundSpan[], forms: Forms): string {
  const repairs = tokens.flatMap((token, at) => {
    const { lower, start, end } = token;
    if (!PLAIN.test(lower) || isTaughtForm(forms, lower) || isActForm(lower) || BEFORE_NAMES.has(tokens[at - 1]?.lower ?? "")) return [];
    if (spans.some((span) => start >= span.start && end <= span.end)) return [];
    const better = nearestForm(lower, forms, at === 0);
    return better === undefined ? [] : [{ start, end, better }];
  });
  return repairs.reduceRight((text, { start, end, better }) => `${text.slice(0, start)}${better}${text.slice(end)}`, sentence);
}

/**
 * The word a sentence opens with is often its verb, and "paint" is no misspelt "print". Short words are only repaired where letters were swapped or one was left out: a changed letter makes another word.
 */
export function nearestForm(word: string, forms: Forms, isOpening = false): string | undefined {
  const limit = word.length >= 8 ? 2 : 1;
  let best: { readonly form: string; readonly slips: number; readonly count: number } | undefined;
  const consider = (form: string, count: number) => {
    if (Math.abs(form.length - word.length) > limit || form.length < 3 || !PLAIN.test(form)) return;
    const isSwap = form.length === word.length && sameLetters(form, word);
    if (form.charAt(0) !== word.charAt(0) && !isSwap) return;
    if (word.length <= 4 && !isSwap && !(form.length === word.length + 1 && form.at(-1) === word.at(-1))) return;
    if (!isSwap && ((form.length === word.length && (isOpening || word.length <= 5)) || (isOpening && word.length <= 4))) return;
    const slips = slipsBetween(word, form, limit + 1);
    if (slips > limit) return;
    if (best === undefined || slips < best.slips || (slips === best.slips && count > best.count)) best = { form, slips, count };
  };
  for (const [form, count] of forms) consider(form, count);
  for (const form of FILLER) consider(form, 10_000);
  // Plain words are only found in swapped letters ("konw"): anything else is too near to a name.
  for (const form of ENGLISH) if (form.length === word.length && sameLetters(form, word)) consider(form, 1);
  return best?.form;
}

const sameLetters = (one: string, other: string): boolean => [...one].sort().join("") === [...other].sort().join("");
