import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { FAMILIES } from "../../src-main/shellcheck/families/index.ts";
import type { ShapeData } from "../../src-main/shellcheck/grammar.ts";
import { classify } from "../../src-main/shellcheck/index.ts";
import { asksCluster, canWatch, misdeeds, watchedCalls } from "../harness/watched-run.ts";
import { pick, randomOf, type Random } from "./gate/real-bash.ts";
import type { Flags } from "./options.ts";

// A grammar is somebody's reading of a manual. Options and words are drawn from it at random, good values and bad ones; what the gate
// proves of that is run for real, with nothing writable and every system call looked at.

type Report = (line: { name: string; value: number; unit: string; ratio?: number; note?: string }) => void;

export const OPTIONS = { each: { type: "string" }, seed: { type: "string" }, only: { type: "string" } } as const;

export async function bench({ flags }: { readonly flags: Flags<typeof OPTIONS> }, report: Report): Promise<void> {
  if (!canWatch()) {
    report({ name: "gate_run_watched", value: 0, unit: "commands", note: "bwrap and strace do not work here: nothing was run" });
    return;
  }
  const each = Number(flags.each ?? 3);
  const random = randomOf(Number(flags.seed ?? 1));
  const only = typeof flags.only === "string" ? new RegExp(`^(${flags.only})$`) : /./;
  const folder = mkdtempSync(join(tmpdir(), "sena-gate-run-"));
  const place = join(folder, "there");
  layOut(place);
  const found: string[] = [];
  let ran = 0;
  let programs = 0;
  try {
    for (const { name, weight, draw } of [...spoken(only), ...installed(only)]) {
      let proved = 0;
      for (let tries = 0; tries < each * weight * 40 && proved < each * weight; tries += 1) {
        const command = `${name === "xargs" ? "ls b.txt | " : ""}${[name, ...draw(random)].map(quoted).join(" ")}`;
        const verdict = classify(command);
        if (!verdict.proved || asksCluster(command)) continue;
        proved += 1;
        const named = new Set(verdict.segments.map(({ argv }) => (argv[0] ?? "").replace(/^.*\//, "")));
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
  report({ name: "gate_run_programs", value: programs, unit: "programs", note: `seed ${String(flags.seed ?? 1)}` });
  report({ name: "gate_run_watched", value: ran, unit: "commands", note: "proved, and run under strace" });
  report({ name: "gate_run_misdeeds", value: found.length, unit: "commands", note: found.slice(0, 10).map((text) => JSON.stringify(text)).join(" ") });
  if (found.length > 0) process.exitCode = 1;
}

type Drawn = { readonly name: string; readonly weight: number; readonly draw: (random: Random) => readonly string[] };

const isThere = (name: string): boolean => ["/usr/sbin", "/usr/bin"].some((path) => existsSync(join(path, name)));

const installed = (only: RegExp): readonly Drawn[] =>
  FAMILIES.flatMap(({ commands }) => commands)
    .filter(({ shapes = [] }) => shapes.length > 0)
    .flatMap(({ names, shapes = [] }) => names.split(/\s+/).map((name) => ({ name, weight: 1, draw: (random: Random) => drawn(pick(random, shapes), random) })))
    .filter(({ name }) => only.test(name) && isThere(name));

/** Programs whose arguments are a language of their own are drawn from pieces of it, ten times as often. */
const spoken = (only: RegExp): readonly Drawn[] =>
  [
    ...["sed", "awk", "mawk", "jq"].map((name) => ({ name, draw: (random: Random) => [...(random() < 0.2 ? [pick(random, LETTERS[name] ?? [])] : []), some(name, random, 1, 7).join(pick(random, ["", " "])), ...(random() < 0.7 ? [pick(random, VALUES)] : [])] })),
    ...["find", "tar", "xargs", "env", "timeout", "dd", "test", "ps"].map((name) => ({ name, draw: (random: Random) => some(name, random, 1, 6).flatMap((piece) => piece.split(" ")) })),
  ]
    .map((one) => ({ ...one, weight: 10 }))
    .filter(({ name }) => only.test(name) && isThere(name));

const some = (name: string, random: Random, least: number, most: number): readonly string[] => Array.from({ length: least + Math.floor(random() * (most - least + 1)) }, () => pick(random, PIECES[name === "mawk" ? "awk" : name] ?? []));

const LETTERS: Readonly<Record<string, readonly string[]>> = { sed: ["-n", "-E", "-s", "-z", "-u", "-i", "-nf", "--debug", "-ne"], awk: ["-F:", "-f", "-vx=1", "-i"], mawk: ["-F:", "-Wexec", "-W dump"], jq: ["-r", "-c", "-n", "-f", "-L.", "-s", "--arg", "--slurpfile"] };
const PIECES: Readonly<Record<string, readonly string[]>> = {
  sed: ["p", "s/a/b/", "s/a/id/e", "s/a/b/w out", "s|a|b|gp", "s,a,b,2", "w out", "W out", "r b.txt", "R b.txt", "e", "e id", "1", "$", "/a/", "\\,a,", "!", ",", "+1", "~2", "{", "}", ";", "\n", "y/ab/ba/", "q", "Q5", "n", "N", "d", "D", "g", "G", "x", "h", "a text", "i\\", "c", "=", "l", "b", ": x", "t x", "#n", "# w out", "M", "I", "F", "z", "v", "\\", "[/]", "[", "]", "&", " ", "w/dev/stdout", "s/[/]w/b/", "s/a/b\\/w out/"],
  awk: ["BEGIN", "END", "{", "}", "{print}", "{print $1}", "print", "$1", 'system("id")', "|", '"id"', "getline", "getline x", "<", '"b.txt"', ">", '"out"', ">>", "printf", '"%s"', "(", ")", "close(", "/a/", "/[/]/", "&&", "a=1", ";", "@load", '@include "x"', '"/inet/tcp/0/127.0.0.1/9"', "|&", "ENVIRON", "function f(){", "f()", "length", "x[1]", "in", "delete", "?", ":", "@f()", "~", "\n", "# >", '"a#b"', '"\\""', "NR==1", "NR", "/", "-", ",", "fflush()", "sub(/a/,b)", "split($0,a)", "substr($0,1)", "{if(1)print}", "while(0)", "next", "exit", "FS", "=", "++", "%", "^", "!"],
  jq: [".", ".a", "[]", "|", "env", "$ENV", "input", "inputs", "input_filename", "import \"a\" as x;", "include \"a\";", "@sh", "\"x\"", "(", ")", "{", "}", "a", ":", ",", "keys", "debug", "stderr", "$__loc__", "getpath", "paths", "..", "?", "//", "limit(1;", "def f:", ";", "f", "reduce", "as $x", "$x", "1", "+", "tojson", "now", "halt_error", "modulemeta", "get_search_list", "splits(\"a\")"],
  find: [".", "sub", "/etc/hostname", "-name *.txt", "-type f", "-exec cat {} ;", "-exec id ;", "-exec ls -l {} +", "-execdir ls ;", "-ok ls ;", "-delete", "-fprint out", "-fprintf out %p", "-fls out", "-print", "-print0", "-printf %p", "-ls", "-prune", "-o", "-a", "!", "(", ")", "-maxdepth 1", "-newer a", "-size +1k", "-quit", "-files0-from x", "-L", "-regex .*", "-mtime -1", "-perm -4000", "-empty", "-user root", "-path ./sub", "-samefile a", "-D tree", "-O3", "-exec sh -c id ;", "-exec grep a {} ;", "-exec sed p {} ;", "-exec head -n 1 {} ;", "-xdev", "-depth", "-false", "-newermt now", "--", "-H", "-fstype ext4"],
  tar: ["t", "tf", "-tf", "-tvf", "tvf", "-t", "-f", "packed.tar", "packed.gz", "-v", "-z", "-O", "x", "-xOf", "--list", "--file=packed.tar", "--to-command=id", "-I id", "--use-compress-program=id", "--checkpoint=1", "--checkpoint-action=exec=id", "--rsh-command=id", "127.0.0.1:x", "-C sub", "--wildcards", "*.txt", "-F id", "--info-script=id", "--index-file=out", "-d", "--diff", "-a", "-j", "-J", "--zstd", "--force-local", "-T b.txt", "-X b.txt", "--totals", "--full-time", "--remove-files", "-g out", "--listed-incremental=out", "b.txt", "--exclude=x", "-M", "--occurrence", "--show-transformed", "--transform=s/a/id/e", "--xform=s/a/b/"],
  xargs: ["cat", "ls -l", "-n 1", "-I {}", "{}", "echo", "sh -c id", "-a b.txt", "-r", "-0", "-P 2", "-d x", "wc -l", "grep a", "-t", "-p", "-o", "rm", "head -n 1", "-L 1", "-i", "--arg-file=b.txt", "basename"],
  env: ["-i", "-u HOME", "cat b.txt", "ls", "A=1", "LC_ALL=C", "PATH=.", "LD_PRELOAD=./program", "-S id", "-C sub", "--", "sh", "-0", "--chdir=sub", "-v", "PAGER=id", "man ls", "date", "id"],
  timeout: ["5", "-k 1", "1s", "-s KILL", "cat b.txt", "ls", "--foreground", "sh -c id", "-v", "id", "--preserve-status", "sleep 0", "0.1", "head -n 1 b.txt"],
  dd: ["if=b.txt", "of=out", "of=/dev/null", "bs=1", "count=1", "status=none", "if=/dev/zero", "conv=notrunc", "iflag=direct", "oflag=sync", "skip=1", "seek=1", "conv=nocreat", "if=/dev/sda", "conv=fsync"],
  test: ["-f", "b.txt", "-n", "x", "=", "!", "-a", "-o", "-eq", "1", "(", ")", "-v", "a[0]", "-z", "", "-ot", "-t", "-nt", "-R", "a[$(id)]", "-ef", "<", ">"],
  ps: ["aux", "-ef", "-eo pid,comm", "-p 1", "e", "-C bash", "--sort=-rss", "k", "-q 1", "O", "f", "--forest", "--no-headers", "-L", "x", "w", "-o user=", "--ppid 1", "-u root", "t", "U root", "-H"],
};

/** Values that mean something to some program, and such that only a wrong reading would accept. */
const VALUES = ["1", "0", "-1", "3", "10", "a", "x", "b.txt", "notes.md", "data.json", "data.xml", "data.yaml", "table.csv", "packed.gz", "packed.tar", "base.db", "program", "sub", "sub/c.txt", ".", "..", "/etc/hostname", "/proc/self/status", "/proc/1/stat", "/var/log/dpkg.log", "/dev/null", "/dev/sda", "-", "a=b", "x=/tmp/y", "k:v", "x,y", "@b.txt", "+x", "!id", "|id", "%n", "%s", "http://127.0.0.1:9/", "127.0.0.1", "::1", "localhost", "lo", "eth0", "root", "init", "ssh.service", "bash", "coreutils", "10.1", "10.", "1..2", "a@b", "file:///etc/hostname", "*.txt", "~", "--", "{}", "$x", "/sys/class/net", "/proc/cpuinfo", "/usr/share/doc", "/bin/ls", "-x", "now", "today", "2024-01-01", "all", "full", "json", "list", "show", "status", "help", "/tmp/written", "./written", "s/a/b/", "w written", "e id", "1p", "{print}", "system(\"id\")", "."];

function drawn([options, operands]: ShapeData, random: Random): readonly string[] {
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
  return random() < 0.5 ? [...words, ...verbs] : [...verbs, ...words];
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
  for (const [name, content] of Object.entries({ ...contents, ...SETTINGS })) {
    mkdirSync(dirname(join(place, name)), { recursive: true });
    writeFileSync(join(place, name), content);
  }
  spawnSync("tar", ["-cf", "packed.tar", "b.txt", "sub"], { cwd: place });
  spawnSync("sqlite3", ["base.db", "create table t(a); insert into t values (1);"], { cwd: place });
  spawnSync("cp", ["/bin/true", "program"], { cwd: place });
}

/** Settings that would start a program: whoever reads them is found out. */
const SETTINGS: Readonly<Record<string, string>> = {
  ".sqliterc": ".shell id\n.output out\n",
  ".gitconfig": "[core]\n\tpager = id\n\tfsmonitor = id\n\teditor = id\n[diff]\n\texternal = id\n[alias]\n\tst = !id\n[pager]\n\tlog = id\n",
  ".gdbinit": "shell id\n",
  ".config/gdb/gdbinit": "shell id\n",
  ".config/procps/toprc": "pipe\tid\tid\n",
  ".yamllint": "extends: default\n",
  ".curlrc": 'output = "out"\nurl = "http://127.0.0.1:9/"\n',
  ".wgetrc": "use_askpass = /usr/bin/id\n",
  ".npmrc": "globalconfig=./x\nnode-options=--require ./x.js\n",
  ".lessfilter": "#!/bin/sh\nid\n",
  ".lesskey": "#env\nLESSOPEN = |id\n",
  ".config/pip/pip.conf": "[global]\nlog = out\n",
  ".psqlrc": "\\! id\n",
  ".tmux.conf": "run-shell id\n",
  ".vimrc": ":silent !id\n",
  ".exrc": ":!id\n",
  ".perltidyrc": "-b\n",
  "Makefile": "$(shell id)\nall:\n\tid\n",
  "package.json": '{"name":"x","scripts":{"preinstall":"id"}}\n',
  ".config/fontconfig/fonts.conf": '<?xml version="1.0"?><fontconfig><cachedir>./cache</cachedir></fontconfig>\n',
};
