import { execFile, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { appendFileSync, cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const ROOT = resolve(import.meta.dirname, "../..");
const has = (program: string) => spawnSync("sh", ["-c", `command -v ${program}`]).status === 0;
const canPack = process.platform === "linux" && process.arch === "x64" && has("dpkg-deb") && has("tar") && existsSync(join(ROOT, "dist/meta.json"));
const canIsolate = canPack && process.getuid?.() === 0 && has("ip") && existsSync("/usr/bin/chromium") && spawnSync("unshare", ["-n", "true"]).status === 0;

const PACK = join(ROOT, "scripts/pack.mjs");
const pack = (...args: string[]) => spawnSync(process.execPath, [PACK, ...args], { cwd: ROOT, encoding: "utf8" });
const hash = (path: string) => createHash("sha256").update(readFileSync(path)).digest("hex");
/** Every file with its digest: two that differ name what differs. */
const listOf = (folder: string) => (JSON.parse((JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8")) as { body: string }).body) as { files: Record<string, string>; publicKey: string });

describe.skipIf(!canPack)("the packed station", () => {
  let archive: string;
  let deb: string;
  let first: readonly [string, string];
  let folder: string;
  let list: ReturnType<typeof listOf>;
  const stray = join(ROOT, "dist", `left-here-${process.pid}.png`);
  afterAll(() => rmSync(stray, { force: true }));

  beforeAll(() => {
    expect(pack().status).toBe(0);
    const out = readdirSync(join(ROOT, "out"));
    archive = join(ROOT, "out", out.find((name) => name.endsWith(".tar.gz"))!);
    deb = join(ROOT, "out", out.find((name) => name.endsWith(".deb"))!);
    first = [hash(archive), hash(deb)];
    folder = archive.replace(".tar.gz", "");
    list = listOf(folder);
  }, 180_000);

  it("is the same bytes when made again, by an account that keeps its files to itself and beside what something else left in dist/", () => {
    writeFileSync(stray, "a picture");
    expect(spawnSync("sh", ["-c", 'umask 077; exec "$@"', "sh", process.execPath, PACK], { cwd: ROOT }).status).toBe(0);
    expect(listOf(folder)).toEqual(list);
    expect([hash(archive), hash(deb)]).toEqual(first);
  }, 180_000);

  it("can be read by everybody, whoever installed it", () => {
    const modes = spawnSync("dpkg-deb", ["-c", deb], { encoding: "utf8", maxBuffer: 16 << 20 }).stdout.trim().split("\n").map((line) => line.slice(0, 10));
    expect(modes.length).toBeGreaterThan(1000);
    expect([...new Set(modes)].sort()).toEqual(["-rw-r--r--", "-rwxr-xr-x", "drwxr-xr-x", "lrwxrwxrwx"]);
  });

  it("is signed by one key of this checkout, however many pack at once for the first time", async () => {
    const root = mkdtempSync(join(tmpdir(), "sena-first-key-"));
    const checkouts = Array.from({ length: 200 }, (_none, at) => join(root, String(at)));
    const starts = Date.now() + 2000;
    const code = `import { createPublicKey } from "node:crypto";
      import { signingKey } from ${JSON.stringify(join(ROOT, "scripts/pack/manifest.mjs"))};
      while (Date.now() < ${starts});
      console.log(${JSON.stringify(checkouts)}.map((path) => createPublicKey(signingKey(path).key).export({ type: "spki", format: "der" }).toString("hex")).join("\\n"));`;
    const told = await Promise.all([1, 2, 3].map(() => new Promise<string>((done) => execFile(process.execPath, ["--input-type=module", "-e", code], (error, stdout) => done(error ? String(error) : stdout)))));
    expect(new Set(told[0]?.trim().split("\n")).size).toBe(checkouts.length);
    expect(new Set(told).size).toBe(1);
    expect(readdirSync(join(root, "0", ".sena"))).toEqual(["pack-key.pem"]);
    rmSync(root, { recursive: true, force: true });
  });

  it("carries its own Node 24, licences for every component, and a CycloneDX list", () => {
    const version = spawnSync(join(folder, "node/bin/node"), ["--version"], { encoding: "utf8" }).stdout;
    expect(version).toMatch(/^v24\./);
    const sbom = JSON.parse(readFileSync(join(folder, "sbom.cdx.json"), "utf8")) as { bomFormat: string; components: { name: string; version: string; hashes?: unknown[] }[] };
    expect(sbom.bomFormat).toBe("CycloneDX");
    const names = sbom.components.map(({ name }) => name);
    for (const name of ["better-sqlite3", "ssh2", "zod", "react", "ws", "node-llama-cpp"]) expect(names).toContain(name);
    for (const { name, version: own } of sbom.components) expect(existsSync(join(folder, "licences", `${name.replace("/", "__")}-${own}.txt`)), name).toBe(true);
    expect(sbom.components.filter(({ hashes }) => !hashes).length).toBeLessThan(sbom.components.length * 0.05);
  });

  it("holds nothing of development: no sources, no tests, no maps, no Electron", () => {
    const files = readdirSync(folder, { recursive: true }).map(String);
    expect(files.filter((name) => /\.tsx?$|\.map$|(^|\/)test\/|node_modules\/(electron|vite|vitest|typescript|esbuild)\//.test(name))).toEqual([]);
  });

  describe("and its signed manifest", () => {
    let copy: string;
    beforeAll(() => {
      copy = mkdtempSync(join(tmpdir(), "sena-manifest-"));
      cpSync(folder, copy, { recursive: true });
    }, 60_000);
    afterAll(() => rmSync(copy, { recursive: true, force: true }));

    it("accept the tree as it was packed", () => expect(pack("--verify", copy)).toMatchObject({ status: 0 }));
    it("name a file that was changed, one that was added and one that is missing", () => {
      appendFileSync(join(copy, "dist/core.mjs"), "\n//");
      writeFileSync(join(copy, "dist/extra.mjs"), "");
      rmSync(join(copy, "LICENSE"));
      const { status, stderr } = pack("--verify", copy);
      expect(status).toBe(1);
      expect(stderr).toMatch(/dist\/core\.mjs: changed/);
      expect(stderr).toMatch(/dist\/extra\.mjs: not in the list/);
      expect(stderr).toMatch(/LICENSE: missing/);
    });
    it("name a manifest that was rewritten to fit", () => {
      const path = join(copy, "manifest.json");
      writeFileSync(path, readFileSync(path, "utf8").replace(/[0-9a-f]{64}/, "0".repeat(64)));
      expect(pack("--verify", copy).stderr).toMatch(/signature does not fit/);
    });
    it("refuse another signer than the trusted one", () => expect(pack("--verify", folder, "--key", "AAAA").stderr).toMatch(/another key/));
  });

  // Needs root for a network namespace; without, it is skipped and counted as such.
  it.skipIf(!canIsolate)("unpacks, installs, starts, draws, answers an ordinary account and uninstalls, with no route to anywhere", () => {
    const { stdout, stderr } = spawnSync("unshare", ["-n", "sh", "-c", 'ip link set lo up && exec "$@"', "sh", process.execPath, join(ROOT, "test/packaged/inside.mjs"), archive, deb], { cwd: ROOT, encoding: "utf8", timeout: 170_000 });
    const result = JSON.parse(stdout.trim().split("\n").at(-1) || `{"stderr":${JSON.stringify(stderr)}}`) as Record<string, unknown>;
    const driven = { drawn: true, ping: '{"text":"packed"}', answer: expect.stringMatching(/file systems on web-01 are below 85 %/), updated: true };
    expect(result).toMatchObject({ routes: "", fromArchive: driven, installed: true, fromDeb: driven, removed: true });
  }, 180_000);
});
