import { parse, type ParsedScript, type Word, type WordPart } from "unbash";

// What a word of the shell becomes, as far as it can be known without running anything.

/** A word's value: known exactly, or only its literal beginning and the set of texts it might be. */
export type Value = {
  /** The bytes as written. */
  readonly source: string;
  /** The exact argument, when there is exactly one and it is known. */
  readonly known: string | undefined;
  /** Literal characters every possible argument starts with. */
  readonly prefix: string;
  /** Whether it is exactly one argument or any number of them. */
  readonly count: "one" | "many";
  /** A glob over names on the disk, as the source of a regular expression that matches every possible argument (and maybe more). */
  readonly glob: string | undefined;
  /** Names handed over by a `find` whose own tests exclude files that hold secrets. */
  readonly vetted: boolean;
  /** Names handed over by a `find` that meets no device. */
  readonly isApart: boolean;
  /** What is left of literals and of variables that nothing sets: under the emptied environment those are empty, and a word of them alone is gone. */
  readonly leaves: string | undefined;
  /** A pipe to a substituted command: `<(…)`. */
  readonly isPipe: boolean;
  /** What prints it never begins with a dash: the date, a name below a folder. */
  readonly isUndashed: boolean;
};

const plain = { count: "one", glob: undefined, vetted: false, isApart: false, leaves: undefined, isPipe: false, isUndashed: false } as const;

export const knownValue = (known: string, source = known): Value => ({ ...plain, source, known, prefix: known });
export const unknownValue = (source: string, { prefix = "", count = "many", vetted = false, isApart = false, isUndashed = false }: { prefix?: string; count?: "one" | "many"; vetted?: boolean; isApart?: boolean; isUndashed?: boolean } = {}): Value => ({
  ...plain,
  source,
  known: undefined,
  prefix,
  count,
  vetted,
  isApart,
  isUndashed,
});

/** What a word is made of in a round of the loops around it: the variable's value where it is known, and the names that any loop of the script sets. */
export type Loops = { readonly rounds: ReadonlyMap<string, Value | undefined>; readonly set: ReadonlySet<string> };
export const NO_LOOPS: Loops = { rounds: new Map(), set: new Set() };

/** For a name that a program hands over: unlike the signs of the shell, it may hold slashes. */
export const ANYTHING = "[^]*";

/** What the walk has to look at inside a word, and what it must not accept. */
export type WordFinding =
  | { readonly kind: "script"; readonly script: ParsedScript; readonly text: string; readonly source: string }
  | { readonly kind: "variable"; readonly name: string }
  | { readonly kind: "blocked"; readonly rule: string; readonly why: string; readonly text: string };

type Builder = {
  known: string | undefined;
  pattern: string;
  bare: string;
  prefix: string;
  prefixEnded: boolean;
  count: "one" | "many";
  globbed: boolean;
  pipe: boolean;
  opened: boolean;
  apart: boolean;
  undashed: boolean;
};

const emptyBuilder = (): Builder => ({ known: "", pattern: "", bare: "", prefix: "", prefixEnded: false, count: "one", globbed: false, pipe: false, opened: false, apart: false, undashed: false });

export const escapeRegExp = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\/-]/g, String.raw`\$&`);
const SIMPLE_NAME = /^\$(?:\{?)([A-Za-z_][A-Za-z0-9_]*|[0-9]|[?#$!*@_-])\}?$/;
/** Names that neither bash nor the emptied environment sets. */
const UNSET = /^(?!(?:BASH|COMP|EPOCH|EUID|UID|USER|LOGNAME|PPID|RANDOM|SRANDOM|SECONDS|HOST|MACHTYPE|OSTYPE|SHELL|SHLVL|TERM|LINENO|OPT|DIRSTACK|FUNCNAME|GROUPS|PIPESTATUS|REPLY|COPROC|MAPFILE|LC_|LANG|IFS|PS\d|PATH|HOME|PWD|OLDPWD|PAGER|SYSTEMD|_$))[A-Za-z_]\w*$/;
const SAFE_ANSI_C = /^\$'(?:[^'\\]|\\[nt\\'"])*'$/;
/** To bash `<(ls)#` is one word, to other readers a word and a comment that hides the rest of the line; behind `\ ` two words. */
const isAttached = ({ pos, end }: { readonly pos: number; readonly end: number }, source: string): boolean => !/(^|[^\\])\s$|^$/.test(source.slice(Math.max(0, pos - 2), pos)) || !/^[\s;&|)]?$/.test(source.slice(end, end + 1));
const ATTACHED = "a substitution is joined to the text beside it, which readers divide differently: there may be commands that are not listed";
const UNFORESEEN = "this expansion is not one whose result can be foreseen";
/** Asked of long texts too: without going back. */
const holdsBraces = (text: string): boolean => text.includes("{") && /,|\.\./.test(text.slice(text.indexOf("{") + 1, Math.max(0, text.lastIndexOf("}"))));
const HIDES_SUBSTITUTION = /[<>]\(/;
const SAFE_ARITHMETIC = /^\$\(\([\d\s+*()-]*\)\)$/;

/**
 * Reads a word's parts. Everything inside that could run is reported as a finding; the caller judges it. The parts of a word are
 * computed on first access, so this is the one place that touches them, and it touches all of them.
 */
export function readWord(word: Word, source: string, found: Found, loops: Loops = NO_LOOPS): Value {
  const { parts } = word;
  // Behind a number, as in `9<(…)`, the reader takes a substitution for letters; to bash it is one.
  if (parts === undefined && HIDES_SUBSTITUTION.test(word.text)) found({ kind: "blocked", rule: "words/attached", why: ATTACHED, text: word.text });
  const doubt = doubtOf(word);
  if (doubt !== undefined) {
    found({ kind: "blocked", ...doubt, text: word.text });
    for (const part of parts ?? []) readPart(part, emptyBuilder(), { quoted: false, source, found, loops });
    return unknownValue(word.text);
  }
  if (parts === undefined) return knownValue(word.value, word.text);
  const builder: Builder = emptyBuilder();
  for (const part of parts) readPart(part, builder, { quoted: false, source, found, loops });
  const { known, count, globbed, pipe, prefix, pattern, bare } = builder;
  if (known !== undefined && !globbed && count === "one") return knownValue(known, word.text);
  return { source: word.text, known: undefined, prefix, count, glob: globbed && known !== undefined ? pattern : undefined, vetted: false, isApart: builder.apart && pattern === ".*", leaves: known === undefined && !builder.opened && !globbed ? bare : undefined, isPipe: pipe && parts.length === 1, isUndashed: builder.undashed && !BEGINS_OPEN.test(pattern) };
}

/** What is printed may be nothing at all, and then the word begins with what stands behind it. */
const BEGINS_OPEN = /^\.\*(\\-|\.)/;

/** Why nobody knows what the whole word becomes, whatever its parts are. */
function doubtOf({ text, parts }: Word): { readonly rule: string; readonly why: string } | undefined {
  if (text.includes("$\\\n")) return { rule: "words/continued", why: "behind a dollar, a line that goes on is joined differently by different readers" };
  if (!text.includes("{")) return undefined;
  // `a{},b}` is two words to bash, and one to a reader for whom the first closing brace ends the list.
  const bare = parts === undefined ? text : parts.map((part) => (part.type === "Literal" ? part.text : "_")).join("");
  return holdsBraces(bare) ? { rule: "words/expansion", why: UNFORESEEN } : undefined;
}

function literal(builder: Builder, text: string): void {
  if (builder.known !== undefined) builder.known += text;
  builder.pattern += escapeRegExp(text);
  builder.bare += text;
  if (!builder.prefixEnded) builder.prefix += text;
}

function open(builder: Builder, pattern: string): void {
  builder.pattern += pattern;
  builder.prefixEnded = true;
}

/** Text nobody can know beforehand; unquoted, the shell splits it into any number of words. */
function unknown(builder: Builder, quoted: boolean, isUnset = false): void {
  builder.known = undefined;
  builder.opened ||= !isUnset;
  open(builder, ".*");
  if (!quoted) builder.count = "many";
}

/** Of a command that prints nothing else: names of files among which is no device, and what never begins with a dash. */
export type Printed = { readonly isApart: boolean; readonly isUndashed: boolean };
/** Looks at a finding; answers what it prints, where that is known. */
export type Found = (finding: WordFinding) => Printed | undefined;
type PartContext = { readonly quoted: boolean; readonly source: string; readonly found: Found; readonly loops: Loops };

function readPart(part: WordPart, builder: Builder, context: PartContext): void {
  switch (part.type) {
    case "Literal":
    case "SingleQuoted":
      return literal(builder, part.value);
    case "DoubleQuoted":
      for (const child of part.parts) readPart(child, builder, { ...context, quoted: true });
      return;
    case "AnsiCQuoted":
      if (SAFE_ANSI_C.test(part.text)) return literal(builder, part.value);
      // Readers also differ on escapes that do not exist (a line's end behind a backslash): the value counts as open then.
      context.found({ kind: "blocked", rule: "words/escaped-bytes", why: "the $'…' text spells bytes by number, so what is read is not what is written", text: part.text });
      return unknown(builder, true);
    case "Glob":
      builder.globbed = true;
      builder.count = "many";
      if (part.kind === "bracket") for (const child of part.parts) readPart(child, { ...builder }, context);
      return open(builder, part.kind === "star" ? ".*" : plainSet(part.text));
    default:
      return readExpansion(part, builder, context);
  }
}

/** A set of plain characters stands for itself; anything cleverer stands for any character. */
const plainSet = (text: string): string => (/^\[[A-Za-z0-9_.]+\]$|^\[(?:[a-z]-[a-z]|[A-Z]-[A-Z]|\d-\d)+\]$/.test(text) ? text : ".");

type Expansion = Exclude<WordPart, { type: "Literal" | "SingleQuoted" | "DoubleQuoted" | "AnsiCQuoted" | "Glob" }>;

/** Names in these folders are the kernel's, and hold no blank at which the shell would divide them. */
const NAMED_BY_THE_KERNEL = /^\/(sys\/(class|block|bus|devices)\/|dev\/(sd|hd|vd|xvd|nvme|md\d|dm-))/;

/** A variable's value in this round; false where nobody knows it. */
function readRound(round: Value | undefined, builder: Builder, quoted: boolean): boolean {
  if (round?.known !== undefined) {
    literal(builder, round.known);
    return true;
  }
  if (round?.glob === undefined || (!quoted && !(NAMED_BY_THE_KERNEL.test(round.prefix) && !round.source.includes("..")))) return false;
  builder.globbed = true;
  if (!builder.prefixEnded) builder.prefix += round.prefix;
  open(builder, round.glob);
  return true;
}

function readExpansion(part: Expansion, builder: Builder, { quoted, source, found, loops }: PartContext): void {
  const blocked = (rule: string, why: string): void => void found({ kind: "blocked", rule, why, text: part.text });
  switch (part.type) {
    case "SimpleExpansion":
    case "ParameterExpansion": {
      const variable = SIMPLE_NAME.exec(part.text)?.[1];
      if (variable === undefined && part.type === "ParameterExpansion" && onlyComputes(part)) found({ kind: "variable", name: part.parameter });
      else if (variable === undefined) {
        blocked("words/parameter-operation", "an expansion with an operation can assign, evaluate or run something while it is read");
        for (const inner of nestedWords(part as ParameterPart)) readWord(inner, source, found, loops);
      } else found({ kind: "variable", name: variable });
      // The two variables whose shape is known: absolute paths that the account and the shell set, not the command. Unquoted,
      // the working directory is still split at its blanks, and anybody may name a directory; a home is named by the administrator.
      if (variable === "HOME") return literal(builder, "~");
      if (variable === "PWD" && quoted) return literal(builder, ".");
      if (variable !== undefined && readRound(loops.rounds.get(variable), builder, quoted)) return undefined;
      return unknown(builder, quoted && variable !== "@" && !spreads(part), variable !== undefined && UNSET.test(variable) && !loops.set.has(variable));
    }
    case "CommandExpansion":
      if (part.script === undefined || part.text.startsWith("${")) blocked("words/function-substitution", "this form of substitution runs in the shell itself or cannot be read");
      /* v8 ignore next -- the reader has always given a script so far; without one nothing is proved */
      if (part.script !== undefined) {
        const printed = found({ kind: "script", script: part.script, text: part.text, source });
        builder.apart = printed?.isApart === true;
        builder.undashed ||= builder.pattern === "" && printed?.isUndashed === true;
      }
      return unknown(builder, quoted);
    case "ProcessSubstitution":
      if (isAttached(part, source)) blocked("words/attached", ATTACHED);
      if (part.script === undefined || part.operator === ">") blocked("words/output-substitution", "output is fed into another command");
      /* v8 ignore next -- the reader has always given a script so far; without one nothing is proved */
      if (part.script !== undefined) found({ kind: "script", script: part.script, text: part.text, source });
      builder.pipe = true;
      return unknown(builder, true);
    case "ArithmeticExpansion":
      if (!SAFE_ARITHMETIC.test(part.text)) {
        if (/\s#/.test(part.text)) blocked("words/attached", "what bash cannot compute it runs as commands, and behind a # each reader leaves out another text: there may be commands that are not listed");
        blocked("trap/arithmetic", "arithmetic on anything but plain numbers can run commands through array subscripts");
        scanArithmetic(part, source, found);
        // What is no arithmetic after all, bash runs as a subshell in a substitution: its commands are listed too.
        // Before it finds out, it expands what stands in quotes of either kind.
        const inner = part.text.slice(2, -1);
        for (const reading of [inner, `: "${inner.replaceAll(/['"]/g, " ")}"`]) found({ kind: "script", script: { ...parse(reading), source: reading }, text: part.text, source: reading });
      }
      return unknown(builder, true);
    case "BraceExpansion":
    case "ExtendedGlob":
    case "LocaleString":
      blocked("words/expansion", UNFORESEEN);
      for (const child of part.parts ?? []) readPart(child, builder, { quoted: false, source, found, loops });
      return unknown(builder, false);
    /* v8 ignore next -- the types leave nothing for it */
    default:
      part satisfies never;
  }
}

/** An operation that only computes a text: no assignment, no indirection, no evaluation, and nothing but literals inside. */
function onlyComputes({ parameter, prefix, index, operation }: ParameterPart): boolean {
  if (!/^\w+$/.test(parameter) || (index !== undefined && !/^(\d+|[@*])$/.test(index.text))) return false;
  if (operation === undefined) return prefix === undefined || prefix === "#";
  if (prefix !== undefined) return false;
  const isLiteral = (word: Word | undefined): boolean => (word?.parts ?? []).every(({ type }) => type === "Literal" || type === "SingleQuoted" || type === "Glob");
  switch (operation.type) {
    case "Default":
      return /^:?[-+]$/.test(operation.operator) && isLiteral(operation.operand);
    case "Remove":
      return isLiteral(operation.operand);
    case "Replace":
      return isLiteral(operation.pattern) && isLiteral(operation.replacement);
    case "CaseModification":
      return isLiteral(operation.operand);
    case "Slice":
      return /^\d+$/.test(operation.offset.text.trim()) && (operation.length === undefined || /^\d+$/.test(operation.length.text.trim()));
    case "Transform":
    case "Names":
    case "Unknown":
      return false;
    /* v8 ignore next -- the types leave nothing for it */
    default:
      return operation satisfies never;
  }
}

/** `"${x[@]}"` is one word for each element, and of what is not set none at all: then the words behind it move up. */
const spreads = (part: Expansion): boolean => part.type === "ParameterExpansion" && part.index?.text === "@" && part.prefix !== "#";

type ParameterPart = Extract<WordPart, { type: "ParameterExpansion" }>;

function nestedWords({ index, operation }: ParameterPart): readonly Word[] {
  const words: (Word | undefined)[] = [index];
  if (operation !== undefined) {
    if ("operand" in operation) words.push(operation.operand);
    if (operation.type === "Replace") words.push(operation.pattern, operation.replacement);
    if (operation.type === "Slice") words.push(operation.offset, operation.length);
  }
  return words.filter((word) => word !== undefined);
}

type ArithmeticPart = Extract<WordPart, { type: "ArithmeticExpansion" }>;

/** Finds the commands hidden in an arithmetic expression, so that they are listed even though nothing is proved. */
export function scanArithmetic(part: Pick<ArithmeticPart, "expression">, source: string, found: Found): void {
  const visit = (expression: ArithmeticPart["expression"]): void => {
    switch (expression?.type) {
      case undefined:
        return;
      case "ArithmeticBinary":
        visit(expression.left);
        return visit(expression.right);
      case "ArithmeticUnary":
        return visit(expression.operand);
      case "ArithmeticTernary":
        visit(expression.test);
        visit(expression.consequent);
        return visit(expression.alternate);
      case "ArithmeticGroup":
        return visit(expression.expression);
      case "ArithmeticCommandExpansion":
        /* v8 ignore next -- the reader has always given a script so far; without one nothing is proved */
        if (expression.script !== undefined) found({ kind: "script", script: expression.script, text: expression.text, source });
        return;
      case "ArithmeticWord":
        for (const child of expression.parts ?? []) readPart(child, emptyBuilder(), { quoted: true, source, found, loops: NO_LOOPS });
        return;
      /* v8 ignore next -- the types leave nothing for it */
      default:
        expression satisfies never;
    }
  };
  visit(part.expression);
}
