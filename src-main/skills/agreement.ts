// "1 file systems are" is how a program talks. Packs write their sentences for many; this makes them right for one.

const VERBS: Readonly<Record<string, string>> = { are: "is", have: "has", were: "was", do: "does", run: "runs", wait: "waits", listen: "listens", follow: "follows", speak: "speaks", stand: "stands", lie: "lies", hold: "holds", answer: "answers", raise: "raises", need: "needs", use: "uses", fail: "fails", say: "says", show: "shows", differ: "differs", end: "ends" };
const WORDS = /(?<![\d.,:/-])\b1 (?!of\b)((?:[a-zA-Z-]+ ){0,3}?)([a-zA-Z]+s)\b(?![/'])/;
const NOT_PLURAL = /(?:ss|us|is|ics|previous|this|was|has|does)$/;

const single = (noun: string): string => {
  if (noun.endsWith("ies") && noun.length > 4) return `${noun.slice(0, -3)}y`;
  return /(?:ss|x|ch|sh)es$/.test(noun) ? noun.slice(0, -2) : noun.slice(0, -1);
};

/** Only the first "1 …s" and the verb that goes with it, up to the next mark. */
export function agree(text: string): string {
  const noun = WORDS.exec(text);
  const bare = noun === null || NOT_PLURAL.test(noun[2] ?? "") || (noun[1] ?? "").split(" ").some((word) => word in VERBS) ? undefined : noun;
  const start = bare?.index ?? /(?<![\d.,:/-])\b1 (?:of [^,;.:]*? )?(?=(?:are|have|were|wait|speak|listen|need)\b)/.exec(text)?.index;
  if (start === undefined) return text;
  const head = text.slice(0, start);
  const rest = bare ? text.slice(start).replace(bare[0], `1 ${bare[1]}${single(bare[2] ?? "")}`) : text.slice(start);
  const clause = /^[^,;.:(]*/.exec(rest)?.[0] ?? "";
  const spoken = clause.replace(/\b[a-z]+\b/g, (word, at: number, all: string) => (word in VERBS && !all.slice(0, at).split(" ").some((before) => before in VERBS) ? (VERBS[word] ?? word) : word));
  return `${head}${spoken}${rest.slice(clause.length)}`.replace(/^(1 [^.;]*; )one is\b/, "$1it is");
}
