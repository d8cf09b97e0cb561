import type { Classification, Classify, Segment } from "./port.ts";
import { classifyCiscoIos } from "./devices/cisco-ios.ts";
import { classifyRacadm } from "./devices/racadm.ts";
import { FAMILIES } from "./families/index.ts";
import { createJudge } from "./judge.ts";
import { disagreement, unseenCommands, type SecondOpinion } from "./second-opinion.ts";
import { joinedEffect, MAX_LENGTH, walkText } from "./walk.ts";

/** Goes into every approval: a verdict is only as good as the rules that gave it. */
export const CLASSIFIER_VERSION = "8";

export type ClassifierNeeds = {
  /** Asked about every command; it can only take a proof away, or add what the first reader did not see to the list. */
  readonly secondOpinion?: SecondOpinion;
};

const judge = createJudge(FAMILIES);

export function createClassifier({ secondOpinion }: ClassifierNeeds = {}): Classify {
  return (command, options = {}) => {
    const refusal = refusalOf(command);
    if (refusal !== undefined) return refusal;
    const dialect = options.dialect ?? "posix";
    switch (dialect) {
      case "posix":
        return withBytes(command, classifyPosix(command, secondOpinion));
      case "racadm":
        return withBytes(command, conclude(classifyRacadm(command)));
      case "cisco-ios":
        if (AT_ONCE.test(command)) return refuse("The command holds a key that a device acts on while the line is typed (?, Tab or a control character): what ran would not be what stands here. It is never run.");
        return withBytes(command, conclude(classifyCiscoIos(command)));
      /* v8 ignore next -- the types leave nothing for it */
      default:
        return dialect satisfies never;
    }
  };
}

/** Without a second opinion: for previews and tests. What decides about running is made with `createClassifier`. */
export const classify: Classify = createClassifier();

/** IOS shows help at `?` and completes at Tab, in the middle of a line; what stood before it runs at the next Enter. */
// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const AT_ONCE = /[?\u0000-\u0009\u000b-\u001f\u007f-\u009f]/;

const refuse = (why: string): Classification => ({ effect: "unknown", proved: false, rule: "caps/refused", why, segments: [], refused: why, denied: true, version: CLASSIFIER_VERSION });

function refusalOf(command: string): Classification | undefined {
  if (command.length > MAX_LENGTH) return refuse(`The command is ${command.length} characters long; more than ${MAX_LENGTH} are never run.`);
  if (command.includes("\u0000")) return refuse("The command holds a zero byte, which every program reads differently; it is never run.");
  return undefined;
}

const OUTSIDE = /[^\n\t -~]/u;

/** Bytes that hide or imitate are never part of a proof, and never run without somebody looking at them drawn out. */
function withBytes(command: string, verdict: Classification): Classification {
  const outside = OUTSIDE.exec(command)?.[0];
  if (outside === undefined || verdict.denied === true) return verdict;
  const code = (outside.codePointAt(0) as number).toString(16).toUpperCase().padStart(4, "0");
  const refused = `The command holds the character U+${code}, which is outside plain printable text: a person has to look at it.`;
  return { ...verdict, proved: false, rule: verdict.proved ? "bytes/outside-printable" : verdict.rule, why: verdict.proved ? refused : verdict.why, refused };
}

function classifyPosix(command: string, secondOpinion: SecondOpinion | undefined): Classification {
  try {
    const verdict = conclude(walkText(command, judge));
    if (!verdict.proved) return secondOpinion === undefined ? verdict : withUnseen(command, verdict, secondOpinion);
    const doubt = secondOpinion === undefined ? undefined : disagreement(command, secondOpinion);
    return doubt === undefined ? verdict : { ...verdict, proved: false, rule: "parse/second-opinion", why: doubt };
  } catch {
    // Beyond our caps or those of the readers themselves: what was not read to its end is never run, whatever stopped it.
    return refuse("The command is nested too deep or has too many parts to be judged; it is never run.");
  }
}

/** Whoever approves reads the list of parts: a command that only one of two readers sees belongs there too. */
function withUnseen(command: string, verdict: Classification, secondOpinion: SecondOpinion): Classification {
  const unseen = unseenCommands(command, secondOpinion);
  if (unseen.length === 0) return verdict;
  const found: Segment[] = unseen.map((argv) => ({ text: argv.join(" "), argv, redirects: [], effect: "unknown", proved: false, rule: "parse/second-opinion", why: "only one of two readers of the shell sees this command here" }));
  return conclude([...found, ...verdict.segments]);
}

/** A script is the join of its parts, and as proved as its least proved part. */
function conclude(segments: readonly Segment[]): Classification {
  const version = CLASSIFIER_VERSION;
  if (segments.length === 0) return { effect: "pure", proved: false, rule: "structure/empty", why: "There is no command here.", segments, version };
  const effect = joinedEffect(segments);
  const doubtful = segments.filter(({ proved }) => !proved);
  const decisive = doubtful.find((segment) => segment.effect === effect) ?? doubtful[0];
  if (decisive !== undefined) return { effect, proved: false, rule: decisive.rule, why: decisive.why, segments, version };
  const leading = segments.find((segment) => segment.effect === effect) as Segment;
  return { effect, proved: true, rule: leading.rule, why: segments.length === 1 ? leading.why : `All ${segments.length} parts are proved read-only. ${leading.why}`, segments, version };
}
