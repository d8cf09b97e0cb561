import type { Slot } from "../contract/index.ts";
import { normaliseInput, type SkillInput, type SkillOutline } from "../skills/index.ts";
import { POLITE, isActForm } from "./acts.ts";
import { ENGLISH } from "./english.ts";
import { OWN_SPELLING, type FoundSpan, type Read } from "./spans.ts";
import { meaningOf } from "./thesaurus.ts";
import { FILLER, stemOf } from "./tokens.ts";

export type Filled = { readonly slots: readonly Slot[]; readonly inputs: Readonly<Record<string, string>>; readonly missing: readonly SkillInput[]; /** Values in the sentence that no input took. */ readonly unused: readonly FoundSpan[]; readonly misfit?: { readonly input: SkillInput; readonly value: string; readonly why: string } };

const VALUES: ReadonlySet<FoundSpan["kind"]> = new Set(["path", "size", "duration", "time", "quoted", "number", "address", "setting", "mac"]);
const NAMED_TYPES: ReadonlySet<string> = new Set(["service", "user", "package", "process", "container", "database", "interface", "text", "pattern", "host", "domain"]);

/**
 * Slot values are only ever stretches of the request (or of an earlier one, or an input's default): nothing is made up.
 */
export function fillSlots(skill: SkillOutline, read: Read, taught: ReadonlySet<string>, earlier: readonly Slot[], isPlaceChosen = false): Filled {
  const used = new Set<FoundSpan>();
  const usedWords = new Set<number>();
  const slots: Slot[] = [];
  let misfit: Filled["misfit"];
  const set = (input: SkillInput, value: string, from: Slot["from"]): boolean => {
    const checked = normaliseInput({ type: input.type, choices: input.choices, min: input.min, max: input.max }, value);
    if (!checked.ok) {
      misfit ??= { input, value, why: checked.why };
      return false;
    }
    slots.push({ name: input.name, value: checked.value, from });
    return true;
  };
  const free = () => read.spans.filter((span) => !used.has(span));
  const order = [...skill.inputs].sort((one, other) => rank(one) - rank(other));
  for (const input of order) {
    const span = input.type === "host" ? otherEnd(read, isPlaceChosen) : spanFor(input, free());
    if (span !== undefined && set(input, span.value, "request")) {
      used.add(read.spans.find(({ start }) => start === span.start) ?? span);
      continue;
    }
    const word = wordFor(input, read, taught, usedWords);
    if (word !== undefined && set(input, word.value, "request")) {
      usedWords.add(word.at);
      continue;
    }
    const before = earlier.find(({ name }) => name === input.name);
    if (before !== undefined && input.isRequired) set(input, before.value, "conversation");
  }
  const inputs = Object.fromEntries(slots.map(({ name, value }) => [name, value]));
  const missing = skill.inputs.filter((input) => input.isRequired && inputs[input.name] === undefined);
  const isName = (start: number): boolean => [...usedWords].some((at) => read.tokens[at]?.start === start);
  const unused = read.spans.filter((span) => VALUES.has(span.kind) && !used.has(span) && !isName(span.start));
  const listed = listedBeside(skill, read, taught, usedWords, used);
  return { slots, inputs, missing, unused: listed === undefined ? unused : [...unused, listed], ...(misfit === undefined ? {} : { misfit }) };
}

/** "Install htop and tmux", "stop nginx and cron": a second name in the same breath, which no input took. */
function listedBeside(skill: SkillOutline, { tokens, spans }: Read, taught: ReadonlySet<string>, usedWords: ReadonlySet<number>, used: ReadonlySet<FoundSpan>): FoundSpan | undefined {
  const pack = skill.skillId.split(".")[0] ?? "";
  const thing = spans.find((span) => span.kind === "thing" && !used.has(span) && ![...used].some(({ value }) => value === span.value) && ![...usedWords].some((at) => tokens[at]?.start === span.start) && !span.value.startsWith(pack) && !skill.skillId.split(/[.-]/).some((part) => part.length > 5 && span.value.includes(part)));
  if (thing !== undefined) return thing;
  const isNamed = (at: number): boolean => usedWords.has(at) || [...used].some(({ kind, start }) => kind === "thing" && start === tokens[at]?.start);
  const word = tokens.find(({ lower, start, end }, at) => ["and", "or", "plus"].includes(tokens[at - 1]?.lower ?? "") && isNamed(at - 2) && !usedWords.has(at) && !taught.has(lower) && !taught.has(stemOf(lower)) && !FILLER.has(lower) && !ENGLISH.has(lower) && !spans.some((span) => start >= span.start && end <= span.end));
  return word === undefined ? undefined : { kind: "thing", start: word.start, end: word.end, text: word.text, value: word.text };
}

/** "Older than 14 days", where a whole number of days is asked for. */
const UNIT_SECONDS: Readonly<Record<string, number>> = { minutes: 60, hours: 3600, days: 86_400, weeks: 604_800 };

/** The choosiest inputs take their pick first. */
const rank = ({ type, isRequired }: SkillInput): number => (["path", "size", "duration", "time", "port", "enum"].includes(type) ? 0 : type === "integer" ? 1 : 2) - (isRequired ? 0.5 : 0);

/**
 * The host that is asked about from another one: "can web-01 reach db-01", "is db-01 reachable from web-01". `alone`: where to run it
 * was chosen beside the sentence, so a single name in it is the other end.
 */
export function otherEnd({ tokens, spans }: Read, alone: boolean): FoundSpan | undefined {
  const address = spans.find(({ kind }) => kind === "address");
  if (address !== undefined) return address;
  const ends = spans.filter(({ kind, hosts }) => kind === "unknown-host" || (kind === "host" && hosts?.length === 1));
  if (ends.length < 2) return alone ? ends[0] : undefined;
  const isFrom = ({ start }: FoundSpan): boolean => ["from", "by", "von"].includes(tokens.findLast((token) => token.end <= start && token.lower !== "the" && token.lower !== "host")?.lower ?? "");
  const source = ends.find(isFrom) ?? ends[0];
  return ends.find((end) => end !== source);
}

function spanFor(input: SkillInput, spans: readonly FoundSpan[]): FoundSpan | undefined {
  const of = (kind: FoundSpan["kind"]) => spans.filter((span) => span.kind === kind);
  switch (input.type) {
    case "path":
      return of("path")[0];
    case "size":
      return of("size")[0];
    case "duration":
      return of("duration")[0];
    case "time":
      return of("time")[0];
    case "port":
      return of("number").find(({ hint }) => hint === "port") ?? of("number").find(({ hint }) => hint === undefined);
    case "integer": {
      const numbers = of("number");
      const wanted = { pid: ["pid", "process"], lines: ["lines", "last", "count"], number: ["count"], days: ["days"], line: ["line"], vlan: ["vlan"], slot: ["slot"] }[input.name] ?? [];
      const unit = UNIT_SECONDS[input.name];
      const long = unit === undefined ? undefined : of("duration")[0];
      if (long !== undefined && unit !== undefined && Number.parseInt(long.value, 10) % unit === 0) return { ...long, value: `${Number.parseInt(long.value, 10) / unit}` };
      return numbers.find(({ hint }) => hint !== undefined && wanted.includes(hint)) ?? (input.isRequired ? numbers.find(({ hint }) => hint === undefined || hint === "process") : numbers.find(({ hint }) => hint === "lines" || hint === "count"));
    }
    case "pattern":
      return of("quoted")[0];
    case "text":
      return of(input.name === "mac" ? "mac" : "setting")[0] ?? of("quoted")[0];
    case "service":
      return of("thing").find(({ hint }) => !OWN_SPELLING.has(hint ?? ""));
    case "process":
    case "package":
      return of("thing")[0] ?? of("number").find(({ hint }) => hint === "pid" || hint === "process");
    case "container":
    case "user":
    case "database":
      return of("thing").find(({ hint }) => hint === input.type) ?? of("quoted")[0];
    case "host":
    case "enum":
    case "interface":
    case "domain":
    case "boolean":
      return undefined;
    default:
      return input.type satisfies never;
  }
}

const NO_NAME: ReadonlySet<string> = new Set("running stopped stuck dead failed zombie defunct top many most all which what every each no other system local new old big heavy docker show list check then now again too also instead later soon anyway please there here well".split(" "));
const ADVERBS: ReadonlySet<string> = new Set("then now again too also instead later soon anyway as well already still back once twice".split(" "));
const DOERS: ReadonlySet<string> = new Set("did has was is does by".split(" "));

/** A word no skill has taught is taken for the name of something, best when a word such as "user" stands beside it. */
function wordFor(input: SkillInput, { tokens, spans }: Read, taught: ReadonlySet<string>, used: ReadonlySet<number>): { readonly at: number; readonly value: string } | undefined {
  if (input.choices.length > 0) {
    const at = tokens.findIndex(({ lower }) => input.choices.some((choice) => choice.toLowerCase() === lower));
    return at < 0 ? undefined : { at, value: tokens[at]?.text ?? "" };
  }
  if (!NAMED_TYPES.has(input.type)) return undefined;
  const isTaken = (at: number) => used.has(at) || spans.some(({ start, end, kind }) => (kind !== "thing" || input.type === "host") && (tokens[at]?.start ?? 0) >= start && (tokens[at]?.end ?? 0) <= end);
  const beside = new Set([input.type, `${input.type}s`, input.name, input.name === "database" ? "db" : input.name, ...(input.type === "service" ? ["daemon", "unit"] : []), ...(input.type === "user" ? ["account"] : []), ...(input.type === "container" ? ["docker"] : [])]);
  const asks = new Set(["called", "named"]);
  const isWanted = (at: number) => input.type === "package" && tokens[at + 1]?.lower === "installed";
  // "When did alice log in": the one who did it.
  const isDoer = (at: number) => input.type === "user" && DOERS.has(tokens[at - 1]?.lower ?? "");
  const near = (at: number) => isDoer(at) || isWanted(at) || beside.has(tokens[at - 1]?.lower ?? "") || beside.has(tokens[at + 1]?.lower ?? "") || asks.has(tokens[at - 1]?.lower ?? "");
  // "Stop the worker container": a taught word may be a name, but the verb, a number of them or what kind they are is none.
  const isSaid = (at: number) => isActForm(tokens[at]?.lower ?? "") || NO_NAME.has(tokens[at]?.lower ?? "");
  const candidates = tokens
    .map(({ lower, text }, at) => ({ at, text, lower }))
    .filter(({ at, lower }) => !isTaken(at) && !FILLER.has(lower) && !ADVERBS.has(lower) && !beside.has(lower) && !/^[-"'#@/]/.test(lower) && (near(at) || (!ENGLISH.has(lower) && !POLITE.has(lower) && meaningOf(lower) === undefined)));
  const unknown = candidates.filter(({ lower }) => !taught.has(lower) && !taught.has(stemOf(lower)));
  // What holds digits or signs is a value rather than a word: an address, a setting, a zone.
  const written = input.type === "text" || input.type === "interface" ? candidates.find(({ lower }) => (input.type === "text" ? /[:./_\d]/ : /\d/).test(lower)) : undefined;
  // "In the database orders": a word with a meaning of its own is a name where it is pointed at like this.
  const pointed = input.type !== "database" ? undefined : candidates.find(({ at }) => beside.has(tokens[at - 1]?.lower ?? "") && /^(?:in|of|for|within|the)$/.test(tokens[at - 2]?.lower ?? ""));
  const best = pointed ?? written ?? unknown.find(({ at }) => near(at)) ?? (input.isRequired ? unknown[0] : undefined) ?? (input.isRequired ? candidates.find(({ at }) => beside.has(tokens[at - 1]?.lower ?? "") || (beside.has(tokens[at + 1]?.lower ?? "") && !isSaid(at))) : undefined);
  return best === undefined ? undefined : { at: best.at, value: best.text };
}
