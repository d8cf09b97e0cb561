/** Which version of itself a document says it is, in its path or its title. Pure. */
export type Version = { /** The same for all versions of one document. */ readonly of: string; readonly kind: "number" | "date"; readonly at: readonly number[] };

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const EDGE = String.raw`(?<![\p{L}\p{N}.])`;
const END = String.raw`(?![\p{L}\p{N}])(?!\.\d)`;
// A bare number is a chapter, a port or a page: only what calls itself a version, or is written like one, is taken for it.
const WAYS: readonly { readonly kind: Version["kind"]; readonly pattern: RegExp; readonly read: (groups: readonly (string | undefined)[]) => readonly number[] }[] = [
  { kind: "date", pattern: new RegExp(`${EDGE}((?:19|20)\\d\\d)[-_.]?(0[1-9]|1[0-2])(?:[-_.]?(0[1-9]|[12]\\d|3[01]))?${END}`, "u"), read: ([year, month, day]) => [Number(year), Number(month), Number(day ?? 0)] },
  { kind: "date", pattern: new RegExp(`${EDGE}(${MONTHS.join("|")})[a-z]*[ ,_-]+((?:19|20)\\d\\d)${END}`, "u"), read: ([month, year]) => [Number(year), MONTHS.indexOf(month ?? "") + 1, 0] },
  { kind: "number", pattern: new RegExp(`${EDGE}(?:v|ver|version|rev|revision|release|edition)[ ._-]?(\\d{1,4}(?:[._]\\d{1,4}){0,3})${END}`, "u"), read: ([digits]) => numbersOf(digits) },
  { kind: "number", pattern: new RegExp(`${EDGE}(\\d{1,3}(?:\\.\\d{1,4}){1,2})${END}`, "u"), read: ([digits]) => numbersOf(digits) },
  { kind: "date", pattern: new RegExp(`${EDGE}((?:19|20)\\d\\d)${END}`, "u"), read: ([year]) => [Number(year), 0, 0] },
];
const numbersOf = (digits = ""): readonly number[] => digits.split(/[._]/).map(Number);
/** What a file ends with says nothing of its version: `ls.1` is section one of the manual. */
const bare = (path: string): string => path.toLowerCase().replace(/(?:\.[a-z][a-z0-9]{0,5}|\.[1-9][a-z]{0,3})?(?:\.(?:gz|bz2|xz|zst))?$/u, "");

function read(text: string): Version | undefined {
  for (const { kind, pattern, read: numbers } of WAYS) {
    const found = pattern.exec(text);
    if (found === null) continue;
    const of = `${text.slice(0, found.index)}#${text.slice(found.index + found[0].length)}`.replace(/[\s_.-]+/g, " ").trim();
    return { of, kind, at: numbers(found.slice(1)) };
  }
  return undefined;
}

export const versionOf = ({ source, path, title }: { readonly source: string; readonly path: string; readonly title: string }): Version | undefined => {
  // Across sources, paths are by chance; titles are not.
  const inPath = read(bare(path));
  if (inPath !== undefined) return { ...inPath, of: `${source}/${inPath.of}` };
  const inTitle = read(title.toLowerCase());
  return inTitle?.of === "#" ? undefined : inTitle;
};

/**
 * How alike two passages must be, by the share of their hashes that agree, before one is called a version of the other: reports
 * of one form bear a day and are no versions of each other; what calls itself a version is one.
 */
export const likenessNeeded = ({ kind, at: [, , day = 0] }: Version): number => (kind === "number" ? 0.15 : day === 0 ? 0.3 : 0.6);

/** Is `other` a later version of the same document? */
export function isLater(other: Version | undefined, one: Version | undefined): boolean {
  if (one === undefined || other === undefined || one.of !== other.of || one.kind !== other.kind) return false;
  for (let n = 0; n < Math.max(one.at.length, other.at.length); n += 1) {
    const difference = (other.at[n] ?? 0) - (one.at[n] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return false;
}
