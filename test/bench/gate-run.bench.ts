import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { FAMILIES } from "../../src-main/shellcheck/families/index.ts";
import type { ShapeData } from "../../src-main/shellcheck/grammar.ts";
import { classify } from "../../src-main/shellcheck/index.ts";
import { asksCluster, canWatch, misdeeds, watchedCalls } from "../harness/watched-run.ts";
import { pick, randomOf, type Random } from "./gate/real-bash.ts";

// A grammar is somebody's reading of a manual. Options and words are drawn from it at random, good values and bad ones; what the gate
// proves of that is run for real, with nothing writable and every system call looked at.

type Report = (line: { name: string; value: number; unit: string; ratio?: number; note?: string }) => void;

export async function bench({ flags }: { flags: Record<string, string | boolean> }, report: Report): Promise<void> {
  if (!canWatch()) {
    report({ name: "gate_run_watched", value: 0, unit: "commands", note: "bwrap and strace do not work here: nothing was run" });
    return;
  }
  const each = Number(flags["each"] ?? 3);
  const random = randomOf(Number(flags["seed"] ?? 1));
  const only = typeof flags["only"] === "string" ? new RegExp(`^(${flags["only"]})$`) : /./;
  const folder = mkdtempSync(join(tmpdir(), "sena-gate-run-"));
  const place = join(folder, "there");
  layOut(place);
  const found: string[] = [];
  let ran = 0;
  let programs = 0;
  try {
    for (const [name, shapes] of installed(only)) {
      let proved = 0;
      for (let tries = 0; tries < each * 40 && proved < each; tries += 1) {
        const command = drawn(name, pick(random, shapes), random);
        if (!classify(command).proved || asksCluster(command)) continue;
        proved += 1;
        const named = new Set(classify(command).segments.map(({ argv }) => (argv[0] ?? "").replace(/^.*\//, "")));
        const wrong = misdeeds(watchedCalls(command, folder, place), named);
        if (wrong.length > 0) {
          found.push(command);
          console.error(`${command}\n    ${wrong.slice(0, 3).join("\n    ")}`);
        }
      }
      ran += proved;
      programs += proved > 0 ? 1 : 0;
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  report({ name: "gate_run_programs", value: programs, unit: "programs", note: `seed ${String(flags["seed"] ?? 1)}` });
  report({ name: "gate_run_watched", value: ran, unit: "commands", note: "proved, and run under strace" });
  report({ name: "gate_run_misdeeds", value: found.length, unit: "commands", note: found.slice(0, 10).map((text) => JSON.stringify(text)).join(" ") });
  if (found.length > 0) process.exitCode = 1;
}

const installed = (only: RegExp): readonly (readonly [name: string, shapes: readonly ShapeData[]])[] =>
  FAMILIES.flatMap(({ commands }) => commands)
    .flatMap(({ names, shapes = [] }) => names.split(/\s+/).map((name) => [name, shapes] as const))
    .filter(([name, shapes]) => shapes.length > 0 && only.test(name) && ["/usr/sbin", "/usr/bin"].some((path) => existsSync(join(path, name))));

/** Values that mean something to some program, and such that only a wrong reading would accept. */
const VALUES = ["1", "0", "-1", "3", "10", "a", "x", "b.txt", "notes.md", "data.json", "data.xml", "data.yaml", "table.csv", "packed.gz", "packed.tar", "base.db", "program", "sub", "sub/c.txt", ".", "..", "/etc/hostname", "/proc/self/status", "/proc/1/stat", "/var/log/dpkg.log", "/dev/null", "/dev/sda", "-", "a=b", "x=/tmp/y", "k:v", "x,y", "@b.txt", "+x", "!id", "|id", "%n", "%s", "http://127.0.0.1:9/", "127.0.0.1", "::1", "localhost", "lo", "eth0", "root", "init", "ssh.service", "bash", "coreutils", "now", "today", "2024-01-01", "all", "full", "json", "list", "show", "status", "help", "/tmp/written", "./written", "s/a/b/", "w written", "e id", "1p", "{print}", "system(\"id\")", "."];

function drawn(name: string, [options, operands]: ShapeData, random: Random): string {
  const listed = options.split(/\s+/).map((token) => token.replace(/^!+/, "")).filter((token) => /^(-\w|--\w|~\w)/.test(token));
  const words: string[] = [];
  const required = options.split(/\s+/).filter((token) => token.startsWith("!!")).map((token) => token.slice(2));
  const wanted = [...required, ...Array.from({ length: Math.floor(random() * 4) }, () => (listed.length > 0 ? pick(random, listed) : "")).filter((token) => token !== "")];
  for (const token of wanted) words.push(...optionWords(token, random));
  const verbs: string[] = [];
  for (const slot of operands.split(/\s+/).filter((token) => token !== "")) {
    const [, kind = "", repeat = ""] = /^(.*?)([?*+]?)$/.exec(slot) as RegExpExecArray;
    const times = repeat === "" ? 1 : repeat === "?" ? Math.floor(random() * 2) : repeat === "+" ? 1 + Math.floor(random() * 2) : Math.floor(random() * 3);
    for (let at = 0; at < times; at += 1) verbs.push(kind.startsWith("[") ? pick(random, kind.slice(1, -1).split("|")) : valueOf(kind, random));
  }
  return [name, ...(random() < 0.5 ? [...words, ...verbs] : [...verbs, ...words])].map(quoted).join(" ");
}

/** A kind that is a word stands for itself. */
const valueOf = (kind: string, random: Random): string => (/^[a-z][\w-]*$/.test(kind) && random() < 0.25 ? kind : pick(random, VALUES));

function optionWords(token: string, random: Random): readonly string[] {
  const [, spelled = "", mark] = /^([^:?=>&]+)([:?=>&])?/.exec(token) as RegExpExecArray;
  const value = pick(random, VALUES);
  if (spelled.startsWith("--")) {
    if (mark === undefined || (mark === "?" && random() < 0.5)) return [spelled];
    if (mark === "&") return [spelled, "a", value];
    return mark === "?" || random() < 0.5 ? [`${spelled}=${value}`] : [spelled, value];
  }
  if (spelled.startsWith("~")) return mark === undefined ? [`-${spelled.slice(1)}`] : mark === "&" ? [`-${spelled.slice(1)}`, "a", value] : [`-${spelled.slice(1)}`, value];
  const letters = Array.from({ length: mark === undefined ? 1 + Math.floor(random() * 3) : 1 }, () => pick(random, [...spelled.slice(1)])).join("");
  if (mark === undefined || (mark === "?" && random() < 0.5)) return [`-${letters}`];
  if (mark === "&") return [`-${letters}`, "a", value];
  return mark === "?" || (mark !== ">" && random() < 0.5) ? [`-${letters}${value}`] : [`-${letters}`, value];
}

const quoted = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`);

/** Files for programs to meet, of the kinds they are made for. */
function layOut(place: string): void {
  mkdirSync(join(place, "sub"), { recursive: true });
  const text = "root:x:0:0\nalpha beta\n1 2 3\n# note\n";
  const contents: Readonly<Record<string, string | Buffer>> = { a: text, x: text, "b.txt": text, "sub/c.txt": text, "notes.md": "# Notes\n\n- one\n", "data.json": '{"a":[1,2,{"b":"c"}]}\n', "data.xml": "<?xml version='1.0'?><!DOCTYPE a SYSTEM 'http://127.0.0.1:9/a.dtd'><a><b c='d'>e</b></a>\n", "data.yaml": "a:\n  - 1\n", "table.csv": "a,b\n1,2\n", "packed.gz": gzipSync(text) };
  for (const [name, content] of Object.entries(contents)) writeFileSync(join(place, name), content);
  spawnSync("tar", ["-cf", "packed.tar", "b.txt", "sub"], { cwd: place });
  spawnSync("sqlite3", ["base.db", "create table t(a); insert into t values (1);"], { cwd: place });
  spawnSync("cp", ["/bin/true", "program"], { cwd: place });
}
