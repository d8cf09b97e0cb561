/** A word and where it was first seen. */
export type Source = { readonly from: string; readonly text: string };

const WORDS = /[^\s'"`$(){}[\]|&;<>=,]+/g;
const MIN_CHARS = 3;

const wordsOf = (text: string): string[] => [...(text.match(WORDS) ?? [])].flatMap((word) => [word, ...word.split(/[/:@]/)]).filter((word) => word.length >= MIN_CHARS);

/**
 * Words of a script that came out of a host's answer and that neither the operator nor the inventory ever said. Common
 * words (command names, flags) are trusted only when they stood in the trusted text first or when no output held them. In whatever
 * case; words of one or two characters stand in every output and say nothing.
 */
export function taintOf(script: string, trusted: readonly string[], untrusted: readonly Source[]): { readonly token: string; readonly from: string }[] {
  const known = new Set(trusted.flatMap(wordsOf).map((word) => word.toLowerCase()));
  const seen = untrusted.map(({ from, text }) => ({ from, text: text.toLowerCase() }));
  const found = new Map<string, string>();
  for (const word of wordsOf(script)) {
    const folded = word.toLowerCase();
    if (known.has(folded) || found.has(word)) continue;
    const source = seen.find(({ text }) => text.includes(folded));
    if (source) found.set(word, source.from);
  }
  return [...found].slice(0, 32).map(([token, from]) => ({ token: token.slice(0, 200), from }));
}
