import type { Effect } from "../../contract/terms.ts";
import type { Segment } from "../port.ts";

// Devices speak small languages of their own, one command a line. No quoting, no substitution: only plain words are read at all.

export type DeviceRule = {
  /** Words as the device spells them; `<text>` stands for one plain word, `…` for any plain words after it. */
  readonly pattern: string;
  readonly effect: Effect;
  readonly why: string;
};

type Compiled = { readonly words: readonly string[]; readonly rule: DeviceRule };

export type DeviceGrammar = {
  readonly name: string;
  /** Understands what was typed as one of the spelled words: exactly, or by an unambiguous beginning. */
  readonly fits: (typed: string, spelled: string) => boolean;
  readonly plainWord: RegExp;
  /** What may precede a command on the same line. */
  readonly drop?: readonly string[];
};

/** Judges each line; the first rule that fits decides, so dangerous rules stand before mild ones. */
export function deviceClassifier(grammar: DeviceGrammar, rules: readonly DeviceRule[]): (text: string) => readonly Segment[] {
  const compiled: readonly Compiled[] = rules.map((rule) => ({ words: rule.pattern.split(" "), rule }));
  return (text) => text.split("\n").map((line) => line.trim()).filter((line) => line !== "").map((line) => judgeLine(line, grammar, compiled));
}

function judgeLine(line: string, grammar: DeviceGrammar, rules: readonly Compiled[]): Segment {
  const all = line.split(/[ \t]+/);
  const argv = grammar.drop?.includes(all[0] as string) === true ? all.slice(1) : all;
  const base = { text: line, argv: all, redirects: [] };
  const odd = argv.find((word) => !grammar.plainWord.test(word));
  if (odd !== undefined) return { ...base, effect: "unknown", proved: false, rule: `${grammar.name}/words`, why: `"${odd}" is not a plain word of this device's language` };
  const found = rules.find(({ words }) => lineFits(argv, words, grammar));
  if (found === undefined) return { ...base, effect: "unknown", proved: false, rule: `${grammar.name}/unknown`, why: "this device command is not one a rule lists" };
  const { effect, why, pattern } = found.rule;
  return { ...base, effect, proved: effect === "read" || effect === "pure", rule: `${grammar.name}/${pattern.replaceAll(/[<>…]/g, "").trim().replaceAll(/ +/g, "-")}`, why };
}

function lineFits(argv: readonly string[], words: readonly string[], { fits }: DeviceGrammar): boolean {
  for (const [at, word] of words.entries()) {
    if (word === "…") return true;
    const typed = argv[at];
    if (typed === undefined) return false;
    if (!word.startsWith("<") && !word.split("|").some((spelled) => fits(typed, spelled))) return false;
  }
  return argv.length === words.length;
}
