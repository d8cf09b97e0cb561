import { worstEffect } from "../../contract/terms.ts";
import { couldNameDevice, couldNameSecret, couldNameSettings, holdsCards, isDullTree, isSecretPath, namesOnePlace, normalPath } from "../secrets.ts";
import { ANYTHING, unknownValue, type Value } from "../words.ts";
import { namesNoZone } from "./small.ts";
import { proves, withholds, type Feed, type ProgramContext, type Verdict } from "./program.ts";

// find's expressions. Tests and output to the screen are read-only; `-exec` is what its command is.

const FLAGS = new Set("--version -version --help -help -depth -d -mount -xdev -noleaf -follow -daystart -ignore_readdir_race -noignore_readdir_race -warn -nowarn -empty -executable -readable -writable -nouser -nogroup -true -false -prune -quit -print -print0 -ls".split(" "));
const TESTS = new Set(
  "-maxdepth -mindepth -regextype -amin -anewer -atime -cmin -cnewer -ctime -fstype -gid -group -ilname -inum -ipath -iregex -iwholename -links -lname -mmin -mtime -name -iname -newer -path -perm -regex -samefile -size -type -uid -used -user -wholename -xtype -context -printf".split(" "),
);
const NEWER = /^-newer[aBcm][aBcmt]$/;
const RUNS = ["-exec", "-execdir", "-ok", "-okdir"];
const NAMES = new Set(["-name", "-iname", "-path", "-ipath", "-wholename", "-iwholename"]);
const OPERATORS = new Set(["(", ")", "!", ",", "-a", "-and", "-o", "-or", "-not"]);

const TRAPS: ReadonlyMap<string, { readonly verdict: Verdict; readonly takes: 0 | 1 | 2 }> = new Map([
  ["-delete", { verdict: withholds("destructive", "trap/find-delete", "-delete removes everything it finds"), takes: 0 }],
  ["-fprint", { verdict: withholds("mutate", "trap/find-fprint", "-fprint writes to a file"), takes: 1 }],
  ["-fprint0", { verdict: withholds("mutate", "trap/find-fprint", "-fprint0 writes to a file"), takes: 1 }],
  ["-fprintf", { verdict: withholds("mutate", "trap/find-fprint", "-fprintf writes to a file"), takes: 2 }],
  ["-fls", { verdict: withholds("mutate", "trap/find-fls", "-fls writes to a file"), takes: 1 }],
  ["-files0-from", { verdict: withholds("unknown", "trap/find-files0-from", "-files0-from takes its starting points from a file"), takes: 1 }],
]);

const ACTIONS = [...RUNS, ...TRAPS.keys()];

/** What may stand in front of the starting points. */
const LEADING = /^-([HLP]|O\d)$/;

type Reading = {
  readonly args: readonly Value[];
  readonly context: ProgramContext;
  readonly starts: readonly Value[];
  at: number;
  readonly verdicts: Verdict[];
  problem: Verdict | undefined;
};

/** A glob over names on the disk stands for words of its own: it must not be able to spell an action. */
const couldSpellAction = (value: Value): boolean => {
  if (value.glob === undefined || value.glob.split(".*").length > 8) return true;
  const pattern = new RegExp(`^${value.glob}$`);
  return [...ACTIONS, ...OPERATORS].some((action) => pattern.test(action));
};

const spellsAction = ({ known, leaves }: Value): boolean => ACTIONS.includes(known ?? leaves ?? "");

export function findVerdict(args: readonly Value[], context: ProgramContext): Verdict {
  let at = 0;
  while (LEADING.test(args[at]?.known ?? "")) at += 1;
  const starts: Value[] = [];
  for (; at < args.length; at += 1) {
    const value = args[at] as Value;
    if (value.known !== undefined && (value.known.startsWith("-") || OPERATORS.has(value.known))) break;
    const isOpen = !/^([\w./~]|$)/.test(value.leaves ?? "-") && value.known === undefined && (value.glob === undefined ? value.count === "many" || value.prefix === "" : value.prefix === "" && couldSpellAction(value));
    if (isOpen || value.prefix.startsWith("-")) return withholds("unknown", "programs/find-start", `"${value.source}" may turn into an action such as -delete`);
    starts.push(value);
  }
  const reading: Reading = { args, context, starts, at, verdicts: [], problem: undefined };
  orList(reading, false);
  if (reading.at < args.length) fail(reading, `"${(args[reading.at] as Value).source}" is not a test this rule lists`);
  const all = reading.problem === undefined ? reading.verdicts : [...reading.verdicts, reading.problem];
  const blocking = all.filter(({ proved }) => !proved);
  const worst = worstEffect(all.map(({ effect }) => effect));
  const decisive = blocking.find(({ effect }) => effect === worst) ?? blocking[0];
  if (decisive !== undefined) return withholds(worst, decisive.rule, decisive.why);
  return proves("programs/find", "find lists files by its tests and changes nothing", worstEffect(["read", worst]));
}

/** Whether the list only lets names through that hold no secret: true when every alternative does. */
function orList(reading: Reading, isVetted: boolean): boolean {
  let vetsAll = andList(reading, isVetted);
  while (["-o", "-or", ","].includes(word(reading))) {
    const isComma = word(reading) === ",";
    reading.at += 1;
    const vets = andList(reading, isVetted);
    vetsAll = vetsAll && vets && !isComma;
  }
  return vetsAll;
}

function andList(reading: Reading, isVetted: boolean): boolean {
  let vets = false;
  while (reading.problem === undefined && reading.at < reading.args.length && !["-o", "-or", ",", ")"].includes(word(reading))) {
    if (["-a", "-and"].includes(word(reading))) reading.at += 1;
    else vets = term(reading, isVetted || vets) || vets;
  }
  return vets;
}

const word = (reading: Reading): string => reading.args[reading.at]?.known ?? "";

function term(reading: Reading, isVetted: boolean): boolean {
  const text = word(reading);
  if (text === "!" || text === "-not") {
    reading.at += 1;
    if (reading.at < reading.args.length) term(reading, isVetted);
    else fail(reading, "a negation stands alone");
    return false;
  }
  if (text === "(") {
    reading.at += 1;
    const vets = orList(reading, isVetted);
    if (word(reading) !== ")") fail(reading, "a parenthesis is not closed");
    reading.at += 1;
    return vets;
  }
  return primary(reading, text, isVetted);
}

const fail = (reading: Reading, why: string): void => {
  reading.problem ??= withholds("unknown", "programs/find-expression", why);
};

function primary(reading: Reading, text: string, isVetted: boolean): boolean {
  if (FLAGS.has(text)) {
    reading.at += 1;
    return false;
  }
  if (TESTS.has(text) || NEWER.test(text)) {
    const value = reading.args[reading.at + 1];
    if (value === undefined) fail(reading, `"${text}" lacks its value`);
    // A variable that is surely empty leaves its place to the next word: harmless where no word spells an action, wherever it stands.
    else if (value.count === "many" && (value.leaves === undefined ? couldSpellAction(value) : reading.args.some(spellsAction))) fail(reading, `"${value.source}" may become several words or none, and move an action into place`);
    else if (/^-newer.t$/.test(text) && !namesNoZone(value)) fail(reading, `"${value.source}" may name a time zone, which is a file that is opened`);
    reading.at += 2;
    return value !== undefined && NAMES.has(text) && vetsValue(value, reading.starts);
  }
  if (RUNS.includes(text)) {
    if (text.startsWith("-ok")) reading.verdicts.push(withholds("arbitrary-exec", "trap/find-ok", `${text} runs a command and waits for an answer`));
    runs(reading, text.endsWith("dir"), isVetted);
    return false;
  }
  const trap = TRAPS.get(text);
  if (trap === undefined) fail(reading, `"${(reading.args[reading.at] as Value).source}" is not a test this rule lists`);
  else {
    reading.verdicts.push(trap.verdict);
    reading.at += 1 + trap.takes;
  }
  return false;
}

/** Unquoted, the shell may have put a name of this folder in the place of the pattern: a name that fits it. */
const vetsValue = ({ known, glob }: Value, starts: readonly Value[]): boolean => {
  if (known !== undefined ? !vetsNames(known) : glob === undefined || couldNameSecret(glob)) return false;
  if (starts.some((start) => isSecretPath(`${start.known ?? ""}/${known ?? ""}`))) return false;
  return meetsNoDevice(starts) || isNoDevice(known === undefined ? (glob as string) : patternOf(known), starts);
};

/** Drivers call their devices and their traces as they like, but not with an ending, and not in capitals; below classes and buses lie no others than the registers of cards. */
const isNoDevice = (pattern: string, starts: readonly Value[]): boolean =>
  !couldNameDevice(pattern) && (/\\\.[A-Za-z]\w*$|^[A-Z]|^\\\/(etc|home|opt|srv|usr)/.test(pattern) || starts.every(({ known = "" }) => /^\/sys\/(class|block|bus|devices)(\/|$)/.test(normalPath(known))));

/** A walk that begins nowhere near a device; one that stays on its disk meets only the devices that somebody made there. */
const meetsNoDevice = (starts: readonly Value[]): boolean =>
  starts.every(({ known, leaves }) => {
    const start = known ?? leaves;
    return start !== undefined && !/^(\/|(\.\.\/)*\.\.$|(\.\.\/)*(dev|proc|sys|run)(\/|$)|(\/|(\.\.\/)+)(dev|proc|sys|run)(\/|$))/.test(normalPath(start).replace(/^\/(?!$|(dev|proc|sys|run)(\/|$))/, ""));
  });

const patternOf = (text: string): string =>
  text.replaceAll(/\[[^\]]*\]|\\.|[.+^${}()|\\/*?[\]-]/g, (piece) => (piece === "*" ? ".*" : piece === "?" || piece.startsWith("[") ? "." : piece.startsWith("\\") ? `\\${piece.slice(1)}` : `\\${piece}`));

/** A quoted pattern of names that no file with a secret fits. */
export function vetsNames(known: string): boolean {
  const pattern = patternOf(known);
  return !namesOnePlace(known) && !couldNameSecret(pattern) && !couldNameSettings(pattern) && !isSecretPath(known.replaceAll(/[*?]/g, "x"));
}

const FOUND = "{}";

function runs(reading: Reading, isInFolder: boolean, isVetted: boolean): void {
  const { args, starts } = reading;
  let end = reading.at + 1;
  while (end < args.length && args[end]?.known !== ";" && !(args[end]?.known === "+" && args[end - 1]?.known === FOUND)) end += 1;
  if (end >= args.length) return fail(reading, `"${word(reading)}" is not closed by ";" or "+"`);
  const isMany = args[end]?.known === "+";
  const vetted = isVettedWalk(starts, isVetted);
  const isApart = staysApart(args, starts);
  const prefix = isInFolder ? "./" : (starts[0]?.prefix ?? ".");
  const argv = args.slice(reading.at + 1, end).map((value) => (value.known?.includes(FOUND) === true ? foundValue(value, { vetted, isApart, prefix, isMany }) : value));
  reading.verdicts.push(reading.context.runs(argv));
  reading.at = end + 1;
}

/** Whether nothing it finds is a device: it begins nowhere near one, or takes plain files of one disk alone. */
const staysApart = (args: readonly Value[], starts: readonly Value[]): boolean => {
  const words = args.map(({ known }) => known ?? "");
  return meetsNoDevice(starts) || ((words.includes("-xdev") || words.includes("-mount")) && words.some((text, at) => text === "-type" && words[at + 1] === "f") && !words.some((text) => OPERATORS.has(text)) && starts.every(({ known }) => known === "/"));
};

function foundValue(value: Value, { vetted, isApart, prefix, isMany }: { vetted: boolean; isApart: boolean; prefix: string; isMany: boolean }): Value {
  const known = value.known as string;
  const before = known.slice(0, known.indexOf(FOUND));
  const isWhole = known === FOUND;
  return { ...unknownValue(value.source, { prefix: isWhole ? prefix : before, count: isMany ? "many" : "one", vetted: isWhole && vetted, isApart: (isWhole || known === `./${FOUND}`) && isApart }), glob: isWhole ? ANYTHING : undefined };
}

const isVettedWalk = (starts: readonly Value[], isVetted: boolean): boolean => {
  const known = starts.map(({ known }) => known);
  if (known.some((start) => start === undefined || isSecretPath(start) || /^\/?(dev|proc|sys\/kernel\/(debug|tracing))(\/|$)/.test(start))) return false;
  return isVetted || (known.length > 0 && known.every((start) => isDullTree(start as string) && !holdsCards(start as string)));
};

/** The names a `find` prints, when printing is all it does: what an `xargs` behind it will read. */
export function findFeed(args: readonly Value[]): Feed | undefined {
  const first = args.findIndex(({ known }) => !LEADING.test(known ?? ""));
  return first < 0 ? feedOf([]) : feedOf(args.slice(first));
}

function feedOf(args: readonly Value[]): Feed | undefined {
  const words = args.map(({ known }) => known ?? "");
  if (words.some((text) => text === "-printf" || text === "-ls" || ACTIONS.includes(text))) return undefined;
  const at = words.findIndex((text) => text.startsWith("-") || OPERATORS.has(text));
  const starts = args.slice(0, at < 0 ? args.length : at);
  // Only a plain conjunction is followed here: an alternative could let other names through.
  const isPlain = !words.some((text) => OPERATORS.has(text) && text !== "-a" && text !== "-and");
  const vets = isPlain && words.some((text, index) => NAMES.has(text) && args[index + 1] !== undefined && vetsValue(args[index + 1] as Value, starts));
  return { vetted: isVettedWalk(starts, vets), isApart: staysApart(args, starts), prefix: starts[0]?.prefix ?? ".", isNulEnded: words.includes("-print0"), isUndashed: starts.every(({ prefix }) => prefix !== "") };
}
