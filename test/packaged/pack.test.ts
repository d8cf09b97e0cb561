import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { appendFileSync, cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const ROOT = resolve(import.meta.dirname, "../..");
const has = (program: string) => spawnSync("sh", ["-c", `command -v ${program}`]).status === 0;
const canPack = process.platform === "linux" && process.arch === "x64" && has("dpkg-deb") && has("tar") && existsSync(join(ROOT, "dist/meta.json"));
const canIsolate = canPack && process.getuid?.() === 0 && has("ip") && existsSync("/usr/bin/chromium") && spawnSync("unshare", ["-n", "true"]).status === 0;

const pack = (...args: string[]) => spawnSync(process.execPath, [join(ROOT, "scripts/pack.mjs"), ...args], { cwd: ROOT, encoding: "utf8" });
const hash = (path: string) => createHash("sha256").update(readFileSync(path)).digest("hex");

describe.skipIf(!canPack)("the packed station", () => {
  let archive: string;
  let deb: string;
  let first: readonly [string, string];
  let folder: string;

  beforeAll(() => {
    expect(pack().status).toBe(0);
    const out = readdirSync(join(ROOT, "out"));
    archive = join(ROOT, "out", out.find((name) => name.endsWith(".tar.gz"))!);
    deb = join(ROOT, "out", out.find((name) => name.endsWith(".deb"))!);
    first = [hash(archive), hash(deb)];
    folder = archive.replace(".tar.gz", "");
  }, 180_000);

  it("is the same bytes when made again", () => {
    expect(pack().status).toBe(0);
    expect([hash(archive), hash(deb)]).toEqual(first);
  }, 180_000);

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
  it.skipIf(!canIsolate)("unpacks, installs, starts, draws, answers and uninstalls with no route to anywhere", () => {
    const { stdout, stderr } = spawnSync("unshare", ["-n", "sh", "-c", 'ip link set lo up && exec "$@"', "sh", process.execPath, join(ROOT, "test/packaged/inside.mjs"), archive, deb], { cwd: ROOT, encoding: "utf8", timeout: 170_000 });
    const result = JSON.parse(stdout.trim().split("\n").at(-1) || `{"stderr":${JSON.stringify(stderr)}}`) as Record<string, unknown>;
    const driven = { drawn: true, ping: '{"text":"packed"}' };
    expect(result).toMatchObject({ routes: "", fromArchive: driven, installed: true, fromDeb: driven, removed: true });
  }, 180_000);
});
