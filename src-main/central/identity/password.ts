// Length first (NIST SP 800-63B §3.1.1.2), then what guessers try first. Everything offline.

const SHORTEST = 12;
const LONGEST = 128;
const FEWEST_KINDS = 6;
/** Words that open most lists of leaked passwords; a password that is one of these and decoration falls in seconds. */
const COMMON = ["password", "passwort", "passwd", "qwerty", "qwertz", "azerty", "letmein", "welcome", "willkommen", "admin", "administrator", "iloveyou", "dragon", "monkey", "football", "baseball", "master", "sunshine", "princess", "shadow", "superman", "trustno", "whatever", "starwars", "changeme", "default", "secret", "geheim", "hallo", "abc", "test", "root", "server", "sommer", "winter", "summer", "spring", "autumn"];
const RUNS = ["abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiop", "yxcvbnm"];
const LEET: Readonly<Record<string, string>> = { 0: "o", 1: "l", 3: "e", 4: "a", 5: "s", 7: "t", "@": "a", $: "s", "!": "i" };

/** What is wrong with it, in words; undefined when it will do. */
export function weakness(password: string, about: { readonly email: string; readonly name: string }): string | undefined {
  if (password.length < SHORTEST) return `it needs at least ${SHORTEST} characters`;
  if (password.length > LONGEST) return `it takes at most ${LONGEST} characters`;
  if (new Set(password).size < FEWEST_KINDS) return "it repeats the same few characters";
  const lower = password.toLowerCase();
  const own = [...about.email.toLowerCase().split(/[@.]/), ...about.name.toLowerCase().split(/\s+/)].filter((word) => word.length >= 4);
  if (own.some((word) => lower.includes(word))) return "it contains your own name or address";
  if (bareLength(lower) < 6) return "without the common words and runs in it too little is left";
  return undefined;
}

/** What a guesser must really guess: each common word or run counts as one character, digits written for letters or not. */
const bareLength = (lower: string): number => Math.min(...[lower, lower.replace(/[013457@$!]/g, (mark) => LEET[mark] ?? mark)].map(bare));

function bare(text: string): number {
  let left = text;
  for (const word of COMMON.toSorted((a, b) => b.length - a.length)) left = left.replaceAll(word, "\u0000");
  for (const run of RUNS) left = withoutRun(withoutRun(left, run), [...run].reverse().join(""));
  return left.length;
}

function withoutRun(text: string, run: string): string {
  let left = text;
  for (let length = run.length; length >= 4; length -= 1) {
    for (let from = 0; from + length <= run.length; from += 1) left = left.replaceAll(run.slice(from, from + length), "\u0001");
  }
  return left;
}
