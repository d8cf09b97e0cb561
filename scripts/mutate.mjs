// Changes the code of a decision room in one place at a time and asks its unit tests to notice. Minutes to hours, so it is
// never part of a check.
import { fork } from "node:child_process";
import { createHash } from "node:crypto";
import { appendFileSync, existsSync, globSync, readFileSync, writeFileSync } from "node:fs";
import { setPriority } from "node:os";
import { join, resolve } from "node:path";
import { draw, interval, mutantsOf } from "./mutation/mutants.mjs";
import { readOptions, refuse } from "./usage.ts";

const ROOT = resolve(import.meta.dirname, "..");
const STUCK_MS = 60_000;
const PER_PROCESS = 250;
const BREAK_AT = 0.85;
/** What nobody but somebody else sends: a mutant that breaks the process ends it otherwise. */
const FROM_OUTSIDE = ["SIGKILL", "SIGTERM", "SIGINT", "SIGHUP"];
const MOST_TIMES = 3;
const USAGE = `npm run mutate -- ROOM [--only PART] [--sample N] [--seed S] [--out FILE] [--nice N]

Changes ROOM's code in one place at a time and asks its unit tests to notice.
  --only PART   of the files whose path holds PART
  --sample N    that many drawn at random over all files, and the score with its 95 % interval; otherwise every one
  --seed S      draw others (1)
  --out FILE    write each answer down, and go on from there when run again over the same code and tests
  --nice N      how far back it stands behind others (19)`;
const { values, positionals } = readOptions(USAGE, { allowPositionals: true, options: { sample: { type: "string" }, seed: { type: "string", default: "1" }, only: { type: "string" }, out: { type: "string" }, nice: { type: "string", default: "19" } } });
const [room = ""] = positionals;
if (!/^[\w-]+$/.test(room) || !existsSync(join(ROOT, "src-main", room)) || !existsSync(join(ROOT, "test/unit", room))) refuse(USAGE, room === "" ? "Which room?" : `"${room}" is no room with unit tests of its own.`);
for (const name of ["sample", "seed", "nice"]) if (values[name] !== undefined && !Number.isInteger(Number(values[name]))) refuse(USAGE, `--${name} takes a whole number, not "${values[name]}".`);

/** What a process has computed so far; its hundredths of a second stand behind its name, which may hold anything. */
function cpuMs(pid) {
  if (process.platform !== "linux") return 0;
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

/** How often somebody else ended the process at each mutant. */
const endings = new Map();

/** One process until it is done, breaks or hangs; what it had not answered stays in the queue. */
function askSome(sources, mutants, onAnswer) {
  return new Promise((resolvePromise, reject) => {
    const child = fork(join(ROOT, "scripts/mutation/worker.mjs"), [ROOT, room], { cwd: ROOT, execArgv: ["--disable-warning=ExperimentalWarning"], stdio: ["ignore", "ignore", "inherit", "ipc"] });
    let asking;
    let broken;
    let timer;
    let worked = 0;
    let isStuck = false;
    const watch = () => {
      clearTimeout(timer);
      worked = cpuMs(child.pid);
      timer = setTimeout(look, STUCK_MS);
    };
    // A loop without end works; a process that only waits for its turn on a busy machine does not.
    const look = () => {
      if (cpuMs(child.pid) - worked >= STUCK_MS || process.platform !== "linux") isStuck = child.kill("SIGKILL");
      else timer = setTimeout(look, STUCK_MS);
    };
    watch();
    child.on("message", (message) => {
      watch();
      if (message.broken !== undefined) broken = message.broken;
      if (message.ready !== undefined) console.error(`${message.ready} tests, ${(message.tookMs / 1000).toFixed(1)} s for all of them`);
      if (message.asking !== undefined) asking = message.asking;
      if (message.again !== undefined) asking = undefined;
      if (message.asked !== undefined) {
        asking = undefined;
        onAnswer(message.asked, message);
      }
    });
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      if (broken !== undefined) return reject(new Error(broken));
      // What somebody else ended answers nothing: it is asked again.
      if (!isStuck && FROM_OUTSIDE.includes(signal)) {
        const times = (endings.get(asking) ?? 0) + 1;
        endings.set(asking, times);
        if (times === MOST_TIMES) return reject(new Error(`the tests' process was ended from outside (${signal}) ${MOST_TIMES} times over`));
        return resolvePromise();
      }
      // A mutant that ends or hangs the process is one the tests notice.
      if (asking !== undefined) onAnswer(asking, { how: "late", by: "the process" });
      else if (code !== 0) return reject(new Error(`the tests' process ended with ${code}`));
      resolvePromise();
    });
    child.send({ sources, mutants });
  });
}

const percent = (share) => `${(share * 100).toFixed(1)} %`;
const oneLine = (text) => text.replaceAll(/\s+/g, " ").slice(0, 110);

function report(all, asked, answers) {
  const killed = asked.filter(({ id }) => ["killed", "late"].includes(answers.get(id).how));
  const [low, high] = interval(killed.length, asked.length, all.length);
  for (const mutant of asked.filter((one) => !killed.includes(one))) {
    console.log(`${answers.get(mutant.id).how}  ${mutant.file}:${mutant.line}  ${mutant.mutator}\n    - ${oneLine(mutant.was)}\n    + ${oneLine(mutant.becomes)}`);
  }
  for (const file of [...new Set(asked.map((one) => one.file))].toSorted()) {
    const here = asked.filter((one) => one.file === file);
    console.log(`${file}: ${here.filter((one) => killed.includes(one)).length} of ${here.length} noticed`);
  }
  console.log(`${room}: ${killed.length} of ${asked.length} noticed (${all.length} mutants in all): ${percent(killed.length / asked.length)}, 95 % between ${percent(low)} and ${percent(high)}; ${asked.filter(({ id }) => answers.get(id).how === "late").length} by the clock`);
  return low;
}

setPriority(Number(values.nice));
const { sources, mutants } = await mutantsOf(ROOT, room, values.only);
if (mutants.length === 0) refuse(USAGE, `No file of ${room} has "${values.only}" in its path.`);
const asked = values.sample === undefined ? mutants : draw(mutants, Number(values.sample), Number(values.seed));
const answers = new Map();
// What a run before this one wrote down is not asked again, unless the code or the tests are others now.
const digest = createHash("sha256").update(JSON.stringify(sources));
for (const path of globSync([`test/unit/${room}/**/*.ts`, "test/fakes/**/*.ts"], { cwd: ROOT }).toSorted()) digest.update(readFileSync(join(ROOT, path)));
const of = digest.digest("hex");
if (values.out !== undefined) {
  const [head, ...lines] = existsSync(values.out) ? readFileSync(values.out, "utf8").trim().split("\n").map((line) => JSON.parse(line || "{}")) : [];
  if (head?.of === of) for (const line of lines) answers.set(line.id, line);
  else writeFileSync(values.out, `${JSON.stringify({ of })}\n`);
}
const from = Date.now();
while (asked.some(({ id }) => !answers.has(id))) {
  const next = asked.filter(({ id }) => !answers.has(id)).slice(0, PER_PROCESS);
  await askSome(sources, next, (id, answer) => {
    answers.set(id, answer);
    if (values.out !== undefined) appendFileSync(values.out, `${JSON.stringify({ ...asked.find((one) => one.id === id), ...answer })}\n`);
    if (answers.size % 25 === 0 || answers.size === asked.length) console.error(`${answers.size} of ${asked.length} asked, ${Math.round((Date.now() - from) / 1000)} s`);
  });
}
process.exit(report(mutants, asked, answers) >= BREAK_AT ? 0 : 1);
