import { worstEffect, type Effect } from "../contract/terms.ts";
import { compileShape, matchShape, type CommandData, type Family, type Match, type Shape } from "./grammar.ts";
import { classifyRacadm } from "./devices/racadm.ts";
import { answersInquiries } from "./families/inquiries.ts";
import { kindVerdict } from "./kinds.ts";
import { awkObstacle } from "./programs/awk.ts";
import { findVerdict } from "./programs/find.ts";
import { proves, withholds, type Program, type ProgramContext, type Verdict } from "./programs/program.ts";
import { sedObstacle } from "./programs/sed.ts";
import { psqlVerdict } from "./programs/psql.ts";
import { aptVerdict, bracketVerdict, ddVerdict, psVerdict, tarVerdict, testVerdict, yesVerdict } from "./programs/small.ts";
import { WRAPPERS } from "./programs/wrappers.ts";
import type { Value } from "./words.ts";

// One simple command: its name resolved under a fixed PATH, its arguments matched against what its family file lists.

/** Where names are looked for. Whoever runs a proved command has to run it under exactly this PATH, or the proof is about other programs. */
export const FIXED_PATH = "/usr/sbin:/usr/bin:/sbin:/bin";

/** The controller's own tool, typed on the machine itself: its words say what it does; what it leaves here besides could not be watched. */
const racadmVerdict: Program = (args) => {
  const words = args.map(({ known }) => known ?? " ");
  const [segment] = words.some((word) => /\s/.test(word)) ? [] : classifyRacadm(words.join(" "));
  if (segment === undefined) return withholds("service-impact", "operations/racadm", "racadm asks or steers an iDRAC, and these words of it are not plain");
  return segment.proved ? withholds("read", segment.rule, `racadm ${segment.why}; what it does on this machine besides could not be watched`) : withholds(segment.effect, segment.rule, segment.why);
};

const PROGRAMS: Readonly<Record<string, Program>> = {
  find: findVerdict,
  bfs: findVerdict,
  test: testVerdict,
  "[": bracketVerdict,
  ps: psVerdict,
  psql: psqlVerdict,
  apt: aptVerdict,
  dd: ddVerdict,
  tar: tarVerdict,
  yes: yesVerdict,
  racadm: racadmVerdict,
  ...WRAPPERS,
};

const IN_FIXED_PATH = /^\/(?:usr\/)?s?bin\/([^/]+)$/;

type Entry = { readonly family: string; readonly name: string; readonly data: CommandData; shapes: readonly Shape[] | undefined };
export type Judge = (argv: readonly Value[], context: ProgramContext) => Verdict;

export function createJudge(families: readonly Family[]): Judge {
  const entries = new Map<string, Entry>();
  for (const family of families) {
    for (const data of family.commands) {
      for (const name of data.names.split(/\s+/)) {
        if (entries.has(name) || Object.hasOwn(PROGRAMS, name)) throw new Error(`two grammars claim the command "${name}"`);
        entries.set(name, { family: family.name, name, data, shapes: undefined });
      }
    }
  }
  return (argv, context) => {
    const [head, ...args] = argv;
    if (head?.known === undefined) return withholds("unknown", "names/open", "which program this runs is only known when it runs");
    const name = resolvedName(head.known);
    if (name === undefined) return withholds("unknown", "names/path", `"${head.known}" is outside the system's own program folders`);
    const entry = entries.get(name);
    if (args.length === 1 && args[0]?.known !== undefined && answersInquiries(name, args[0].known, takesLongOptions(entry))) return proves(`inquiries/${name}`, `${name} only prints its help or its version`, "pure");
    if (Object.hasOwn(PROGRAMS, name)) return (PROGRAMS[name] as Program)(args, context);
    if (entry === undefined) return withholds("unknown", "names/unknown", `nothing is known about a program called "${name}"`);
    return judgeEntry(entry, args);
  };
}

const resolvedName = (known: string): string | undefined => (known.includes("/") ? IN_FIXED_PATH.exec(known)?.[1] : known);

const takesLongOptions = (entry: Entry | undefined): boolean => entry?.data.shapes?.some(([options]) => /(^|\s)!?--\w/.test(options)) === true;

function judgeEntry(entry: Entry, args: readonly Value[]): Verdict {
  const { data, name, family } = entry;
  entry.shapes ??= (data.shapes ?? []).map((shape) => compileShape(shape, data));
  let best: Extract<Match, { matched: true }> | undefined;
  let firstMiss: string | undefined;
  for (const shape of entry.shapes) {
    const match = matchShape(shape, args, kindVerdict);
    if (!match.matched) firstMiss ??= match.why;
    else if (best === undefined || isMilder(match, best)) best = match;
  }
  if (best === undefined) return unmatched(entry, args, firstMiss);
  const rule = `${family}/${name}`;
  if (best.secret !== undefined) return withholds(worstEffect(["read-secret", best.effect, ...best.traps.map(({ effect }) => effect)]), "secret/path", `"${best.secret}" may hold secrets`);
  if (data.searches === true && args.some(isManyFiles) && args.some(isSearched)) return withholds("read-secret", "secret/search", "this searches many files for passwords or keys");
  const worst = worstEffect([best.effect, ...best.traps.map(({ effect }) => effect)]);
  const trap = best.traps.find(({ effect }) => effect === worst) ?? best.traps[0];
  if (trap !== undefined) return withholds(worst, `trap/${trap.rule}`, `${name}: ${trap.why}`);
  if (!isHarmless(worst)) return withholds(worst, rule, `${name} ${data.says}`);
  return proves(rule, `${name} ${data.says}; every option and operand is one the rule lists`, worst);
}

/** What is looked for, or may be; names of files that speak of passwords, and of logs, are where it is looked. */
const isSearched = ({ known, prefix }: Value): boolean => SECRET_SEARCH.test(known ?? prefix) && !SPEAKS_OF.test(known ?? "") && !/^\/var\/log\/[\w./-]+$/.test(known ?? "");
const isManyFiles = ({ vetted, glob, known }: Value): boolean => vetted || glob !== undefined || leadsFar(known ?? "");
const leadsFar = (text: string): boolean => /^(-\w*[rR]|--(dereference-)?recursive$|\/(?!dev\/null))/.test(text) && !SPEAKS_OF.test(text);
/** Files that speak of passwords all the time and hold none: who signed in, and how one may. */
const SPEAKS_OF = /^\/(var\/log\/(auth\.log|secure)(\.\d|-\d{8})?|etc\/(passwd|group|ssh\/sshd?_config|login\.defs|nsswitch\.conf|pam\.d\/[\w-]+|security\/\w+\.conf))$/;
const SECRET_SEARCH = /passw|passphrase|secret|token|credential|api.?key|access.?key|private.?key|BEGIN|AKIA|ssh-rsa|_PASS|\bpwd=/i;
const isHarmless = (effect: Effect): boolean => effect === "pure" || effect === "read";
const weight = (match: Extract<Match, { matched: true }>): Effect => worstEffect([match.effect, ...match.traps.map(({ effect }) => effect), ...(match.secret === undefined ? [] : ["read-secret" as const])]);
const isMilder = (one: Extract<Match, { matched: true }>, other: Extract<Match, { matched: true }>): boolean => weight(one) !== weight(other) && worstEffect([weight(one), weight(other)]) === weight(other);

/** The worst this command may do, unless its own script language says more exactly what stands in the way. */
function unmatched({ data, name, family }: Entry, args: readonly Value[], why: string | undefined): Verdict {
  const worst = data.ceiling ?? "unknown";
  const obstacle = name === "sed" || name.endsWith("awk") ? scriptObstacle(name, args) : undefined;
  if (obstacle !== undefined) return withholds(worst, obstacle.rule, obstacle.why);
  return withholds(worst, `${family}/${name}`, why === undefined ? `${name} ${data.says}` : `${name} ${data.says}: ${why}`);
}

const scriptObstacle = (name: string, args: readonly Value[]): { readonly rule: string; readonly why: string } | undefined => {
  const read = name === "sed" ? sedObstacle : awkObstacle;
  for (const { known } of args) {
    const obstacle = known === undefined || known.startsWith("-") ? undefined : read(known);
    if (obstacle?.rule.startsWith("trap/") === true) return obstacle;
  }
  return undefined;
};
