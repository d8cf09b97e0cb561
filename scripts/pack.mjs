// npm run pack: the station form as .tar.gz and .deb, the same bytes from the same sources. No network.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { verifyManifest } from "./pack/manifest.mjs";
import { stage } from "./pack/stage.mjs";
import { readOptions } from "./usage.ts";

const ROOT = resolve(import.meta.dirname, "..");
const OUT = join(ROOT, "out");
const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
const NAME = `sena-${version}-linux-x64`;
const USAGE = `npm run pack                                         the station form: out/${NAME}.tar.gz and a Debian package
npm run pack -- --electron [--dir]                   the Electron form, through electron-builder; needs Electron's binary
                                                     (SENA_ELECTRON_DIST names its folder). --dir: the folder alone
npm run pack -- --verify [FOLDER] [--key PUBLIC]     check a packed tree against its signed list of files`;
const { values, positionals } = readOptions(USAGE, { allowPositionals: true, options: { verify: { type: "boolean" }, key: { type: "string" }, electron: { type: "boolean" }, dir: { type: "boolean" } } });

process.umask(0o022); // the package's folders are everybody's to enter, however careful this account is with its own

const run = (file, args, options = {}) => {
  const { status, error } = spawnSync(file, args, { stdio: "inherit", ...options });
  if (error?.code === "ENOENT") throw new Error(`${file} is not on this machine; packing needs it (Debian has it in the package of that name).`);
  if (status !== 0) throw new Error(`${file} ended with ${status}`);
};

/** Names sorted, no clock, no owner: the archive depends on its content alone. */
const TAR = ["--sort=name", "--format=posix", "--pax-option=exthdr.name=%d/PaxHeaders/%f,delete=atime,delete=ctime", "--mtime=@0", "--owner=0", "--group=0", "--numeric-owner", "--mode=u+rw,go=rX"];

function verifyCommand() {
  const folder = positionals[0] ? resolve(positionals[0]) : join(OUT, NAME);
  const problems = verifyManifest(folder, values.key);
  for (const problem of problems) console.error(problem);
  console.log(problems.length === 0 ? `${folder}: every file is what was signed.` : `${problems.length} problems.`);
  process.exit(problems.length === 0 ? 0 : 1);
}

function archive() {
  const path = join(OUT, `${NAME}.tar.gz`);
  run("sh", ["-c", 'tar "$@" | gzip -n -6 > "$OUT"', "sh", "-C", OUT, ...TAR, "-cf", "-", NAME], { env: { ...process.env, OUT: path } });
  return path;
}

function debianPackage(folder) {
  const tree = join(OUT, "deb");
  rmSync(tree, { recursive: true, force: true });
  mkdirSync(join(tree, "opt"), { recursive: true });
  cpSync(folder, join(tree, "opt", "sena"), { recursive: true });
  mkdirSync(join(tree, "usr", "bin"), { recursive: true });
  for (const name of ["sena", "sena-station"]) symlinkSync(`/opt/sena/bin/${name}`, join(tree, "usr", "bin", name));
  mkdirSync(join(tree, "usr", "share", "applications"), { recursive: true });
  mkdirSync(join(tree, "usr", "share", "icons", "hicolor", "scalable", "apps"), { recursive: true });
  cpSync(join(folder, "share", "sena.desktop"), join(tree, "usr", "share", "applications", "sena.desktop"));
  cpSync(join(folder, "share", "sena.svg"), join(tree, "usr", "share", "icons", "hicolor", "scalable", "apps", "sena.svg"));
  mkdirSync(join(tree, "DEBIAN"), { recursive: true });
  const sizeKb = Math.round(Number(spawnSync("du", ["-sk", "--apparent-size", join(tree, "opt")]).stdout.toString().split("\t")[0]));
  writeFileSync(
    join(tree, "DEBIAN", "control"),
    `Package: sena\nVersion: ${version}\nArchitecture: amd64\nMaintainer: SENA maintainers <maintainers@sena.invalid>\nInstalled-Size: ${sizeKb}\nDepends: libc6 (>= 2.28), libstdc++6\nRecommends: chromium | google-chrome-stable\nSuggests: openssh-client\nSection: admin\nPriority: optional\nDescription: companion for operators of on-prem servers\n Ask in plain words, approve exact commands, run them over SSH in live panes,\n and keep a record that an auditor verifies elsewhere. Works with no network.\n`,
  );
  const path = join(OUT, `sena_${version}_amd64.deb`);
  run("dpkg-deb", ["--root-owner-group", "-Zgzip", "-z6", "--build", tree, path], { env: { ...process.env, SOURCE_DATE_EPOCH: "0" }, stdio: ["ignore", "ignore", "inherit"] });
  rmSync(tree, { recursive: true, force: true });
  return path;
}

async function packStation() {
  if (process.platform !== "linux" || process.arch !== "x64") throw new Error("The station archive is made on Linux x64, the machine it is for. Elsewhere use: npm run pack -- --electron");
  const inputs = JSON.parse(readFileSync(join(ROOT, "dist", "meta.json"), "utf8"));
  mkdirSync(OUT, { recursive: true });
  const folder = join(OUT, NAME);
  const { packages } = stage({ root: ROOT, folder, version, inputs });
  const made = [archive(), debianPackage(folder)];
  for (const path of made) console.log(`${createHash("sha256").update(readFileSync(path)).digest("hex")}  ${path}`);
  console.log(`${packages} packages inside; sbom.cdx.json and licences/ name them.`);
}

/** Everything electron-builder makes: AppImage, deb, rpm here; NSIS on Windows, dmg on macOS. */
async function packElectron() {
  const given = process.env.SENA_ELECTRON_DIST;
  const dist = given ?? join(ROOT, "node_modules", "electron", "dist");
  if (!existsSync(dist) || readdirSync(dist).length === 0) throw new Error("The Electron binary is not on this machine (npm's package downloads it when there is a network). The station form needs none: npm run pack");
  stage({ root: ROOT, folder: join(OUT, "core"), version, inputs: JSON.parse(readFileSync(join(ROOT, "dist", "meta.json"), "utf8")) });
  const { build } = await import("electron-builder");
  await build({ projectDir: ROOT, config: { extends: join(ROOT, "electron-builder.yml"), electronDist: dist }, publish: "never", ...(values.dir ? { dir: true } : {}) });
}

try {
  if (values.verify) verifyCommand();
  else if (values.electron) await packElectron();
  else await packStation();
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
