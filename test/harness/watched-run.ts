import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { FIXED_PATH } from "../../src-main/shellcheck/index.ts";
import { hasSandbox, sandboxed } from "./sandbox.ts";

// A command run for real, with nothing writable and no network, while every system call that could write, connect or start a
// program is looked at.

export const canWatch = (): boolean => existsSync("/usr/bin/strace") && hasSandbox(["strace", "-f", "-o", "/dev/null", "true"]);

const CALLS = "openat,open,creat,unlink,unlinkat,rename,renameat,renameat2,mkdir,mkdirat,rmdir,chmod,fchmodat,chown,fchownat,link,linkat,symlink,symlinkat,truncate,ftruncate,mknod,mknodat,utimensat,setxattr,connect,sendto,execve,mount,umount2,sethostname,settimeofday,clock_settime,kill,ptrace,bind,reboot,init_module,finit_module";
const DENIED = /^(unlink|rename|mkdir|rmdir|chmod|fchmod|chown|fchown|link|symlink|truncate|ftruncate|mknod|utimensat|setxattr|mount|umount2|sethostname|settimeofday|clock_settime|ptrace|bind|reboot|init_module|finit_module|creat)/;

/** The watched calls, one a line. `folder` is where the list is kept; the command stands, and is at home, in `place`. */
export function watchedCalls(command: string, folder: string, place = "/usr/share/doc"): readonly string[] {
  const log = join(folder, "calls");
  writeFileSync(log, "");
  const [bwrap, ...sandbox] = sandboxed(folder, place);
  spawnSync(bwrap, [...sandbox, "timeout", "-s", "KILL", "4", "strace", "-f", "-qq", "-s", "200", "-e", `trace=${CALLS}`, "-e", "signal=none", "-o", log, "/usr/bin/env", "-i", `PATH=${FIXED_PATH}`, `HOME=${place}`, "LC_ALL=C.UTF-8", "/bin/bash", "--noprofile", "--norc", "-c", command], { stdio: "ignore", timeout: 10_000 });
  return readFileSync(log, "utf8").split("\n").map((line) => line.replace(/^\d+\s+/, ""));
}

/** Programs that a proved program is by its nature a script around, or unpacks with. */
const HELPERS = new Set(["bash", "sh", "env", "grep", "gzip", "bzip2", "xz", "lzma", "zstd", "which.debianutils", "which", "dpkg-query"]);

/** What a folder answers whoever would open it to write; nothing was made. */
const IS_FOLDER = /= -1 EISDIR/;
/** A controller's questions go through a device that is opened for writing. */
const ASKED_BY_WRITING = /"\/dev\/(null|tty|ipmi[\w/]*)"|"\/proc\/[^"]*"/;

export function misdeeds(lines: readonly string[], named: ReadonlySet<string>): readonly string[] {
  return lines.filter((line) => {
    if (line.includes("AF_NETLINK") || line.includes("nlmsg_len")) return false; // how the kernel is asked about the network
    if (DENIED.test(line)) return !/= -1 (ENOENT|ENOSYS|EINVAL)/.test(line) || /^(unlink|rename|mkdir|creat)/.test(line);
    if (/^open(at)?\(/.test(line)) return /O_WRONLY|O_RDWR|O_CREAT|O_TRUNC/.test(line) && !ASKED_BY_WRITING.test(line) && !IS_FOLDER.test(line);
    if (line.startsWith("connect(")) return !/AF_UNIX|AF_NETLINK/.test(line);
    if (line.startsWith("sendto(")) return /AF_INET/.test(line);
    if (line.startsWith("kill(")) return !/, 0\)/.test(line) && !named.has("timeout"); // whose nature it is
    const program = /^execve\("([^"]+)".*= 0$/.exec(line)?.[1]?.replace(/^.*\//, "");
    return program !== undefined && !named.has(program) && !HELPERS.has(program);
  });
}

/** What these look at is the cluster's own API: connecting to it is what they are for, and the rule that proves them says so. */
export const asksCluster = (command: string): boolean => /\b(kubectl|oc)\b/.test(command);
