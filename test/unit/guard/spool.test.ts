import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { readSpoolState, spoolFollowWire, spoolStateWire, spoolStopWire, togetherWire, wireOf } from "../../../src-main/guard/wire.ts";

// The programs a host is sent, run by a real shell in a home of its own: what one starts, another finds, follows and stops.

const home = mkdtempSync(join(tmpdir(), "sena-spool-"));
afterAll(() => rmSync(home, { recursive: true, force: true }));

const whyNoSmallHome = spawnSync("unshare", ["--mount", "sh", "-c", "mount -t tmpfs -o size=256k tmpfs /tmp"]).status === 0 ? undefined : "no small file system may be mounted here";
if (whyNoSmallHome !== undefined) console.warn(`NOT TESTED: scripts in a home that is full (${whyNoSmallHome})`);

let ids = 0;
const newSpool = (): string => String((ids += 1)).padStart(32, "0");
const folderOf = (spoolId: string): string => join(home, ".cache/sena/spool", spoolId);

/** As sshd does: the login shell of the account gets one string. */
async function host(wire: string, { stdin = "", at = home }: { readonly stdin?: string; readonly at?: string } = {}) {
  const child = spawn("/bin/sh", ["-c", wire], { env: { HOME: at, USER: "ops", PATH: "/usr/bin:/bin", SECRET: "not for the script" } });
  const said = { stdout: "", stderr: "" };
  child.stdout.on("data", (bytes: Buffer) => (said.stdout += bytes.toString()));
  child.stderr.on("data", (bytes: Buffer) => (said.stderr += bytes.toString()));
  // What reads nothing may be gone before its input is closed.
  child.stdin.on("error", () => undefined).end(stdin);
  const exitCode = await new Promise<number | null>((resolve, reject) => child.on("close", resolve).on("error", reject));
  return { ...said, exitCode };
}
async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let turn = 0; turn < 500; turn += 1) if (await isSo()) return;
  throw new Error("it never came to be so");
}
const stateOf = async (spoolId: string) => readSpoolState(Buffer.from((await host(spoolStateWire(spoolId))).stdout));

describe("a script on a host", () => {
  it("runs with a fixed environment, no words of ours and what is handed in, with or without a spool", async () => {
    const script = 'echo "$#:$1:$SECRET:$USER:$LC_ALL:$PAGER:$SYSTEMD_PAGER:$HOME"; cat; echo bad >&2; exit 7';
    for (const spoolId of [undefined, newSpool()]) {
      expect(await host(wireOf(script, "posix", spoolId), { stdin: "handed in\n" })).toEqual({ stdout: `0:::ops:C.UTF-8:cat:cat:${home}\nhanded in\n`, stderr: "bad\n", exitCode: 7 });
    }
  });
  it("that has a spool leaves there what it said and how it ended, for this account alone", async () => {
    const spoolId = newSpool();
    expect(await stateOf(spoolId)).toBe("absent");
    await host(wireOf("echo out; echo err >&2; exit 3", "posix", spoolId));
    expect(await stateOf(spoolId)).toBe("ended");
    expect(["out", "err", "status"].map((name) => readFileSync(join(folderOf(spoolId), name), "utf8"))).toEqual(["out\n", "err\n", "3\n"]);
    expect(await host(spoolFollowWire(spoolId))).toEqual({ stdout: "out\n", stderr: "err\n", exitCode: 3 });
    expect((await host(`stat -c %a ${folderOf(spoolId)}`)).stdout).toBe("700\n");
  });
  it("that floods fills no disk: what goes beyond sixteen mebibytes is dropped, and the script ends as it would", async () => {
    const spoolId = newSpool();
    const { stdout, exitCode } = await host(wireOf("head -c 17000000 /dev/zero; exit 6", "posix", spoolId));
    expect([stdout.length, exitCode, readFileSync(join(folderOf(spoolId), "out")).byteLength]).toEqual([16 * 1024 * 1024, 6, 16 * 1024 * 1024]);
  });
  it("is not run a second time for the same step", async () => {
    const spoolId = newSpool();
    const wire = wireOf(`echo once >>${join(home, "times")}`, "posix", spoolId);
    await host(wire);
    expect(await host(wire)).toMatchObject({ stdout: "", stderr: expect.stringContaining("is not run again"), exitCode: 125 });
    expect(readFileSync(join(home, "times"), "utf8")).toBe("once\n");
  });
  it("runs all the same where the account may keep nothing", async () => {
    const file = join(home, "no-folder");
    writeFileSync(file, "");
    expect(await host(wireOf("echo ran; exit 4", "posix", newSpool()), { at: file })).toEqual({ stdout: "ran\n", stderr: "", exitCode: 4 });
  });
  describe.skipIf(whyNoSmallHome !== undefined)("in a home that is full", () => {
    /** A home of 256 KiB, filled before or by the script. */
    const small = (script: string, before: string) => `exec unshare --mount sh -c 'mount -t tmpfs -o size=256k tmpfs "$HOME" && ${before} ; exec sh' <<'END'\n${wireOf(script, "posix", newSpool())}\nEND`;
    const fill = "cat /dev/zero >$HOME/fill 2>/dev/null";
    it("runs without a spool, and says whole what it said and how it ended", async () => {
      const at = mkdtempSync(join(tmpdir(), "sena-full-"));
      expect(await host(small("echo out; echo err >&2; exit 4", fill), { at })).toEqual({ stdout: "out\n", stderr: "err\n", exitCode: 4 });
      rmSync(at, { recursive: true });
    });
    it("does not invent a status where there is no room to keep it, and says that what was printed is not whole", async () => {
      const at = mkdtempSync(join(tmpdir(), "sena-full-"));
      const { stderr, exitCode } = await host(small(`${fill}; seq 100000; exit 3`, "true"), { at });
      expect(exitCode).toBe(125);
      expect(stderr).toContain("how it ended is not known");
      expect(stderr).toContain("is not whole");
      rmSync(at, { recursive: true });
    });
  });
  it("is found running, and is stopped with what it started; one that ended is left alone", async () => {
    const spoolId = newSpool();
    const started = host(wireOf("echo begun; sleep 60 & sleep 60", "posix", spoolId));
    await until(async () => (await stateOf(spoolId)) === "running");
    await until(async () => (await host(`cat ${folderOf(spoolId)}/out`)).stdout === "begun\n");
    expect((await host(spoolStopWire(spoolId))).exitCode).toBe(0);
    expect(await started).toMatchObject({ stdout: "begun\n", stderr: expect.stringContaining("ended from outside"), exitCode: 137 });
    expect(await stateOf(spoolId)).toBe("dead");
    expect((await host(spoolStopWire(newSpool()))).exitCode).toBe(0);
  });
  it("that stood there when the host was started anew is dead, whoever has its number now", async () => {
    const spoolId = newSpool();
    mkdirSync(folderOf(spoolId), { recursive: true });
    writeFileSync(join(folderOf(spoolId), "boot"), "another start\n");
    writeFileSync(join(folderOf(spoolId), "pid"), `${process.pid}\n`);
    expect(await stateOf(spoolId)).toBe("dead");
  });
  it("goes as it is to a device that has no shell", () => {
    expect(wireOf("racadm getsysinfo", "racadm", newSpool())).toBe("racadm getsysinfo");
    expect(wireOf("show version", "cisco-ios")).toBe("show version");
  });
});

describe("several scripts as one command", () => {
  it("each end with a line of their own on both streams, and read nothing that was handed in", async () => {
    const { stdout, stderr, exitCode } = await host(togetherWire("N", ["cat; echo one; echo odd >&2; exit 5", 'X=1; echo "two:$#"', 'echo "three:$X"']), { stdin: "not for them" });
    expect(stdout).toBe("one\nN:5\ntwo:0\nN:0\nthree:\nN:0\n");
    expect([stderr, exitCode]).toEqual(["odd\nN:\nN:\nN:\n", 0]);
  });
});

describe("what a host answers of a spool", () => {
  it.each(["absent", "running", "ended", "dead"])("is read where it is the word: %s", (word) => expect(readSpoolState(Buffer.from(` ${word}\n`))).toBe(word));
  it.each(["", "run", "running ended", "Welcome!\nrunning", "RUNNING"])("is nothing where it is another: %j", (word) => expect(readSpoolState(Buffer.from(word))).toBeUndefined());
});
