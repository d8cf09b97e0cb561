// What a pattern of the shell may spell, though nothing in it is written out: `server.ke[y]`, `/etc/powerdn?/pdns.conf`, `/d?v/watchdog7`.
// Beside the samples that stars are held against, each of its other signs is taken for whatever a list looks for there.

/** A character that no name holds: it stands where a pattern has a sign for one that nobody knows. */
const ANY = "\uFFFF";
export const holdsAny = (text: string): boolean => text.includes(ANY);
/** Nobody writes a pattern with more of them by chance. */
const MOST_READINGS = 64;
/** Of so many spellings of one name each is tried; of more, any character. */
const MOST_LETTERS = 16;

/** The steps of a regular expression's source; one that looks around is a step of its own, and stays: it tells what is let through, and a sign never surely is that. */
const STEPS = /\(\?<?[!=](?:\\.|\[[^\]]*\]|\([^)]*\)|[^\\()[\]])*\)|\(\?:|\\.|\[[^\]]*\]|[^]/g;
const loosened = ({ source }: RegExp): string =>
  source.replaceAll(STEPS, (step) => {
    if (/^\[(?!\^)./.test(step)) return `${step.slice(0, -1)}${ANY}]`;
    return /^(\\[^\w/]|\\[wd]|[\w~@-])$/.test(step) ? `[${step}${ANY}]` : step;
  });
/** A list that also finds what a reading of a pattern may be. */
export const anyOf = (patterns: readonly RegExp[]): RegExp => new RegExp(patterns.map((pattern) => `(?:${loosened(pattern)})`).join("|"), "i");

/** The names written out in such sources, where they begin at the root. */
export const writtenIn = (patterns: readonly RegExp[]): readonly string[] => {
  const sources = patterns.map(({ source }) => source).filter((source) => source.startsWith("^"));
  return [...new Set(sources.flatMap((source) => source.replaceAll(/\[[^\]]*\]/g, " ").replaceAll(/\\([^\w/])/g, "$1").match(/[\w.+-]{2,}/g) ?? []))];
};

/** What one letter of a set of plain ones may be. */
const lettersOf = (set: string): readonly string[] =>
  [...set.slice(1, -1).matchAll(/(.)-(.)|./g)].flatMap(([text, from, to]) => (from === undefined || to === undefined ? [text] : Array.from({ length: to.charCodeAt(0) - from.charCodeAt(0) + 1 }, (_, at) => String.fromCharCode(from.charCodeAt(0) + at))));
const readingsOfSign = (sign: string, _at: number, { length }: readonly string[]): readonly string[] => {
  if (sign.startsWith("[")) return lettersOf(sign);
  // A star beside other signs is also nothing at all: `server1.key*` is `server1.key`.
  return sign === ".*" ? (length === 1 ? ["x"] : ["x", ""]) : [sign === "." ? ANY : sign.replace("\\", "")];
};
/** Each text that takes one of the choices at every place; nothing where those would be too many. */
const joined = (choices: readonly (readonly string[])[], between: string, most = MOST_READINGS): readonly string[] | undefined =>
  choices.slice(1).reduce<readonly string[] | undefined>((begun, next) => (begun === undefined || begun.length * next.length > most ? undefined : begun.flatMap((text) => next.map((one) => text + between + one))), choices[0] ?? [""]);

const signsOf = (step: string): readonly string[] => step.match(/\\.|\.\*|\[[^\]]*\]|[^]/g) ?? [];
const asItStandsOpen = (step: string): readonly string[] => [...new Set([0, -1].map((which) => signsOf(step).map((sign, at, signs) => (sign.startsWith("[") ? ANY : readingsOfSign(sign, at, signs).at(which))).join("")))];
const asItStands = (step: string): readonly string[] => joined(signsOf(step).map(readingsOfSign), "", MOST_LETTERS) ?? asItStandsOpen(step);
const isWritten = (step: string): boolean => signsOf(step).every((sign) => sign !== "." && sign !== ".*" && !sign.startsWith("["));
/** Itself, or names of a list; a star alone says nothing of what is meant. */
const namesOf = (step: string, words: readonly string[]): readonly string[] => {
  if (isWritten(step)) return asItStands(step);
  const pattern = new RegExp(`^${step}$`, "i");
  return step === ".*" ? [] : words.filter((word) => pattern.test(word));
};
export const stepsOf = (pattern: string): readonly string[] => pattern.split(String.raw`\/`).filter((step, at) => at === 0 || (step !== "" && step !== String.raw`\.`));

/** The paths that the source of a regular expression over whole names may be: folders on the way may have names of a list, and signs stay open. Nothing, where they are too many to be told. */
export const readingsOf = (pattern: string, words: readonly string[]): readonly string[] | undefined => {
  const steps = stepsOf(pattern);
  const read = (asItMayStand: (step: string) => readonly string[]): readonly string[] | undefined => joined(steps.map((step, at) => (at < steps.length - 1 ? [...new Set([...asItMayStand(step), ...namesOf(step, words)])] : asItMayStand(step))), "/");
  return read(asItStands) ?? read(asItStandsOpen);
};
/** The folders of a list that it may be. */
export const foldersOf = (pattern: string, words: readonly string[]): readonly string[] => joined(stepsOf(pattern).map((step) => namesOf(step, words)), "/") ?? [];
