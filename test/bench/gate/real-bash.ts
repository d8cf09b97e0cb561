import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { sandboxed } from "../../harness/sandbox.ts";

// The real bash reads generated scripts, in which no program can be found: what it tries to run is reported instead.

/** So many scripts go to one bash. */
export const BATCH = 25;
/** A mutated loop may lose its end; its batch is then left out, and said to be. */
const BATCH_TIMEOUT_MS = 2_500;
/** A function that calls itself in a pipe doubles with every breath: no limit of the shell's own stops it for an administrator. */
const MOST_PROCESSES = 400;
const LOOK_EVERY_MS = 20;
const processes = (): number => readdirSync("/proc").filter((name) => /^\d+$/.test(name)).length;

// One bash per batch, one subshell per script. Names that end in an even number, and `grep`, fail, so that both branches are walked.
// bash hands a report on at every line's end in it, and another one could come between: a command is reported as one line.
// What bash does by itself is reported as well, where the gate proves it.
const DRIVER = `
PATH=/nonexistent
at=0
command_not_found_handle() { local IFS=$'\\2'; builtin printf '%s\\0' "$at \${*//$'\\n'/$'\\1'}" >&3; case $1 in *[02468]|grep) return 1;; *) return 0;; esac; }
for own in echo printf test [ pwd type true; do eval "function $own { command_not_found_handle $own "'"$@"; builtin '"$own "'"$@"; }'; done
while IFS= read -r -d '' script <&4; do
  at=$((at + 1))
  ( ulimit -t 1; eval "$script" ) </dev/null >/dev/null 2>&1 4<&-
done
`;

/** What bash ran of each script, the words of each command as they came to it; nothing where the batch did not end. */
export function runByBash(scripts: readonly string[], folder: string): Promise<readonly (readonly (readonly string[])[])[] | undefined> {
  return new Promise((resolve, reject) => {
    // Generated scripts redirect to any name they come upon, and an administrator may write to all of them.
    const [bwrap, ...sandbox] = sandboxed(folder, folder);
    const child = spawn(bwrap, [...sandbox, "/bin/bash", "--noprofile", "--norc", "-c", DRIVER], { env: { PATH: "/nonexistent", LC_ALL: "C.UTF-8", HOME: "~" }, stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"], detached: true });
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
function byScript(text: string, count: number): readonly (readonly (readonly string[])[])[] {
  const ran: string[][][] = Array.from({ length: count }, () => []);
  for (const report of text.split("\0")) {
    const blank = report.indexOf(" ");
    if (blank > 0) ran[Number(report.slice(0, blank)) - 1]?.push(report.slice(blank + 1).replaceAll("\u0001", "\n").split("\u0002"));
  }
  return ran;
}

export type Random = () => number;

/** The same numbers for the same seed. */
export const randomOf = (seed: number): Random => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
};

export const pick = <T>(random: Random, from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;

const CHARACTERS = ["\\", "'", '"', "`", "$", "(", ")", "{", "}", ";", "|", "&", "#", "\n", " ", "<", ">", "[", "]", "*", "=", "\t", "\\\n"];

/** A third of the scripts get a character too many or too few: where readers of the shell differ. */
export function mutated(text: string, random: Random): string {
  if (random() > 0.35) return text;
  const at = Math.floor(random() * text.length);
  return text.slice(0, at) + (random() < 0.6 ? pick(random, CHARACTERS) : "") + text.slice(at + (random() < 0.5 ? 1 : 0));
}
