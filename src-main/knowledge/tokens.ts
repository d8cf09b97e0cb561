// Words as the static embedding and the query reader see them. FTS5 has its own tokenizer (unicode61 with Porter's stems).

export const STOP_WORDS: ReadonlySet<string> = new Set(
  "a about all also am an and any are as at be been but by can could did do does doing don each for from get gets getting go goes had has have having here how i if in into is isn it its just let like lot m many may me more most much must my need no nor not of off on or our out over own please s see shall she should so some still such t than that the their them then there these they this those through to too under up us use using very want wants was we were what when where which while who why will with without won would you your".split(" "),
);

/** Lower-case runs of letters and digits, at most 32 characters each. */
export const wordsOf = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}]{1,32}/gu) ?? [];

/** The same words one by one, without an array: nearly all text is ASCII, and there a loop is several times as fast. */
export function eachWord(text: string, take: (word: string) => void): void {
  const lower = text.toLowerCase();
  let from = -1;
  for (let at = 0; at <= lower.length; at += 1) {
    const code = at === lower.length ? 32 : lower.charCodeAt(at);
    if (code > 127) {
      for (const word of wordsOf(lower.slice(from < 0 ? at : from))) take(word);
      return;
    }
    const isWord = (code >= 97 && code <= 122) || (code >= 48 && code <= 57);
    if (isWord && from >= 0 && at - from < 32) continue;
    if (from >= 0) take(lower.slice(from, at));
    from = isWord ? at : -1;
  }
}

/** Paths, flags, file names, error codes, option names, quoted words: things one means to the letter. */
const IDENTIFIER = /"[^"]+"|'[^' ]{3,}'|`[^`]+`|(?<!\S)--?[a-zA-Z][\w-]*|(?<!\S)[~.]?\/[\w.+@%/-]+|\b\w+\.(?:conf|cfg|ya?ml|json|service|timer|socket|log|d|so|py|sh|ini|toml|xml|txt)\b|\b\w+_\w+\b|\b[A-Z][A-Z0-9]{2,}\b|\b\w+\(\d\w?\)|\b0x[0-9a-fA-F]+\b|\b(?=\w*\d)(?=\w*[a-zA-Z])\w{4,}\b|\b[a-z]+[A-Z]\w+\b/g;
export const identifiersOf = (query: string): string[] => query.match(IDENTIFIER) ?? [];

/** Words quoted exactly: the passage must hold them as written. */
export const quotedOf = (query: string): string[] => [...query.matchAll(/"([^"]{2,200})"/g)].map((match) => match[1] as string);
