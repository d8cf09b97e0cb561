import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { classify } from "../../src-main/shellcheck/index.ts";

// Generated scripts run by the real bash, in which no program can be found: every name bash tries to run is reported instead.
// A name it runs that the gate's list of parts does not hold would be a command nobody was shown.

type Report = (line: { name: string; value: number; unit: string; ratio?: number; note?: string }) => void;

const BATCH = 25;
/** A mutated loop may lose its end; its batch is then left out, and said to be. */
const BATCH_TIMEOUT_MS = 2_500;
/** A function that calls itself in a pipe doubles with every breath: no limit of the shell's own stops it for an administrator. */
const MOST_PROCESSES = 400;
const LOOK_EVERY_MS = 20;
const processes = (): number => readdirSync("/proc").filter((name) => /^\d+$/.test(name)).length;

export async function bench({ flags }: { flags: Record<string, string | boolean> }, report: Report): Promise<void> {
  const wanted = Number(flags["scripts"] ?? (flags["full"] === true ? 200_000 : 3_000));
  const random = mulberry(Number(flags["seed"] ?? 1));
  const folder = mkdtempSync(join(tmpdir(), "sena-gate-fuzz-"));
  const tally = { scripts: 0, executed: 0, unread: 0, stuck: 0, missed: [] as string[] };
  try {
    while (tally.scripts < wanted) {
      const scripts = Array.from({ length: Math.min(BATCH, wanted - tally.scripts) }, () => mutated(script(random, 3), random));
      const ran = await runAll(scripts, folder);
      tally.scripts += scripts.length;
      for (const [at, text] of scripts.entries()) compare(text, ran?.[at], tally);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  report({ name: "gate_fuzz_scripts", value: tally.scripts, unit: "scripts", note: `seed ${String(flags["seed"] ?? 1)}` });
  report({ name: "gate_fuzz_executed", value: tally.executed, unit: "commands", note: "names bash really ran" });
  report({ name: "gate_fuzz_unread", value: tally.unread, unit: "scripts", note: "not readable without doubt: unknown, never proved" });
  report({ name: "gate_fuzz_stuck", value: tally.stuck, unit: "scripts", note: "in batches that did not end; not compared" });
  report({ name: "gate_fuzz_unlisted", value: tally.missed.length, unit: "commands", note: tally.missed.slice(0, 3).map((text) => JSON.stringify(text)).join(" ") });
  if (tally.missed.length > 0) process.exitCode = 1;
}

type Tally = { executed: number; unread: number; stuck: number; readonly missed: string[] };

function compare(text: string, ran: readonly string[] | undefined, tally: Tally): void {
  if (ran === undefined) {
    tally.stuck += 1;
    return;
  }
  const { segments, proved, refused } = classify(text);
  tally.executed += ran.length;
  if (!proved && (refused !== undefined || segments.some(({ rule }) => rule === "parse/errors" || rule === "words/continued" || rule === "words/attached"))) {
    tally.unread += 1;
    return;
  }
  const listed = new Set(segments.map(({ argv }) => argv[0]));
  // A name that only comes about while running is listed too, as a name nobody can know: never proved.
  const hasOpenName = segments.some(({ rule }) => rule === "names/open");
  for (const name of ran) if (!listed.has(name) && !hasOpenName) tally.missed.push(`${name} in ${text}`);
}

// One bash per batch, one subshell per script. Odd names succeed, even ones fail, so that both branches are walked.
// bash hands a report on at every line's end in it, and another one could come between: a name is reported as one line.
const DRIVER = `
PATH=/nonexistent
at=0
command_not_found_handle() { printf '%s\\0' "$at \${1//$'\\n'/$'\\1'}" >&3; case $1 in *[13579]) return 0;; *) return 1;; esac; }
while IFS= read -r -d '' script <&4; do
  at=$((at + 1))
  ( ulimit -t 1; eval "$script" ) </dev/null >/dev/null 2>&1 4<&-
done
`;

function runAll(scripts: readonly string[], folder: string): Promise<readonly (readonly string[])[] | undefined> {
  return new Promise((resolve, reject) => {
    const child = spawn("/bin/bash", ["--noprofile", "--norc", "-c", DRIVER], { cwd: folder, env: { PATH: "/nonexistent", LC_ALL: "C.UTF-8" }, stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"], detached: true });
    const [, , , output, input] = child.stdio;
    let text = "";
    let isStuck = false;
    const stop = (): void => {
      isStuck = true;
      try {
        if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
      } catch {
        // It ended by itself in the meantime.
      }
    };
    const timer = setTimeout(stop, BATCH_TIMEOUT_MS);
    const watch = setInterval(() => {
      if (processes() > MOST_PROCESSES) stop();
    }, LOOK_EVERY_MS);
    output?.on("data", (chunk: Buffer) => (text += chunk.toString("utf8")));
    child.on("error", reject);
    child.on("close", () => {
      clearTimeout(timer);
      clearInterval(watch);
      resolve(isStuck ? undefined : byScript(text, scripts.length));
    });
    (input as NodeJS.WritableStream).on("error", () => {});
    (input as NodeJS.WritableStream).end(scripts.map((script) => `${script}\0`).join(""));
  });
}

/** Substituted processes may report late, when the next script already runs: each report names its script. */
function byScript(text: string, count: number): readonly (readonly string[])[] {
  const ran: string[][] = Array.from({ length: count }, () => []);
  for (const report of text.split("\0")) {
    const blank = report.indexOf(" ");
    if (blank > 0) ran[Number(report.slice(0, blank)) - 1]?.push(report.slice(blank + 1).replaceAll("\u0001", "\n"));
  }
  return ran;
}

type Random = () => number;

const mulberry = (seed: number): Random => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
};

const pick = <T>(random: Random, from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;

function name(random: Random): string {
  const plain = `c${Math.floor(random() * 90)}`;
  return pick(random, [plain, plain, plain, `"${plain}"`, `'${plain}'`, `c\\${plain.slice(1)}`, `c""${plain.slice(1)}`, `c\\\n${plain.slice(1)}`, `$'${plain}'`]);
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

const CHARACTERS = ["\\", "'", '"', "`", "$", "(", ")", "{", "}", ";", "|", "&", "#", "\n", " ", "<", ">", "[", "]", "*", "=", "\t", "\\\n"];

/** A third of the scripts get a character too many or too few: where readers of the shell differ. */
function mutated(text: string, random: Random): string {
  if (random() > 0.35) return text;
  const at = Math.floor(random() * text.length);
  return text.slice(0, at) + (random() < 0.6 ? pick(random, CHARACTERS) : "") + text.slice(at + (random() < 0.5 ? 1 : 0));
}
