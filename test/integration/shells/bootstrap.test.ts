import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { transform } from "esbuild";
import { afterAll, describe, expect, it } from "vitest";

// The first minute of a newcomer, when something is missing: one clear sentence, and nothing half done that looks whole.
const ROOT = resolve(import.meta.dirname, "../../..");
const made: string[] = [];
afterAll(() => made.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

/** A checkout without packages, and an npm of the test's own. */
function checkout(npm = ""): { readonly folder: string; readonly env: NodeJS.ProcessEnv } {
  const folder = mkdtempSync(join(tmpdir(), "sena-clone-"));
  made.push(folder);
  mkdirSync(join(folder, "scripts"));
  for (const file of ["scripts/bootstrap.mjs", "scripts/set-up.mjs", "package.json", "package-lock.json"]) cpSync(join(ROOT, file), join(folder, file));
  if (npm === "") return { folder, env: process.env };
  const bin = join(folder, "bin");
  mkdirSync(bin);
  writeFileSync(join(bin, "npm"), `#!/bin/sh\n${npm}\n`);
  chmodSync(join(bin, "npm"), 0o755);
  return { folder, env: { ...process.env, PATH: `${bin}${delimiter}${process.env["PATH"] ?? ""}` } };
}
function start({ folder, env }: ReturnType<typeof checkout>, preloads: readonly string[] = [], words: readonly string[] = ["start", "--headless"]): Promise<{ readonly code: number | null; readonly said: string }> {
  const child = spawn(process.execPath, [...preloads.flatMap((code) => ["--import", `data:text/javascript,${encodeURIComponent(code)}`]), join(folder, "scripts/bootstrap.mjs"), ...words], { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  child.stdout.on("data", (chunk) => (said += chunk));
  child.stderr.on("data", (chunk) => (said += chunk));
  return new Promise((done) => child.on("close", (code) => done({ code, said })));
}

describe("the first start", () => {
  it("on a Node that is too old says which one it needs", async () => {
    const { code, said } = await start(checkout(), ['Object.defineProperty(process, "versions", { value: { ...process.versions, node: "18.19.0" } })']);
    expect({ code, said }).toEqual({ code: 1, said: expect.stringMatching(/This is Node 18\.19\.0; SENA's set-up needs Node 20 or newer/) });
  });

  it("is read that far by Node 12, which knows none of the newer signs", async () => {
    const entry = readFileSync(join(ROOT, "scripts/bootstrap.mjs"), "utf8");
    const readBy = async (target: string) => (await transform(entry, { target })).code;
    expect(await readBy("node12.20")).toBe(await readBy("esnext"));
    await expect(transform(readFileSync(join(ROOT, "scripts/set-up.mjs"), "utf8"), { target: "node12.20" })).rejects.toThrow("Top-level await");
  });

  it("without room on the disk says how much it takes, before anything is written", async () => {
    const full = 'import fs from "node:fs"; import { syncBuiltinESMExports } from "node:module"; fs.statfsSync = () => ({ bavail: 100, bsize: 4096 }); syncBuiltinESMExports();';
    const clone = checkout("touch ../npm-was-called; exit 0");
    const { code, said } = await start(clone, [full]);
    expect({ code, said }).toEqual({ code: 1, said: expect.stringMatching(/0\.0 GB free here; installing the packages takes 1\.5 GB/) });
    expect(existsSync(join(clone.folder, "node_modules"))).toBe(false);
  });

  it("in a folder that cannot be written to says so, before npm is asked for anything", async () => {
    const readOnly = 'import fs from "node:fs"; import { syncBuiltinESMExports } from "node:module"; fs.mkdtempSync = () => { throw Object.assign(new Error("read-only"), { code: "EROFS" }); }; syncBuiltinESMExports();';
    const clone = checkout("touch npm-was-called; exit 0");
    const { code, said } = await start(clone, [readOnly]);
    expect({ code, said }).toEqual({ code: 1, said: expect.stringMatching(/cannot be written to .*Copy the checkout .*nothing was changed/) });
    expect(existsSync(join(clone.folder, "npm-was-called"))).toBe(false);
  });

  it("without npm says what it comes with", async () => {
    const clone = checkout();
    const { code, said } = await start({ ...clone, env: { ...process.env, PATH: clone.folder } });
    expect({ code, said }).toEqual({ code: 1, said: expect.stringMatching(/There is no npm here; it comes with Node/) });
  });

  it("asks an absent registry three times, and then npm for what it has kept: it does not wait for npm's own patience", async () => {
    const clone = checkout('echo "$@" >> asked; [ "$1" = ping ] && { echo "npm error code ECONNREFUSED" >&2; exit 1; }; echo "npm error code ENOTCACHED" >&2; exit 1');
    const { said } = await start(clone);
    expect(readFileSync(join(clone.folder, "asked"), "utf8")).toMatch(/^(ping --fetch-retries=0 .*\n){3}install .*--offline.*\n$/);
    expect(said).toMatch(/registry cannot be reached from here/);
  });

  it.each([
    ["one that takes its time", 'echo "npm error code ERR_SOCKET_TIMEOUT network timeout at: ping" >&2; exit 1'],
    ["one whose network was just coming up", '[ -e pinged ] && exit 0; touch pinged; echo "npm error code EAI_AGAIN" >&2; exit 1'],
  ])("takes %s for no absent registry", async (_case, ping) => {
    const clone = checkout(`echo "$@" >> asked; [ "$1" = ping ] && { ${ping}; }; exit 1`);
    await start(clone);
    expect(readFileSync(join(clone.folder, "asked"), "utf8")).toMatch(/\ninstall (?!.*--offline)/);
  });

  it("takes no refusal of the question for an absent registry: not every mirror answers it", async () => {
    const clone = checkout('echo "$@" >> asked; [ "$1" = ping ] && { echo "npm error code E404" >&2; exit 1; }; exit 1');
    await start(clone);
    expect(readFileSync(join(clone.folder, "asked"), "utf8")).toMatch(/\ninstall (?!.*--offline)/);
  });

  it.each([
    ["a certificate nobody here knows", "echo 'npm error code SELF_SIGNED_CERT_IN_CHAIN' >&2; exit 1", /certificate that npm does not trust.*cafile/],
    ["a registry that cannot be reached", "echo 'npm error code ECONNREFUSED' >&2; exit 1", /registry cannot be reached .* packed SENA/],
    ["a disk that fills up meanwhile", "echo 'npm error code ENOSPC' >&2; exit 1", /disk filled up while installing/],
    ["a folder of somebody else", "echo 'npm error code EACCES' >&2; exit 1", /could not be written to .*Make the folder yours/],
    ["install scripts that are off", "mkdir -p node_modules; exit 0", /Node 24 .* install script did not run/],
    ["anything else", "echo 'npm error something new' >&2; exit 1", /npm could not install the packages:\nnpm error something new/],
  ])("tells %s in words, and is not taken for installed afterwards", async (_case, npm, sentence) => {
    const clone = checkout(npm);
    const { code, said } = await start(clone);
    expect({ code, said }).toEqual({ code: 1, said: expect.stringMatching(sentence) });
    expect(existsSync(join(clone.folder, "node_modules/.sena-lock"))).toBe(false);
  });

  describe("of the tests", () => {
    /** Installed already; what the machine lacks is said by a preload, and apt-get is the test's own. */
    async function test(lacks: readonly string[], uid: number): Promise<{ readonly code: number | null; readonly said: string }> {
      const clone = checkout("exit 0");
      writeFileSync(join(clone.folder, "bin/apt-get"), '#!/bin/sh\necho "apt-get $*" >> "$0.log"\n', { mode: 0o755 });
      mkdirSync(join(clone.folder, "node_modules/node/bin"), { recursive: true });
      symlinkSync(process.execPath, join(clone.folder, "node_modules/node/bin/node"));
      writeFileSync(join(clone.folder, "node_modules/.sena-lock"), createHash("sha256").update(readFileSync(join(clone.folder, "package-lock.json"))).digest("hex"));
      for (const script of ["build", "test"]) writeFileSync(join(clone.folder, `scripts/${script}.mjs`), `console.log("${script} ran")`);
      const preload = `import fs from "node:fs"; import { syncBuiltinESMExports } from "node:module"; const { existsSync, mkdirSync, writeFileSync } = fs; const lacks = ${JSON.stringify(lacks)};
        fs.existsSync = (path) => lacks.some((one) => String(path).startsWith(one)) ? false : String(path).startsWith("/usr/") || path === "/etc/debian_version" ? true : existsSync(path);
        fs.readdirSync = ((read) => (path, ...rest) => path === "/usr/lib/postgresql" ? ["15"] : read(path, ...rest))(fs.readdirSync);
        fs.mkdirSync = (path, ...rest) => String(path).startsWith("/etc/") ? undefined : mkdirSync(path, ...rest);
        fs.writeFileSync = (path, text, ...rest) => String(path).startsWith("/etc/") ? console.log("wrote " + path + ": " + text) : writeFileSync(path, text, ...rest);
        syncBuiltinESMExports(); process.getuid = () => ${uid};`;
      const done = await start(clone, [preload], ["test"]);
      const log = join(clone.folder, "bin/apt-get.log");
      return { ...done, said: `${done.said}${existsSync(log) ? readFileSync(log, "utf8") : ""}` };
    }

    it("fetches Debian's database for root where there is none, without letting it start one", async () => {
      const { said } = await test(["/usr/lib/postgresql/15/bin/postgres", "/etc/postgresql-common"], 0);
      expect(said).toContain("apt-get install -y --no-install-recommends postgresql\n");
      expect(said).toContain("wrote /etc/postgresql-common/createcluster.d/sena.conf: create_main_cluster = false");
      expect(said).toContain("test ran");
    });

    it("says what to install when it is not root, and calls nobody when everything is there", async () => {
      const { said } = await test(["/usr/lib/postgresql/15/bin/postgres", "/usr/bin/chromium"], 1000);
      expect(said).toMatch(/need chromium and postgresql and are skipped without.*apt-get install -y --no-install-recommends chromium postgresql/);
      expect((await test([], 0)).said).not.toContain("apt-get");
    });
  });

  it("names the scripts there are when it is asked for another", async () => {
    const clone = checkout();
    const child = spawn(process.execPath, [join(clone.folder, "scripts/bootstrap.mjs"), "strat"], { cwd: clone.folder });
    let said = "";
    child.stderr.on("data", (chunk) => (said += chunk));
    expect(await new Promise((done) => child.on("close", done))).toBe(1);
    expect(said).toMatch(/There is no script "strat"\. There are: start, /);
  });
});
