import { slipsBetween } from "../../kernel/index.ts";
import { plainLine } from "./plain.ts";

// How a command is used is written once, in its help; what is asked for by `--help`, what there is instead of a word that
// is none, and which options exist are read from there. A command's parser knows no option that its help does not name.

const ENTRY = /^(?: {2}|sena [a-z]+ )\[?([a-z][a-z-]*)\]?(?: |$)/;
/** A verb that is meant where none is said. */
const UNSAID = /^(?: {2}|sena [a-z]+ )\[[a-z-]+\]/m;
const OPTION = /--[a-z][a-z0-9-]*/g;
const EVERYWHERE = ["--help", "--home"];
const MOST_SLIPS = 3;

/** The words a help has a line for: `list` in `  list [--json]`. None where a command is one verb itself. */
export const verbsOf = (help: string): readonly string[] => [...new Set(help.split("\n").flatMap((line) => ENTRY.exec(line)?.[1] ?? []))];

/** The lines about one verb, and what stands below all of them; the whole help where it has no line of its own. */
export function useOf(help: string, name: string, verb: string): string {
  const lines = help.trimEnd().split("\n");
  const verbAt = lines.map((line) => ENTRY.exec(line)?.[1]);
  const last = verbAt.findLastIndex((each) => each !== undefined);
  if (!verbAt.includes(verb)) return help;
  const kept: string[] = [];
  let isIn = false;
  let isBelow = false;
  for (const [at, line] of lines.entries()) {
    if (at > last && line === "") isBelow = true;
    // What goes on is set in deeper than what begins.
    isIn = verbAt[at] === undefined ? isIn && /^ {3}/.test(line) : verbAt[at] === verb;
    if (isIn || isBelow) kept.push(verbAt[at] === undefined || line.startsWith("sena ") ? line : `sena ${name} ${line.trimStart()}`);
  }
  return `${kept.join("\n")}\nEverything of it: sena ${name} --help\n`;
}

/** Which of the verbs it is about; nothing where none was said. */
export const verbIn = (help: string, [first = "", ...more]: readonly string[]): string => (first.startsWith("-") ? (more.find((word) => verbsOf(help).includes(word)) ?? "") : first);

/** The first word that the help does not know, said with the nearest that it knows; undefined where all are known. */
export function misuseOf(help: string, name: string, argv: readonly string[]): string | undefined {
  const verbs = verbsOf(help);
  const verb = verbIn(help, argv);
  if (verbs.length > 0 && verb === "" && !UNSAID.test(help)) return `sena ${name} needs a word more.`;
  if (verbs.length > 0 && verb !== "" && !verbs.includes(verb)) return `There is no "sena ${name} ${plainLine(verb)}"${meant(verb, verbs)}`;
  const known = [...new Set([...(help.match(OPTION) ?? []), ...EVERYWHERE])];
  const wrong = argv.map((word) => word.split("=", 1).join()).find((word) => /^--./.test(word) && !known.includes(word));
  return wrong === undefined ? undefined : `"sena ${verbs.length > 0 && verb !== "" ? `${name} ${verb}` : name}" has no option ${plainLine(wrong)}${meant(wrong, known)}`;
}

/** The end of a sentence about a word that is none: what was most likely meant, if anything comes near. */
export function meant(word: string, known: readonly string[]): string {
  const limit = Math.min(MOST_SLIPS, Math.ceil(word.length / 2));
  const [near] = known
    .map((each) => ({ each, slips: word.length > 2 && each.startsWith(word) ? 0.5 : slipsBetween(word, each, limit) }))
    .filter(({ slips }) => slips < limit)
    .toSorted((one, other) => one.slips - other.slips);
  return near === undefined ? "." : `. Did you mean ${near.each}?`;
}
