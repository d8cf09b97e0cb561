import { wordsOf } from "./tokens.ts";

// What two passages have to do with each other: the same, nearly the same, or the same but for a value. Pure.

const HASHES = 16;
const SHINGLE = 3;
/** Shares of equal hashes. Copies with a changed header agree in nine of ten; passages on one procedure in a fifth. */
const SAME = 0.85;
const RELATED = 0.15;
/** Shorter statements ("see page 3") agree by chance. */
const MIN_CLAIM_WORDS = 6;

export type Sketch = { readonly hashes: Uint32Array; readonly values: string; readonly claims: ReadonlyMap<string, Claim> };
type Claim = { readonly values: string; readonly sentence: string };

const VALUE = /^(?:\d[\d.,:]*[a-z%]{0,4}|not|never|no|on|off|yes|true|false|enabled?|disabled?|always|must|before|after)$/;
const hashOf = (text: string): number => {
  let h = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) h = Math.imul(h ^ text.charCodeAt(at), 0x01000193);
  return h >>> 0;
};
const tokens = (text: string): string[] => text.toLowerCase().match(/\d+(?:[.,:]\d+)*[a-z%]{0,4}|\p{L}[\p{L}\p{N}]*/gu) ?? [];

/** Statements by their words without values: two passages that share a key and differ in values contradict each other. */
function claimsOf(text: string): Map<string, Claim> {
  const claims = new Map<string, Claim>();
  for (const sentence of text.split(/(?<=[.!?])\s+|\n+/)) {
    const said = tokens(sentence);
    const values = said.filter((word) => VALUE.test(word));
    if (said.length < MIN_CLAIM_WORDS || said.length > 60) continue;
    const key = said.filter((word) => !VALUE.test(word)).join(" ");
    if (!claims.has(key)) claims.set(key, { values: values.join(" "), sentence: sentence.trim().slice(0, 240) });
  }
  return claims;
}

export function sketchOf(text: string): Sketch {
  const words = wordsOf(text);
  const hashes = new Uint32Array(HASHES).fill(0xffff_ffff);
  for (let at = 0; at + Math.min(SHINGLE, words.length) <= words.length; at += 1) {
    const shingle = hashOf(words.slice(at, at + SHINGLE).join(" "));
    for (let n = 0; n < HASHES; n += 1) {
      const mixed = Math.imul(shingle ^ (n * 0x9e37_79b9), 0x85eb_ca6b) ^ (shingle >>> (n % 13));
      const value = Math.imul(mixed ^ (mixed >>> 15), 0xc2b2_ae35) >>> 0;
      if (value < (hashes[n] as number)) hashes[n] = value;
    }
    if (words.length === 0) break;
  }
  const claims = claimsOf(text);
  return { hashes, values: tokens(text).filter((word) => VALUE.test(word)).join(" "), claims };
}

/** 0 to 1: how much of the wording they share. */
export const agreement = (a: Sketch, b: Sketch): number => {
  let equal = 0;
  for (let n = 0; n < HASHES; n += 1) if (a.hashes[n] === b.hashes[n]) equal += 1;
  return equal / HASHES;
};

/** The same text but for spacing or a word: one result. A changed number is a difference, however alike the rest. */
export const isSame = (a: Sketch, b: Sketch): boolean => a.values === b.values && agreement(a, b) >= SAME;

/** The first statement on which two related passages differ. */
export function conflictOf(a: Sketch, b: Sketch): { readonly here: string; readonly there: string } | undefined {
  if (agreement(a, b) < RELATED && a.claims.size > 1 && b.claims.size > 1) return undefined;
  for (const [key, here] of a.claims) {
    const there = b.claims.get(key);
    if (there !== undefined && there.values !== here.values) return { here: here.sentence, there: there.sentence };
  }
  return undefined;
}

const NAMED = /(^|[^\p{L}])(deprecated|obsolete|superseded|outdated|retired|archived?)($|[^\p{L}])/iu;
const SAYS_SO = /\b(?:this|the)\s+(?:page|document|procedure|runbook|guide|manual|article|section)\s+(?:is|was|has been)\s+(?:now\s+)?(?:deprecated|obsolete|superseded|outdated|retired|archived|no longer (?:valid|maintained|current))\b|\bsuperseded by\b|^\s*(?:status|state)\s*:\s*(?:deprecated|obsolete|superseded|archived|retired)\b/im;

/** Why a document is to be read with care, in its own words; "" when nothing says so. */
export function outdatedBy({ path, title, lead }: { readonly path: string; readonly title: string; readonly lead: string }): string {
  const said = SAYS_SO.exec(lead.slice(0, 1_500))?.[0].replace(/\s+/g, " ").trim();
  if (said !== undefined) return `the document says so: “${said.slice(0, 80)}”`;
  if (NAMED.test(title)) return `its title says so: “${title.slice(0, 80)}”`;
  const folder = path.split("/").find((part) => NAMED.test(part));
  return folder === undefined ? "" : `it lies under “${folder.slice(0, 60)}”`;
}

/** Do the quoted words stand in the passage, in this order and together? Case, spacing and marks do not matter; words do. */
export function quoteStands(text: string, quote: string): boolean {
  const parts = quote.split(/\s*(?:\[…\]|\[\.\.\.\]|…|\.\.\.)\s*/).map((part) => wordsOf(part).join(" ")).filter((part) => part !== "");
  const said = ` ${wordsOf(text).join(" ")} `;
  let from = 0;
  for (const part of parts) {
    const at = said.indexOf(` ${part} `, from);
    if (at < 0) return false;
    from = at + part.length;
  }
  return parts.length > 0;
}
