import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, writeFileSync, chmodSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { spoolFollowWire, spoolStateWire, spoolStopWire, wireOf } from "../../../src-main/guard/wire.ts";

// What is sent, run by real shells as sshd runs it: through the login shell of the account.
const SHELLS = ["/bin/sh", "/bin/bash", "/bin/dash", "/bin/zsh", "/usr/bin/fish", "/bin/csh"].filter((path) => existsSync(path));
const home = mkdtempSync(join(tmpdir(), "wire-"));
const env = { HOME: home, USER: "ops", PATH: process.env["PATH"] ?? "", SECRET: "must not reach the command" };
const sh = (wire: string, shell = "/bin/sh", input = "") => {
  const { status, stdout, stderr } = spawnSync(shell, ["-c", wire], { env, input, maxBuffer: 64 * 1024 * 1024 });
  return { status, stdout: stdout.toString(), stderr: stderr.toString() };
};

describe("bytes approved are bytes run", () => {
  const nasty = "printf '%s\\n' 'a b' \"c\\\"d\" '$HOME' '!x' 'é⟦' ; cat <<'E'\n  two  lines \\\nE\nexit 7";
  it.each(SHELLS)("whatever the login shell is: %s", (shell) => {
    expect(sh(wireOf(nasty, "posix"), shell)).toEqual({ status: 7, stdout: "a b\nc\"d\n$HOME\n!x\né⟦\n  two  lines \\\n", stderr: "" });
  });
  it("in a fixed environment, with what comes on standard input", () => {
    const { stdout } = sh(wireOf("env; cat", "posix"), "/bin/sh", "in");
    expect(stdout).not.toContain("SECRET");
    expect(stdout).toContain("PATH=/usr/sbin:/usr/bin:/sbin:/bin\n");
    expect(stdout.endsWith("in")).toBe(true);
  });
  it("with no pager that waits for a key, and nothing of ours among its variables and arguments", () => {
    // What bash itself sets; `_` and SHLVL are its own too.
    const own = new Set(["HOME", "USER", "LOGNAME", "PATH", "LC_ALL", "PAGER", "SYSTEMD_PAGER", "PWD", "OLDPWD", "SHLVL", "_"]);
    for (const spoolId of [undefined, "env1"]) {
      const { stdout } = sh(wireOf('env; echo "args=$#"; echo "vars=$(compgen -v | grep -xE "b64|d|run|p|n|o|e|s|end")"', "posix", spoolId));
      const names = stdout.split("\n").filter((line) => /^[A-Za-z_]\w*=/.test(line)).map((line) => line.split("=")[0] as string).filter((name) => name !== "args" && name !== "vars");
      expect(names.filter((name) => !own.has(name))).toEqual([]);
      expect(stdout).toContain("PAGER=cat\n");
      expect(stdout).toContain("SYSTEMD_PAGER=cat\n");
      expect(stdout).toContain("args=0\nvars=\n");
    }
  });
  it.each(["# a comment first\necho ok", "\n\necho ok", "#!/bin/bash\necho ok", "\\\necho ok"])("however the script begins: %j", (script) => {
    expect(sh(wireOf(script, "posix"))).toEqual({ status: 0, stdout: "ok\n", stderr: "" });
  });
  it("and an error names the line of the script", () => expect(sh(wireOf("true\nnosuchcommand", "posix")).stderr).toMatch(/line 2: nosuchcommand/));
  it("is the line itself on a device", () => expect(wireOf("show version", "cisco-ios", "x")).toBe("show version"));
});

describe("a change runs in a spool on the host", () => {
  it("says the same, ends the same, and does not run a second time", () => {
    const script = "echo one; echo two >&2; cat; echo x >> \"$HOME/ran\"; exit 3";
    expect(sh(wireOf(script, "posix", "a1"), "/bin/sh", "in")).toEqual({ status: 3, stdout: "one\nin", stderr: "two\n" });
    expect(sh(wireOf(script, "posix", "a1")).status).toBe(125);
    expect(sh(wireOf("wc -l < \"$HOME/ran\"", "posix")).stdout.trim()).toBe("1");
    expect(sh(spoolStateWire("a1")).stdout).toBe("ended\n");
    expect(sh(spoolFollowWire("a1"))).toEqual({ status: 3, stdout: "one\nin", stderr: "two\n" });
    expect(sh(spoolStateWire("none")).stdout).toBe("absent\n");
  });
  it("goes on when the connection dies, and its end is fetched later", async () => {
    const child = spawn("/bin/sh", ["-c", wireOf("echo one; sleep 1.5; echo two; exit 4", "posix", "b1")], { env });
    await new Promise<void>((resolve) => child.stdout.once("data", () => resolve()));
    child.kill("SIGKILL");
    expect(sh(spoolStateWire("b1")).stdout).toBe("running\n");
    expect(sh(spoolFollowWire("b1"))).toEqual({ status: 4, stdout: "one\ntwo\n", stderr: "" });
  });
  it("can be stopped, with everything it started", async () => {
    const child = spawn("/bin/sh", ["-c", wireOf("echo on; sleep 60 & sleep 60", "posix", "c1")], { env });
    await new Promise<void>((resolve) => child.stdout.once("data", () => resolve()));
    sh(spoolStopWire("c1"));
    expect(sh(spoolStateWire("c1")).stdout).toBe("dead\n");
    sh(spoolStopWire("c1"));
    child.kill("SIGKILL");
  });
  it("keeps a flood from filling the host's disk", () => {
    expect(sh(wireOf("head -c 20000000 /dev/zero; echo $?", "posix", "d1")).stdout.length).toBe(16 * 1024 * 1024);
  });
  it("runs plainly where the home cannot be written", () => {
    const blocked = mkdtempSync(join(tmpdir(), "wire-"));
    writeFileSync(join(blocked, ".cache"), "a file in the way");
    chmodSync(join(blocked, ".cache"), 0o400);
    const { status, stdout } = spawnSync("/bin/sh", ["-c", wireOf("echo plain; exit 5", "posix", "e1")], { env: { ...env, HOME: blocked } });
    expect([status, stdout.toString()]).toEqual([5, "plain\n"]);
  });
});
