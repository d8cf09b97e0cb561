import { foldersMet, isSecretPath, leadsToLive, leadsToRoot, normalPath } from "./secrets.ts";
import { escapeRegExp, knownValue, type Value } from "./words.ts";

// Where a script may stand after it entered folders, and what a word is from there.

export type Place = {
  /** It entered a folder that is only known when it runs: that of the devices, perhaps. Or nobody follows any more. */
  isOpen: boolean;
  isRoot: boolean;
  /** As `normalPath` has them. */
  folders: readonly string[];
  looks: number;
};

export const newPlace = (): Place => ({ isOpen: false, isRoot: false, folders: [], looks: 0 });

/** So many places a script may lead to; beyond, nobody follows: each folder that is entered below another may double them. */
const MOST_FOLDERS = 32;
/** And so often the words of a script are looked at for their place: SENA waits for it, whoever wrote the script. Beyond, nobody follows either. */
const MOST_LOOKS = 100_000;
/** To ask the grammar costs so much more for each word of the command, and so does to ask which folders a pattern meets. */
export const LOOKS_TO_ASK = 6;

export const mayLook = (place: Place, looks: number): boolean => {
  place.looks += looks;
  if (place.looks > MOST_LOOKS) place.isOpen = true;
  return !place.isOpen;
};

/** Every folder it may stand in from now on: whether an earlier command succeeded is not known, so those before stay. */
export function enter(place: Place, words: readonly Value[]): void {
  if (words.some(leadsToLive)) place.isOpen = true;
  if (words.some(leadsToRoot)) place.isRoot = true;
  // Where nobody knows the place, another folder makes nothing else any more.
  if (!mayLook(place, words.length * (1 + place.folders.length) * LOOKS_TO_ASK)) return;
  // Of a variable that nothing sets nothing is left, and `cd` without a word leads home.
  const targets = words.map(({ known, leaves }) => known ?? (leaves === "" ? "~" : leaves)).filter((known) => known !== undefined && !known.startsWith("-"));
  const entered = (words.length === 0 ? ["~"] : (targets as string[])).flatMap((known) => [normalPath(known), ...(isRelative(known) ? place.folders.map((folder) => normalPath(folder === "" ? known : `${folder}/${known}`)) : [])]);
  const met = words.flatMap((word) => [word, ...place.folders.flatMap((folder) => movedTo(folder, word) ?? [])]).flatMap(foldersMet);
  place.folders = [...new Set([...place.folders, ...entered, ...met])];
  if (place.folders.length > MOST_FOLDERS) place.isOpen = true;
}

/** `~+`, `~-` and `~1` are folders that were entered, too. */
const isRelative = (path: string): boolean => /^([^/~-]|~[+\d-])/.test(path);
const belowEntered = (path: string): string => path.replace(/^~[^/]+\//, "");
/** The word as somebody means it who stands in this folder; nothing, where that makes no difference. */
export const movedTo = (folder: string, value: Value): Value | undefined => {
  const above = folder === "/" ? folder : `${folder}/`;
  if (value.known !== undefined) return isRelative(value.known) ? knownValue(above + belowEntered(value.known), value.source) : undefined;
  return value.glob !== undefined && isRelative(value.prefix || ".") ? { ...value, prefix: above + belowEntered(value.prefix), glob: escapeRegExp(above) + belowEntered(value.glob) } : undefined;
};

/** Of an option every end is looked at: a long one costs with its square. */
export const looksAt = ({ known = "" }: Value): number => 1 + (known.startsWith("-") ? known.length ** 2 : known.length) / 64;

/** A name behind "=", or behind the letters of options, which only its place makes a secret's: `dd if=users`. */
export const holdsNameOf = (folder: string, known: string): boolean => {
  const letters = /^-\w/.test(known) ? [...known.slice(2)].map((_, at) => known.slice(at + 2)) : [];
  return [known.slice(known.indexOf("=") + 1), ...letters].some((name) => name !== known && isRelative(name) && !isSecretPath(name) && isSecretPath(`${folder}/${name}`));
};
