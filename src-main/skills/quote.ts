// The one place where words become shell. Everything a skill runs passes through here; nothing else in this room may put a
// value between other characters of a command.

const PLAIN = /^[A-Za-z0-9_@%+=:,./-]+$/;
// A word such as FOO=bar in command position would be an assignment, ~ and = prefixes may expand: those are quoted too.
const TRICKY = /^[^/]*=|^[~=]/;

/** Any text as one word, line breaks too: for what is no word of a skill. */
export const quoteText = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** One word, exactly: single quotes keep every byte but the single quote itself. */
export function quoteWord(word: string): string {
  if (/[\0\r\n]/.test(word)) throw new TypeError("a word of a command cannot hold line breaks or NUL");
  if (PLAIN.test(word) && !TRICKY.test(word)) return word;
  return quoteText(word);
}

export const quoteArgv = (argv: readonly string[]): string => {
  if (argv.length === 0) throw new TypeError("a command has at least one word");
  return argv.map((word, at) => (at > 0 && word.startsWith("--") && PLAIN.test(word) ? word : quoteWord(word))).join(" ");
};

/** Devices' own command lines have no quoting: only words that need none may pass. */
export function plainArgv(argv: readonly string[]): string {
  for (const word of argv) if (!/^[\x21-\x7e]+$/.test(word) || /["'`\\;|&<>$]/.test(word)) throw new TypeError(`"${word}" cannot be sent to this device's command line`);
  return argv.join(" ");
}
