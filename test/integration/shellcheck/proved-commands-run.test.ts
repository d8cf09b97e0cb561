import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { classify } from "../../../src-main/shellcheck/index.ts";
import { FAMILIES } from "../../../src-main/shellcheck/families/index.ts";
import { LET_THROUGH } from "../../fixtures/shellcheck/bypasses.ts";
import { asksCluster, canWatch, misdeeds, watchedCalls } from "../../harness/watched-run.ts";

// What is proved is run for real, with nothing writable and no network, and every system call that could write, connect or start
// a program is looked at. Corpora of commands are used where a folder of them is named; without one, only our own cases are run.

const CORPORA = process.env["SENA_CORPORA"];
const SAMPLE = Number(process.env["SENA_SAMPLE"] ?? 60);
const canRun = canWatch();
if (!canRun) console.warn("NOT TESTED: bwrap and strace do not work here, so no proved command was run under them.");

const shuffled = <T>(items: readonly T[], seed: number): readonly T[] => {
  let state = seed;
  return items.map((item) => ({ item, key: (state = (state * 1_103_515_245 + 12_345) % 2_147_483_648) })).sort((a, b) => a.key - b.key).map(({ item }) => item);
};

const isEndless = (command: string): boolean => /\btail\b.*-\w*[fF]|--follow|\bsleep\b|journalctl.*-f\b|dmesg.*-w\b|\bfind (~|\/)( |$)|\bdu .*\/$|\btree\b|\bmonitor\b|\btload\b|\binotifywait\b|conntrack -E|iw event/.test(command);

function corpus(): readonly string[] {
  if (CORPORA === undefined) return [];
  const lines = ["tldr-dev.jsonl", "nl2bash-dev.jsonl"].flatMap((file) => readFileSync(join(CORPORA, file), "utf8").trim().split("\n"));
  return lines.map((line) => (JSON.parse(line) as { command: string }).command.replace(/^\$ /, ""));
}

describe.skipIf(!canRun)("proved commands, run under a read-only sandbox with their system calls watched", () => {
  it("finds a write when there is one, so that finding none means something", () => {
    const folder = mkdtempSync(join(tmpdir(), "sena-proved-"));
    try {
      expect(misdeeds(watchedCalls("echo x > /tmp/y; perl -e 1", folder), new Set(["echo"])).length).toBeGreaterThanOrEqual(1);
      expect(misdeeds(watchedCalls("exec 3<>/dev/tcp/127.0.0.1/9", folder), new Set())).toHaveLength(1);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it("do not write, connect or start anything that is not named", { timeout: 900_000 }, () => {
    const folder = mkdtempSync(join(tmpdir(), "sena-proved-"));
    const all = [...new Set([...LET_THROUGH, ...FAMILIES.flatMap(({ inside }) => inside), ...corpus()])].filter((command) => classify(command).proved && !isEndless(command) && !asksCluster(command));
    const bad: string[] = [];
    try {
      for (const command of shuffled(all, 20_261_121).slice(0, SAMPLE)) {
        const named = new Set(classify(command).segments.map(({ argv }) => (argv[0] ?? "").replace(/^.*\//, "")));
        const found = misdeeds(watchedCalls(command, folder), named);
        if (found.length > 0) bad.push(`${command}\n    ${found.slice(0, 3).join("\n    ")}`);
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
    expect(bad).toEqual([]);
  });
});
