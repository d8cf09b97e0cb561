import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { classify, createClassifier } from "../../src-main/shellcheck/index.ts";
import { escapeRegExp } from "../../src-main/shellcheck/words.ts";
import { loadSecondOpinion } from "../../src-main/shells/process/shell-reader.ts";
import { BATCH, mutated, pick, randomOf, runByBash, type Random } from "./gate/real-bash.ts";
import { hasSandbox } from "../harness/sandbox.ts";
import type { Flags } from "./options.ts";

// A proof stands on the words of a command: one word more, and `uniq` writes a file. Commands that the first reader alone proves are
// read by the real bash, and every word that comes to a program has to be one that the gate's list of parts foresaw.

type Report = (line: { name: string; value: number; unit: string; ratio?: number; note?: string }) => void;

export const OPTIONS = { proved: { type: "string" }, full: { type: "boolean" }, seed: { type: "string" } } as const;

export async function bench({ flags }: { readonly flags: Flags<typeof OPTIONS> }, report: Report): Promise<void> {
  if (!hasSandbox()) return report({ name: "gate_words_proved", value: 0, unit: "scripts", note: "bwrap does not work here (apt-get install bubblewrap): nothing was run" });
  const wanted = Number(flags.proved ?? (flags.full === true ? 200_000 : 3_000));
  const random = randomOf(Number(flags.seed ?? 1));
  const folder = mkdtempSync(join(tmpdir(), "sena-gate-words-"));
  for (const name of NAMES_THERE) writeFileSync(join(folder, name), "");
  mkdirSync(join(folder, "d"));
  const byBoth = createClassifier({ secondOpinion: await loadSecondOpinion() });
  const tally = { made: 0, proved: 0, ran: 0, stuck: 0, wrong: [] as string[], byBoth: [] as string[] };
  try {
    while (tally.proved < wanted) {
      const scripts: string[] = [];
      while (scripts.length < BATCH) {
        const text = mutated(script(random), random);
        tally.made += 1;
        if (classify(text).proved) scripts.push(text);
      }
      tally.proved += scripts.length;
      const ran = await runByBash(scripts, folder);
      if (ran === undefined) tally.stuck += scripts.length;
      const isWritten = readdirSync(folder).length !== NAMES_THERE.length + 1;
      const wrong = scripts.filter((text, at) => isWritten || (ran?.[at] ?? []).some((words) => !isForeseen(text, words, folder)));
      tally.ran += (ran ?? []).flat().length;
      tally.wrong.push(...wrong);
      tally.byBoth.push(...wrong.filter((text) => byBoth(text).proved));
      if (isWritten) break;
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  report({ name: "gate_words_made", value: tally.made, unit: "scripts", note: `seed ${String(flags.seed ?? 1)}` });
  report({ name: "gate_words_proved", value: tally.proved, unit: "scripts", note: "by the first reader alone" });
  report({ name: "gate_words_ran", value: tally.ran, unit: "commands", note: "whose words were compared" });
  report({ name: "gate_words_stuck", value: tally.stuck, unit: "scripts", note: "in batches that did not end; not compared" });
  report({ name: "gate_words_unforeseen", value: tally.wrong.length, unit: "scripts", note: tally.wrong.slice(0, 20).map((text) => JSON.stringify(text)).join(" ") });
  report({ name: "gate_words_unforeseen_by_both", value: tally.byBoth.length, unit: "scripts", note: tally.byBoth.slice(0, 20).map((text) => JSON.stringify(text)).join(" ") });
  if (tally.wrong.length > 0) process.exitCode = 1;
}

/** Something for globs to meet. */
const NAMES_THERE = ["a", "b", "a b", "x.log", "1", "#c", "{a,b}", "=", "-z"];

/** Some listed command has exactly these words, or signs of the shell where they are not known beforehand. */
function isForeseen(text: string, ran: readonly string[], folder: string): boolean {
  const words = ran.map((word) => word.replaceAll(folder, ".")).join("\u0000");
  return classify(text).segments.some(({ argv }) => matches(argv, words));
}

const OPEN = /[$`*?[<(~]/;
function matches(argv: readonly string[], ran: string): boolean {
  const pattern = argv.map((word, at) => `${at === 0 ? "" : "\u0000"}${escapeRegExp(word)}`);
  // What is open may be any number of words, none too; what is known is exactly one.
  const open = argv.map((word, at) => (OPEN.test(word) ? `(?:${pattern[at] as string}|${at === 0 ? "" : "(?:\u0000[^]*)?"})` : (pattern[at] as string)));
  return new RegExp(`^${open.join("")}$`).test(ran);
}

const PROGRAMS = ["cat", "ls", "ls -l", "wc -l", "head -n 3", "tail", "sort", "stat", "du -sh", "file", "grep x", "grep -c", "cut -d: -f1", "uniq", "printf", "echo", "test", "[", "df", "ps aux", "date", "id", "systemctl status", "ip addr", "diff", "true", "tr a", "find", "awk 1", "sed -n 1p", "type", "command -v", "timeout 5 cat", "nice ls", "xargs cat", "env", "time ls"];
const FRAGMENTS = ["a", "b1", "x.log", "d/", "..", ",", "=", "#", "!", "^", "%", ":", "+", "@", "-", "{", "}", "{}", "{a}", "{a,b}", "{1..3}", "{},b}", "{a}", "{,", ",}", "~", "*", "?", "[a-z]", "[!a]", "[", "]", "'q r'", '"q r"', "''", '""', "\\ ", "\\\\", "\\$", "\\*", "\\{", "\\;", "\\a", "\\'", '\\"', "'\\'", '"\\a"', '"\\$x"', '"\\\\"', "';'", '"|"', "'$(rm)'", '"#"', "'\n'", "$'a\\nb'", "$'\\''", "$x", '"$x"', "$HOME", '"$PWD"', "$?", "$", '"$"', "$((1+2))", "$(ls)", '"$(cat a)"', "$(echo a b)", "`ls`", "<(cat a)", "${x}", "${x:-y}", '"${x%.*}"', "\\\n", "\t", "2", "9", "/dev/null", "=~", "a=~", "~/"];
const AFTER = [" 2>&1", " 2>/dev/null", " >/dev/null", " </dev/null", " <a", "<a", " &>/dev/null", " # note", " #", " 2>&1 >/dev/null", " 1>&2"];
const JOINS = [" | ", "|", " && ", "&&", " || ", "; ", ";", "\n", " |& ", " |\n", " &&\n", ";\n", " # c\n"];

function word(random: Random): string {
  return Array.from({ length: 1 + Math.floor(random() * 3) }, () => pick(random, FRAGMENTS)).join("");
}

function simple(random: Random): string {
  const program = pick(random, PROGRAMS);
  const named = random() < 0.08 ? pick(random, [`"${program.replace(" ", '" "')}"`, `\\${program}`, `${program[0]}''${program.slice(1)}`, `'${program.replace(" ", "' '")}'`, `${program[0]}\\\n${program.slice(1)}`]) : program;
  const words = Array.from({ length: Math.floor(random() * 3) }, () => ` ${word(random)}`).join("");
  return `${random() < 0.05 ? pick(random, ["! ", "time ", "</dev/null ", "2>&1 "]) : ""}${named}${words}${program === "[" ? " ]" : ""}${random() < 0.2 ? pick(random, AFTER) : ""}`;
}

const LISTED = ["a", "b1", "x.log", "1", "-n", "a b", "'a b'", "{1..3}", "{3..1}", "{01..3}", "*", "*.log", "/sys/class/net/*", "/sys/class/block/../../../tmp/*", "$x", '"$v"', "$v", "~", "d/$v", "a=b", "''", "%s", "/dev/null", "$(ls)", "[a-b]", "{a,b}", "a\\ b", "..", "*/", "$HOME"];
const OF_A_ROUND = ["$v", '"$v"', "${v}", '"${v}/x"', "a$v", "$v/b", "$v$w", "$w", '"$v $w"', "'$v'", "\\$v", "${v%.*}", "-$v", "$v.log", "{$v}", "$vx", "--x=$v", "$'a'$v", "$v\\\n", "~$v", "[$v]", "$v*"];

const listed = (random: Random): string => Array.from({ length: Math.floor(random() * 4) }, () => pick(random, LISTED)).join(" ");

/** What stands in a loop: words with its variable in them. */
const rounds = (random: Random): string => `${simple(random)} ${Array.from({ length: 1 + Math.floor(random() * 2) }, () => pick(random, OF_A_ROUND)).join(" ")}${random() < 0.3 ? `; ${simple(random)} ${pick(random, OF_A_ROUND)}` : ""}`;

function script(random: Random): string {
  const one = simple(random);
  if (random() < 0.6) return one;
  const two = simple(random);
  switch (Math.floor(random() * 16)) {
    case 0:
      return `(${one})`;
    case 1:
      return `{ ${one}; }`;
    case 2:
      return `if ${one}; then ${two}; fi`;
    case 3:
      return `if ${one}\nthen ${two}\nelse ${simple(random)}\nfi`;
    case 4:
      return `${one} "$(${two})"`;
    case 5:
      return `${one} <(${two})`;
    case 6:
    case 7:
    case 8:
      return `for v in ${listed(random)}; do ${rounds(random)}; done${random() < 0.3 ? `; ${rounds(random)}` : ""}`;
    case 9:
      return `for v in ${listed(random)}; do for w in ${listed(random)}; do ${rounds(random)}; done; ${rounds(random)}; done`;
    default:
      return `${one}${pick(random, JOINS)}${two}`;
  }
}
