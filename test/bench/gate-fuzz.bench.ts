import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { classify } from "../../src-main/shellcheck/index.ts";
import { BATCH, mutated, pick, randomOf, runByBash, type Random } from "./gate/real-bash.ts";
import { hasSandbox } from "../harness/sandbox.ts";
import type { Flags } from "./options.ts";

// Generated scripts run by the real bash, in which no program can be found: every name bash tries to run is reported instead.
// A name it runs that the gate's list of parts does not hold would be a command nobody was shown.

type Report = (line: { name: string; value: number; unit: string; ratio?: number; note?: string }) => void;

export const OPTIONS = { scripts: { type: "string" }, full: { type: "boolean" }, seed: { type: "string" } } as const;

export async function bench({ flags }: { readonly flags: Flags<typeof OPTIONS> }, report: Report): Promise<void> {
  if (!hasSandbox()) return report({ name: "gate_fuzz_compared", value: 0, unit: "scripts", note: "bwrap does not work here (apt-get install bubblewrap): nothing was run" });
  const wanted = Number(flags.scripts ?? (flags.full === true ? 200_000 : 3_000));
  const random = randomOf(Number(flags.seed ?? 1));
  const folder = mkdtempSync(join(tmpdir(), "sena-gate-fuzz-"));
  const tally = { scripts: 0, compared: 0, executed: 0, unread: 0, stuck: 0, missed: [] as string[] };
  try {
    while (tally.compared < wanted) {
      const scripts = Array.from({ length: BATCH }, () => mutated(script(random, 3), random));
      const ran = await runByBash(scripts, folder);
      tally.scripts += scripts.length;
      for (const [at, text] of scripts.entries()) compare(text, ran?.[at], tally);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  report({ name: "gate_fuzz_scripts", value: tally.scripts, unit: "scripts", note: `seed ${String(flags.seed ?? 1)}` });
  report({ name: "gate_fuzz_compared", value: tally.compared, unit: "scripts", note: "whose list says that it is whole" });
  report({ name: "gate_fuzz_executed", value: tally.executed, unit: "commands", note: "names bash really ran in those" });
  report({ name: "gate_fuzz_unread", value: tally.unread, unit: "scripts", note: "not readable without doubt: unknown, said to be, never proved; not compared" });
  report({ name: "gate_fuzz_stuck", value: tally.stuck, unit: "scripts", note: "in batches that did not end; not compared" });
  report({ name: "gate_fuzz_unlisted", value: tally.missed.length, unit: "commands", note: tally.missed.slice(0, 3).map((text) => JSON.stringify(text)).join(" ") });
  if (tally.missed.length > 0) process.exitCode = 1;
}

type Tally = { compared: number; executed: number; unread: number; stuck: number; readonly missed: string[] };

function compare(text: string, ran: readonly (readonly string[])[] | undefined, tally: Tally): void {
  if (ran === undefined) {
    tally.stuck += 1;
    return;
  }
  const { segments, proved, refused } = classify(text);
  if (!proved && (refused !== undefined || segments.some(({ rule }) => rule === "parse/errors" || rule === "words/continued" || rule === "words/attached"))) {
    tally.unread += 1;
    return;
  }
  tally.compared += 1;
  tally.executed += ran.length;
  const listed = new Set(segments.map(({ argv }) => argv[0]));
  // A name that only comes about while running is listed too, as a name nobody can know: never proved.
  const hasOpenName = segments.some(({ rule }) => rule === "names/open");
  for (const [name = ""] of ran) if (!listed.has(name) && !hasOpenName) tally.missed.push(`${name} in ${text}`);
}

function name(random: Random): string {
  const plain = `c${Math.floor(random() * 90)}`;
  // A name that goes on behind a line's end makes its whole script unread: now and then is often enough.
  if (random() < 0.02) return `c\\\n${plain.slice(1)}`;
  return pick(random, [plain, plain, plain, `"${plain}"`, `'${plain}'`, `c\\${plain.slice(1)}`, `c""${plain.slice(1)}`, `$'${plain}'`]);
}

function word(random: Random, depth: number): string {
  const inner = depth > 0 ? script(random, depth - 1) : name(random);
  return pick(random, ["a", "-x", "'q;c1'", '"q|c2"', "\\;", "\\$(c3)", "'$(c4)'", "*.x", "[a-z]", "#no", "a#b", "#", "@(a|b)", "x=1", "{a,b}", "~", `$(${inner})`, `"$(${inner})"`, `\`${name(random)}\``, `"\`${name(random)} \\"x\\"\`"`, `<(${inner})`, `\${u:-$(${inner})}`, `"\${u:+$(${inner})}"`, `$((1+$(${name(random)}; echo 1)))`, `"a\\"b$(${inner})"`, `\${u#$(${name(random)})}`, `$(# note )\n${inner})`, `$(case x in x) ${name(random)};; esac)`, `$(cat <<E\n$(${name(random)})\nE\n)`]);
}

function simple(random: Random, depth: number): string {
  const before = random() < 0.15 ? pick(random, ["v=1 ", `v=$(${name(random)}) `, "2>/dev/null ", `a[$(${name(random)}; echo 0)]=1 `]) : "";
  const words = Array.from({ length: Math.floor(random() * 3) }, () => `${random() < 0.1 ? "" : " "}${word(random, depth - 1)}`).join("");
  const after = random() < 0.2 ? pick(random, [" 2>&1", " >/dev/null", ` <<< "$(${name(random)})"`, ` < <(${name(random)})`, " # c98 $(c99)"]) : "";
  return before + name(random) + words + after;
}

function script(random: Random, depth: number): string {
  if (depth <= 0) return simple(random, 0);
  const next = (): string => script(random, depth - 1);
  switch (Math.floor(random() * 16)) {
    case 0:
      return `${next()}; ${next()}`;
    case 1:
      return `${next()}\n${next()}`;
    case 2:
      return `${next()}\n&& ${next()}`.replace("\n&&", " &&");
    case 3:
      return `${simple(random, depth)} || ${next()}`;
    case 4:
      return `${simple(random, depth)} | ${next()}`;
    case 5:
      return `( ${next()}\n)`;
    case 6:
      return `{ ${next()}\n}`;
    case 7:
      return `if ${next()}\nthen ${next()}\nelse ${next()}\nfi`;
    case 8:
      return `for v in ${word(random, depth - 1)} b; do ${next()}\nbreak; done`;
    case 9:
      return `while ${simple(random, 0)}\ndo ${next()}\nbreak; done`;
    case 10:
      return `case ${word(random, depth - 1)} in a) ${next()}\n;; *) ${next()}\n;; esac`;
    case 11:
      return `f() { ${next()}\n}; f`;
    case 12:
      return `cat9 <<${pick(random, ["E", "'E'", "-E"])}\n$(${name(random)}) \`${name(random)}\`\nE\n${next()}`;
    case 13:
      return `[[ -n ${word(random, 0)} ]] && ${next()}`;
    case 14:
      return `! ${simple(random, depth)}`;
    default:
      return simple(random, depth);
  }
}
