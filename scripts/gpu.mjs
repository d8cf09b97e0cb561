// npm run gpu -- cuda|vulkan|none: the large builds of llama.cpp for graphics cards, left out of the default install.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { readOptions, refuse } from "./usage.ts";

const ROOT = resolve(import.meta.dirname, "..");
const { version } = JSON.parse(readFileSync(join(ROOT, "node_modules/node-llama-cpp/package.json"), "utf8"));
const system = process.platform === "win32" ? "win" : process.platform;
const PACKS = { cuda: [`${system}-${process.arch}-cuda`, `${system}-${process.arch}-cuda-ext`], vulkan: [`${system}-${process.arch}-vulkan`] };
const SIZES = { cuda: "540 MB", vulkan: "71 MB" };
const place = (name) => join(ROOT, "node_modules/@node-llama-cpp", name);
const USAGE = `npm run gpu -- cuda     ${SIZES.cuda}, for NVIDIA's cards
npm run gpu -- vulkan   ${SIZES.vulkan}, for others
npm run gpu -- none     remove both; the build for the processor stays`;
const { positionals } = readOptions(USAGE, { options: {}, allowPositionals: true });
const [wanted = ""] = positionals;

if (wanted === "none") {
  for (const name of Object.values(PACKS).flat()) rmSync(place(name), { recursive: true, force: true });
  console.log("The GPU packs are removed; the CPU build stays.");
} else if (PACKS[wanted]) {
  console.log(`Fetching the ${wanted} build of llama.cpp (${SIZES[wanted]})…`);
  for (const name of PACKS[wanted]) install(name);
  console.log(`Done. SENA uses it from its next start; \`npm run gpu -- none\` removes it.`);
} else refuse(USAGE, wanted === "" ? "Which build?" : `There is no build "${wanted}".`);

function install(name) {
  const work = mkdtempSync(join(tmpdir(), "sena-gpu-"));
  try {
    const { status, stderr } = spawnSync("npm", ["install", "--prefix", work, "--no-save", "--ignore-scripts", "--no-audit", "--no-fund", `@node-llama-cpp/${name}@${version}`], { encoding: "utf8", shell: process.platform === "win32" });
    const fetched = join(work, "node_modules/@node-llama-cpp", name);
    if (status !== 0 || !existsSync(fetched)) {
      console.error(`@node-llama-cpp/${name}@${version} could not be fetched; nothing was changed. On a machine without network, copy the folder node_modules/@node-llama-cpp/${name} from one that has it.\n${stderr.split("\n").slice(0, 4).join("\n")}`);
      process.exit(1);
    }
    rmSync(place(name), { recursive: true, force: true });
    cpSync(fetched, place(name), { recursive: true });
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
