import type { Effect } from "../contract/terms.ts";
import { ANYTHING, type Value } from "./words.ts";

// The language in which command families write down what a command may be given. One entry per command, as data:
//
//   options   `-abc` flags without a value · `-n:num` a value, attached or next · `-C?text` a value only when attached · `-P>text` only next · `--arg&text` two words, a name and a value · `-NUM` a bare number, `-NUMf` also with "f" behind it
//             `!-c` at least one of the options so marked must be there · `!!-r` this one must · `*` any word is an operand, dashes or not · `+` options end at the first operand
//             `^` in front of the verbs only options with a value of their own, `^^` only those with "=" · verbs are the bracketed operands at the beginning, one at least
//             `~` words with one dash are read whole, never as letters · `--all` a flag · `--lines=num` a value, after "=" or next · `--color?text` a value only after "=" · `~name` / `~name:text` words with one dash
//   operands  kinds in order, each once, or with `?` `*` `+`; `[show|list]` one of these words · `show` that word
//
// Only what is listed matches: an unknown flag, an abbreviated long option or an operand too many proves nothing.

export type Kind = string;
/** [options, operands] with what it does when that is more than reading. */
export type ShapeData = readonly [options: string, operands: string, effect?: Effect, rule?: string, why?: string];
/** Options that turn a harmless command into something else: they match, and they say what they do. */
export type TrapData = readonly [options: string, rule: string, effect: Effect, why: string];

export type CommandData = {
  /** Names that share this grammar, blank separated. */
  readonly names: string;
  /** What it does in a few words, as the explanation shows it: "lists files". */
  readonly says: string;
  readonly shapes?: readonly ShapeData[];
  readonly traps?: readonly TrapData[];
  /** What it may do at worst, for arguments no shape matches. */
  readonly ceiling?: Effect;
  /** It prints what matches a pattern: looking for passwords in files found by their names alone is reading secrets. */
  readonly searches?: true;
  /**
   * No option of this command writes, connects, runs anything or prints another file, so even a word that may turn into an option is harmless.
   * "names": some option does read a file that it names (`du --files0-from=…`), so of open words only names of files are taken, and what surely begins with no dash.
   */
  readonly opaque?: true | "names";
};

/** A program of which only the shapes listed are known to read; whatever else it is given is unknown. */
export const reads = (names: string, says: string, ...shapes: readonly ShapeData[]): CommandData => ({ names, says, shapes, ceiling: "unknown" });

export type Family = {
  readonly name: string;
  readonly commands: readonly CommandData[];
  /** Own cases: proved, and not proved (each with the reason). */
  readonly inside: readonly string[];
  readonly aside: readonly (readonly [command: string, why: string])[];
};

export type Trap = { readonly rule: string; readonly effect: Effect; readonly why: string };
type Option = { readonly takes: "nothing" | "value" | "attached" | "next" | "pair"; readonly kind: Kind; readonly trap: Trap | undefined };
type Slot = { readonly kind: Kind; readonly least: 0 | 1; readonly most: 1 | typeof Infinity };
export type Shape = {
  readonly options: ReadonlyMap<string, Option>;
  readonly bareNumber: RegExp | undefined;
  readonly takesAnything: boolean;
  readonly endsAtOperand: boolean;
  readonly readsWhole: boolean;
  /** What may stand in front of the verbs, and how many there are. */
  readonly ahead: "anything" | "values" | "equals";
  readonly verbs: number;
  readonly needsOneOf: ReadonlySet<Option>;
  readonly needsAll: ReadonlySet<Option>;
  readonly slots: readonly Slot[];
  readonly effect: Effect;
  readonly trap: Trap | undefined;
  readonly isOpaque: boolean;
  readonly isWary: boolean;
};

/** A kind decides on one value: fits, does not, or would read a secret. */
export type KindVerdict = "fits" | "secret" | "no";
export type KindChecks = (kind: Kind, value: Value) => KindVerdict;

export type Match =
  | { readonly matched: false; readonly why: string }
  | { readonly matched: true; readonly effect: Effect; readonly traps: readonly Trap[]; readonly secret: string | undefined };

const REPEATS: Readonly<Record<string, Pick<Slot, "least" | "most">>> = {
  "?": { least: 0, most: 1 },
  "*": { least: 0, most: Infinity },
  "+": { least: 1, most: Infinity },
};

const tokensOf = (text: string): readonly string[] => text.split(/\s+/).filter((token) => token !== "");

type Needed = Pick<Shape, "needsOneOf" | "needsAll">;

function addOptions(into: Map<string, Option>, text: string, trap: Trap | undefined): Needed {
  const needsOneOf = new Set<Option>();
  const needsAll = new Set<Option>();
  for (const marked of tokensOf(text)) {
    if (marked.startsWith("-NUM")) continue;
    const token = marked.replace(/^!+/, "");
    const [, spelled = "", mark, kind = "text"] = /^([^:?=>&]+)(?:([:?=>&])(.*))?$/.exec(token) as RegExpExecArray;
    const takes = mark === undefined ? "nothing" : mark === "?" ? "attached" : mark === ">" ? "next" : mark === "&" ? "pair" : "value";
    const option: Option = { takes, kind: kind === "" ? "text" : kind, trap };
    if (marked !== token) (marked.startsWith("!!") ? needsAll : needsOneOf).add(option);
    const names = spelled.startsWith("--") ? [spelled] : spelled.startsWith("~") ? [`-${spelled.slice(1)}`] : [...spelled.slice(1)].map((letter) => `-${letter}`);
    for (const name of names) {
      if (trap === undefined && into.get(name)?.trap !== undefined && marked === token) throw new Error(`a shape lists the trapped option "${name}"`);
      into.set(name, option);
    }
  }
  return { needsOneOf, needsAll };
}

const slotOf = (token: string): Slot => {
  const repeat = REPEATS[token.at(-1) as string];
  return repeat === undefined ? { kind: token, least: 1, most: 1 } : { kind: token.slice(0, -1), ...repeat };
};

export function compileShape([options, operands, effect = "read", rule, why]: ShapeData, data: CommandData): Shape {
  const map = new Map<string, Option>();
  for (const [spelled, trapRule, trapEffect, trapWhy] of data.traps ?? []) addOptions(map, spelled, { rule: trapRule, effect: trapEffect, why: trapWhy });
  const needed = addOptions(map, options, undefined);
  const special = new Set(tokensOf(options));
  const slots = tokensOf(operands).map(slotOf);
  const open = slots.findIndex(({ kind }) => !kind.startsWith("["));
  return {
    options: map,
    bareNumber: special.has("-NUM") ? /^-\d+$/ : special.has("-NUMf") ? /^-\d+f?$/ : undefined,
    takesAnything: special.has("*"),
    endsAtOperand: special.has("+"),
    readsWhole: special.has("~"),
    ahead: special.has("^^") ? "equals" : special.has("^") ? "values" : "anything",
    verbs: Math.max(1, open < 0 ? slots.length : open),
    ...needed,
    slots,
    effect,
    trap: rule === undefined || why === undefined ? undefined : { rule, effect, why },
    isOpaque: data.opaque !== undefined,
    isWary: data.opaque === "names",
  };
}

/** Matches arguments against a shape. Never guesses: a word whose value is open may only stand where no value could hurt. */
export function matchShape(shape: Shape, args: readonly Value[], check: KindChecks): Match {
  const traps: Trap[] = shape.trap === undefined ? [] : [shape.trap];
  const operands: Value[] = [];
  let secret: string | undefined;
  const no = (why: string): Match => ({ matched: false, why });
  const accept = (kind: Kind, value: Value): boolean => {
    const verdict = check(kind, value);
    if (verdict === "secret") secret = value.source;
    return verdict !== "no";
  };
  let optionsEnded = shape.takesAnything;
  let isDashed = false;
  const used = new Set<Option>();
  for (let at = 0; at < args.length; at += 1) {
    const value = args[at] as Value;
    if (optionsEnded || isSurelyOperand(value)) {
      // Not every program knows that "--" ends its options.
      if (isDashed && !shape.isOpaque && !isSurelyOperand(value)) return no(`"${value.source}" may still be read as an option`);
      operands.push(value);
      optionsEnded ||= shape.endsAtOperand;
      continue;
    }
    if (value.known === undefined) {
      if (!shape.isOpaque || (shape.isWary && !isHardlyOption(value))) return no(`"${value.source}" may turn into an option`);
      operands.push(value);
      continue;
    }
    if (value.known === "--") {
      // Programs that read their words themselves may take it for an operand once they have met one.
      if (!shape.isOpaque && operands.length > 0) return no('"--" stands behind an operand');
      optionsEnded = true;
      isDashed = true;
      continue;
    }
    const step = readOption(shape, value.known, args.slice(at + 1, at + 3), { accept, traps, used });
    if (step === undefined) return no(`option "${value.source}" is not one this rule lists`);
    if (operands.length < shape.verbs && traps.length === 0 && !mayStandAhead(shape.ahead, value.known, step)) return no(`behind "${value.source}" another word may be taken for the verb`);
    at += step;
  }
  if ((shape.needsOneOf.size > 0 && !shape.needsOneOf.values().some((option) => used.has(option))) || !shape.needsAll.values().every((option) => used.has(option))) return no("the option that makes this a reading is missing");
  const misfit = fill(shape.slots, operands, accept);
  return misfit === undefined ? { matched: true, effect: shape.effect, traps, secret } : no(misfit);
}

// A word that the shell splits at blanks ("/srv/$x") may still bring an option along behind its harmless beginning; a glob may not.
const isSurelyOperand = (value: Value): boolean => {
  if (value.known === "" || value.known === "-" || value.isPipe) return true;
  return value.prefix !== "" && !value.prefix.startsWith("-") && (value.count === "one" || value.glob !== undefined);
};

/** A name of this folder could still be an option, of a file that lies beside it; with a slash in it, and whatever else is printed, of any. */
const isHardlyOption = ({ prefix, glob, leaves, vetted, isApart, isUndashed }: Value): boolean =>
  !prefix.startsWith("-") && (vetted || isApart || isUndashed || (glob !== undefined && glob !== ANYTHING) || leaves?.startsWith("-") === false);

/**
 * Programs that look for their verb before they know its options: some take the word behind an option they do not know yet for its
 * value ("-f logs delete" deletes), others take the first word without a dash, were it the value of an option.
 */
const mayStandAhead = (ahead: Shape["ahead"], text: string, step: number): boolean =>
  ahead === "anything" || /^--[^=]+=/.test(text) || (ahead === "values" && step === 1 && (text.length === 2 || text.startsWith("--")));

type Reading = { readonly accept: (kind: Kind, value: Value) => boolean; readonly traps: Trap[]; readonly used: Set<Option> };

/** How many further words the option took, or undefined when it is not listed. */
function readOption(shape: Shape, text: string, [next, afterNext]: readonly Value[], { accept, traps, used }: Reading): number | undefined {
  const use = (option: Option): void => {
    used.add(option);
    if (option.trap !== undefined) traps.push(option.trap);
  };
  // Where a program takes a value only if one is there, a word with a dash is its next option and not the value; so may be what nobody knows.
  const isFree = ({ known, prefix, leaves, isUndashed }: Value): boolean => {
    const begins = known ?? leaves ?? (prefix === "" && !isUndashed ? "-?" : prefix);
    return shape.isOpaque || known === "-" || !/^-([^\d]|$)/.test(begins);
  };
  const fitsNext = (kind: Kind, value: Value | undefined): boolean => value?.count === "one" && isFree(value) && accept(kind, value);
  const takeNext = ({ kind, takes }: Option): 1 | 2 | undefined => {
    if (takes === "pair") return fitsNext("label", next) && fitsNext(kind, afterNext) ? 2 : undefined;
    return fitsNext(kind, next) ? 1 : undefined;
  };
  const standsApart = ({ takes }: Option): boolean => takes === "next" || takes === "pair";
  const takesNext = (option: Option): boolean => option.takes === "value" || standsApart(option);
  const whole = shape.options.get(text);
  if (whole !== undefined && (text.length > 2 || whole.takes !== "nothing")) {
    use(whole);
    return takesNext(whole) ? takeNext(whole) : 0;
  }
  const equals = text.startsWith("--") ? text.indexOf("=") : -1;
  if (equals > 0) {
    const option = shape.options.get(text.slice(0, equals));
    if (option === undefined || option.takes === "nothing" || standsApart(option)) return undefined;
    use(option);
    return accept(option.kind, { ...(EMPTY as Value), source: text, known: text.slice(equals + 1), prefix: text.slice(equals + 1) }) ? 0 : undefined;
  }
  if (text.startsWith("--")) return undefined;
  if (shape.bareNumber?.test(text) === true) return 0;
  if (shape.readsWhole && text.length > 2) return undefined;
  for (let at = 1; at < text.length; at += 1) {
    const option = shape.options.get(`-${text.charAt(at)}`);
    if (option === undefined) return undefined;
    use(option);
    if (option.takes === "nothing") continue;
    const attached = text.slice(at + 1);
    if (attached === "") return takesNext(option) ? takeNext(option) : 0;
    // What reads its letters one by one goes on reading here: "-Lo" of tree is -L and -o.
    if (standsApart(option) || (option.kind === "num" && !shape.isOpaque && !/^[+-]?\d/.test(attached))) return undefined;
    return accept(option.kind, { ...(EMPTY as Value), source: attached, known: attached, prefix: attached }) ? 0 : undefined;
  }
  return 0;
}

const EMPTY: Value = { source: "", known: "", prefix: "", count: "one", glob: undefined, vetted: false, isApart: false, leaves: undefined, isPipe: false, isUndashed: false };

/** Puts operands into slots, greedily from the left; a word of unknown number may only meet a slot that repeats. */
function fill(slots: readonly Slot[], operands: readonly Value[], accept: (kind: Kind, value: Value) => boolean): string | undefined {
  let next = 0;
  for (const [index, slot] of slots.entries()) {
    const least = slots.slice(index + 1).reduce((sum, later) => sum + later.least, 0);
    let taken = 0;
    while (taken < slot.most && operands.length - next > least) {
      const value = operands[next] as Value;
      const mayRunOver = value.glob !== undefined && slots[index + 1]?.most === Infinity && accept((slots[index + 1] as Slot).kind, value);
      if (value.count === "many" && slot.most !== Infinity && !mayRunOver) return `"${value.source}" may become several words`;
      if (!accept(slot.kind, value)) {
        if (taken < slot.least || index === slots.length - 1) return `"${value.source}" is not an operand this rule lists`;
        break;
      }
      next += 1;
      taken += 1;
    }
    if (taken < slot.least) return "an operand is missing";
  }
  const extra = operands[next];
  return extra === undefined ? undefined : `"${extra.source}" is one operand too many`;
}
