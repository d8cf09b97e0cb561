import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { classify, FIXED_PATH } from "../../../src-main/shellcheck/index.ts";
import { FAMILIES } from "../../../src-main/shellcheck/families/index.ts";
import { LET_THROUGH } from "../../fixtures/shellcheck/bypasses.ts";

// What is proved is run for real, with nothing writable and no network, and every system call that could write, connect or start
// a program is looked at. Corpora of commands are used where a folder of them is named; without one, only our own cases are run.

const CORPORA = process.env["SENA_CORPORA"];
const SAMPLE = Number(process.env["SENA_SAMPLE"] ?? 60);
const works = (): boolean =>
  ["/usr/bin/bwrap", "/usr/bin/strace"].every((tool) => existsSync(tool)) && spawnSync("bwrap", ["--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc", "strace", "-f", "-o", "/dev/null", "true"]).status === 0;
const canRun = works();
if (!canRun) console.warn("NOT TESTED: bwrap and strace do not work here, so no proved command was run under them.");

const CALLS = "openat,open,creat,unlink,unlinkat,rename,renameat,renameat2,mkdir,mkdirat,rmdir,chmod,fchmodat,chown,fchownat,link,linkat,symlink,symlinkat,truncate,ftruncate,mknod,mknodat,utimensat,setxattr,connect,sendto,execve,mount,umount2,sethostname,settimeofday,clock_settime,kill,ptrace,bind,reboot,init_module,finit_module";
const DENIED = /^(unlink|rename|mkdir|rmdir|chmod|fchmod|chown|fchown|link|symlink|truncate|ftruncate|mknod|utimensat|setxattr|mount|umount2|sethostname|settimeofday|clock_settime|ptrace|bind|reboot|init_module|finit_module|creat)/;

function run(command: string, folder: string): readonly string[] {
  const log = join(folder, "calls");
  writeFileSync(log, "");
  const sandbox = ["--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc", "--bind", folder, folder, "--unshare-net", "--unshare-pid", "--chdir", "/usr/share/doc"];
  spawnSync("bwrap", [...sandbox, "timeout", "-s", "KILL", "4", "strace", "-f", "-qq", "-s", "200", "-e", `trace=${CALLS}`, "-e", "signal=none", "-o", log, "/usr/bin/env", "-i", `PATH=${FIXED_PATH}`, "LC_ALL=C.UTF-8", "/bin/bash", "--noprofile", "--norc", "-c", command], { stdio: "ignore", timeout: 10_000 });
  return readFileSync(log, "utf8").split("\n").map((line) => line.replace(/^\d+\s+/, ""));
}

/** Programs that a proved program is by its nature a script around, or unpacks with. */
const HELPERS = new Set(["bash", "sh", "env", "grep", "gzip", "bzip2", "xz", "lzma", "zstd", "which.debianutils", "which", "dpkg-query"]);

export function misdeeds(lines: readonly string[], named: ReadonlySet<string>): readonly string[] {
  return lines.filter((line) => {
    if (line.includes("AF_NETLINK") || line.includes("nlmsg_len")) return false; // how the kernel is asked about the network
    if (DENIED.test(line)) return !/= -1 (ENOENT|ENOSYS|EINVAL)/.test(line) || /^(unlink|rename|mkdir|creat)/.test(line);
    if (/^open(at)?\(/.test(line)) return /O_WRONLY|O_RDWR|O_CREAT|O_TRUNC/.test(line) && !/"\/dev\/(null|tty)"|"\/proc\/[^"]*"/.test(line);
    if (line.startsWith("connect(")) return !/AF_UNIX|AF_NETLINK/.test(line);
    if (line.startsWith("sendto(")) return /AF_INET/.test(line);
    if (line.startsWith("kill(")) return !/, 0\)/.test(line);
    const program = /^execve\("([^"]+)".*= 0$/.exec(line)?.[1]?.replace(/^.*\//, "");
    return program !== undefined && !named.has(program) && !HELPERS.has(program);
  });
}

const shuffled = <T>(items: readonly T[], seed: number): readonly T[] => {
  let state = seed;
  return items.map((item) => ({ item, key: (state = (state * 1_103_515_245 + 12_345) % 2_147_483_648) })).sort((a, b) => a.key - b.key).map(({ item }) => item);
};

/** What these look at is the cluster's own API: connecting to it is what they are for, and the rule that proves them says so. */
const asksCluster = (command: string): boolean => /\b(kubectl|oc)\b/.test(command);
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
      expect(misdeeds(run("echo x > /tmp/y; perl -e 1", folder), new Set(["echo"])).length).toBeGreaterThanOrEqual(1);
      expect(misdeeds(run("exec 3<>/dev/tcp/127.0.0.1/9", folder), new Set())).toHaveLength(1);
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
        const found = misdeeds(run(command, folder), named);
        if (found.length > 0) bad.push(`${command}\n    ${found.slice(0, 3).join("\n    ")}`);
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
    expect(bad).toEqual([]);
  });
});
