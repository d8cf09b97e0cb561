// What the scripted tools of a practice host share: its state, its clock, its journal. One process per call, so every
// change is a read-change-rename of one small file.
import { appendFileSync, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, renameSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Prefix of the host's tree: empty where the tools run inside it (namespaces, chroot). */
export const ROOT = process.env.LAB_ROOT ?? "";
export const at = (path) => `${ROOT}${path}`;

const STATE = at("/.lab/state.json");
const JOURNAL = at("/.lab/journal.tsv");
const LOCK = at("/.lab/lock");

export const readState = () => JSON.parse(readFileSync(STATE, "utf8"));

/** Exclusive read-change-write: `mkdir` is atomic everywhere; a lock older than 5 s was left by a killed tool. */
export function change(edit) {
  for (let tries = 0; ; tries += 1) {
    try {
      mkdirSync(LOCK);
      break;
    } catch {
      if (tries > 500) rmdirSync(LOCK);
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
    }
  }
  try {
    const state = readState();
    const answer = edit(state);
    writeFileSync(`${STATE}.new`, JSON.stringify(state));
    renameSync(`${STATE}.new`, STATE);
    return answer;
  } finally {
    rmdirSync(LOCK);
  }
}

/**
 * The host's own clock: it starts at a fixed moment at every reset. "running" adds the time since then, "fixed" one second
 * for each line written to the journal since, so that the same steps print the same bytes.
 */
export function nowMs(state = readState()) {
  const { base, realStart, mode } = state.clock;
  return mode === "fixed" ? base + (state.ticks ?? 0) * 1000 : base + (Date.now() - realStart);
}

export function log(state, { unit = "", ident, pid = "", priority = 6, message }) {
  state.ticks = (state.ticks ?? 0) + 1;
  appendFileSync(JOURNAL, `${new Date(nowMs(state)).toISOString()}\t${unit}\t${ident}\t${pid}\t${priority}\t${message}\n`);
}

export function readJournal() {
  return readFileSync(JOURNAL, "utf8").split("\n").filter(Boolean).map((line) => {
    const [time, unit, ident, pid, priority, ...message] = line.split("\t");
    return { at: Date.parse(time), unit, ident, pid, priority: Number(priority), message: message.join("\t") };
  });
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const two = (n) => String(n).padStart(2, "0");
export const clockTime = (ms) => new Date(ms).toISOString().slice(11, 19);
export const syslogTime = (ms) => `${MONTHS[new Date(ms).getUTCMonth()]} ${two(new Date(ms).getUTCDate())} ${clockTime(ms)}`;
export const longTime = (ms) => `${DAYS[new Date(ms).getUTCDay()]} ${new Date(ms).toISOString().slice(0, 10)} ${clockTime(ms)} UTC`;
export const shortDay = (ms) => `${DAYS[new Date(ms).getUTCDay()]} ${MONTHS[new Date(ms).getUTCMonth()]} ${String(new Date(ms).getUTCDate()).padStart(2)}`;

/** "5h 12min", "3 days", as systemd says it. */
export function span(ms) {
  const s = Math.max(0, Math.floor(ms / 1000));
  const [d, h, m] = [Math.floor(s / 86_400), Math.floor(s / 3600) % 24, Math.floor(s / 60) % 60];
  if (d > 30) return `${Math.floor(d / 30.4)} month${d > 60 ? "s" : ""} ${Math.floor(d % 30.4)} days`;
  if (d > 0) return `${d} day${d > 1 ? "s" : ""}`;
  if (h > 0) return `${h}h ${m}min`;
  return m > 0 ? `${m}min ${s % 60}s` : `${s}s`;
}

/** Columns wide enough for what is in them; `right` names those that hold numbers. */
export function table(rows, right = []) {
  const widths = [];
  for (const row of rows) row.forEach((cell, i) => (widths[i] = Math.max(widths[i] ?? 0, String(cell).length)));
  return rows.map((row) => row.map((cell, i) => (right.includes(i) ? String(cell).padStart(widths[i]) : i === row.length - 1 ? String(cell) : String(cell).padEnd(widths[i]))).join(" ").trimEnd()).join("\n");
}

export const human = (kib, { si = false } = {}) => {
  const step = si ? 1000 : 1024;
  let value = si ? (kib * 1024) / 1000 : kib;
  for (const unit of ["K", "M", "G", "T"]) {
    if (value < step || unit === "T") return kib === 0 ? "0" : `${value < 9.95 ? (Math.ceil(value * 10) / 10).toFixed(1) : Math.ceil(value)}${unit}`;
    value /= step;
  }
  return "";
};

/** Apparent size of a folder in KiB: the large files of the practice hosts are sparse, so blocks would say nothing. */
export function sizeKiB(folder) {
  let total = 0;
  const walk = (path) => {
    for (const entry of readdirSync(path, { withFileTypes: true })) {
      const child = join(path, entry.name);
      try {
        if (entry.isDirectory()) walk(child);
        else if (entry.isFile()) total += Math.ceil(lstatSync(child).size / 1024);
      } catch {
        // gone while we walked
      }
    }
  };
  if (existsSync(at(folder))) walk(at(folder));
  return total;
}

/** Short options of one letter with or without a value, long ones with `=`; unknown ones are an error, as in the real tools. */
export function options(argv, spec, tool) {
  const found = {};
  const rest = [];
  for (let i = 0; i < argv.length; i += 1) {
    const word = argv[i];
    if (word === "--") {
      rest.push(...argv.slice(i + 1));
      break;
    }
    if (word.startsWith("--")) {
      const [name, value] = word.includes("=") ? [word.slice(2, word.indexOf("=")), word.slice(word.indexOf("=") + 1)] : [word.slice(2), undefined];
      const kind = spec[name];
      if (kind === undefined) throw new ToolError(`${tool}: unrecognized option '--${name}'`);
      const key = typeof kind === "string" ? kind : name;
      const takes = typeof kind === "string" ? spec[kind] : kind;
      found[key] = takes === 1 ? (value ?? argv[(i += 1)]) : takes === 2 ? [...(found[key] ?? []), value ?? argv[(i += 1)]] : (value ?? true);
    } else if (word.startsWith("-") && word.length > 1) {
      for (let j = 1; j < word.length; j += 1) {
        const letter = word[j];
        const kind = spec[letter];
        if (kind === undefined) throw new ToolError(`${tool}: invalid option -- '${letter}'`);
        const key = typeof kind === "string" ? kind : letter;
        const takes = typeof kind === "string" ? spec[kind] : kind;
        if (takes === 1 || takes === 2) {
          const value = word.length > j + 1 ? word.slice(j + 1) : argv[(i += 1)];
          found[key] = takes === 2 ? [...(found[key] ?? []), value] : value;
          break;
        }
        found[key] = true;
      }
    } else rest.push(word);
  }
  return { found, rest };
}

export class ToolError extends Error {
  constructor(message, code = 1) {
    super(message);
    this.code = code;
  }
}
