// Words every pack may use in `ask` as `{show}`: they stand for each other in an operator's mouth. A pack's own `words` come first.

export const COMMON_WORDS: Readonly<Record<string, readonly string[]>> = {
  show: ["show", "list", "display", "give me", "tell me", "print", "get", "let me see", "what are", "can you show me", "i want to see", "please show", "show me", "pull up", "fetch"],
  check: ["check", "look at", "inspect", "verify", "examine", "have a look at", "take a look at", "can you check", "please check", "test", "see about"],
  find: ["find", "look for", "search for", "locate", "identify", "figure out", "determine", "which are"],
  why: ["why is", "why's", "how come", "what is the reason that", "any idea why", "find out why", "what makes", "explain why", "tell me why"],
  restart: ["restart", "bounce", "recycle", "kick", "cycle", "restart please", "do a restart of", "give a kick to"],
  start: ["start", "bring up", "launch", "fire up", "turn on", "spin up", "boot up", "get running"],
  stop: ["stop", "shut down", "bring down", "turn off", "halt", "take down", "shutdown", "end"],
  reload: ["reload", "re-read the config of", "refresh the config of", "rehup", "hup", "make it reread the config of"],
  slow: ["slow", "sluggish", "crawling", "lagging", "laggy", "unresponsive", "dragging", "not fast", "taking ages", "hanging"],
  down: ["down", "not working", "dead", "offline", "broken", "unavailable", "not responding", "unreachable", "not answering", "failing", "not up", "out of order"],
  server: ["server", "host", "machine", "box", "node", "system"],
  full: ["full", "filling up", "running out of space", "out of space", "nearly full", "out of room"],
  biggest: ["biggest", "largest", "most space consuming", "heaviest", "fattest", "top"],
  using: ["using", "eating", "consuming", "hogging", "taking", "burning", "gobbling up", "chewing up"],
  delete: ["delete", "remove", "get rid of", "wipe", "purge", "clean out", "erase"],
  clean: ["clean up", "clean", "clear", "free up", "purge", "tidy up", "trim", "shrink"],
  recent: ["recent", "latest", "last", "newest", "most recent"],
  now: ["now", "right now", "currently", "at the moment", "at present"],
};

/** `[...]` may be left out, `(a|b)` is one of them, `{word}` one of its stand-ins, `<slot>` the place of an input. */
type Piece = readonly Way[];
type Way = readonly Piece[] | string;

function parse(pattern: string, words: Readonly<Record<string, readonly string[]>>): readonly Piece[] {
  let at = 0;
  const sequence = (end: string): readonly Piece[] => {
    const pieces: Piece[] = [];
    let plain = "";
    const flush = () => {
      if (plain !== "") pieces.push([plain]);
      plain = "";
    };
    while (at < pattern.length && !end.includes(pattern.charAt(at))) {
      const char = pattern.charAt(at);
      if (char === "(" || char === "[") {
        flush();
        at += 1;
        const close = char === "(" ? ")" : "]";
        const ways: Way[] = char === "[" ? [""] : [];
        for (;;) {
          ways.push(sequence(`|${close}`));
          if (at >= pattern.length) throw new SyntaxError(`"${char}" is not closed in ${JSON.stringify(pattern)}`);
          at += 1;
          if (pattern.charAt(at - 1) === close) break;
        }
        pieces.push(ways);
      } else if (char === "{") {
        flush();
        const close = pattern.indexOf("}", at);
        const name = pattern.slice(at + 1, close);
        const known = words[name] ?? COMMON_WORDS[name];
        if (close < 0 || known === undefined) throw new SyntaxError(`there are no words called "${name}" for ${JSON.stringify(pattern)}`);
        at = close + 1;
        pieces.push(known);
      } else {
        plain += char;
        at += 1;
      }
    }
    flush();
    return pieces;
  };
  const pieces = sequence("");
  if (at < pattern.length) throw new SyntaxError(`a bracket is closed that was never opened in ${JSON.stringify(pattern)}`);
  return pieces;
}

const countOf = (pieces: readonly Piece[]): number => pieces.reduce((product, ways) => Math.min(1e9, product * ways.reduce((sum, way) => sum + (typeof way === "string" ? 1 : countOf(way)), 0)), 1);
const pick = (pieces: readonly Piece[], next: () => number): string =>
  pieces
    .map((ways) => {
      const way = ways[Math.floor(next() * ways.length)] as Way;
      return typeof way === "string" ? way : pick(way, next);
    })
    .join("");

/** Small, fast, the same everywhere: the training must not differ from machine to machine. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const tidy = (text: string): string => text.replace(/\s+/g, " ").replace(/ ([,?.!])/g, "$1").trim();

/** How many sentences a pattern stands for. */
export const phrasesIn = (pattern: string, words: Readonly<Record<string, readonly string[]>>): number => countOf(parse(pattern, words));

/** Up to `most` sentences of a pattern, always the same ones. */
export function expandPhrase(pattern: string, words: Readonly<Record<string, readonly string[]>>, most: number): readonly string[] {
  const pieces = parse(pattern, words);
  let seed = 2_166_136_261;
  for (const char of pattern) seed = Math.imul(seed ^ char.charCodeAt(0), 16_777_619);
  const next = seeded(seed);
  const found = new Set<string>();
  for (let tries = 0; tries < most * 3 && found.size < most; tries += 1) found.add(tidy(pick(pieces, next)));
  return [...found];
}
