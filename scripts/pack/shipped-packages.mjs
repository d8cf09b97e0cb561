// Which packages a packed SENA carries: those that stay files (natives, WebAssembly), with all they need, less what no
// Linux x64 machine ever loads; and those that esbuild and Vite took into the built code, for the list of components.
import { existsSync, readFileSync, readdirSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { EXTERNAL } from "../build.mjs";
import { pathIn } from "./manifest.mjs";

const manifestOf = (folder) => JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));

/** Node's own way of finding a package, from the folder that asks up to the root. */
function find(name, from, root) {
  for (let folder = from; folder.startsWith(root); folder = dirname(folder)) {
    const candidate = join(folder, "node_modules", name);
    if (existsSync(join(candidate, "package.json"))) return candidate;
  }
  return undefined;
}

const NOT_SHIPPED = new Set(["electron", "electron-builder", "empty-npm-package", "node", "cpu-features", "nan"]);

/** Folders of every package that must lie in node_modules, sorted. */
export function runtimePackages(root) {
  const found = new Map();
  const visit = (name, from) => {
    if (NOT_SHIPPED.has(name)) return;
    const folder = find(name, from, root);
    if (!folder || found.has(folder)) return;
    const manifest = manifestOf(folder);
    if (manifest.name === "empty-npm-package") return;
    found.set(folder, manifest);
    for (const dependency of Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies })) visit(dependency, folder);
  };
  for (const name of EXTERNAL) visit(name, root);
  return [...found].map(([folder, manifest]) => ({ folder, name: manifest.name, version: manifest.version, license: manifest.license ?? "SEE LICENSE", isBundled: false })).sort((a, b) => (a.folder < b.folder ? -1 : 1));
}

/** Packages whose code went into dist/, from the build's own lists of inputs. */
export function bundledPackages(root, inputs) {
  const found = new Map();
  for (const input of inputs) {
    const parts = input.split("node_modules/");
    if (parts.length < 2) continue;
    const [first = "", second = ""] = parts.at(-1).split("/");
    const folder = join(root, parts.slice(0, -1).join("node_modules/"), "node_modules", first.startsWith("@") ? join(first, second) : first);
    if (!existsSync(join(folder, "package.json"))) continue;
    const manifest = manifestOf(folder);
    found.set(folder, { folder, name: manifest.name, version: manifest.version, license: manifest.license ?? "SEE LICENSE", isBundled: true });
  }
  return [...found.values()].sort((a, b) => (a.folder < b.folder ? -1 : 1));
}

/** What of a package's files is left out: sources of natives, other platforms' builds, tests, maps. */
const LEFT_OUT = [
  /^better-sqlite3\/(deps|src|build)\//,
  /^better-sqlite3\/prebuilds\/(?!linux-x64\.node$)/,
  /^node-llama-cpp\/(templates|bins|llama\/(?!grammars\/|[^/]+\.json$))/,
  /^node-llama-cpp\/dist\/.*\.(map|d\.ts)$/,
  /^pdfjs-dist\/(?!legacy\/build\/pdf(\.worker)?\.mjs$|package\.json$|LICENSE|cmaps\/|standard_fonts\/)/,
  /^@cedar-policy\/cedar-wasm\/(web|esm)\//,
  /^web-tree-sitter\/(debug|lib|src)\//,
  /\.(md|markdown|map|d\.ts|d\.mts|d\.cts|ts|c|cc|cpp|h|gyp|gypi|flow)$/i,
  /(^|\/)(test|tests|__tests__|example|examples|docs|\.github|benchmark)\//,
];
const KEPT = /(^|\/)(licen[cs]e|copying|notice)[^/]*$/i;
export const isShipped = (path) => KEPT.test(path) || !LEFT_OUT.some((pattern) => pattern.test(path));

export function filesOf(folder, root) {
  const base = realpathSync(folder);
  const inModules = pathIn(join(root, "node_modules"), folder);
  return readdirSync(base, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => pathIn(base, join(entry.parentPath, entry.name)))
    .filter((path) => !path.startsWith("node_modules/") && isShipped(`${inModules}/${path}`))
    .sort()
    .map((path) => ({ from: join(base, path), to: `${inModules}/${path}` }));
}

export const licenseFileOf = (folder) => readdirSync(folder).filter((name) => /^(licen[cs]e|copying|notice)/i.test(name)).sort().map((name) => readFileSync(join(folder, name), "utf8")).join("\n\n");
