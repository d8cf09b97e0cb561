import { ACTS, ARTICLES, NOUNS_TOO, POLITE, isActForm } from "./acts.ts";
import { withoutLeads } from "./reword.ts";
import type { Read } from "./spans.ts";
import { FILLER, type Token } from "./tokens.ts";

// Whether a sentence that names a change gives an order, now. A list of all that makes it none would never end, so what stands
// before the verb is judged the other way round: everything there has to be known to say nothing ("please", a host, a program).

/** Words that say what kind of thing a name is; an order may open with them: "container api restart". */
const KINDS: ReadonlySet<string> = new Set("service services daemon unit container containers package process pid query journal logs server host machine box vm temp temporary files file timezone zone db database web docker now asap urgent urgently task todo request action order".split(" "));

const CLAUSE = /[,;.!?:]|\s[-–—]\s|\s\(/;
/** A verb after the act makes a statement of it: "restart nginx on web-01 was the plan". "That" and "which" only say which one. */
const FINITE: ReadonlySet<string> = new Set("is isn't are aren't was wasn't were weren't has hasn't had did didn't does doesn't would wouldn't could couldn't might will won't should shouldn't may must failed fails worked works happened happens helped helps means meant caused causes broke breaks seems sounds takes took requires required costs".split(" "));
const WHICH: ReadonlySet<string> = new Set(["that", "which", "who", "what", "whatever"]);
const REPORT = String.raw`(?<!\b(?:the|an?|this|that|any|my|our) )(?:sa(?:id|ys?|ying)|t(?:old|ells?|elling)|ask(?:ed|s|ing)?|suggest(?:ed|s|ing|ion)?|recommend(?:ed|s|ing|ation)?|propos(?:ed|es|al|ing)|claim(?:ed|s|ing)?|th(?:inks?|ought|inking)|believ(?:e|es|ed)|wr(?:ote|ites?|itten)|advis(?:ed|es|e)|advice|insist(?:ed|s)?|demand(?:ed|s)?|warn(?:ed|s)?|expect(?:ed|s)?|guess(?:ed|es)?|suspect(?:ed|s)?|heard|reads?|dream(?:t|ed)?|planned|plans?|promis(?:ed|es)|intend(?:ed|s)?|tried|tries|managed|forgot|refused?|according to|manual|docs?|documentation|wiki|article|tutorial|blog|text|sentence|phrase|words?|command|line|example|quot(?:e|ed|es))`;
/** Somebody's words: what follows in the same breath is theirs. */
const REPORTED = new RegExp(String.raw`\b${REPORT}\b(?:\s+(?:me|us|you|him|her|them|that|to|it|everybody|everyone))*\s*[,:"']?\s*(?:please\s+)?([a-z]+)\b`, "gi");
const REPORTED_FAR = new RegExp(String.raw`\b${REPORT}\b[^,;.]*`, "gi");
/** Nothing of it is so, or not now, or not any more, wherever it stands. */
const UNREAL = /\b(?:would(?! (?:you|like|love|appreciate|prefer|be (?:nice|great|good|kind|lovely|grateful|happy|glad))\b)(?!n't mind)|might|suppos(?:e|ed|ing)|imagin(?:e|ed|ing)|hypothe\w+|in theory|theoretically|pretend\w*|what if|how about|wonder(?:ed|ing)?|consider(?:ed|ing)?|thinking (?:of|about)|mistake|a (?:bad|terrible|good|stupid) idea|jok(?:e|es|ing)|kidding|forbidden|not allowed|prohibited|for example|for instance|e\.g|as an example|already|yesterday|last (?:night|week|month|year|time)|(?:an?|\w+) (?:minutes?|hours?|days?|weeks?|months?|years?) ago|in the past|used to|never mind|nevermind|is what|was what|not what|or not|or should|or rather|(?:wants?|wanted|going|about) to(?! be [a-z]+ed\b)|wait for|before (?:i|you|we|they)|only after|once upon|dry[- ]?run|simulat(?:e|ed|ion)|quiz|exam|training|drill|on second thou?ghts?|changed my mind|take (?:it|that) back|just testing)\b/i;
/** Somebody's guess: "maybe restart nginx". */
const HEDGED = /^\W*(?:(?:and|but|so|well|ok|hm+)\W+)*(?:maybe|perhaps|possibly|probably|presumably|i (?:think|guess|believe|suppose|suspect|hear|heard|fear)|it seems|seems|apparently|looks like|to (?!\w+ (?:it|that)\b))\b/i;
/** Somebody does it, or did: "we restart nginx every Monday". */
const TOLD = /^\W*(?:(?:and|but|so|well|ok|then|now)\W+)*(?:i|we|you|they|he|she|people|someone|somebody)\s+(?:(?:always|often|sometimes|usually|just|never|also|then|now|still|only|regularly|normally)\s+)*([a-z]+)\b/i;
const WRAPPED = /["“”„«»‹›‘`][^"“”„«»‹›’`]*["“”„«»‹›’`]|(?<![a-z])'[^']+'(?![a-z])/gi;

const ASKS_YOU = /\b(?:(?:may|can|could|might|must|let me|i|we)(?: i| we)? (?:please |kindly )?(?:ask|beg|tell) you (?:please )?to\b|(?:can|could|would|please) (?:you )?(?:please )?tell (?:me|us)\b)/gi;
const SAID_AFTER = new RegExp(String.raw`[,;:–—-]\s*(?:as |like |so |or so |that is what |which )?(?:(?:\w+ ){0,3})?(?:said|says|wrote|writes|told|asked|suggested|thinks|thought|claims|recommends|recommended)\b`, "i");
/** The sentence goes on after its question mark, or leaves the choice. */
const OPEN_ENDED = /\?\s*(?!(?:please|pls|plz|thanks?|thx|cheers|asap|now|urgent|ty|many thanks)\b)[a-z]|\bor not\b/i;

/** "Soll ich …", "darf ich …" come here as "should i". "May I ask you to restart it" orders. */
const WHETHER = /\b(?:should|shall|may|might|must|can|could) i\b(?! (?:please |kindly )?(?:ask|beg|trouble|bother|get|tell|have)\b)|\b(?:should|shall|may|must) we\b/i;
/** "By 500M" is a difference where a runbook takes what is left, "by Friday" a time where it acts at once. "By hand" and "by itself" fall under what follows the act. */
const BY = /\bby (?:about |around |roughly |at least |at most |up to |another |some |the )?(?:\d|half|an? (?:half|third|quarter|few|couple)|one|two|three|five|ten|mon|tues|wednes|thurs|fri|satur|sun|today|tonight|tomorrow|noon|midnight|morning|evening|lunch|then|next|end of|weekend|eod|cob)/i;

const isAct = (word: string): boolean => ACTS.has(word) || isActForm(word);

/** What keeps the sentence from being an order, in words; `undefined` where it is one. `sentence` is what was typed, reworded. `isOwn`: a word the runbook teaches, or a value it takes. */
export function noOrder(typed: string, sentence: string, read: Read, verbs: readonly string[], isOwn: (token: Token) => boolean): string | undefined {
  const bare = withoutLeads(typed);
  const heads = headsOf(verbs);
  for (const match of typed.matchAll(WRAPPED)) if (match[0].toLowerCase().split(/[^a-z']+/).some((word) => isAct(word)) || verbs.some((verb) => match[0].toLowerCase().includes(verb))) return "the order is quoted";
  if (/^\W*(?:please |just |ok |so )*(?:let (?:me|us|him|her|them)|(?:i|we|you|they|people) (?:always|usually|normally|often|sometimes|regularly))\b/i.test(bare)) return "it tells what somebody does";
  if (WHETHER.test(typed)) return "it asks whether to";
  if (BY.test(typed)) return "by how much, or by when, is nothing a runbook takes";
  if (HEDGED.test(typed) || HEDGED.test(bare)) return "it is supposed";
  if (isReported(typed.replace(ASKS_YOU, ""), heads) || isReported(sentence, heads) || SAID_AFTER.test(typed)) return "it tells what somebody says";
  if (UNREAL.test(bare) || UNREAL.test(sentence) || OPEN_ENDED.test(typed)) return "it is supposed, over, or taken back";
  const told = TOLD.exec(typed)?.[1]?.toLowerCase();
  if (told !== undefined && isAct(told) && !/^(?:let)$/.test(told)) return "it tells what somebody does";
  return standsAlone(sentence, read, verbs, isOwn) ?? (/\?\s*$/.test(typed) && bare === typed.trim() && opensWithVerb(sentence, verbs) && opensWithVerb(typed, verbs) ? "it ends in a question mark" : undefined);
}

const headsOf = (verbs: readonly string[]): ReadonlySet<string> => new Set(verbs.map((verb) => verb.replace(/^(?:do not|don't|not|no|never) /, "").split(" ")[0] ?? "").filter((head) => !PLACES.has(head)));
/** Not verbs at all: "at boot" and the like only say which change it is. */
const PLACES: ReadonlySet<string> = new Set("at on by after automatically every not no".split(" "));
const opensWithVerb = (text: string, verbs: readonly string[]): boolean => verbs.some((verb) => text.toLowerCase().startsWith(verb));

function isReported(text: string, heads: ReadonlySet<string>): boolean {
  const isOrdered = (word: string): boolean => heads.has(word) || isAct(word);
  for (const match of text.matchAll(REPORTED)) if (isOrdered((match[1] ?? "").toLowerCase())) return true;
  for (const match of text.matchAll(REPORTED_FAR)) if (match[0].toLowerCase().split(/[^a-z'-]+/).slice(1).some(isOrdered)) return true;
  return false;
}

/** The verb of the change, with nothing before it that could mean anything, and no other verb after it in its clause. */
function standsAlone(sentence: string, { tokens, spans }: Read, verbs: readonly string[], isOwn: (token: Token) => boolean): string | undefined {
  const heads = headsOf(verbs);
  const ownNo = verbs.some((verb) => /\b(?:not|no|never|don't)\b/.test(verb));
  const inSpan = ({ start, end }: Token): boolean => spans.some((span) => start >= span.start && end <= span.end);
  const own = tokens.findIndex((token) => heads.has(token.lower) && !inSpan(token));
  const at = own >= 0 ? own : tokens.findIndex((token) => ACTS.has(token.lower) && !NOUNS_TOO.has(token.lower) && !inSpan(token));
  if (at < 0) return undefined;
  const isEmpty = (token: Token, place: number): boolean => inSpan(token) || POLITE.has(token.lower) || ARTICLES.has(token.lower) || FILLER.has(token.lower) && !NOT_EMPTY.has(token.lower) || KINDS.has(token.lower) || KINDS.has(tokens[place - 1]?.lower ?? "") || LIGHT.has(token.lower);
  // "The config was changed, please reload nginx": what is stated in a sentence before it is why.
  const from = lastStatement(sentence, tokens, tokens[at]?.start ?? 0);
  const before = tokens.slice(0, at).map((token, place) => ({ token, place })).filter(({ token }) => token.start >= from);
  // "Nginx should restart", "let nginx start at boot": an order to the one who sees to it.
  const ought = before.findIndex(({ token, place }) => OUGHT.has(token.lower) && place > 0 && inSpan(tokens[place - 1] as Token));
  const isCausing = /^(?:let|make|have|get)$/.test(before.find(({ token }) => !POLITE.has(token.lower) || token.lower === "let")?.token.lower ?? "") && !/\b(?:let|make|have|get) (?:me|us|him|her|them|it)\b/i.test(sentence);
  const counted = before.filter(({ token }, nth) => !(ought >= 0 && nth >= ought && OUGHTS.has(token.lower)) && !(isCausing && CAUSING.has(token.lower)));
  if (!counted.every(({ token, place }) => isEmpty(token, place))) return "something else comes before the order";
  const [last, head] = [tokens[at - 1]?.lower ?? "", tokens[at]?.lower ?? ""];
  if (head.endsWith("ing") && !ACTS.has(head) && isActForm(head) && !WANTING.has(last)) return "it may only tell what somebody is doing";
  for (let next = at + 1; next < tokens.length; next += 1) {
    const [token, last] = [tokens[next] as Token, tokens[next - 1] as Token];
    if (CLAUSE.test(sentence.slice(last.end, token.start))) break;
    if (FINITE.has(token.lower) && !inSpan(token) && !ARTICLES.has(last.lower) && !(token.lower === "failed" && STATES.has(tokens[next + 1]?.lower ?? "")) && !(WHICH.has(last.lower) && !inSpan(tokens[next - 2] ?? last))) return "it says something about it";
    if (NOTHING.has(token.lower) && !inSpan(token) && !ownNo) return "it says something about it";
    if (BECAUSE.has(token.lower)) break;
  }
  return endsAlone(sentence, tokens.slice(at), (token) => inSpan(token) || isOwn(token));
}

/** The same of what stands after the verb, up to where a reason begins: "reboot web-01 history" names a thing to look at. */
function endsAlone(sentence: string, tokens: readonly Token[], isOwn: (token: Token) => boolean): string | undefined {
  for (const [at, token] of tokens.entries()) {
    const [last, byWhom] = [tokens[at - 1], tokens[at + 1]];
    if (last === undefined) continue;
    if (CLAUSE.test(sentence.slice(last.end, token.start)) || REASONS.has(token.lower)) return undefined;
    if (isOwn(token) || POLITE.has(token.lower) || ARTICLES.has(token.lower) || (FILLER.has(token.lower) && (token.lower !== "by" || byWhom !== undefined && (isOwn(byWhom) || byWhom.lower === "itself"))) || KINDS.has(token.lower) && !LOOKED_AT.has(token.lower) || HARMLESS.has(token.lower)) continue;
    return "something after the order is not understood";
  }
  return undefined;
}
/** With these a reason begins: "restart nginx on web-01 as it hangs", "which is stuck". */
const REASONS: ReadonlySet<string> = new Set([...WHICH, ..."because since as so cause due it it's its they they're users nobody somebody people we we're".split(" ")]);
/** Kinds of thing that, named after the act, may be all the sentence is about. */
const LOOKED_AT: ReadonlySet<string> = new Set("query journal logs order action request task todo".split(" "));
const HARMLESS: ReadonlySet<string> = new Set("again through behind maintenance itself give get today asap urgent urgently immediately quickly quick fast soon too well back first once more only okay thx ty cheers plz everyone team me him them service's anyway right away already completely properly safely straight there here one same".split(" "));

/** Before these "rebooting web-01" is what is wished for: "web-01 needs rebooting". */
const WANTING: ReadonlySet<string> = new Set("need needs want wants require requires".split(" "));
const OUGHT: ReadonlySet<string> = new Set("should must has needs ought shall".split(" "));
const OUGHTS: ReadonlySet<string> = new Set([...OUGHT, ..."to no not longer always automatically again come up down".split(" ")]);
const CAUSING: ReadonlySet<string> = new Set("let make have get sure not come up back automatically always".split(" "));
/** "The failed state", "failed units": there it is no verb. */
const STATES: ReadonlySet<string> = new Set("state states status flag mark unit units service services job jobs counter".split(" "));
const NOT_EMPTY: ReadonlySet<string> = new Set("is are was were be been do does did will".split(" "));
const LIGHT: ReadonlySet<string> = new Set("do make perform give trigger initiate have get need needs quick first".split(" "));
const NOTHING: ReadonlySet<string> = new Set("unable not let explain never nobody nothing none can can't cannot couldn't".split(" "));
const BECAUSE: ReadonlySet<string> = new Set("because since so".split(" "));

/** Where the clause begins that holds the verb; only clauses that state something are passed over. */
function lastStatement(sentence: string, tokens: readonly Token[], before: number): number {
  let from = 0;
  for (const match of sentence.slice(0, before).matchAll(/[,;.!?](?=\s)/g)) {
    const states = tokens.some(({ lower, start }) => start >= from && start < match.index && (FINITE.has(lower) || SYMPTOM.test(lower)));
    if (states) from = match.index + 1;
  }
  return from;
}
const SYMPTOM = /^(?:hangs?|keeps?|seems?|looks?|shows?|feels?|gets?|(?:[a-z]+(?:ed|ing)))$/;
