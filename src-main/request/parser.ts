import type { Choice, Slot } from "../contract/index.ts";
import type { SkillOutline } from "../skills/index.ts";
import { followUp, leansOnEarlier, lastWithSkill, otherHosts, pointsBack } from "./carry-over.ts";
import { decide, type Decision } from "./decide.ts";
import { fillSlots, otherEnd, type Filled } from "./fill.ts";
import { fromGerman } from "./german.ts";
import { isTaughtForm, mend } from "./mend.ts";
import type { EarlierRequest, KnownHost, ParsedRequest, RequestContext, UnderstoodRequest } from "./port.ts";
import type { Ranked } from "./rank.ts";
import { reword, withoutLabel, withoutLeads, withoutManner } from "./reword.ts";
import { hostsOfKind, knownServices, nearestHosts, readSpans, type FoundSpan, type Read } from "./spans.ts";
import type { Trained } from "./train.ts";
import { answerWishes, isOrder, lookBeside, looksOnly, wishesIn, type Wish } from "./wishes.ts";

const MOST_CHOICES = 8;
type Where = { readonly kind: "hosts"; readonly hosts: readonly KnownHost[]; readonly from: Slot["from"]; readonly leftOut?: readonly KnownHost[] } | { readonly kind: "ask"; readonly question: string; readonly choices: readonly Choice[] };

export function parseRequest(sentence: string, context: RequestContext, trained: Trained): ParsedRequest {
  const text = withoutManner(fromGerman(withoutLabel(sentence.slice(0, 2000))));
  const readIn = (words: string): Read => readSpans(words, { hosts: context.hosts, now: context.now, utcOffsetMinutes: context.utcOffsetMinutes ?? 0, isTaught: (lower) => isTaughtForm(trained.forms, lower) });
  const read = readIn(text);
  const before = lastWithSkill(context.earlier);
  const answered = answerTo(text, context, read, trained);
  if (answered) return answered;
  const followed = before === undefined ? undefined : followUp(text, before);
  const next = followed === undefined ? undefined : trained.skills.find(({ skillId }) => skillId === followed.skillId);
  if (before !== undefined && followed !== undefined && next !== undefined) return complete(text, context, read, next, followed.slots ?? before.slots.filter(({ name }) => name === "service" || name === "path"), before, { confidence: 0.9, why: followed.why }, trained);
  if (before?.skillId !== undefined && leansOnEarlier(read)) {
    const skill = trained.skills.find(({ skillId }) => skillId === before.skillId);
    if (skill) return complete(text, context, read, skill, before.slots, before, { confidence: 0.9, why: "the same as before, elsewhere" }, trained);
  }
  if (context.earlier.length === 0 && /\bsame\b/i.test(text) && leansOnEarlier(read)) return { kind: "out-of-scope", say: "Nothing was asked before that this could lean on. Say what to look at, and on which host.", nearest: [] };
  const beside = lookBeside(text, read);
  const only = beside === undefined ? undefined : parseRequest(beside, { ...context, chosenHosts: context.chosenHosts.length > 0 ? context.chosenHosts : hostsIn(read) }, trained);
  if (only?.kind === "skill" && looksOnly(only)) return only;
  const plain = reword(text);
  const verdict = judge(text, plain, context, read, readIn, trained);
  if (verdict.kind !== "skill" || !verdict.isTaught) {
    const said = withoutLeads(text);
    const nearest = verdict.kind === "skill" ? verdict.skill : verdict.kind === "doubt" ? verdict.ranked[0]?.skill : undefined;
    const parts = wishesIn(plain).length < 2 ? [] : wishesIn(said);
    const many = severalWishes(parts, context, readIn, trained) ?? (nearest === undefined ? undefined : bothLooks(said, nearest, context, readIn, trained));
    if (many !== undefined) return many;
  }
  const named = withNameBefore(text, read, context, trained);
  if (named !== undefined && (verdict.kind !== "skill" || (verdict.skill.kind !== "change" && named.confidence > verdict.confidence - 0.05))) return named;
  switch (verdict.kind) {
    case "skill":
      return complete(text, context, read, verdict.skill, [], before, verdict, trained);
    case "doubt":
      return { kind: "ask", question: verdict.question ?? "Which of these do you mean?", slot: "skill", choices: verdict.ranked.map((ranked, at) => skillChoice(ranked, at, text, context, read, trained)), isFree: true, why: verdict.why };
    case "outside":
      return { kind: "out-of-scope", say: verdict.say, nearest: verdict.ranked.map((ranked, at) => skillChoice(ranked, at, text, context, read, trained)) };
    default:
      return verdict satisfies never;
  }
}

type Reader = (words: string) => Read;

function judge(text: string, plain: string, context: RequestContext, read: Read, readIn: Reader, trained: Trained): Decision {
  const named = read.spans.filter(({ kind }) => kind === "host").flatMap(({ hosts }) => hosts ?? []);
  const chosen = context.hosts.filter(({ id }) => named.includes(id) || context.chosenHosts.includes(id));
  // A host nobody knows is a server until told otherwise.
  const servers = read.spans.some(({ kind }) => kind === "unknown-host") ? context.hosts.filter(({ os }) => os === "linux") : [];
  // Where no host is named, those of the turn before are meant, or at least their kind.
  const before = lastWithSkill(context.earlier)?.hosts ?? [];
  const carried = named.length > 0 || context.chosenHosts.length > 0 ? [] : context.hosts.filter(({ id }) => before.includes(id));
  const kindred = named.length > 0 || context.chosenHosts.length > 0 ? [] : hostsOfKind(text, context.hosts);
  const likely = chosen.length > 0 ? chosen : kindred.length > 0 ? kindred : servers.length > 0 ? servers : carried.length > 0 ? carried : context.hosts;
  const plainRead = plain === text ? read : readIn(plain);
  const repaired = mend(plain, plainRead.tokens, plainRead.spans, trained.forms);
  const mended = repaired === plain ? plain : reword(repaired);
  const filledFor = (skill: SkillOutline): Filled => fillSlots(skill, read, trained.lexicon.vocabulary, [], context.chosenHosts.length > 0);
  const isFilled = (skill: SkillOutline): boolean => !skill.inputs.some(({ isRequired }) => isRequired) || filledFor(skill).missing.length === 0;
  return decide(text, mended, mended === plain ? plainRead : readIn(mended), likely, trained, isFilled, filledFor);
}

/** "Is it enabled at boot as well?": read once more with the one thing the turn before was about; only a look is understood that way. */
function withNameBefore(text: string, { spans }: Read, context: RequestContext, trained: Trained): UnderstoodRequest | undefined {
  const before = lastWithSkill(context.earlier);
  const name = before?.slots.find(({ name: input }) => input === "service" || input === "container" || input === "package");
  if (before === undefined || name === undefined || !/\b(?:it|its|that one|this one)\b/i.test(text) || spans.some(({ kind }) => kind === "thing" || kind === "host")) return undefined;
  const parsed = parseRequest(text.replace(/\bits (\w+)\b/i, `the $1 of ${name.value}`).replace(/\b(?:it|that one|this one)\b/i, name.name === "container" ? `container ${name.value}` : name.value), { ...context, earlier: [{ text: before.text, hosts: before.hosts, slots: [], ...(before.skillId !== undefined && { skillId: before.skillId }) }] }, trained);
  return parsed.kind === "skill" && looksOnly(parsed) ? parsed : undefined;
}

const MOST_WISHES = 4;

/** Each wish of the sentence by itself; a wish that names no host is about the hosts of the one before it, or after. */
function severalWishes(parts: readonly string[], context: RequestContext, readIn: Reader, trained: Trained): ParsedRequest | undefined {
  if (parts.length < 2 || parts.length > MOST_WISHES) return undefined;
  const hostsOf = parts.map((part) => hostsIn(readIn(part)));
  const wishes: Wish[] = [];
  let earlier = context.earlier;
  for (const [at, said] of parts.entries()) {
    const part = withAntecedent(said, parts.slice(0, at).join(" "), readIn);
    const own = hostsOf[at] ?? [];
    const near = [...hostsOf.slice(0, at).reverse(), ...hostsOf.slice(at + 1)].find((hosts) => hosts.length > 0) ?? [];
    const parsed = parseRequest(part, { ...context, earlier, chosenHosts: context.chosenHosts.length > 0 ? context.chosenHosts : own.length > 0 ? [] : near }, trained);
    wishes.push({ text: part, parsed });
    if (parsed.kind === "skill") earlier = [...earlier, { text: part, skillId: parsed.skillId, hosts: parsed.hosts, slots: parsed.slots }];
  }
  const skillOf = (skillId: string) => trained.skills.find((skill) => skill.skillId === skillId);
  return answerWishes(wishes, (skillId) => skillOf(skillId)?.title ?? skillId, (parsed) => explicitly(parsed.skillId, context.hosts.filter(({ id }) => parsed.hosts.includes(id)), parsed.inputs));
}

/** "Check the config of nginx and reload it": what was named before stands for "it", where it was one thing. */
function withAntecedent(part: string, before: string, readIn: Reader): string {
  const pronoun = isOrder(part) ? /\bit\b/i : /\bits?\b/i;
  if (!pronoun.test(part) || readIn(part).spans.some(({ kind }) => kind === "thing")) return part;
  const [thing, ...more] = readIn(before).spans.filter(({ kind }) => kind === "thing");
  return thing === undefined || more.length > 0 ? part : part.replace(pronoun, thing.text);
}

const hostsIn = ({ spans }: Read): readonly string[] => spans.filter(({ kind }) => kind === "host").flatMap(({ hosts }) => hosts ?? []);
const SURE_HALF = 0.6;

/** "Memory and load of db-01": two looks under one verb. Taken apart only where each half is clear by itself. */
function bothLooks(text: string, whole: SkillOutline, context: RequestContext, readIn: Reader, trained: Trained): ParsedRequest | undefined {
  const halves = text.split(/,?\s+(?:and|as well as|plus|&)\s+|,\s+/i);
  if (halves.length < 2 || whole.kind === "change") return undefined;
  const both = severalWishes(halves, context, readIn, trained);
  if (both?.kind !== "skill" || both.next === undefined) return undefined;
  const found = [both, ...both.next];
  return new Set(found.map(({ skillId }) => skillId)).size === found.length && found.every(({ confidence }) => confidence >= SURE_HALF) ? both : undefined;
}

/** A short answer to what was asked back: a host, or the value of an input. */
function answerTo(text: string, context: RequestContext, read: Read, trained: Trained): ParsedRequest | undefined {
  const asked = context.earlier.at(-1);
  if (asked?.question === undefined || asked.skillId === undefined || read.tokens.length > 6) return undefined;
  const skill = trained.skills.find(({ skillId }) => skillId === asked.skillId);
  if (skill === undefined) return undefined;
  if (asked.question.slot === "host") {
    const hasHost = read.spans.some(({ kind }) => kind === "host");
    return hasHost && read.tokens.length - read.spans.length <= 2 ? complete(text, context, { tokens: [], spans: read.spans.filter(({ kind }) => kind === "host") }, skill, asked.slots, asked, { confidence: 0.9, why: "the answer to the question which host" }, trained) : undefined;
  }
  const input = skill.inputs.find(({ name }) => name === asked.question?.slot);
  if (input === undefined) return undefined;
  const value = read.spans.find(({ kind }) => kind !== "host")?.value ?? (read.tokens.length <= 2 ? read.tokens.at(-1)?.text : undefined);
  if (value === undefined) return undefined;
  const slots: Slot[] = [...asked.slots.filter(({ name }) => name !== input.name), { name: input.name, value, from: "choice" }];
  return complete(text, context, { tokens: [], spans: read.spans.filter(({ kind }) => kind === "host") }, skill, slots, asked, { confidence: 0.9, why: `the answer to the question for ${input.title.toLowerCase()}` }, trained);
}

type Understood = { readonly skillId: string; readonly slots: readonly Slot[]; readonly hosts: readonly string[] };
type Grounds = { readonly confidence: number; readonly why: string };

function complete(text: string, context: RequestContext, read: Read, skill: SkillOutline, carried: readonly Slot[], before: EarlierRequest | undefined, { confidence, why }: Grounds, trained: Trained): ParsedRequest {
  const filled = fillSlots({ ...skill, inputs: skill.inputs.map((input) => (carried.some(({ name }) => name === input.name) ? { ...input, isRequired: true } : input)) }, read, trained.lexicon.vocabulary, carried.length > 0 ? carried : pointsBack(text) ? before?.slots ?? [] : [], context.chosenHosts.length > 0);
  const missing = filled.missing.filter(({ name }) => skill.inputs.some((input) => input.name === name && input.isRequired));
  const where = chooseHosts(text, context, read, skill, before);
  const hosts = where.kind === "hosts" ? where.hosts.map(({ id }) => id) : [];
  const understood = { skillId: skill.skillId, slots: filled.slots, hosts };
  if (where.kind === "ask") return { kind: "ask", question: where.question, slot: "host", choices: where.choices, isFree: true, understood, why };
  const input = missing[0];
  const extra = skill.kind === "change" ? filled.unused.find(({ kind }) => kind !== "time" || skill.effect === "destructive") : undefined;
  if (extra !== undefined && input === undefined) return askAboutExtra(skill, extra, filled, where.hosts, understood, why);
  if (input !== undefined) return askForInput(skill, input, filled, where.hosts, understood, why);
  return { kind: "skill", skillId: skill.skillId, slots: filled.slots, inputs: filled.inputs, hosts, ...(where.leftOut !== undefined && where.leftOut.length > 0 && { leftOut: where.leftOut.map(({ id }) => id) }), effect: skill.effect, confidence, why };
}

function askForInput(skill: SkillOutline, input: SkillOutline["inputs"][number], filled: Filled, hosts: readonly KnownHost[], understood: Understood, why: string): ParsedRequest {
  const values = input.choices.length > 0 ? input.choices : input.type === "service" ? knownServices().slice(0, 4) : [];
  const misfit = filled.misfit?.input.name === input.name ? `${filled.misfit.why}. ` : "";
  const choices = values.slice(0, MOST_CHOICES).map((value, at): Choice => ({ id: `${at + 1}`, label: value, detail: input.title, ask: explicitly(skill.skillId, hosts, { ...filled.inputs, [input.name]: value }) }));
  return { kind: "ask", question: `${misfit}${skill.title}: which ${input.title.toLowerCase()}?`, slot: input.name, choices, isFree: true, understood, why };
}

/** A change that would be made without regard to something the sentence says is not the one that was ordered. */
function askAboutExtra(skill: SkillOutline, extra: FoundSpan, filled: Filled, hosts: readonly KnownHost[], understood: Understood, why: string): ParsedRequest {
  const inputs = Object.entries(filled.inputs).map(([name, value]) => `${skill.inputs.find((input) => input.name === name)?.title.toLowerCase() ?? name} ${value}`);
  return { kind: "ask", question: `"${skill.title}" has no use for "${extra.text.slice(0, 80)}". Is it meant without that?`, slot: "skill", choices: [{ id: "1", label: skill.title, detail: [`changes the host (${skill.effect})`, ...inputs].join(" · ").slice(0, 400), ask: explicitly(skill.skillId, hosts, filled.inputs) }], isFree: true, understood, why };
}

const explicitly = (skillId: string, hosts: readonly KnownHost[], inputs: Readonly<Record<string, string>>): string =>
  [`#${skillId}`, ...hosts.slice(0, 20).map(({ name }) => `@${name}`), ...Object.entries(inputs).map(([name, value]) => (/^\S+$/.test(value) ? `${name}=${value}` : `${name}="${value.replaceAll('"', "")}"`))].join(" ");

function skillChoice({ skill }: Ranked, at: number, text: string, context: RequestContext, read: Read, trained: Trained): Choice {
  const filled = fillSlots(skill, read, trained.lexicon.vocabulary, [], context.chosenHosts.length > 0);
  const where = chooseHosts(text, context, read, skill, lastWithSkill(context.earlier));
  const isReady = filled.missing.length === 0;
  return { id: `${at + 1}`, label: skill.title, detail: skill.kind === "change" ? `changes the host (${skill.effect})` : "looks, changes nothing", ask: isReady ? explicitly(skill.skillId, where.kind === "hosts" ? where.hosts : [], filled.inputs) : (skill.example).replace(/<host>/g, "").replace(/<[^>]+>/g, "…") };
}

const EITHER = /\b(?:or|either|whichever|one of)\b/i;

/** The sentence, the chips, the conversation, the only one that fits; else a question. Never a guess among several. */
function chooseHosts(text: string, context: RequestContext, whole: Read, skill: SkillOutline, before: EarlierRequest | undefined): Where {
  // The other end of "can web-01 reach db-01" is a value, not a place to run anything.
  const other = skill.inputs.some(({ type }) => type === "host") ? otherEnd(whole, context.chosenHosts.length > 0) : undefined;
  const read: Read = other === undefined ? whole : { ...whole, spans: whole.spans.filter((span) => span !== other) };
  const fits = (host: KnownHost) => skill.os.includes(host.os) && skill.tags.every((tag) => host.tags.includes(tag));
  const ids = context.chosenHosts.length > 0 ? context.chosenHosts : read.spans.filter(({ kind }) => kind === "host").flatMap(({ hosts }) => hosts ?? []);
  const named = context.hosts.filter(({ id, name }) => ids.includes(id) || ids.includes(name));
  const unknown = context.chosenHosts.length > 0 ? undefined : read.spans.find(({ kind }) => kind === "unknown-host");
  if (unknown !== undefined) return { kind: "ask", question: `There is no host "${unknown.value}" in the inventory. Which one is meant?`, choices: hostChoices(nearestHosts(unknown.value, context.hosts.filter(fits)), replaced(text, unknown.start, unknown.end)) };
  if (named.length > 0) {
    const fitting = named.filter(fits);
    // Looking at fewer hosts than were named is harmless, changing fewer than were meant is not what was asked.
    if (fitting.length > 0 && skill.kind === "change" && fitting.length < named.length) return { kind: "ask", question: `"${skill.title}" is only for ${skill.os.join(" or ")} hosts, and not all of those named are. On which one?`, choices: hostChoices(fitting, strip(text, read)) };
    const isEither = fitting.length > 1 && skill.kind === "change" && context.chosenHosts.length === 0 && EITHER.test(text);
    if (isEither) return { kind: "ask", question: "One of these hosts, not all of them. On which one?", choices: hostChoices(fitting, strip(text, read)) };
    if (fitting.length > 0) return { kind: "hosts", hosts: fitting, from: "request", leftOut: named.filter((host) => !fitting.includes(host)) };
    return { kind: "ask", question: `"${skill.title}" is not for ${named.map(({ name }) => name).slice(0, 3).join(", ")} (${named[0]?.os ?? ""}). On which host?`, choices: hostChoices(context.hosts.filter(fits), strip(text, read)) };
  }
  const others = otherHosts(text, before, context.hosts)?.filter(fits);
  if (others !== undefined && others.length > 0) {
    const isPlural = /\b(others|other ones|other hosts|other servers|the rest)\b/i.test(text);
    if (others.length === 1 || isPlural) return { kind: "hosts", hosts: others, from: "conversation" };
    return { kind: "ask", question: "Which other host do you mean?", choices: hostChoices(others, text.replace(/\b(the )?other( one| host| server| machine| box)?\b/i, "").trim() || skill.title) };
  }
  const carried = context.hosts.filter((host) => before?.hosts.includes(host.id) === true && fits(host));
  if (carried.length > 0) return { kind: "hosts", hosts: carried, from: "conversation" };
  const fitting = context.hosts.filter(fits);
  if (fitting.length === 1) return { kind: "hosts", hosts: fitting, from: "inventory" };
  const pack = skill.skillId.split(".")[0] ?? "";
  const words = [pack, pack === "nginx" ? "web" : pack === "postgres" ? "db" : pack];
  const meant = fitting.filter((host) => [...host.groups, ...host.tags, host.name.replace(/[-_]?\d.*$/, "")].some((word) => words.includes(word.toLowerCase())));
  if (meant.length === 1) return { kind: "hosts", hosts: meant, from: "inventory" };
  if (skill.fleet && fitting.length > 0 && skill.kind !== "change" && /\b(any|which|all|every|anywhere|everywhere|fleet|servers|hosts|machines|we|our|my|overall|everything|round)\b/i.test(text)) return { kind: "hosts", hosts: fitting, from: "inventory", leftOut: context.hosts.filter((host) => !fitting.includes(host)) };
  if (fitting.length === 0) return { kind: "ask", question: `There is no host for "${skill.title}" in the inventory (it is made for ${skill.os.join(" or ")}). On which host?`, choices: [] };
  return { kind: "ask", question: `${skill.title}: on which host?`, choices: hostChoices(meant.length > 0 ? meant : fitting, text) };
}

const replaced = (text: string, start: number, end: number): string => `${text.slice(0, start)}${text.slice(end)}`.replace(/\s+(on|of|for|at|is)?\s*$/i, " ").replace(/\s+/g, " ").trim();
const strip = (text: string, read: Read): string => read.spans.filter(({ kind }) => kind === "host").reduceRight((rest, { start, end }) => replaced(rest, start, end), text);
const hostChoices = (hosts: readonly KnownHost[], sentence: string): readonly Choice[] =>
  hosts.slice(0, MOST_CHOICES).map(({ name, environment, groups }, at) => ({ id: `${at + 1}`, label: name, detail: [environment, ...groups].join(" · ").slice(0, 400), ask: `${sentence} @${name}`.slice(0, 2000) }));
