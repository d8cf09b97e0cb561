import { eachWord } from "./tokens.ts";

const COMMON: Readonly<Record<string, ReadonlySet<string>>> = {
  en: new Set("the of and to is in that for with this be are as on not".split(" ")),
  de: new Set("der die das und ist nicht ein eine mit auf für den von zu werden".split(" ")),
  fr: new Set("le la les des est une dans pour que par sur pas avec qui".split(" ")),
  es: new Set("el los las una que por con para del este como está".split(" ")),
  it: new Set("il lo gli che per una con non del della sono questo".split(" ")),
};

const LANGUAGES = Object.keys(COMMON);
/** Which languages hold a word common, as numbers: a passage is walked once, not once for each of them. */
const HOLDERS = new Map<string, number[]>();
LANGUAGES.forEach((language, n) => {
  for (const word of COMMON[language] ?? []) HOLDERS.set(word, [...(HOLDERS.get(word) ?? []), n]);
});

/** By the small words; "" where there are too few to tell. */
export function languageOf(text: string): string {
  const counts = new Uint32Array(LANGUAGES.length);
  let words = 0;
  eachWord(text.slice(0, 5_000), (word) => {
    if (word < "a") return; // a number belongs to every language
    words += 1;
    for (const n of HOLDERS.get(word) ?? []) counts[n] = (counts[n] as number) + 1;
  });
  const most = Math.max(...counts);
  return most === 0 || most / words < 0.05 ? "" : (LANGUAGES[counts.indexOf(most)] ?? "");
}
