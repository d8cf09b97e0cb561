import type { Effect } from "../../contract/terms.ts";
import { ANYTHING, knownValue, unknownValue, type Value } from "../words.ts";
import { proves, withholds, type Feed, type Program, type ProgramContext, type Verdict } from "./program.ts";

// Commands that run another command. They are what the inner one is, or they are not proved at all.

type Options = { readonly flags: RegExp; readonly takes: RegExp };

/** Skips a wrapper's own options; the index of its first operand, or undefined when an option is not listed. */
function afterOptions(args: readonly Value[], { flags, takes }: Options): number | undefined {
  let at = 0;
  for (; at < args.length; at += 1) {
    const text = args[at]?.known;
    if (text === undefined) return args[at]?.prefix === "" || args[at]?.prefix.startsWith("-") ? undefined : at;
    if (text === "--") return at + 1;
    if (!text.startsWith("-") || text === "-") return at;
    if (takes.test(text)) {
      at += 1;
      if (args[at]?.count !== "one") return undefined;
    } else if (!flags.test(text)) return undefined;
  }
  return at;
}

const inner = (args: readonly Value[], context: ProgramContext, { rule, says }: { rule: string; says: string }): Verdict => {
  const verdict = context.runs(args);
  return verdict.proved ? proves(rule, says, verdict.effect) : withholds(verdict.effect, verdict.rule, verdict.why);
};

const unlisted = (rule: string): Verdict => withholds("unknown", rule, "an option of this wrapper is not one the rule lists, so what it runs is not certain");

/** A wrapper that only changes how its command is scheduled or timed. */
const transparent =
  (name: string, options: Options, operandsBefore: readonly RegExp[] = []): Program =>
  (args, context) => {
    const start = afterOptions(args, options);
    if (start === undefined) return unlisted(`wrapper/${name}`);
    for (const [index, pattern] of operandsBefore.entries()) if (!pattern.test(args[start + index]?.known ?? "")) return unlisted(`wrapper/${name}`);
    const rest = args.slice(start + operandsBefore.length);
    if (rest.length === 0) return withholds("unknown", `wrapper/${name}`, "there is no command to run");
    return inner(rest, context, { rule: `wrapper/${name}`, says: `${name} only runs the command that follows, which is proved itself` });
  };

/** A wrapper a person should see: it changes who runs the command or how long it lives. Its effect is still the command's own. */
const visible =
  (name: string, options: Options, { why, least }: { why: string; least: Effect }): Program =>
  (args, context) => {
    const start = afterOptions(args, options);
    if (start === undefined) return unlisted(`wrapper/${name}`);
    const rest = args.slice(start);
    if (rest.length === 0) return withholds("arbitrary-exec", `wrapper/${name}`, "this opens a shell or waits for one");
    const verdict = context.runs(rest);
    return withholds(verdict.proved ? least : verdict.effect, `wrapper/${name}`, verdict.proved ? why : verdict.why);
  };

const env: Program = (args, context) => {
  if (args.length === 0) return withholds("read-secret", "secret/environment", "the environment may hold secrets");
  const start = afterOptions(args, { flags: /^(-i|--ignore-environment|-0|--null|-)$/, takes: /^(-u|--unset)$/ });
  const first = start === undefined ? undefined : args[start];
  if (start === undefined || first === undefined || (first.known ?? first.prefix + "=").includes("=")) return withholds("unknown", "wrapper/env", "env sets variables for what it runs, and variables can make it run something else");
  // Without a PATH, older C libraries look for a program in the current folder first; so does what it starts itself.
  if (args.slice(0, start).some(({ known = "PATH" }) => /^(-i|--ignore-environment|PATH)$/.test(known))) return withholds("unknown", "wrapper/env", "without a PATH, a program may be taken from the current folder");
  return inner(args.slice(start), context, { rule: "wrapper/env", says: "env only runs the command that follows, which is proved itself" });
};

const XARGS: Options = {
  flags: /^(-0|--null|-r|--no-run-if-empty|-t|--verbose|-x|--exit|-r0|-0r|-[nLPs]\d+|-I\S+|-0?i\S*|--(max-args|max-lines|max-procs|max-chars|delimiter|replace)=.+|-d.+|-0[nLP]\d+)$/,
  takes: /^(-n|-L|-P|-s|-d|-I|-0n|-0I|-0L|-0P|-r0I|--(max-args|max-procs|max-chars|delimiter))$/,
};

/**
 * `xargs` appends words nobody knows beforehand. They may stand where any word may; contents are read only of files that a `find` before it has vetted.
 * Without `-0`, a name with a blank or a newline in it falls apart into words of the name's choosing, so those may even be options.
 */
const xargs: Program = (args, context) => {
  const start = afterOptions(args, XARGS);
  if (start === undefined) return unlisted("wrapper/xargs");
  const own = args.slice(0, start).map(({ known }) => known ?? "");
  // A word behind an option that takes one is its value; and a sign told besides ends the names in the place of the zero byte.
  const spelled = own.filter((_, at) => !XARGS.takes.test(own[at - 1] ?? ""));
  const isExact = context.feed?.isNulEnded === true && spelled.some((text) => /^(-r?0|--null$)/.test(text)) && !spelled.some((text) => /^(-d|--delimiter)/.test(text));
  const vetted = context.feed?.vetted === true;
  const markers = replacements(own);
  // Of several markers the last counts, and one that ends a marker's force lets the lines be appended after all.
  if (markers.length > 1 || (markers.length === 1 && own.some((text) => /^-[0r]*[nL]|^--max-(args|lines)/.test(text)))) return unlisted("wrapper/xargs");
  const [marker] = markers;
  const rest = args.length > start ? args.slice(start) : [knownValue("echo")];
  const fed: Value = { ...unknownValue("⟨each line⟩", { prefix: isExact ? (context.feed as Feed).prefix : "", count: marker === undefined ? "many" : "one", vetted, isApart: context.feed?.isApart === true, isUndashed: context.feed?.isUndashed === true }), glob: ANYTHING };
  const argv = marker === undefined ? [...rest, fed] : rest.map((value) => (value.known?.includes(marker) === true ? replaced(value, marker, fed) : value));
  return inner(argv, context, { rule: "wrapper/xargs", says: "xargs runs the command that follows on each name, and that command is proved for any name" });
};

const replacements = (own: readonly string[]): readonly string[] =>
  own.flatMap((text, at) => {
    if (/^-[0r]*I$/.test(text)) return [own[at + 1] as string];
    if (/^-0?i/.test(text)) return [text.replace(/^-0?i/, "") || "{}"];
    if (text.startsWith("-I")) return [text.slice(2)];
    return text.startsWith("--replace=") ? [text.slice(10)] : [];
  });

const replaced = (value: Value, marker: string, fed: Value): Value => {
  const known = value.known as string;
  if (known === marker) return fed;
  return unknownValue(value.source, { prefix: known.slice(0, known.indexOf(marker)), count: "one" });
};

/** `command -v name` looks a name up; `command name …` runs it without functions and aliases. */
const command: Program = (args, context) => {
  const first = args[0]?.known;
  if (args.length === 0) return proves("wrapper/command", "command without a name runs nothing", "pure");
  if (first === "-v" || first === "-V") {
    return args.slice(1).every(({ known }) => known !== undefined && !known.startsWith("-")) ? proves("wrapper/command-lookup", "command -v only tells where a name leads") : unlisted("wrapper/command-lookup");
  }
  if (first === undefined || first.startsWith("-")) return unlisted("wrapper/command");
  return inner(args, context, { rule: "wrapper/command", says: "command only runs the command that follows, which is proved itself" });
};

const nothing = /^$/;

/** `chrt -p 1234` and `ionice -p 1234` print; with one word more they set. */
const orAsked =
  (name: string, most: number, otherwise: Program): Program =>
  (args, context) => {
    const [first, ...pids] = args.map(({ known }) => known ?? "");
    const asks = first === "-p" && pids.length > 0 && pids.length <= most && pids.every((pid) => /^\d+$/.test(pid));
    return asks ? proves(`wrapper/${name}-asks`, `${name} -p with numbers of processes alone prints how they are scheduled`) : otherwise(args, context);
  };

/** `sudo -l` runs nothing else. */
const sudoLists =
  (otherwise: Program): Program =>
  (args, context) =>
    args[0]?.known === "-l" || args[0]?.known === "--list" ? withholds("read", "wrapper/sudo-list", "this prints what may be done with other rights, and is written into the log") : otherwise(args, context);

export const WRAPPERS: Readonly<Record<string, Program>> = {
  env,
  xargs,
  command,
  nice: transparent("nice", { flags: /^(-\d+|-n-?\d+|--adjustment=-?\d+)$/, takes: /^(-n|--adjustment)$/ }),
  ionice: orAsked("ionice", 64, transparent("ionice", { flags: /^(-t|-c\d|-n\d)$/, takes: /^(-c|-n)$/ })),
  timeout: transparent("timeout", { flags: /^(--preserve-status|--foreground|-v|--verbose|-k\S+|-s\S+|--(kill-after|signal)=\S+)$/, takes: /^(-k|-s|--kill-after|--signal)$/ }, [/^\d+(\.\d+)?[smhd]?$/]),
  stdbuf: transparent("stdbuf", { flags: /^-[ioe][L0-9]\w*$/, takes: /^-[ioe]$/ }),
  time: transparent("time", { flags: /^(-p|-v|--verbose|--portability|-f.+|--format=.+)$/, takes: /^(-f|--format)$/ }),
  sudo: sudoLists(visible("sudo", { flags: /^(-n|--non-interactive|-E|-H|-k|-A|-S|-b|-i|-s|-[nEHSk]+)$/, takes: /^(-u|-g|-U|-p|-C|-h|--user|--group)$/ }, { why: "the command itself only reads, but it would run with another account's rights", least: "read" })),
  doas: visible("doas", { flags: /^(-n|-s)$/, takes: /^(-u|-C)$/ }, { why: "the command itself only reads, but it would run with another account's rights", least: "read" }),
  nohup: visible("nohup", { flags: nothing, takes: nothing }, { why: "nohup may write nohup.out and outlives the session", least: "mutate" }),
  setsid: visible("setsid", { flags: /^-[cfw]+$/, takes: nothing }, { why: "the command would outlive the session", least: "mutate" }),
  chrt: orAsked("chrt", 1, visible("chrt", { flags: /^-[abdfiorv]+$/, takes: nothing }, { why: "this changes how the scheduler treats a process", least: "mutate" })),
  watch: () => withholds("unknown", "wrapper/watch", "watch runs its words as a shell script again and again, without end"),
  parallel: () => withholds("arbitrary-exec", "wrapper/parallel", "parallel runs whatever it reads"),
  busybox: () => withholds("arbitrary-exec", "wrapper/busybox", "busybox is many programs in one, with other options than those known here"),
  exec: () => withholds("arbitrary-exec", "wrapper/exec", "exec replaces the shell with another program"),
  eval: () => withholds("arbitrary-exec", "wrapper/eval", "eval runs text as a script"),
  builtin: () => withholds("arbitrary-exec", "wrapper/builtin", "builtin reaches the shell's own state"),
};
