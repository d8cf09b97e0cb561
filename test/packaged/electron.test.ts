import { spawn, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Duplex } from "node:stream";
import { listPackage } from "@electron/asar";
import { FuseV1Options, getCurrentFuseWire } from "@electron/fuses";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { KIND, openChannel } from "../../src-main/shells/process/channel.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const BINARY = join(ROOT, "node_modules/electron/dist/electron");
const canPack = process.platform === "linux" && existsSync(join(ROOT, "dist/meta.json"));

/** As much of Electron's folder as electron-builder and the fuse tool look at; it starts nothing. */
function standIn(folder: string): void {
  const SENTINEL = "dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX";
  const fuses = Buffer.concat([Buffer.from(SENTINEL), Buffer.from([1, 9]), Buffer.from("1".repeat(9))]);
  mkdirSync(join(folder, "resources"), { recursive: true });
  mkdirSync(join(folder, "locales"), { recursive: true });
  writeFileSync(join(folder, "electron"), Buffer.concat([Buffer.from("\x7fELF stand-in "), fuses, Buffer.from(" end")]));
  chmodSync(join(folder, "electron"), 0o755);
  writeFileSync(join(folder, "version"), "45.4.1");
  writeFileSync(join(folder, "LICENSE"), "stand-in");
  writeFileSync(join(folder, "LICENSES.chromium.html"), "stand-in");
  writeFileSync(join(folder, "locales/en-US.pak"), "stand-in");
}

describe.skipIf(!canPack)("the Electron form, packed around a stand-in for Electron's folder", () => {
  let work: string;
  const unpacked = join(ROOT, "out/electron/linux-unpacked");

  beforeAll(() => {
    work = mkdtempSync(join(tmpdir(), "sena-electron-"));
    standIn(join(work, "electron"));
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(ROOT, "scripts/pack.mjs"), "--electron", "--dir"], { cwd: ROOT, encoding: "utf8", env: { ...process.env, SENA_ELECTRON_DIST: join(work, "electron") } });
    expect(status, stdout + stderr).toBe(0);
  }, 180_000);
  afterAll(() => rmSync(work, { recursive: true, force: true }));

  it("has every fuse set as decided, and none that nobody decided", async () => {
    const wire = await getCurrentFuseWire(join(unpacked, "sena-desktop"));
    const isOn = (fuse: FuseV1Options) => wire[fuse] === 0x31;
    const on = [FuseV1Options.EnableEmbeddedAsarIntegrityValidation, FuseV1Options.OnlyLoadAppFromAsar, FuseV1Options.WasmTrapHandlers];
    const all = Object.values(FuseV1Options).filter((value) => typeof value === "number") as FuseV1Options[];
    expect(all.filter(isOn).sort()).toEqual([...on].sort());
  });

  it("fails on an Electron with a fuse nobody decided", async () => {
    const { default: afterPack } = createRequire(import.meta.url)("../../scripts/pack/fuses.cjs") as { default(context: object): Promise<void> };
    writeFileSync(join(work, "next-electron"), Buffer.concat([Buffer.from("dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX"), Buffer.from([1, 10]), Buffer.from("1".repeat(10))]));
    await expect(afterPack({ electronPlatformName: "linux", appOutDir: work, packager: { executableName: "next-electron" } })).rejects.toThrow();
  });

  it("holds the shell and the screens in its archive, and nothing else", () => {
    const files = listPackage(join(unpacked, "resources/app.asar"), { isPack: false }).filter((path) => /\.\w+$/.test(path));
    expect(files).toContain("/package.json");
    expect(files).toContain("/dist/electron.mjs");
    expect(files).toContain("/dist/preload.cjs");
    expect(files).toContain("/dist/renderer/index.html");
    expect(files.filter((path) => !/^\/(package\.json|dist\/(electron\.mjs|preload\.cjs|chunks\/[^/]+\.mjs|renderer\/.+))$/.test(path))).toEqual([]);
    expect(readdirSync(join(unpacked, "resources")).sort()).toEqual(["app.asar", "core"]);
  });

  it("starts its packed core on its packed Node", async () => {
    const core = join(unpacked, "resources/core");
    const home = join(work, "home");
    const child = spawn(join(core, "node/bin/node"), [join(core, "dist/core.mjs"), "--home", home], { stdio: ["ignore", "ignore", "pipe", "pipe"], env: { PATH: "/usr/bin:/bin", HOME: work } });
    const ready = await new Promise<unknown>((done, fail) => {
      let said = "";
      child.stderr?.on("data", (chunk) => (said += chunk));
      child.once("close", () => fail(new Error(said)));
      const channel = openChannel(child.stdio[3] as Duplex, { frame: (kind, _connection, payload) => kind === KIND.ready && (done(JSON.parse(payload.toString())), channel.send(KIND.shutdown, 0)), close() {} });
    });
    expect(ready).toMatchObject({ pid: child.pid });
  });

  // The real binary: where npm could download it. Elsewhere this is skipped, and counted as skipped.
  it.skipIf(!existsSync(BINARY))("opens its window in the real Electron", async () => {
    const { _electron } = await import("playwright-core");
    const app = await _electron.launch({ executablePath: BINARY, args: [ROOT, "--home", join(work, "real"), "--no-sandbox"] });
    const page = await app.firstWindow();
    await page.locator("body").filter({ hasText: /recorded/ }).waitFor();
    expect(page.url()).toMatch(/^sena:\/\/app\//);
    await app.close();
    expect(readFileSync(join(ROOT, "package.json"), "utf8")).toContain('"main": "dist/electron.mjs"');
  });
});
