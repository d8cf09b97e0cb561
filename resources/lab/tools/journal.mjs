import { ToolError, nowMs, options, readJournal, readState, syslogTime } from "./host.mjs";
import { out } from "./out.mjs";

const LEVELS = ["emerg", "alert", "crit", "err", "warning", "notice", "info", "debug"];
const SPEC = { u: "unit", unit: 2, n: "lines", lines: 1, p: "priority", priority: 1, since: 1, S: "since", until: 1, U: "until", "no-pager": 0, b: "boot", boot: 0, k: "dmesg", dmesg: 0, o: "output", output: 1, r: "reverse", reverse: 0, g: "grep", grep: 1, x: "catalog", catalog: 0, e: "pager-end", "pager-end": 0, f: "follow", follow: 0, q: "quiet", quiet: 0, t: "identifier", identifier: 2, "disk-usage": 0, "list-boots": 0, a: "all", all: 0, l: "full", full: 0, utc: 0, "no-hostname": 0, "case-sensitive": 1, "vacuum-size": 1, "vacuum-time": 1, rotate: 0, verify: 0, "show-cursor": 0, system: 0 };

function instant(text, now) {
  const t = text.trim();
  if (t === "now") return now;
  const day = new Date(now).toISOString().slice(0, 10);
  if (t === "today") return Date.parse(`${day}T00:00:00Z`);
  if (t === "yesterday") return Date.parse(`${day}T00:00:00Z`) - 86_400_000;
  const ago = /^-?\s*(\d+)\s*(s|sec|secs|seconds?|m|min|mins|minutes?|h|hr|hours?|d|days?|w|weeks?)(\s+ago)?$/.exec(t);
  if (ago) return now - Number(ago[1]) * { s: 1e3, m: 60e3, h: 3600e3, d: 86_400e3, w: 604_800e3 }[ago[2][0]];
  if (/^\d{1,2}:\d{2}(:\d{2})?$/.test(t)) return Date.parse(`${day}T${t.length <= 5 ? `${t.padStart(5, "0")}:00` : t.padStart(8, "0")}Z`);
  if (/^@\d+$/.test(t)) return Number(t.slice(1)) * 1000;
  const parsed = Date.parse(`${t.replace(" UTC", "").replace(" ", "T")}${t.length <= 10 ? "T00:00:00" : ""}Z`);
  if (Number.isNaN(parsed)) throw new ToolError(`Failed to parse timestamp: ${text}`);
  return parsed;
}

const unitName = (word) => (/\.[a-z]+$/.test(word) ? word : `${word}.service`);
const level = (word) => (/^\d$/.test(word) ? Number(word) : LEVELS.indexOf(word === "error" ? "err" : word === "warn" ? "warning" : word));

export async function journalctl(argv) {
  // -b and -n take an optional value of their own
  const words = argv.flatMap((word, i) => (word === "-n" && !/^\d+$/.test(argv[i + 1] ?? "") ? ["-n", "10"] : (word === "-b" || word === "--boot") && /^-?\d+$/.test(argv[i + 1] ?? "") ? [word] : /^-?\d+$/.test(word) && (argv[i - 1] === "-b" || argv[i - 1] === "--boot") ? [] : [/^-(\d+)$/.test(word) ? `-n${word.slice(1)}` : word]));
  const { found, rest } = options(words, SPEC, "journalctl");
  const state = readState();
  const now = nowMs(state);
  if (found["disk-usage"]) return out("Archived and active journals take up 488.0M in the file system."), 0;
  if (found["list-boots"]) return out(`IDX BOOT ID                          FIRST ENTRY                 LAST ENTRY\n  0 ${"5f0c2b6e8d1a4e7f9a3b1c2d4e5f6071"} ${new Date(state.bootedAt).toUTCString()} ${new Date(now).toUTCString()}`), 0;
  if (found["vacuum-size"] || found["vacuum-time"] || found.rotate) return process.stderr.write("Vacuuming done, freed 0B of archived journals from /var/log/journal.\n"), 0;
  let pattern;
  try {
    pattern = found.grep ? new RegExp(found.grep, /[A-Z]/.test(found.grep) ? "" : "i") : undefined;
  } catch {
    throw new ToolError(`Bad pattern "${found.grep}"`);
  }
  const [from, top] = (found.priority ?? "7").split("..").map(level);
  if (from < 0) throw new ToolError(`Unknown log level ${found.priority}`);
  const most = found.priority?.includes("..") ? top : from;
  const since = found.since ? instant(found.since, now) : 0;
  const until = found.until ? instant(found.until, now) : Number.POSITIVE_INFINITY;
  const units = found.unit?.map(unitName);
  const fields = rest.map((r) => r.split("="));
  const matches = (e) =>
    (!units || units.includes(e.unit)) && (!found.dmesg || e.ident === "kernel") && (!found.identifier || found.identifier.includes(e.ident)) && e.priority <= most &&
    e.at >= since && e.at <= until && (!pattern || pattern.test(e.message)) && (!found.boot || e.at >= state.bootedAt) &&
    fields.every(([key, value]) => (key === "_PID" ? e.pid === value : key === "_SYSTEMD_UNIT" ? e.unit === value : key === "SYSLOG_IDENTIFIER" || key === "_COMM" ? e.ident === value : true));
  let found1 = readJournal().filter(matches).sort((a, b) => a.at - b.at);
  const lines = found.lines ?? (found["pager-end"] ? 1000 : found.follow ? 10 : "all");
  if (lines !== "all") found1 = found1.slice(-Number(lines));
  if (found.reverse) found1.reverse();
  const form = FORMS[found.output ?? "short"];
  if (!form) throw new ToolError(`Unknown output format ${found.output}.`);
  if (found1.length === 0 && !found.follow) return out("-- No entries --"), found.grep ? 1 : 0;
  for (const e of found1) out(form(e, state, found));
  if (found.follow) await follow(matches, form, state, found);
  return 0;
}

async function follow(matches, form, state, found) {
  let seen = readJournal().length;
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, 300));
    const all = readJournal();
    for (const e of all.slice(seen)) if (matches(e)) out(form(e, state, found));
    seen = all.length;
  }
}

const who = (e) => `${e.ident}${e.pid ? `[${e.pid}]` : ""}`;
const name = (state, found) => (found["no-hostname"] ? "" : `${state.name} `);
const FORMS = {
  short: (e, s, f) => `${syslogTime(e.at)} ${name(s, f)}${who(e)}: ${e.message}`,
  "short-iso": (e, s, f) => `${new Date(e.at).toISOString().slice(0, 19)}+0000 ${name(s, f)}${who(e)}: ${e.message}`,
  "short-precise": (e, s, f) => `${syslogTime(e.at)}.${String(e.at % 1000).padStart(3, "0")}000 ${name(s, f)}${who(e)}: ${e.message}`,
  "short-full": (e, s, f) => `${new Date(e.at).toUTCString().slice(0, 3)} ${new Date(e.at).toISOString().slice(0, 19).replace("T", " ")} UTC ${name(s, f)}${who(e)}: ${e.message}`,
  "short-unix": (e, s, f) => `${(e.at / 1000).toFixed(6)} ${name(s, f)}${who(e)}: ${e.message}`,
  cat: (e) => e.message,
  json: (e, s) => JSON.stringify({ __REALTIME_TIMESTAMP: String(e.at * 1000), _HOSTNAME: s.name, PRIORITY: String(e.priority), SYSLOG_IDENTIFIER: e.ident, ...(e.pid ? { _PID: e.pid } : {}), ...(e.unit ? { _SYSTEMD_UNIT: e.unit } : {}), MESSAGE: e.message }),
};
