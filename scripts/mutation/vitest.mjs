// What a test file imports as "vitest" while mutants are asked: it only writes the tests down, so that one process can run
// any of them any number of times. What a test expects is Vitest's own.
// Vitest asks its worker for the settings of the clock it fakes; this process is the worker.
globalThis.__vitest_worker__ = { config: { fakeTimers: { toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "setImmediate", "clearImmediate", "Date", "performance"] } } };
const { expect, vi } = await import(new URL("../../node_modules/vitest/dist/index.js", import.meta.url).href);

export { expect, vi };

const root = () => ({ name: "", parent: undefined, before: [], after: [], beforeEach: [], afterEach: [] });
const book = { group: root(), tests: [] };

/** Starts an empty book; the tests of the files imported next are in the answer. */
export function newBook() {
  book.tests = [];
  return book.tests;
}
/** What a file prepares outside of its groups is for that file alone. */
export function newFile() {
  book.group = root();
}

function table(name, row, index) {
  const values = Array.isArray(row) ? row : [row];
  return `${name} #${index} ${values.map((value) => String(value).slice(0, 40)).join(" ")}`;
}
const spread = (row) => (Array.isArray(row) ? row : [row]);

/** What is set for a test (its time) stands in front of its body, or behind it. */
const bodyOf = (rest) => rest.find((one) => typeof one === "function");

function writes(add) {
  const each = (rows, ...values) => {
    const given = rows.raw === undefined ? rows : fromTemplate(rows, values);
    return (name, ...rest) => given.forEach((row, index) => add(table(name, row, index), () => bodyOf(rest)(...spread(row))));
  };
  return Object.assign((name, ...rest) => add(name, bodyOf(rest)), { each, skip() {}, todo() {}, skipIf: (is) => (is ? Object.assign(() => {}, { each: () => () => {} }) : writes(add)), runIf: (is) => (is ? writes(add) : Object.assign(() => {}, { each: () => () => {} })) });
}
function fromTemplate(strings, values) {
  const names = strings[0].split("|").map((name) => name.trim());
  return Array.from({ length: values.length / names.length }, (_, row) => Object.fromEntries(names.map((name, column) => [name, values[row * names.length + column]])));
}

const writeDown = (name, body) => book.tests.push({ name: `${book.group.name} ${name}`.trim(), body, group: book.group });
export const it = writes(writeDown);
export const test = writes(writeDown);
export const describe = writes((name, body) => {
  const outer = book.group;
  book.group = { name: `${outer.name} ${name}`.trim(), parent: outer, before: [], after: [], beforeEach: [], afterEach: [] };
  body();
  book.group = outer;
});
export const beforeAll = (run) => book.group.before.push(run);
export const afterAll = (run) => book.group.after.push(run);
export const beforeEach = (run) => book.group.beforeEach.push(run);
export const afterEach = (run) => book.group.afterEach.push(run);
