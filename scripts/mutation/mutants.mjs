// The mutants of a room: every file written once with all of its mutants switched off inside it (Stryker's instrumenter),
// so that a process that runs is told which one to wake and nothing is compiled twice.
import { globSync, readFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { Instrumenter } from "@stryker-mutator/instrumenter";

const silent = { isDebugEnabled: () => false, debug() {}, info() {}, warn() {}, error() {} };

/** The families are data with cases of their own; changing one flag's letter says nothing about the decisions. */
const isDecision = (path) => !path.endsWith("port.ts") && !/\/families\//.test(path);

/** What a statement or a migration is called stands in no answer and no record: it is for whoever measures the store. */
const labels = {
  shouldIgnore({ node, parent, key, container }) {
    if (node.type !== "StringLiteral") return undefined;
    const isStatement = parent?.type === "CallExpression" && parent.callee.property?.name === "sql" && parent.arguments[0] === node;
    const isMigration = parent?.type === "ObjectProperty" && key === "value" && parent.key.name === "name" && container === parent && node.value.includes(" ");
    return isStatement || isMigration ? "a label" : undefined;
  },
};

export async function mutantsOf(root, room, only) {
  const names = globSync(`src-main/${room}/**/*.ts`, { cwd: root }).filter(isDecision).filter((path) => only === undefined || path.includes(only)).toSorted();
  const files = names.map((path) => ({ name: join(root, path), mutate: true, content: readFileSync(join(root, path), "utf8") }));
  const made = await new Instrumenter(silent).instrument(files, { plugins: null, excludedMutations: [], ignorers: [labels] });
  const sources = Object.fromEntries(made.files.map(({ name, content }) => [pathToFileURL(name).href, stripTypeScriptTypes(content)]));
  const texts = new Map(files.map(({ name, content }) => [name, content.split("\n")]));
  const mutants = made.mutants
    .filter(({ status }) => status !== "Ignored")
    .map(({ id, fileName, mutatorName, location: { start, end }, replacement }) => ({ id, file: relative(root, fileName), line: start.line + 1, mutator: mutatorName, was: between(texts.get(fileName), start, end), becomes: replacement }));
  return { sources, mutants };
}

function between(lines, start, end) {
  const part = lines.slice(start.line, end.line + 1);
  part[part.length - 1] = part.at(-1).slice(0, end.column);
  part[0] = part[0].slice(start.column);
  return part.join("\n");
}

/** Draws without putting back; the same seed draws the same mutants from the same code (mulberry32). */
export function draw(mutants, count, seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const left = [...mutants];
  for (let at = 0; at < Math.min(count, left.length); at++) {
    const other = at + Math.floor(next() * (left.length - at));
    [left[at], left[other]] = [left[other], left[at]];
  }
  return left.slice(0, count);
}

/** Wilson's interval of a share, narrowed for what was drawn from a finite number: a whole run has none. */
export function interval(killed, drawn, total) {
  if (drawn === 0) return [0, 1];
  const share = killed / drawn;
  if (drawn >= total) return [share, share];
  const z = 1.96 * Math.sqrt((total - drawn) / Math.max(1, total - 1));
  const middle = (share + z ** 2 / (2 * drawn)) / (1 + z ** 2 / drawn);
  const half = (z / (1 + z ** 2 / drawn)) * Math.sqrt((share * (1 - share)) / drawn + z ** 2 / (4 * drawn ** 2));
  return [middle - half, middle + half];
}
