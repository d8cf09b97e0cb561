// Builds dist/: core, station, command line, workers (esbuild) and the screens (Vite). Fast no-op when nothing changed.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { readOptions } from "./usage.ts";

const ROOT = resolve(import.meta.dirname, "..");
const OUT = join(ROOT, "dist");
const SOURCES = ["src-main", "src-renderer", "resources/skills", "vite.config.ts", "package.json", "package-lock.json", "scripts/build.mjs"];

/** Natives, WebAssembly and packages that read files beside themselves stay what they are in node_modules. */
export const EXTERNAL = ["better-sqlite3", "sqlite-vec", "node-llama-cpp", "ssh2", "cpu-features", "@lydell/node-pty", "@cedar-policy/cedar-wasm", "web-tree-sitter", "@lumis-sh/wasm-bash", "pdfjs-dist", "electron"];

/** Entry → file in dist. */
export const ENTRIES = {
  core: "src-main/shells/core/main.ts",
  station: "src-main/shells/station/main.ts",
  sena: "src-main/shells/cli/main.ts",
  central: "src-main/shells/central/main.ts",
  electron: "src-main/shells/electron/main.ts",
  lab: "src-main/shells/lab/lab.ts",
  evals: "src-main/shells/evals/main.ts",
  "request-learn": "src-main/request/learn-worker.ts",
  "ledger-check": "src-main/ledger/check-worker.ts",
  "ledger-structure": "src-main/ledger/structure-program.ts",
  "ledger-bundle-check": "src-main/ledger/bundle-check-worker.ts",
  "ledger-copy": "src-main/ledger/copy-worker.ts",
  "index-worker": "src-main/knowledge/index-worker.ts",
  "inference-worker": "src-main/models/embedded/worker.ts",
};

export function stamp() {
  const hash = createHash("sha256");
  const add = (path) => {
    const full = join(ROOT, path);
    if (!existsSync(full)) return;
    const stat = statSync(full);
    if (stat.isDirectory()) for (const name of readdirSync(full).sort()) add(join(path, name));
    else hash.update(`${path}\0${stat.size}\0${stat.mtimeMs}\n`);
  };
  for (const source of SOURCES) add(source);
  return hash.digest("hex");
}

/**
 * The built-in skill packs as the core will want them at its start: the digest of each (a pack whose bytes differ is out
 * of use), what its files were read as, and the request parser trained on them.
 */
async function prepareSkills() {
  const { digestOf, openSkills, partsOf, readFolder } = await import("../src-main/skills/index.ts");
  const { createRequestParser, fileKeep, learnHere } = await import("../src-main/request/index.ts");
  const { openStore } = await import("../src-main/store/index.ts");
  const folder = join(ROOT, "resources", "skills");
  const packs = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => [name, readFolder(join(folder, name))]);
  const parts = Object.assign({}, ...packs.map(([, files]) => partsOf(files)));
  const prepared = join(OUT, "prepared");
  mkdirSync(prepared, { recursive: true });
  writeFileSync(join(prepared, "packs.json"), JSON.stringify(parts));
  const pins = Object.fromEntries(packs.map(([name, files]) => [name, digestOf(files)]));
  using store = openStore({ path: ":memory:" });
  using skills = openSkills({ store, now: Date.now, watches: false, builtInFolder: folder, homeFolder: join(prepared, "none"), pins, known: (sha256) => parts[sha256], classify: undefined });
  await using parser = createRequestParser({ skills, keep: fileKeep(prepared), learns: async (phrases) => learnHere(phrases) });
  await parser.ready();
  return pins;
}

export const isFresh = () => existsSync(join(OUT, ".stamp")) && readFileSync(join(OUT, ".stamp"), "utf8") === stamp();

export async function build({ only } = {}) {
  const mark = stamp();
  const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  if (!only) rmSync(OUT, { recursive: true, force: true });
  mkdirSync(OUT, { recursive: true });
  const esbuild = await import("esbuild");
  const main = await esbuild.build({
    metafile: true,
    absWorkingDir: ROOT,
    entryPoints: Object.fromEntries(Object.entries(ENTRIES)),
    outdir: OUT,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    splitting: true,
    chunkNames: "chunks/[name]-[hash]",
    platform: "node",
    format: "esm",
    target: "node24",
    sourcemap: "linked",
    sourcesContent: false,
    // Names stay: what is installed can be read. Comments and blanks would only be kept in memory.
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: "none",
    external: EXTERNAL,
    define: { __SENA_VERSION__: JSON.stringify(version), __SENA_SKILL_PINS__: JSON.stringify(await prepareSkills()) },
    banner: { js: 'import { createRequire as __senaRequire } from "node:module"; const require = __senaRequire(import.meta.url);' },
    logLevel: "warning",
  });
  // A sandboxed preload is one CommonJS file that may require nothing but electron.
  await esbuild.build({ absWorkingDir: ROOT, entryPoints: ["src-main/shells/electron/preload.ts"], outfile: join(OUT, "preload.cjs"), bundle: true, platform: "node", format: "cjs", target: "chrome132", external: ["electron"], logLevel: "warning" });
  if (only !== "main") {
    const vite = await import("vite");
    const screens = await vite.build({ root: join(ROOT, "src-renderer"), configFile: join(ROOT, "vite.config.ts"), logLevel: "warn" });
    // The server's console: another page in another folder, so that the desktop carries none of it.
    const consoleScreens = await vite.build({ root: join(ROOT, "src-renderer"), configFile: join(ROOT, "vite.config.ts"), mode: "console", logLevel: "warn" });
    // What went into the code, by path from the root: the packer lists components and licences from it.
    const modules = [screens, consoleScreens].flat().flatMap(({ output }) => output.flatMap((chunk) => chunk.moduleIds ?? []));
    const inputs = [...Object.keys(main.metafile.inputs), ...modules.map((id) => id.replace(`${ROOT}/`, ""))].filter((path) => path.includes("node_modules/"));
    writeFileSync(join(OUT, "meta.json"), JSON.stringify([...new Set(inputs)].sort()));
  }
  if (!only) writeFileSync(join(OUT, ".stamp"), mark);
}

if (process.argv[1] === import.meta.filename) {
  const from = performance.now();
  const { values } = readOptions("npm run build [-- --if-stale] [--main]   dist/ anew; only where a source changed; all but the screens", { options: { "if-stale": { type: "boolean" }, main: { type: "boolean" } } });
  if (values["if-stale"] && isFresh()) process.exit(0);
  await build(values.main ? { only: "main" } : {});
  console.log(`Built in ${((performance.now() - from) / 1000).toFixed(1)} s.`);
}
