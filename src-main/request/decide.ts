import type { SkillOutline } from "../skills/index.ts";
import { ACTS, ASKING, NEGATED, POLITE, RAW, SECRET } from "./acts.ts";
import { scoresOf } from "./classifier.ts";
import { STOP, abstractOf, featuresOf, repair } from "./features.ts";
import { lexicalScores } from "./lexical.ts";
import { isTaughtForm, type Forms } from "./mend.ts";
import type { KnownHost } from "./port.ts";
import type { Read } from "./spans.ts";
import type { Token } from "./tokens.ts";
import type { Trained } from "./train.ts";

/** One skill with what each of the two voices says for it. */
export type Ranked = { readonly skill: SkillOutline; readonly learned: number; readonly lexical: number; readonly score: number; /** Acts its own phrases open with. */ readonly opens: ReadonlySet<string> };
export type Decision =
  | { readonly kind: "skill"; readonly skill: SkillOutline; readonly confidence: number; readonly why: string }
  | { readonly kind: "doubt"; readonly ranked: readonly Ranked[]; readonly why: string }
  | { readonly kind: "outside"; readonly ranked: readonly Ranked[]; readonly say: string };

/** Both voices high enough that one of them may be less sure. */
const SURE = 0.52;
const LIKELY = 0.3;
const LEXICAL_FLOOR = 0.3;
const CHANGE_LEXICAL_FLOOR = 0.45;
const LOOK_SCORE = 0.32;
const LOOK_LEXICAL = 0.32;
const LOOK_MARGIN = 0.03;

/** A skill for few of the hosts in question is less likely meant than one for most of them; one for none hardly ever. */
function fitOf({ os }: SkillOutline, hosts: readonly KnownHost[]): number {
  if (hosts.length === 0) return 1;
  const share = hosts.filter((host) => os.includes(host.os)).length / hosts.length;
  return share === 0 ? 0.15 : 0.8 + 0.2 * share;
}

const NOTHING: ReadonlySet<string> = new Set();

/** `typed` is the sentence as it came; what forbids or asks counts there as well. */
export function decide(typed: string, sentence: string, read: Read, hosts: readonly KnownHost[], trained: Trained): Decision {
  const abstract = abstractOf(read.tokens, read.spans);
  const words = repair(abstract, trained.lexicon.vocabulary);
  const features = featuresOf(words);
  const scores = scoresOf(trained.model, features);
  const lexical = lexicalScores(trained.lexicon, words);
  const none = trained.skills.length;
  const ranked = trained.skills
    .map((skill, at): Ranked => {
      const fit = fitOf(skill, hosts);
      const learned = (scores[at] as number) * fit;
      const near = (lexical[at] as number) * fit;
      return { skill, learned, lexical: near, score: 0.55 * learned + 0.45 * near, opens: trained.opens[at] ?? NOTHING };
    })
    .sort((one, other) => other.score - one.score || (one.skill.skillId < other.skill.skillId ? -1 : 1));
  const known = words.filter((word) => word !== "<oov>" && !/^[<=#]/.test(word)).length;
  const outside = scores[none] as number;
  const word4word = ranked.find(({ lexical: near }) => near > 0.97);
  // Said exactly as taught: then training that leans elsewhere has no say.
  if (word4word !== undefined && (ranked[0]?.lexical ?? 0) < 0.85) ranked.unshift(...ranked.splice(ranked.indexOf(word4word), 1));
  const [best, second] = ranked;
  if (RAW.test(typed)) return { kind: "outside", ranked: looks3(ranked), say: "This holds a command. A sentence is answered by runbooks, and no command in it is run; a terminal on the host is the place for it. What can be looked at:" };
  if (SECRET.test(typed)) return { kind: "outside", ranked: looks3(ranked), say: "Passwords and keys are not read out by any runbook. What can be looked at:" };
  const strange = strangeOrder(read, words, sentence, trained.forms);
  if (strange !== undefined) return { kind: "outside", ranked: common(ranked), say: `There is no runbook to ${strange} anything. What is asked most:` };
  const offers = ranked.slice(0, 3).filter(({ score }) => score > 0.08);
  if (best === undefined || known === 0) return { kind: "outside", ranked: common(ranked), say: "This names nothing that can be done here. What is asked most:" };

  const topLearned = ranked.reduce((most, item) => (item.learned > most.learned ? item : most), best);
  const topLexical = ranked.reduce((most, item) => (item.lexical > most.lexical ? item : most), best);
  const agree = topLearned === topLexical;
  const act = actIn(read, sentence);
  const isNegated = NEGATED.test(sentence) || NEGATED.test(typed);
  const looks = looks3(ranked);
  if (forbidsAct(sentence, read) || (isNegated && act !== undefined && !ASKING.test(typed))) return { kind: "outside", ranked: looks, say: "This says that something should not be done, so nothing is done. What can be looked at instead:" };
  if (best.skill.kind === "change") return decideChange(sentence, read, best, agree, ranked, outside, act, isNegated);
  if (act !== undefined && !saysVerb(best, act)) {
    const changing = ranked.filter(({ skill, score }) => skill.kind === "change" && score > 0.3 && skill.verbs.some((verb) => verb.split(" ")[0] === act.verb)).slice(0, 3);
    if (changing.length > 0 && !isNegated) return { kind: "doubt", ranked: changing, why: `"${act.verb}" asks for a change` };
    return { kind: "outside", ranked: offers, say: `There is no runbook to ${act.verb} this. The nearest things that can be done only look:` };
  }
  if (outside > Math.max(0.5, best.learned * 1.5) && best.lexical < 0.6) return { kind: "outside", ranked: offers, say: "No runbook does this. The nearest things that can be done:" };
  const margin = best.score - (second?.score ?? 0);
  const isSure = (agree && best.score >= SURE * 0.75 && best.lexical >= LEXICAL_FLOOR && margin > 0.06) || (best.score >= SURE && margin > 0.1 && best.lexical >= LEXICAL_FLOOR) || (best.learned > 0.85 && best.lexical > 0.24) || isClear(best, ranked, 0.6, 0.2) || best.lexical > 0.93;
  // A look harms nobody: among looks the likelier one is taken where it stands out at all, and the plan says which it was.
  const isLikeliest = best.score >= LOOK_SCORE && best.lexical >= LOOK_LEXICAL && margin > LOOK_MARGIN && second?.skill.kind !== "change" && outside < 0.35;
  if (isSure || isLikeliest) return { kind: "skill", skill: best.skill, confidence: Math.min(0.99, best.score), why: whyOf(best, agree) };
  if (best.score >= LIKELY && best.lexical >= 0.22) return { kind: "doubt", ranked: offers, why: "more than one runbook could be meant" };
  return { kind: "outside", ranked: offers, say: "No runbook does exactly this. The nearest things that can be done:" };
}

const looks3 = (ranked: readonly Ranked[]): readonly Ranked[] => ranked.filter(({ skill, score }) => skill.kind !== "change" && score > 0.05).slice(0, 3);

/** What to offer where nothing said is near to anything. */
const common = (ranked: readonly Ranked[]): readonly Ranked[] => ["linux-core.health", "linux-core.disk-usage", "linux-core.failed-services"].flatMap((id) => ranked.filter(({ skill }) => skill.skillId === id));

/** "all", "everything" beside what names hosts: changes are for one thing at a time. */
const sweeps = ({ tokens, spans }: Read): boolean => tokens.some(({ lower, start, end }) => ["all", "every", "everything", "everyone", "any"].includes(lower) && !spans.some((span) => start >= span.start && end <= span.end));

const forbidsAct = (sentence: string, { tokens }: Read): boolean => {
  const no = NEGATED.exec(sentence);
  return no !== null && !ASKING.test(sentence) && tokens.some(({ lower, start }) => start > no.index && ACTS.has(lower));
};

/** A change is only understood when both voices agree, one of its verbs was said, and the sentence neither asks nor forbids. */
function decideChange(sentence: string, read: Read, best: Ranked, agree: boolean, ranked: readonly Ranked[], outside: number, act: Act | undefined, isNegated: boolean): Decision {
  const said = best.skill.verbs.some((verb) => new RegExp(`(?<![\\w-])${verb.replace(/[.*+?^$()|[\]{}\\]/g, "\\$&")}(?![\\w-])`, "i").test(sentence));
  const offers = ranked.slice(0, 3).filter(({ score }) => score > 0.08);
  const looks = looks3(ranked);
  const ownNegation = best.skill.verbs.some((verb) => NEGATED.test(verb) || verb.startsWith("not "));
  if (isNegated && !ownNegation) return { kind: "outside", ranked: looks, say: "This says that something should not be done, so nothing is done. What can be looked at instead:" };
  if (ASKING.test(sentence)) {
    const look = looks[0];
    if (look !== undefined && look.lexical >= LEXICAL_FLOOR && look.score >= LIKELY) return { kind: "skill", skill: look.skill, confidence: look.score, why: "asked as a question, so it only looks" };
    return { kind: "doubt", ranked: [...looks.slice(0, 2), best], why: "it is asked as a question, but sounds like a change" };
  }
  if (!said || (act?.isFirst !== true && best.lexical < 0.6)) return best.score >= LIKELY && outside < 0.5 ? { kind: "doubt", ranked: offers, why: "a change must be asked for in so many words" } : { kind: "outside", ranked: offers, say: "No runbook does exactly this. The nearest things that can be done:" };
  if (outside > Math.min(best.learned, 0.4) && best.lexical < 0.8) return { kind: "outside", ranked: offers, say: "No runbook does this. The nearest things that can be done:" };
  if (sweeps(read)) return { kind: "doubt", ranked: offers, why: "\"all\" is more than a runbook changes at once" };
  const isSure = (agree && best.lexical >= CHANGE_LEXICAL_FLOOR && best.learned >= 0.4) || (best.learned >= 0.85 && best.lexical >= CHANGE_LEXICAL_FLOOR) || isClear(best, ranked, 0.7, 0.25);
  if (isSure) return { kind: "skill", skill: best.skill, confidence: Math.min(0.99, best.score), why: whyOf(best, agree) };
  return best.score >= LIKELY ? { kind: "doubt", ranked: offers, why: "a change needs to be understood without doubt" } : { kind: "outside", ranked: offers, say: "No runbook does exactly this. The nearest things that can be done:" };
}

/** The wording speaks for one skill alone, and the training does not object. */
const isClear = (best: Ranked, ranked: readonly Ranked[], lexical: number, learned: number): boolean => best.lexical >= lexical && best.learned >= learned && ranked.every((other) => other === best || best.lexical - other.lexical >= 0.1);

const whyOf = ({ learned, lexical }: Ranked, agree: boolean): string => `${agree ? "wording and training agree" : "near enough in wording and training"} (${Math.round(100 * lexical)} % wording, ${Math.round(100 * learned)} % training)`;

/** `next`: the plain word after the verb, absent when a value stands there. */
type Act = { readonly verb: string; readonly isFirst: boolean; readonly next: string | undefined };

/** The act a sentence opens with, when it is an order rather than a question. */
function actIn({ tokens, spans }: Read, sentence: string): Act | undefined {
  if (ASKING.test(sentence)) return undefined;
  const inSpan = (at: number) => spans.some(({ start, end, kind }) => kind !== "thing" && (tokens[at]?.start ?? 0) >= start && (tokens[at]?.end ?? 0) <= end);
  const first = tokens.findIndex(({ lower }, at) => !POLITE.has(lower) && !inSpan(at));
  const lower = tokens[first]?.lower;
  const nextOf = (at: number): string | undefined => (spans.some(({ start, end }) => (tokens[at + 1]?.start ?? 0) >= start && (tokens[at + 1]?.end ?? 0) <= end) ? undefined : tokens[at + 1]?.lower);
  if (lower !== undefined && ACTS.has(lower)) return { verb: lower, isFirst: true, next: nextOf(first) };
  // "… and then delete it": an order in the second half counts as well.
  const later = tokens.findIndex(({ lower: word }, at) => at > 0 && ["and", "then"].includes(tokens[at - 1]?.lower ?? "") && ACTS.has(word));
  return later < 0 ? undefined : { verb: tokens[later]?.lower ?? "", isFirst: false, next: nextOf(later) };
}

/** A looking skill may be asked for with such a word itself: "run a health check". */
const saysVerb = ({ opens }: Ranked, { verb, next }: Act): boolean => next !== undefined && ((opens.has(verb) && !DETERMINERS.has(next)) || opens.has(`${verb} ${next}`));

const DETERMINERS = new Set("the a an my our your all every this that these those each some another up out off down away".split(" "));

/** "flurble the wombat": an order whose verb nobody taught is nothing that can be done, whatever its object. */
function strangeOrder({ tokens, spans }: Read, words: readonly string[], sentence: string, forms: Forms): string | undefined {
  if (ASKING.test(sentence)) return undefined;
  const at = tokens.findIndex(({ lower }) => !POLITE.has(lower));
  const [first, next] = [tokens[at], tokens[at + 1]];
  const isIn = (token: Token | undefined): boolean => token !== undefined && spans.some(({ start, end }) => token.start >= start && token.end <= end);
  if (first === undefined || next === undefined || isIn(first) || isTaughtForm(forms, first.lower) || !/^[a-z]+$/.test(first.lower)) return undefined;
  const isNameless = words.filter((word) => word === "<oov>").length * 2 >= words.filter((word) => !/^[=#]/.test(word) && !STOP.has(word)).length;
  return DETERMINERS.has(next.lower) || (isIn(next) && tokens.length <= 5) || isNameless ? first.lower : undefined;
}
