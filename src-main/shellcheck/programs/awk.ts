// awk programs, read far enough to know that they only print. Everything that reaches outside (system, getline, pipes, output
// to files, loading code, indirect calls, changing the list of files) is refused by name or by character.

const FUNCTIONS = new Set("length substr index split sub gsub gensub match sprintf tolower toupper int sqrt exp log sin cos atan2 rand srand strftime systime mktime strtonum asort asorti and or xor lshift rshift compl patsplit".split(" "));
const KEYWORDS = new Set("if else while for do in print printf next exit return break continue delete BEGIN END".split(" "));
// awk reads a number and the word right behind it apart.
const REFUSED_WORDS = /(?<![A-Za-z_])(system|getline|close|fflush|ARGV|ARGC|ARGIND|ENVIRON|PROCINFO|FUNCTAB|SYMTAB|function|func|include|load|namespace|nextfile|BEGINFILE|ENDFILE|readfile|extension|switch|inplace)(?!\w)/;

type Token = { readonly kind: "word" | "number" | "string" | "regex" | "sign"; readonly text: string };

const SIGN = /^(\*\*|\+\+|--|&&|\|\||[-+*/%^!=<>]=|[-+*/%^!<>=?:~$,;{}()[\]\n])/;

/** Undefined when the program only prints. */
export function awkObstacle(program: string): { readonly rule: string; readonly why: string } | undefined {
  const word = REFUSED_WORDS.exec(program);
  if (word !== null) return { rule: `trap/awk-${word[0].toLowerCase()}`, why: `awk's ${word[0]} reaches outside the program` };
  if (program.includes("@")) return { rule: "trap/awk-indirect", why: "awk's @ loads code or calls by name" };
  const tokens = tokensOf(program);
  if (tokens === undefined) return { rule: "programs/awk-tokens", why: "the awk program could not be read without doubt" };
  let braces = 0;
  let parens = 0;
  for (const [at, { kind, text }] of tokens.entries()) {
    if (kind === "word") {
      const isCall = tokens[at + 1]?.text === "(";
      // The head of a `for` takes statements, and there a ">" inside parentheses does open a file.
      if (parens > 0 && text.startsWith("print")) return { rule: "trap/awk-output", why: "a print inside parentheses could write to a file" };
      if (isCall && !FUNCTIONS.has(text) && !KEYWORDS.has(text)) return { rule: "programs/awk-call", why: `awk's "${text}" is not a function known only to compute` };
    }
    if (kind !== "sign") continue;
    if (text === "{") braces += 1;
    else if (text === "}") braces -= 1;
    else if (text === "(") parens += 1;
    else if (text === ")") parens -= 1;
    // Behind `print`, and anywhere else in an action, ">" opens a file; inside parentheses and in a pattern it compares.
    else if (text === ">" && braces > 0 && parens === 0) return { rule: "trap/awk-output", why: "awk's > writes to a file" };
    if (braces < 0 || parens < 0) return { rule: "programs/awk-tokens", why: "the awk program could not be read without doubt" };
  }
  return undefined;
}

/** Undefined for a sign that is not in the language, and where a slash could be a division or a pattern. */
function tokensOf(program: string): readonly Token[] | undefined {
  const tokens: Token[] = [];
  let rest = program;
  let slashes = 0;
  while (rest !== "") {
    const blank = /^(?:[ \t\r]|#[^\n]*|\\\n)/.exec(rest);
    if (blank !== null) {
      rest = rest.slice(blank[0].length);
      continue;
    }
    const token = nextToken(rest, tokens.at(-1));
    if (token === undefined) return undefined;
    if (token.kind === "sign" && token.text.startsWith("/")) slashes += 1;
    tokens.push(token);
    rest = rest.slice(token.text.length);
  }
  // A slash read as division could have been a pattern that hides what follows: then nothing that opens a file or a pipe may be in sight.
  return slashes > 0 && /[|>]/.test(program) ? undefined : tokens;
}

function nextToken(rest: string, before: Token | undefined): Token | undefined {
  const string = /^"(?:[^"\\\n]|\\[^])*"/.exec(rest);
  if (string !== null) return { kind: "string", text: string[0] };
  if (rest.startsWith("/") && opensRegex(before)) {
    const regex = /^\/(?:[^/\\\n[]|\\[^\n]|\[\^?\]?(?:\[[:.=][a-z]+[:.=]\]|[^\]\n\\/])*\])+\//.exec(rest);
    return regex === null ? undefined : { kind: "regex", text: regex[0] };
  }
  const word = /^[A-Za-z_]\w*/.exec(rest);
  if (word !== null) return { kind: "word", text: word[0] };
  const number = /^(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/.exec(rest);
  if (number !== null) return { kind: "number", text: number[0] };
  const sign = SIGN.exec(rest);
  return sign === null ? undefined : { kind: "sign", text: sign[0] };
}

const opensRegex = (before: Token | undefined): boolean => {
  if (before === undefined) return true;
  if (before.kind === "sign") return !/^(\)|\]|\$|\+\+|--)$/.test(before.text);
  return before.kind === "word" && KEYWORDS.has(before.text);
};
