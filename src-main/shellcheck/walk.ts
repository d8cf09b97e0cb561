import { parse, type ArithmeticExpression, type Assignment, type Command, type CommandNode, type CompoundList, type For, type ParsedScript, type PipelineNode, type Redirection, type Statement, type TestExpression, type Word } from "unbash";
import { worstEffect, type Effect } from "../contract/terms.ts";
import type { Judge } from "./judge.ts";
import { countsRounds, knownRounds, loopsOf, numbersOf } from "./loops.ts";
import { enter, holdsNameOf, looksAt, LOOKS_TO_ASK, mayLook, movedTo, newPlace, type Place } from "./place.ts";
import type { Segment } from "./port.ts";
import { findFeed } from "./programs/find.ts";
import { withholds, type Feed, type Verdict } from "./programs/program.ts";
import { contentVerdict, isNetworkDevice, isSecretPath, isSecretVariable } from "./secrets.ts";
import { NO_LOOPS, readWord, scanArithmetic, type Loops, type Printed, type Value, type WordFinding } from "./words.ts";

// Walks the whole tree of a parsed script and lists every simple command, redirection and assignment as a segment. What the proof
// covers: literals, quotes, && || ; | and newlines, groups, `if`, negation, loops over lists, and substitutions that are proved themselves.
// Everything else still has its commands listed, and is not proved.

/** Beyond these a command is refused, not asked about: nobody can judge what nobody can read. */
export const MAX_LENGTH = 65_536;
export const MAX_DEPTH = 32;
export const MAX_SEGMENTS = 2_000;

class TooDeep extends Error {}

type Walk = {
  readonly judge: Judge;
  readonly segments: Segment[];
  readonly place: Place;
  readonly source: string;
  readonly depth: number;
  readonly loops: Loops;
  /** How often this is walked, once for each round of the loops around it. */
  readonly times: number;
};

const POISON = /^(PATH|IFS|ENV|BASH_.*|LD_.*|DYLD_.*|PROMPT_COMMAND|PS[0-4]|SHELL|CDPATH|GLOBIGNORE|HOME|TMPDIR|EDITOR|VISUAL|.*PAGER|LESS.*|MORE|GIT_.*|SSH_.*|PERL.*|PYTHON.*|RUBY.*|NODE_.*|JAVA.*|_JAVA.*|GREP_.*|.*OPT(ION)?S|MAN.*|SYSTEMD_.*|KUBE.*|DOCKER_.*|TERM(INFO.*|CAP)|LOCPATH|NLSPATH|GCONV_PATH|HOSTALIASES|LOCALDOMAIN|RES_.*|RESOLV_.*|.*_PROXY|.*_proxy|OPENSSL_.*|MALLOC_.*|FPATH|HIST.*|INPUTRC|TIMEFORMAT|BROWSER)$/;
const LOCALE = /^(LC_[A-Z]+|LANG|LANGUAGE|TZ|COLUMNS|LINES|NO_COLOR)$/;

/** Answers with the list of names it prints, when that is all it does. */
export function walkScript(script: ParsedScript, context: Walk): Feed | undefined {
  if (script.errors !== undefined && script.errors.length > 0) put(context, "", withholds("unknown", "parse/errors", `this is not shell that can be read without doubt: ${script.errors.map(({ message }) => message).join("; ")}`));
  const inside = script.source === undefined ? context : { ...context, source: script.source };
  const feeds = script.commands.map((statement) => walkStatement(statement, inside));
  return feeds.length === 1 ? feeds[0] : undefined;
}

const put = ({ segments }: Walk, text: string, verdict: Verdict, argv: readonly string[] = [], redirects: readonly string[] = []): void => {
  if (segments.length >= MAX_SEGMENTS) throw new TooDeep();
  segments.push({ text, argv, redirects, ...verdict });
};

const textOf = ({ source }: Walk, node: { readonly pos: number; readonly end: number }): string => source.slice(node.pos, node.end);

function walkStatement(statement: Statement, context: Walk): Feed | undefined {
  if (statement.background === true) put(context, textOf(context, statement), withholds("pure", "structure/background", "a command left in the background outlives its approval"));
  return walkNode(statement.command, context);
}

const walkList = (list: CompoundList | undefined, context: Walk): void => {
  for (const statement of list?.commands ?? []) walkStatement(statement, context);
};

function walkNode(node: Statement["command"], context: Walk): Feed | undefined {
  if (node.type !== "AndOr") return walkPipeline(node, context);
  for (const part of node.commands) walkPipeline(part, context);
  return undefined;
}

function walkPipeline(node: PipelineNode, context: Walk): Feed | undefined {
  if (node.type !== "Pipeline") return walkCommandNode(node, context, undefined);
  let feed: Feed | undefined;
  for (const [at, command] of node.commands.entries()) feed = walkCommandNode(command, context, feed, isHead(node.commands[at + 1]));
  return feed;
}

/** What stands before it in the pipe ends with it: it counts up, to a number that is soon reached, and reads nothing else. */
const isHead = (node: CommandNode | undefined): boolean => node?.type === "Command" && node.name?.text === "head" && /^(?:-[nc] ?[0-9]{1,5}|-[0-9]{1,5})?$/.test(node.suffix.map((part) => (part.type === "Word" || part.type === "Assignment" ? part.text : "<")).join(" "));

const deeper = (context: Walk): Walk => {
  if (context.depth >= MAX_DEPTH) throw new TooDeep();
  return { ...context, depth: context.depth + 1 };
};

/** Walks one node; answers with the list of names it prints, when it prints one. */
function walkCommandNode(node: CommandNode, context: Walk, feed: Feed | undefined, isCut = false): Feed | undefined {
  const structure = (rule: string, why: string): void => put(context, textOf(context, node), withholds("pure", rule, why));
  const inside = node.type === "Command" ? context : deeper(context);
  switch (node.type) {
    case "Command":
      return walkCommand(node, context, feed, isCut);
    case "Subshell":
    case "BraceGroup":
      walkList(node.body, inside);
      return undefined;
    case "Redirected":
      judgeRedirects(node.redirects, context, textOf(context, node));
      walkCommandNode(node.command, inside, undefined);
      return undefined;
    case "If":
      walkList(node.clause, inside);
      walkList(node.then, inside);
      for (const branch of node.elif) {
        walkList(branch.clause, inside);
        walkList(branch.then, inside);
      }
      walkList(node.else, inside);
      return undefined;
    case "For":
      walkFor(node, context, inside);
      return undefined;
    case "Select":
      put(context, textOf(context, node), setsVariable(node.name.text));
      for (const word of node.wordlist ?? []) value(word, inside);
      walkList(node.body, inside);
      return undefined;
    case "While":
      structure("structure/loop", "nobody can tell how often a loop runs");
      walkList(node.clause, inside);
      walkList(node.body, inside);
      return undefined;
    case "Case":
      structure("structure/case", "a case compares patterns that may run commands");
      value(node.word, inside);
      for (const item of node.items) {
        for (const pattern of item.pattern) value(pattern, inside);
        walkList(item.body, inside);
      }
      return undefined;
    case "Function":
      put(context, textOf(context, node), withholds("arbitrary-exec", "structure/function", "a function can stand in for any command after it"));
      walkBody(node.body, inside);
      return undefined;
    case "Coproc":
      structure("structure/coproc", "a coprocess outlives its approval");
      walkBody(node.body, inside);
      return undefined;
    case "ArithmeticFor":
      put(context, textOf(context, node), withholds("unknown", "trap/arithmetic", "arithmetic can run commands through array subscripts"));
      for (const expression of [node.initialize, node.test, node.update]) arithmetic(expression, inside);
      walkList(node.body, inside);
      return undefined;
    case "ArithmeticCommand":
      put(context, textOf(context, node), withholds("unknown", "trap/arithmetic", "arithmetic can run commands through array subscripts"));
      arithmetic(node.expression, inside);
      return undefined;
    case "TestCommand":
      put(context, textOf(context, node), withholds("unknown", "trap/double-bracket", "[[ ]] evaluates arithmetic and array subscripts, which can run commands"));
      testExpression(node.expression, inside);
      return undefined;
    /* v8 ignore next -- the types leave nothing for it */
    default:
      node satisfies never;
      return undefined;
  }
}

const setsVariable = (name: string): Verdict => (POISON.test(name) ? withholds("arbitrary-exec", "structure/loop", `the loop sets ${name}, which decides what other commands run`) : withholds("pure", "structure/loop", "a loop sets a variable in every round"));

/** Nothing that is proved sets a variable, so in each round it stays what the list says. */
function walkFor(node: For, context: Walk, inside: Walk): void {
  const name = node.name.text;
  if (!countsRounds(name) || POISON.test(name) || node.wordlist === undefined || context.loops.rounds.has(name)) put(context, textOf(context, node), setsVariable(name));
  const words = (node.wordlist ?? []).flatMap((word) => numbersOf(word.text) ?? value(word, inside));
  const known = knownRounds(words, { times: context.times, length: node.end - node.pos });
  const times = context.times * (known?.length ?? 1);
  const before = { ...context.place };
  for (const round of known ?? [undefined]) walkList(node.body, { ...inside, times, loops: { ...context.loops, rounds: new Map([...context.loops.rounds, [name, round]]) } });
  // One that stands for many is walked once: where that leaves the script in another place, the next would begin there.
  const { isOpen, isRoot, folders } = context.place;
  const isElsewhere = isOpen !== before.isOpen || isRoot !== before.isRoot || folders.length !== before.folders.length;
  if (isElsewhere && (known ?? [undefined]).some((round) => round?.known === undefined)) put(context, textOf(context, node), withholds("pure", "structure/loop", "the rounds of this loop enter folders, and how many there are is not known"));
}

function walkBody(body: CommandNode | CompoundList, context: Walk): void {
  /* v8 ignore next -- every body has been one command so far; were it a bare list, its commands would still have to be listed */
  if (body.type === "CompoundList") walkList(body, context);
  else walkCommandNode(body, context, undefined);
}

const arithmetic = (expression: ArithmeticExpression | undefined, context: Walk): void => scanArithmetic({ expression }, context.source, (finding) => judgeFinding(finding, context));

function testExpression(expression: TestExpression, context: Walk): void {
  switch (expression.type) {
    case "TestUnary":
      return void value(expression.operand, context);
    case "TestBinary":
      value(expression.left, context);
      return void value(expression.right, context);
    case "TestLogical":
      for (const operand of expression.operands) testExpression(operand, context);
      return;
    case "TestNot":
      return testExpression(expression.operand, context);
    case "TestGroup":
      return testExpression(expression.expression, context);
    /* v8 ignore next -- the types leave nothing for it */
    default:
      expression satisfies never;
  }
}

const value = (word: Word, context: Walk): Value => readWord(word, context.source, (finding) => judgeFinding(finding, context), context.loops);

function judgeFinding(finding: WordFinding, context: Walk): Printed | undefined {
  switch (finding.kind) {
    case "script":
      return walkScript(finding.script, deeper(context));
    case "variable":
      if (isSecretVariable(finding.name)) put(context, `$${finding.name}`, withholds("read-secret", "secret/variable", "the name of this variable says that it holds a secret"));
      return undefined;
    case "blocked":
      put(context, finding.text, withholds("unknown", finding.rule, finding.why));
      return undefined;
    /* v8 ignore next -- the types leave nothing for it */
    default:
      return finding satisfies never;
  }
}

function walkCommand(node: Command, context: Walk, feed: Feed | undefined, isCut: boolean): Feed | undefined {
  const text = textOf(context, node);
  const redirects = [...node.prefix, ...node.suffix].filter((part): part is Redirection => part.type !== "Word" && part.type !== "Assignment");
  for (const part of node.prefix) if (part.type === "Assignment") judgeAssignment(part, context, node.name !== undefined);
  judgeRedirects(redirects, context, text);
  if (node.name === undefined) return undefined;
  // Which program runs is never left to a loop.
  const argv: Value[] = [value(node.name, { ...context, loops: { ...context.loops, rounds: NO_LOOPS.rounds } })];
  for (const part of node.suffix) {
    if (part.type === "Word") argv.push(value(part, context));
    else if (part.type === "Assignment") {
      // `declare a=(…)`: an argument that bash itself reads as an assignment. Only commands that are never proved take them.
      judgeAssignment(part, context, false);
      argv.push({ source: part.text, known: undefined, prefix: "", count: "many", glob: undefined, vetted: false, isApart: false, leaves: undefined, isPipe: false, isUndashed: false });
    }
  }
  const written = redirects.map((redirect) => textOf(context, redirect));
  const verdict = placed(runValues(argv, context, feed, isCut), argv, context, feed);
  put(context, text, verdict, argv.map(({ known, source }) => known ?? source), written);
  return verdict.proved ? feedThere(argv, context, feed) : undefined;
}

/** What a walk prints, judged from every folder it may begin in: where one of them tells that a name is a secret's, it is. */
function feedThere(argv: readonly Value[], { place }: Walk, feed: Feed | undefined): Feed | undefined {
  const here = feedOf(argv, feed);
  if (here === undefined || !/(^|\/)find$/.test((argv[0] as Value).known as string)) return here;
  if (!mayLook(place, place.folders.length * argv.length ** 2)) return { ...here, vetted: false };
  const there = place.folders.flatMap((folder) => argv.slice(1).map((word, at) => feedOf(argv.with(at + 1, movedTo(folder, word) ?? word), feed)));
  return there.find((moved) => moved?.vetted === false) ?? here;
}

const ENTERS = /^(cd|pushd|popd)$/;
/** They look at names alone, wherever they stand. */
const STAYS_OUTSIDE = /^(pwd|ls|echo|printf|dirname|basename|readlink|realpath|stat|exit|true)$/;

/** They go through folders, by themselves or told so; whatever stands around them. */
const readsBelow = (argv: readonly Value[]): boolean =>
  argv.some(({ known = "" }) => /(^|\/)(rg|isutf8|vmtouch)$/.test(known)) || (argv.some(({ known = "" }) => /(^|\/)[efz]?grep$/.test(known)) && argv.some(({ known = "" }) => /^-\w*[rR]|^--(dereference-)?recursive$/.test(known)));

/** Behind a folder that nobody knows, or that is no disk's, a plain name may be a device, and a glob meet all of them. */
function placed(verdict: Verdict, argv: readonly Value[], context: Walk, feed: Feed | undefined): Verdict {
  const { place } = context;
  const at = argv.findIndex(({ known }) => known !== "command" && known !== "--");
  const name = argv[at]?.known ?? "";
  if (ENTERS.test(name)) {
    enter(place, argv.slice(at + 1));
    return verdict;
  }
  if (!verdict.proved) return verdict;
  const lost = (): Verdict | undefined => (place.isOpen && !STAYS_OUTSIDE.test(name) ? withholds(verdict.effect, "structure/place", "this reads names in a folder that is only known when it runs") : undefined);
  if (lost() === undefined && place.isRoot && readsBelow(argv)) return withholds(verdict.effect, "structure/place", "this reads everything below the root, the kernel's own folders too");
  if (lost() === undefined && readsSecretThere(argv, context, feed)) return withholds("read-secret", "secret/path", "in the folder that was entered before, this may read secrets");
  return lost() ?? verdict; // asked again: with so many words the place may have been given up meanwhile
}

/** A name is given its place by the folder entered before: `cd /etc/dovecot && cat users`. Which word is a file only the grammar knows, so each is tried by itself. */
const readsSecretThere = (argv: readonly Value[], context: Walk, feed: Feed | undefined): boolean =>
  context.place.folders.some((folder) =>
    argv.some((word, at) => {
      if (!mayLook(context.place, looksAt(word))) return false;
      if (at > 0 && holdsNameOf(folder, word.known ?? "")) return true;
      const moved = at === 0 ? undefined : movedTo(folder, word);
      // Of most words their place makes nothing else, and to ask the grammar of each would take too long.
      if (moved === undefined || (moved.known !== undefined && !isSecretPath(moved.known) && !isSecretPath(`${moved.known}/x`))) return false;
      if (!mayLook(context.place, argv.length * LOOKS_TO_ASK)) return false;
      const segments: Segment[] = [];
      const there = runValues(argv.with(at, moved), { ...context, segments }, feed);
      return [there, ...segments].some(({ effect }) => effect === "read-secret");
    }),
  );

/** Judges a command; the commands it runs become segments of their own, listed before it. */
function runValues(argv: readonly Value[], context: Walk, feed: Feed | undefined, isCut = false): Verdict {
  return context.judge(argv, {
    feed,
    isCut,
    runs: (inner) => {
      const inside = deeper(context);
      const verdict = runValues(inner, inside, feed);
      put(context, inner.map(({ source }) => source).join(" "), verdict, inner.map(({ known, source }) => known ?? source));
      return verdict;
    },
  });
}

/** Filters that print some of the lines they are given, whole and unchanged. */
const PASSES_LINES = /^(sort|head|tail|uniq|shuf)$/;
const PASSING_GREP = /^-[viEFPwxe]+$/;
/** The rest of what they print holds no word with a dash in front either: `date "+%F -r"` would. */
const DATES = /^\+%[-_0^#]?[YmdbBaAFyjHTDCeGhk](?!.*(%[-_0^#]*[nt]|\s-))[^\n]*$/;
const UNDASHED = /^(date( -u)?( -d \S[^]*)?|hostname( -s)?|whoami|pwd|nproc|uname( -[rnsm])?|id -[ug]n?)$/;
const printsUndashed = (name: string, words: readonly string[]): boolean => UNDASHED.test([name, ...(name === "date" ? words.slice(0, -1) : words)].join(" ")) && (name !== "date" || DATES.test(words.at(-1) ?? ""));

function feedOf(argv: readonly Value[], feed: Feed | undefined): Feed | undefined {
  const name = ((argv[0] as Value).known as string).replace(/^.*\//, "");
  if (name === "find") return findFeed(argv.slice(1));
  if (name === "which") return { vetted: false, isApart: true, prefix: "", isNulEnded: false, isUndashed: true };
  const words = argv.slice(1).map(({ known }) => known ?? "");
  if (printsUndashed(name, words)) return { vetted: false, isApart: false, prefix: "", isNulEnded: false, isUndashed: true };
  if (feed === undefined) return undefined;
  if (name === "grep") return words.filter((word) => word.startsWith("-")).every((word) => PASSING_GREP.test(word)) && words.filter((word) => !word.startsWith("-")).length <= 1 ? { ...feed, isNulEnded: false } : undefined;
  return PASSES_LINES.test(name) && words.every((word, at) => /^-[nruzR\d]*$/.test(word) || (/^(head|tail)$/.test(name) && /^\d+$/.test(word) && words[at - 1] === "-n")) ? { ...feed, isNulEnded: false } : undefined;
}

function judgeAssignment(assignment: Assignment, context: Walk, isForCommand: boolean): void {
  const { name, text } = assignment;
  if (assignment.value.type === "ArrayValue") for (const element of assignment.value.elements) value(element, context);
  else value(assignment.value, context);
  if (assignment.index !== undefined) {
    value(assignment.index, context);
    put(context, text, withholds("unknown", "trap/arithmetic", "an array subscript is arithmetic, which can run commands"));
    return;
  }
  const effect: Effect = POISON.test(name) ? "arbitrary-exec" : isForCommand && !LOCALE.test(name) ? "unknown" : "pure";
  put(context, text, withholds(effect, "structure/assignment", effect === "arbitrary-exec" ? `${name} decides what other commands run` : "an assignment changes what later words mean"));
}

function judgeRedirects(redirects: readonly Redirection[], context: Walk, text: string): void {
  for (const redirect of redirects) {
    const verdict = redirectVerdict(redirect, context);
    if (verdict !== undefined) put(context, text, verdict, [], [textOf(context, redirect)]);
  }
}

/** Undefined for what the proof allows: `<file`, `2>&1` and output to /dev/null. */
function redirectVerdict(redirect: Redirection, context: Walk): Verdict | undefined {
  if (redirect.type === "HereDoc") {
    for (const part of redirect.body.parts ?? []) readWord({ type: "Word", text: redirect.body.text, value: "", pos: redirect.body.pos, end: redirect.body.end, parts: [part] }, context.source, (finding) => judgeFinding(finding, context), context.loops);
    return withholds("pure", "redirect/here-document", "a here-document may be written to a temporary file");
  }
  if (redirect.target === undefined) return withholds("unknown", "redirect/target", "what to redirect is missing");
  const target = value(redirect.target, context);
  if (redirect.type === "HereString") return withholds("pure", "redirect/here-string", "a here-string may be written to a temporary file");
  const { known } = target;
  if (redirect.descriptor?.type === "FileDescriptorVariable") return withholds("mutate", "redirect/descriptor-variable", "this opens a file under a variable's number");
  if (known !== undefined && isNetworkDevice(known)) return withholds("egress", "redirect/network", "bash opens a network connection for this name");
  switch (redirect.operator) {
    case "<":
      if (context.place.isOpen && known !== "/dev/null") return withholds("read", "structure/place", "this reads a name in a folder that is only known when it runs");
      return [target, ...context.place.folders.flatMap((folder) => movedTo(folder, target) ?? [])].map(inputVerdict).find((verdict) => verdict !== undefined);
    case ">&":
    case "<&":
      if (known !== undefined && /^\d$/.test(known)) return undefined;
      return withholds("mutate", "redirect/output", "output is written to a file");
    case ">":
    case ">>":
    case ">|":
    case "&>":
    case "&>>":
      if (known === "/dev/null") return undefined;
      if (known?.startsWith("/dev/") === true) return withholds("destructive", "redirect/device", `output is written to the device ${known}`);
      return withholds("mutate", "redirect/output", known === undefined ? "output is written to a file whose name is not known" : `output is written to ${known}`);
    case "<>":
      return withholds("mutate", "redirect/read-write", "this opens a file for writing too, and creates it");
    /* v8 ignore next -- the types leave nothing for it */
    default:
      redirect satisfies never;
      return undefined;
  }
}

function inputVerdict(target: Value): Verdict | undefined {
  const verdict = contentVerdict(target);
  if (verdict === "fits") return undefined;
  return verdict === "secret" ? withholds("read-secret", "secret/path", `"${target.source}" may hold secrets`) : withholds("read", "redirect/input", "which file is read is not known, or it is a device");
}

/** A line that goes on behind anything but a blank ("2" and ">x", "<<" and "-E" are one to bash), or anywhere behind a here-document: in there, even quotes do not keep it. Or into nothing: of several lines, bash drops such a sign. */
const CONTINUED = /[^ \t\n]\\\n|\$\{[^}\n]*\\\n|(?<!<)<<(?!<)[^]*\\\n|(?<!\\)(?:\\\\)*\\$/;

export function walkText(text: string, judge: Judge): readonly Segment[] {
  const segments: Segment[] = [];
  const context: Walk = { judge, segments, place: newPlace(), source: text, depth: 0, loops: loopsOf(text), times: 1 };
  walkScript(parse(text), context);
  if (CONTINUED.test(text)) put(context, "", withholds("unknown", "words/continued", "a word or a sign goes on behind the end of a line, which readers of the shell join differently: there may be commands that are not listed"));
  return segments;
}

export const joinedEffect = (segments: readonly Segment[]): Effect => worstEffect(segments.map(({ effect }) => effect));
