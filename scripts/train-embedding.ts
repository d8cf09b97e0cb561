// Makes resources/embedding/: word vectors from the documentation of Debian packages whose licences clearly allow it.
// PPMI over a window of five words, then a randomised SVD; no model, no download, the same bytes from the same packages.
//   node scripts/train-embedding.ts --debs FOLDER --work FOLDER [--out resources/embedding] [--vocabulary 40000] [--dims 256] [--megabytes 120]
// The packages and their licences are written beside the table: the same .deb files make the same table.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { gunzipSync } from "node:zlib";
import { writeTable } from "../src-main/knowledge/embedding.ts";
import { readMan } from "../src-main/knowledge/formats/man.ts";
import { wordsOf } from "../src-main/knowledge/tokens.ts";
import { collect, factorise } from "./train-embedding-math.ts";
import { readOptions } from "./usage.ts";

const { values } = readOptions("node scripts/train-embedding.ts --debs FOLDER --work FOLDER [--out FOLDER] [--vocabulary N] [--dims N] [--megabytes N]", { options: { debs: { type: "string", default: "/var/cache/apt/archives" }, work: { type: "string", default: "/tmp/sena-embedding" }, out: { type: "string", default: "resources/embedding" }, vocabulary: { type: "string", default: "40000" }, dims: { type: "string", default: "256" }, megabytes: { type: "string", default: "120" } } });
const BUDGET = Number(values.megabytes) * 1e6;

/** Licences whose terms let derived works be spread, by their short names in machine-readable copyright files; the words of an exception only add freedom. */
const OPEN = /^(agpl|gpl|lgpl|apache|artistic|bsd|mit|expat|isc|x11|zlib|mpl|cc0|cc-by-(?!n[cd])|public[- ]domain|pd$|psf|python|postgresql|perl|openssl|openssh|curl|libpng|boost|bsl|unicode|fsfap|fsful|permissive|gfdl-niv|gfdl-1\.\d\+?-no|gfdl-niv|hpnd|ntp|0bsd|unlicense|epl|edl|cddl|ofl|wtfpl|all-permissive|linux-man-pages|afl|beerware|bzip2|oldap|icu|tcl|sgi|w3c|sun-permissive|autoconf|exception|fsf-|other-bsd|mazieres-bsd|powell-bsd|chromium-bsd|sendmail-bsd|eupl|vim|ruby|php|zpl|latex2e|info-zip|naist|ibm|carnegie|cmu|regents|university|uoi-ncsa|ncsa)/i;

type Package = { readonly name: string; readonly version: string; readonly folder: string };

/** Documentation of each .deb, unpacked once into the work folder. */
function unpack(debs: string, work: string): Package[] {
  return readdirSync(debs).filter((file) => file.endsWith(".deb")).sort().map((file) => {
    const [name = "", version = ""] = basename(file, ".deb").split("_");
    const folder = join(work, basename(file, ".deb"));
    if (!existsSync(folder)) {
      mkdirSync(folder, { recursive: true });
      const tar = execFileSync("dpkg-deb", ["--fsys-tarfile", join(debs, file)], { maxBuffer: 2 ** 31 - 1 });
      spawnSync("tar", ["-x", "-C", folder, "--wildcards", "./usr/share/man/man[1-8]/*", "./usr/share/doc/*"], { input: tar, stdio: ["pipe", "ignore", "ignore"] });
    }
    return { name, version: decodeURIComponent(version), folder };
  });
}

function licencesOf({ name, folder }: Package): string[] | undefined {
  const path = join(folder, "usr/share/doc", name, "copyright");
  if (!existsSync(path) || !statSync(path).isFile()) return undefined;
  const text = readFileSync(path, "utf8");
  if (!/^Format:.*copyright-format/m.test(text)) return undefined;
  const found = [...text.matchAll(/^License:[ \t]*(\S.*)$/gm)].flatMap((match) => (match[1] as string).split(/\s+(?:and|or|and\/or|with .*?)\s+|\s+with\s.*$|,\s*(?:and\s+)?|\s*\|\s*/i)).map((one) => one.trim()).filter((one) => one !== "");
  return found.length > 0 && found.every((one) => OPEN.test(one)) ? [...new Set(found)].sort() : undefined;
}

function textOf(path: string): string {
  let bytes: Buffer = readFileSync(path);
  if (path.endsWith(".gz")) bytes = gunzipSync(bytes, { maxOutputLength: 16 << 20 });
  const text = bytes.toString("utf8");
  if (/\/man\/man\d/.test(path)) return readMan(text).blocks.map((block) => block.text).join("\n");
  return /\.x?html?(\.gz)?$/.test(path) ? text.replace(/<(script|style)[\s\S]*?<\/\1>/gi, " ").replace(/<[^>]{0,2000}>/g, " ").replace(/&[a-z]+;/g, " ") : text;
}

const isDoc = (path: string): boolean => /\/usr\/share\/man\/man[1-8]\/|\/usr\/share\/doc\/.*(\.(txt|md|html?|rst|adoc)(\.gz)?|README[^/]*|NEWS[^/]*|FAQ[^/]*)$/.test(path) && !/\/copyright$|changelog/i.test(path);

const sources: { package: string; version: string; licences: string[]; characters: number }[] = [];
const documents: string[][] = [];
const seen = new Set<string>();
let total = 0;
for (const one of unpack(values.debs, values.work)) {
  const licences = total > BUDGET ? undefined : licencesOf(one);
  if (licences === undefined) continue;
  let characters = 0;
  const files = readdirSync(one.folder, { recursive: true, withFileTypes: true }).filter((file) => file.isFile()).map((file) => join(file.parentPath, file.name)).filter(isDoc).sort();
  for (const path of files) {
    // A share of the budget for each package: one great reference manual must not drown operations.
    if (seen.has(basename(path)) || characters > 3e6) continue;
    if (/\/man\/man\d/.test(path)) seen.add(basename(path));
    let text: string;
    try {
      text = textOf(path);
    } catch {
      continue; // a page that does not unpack teaches nothing
    }
    characters += text.length;
    documents.push(wordsOf(text));
  }
  if (characters > 0) sources.push({ package: one.name, version: one.version, licences, characters });
  total += characters;
}
process.stderr.write(`${sources.length} packages, ${documents.length} documents, ${(total / 1e6).toFixed(0)} million characters\n`);
const counted = collect(documents, Number(values.vocabulary));
process.stderr.write(`${counted.words.length} words, ${counted.pairs.toLocaleString("en")} pairs\n`);
const vectors = factorise(counted, Number(values.dims), (say) => process.stderr.write(`${say}\n`));
mkdirSync(values.out, { recursive: true });
writeFileSync(join(values.out, "words.bin"), writeTable({ words: counted.words, weights: counted.weights, dims: Number(values.dims), vectors }));
writeFileSync(join(values.out, "SOURCES.json"), `${JSON.stringify({ method: "PPMI (window 5, context smoothing 0.75), randomised SVD, int8 rows", characters: total, packages: sources }, undefined, 1)}\n`);
