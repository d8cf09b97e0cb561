import type { SkillOutline } from "../skills/index.ts";
import { ACTS, ARTICLES, ASKING, ELSEWHERE, FORBIDS_ALL, IN_CASE, LATER, NEGATED, NOUNS_TOO, OWN_DEEDS, POLITE, RAW, RESTRICTED, SECRET, SUPPOSES, WONDERS, isActForm } from "./acts.ts";
import { STOP, abstractOf, repair } from "./features.ts";
import type { Filled } from "./fill.ts";
import { labelsOf } from "./lexical.ts";
import { isTaughtForm, type Forms } from "./mend.ts";
import { noOrder } from "./mood.ts";
import type { KnownHost } from "./port.ts";
import { rankSkills, type Ranked } from "./rank.ts";
import { withoutLeads } from "./reword.ts";
import { programOfPack, programsIn, type Read } from "./spans.ts";
import { meaningOf } from "./thesaurus.ts";
import { FILLER, stemOf, type Token } from "./tokens.ts";
import type { Trained } from "./train.ts";

export type Decision =
  | { readonly kind: "skill"; readonly skill: SkillOutline; readonly confidence: number; readonly why: string; /** Said as it was taught, to the word. */ readonly isTaught: boolean }
  | { readonly kind: "doubt"; readonly ranked: readonly Ranked[]; readonly why: string; readonly question?: string }
  | { readonly kind: "outside"; readonly ranked: readonly Ranked[]; readonly say: string };

/** Both voices high enough that one of them may be less sure. */
const SURE = 0.52;
const LIKELY = 0.3;
const LEXICAL_FLOOR = 0.3;
const CHANGE_LEXICAL_FLOOR = 0.45;
/** By how much training must prefer a change to the next one. */
const CHANGE_MARGIN = 0.15;
const LOOK_SCORE = 0.32;
const LOOK_LEXICAL = 0.32;
const LOOK_MARGIN = 0.03;

/** `typed` is the sentence as it came; what forbids or asks counts there as well. `isFilled`: the sentence holds every value that runbook needs; `filledFor`: those it takes, and what is left over. */
export function decide(typed: string, sentence: string, read: Read, hosts: readonly KnownHost[], trained: Trained, isFilled: (skill: SkillOutline) => boolean, filledFor: (skill: SkillOutline) => Filled): Decision {
  const words = repair(abstractOf(read.tokens, read.spans), trained.lexicon.vocabulary);
  const { ranked, outside, rival } = rankSkills(words, hosts, trained, isFilled, programsIn(read));
  return withNext(decideAmong(typed, sentence, read, trained, filledFor, words, ranked, outside, rival), ranked);
}

/** What nothing is near to still leaves something to ask: a list is announced only where there is one. */
function withNext(decision: Decision, ranked: readonly Ranked[]): Decision {
  if (decision.kind !== "outside" || decision.ranked.length > 0) return decision;
  const asked = common(ranked);
  return { ...decision, ranked: asked, say: decision.say.replace(/\s[^.]*:$/, asked.length > 0 ? " What is asked most:" : "") };
}

function decideAmong(typed: string, sentence: string, read: Read, trained: Trained, filledFor: (skill: SkillOutline) => Filled, words: readonly string[], ranked: readonly Ranked[], outside: number, rival: Ranked | undefined): Decision {
  const known = words.filter((word) => word !== "<oov>" && !/^[<=#]/.test(word)).length;
  const [best] = ranked;
  if (SUPPOSES.test(typed) && ![...best === undefined ? [] : [best]].some(({ skill, lexical }) => skill.kind !== "change" && lexical > 0.9)) return { kind: "outside", ranked: looks3(ranked), say: "This asks what a change would do. Nothing is changed to find out; what can be looked at:" };
  const never = neverDone(typed, ranked) ?? strangerTo(read, words, sentence, ranked, trained.forms);
  if (never !== undefined) return never;
  if (best === undefined || known === 0) return { kind: "outside", ranked: common(ranked), say: NOTHING_NAMED };
  const offers = ranked.slice(0, 3).filter(({ score }) => score > 0.08);
  const agree = ranked.every(({ learned, lexical }) => learned <= best.learned && lexical <= best.lexical);
  const act = actIn(read, sentence);
  const isNegated = NEGATED.test(sentence) || NEGATED.test(typed);
  if (forbidsAct(sentence, read) || (isNegated && act !== undefined && !ASKING.test(typed))) return { kind: "outside", ranked: looks3(ranked), say: LEFT_ALONE };
  const ill = ((best.skill.kind === "change" && act === undefined && best.score < SURE && !best.skill.verbs.some((verb) => saidIn(sentence, verb))) || WHOLE_HOST.test(best.skill.skillId)) && best.lexical < 0.97 ? complaintOf(typed, read, ranked) : undefined;
  if (ill !== undefined) return { kind: "skill", skill: ill.skill, confidence: Math.max(0.5, ill.score), why: ILL, isTaught: false };
  if (best.skill.kind === "change") return decideChange(typed, sentence, read, best, agree, ranked, outside, act, isNegated, afterwardsOf(best.skill, trained, filledFor(best.skill)));
  if (act !== undefined && !saysVerb(best, act, read)) return decideOrder(act, ranked, offers, isNegated);
  if (outside > Math.max(0.5, best.learned * 1.5) && best.lexical < 0.6 && complaintOf(typed, read, ranked) === undefined) return { kind: "outside", ranked: offers, say: "No runbook does this. The nearest things that can be done:" };
  const margin = best.score - (rival?.score ?? 0);
  const isSure = (agree && best.score >= SURE * 0.75 && best.lexical >= LEXICAL_FLOOR && margin > 0.06) || (best.score >= SURE && margin > 0.1 && best.lexical >= LEXICAL_FLOOR) || (best.learned > 0.85 && best.lexical > 0.24) || isClear(best, ranked, 0.6, 0.2) || isClear(best, ranked, 0.85, 0.05) || best.lexical > 0.93;
  // A look harms nobody: among looks the likelier one is taken where it stands out at all, and the plan says which it was.
  const isLikeliest = best.score >= LOOK_SCORE && best.lexical >= LOOK_LEXICAL && margin > LOOK_MARGIN && rival?.skill.kind !== "change" && outside < 0.35;
  if (isSure || isLikeliest) return { kind: "skill", skill: best.skill, confidence: Math.min(0.99, best.score), why: whyOf(best, agree), isTaught: best.lexical > 0.93 };
  const complaint = complaintOf(typed, read, ranked);
  if (complaint !== undefined) return { kind: "skill", skill: complaint.skill, confidence: Math.max(0.5, complaint.score), why: ILL, isTaught: false };
  if (best.score >= LIKELY && best.lexical >= 0.22) return { kind: "doubt", ranked: offers, why: "more than one runbook could be meant" };
  return { kind: "outside", ranked: offers, say: "No runbook does exactly this. The nearest things that can be done:" };
}

/** What may stand after the order: words that a runbook's own phrases hold, or that it takes for values. */
function afterwardsOf(skill: SkillOutline, { skills, lexicon }: Trained, { slots, unused, missing }: Filled): (token: Token) => boolean {
  // A value that nothing takes is asked about by its name, which says more.
  if (unused.length > 0 && missing.length === 0) return () => true;
  const values = slots.map(({ value }) => value);
  const label = skills.indexOf(skill);
  const verbs = new Set(skill.verbs.flatMap((verb) => verb.split(" ").flatMap((part) => [part, `${part}s`])));
  const isAtBoot = skill.verbs.includes("at boot");
  // "Give", which many orders are taught with, has "count", "list" and "report" for its like: those ask to see something.
  return ({ text, lower }) => values.includes(text) || values.includes(lower) || verbs.has(lower) || (isAtBoot && BOOTS.test(lower)) || (stemOf(lower) !== "show" && [lower, stemOf(lower), meaningOf(lower)].some((word) => word !== undefined && labelsOf(lexicon, word).includes(label)));
}
const BOOTS = /^(?:(?:re)?boot(?:s|ed|ing)?|startup|start(?:s|ed)?|automatically)$/;

const COMPLAINS = /\b(?:refus\w*|unreach\w*|not reachable|hangs?|hung|stuck|dead|down|crash\w*|fail\w*|broken?|wrong|problems?|trouble|no longer|any ?more|(?:is|does|do|are|has|will|can)(?: not|n't)|won't|can't|cannot|stopped|quit|gone|died|dies|freez\w*|frozen|timeouts?|times? out|unavailable|unresponsive|gives? (?:no|nothing)|weird\w*|strange\w*|acting up|misbehav\w*|flaky)\b/i;
/** "Telegraf gives no data any more": nobody taught how that is said, but what it is about is one program, and that it is ill. The diagnosis of that program, or its state. */
function complaintOf(typed: string, read: Read, ranked: readonly Ranked[]): Ranked | undefined {
  const programs = programsIn(read);
  if (new Set(programs).size !== 1 || !COMPLAINS.test(typed) || read.spans.some(({ kind }) => kind === "path" || kind === "quoted")) return undefined;
  const isState = ({ skill }: Ranked): boolean => skill.kind === "look" && skill.inputs.length === 1 && skill.inputs[0]?.type === "service";
  return ranked.find(({ skill }) => skill.kind === "diagnosis" && programOfPack(skill.skillId) === programs[0]) ?? ranked.find(isState);
}

/** What looks at the host as a whole says nothing of one program on it. */
const WHOLE_HOST = /^linux-core\.(?:health|why-slow)$/;
const ILL = "something is said to be wrong with this program, so its state is looked at";

const looks3 = (ranked: readonly Ranked[]): readonly Ranked[] => ranked.filter(({ skill, score }) => skill.kind !== "change" && score > 0.05).slice(0, 3);

/** Where no change was named, the first that is offered changes nothing. */
const looksFirst = (offers: readonly Ranked[]): readonly Ranked[] => [...offers].sort((one, other) => Number(one.skill.kind === "change") - Number(other.skill.kind === "change"));

const LEFT_ALONE = "This says that something should not be done, so nothing is done. What can be looked at instead:";
const NOTHING_NAMED = "This names nothing that can be done here. What is asked most:";

/** What no wording makes a wish of. */
function neverDone(typed: string, ranked: readonly Ranked[]): Decision | undefined {
  if (FORBIDS_ALL.test(typed)) return { kind: "outside", ranked: looks3(ranked), say: LEFT_ALONE };
  if (OWN_DEEDS.test(typed)) return { kind: "outside", ranked: looks3(ranked), say: "What was run from here, by whom and with whose approval, is on record: search it under Audit. What the host itself tells:" };
  if (RAW.test(typed)) return { kind: "outside", ranked: looks3(ranked), say: "This holds a command. A sentence is answered by runbooks, and no command in it is run; a terminal on the host is the place for it. What can be looked at:" };
  const foreign = /\b(?:install\w*|process(?:es)?|package|search|grep|service|daemon)\b|["']/i.test(typed) ? undefined : ELSEWHERE.exec(typed)?.[0];
  if (foreign !== undefined) return { kind: "outside", ranked: looks3(ranked), say: `No runbook knows ${foreign}. The nearest things that can be done:` };
  if (SECRET.test(typed)) return { kind: "outside", ranked: looks3(ranked), say: "Passwords and keys are not read out by any runbook. What can be looked at:" };
  return undefined;
}

function strangerTo(read: Read, words: readonly string[], sentence: string, ranked: readonly Ranked[], forms: Forms): Decision | undefined {
  const strange = strangeOrder(read, words, sentence, forms);
  const near = looks3(ranked).filter(({ lexical }) => lexical >= LEXICAL_FLOOR);
  if (strange !== undefined) return { kind: "outside", ranked: near.length > 0 ? near : common(ranked), say: `There is no runbook to ${strange} anything. ${near.length > 0 ? "The nearest things that can be done only look:" : "What is asked most:"}` };
  return ranked[0] !== undefined && isForeign(words, read, ranked[0]) ? { kind: "outside", ranked: common(ranked), say: NOTHING_NAMED } : undefined;
}

/** An order, where what comes nearest only looks. */
function decideOrder(act: Act, ranked: readonly Ranked[], offers: readonly Ranked[], isNegated: boolean): Decision {
  // What would mend it is not known before the cause is: the diagnosis looks, and proposes.
  const cause = MENDING.has(act.verb) && !isNegated ? ranked.slice(0, 4).find(({ skill, score }) => skill.kind === "diagnosis" && score > 0.2) : undefined;
  if (cause !== undefined) return { kind: "skill", skill: cause.skill, confidence: cause.score, why: "the cause is looked for first; what would mend it is then proposed", isTaught: false };
  const changing = ranked.filter(({ skill, score }) => skill.kind === "change" && score > 0.3 && skill.verbs.some((verb) => verb.split(" ")[0] === act.verb)).slice(0, 3);
  if (changing.length > 0 && !isNegated) return { kind: "doubt", ranked: changing, why: `"${act.verb}" asks for a change` };
  return { kind: "outside", ranked: offers, say: `There is no runbook to ${act.verb} this. The nearest things that can be done only look:` };
}

/** What to offer where nothing said is near to anything. */
const common = (ranked: readonly Ranked[]): readonly Ranked[] => ["linux-core.health", "linux-core.disk-usage", "linux-core.failed-services"].flatMap((id) => ranked.filter(({ skill }) => skill.skillId === id));

/** "all", "everything" beside what names hosts: changes are for one thing at a time. */
const sweeps = ({ tokens, spans }: Read): boolean => tokens.some(({ lower, start, end }) => ["all", "every", "everything", "everyone", "any"].includes(lower) && !spans.some((span) => start >= span.start && end <= span.end));

const forbidsAct = (sentence: string, { tokens }: Read): boolean => {
  const no = NEGATED.exec(sentence);
  return no !== null && !ASKING.test(sentence) && tokens.some(({ lower, start }) => start > no.index && isActForm(lower));
};

const saidIn = (sentence: string, words: string): boolean => new RegExp(`(?<![\\w-])${words.replace(/[.*+?^$()|[\]{}\\]/g, "\\$&")}(?![\\w-])`, "i").test(sentence);

/** "Power on" is what its "power" stands for: "power cycle" and "power off" say something else. */
function hasParticle(sentence: string, verb: string, verbs: readonly string[]): boolean {
  const particles = verb.includes(" ") ? [] : verbs.filter((other) => other.startsWith(`${verb} `)).map((other) => other.slice(verb.length + 1));
  return particles.length === 0 || particles.some((particle) => saidIn(sentence, particle));
}

/** A change is only understood when both voices agree, one of its verbs was said, and the sentence neither asks nor forbids. */
function decideChange(typed: string, sentence: string, read: Read, best: Ranked, agree: boolean, ranked: readonly Ranked[], outside: number, act: Act | undefined, isNegated: boolean, isOwn: (token: Token) => boolean): Decision {
  const said = best.skill.verbs.some((verb) => saidIn(sentence, verb) && (best.lexical > 0.97 || hasParticle(sentence, verb, best.skill.verbs)));
  const offers = ranked.slice(0, 3).filter(({ score }) => score > 0.08);
  const looks = looks3(ranked);
  const ownNegation = best.skill.verbs.some((verb) => NEGATED.test(verb) || verb.startsWith("not "));
  if (isNegated && !ownNegation) return { kind: "outside", ranked: looks, say: LEFT_ALONE };
  if (ASKING.test(sentence) || WONDERS.test(sentence)) {
    const look = looks[0];
    if (look !== undefined && look.lexical >= LEXICAL_FLOOR && look.score >= LIKELY) return { kind: "skill", skill: look.skill, confidence: look.score, why: "asked as a question, so it only looks", isTaught: false };
    return { kind: "doubt", ranked: [...looks.slice(0, 2), best], why: "it is asked as a question, but sounds like a change" };
  }
  if (!said || (act?.isFirst !== true && best.lexical < 0.6)) return best.score >= LIKELY && outside < 0.5 ? { kind: "doubt", ranked: said ? offers : looksFirst(offers), why: "a change must be asked for in so many words" } : { kind: "outside", ranked: offers, say: "No runbook does exactly this. The nearest things that can be done:" };
  if (outside > Math.min(best.learned, 0.4) && (best.lexical < 0.8 || !best.isFilled)) return { kind: "outside", ranked: offers, say: "No runbook does this. The nearest things that can be done:" };
  const rivals = nothingBut(best, read, ranked);
  if (rivals.length > 0) return { kind: "doubt", ranked: [best, ...rivals], why: "what it is that should be changed was not said" };
  if (sweeps(read)) return { kind: "doubt", ranked: offers, why: "\"all\" is more than a runbook changes at once" };
  if (RESTRICTED.test(typed)) return { kind: "doubt", ranked: [best, ...looks.slice(0, 2)], question: "A runbook does the whole of what it is for, and this asks for a part. Is the whole meant?", why: "only a part of it was asked for" };
  // "Call off the reboot that is planned for tonight" names a time, and is for now.
  const ownTime = best.skill.verbs.some((verb) => LATER.test(verb) || (verb === "cancel" && PLANNED.test(typed))) && !IN_SOME_CASE.test(typed);
  if (LATER.test(withoutLeads(best.skill.verbs.includes("at boot") ? typed.replace(AT_BOOT, "") : typed)) && !ownTime) return { kind: "doubt", ranked: [best, ...looks.slice(0, 2)], question: "Nothing is planned from a sentence, for later or for a case: a change that is taken here is done now. Is that meant?", why: "a change was asked for later, or only in some case" };
  const isSure = (agree && best.lexical >= CHANGE_LEXICAL_FLOOR && best.learned >= 0.4) || (best.learned >= 0.85 && best.lexical >= CHANGE_LEXICAL_FLOOR) || isClear(best, ranked, 0.7, 0.25);
  const close = isSure ? closeTo(best, ranked) : [];
  if (close.length > 0) return { kind: "doubt", ranked: [best, ...close], why: "another change is nearly as likely" };
  const none = isSure ? noOrder(typed, sentence, read, best.skill.verbs, isOwn) : undefined;
  if (none !== undefined) return { kind: "doubt", ranked: [best, ...looks.slice(0, 2)], question: "This does not read as an order to do something now. Is it meant as one?", why: none };
  if (isSure) return { kind: "skill", skill: best.skill, confidence: Math.min(0.99, best.score), why: whyOf(best, agree), isTaught: best.lexical > 0.93 };
  return best.score >= LIKELY ? { kind: "doubt", ranked: offers, why: "a change needs to be understood without doubt" } : { kind: "outside", ranked: offers, say: "No runbook does exactly this. The nearest things that can be done:" };
}

/** Other changes that training does not tell from the best by enough to stake a change on: a phrase more or less in a pack would turn it. The same wish on the same program is no other change. */
const closeTo = (best: Ranked, ranked: readonly Ranked[]): readonly Ranked[] =>
  ranked.filter((other) => other !== best && other.skill.kind === "change" && best.learned - other.learned < CHANGE_MARGIN && best.lexical - other.lexical < 0.15 && other.isFilled === best.isFilled && !other.skill.verbs.some((verb) => verb === best.skill.verbs[0])).slice(0, 2);

/** "Clean up db-01": a verb that several runbooks have, and nothing that tells which is meant. */
function nothingBut({ skill }: Ranked, { tokens, spans }: Read, ranked: readonly Ranked[]): readonly Ranked[] {
  const verbs = new Set(skill.verbs.flatMap((verb) => verb.split(" ")));
  const rest = tokens.filter(({ lower, start, end }) => !verbs.has(lower) && !LIGHT.has(lower) && !POLITE.has(lower) && !STOP.has(lower) && !spans.some((span) => span.kind === "host" && start >= span.start && end <= span.end));
  if (rest.length > 0) return [];
  const said = tokens.map(({ lower }) => lower);
  const own = skill.verbs.filter((verb) => verb.split(" ").every((part) => said.includes(part))).sort((one, other) => other.length - one.length)[0] ?? "";
  return ranked.filter((other) => other.skill !== skill && other.skill.kind === "change" && other.score > 0.2 && other.skill.verbs.includes(own)).slice(0, 2);
}

const PLANNED = /\b(?:planned|scheduled|reboots?|shut ?downs?|restarts?)\b/i;
/** When that is, a service is started at boot. */
const AT_BOOT = /\b(?:when(?:ever)?|after|once|each time|every time) (?:the |a |each |every )?(?:\S+ )?(?:is )?(?:(?:re)?boot(?:s|ed)?|starts|comes up|restarts)\b/i;
const IN_SOME_CASE = /\b(?:if|unless|until|in case|as soon as|once|when(?:ever)?)\b/i;
/** "Do a restart": the verb is in the noun. */
const LIGHT = new Set("do make perform give trigger initiate run".split(" "));

/** The wording speaks for one skill alone, and the training does not object. */
const isClear = (best: Ranked, ranked: readonly Ranked[], lexical: number, learned: number): boolean => best.lexical >= lexical && best.learned >= learned && ranked.every((other) => other === best || best.lexical - other.lexical >= 0.1);

const whyOf = ({ learned, lexical }: Ranked, agree: boolean): string => `${agree ? "wording and training agree" : "near enough in wording and training"} (${Math.round(100 * lexical)} % wording, ${Math.round(100 * learned)} % training)`;

/** `next`: the plain word after the verb, absent when a value stands there; `object`: the same, past an article. */
type Act = { readonly verb: string; readonly isFirst: boolean; readonly next: string | undefined; readonly object: string | undefined };

/** "web-02: swap?": such a word with nothing to act on is what is asked about. */
const isNounAlone = (tokens: readonly Token[], at: number, spans: Read["spans"]): boolean => NOUNS_TOO.has(tokens[at]?.lower ?? "") && tokens.every((token, place) => place === at || POLITE.has(token.lower) || spans.some(({ kind, start, end }) => kind === "host" && token.start >= start && token.end <= end)) && tokens[at]?.lower !== "reboot";

/** The act a sentence opens with, when it is an order rather than a question. */
function actIn({ tokens, spans }: Read, sentence: string): Act | undefined {
  if (ASKING.test(sentence)) return undefined;
  const inSpan = (at: number) => spans.some(({ start, end, kind }) => kind !== "thing" && (tokens[at]?.start ?? 0) >= start && (tokens[at]?.end ?? 0) <= end);
  const first = tokens.findIndex(({ lower }, at) => !POLITE.has(lower) && !inSpan(at));
  const lower = tokens[first]?.lower;
  const nextOf = (at: number): string | undefined => (spans.some(({ start, end }) => (tokens[at + 1]?.start ?? 0) >= start && (tokens[at + 1]?.end ?? 0) <= end) ? undefined : tokens[at + 1]?.lower);
  const objectOf = (at: number): string | undefined => nextOf(ARTICLES.has(nextOf(at) ?? "") ? at + 1 : at);
  const isSupply = lower === "power" && (nextOf(first) ?? "").startsWith("suppl");
  if (lower !== undefined && ACTS.has(lower) && !isSupply && !(isNounAlone(tokens, first, spans)) && !((lower === "switch" || lower === "turn") && !/^\W*(?:\S+\W+){0,6}?(?:switch|turn)\b.*\b(?:on|off|over|back|to)\b/i.test(sentence))) return { verb: lower, isFirst: true, next: nextOf(first), object: objectOf(first) };
  // "… and then delete it": an order in the second half counts as well.
  const inCase = IN_CASE.exec(sentence)?.[0].length;
  const isAfterCase = ({ start }: Token): boolean => inCase !== undefined && start >= inCase && sentence.slice(inCase, start).toLowerCase().split(/[^a-z']+/).every((word) => word === "" || POLITE.has(word));
  // "If the load is above 10 reboot it": no comma, and an order all the same.
  const opensCase = /^(?:(?:please|and|but|so|then|ok)[ ,]+)*(?:only if|if|unless|in case|as soon as|once|provided|assuming)\b/i.test(sentence);
  const bare = opensCase ? tokens.findIndex(({ lower }, at) => at > 2 && ACTS.has(lower) && (/^(?:it|them|that|this)$/.test(tokens[at + 1]?.lower ?? "") || inSpan(at + 1) || spans.some(({ start, kind }) => kind === "thing" && start === tokens[at + 1]?.start))) : -1;
  if (bare >= 0) return { verb: tokens[bare]?.lower ?? "", isFirst: false, next: nextOf(bare), object: objectOf(bare) };
  const later = tokens.findIndex((token, at) => at > 0 && ACTS.has(token.lower) && (["and", "then"].includes(tokens[at - 1]?.lower ?? "") || isAfterCase(token)));
  return later < 0 ? undefined : { verb: tokens[later]?.lower ?? "", isFirst: false, next: nextOf(later), object: objectOf(later) };
}

/** A looking skill may be asked for with such a word itself: "run a health check". */
function saysVerb({ opens }: Ranked, { verb, next, object }: Act, read: Read): boolean {
  if (next === undefined || object === undefined || next === "it" || next === "them") return false;
  // "open ports of web-01" looks, "open port 8080 on web-01" is an order.
  if (verb === "open" && read.spans.some(({ kind }) => kind === "number")) return false;
  return NOUNS_TOO.has(verb) ? opens.has(verb) && !DETERMINERS.has(next) : [object, `${object}s`, object.replace(/s$/, "")].some((word) => opens.has(`${verb} ${word}`));
}

const ASKS = new Set("what who which how when where why show be".split(" "));

/** Names nothing anybody taught, and no host: then nearness to a phrase with a name in it says nothing. */
function isForeign(words: readonly string[], { spans }: Read, best: Ranked): boolean {
  const content = words.filter((word) => !/^[=#]/.test(word) && !STOP.has(word) && !FILLER.has(word) && !ASKS.has(word));
  const strange = content.filter((word) => word === "<oov>").length;
  return ((strange >= 2 && strange * 2 >= content.length && best.lexical < 0.6) || (strange > 0 && strange === content.length && best.lexical < 0.9)) && !spans.some(({ kind }) => kind === "host" || kind === "unknown-host");
}

const MENDING = new Set(["fix", "repair", "correct", "bring"]);
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
