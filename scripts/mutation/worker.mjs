// One warm process that holds a room's tests and its mutants: first every test alone, to learn what it touches and how long
// it takes; then one mutant after the other against the tests that reach it, the quickest first, until one of them fails.
import { globSync, readdirSync } from "node:fs";
import { registerHooks, stripTypeScriptTypes } from "node:module";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { pathToFileURL } from "node:url";

const SHIM = new URL("./vitest.mjs", import.meta.url).href;
/** A mutant that starts processes without end shall not take the machine with it. */
const MORE_PROCESSES = 200;
const IDLE_MS = 20_000;
const [root, room] = process.argv.slice(2);
const switches = (globalThis.__stryker__ = { activeMutant: undefined, currentTestId: undefined, mutantCoverage: { static: {}, perTest: {} } });
const sources = new Map();
const plain = new Map();
/** Who imports whom, learned while everything loads the first time. */
const importers = new Map();
let generation = 0;
let renewed = new Set();

registerHooks({
  resolve(specifier, context, next) {
    if (specifier === "vitest") return { url: SHIM, shortCircuit: true };
    const found = next(specifier, context);
    if (!found.url.endsWith(".ts") || found.url.includes("/node_modules/")) return found;
    if (generation === 0 && context.parentURL !== undefined) importers.set(found.url, (importers.get(found.url) ?? new Set()).add(context.parentURL));
    return renewed.has(found.url) ? { ...found, url: `${found.url}?g=${generation}` } : found;
  },
  load(url, context, next) {
    const [path] = url.split("?");
    if (!path.endsWith(".ts")) return next(url, context);
    const source = sources.get(path);
    if (source !== undefined) return { format: "module", source, shortCircuit: true };
    if (!plain.has(path)) plain.set(path, stripTypeScriptTypes(String(next(path, { ...context, format: "module-typescript" }).source)));
    return { format: "module", source: plain.get(path), shortCircuit: true };
  },
});

const { newBook, newFile, vi } = await import(SHIM);
const { default: fc } = await import("fast-check");
fc.configureGlobal({ seed: 20_260_101 });
// A mutant leaves promises nobody waits for; what counts is what a test says.
process.on("unhandledRejection", () => {});
process.on("uncaughtException", () => {});

const clock = { setTimeout, clearTimeout };

/** What is worked out while a module loads can only be changed by loading it again, under another address, with all that is built on it. */
function dependents(url, found = new Set()) {
  if (found.has(url)) return found;
  found.add(url);
  for (const importer of importers.get(url) ?? []) dependents(importer, found);
  return found;
}

async function readTests() {
  const tests = newBook();
  for (const path of globSync(`test/unit/${room}/**/*.test.ts`, { cwd: root }).toSorted()) {
    newFile();
    await import(renewedUrl(pathToFileURL(join(root, path)).href));
  }
  for (const { group } of tests) for (const one of lineage(group)) loadedGroups.add(one);
  return tests.map((test, index) => ({ ...test, id: String(index + 1) }));
}

const renewedUrl = (url) => (renewed.has(url) ? `${url}?g=${generation}` : url);

const lineage = (group) => (group === undefined ? [] : [...lineage(group.parent), group]);

/** Too much work, or too long a wait for nothing. The wall's clock says neither on a machine that is busy elsewhere. */
function watchFor(limitMs, onLate) {
  const [cpu, loop] = [process.cpuUsage(), performance.eventLoopUtilization()];
  let timer;
  const look = () => {
    const { user, system } = process.cpuUsage(cpu);
    if ((user + system) / 1000 > limitMs || performance.eventLoopUtilization(loop).idle > IDLE_MS) return onLate();
    timer = clock.setTimeout(look, 500);
  };
  timer = clock.setTimeout(look, 500);
  return () => clock.clearTimeout(timer);
}

async function within(limitMs, work) {
  let unwatch;
  const late = new Promise((_, reject) => {
    unwatch = watchFor(limitMs, () => reject(Object.assign(new Error("too long"), { isLate: true })));
  });
  try {
    await Promise.race([work(), late]);
  } finally {
    unwatch();
    vi.useRealTimers();
  }
}

/** Runs one test with what its groups prepare; a group prepares once for each mutant. */
const runTest = ({ body, group }, limitMs, prepared) =>
  within(limitMs, async () => {
    const groups = lineage(group);
    for (const one of groups) {
      if (!prepared.has(one)) for (const run of one.before) await run();
      prepared.add(one);
    }
    for (const one of groups) for (const run of one.beforeEach) await run();
    try {
      await body();
    } finally {
      for (const one of groups.toReversed()) for (const run of one.afterEach) await run();
    }
  });

/**
 * What the groups prepared is put away again: files, servers and stores of hundreds of mutants would fill the machine. What a
 * file made while it loaded is not made again, so it is put away when all is done.
 */
const putAway = (prepared) =>
  within(120_000, async () => {
    for (const { before, after } of [...prepared].toReversed()) if (before.length > 0) for (const run of after) await run();
  });
const loadedGroups = new Set();
const putAllAway = () =>
  within(120_000, async () => {
    for (const { before, after } of loadedGroups) if (before.length === 0) for (const run of after) await run();
  });

async function dryRun(tests) {
  const hits = {};
  for (const test of tests) {
    switches.currentTestId = test.id;
    const from = process.cpuUsage();
    const prepared = new Set();
    try {
      await runTest(test, 120_000, prepared);
      await putAway(prepared);
    } catch (error) {
      throw new Error(`"${test.name}" fails without any mutant`, { cause: error });
    }
    const { user, system } = process.cpuUsage(from);
    test.tookMs = (user + system) / 1000;
    test.touches = switches.mutantCoverage.perTest[test.id] ?? {};
    for (const [id, count] of Object.entries(test.touches)) hits[id] = Math.max(hits[id] ?? 0, count);
  }
  switches.currentTestId = undefined;
  return hits;
}

const noticers = new Map();

async function ask(mutant, tests, hits) {
  const isStatic = mutant.id in switches.mutantCoverage.static;
  const reached = tests.filter(({ touches }) => isStatic || mutant.id in touches);
  if (reached.length === 0) return { how: "unreached" };
  const answer = await against(mutant, reached, isStatic, hits);
  return ["killed", "late"].includes(answer.how) && (await isSpoiled(mutant, answer, reached, isStatic)) ? { ...answer, spoiled: true } : answer;
}

async function loadedAgain(mutant, reached) {
  generation += 1;
  renewed = dependents(pathToFileURL(join(root, mutant.file)).href);
  // A test file that is not built on it is not read again, and has nothing to say about it.
  const fresh = new Map((await readTests()).map((test) => [test.name, test]));
  return reached.filter(({ name }) => fresh.has(name)).map((test) => ({ ...test, ...fresh.get(test.name), id: test.id, tookMs: test.tookMs }));
}

async function against(mutant, reached, isStatic, hits) {
  switches.activeMutant = mutant.id;
  switches.hitCount = isStatic ? undefined : 0;
  switches.hitLimit = (hits[mutant.id] ?? 1) * 100 + 1000;
  const prepared = new Set();
  try {
    const asked = isStatic ? await loadedAgain(mutant, reached).catch(() => undefined) : reached;
    if (asked === undefined) return { how: "killed", by: "loading" };
    // What noticed a change of this file before may notice this one; then the quickest.
    const noticed = ({ name }) => noticers.get(`${mutant.file} ${name}`) ?? 0;
    for (const test of asked.toSorted((a, b) => noticed(b) / (b.tookMs + 20) - noticed(a) / (a.tookMs + 20) || a.tookMs - b.tookMs)) {
      if (switches.hitCount !== undefined) switches.hitCount = 0;
      try {
        await runTest(test, 5000 + 10 * test.tookMs, prepared);
      } catch (error) {
        noticers.set(`${mutant.file} ${test.name}`, noticed(test) + 1);
        return { how: error?.isLate ? "late" : "killed", by: test.name };
      }
    }
    return { how: "survived", reached: asked.length };
  } finally {
    switches.activeMutant = undefined;
    switches.hitCount = undefined;
    await putAway(prepared).catch(() => {});
  }
}

/** The test that noticed, once more and without the mutant: where it fails now too, something before it left the process in a state of its own. */
async function isSpoiled(mutant, { by }, reached, isStatic) {
  const prepared = new Set();
  try {
    const asked = isStatic ? await loadedAgain(mutant, reached) : reached;
    const test = asked.find(({ name }) => name === by);
    if (test !== undefined) await runTest(test, 5000 + 10 * test.tookMs, prepared);
    return false;
  } catch {
    return true;
  } finally {
    await putAway(prepared).catch(() => {});
  }
}

const processes = () => (process.platform === "linux" ? readdirSync("/proc").filter((name) => /^\d+$/.test(name)).length : 0);
const atFirst = processes();

process.once("message", async ({ sources: given, mutants }) => {
  try {
    for (const [url, source] of Object.entries(given)) sources.set(url, source);
    const tests = await readTests();
    const hits = await dryRun(tests);
    process.send({ ready: tests.length, tookMs: tests.reduce((sum, { tookMs }) => sum + tookMs, 0) });
    for (const [at, mutant] of mutants.entries()) {
      for (let waits = 0; processes() > atFirst + MORE_PROCESSES; waits++) {
        if (waits === 120) throw new Error("the processes of this machine grew by more than these tests may start");
        await delay(1000);
      }
      process.send({ asking: mutant.id });
      const { spoiled, ...answer } = await ask(mutant, tests, hits);
      // Of the first one it is the mutant itself that spoils the process; any other one is asked again in a new one.
      if (spoiled !== true || at === 0) process.send({ asked: mutant.id, ...answer });
      else process.send({ again: mutant.id });
      if (spoiled) break;
    }
    await putAllAway().catch(() => {});
    process.send({ done: true }, () => process.exit(0));
  } catch (error) {
    process.send({ broken: `${error.message}${error.cause ? `: ${error.cause.stack ?? error.cause}` : `\n${error.stack}`}` }, () => process.exit(1));
  }
});
