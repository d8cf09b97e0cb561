// The four nets: types per environment, direction of imports, idiom, dead code. All at once; each says its own.
import { spawn } from "node:child_process";
import { cpus } from "node:os";
import { join, resolve } from "node:path";
import { readOptions, refuse } from "./usage.ts";

const ROOT = resolve(import.meta.dirname, "..");
const bin = (path) => join(ROOT, "node_modules", path);
const tsc = (project) => [bin("@typescript/native/bin/tsc"), "-p", `tsconfig.${project}.json`];

const NETS = [
  ["dead code", [bin("knip/bin/knip.js"), "--no-progress", "--no-config-hints"]],
  ["directions", [bin("dependency-cruiser/bin/dependency-cruiser.mjs"), "--config", ".dependency-cruiser.cjs", "--output-type", "err", "src-main", "src-renderer", "test"]],
  ["types: node", tsc("node")],
  ["types: renderer", tsc("renderer")],
  ["types: screen tests", tsc("screen-tests")],
  ["types: electron", tsc("electron")],
  ["types: pure", tsc("pure")],
  ["idiom", [bin("oxlint/bin/oxlint"), "--deny-warnings", "--format", "unix"]],
  ["sizes", [join(ROOT, "scripts/sizes.mjs")]],
];

const run = ([name, args]) =>
  new Promise((done) => {
    const from = performance.now();
    const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    child.stdout.on("data", (chunk) => (output += chunk));
    child.stderr.on("data", (chunk) => (output += chunk));
    child.on("close", (code) => done({ name, code, output, seconds: (performance.now() - from) / 1000 }));
  });

const from = performance.now();
const USAGE = `npm run check [-- PART…]   every net, or those with PART in their name: ${NETS.map(([name]) => name).join(", ")}`;
const { positionals: only } = readOptions(USAGE, { options: {}, allowPositionals: true });
for (const word of only) if (!NETS.some(([name]) => name.includes(word))) refuse(USAGE, `No net is called "${word}".`);
const waiting = NETS.filter(([name]) => only.length === 0 || only.some((word) => name.includes(word)));
let failures = 0;
await Promise.all(
  Array.from({ length: Math.max(1, Math.min(3, cpus().length)) }, async () => {
    for (let net = waiting.shift(); net; net = waiting.shift()) {
      const { name, code, output, seconds } = await run(net);
      console.log(`${code === 0 ? "✔" : "✘"} ${name} (${seconds.toFixed(1)} s)`);
      if (code !== 0) {
        failures += 1;
        console.log(output.trim().replace(/^/gm, "    "));
      }
    }
  }),
);
console.log(`${failures === 0 ? "All nets hold." : `${failures} of the nets caught something.`} ${((performance.now() - from) / 1000).toFixed(1)} s`);
process.exit(failures === 0 ? 0 : 1);
