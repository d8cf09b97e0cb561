import { randomFillSync } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs, type ParseArgsConfig } from "node:util";
import { readConfig, startCentral, type Central } from "../../central/index.ts";
import { idMaker } from "../../kernel/index.ts";
import { openLog, type Log } from "../../log/index.ts";
import { createClassifier } from "../../shellcheck/index.ts";
import { lockHome } from "../core/lock-home.ts";
import { VERSION } from "../core/version.ts";
import { cedarEngine } from "../process/cedar.ts";
import { homeFolder } from "../process/home.ts";
import { builtFolder, entryFile, resourcesFolder, rootFolder } from "../process/places.ts";
import { consolePolicy, readScreenFiles } from "../process/screen-files.ts";
import { loadSecondOpinion } from "../process/shell-reader.ts";
import { toldToStop } from "../process/stopping.ts";
import { examine, PORT_FILE } from "./doctor.ts";
import { CENTRAL_HELP } from "./use.ts";

// `sena central`: the optional server for many desktops. It stops with Ctrl+C or SIGTERM.

const { values, positionals } = read({ allowPositionals: true, options: { home: { type: "string" }, port: { type: "string" }, demo: { type: "boolean", default: false }, untried: { type: "boolean", default: false }, worm: { type: "string" }, check: { type: "string" }, secret: { type: "string" }, unsealed: { type: "boolean", default: false }, help: { type: "boolean", default: false } } } as const);
const [verb = "serve", file] = positionals;
const VERBS = ["serve", "doctor", "backup", "restore", "export"];
const isAboutFile = verb === "backup" || verb === "restore";
const isUnderstood = VERBS.includes(verb) && isAboutFile === (file !== undefined) && (verb === "export") === (values.worm !== undefined || values.check !== undefined) && !(values.demo && verb !== "serve");

await using owned = new AsyncDisposableStack();
/** A demonstration without a home is gone when it ends. */
const passing = values.demo && values.home === undefined && isUnderstood && !values.help ? (await import("./demo.ts")).demoFolder() : undefined;
const home = passing?.home ?? (values.home === undefined ? join(homeFolder(), "central") : homeFolder(values.home));
if (passing) {
  console.log(`Everything of this demonstration lies in ${passing.path} and goes when it ends; --home FOLDER keeps it.`);
  owned.defer(() => {
    passing[Symbol.dispose]();
    console.log(`${passing.path} is removed.`);
  });
}
try {
  if (values.help || !isUnderstood) {
    (values.help ? process.stdout : process.stderr).write(CENTRAL_HELP);
    process.exitCode = values.help ? 0 : 64;
  } else if (verb === "doctor") process.exitCode = await examine({ home, start: () => start(0) });
  else if (verb === "export") process.exitCode = await exportRecords();
  else if (file !== undefined) await keep(file);
  else await serve();
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}

/** A word that is none of ours is told of in a line, with what there is. */
function read<T extends ParseArgsConfig>(config: T): ReturnType<typeof parseArgs<T>> {
  try {
    return parseArgs(config);
  } catch (error) {
    process.stderr.write(`${(error as Error).message.split(". ")[0]}.\n\n${CENTRAL_HELP}`);
    process.exit(64);
  }
}

async function serve(): Promise<void> {
  const startedMs = performance.now();
  const over = toldToStop(); // heard from the first moment: a database of its own must not outlive it
  const central = owned.use(await start(values.port));
  // For whoever looks after it beside it: the port may come from the command line, or from the system.
  writeFileSync(join(home, PORT_FILE), `${central.port}\n`, { mode: 0o600 });
  console.log(`SENA central is ready: ${central.address}  (database: ${central.database})`);
  console.log(`${central.tls.isOwn ? "Its own authority" : "The highest certificate of the house that desktops pin"}, SHA-256: ${central.tls.fingerprint}`);
  if (values.demo) {
    const { runDemo } = await import("./demo.ts");
    owned.use(await runDemo({ central, home, say: (line) => console.log(line) }));
    console.log(`The demonstration stands after ${((performance.now() - startedMs) / 1000).toFixed(0)} s. It stops with Ctrl+C.`);
  } else if (central.firstAdminCode !== undefined) console.log(`Nobody is here yet. The first admin signs up here, once: ${central.address}/#/first?code=${central.firstAdminCode}`);
  await over;
}

function keepingNeeds() {
  return { home, config: readConfig(home, process.env), packs: join(rootFolder, "node_modules"), version: VERSION, now: Date.now, log: () => undefined };
}

async function exportRecords(): Promise<number> {
  const { checkVerb, exportVerb } = await import("./keeping.ts");
  const written = values.worm === undefined ? 0 : await exportVerb(keepingNeeds(), values.worm);
  return written || (values.check === undefined ? 0 : checkVerb(values.check));
}

async function keep(path: string): Promise<void> {
  const { backupVerb, restoreVerb } = await import("./keeping.ts");
  const needs = keepingNeeds();
  if (verb === "backup") await backupVerb(needs, { path, isProved: !values.untried });
  else await restoreVerb(needs, { path, secretFile: values.secret, mayBeUnsealed: values.unsealed });
}

async function start(port: string | number | undefined): Promise<Central> {
  owned.use(lockHome(home));
  const log: Log = owned.use(openLog({ folder: join(home, "logs"), now: Date.now }));
  const random = (into: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> => randomFillSync(into);
  const text = (name: string): string => readFileSync(join(resourcesFolder, "policy", name), "utf8");
  return startCentral({
    home, random, now: Date.now, newId: idMaker(Date.now, random), version: VERSION,
    config: readConfig(home, passing ? { ...process.env, DATABASE_URL: undefined } : process.env, port === undefined ? {} : { port }),
    packs: join(rootFolder, "node_modules"),
    isThrowaway: passing !== undefined,
    openPlace: passing?.openPlace,
    cedar: cedarEngine,
    texts: { policy: text("central.cedar"), schema: text("central.cedarschema"), desktopSchema: text("sena.cedarschema") },
    classify: createClassifier({ secondOpinion: await loadSecondOpinion() }),
    console: { files: readScreenFiles(join(builtFolder, "console"), "console.html"), policy: consolePolicy },
    ledgerPlaces: { kit: join(resourcesFolder, "bundle-kit"), workers: { check: entryFile("ledger-check.mjs", "src-main/ledger/check-worker.ts"), structure: entryFile("ledger-structure.mjs", "src-main/ledger/structure-program.ts"), bundleCheck: entryFile("ledger-bundle-check.mjs", "src-main/ledger/bundle-check-worker.ts"), copy: entryFile("ledger-copy.mjs", "src-main/ledger/copy-worker.ts") } },
    log: (level, event, data) => log.write(level, event, data),
    report: (ref, error) => log.failure(ref, error),
  });
}
