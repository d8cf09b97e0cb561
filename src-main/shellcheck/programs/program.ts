import type { Effect } from "../../contract/terms.ts";
import type { Value } from "../words.ts";

// Commands whose arguments are a small language of their own: they cannot be written down as a list of flags.

export type Verdict = { readonly effect: Effect; readonly proved: boolean; readonly rule: string; readonly why: string };

/** What the command before this one in the pipeline hands over, when that is a list of file names. */
export type Feed = { readonly vetted: boolean; readonly isApart: boolean; readonly prefix: string; readonly isNulEnded: boolean; readonly isUndashed: boolean };

export type ProgramContext = {
  readonly feed: Feed | undefined;
  /** Whether `head` stands behind it in the pipe, and ends it. */
  readonly isCut: boolean;
  /** Judges a command that this one runs, and lists it as a segment of its own. */
  readonly runs: (argv: readonly Value[]) => Verdict;
};
export type Program = (args: readonly Value[], context: ProgramContext) => Verdict;

export const proves = (rule: string, why: string, effect: Effect = "read"): Verdict => ({ effect, proved: true, rule, why });
export const withholds = (effect: Effect, rule: string, why: string): Verdict => ({ effect, proved: false, rule, why });
