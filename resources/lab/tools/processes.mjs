import { ToolError, change, clockTime, log, nowMs, readState, table } from "./host.mjs";
import { loadNow, memory, uptimeLine } from "./machine.mjs";
import { err, out } from "./out.mjs";

const cpuTime = (p, now) => {
  const seconds = Math.floor(((now - p.startedAt) / 1000) * (p.cpu / 100));
  return { short: `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`, long: `${String(Math.floor(seconds / 3600)).padStart(2, "0")}:${String(Math.floor(seconds / 60) % 60).padStart(2, "0")}:${String(seconds % 60).padStart(2, "0")}`, top: `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}.${String(p.pid % 100).padStart(2, "0")}` };
};
const startOf = (p, now) => (now - p.startedAt < 86_400_000 && new Date(now).getUTCDate() === new Date(p.startedAt).getUTCDate() ? clockTime(p.startedAt).slice(0, 5) : `${["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"][new Date(p.startedAt).getUTCMonth()]}${String(new Date(p.startedAt).getUTCDate()).padStart(2, "0")}`);
const elapsed = (p, now) => {
  const s = Math.floor((now - p.startedAt) / 1000);
  const two = (n) => String(n).padStart(2, "0");
  const clock = `${two(Math.floor(s / 60) % 60)}:${two(s % 60)}`;
  return s >= 86_400 ? `${Math.floor(s / 86_400)}-${two(Math.floor(s / 3600) % 24)}:${clock}` : s >= 3600 ? `${two(Math.floor(s / 3600))}:${clock}` : clock;
};
const comm = (p) => (p.comm ?? p.cmd.split(/[ :]/)[0].split("/").pop()).slice(0, 15);

const columns = (total, now) => ({
  pid: ["PID", (p) => p.pid], ppid: ["PPID", (p) => p.ppid], user: ["USER", (p) => p.user], uid: ["UID", (p) => p.user], "%cpu": ["%CPU", (p) => p.cpu.toFixed(1)], pcpu: ["%CPU", (p) => p.cpu.toFixed(1)], "%mem": ["%MEM", (p) => ((p.rss / total) * 100).toFixed(1)], pmem: ["%MEM", (p) => ((p.rss / total) * 100).toFixed(1)],
  rss: ["RSS", (p) => p.rss], vsz: ["VSZ", (p) => p.vsz ?? p.rss * 4], tty: ["TT", (p) => p.tty ?? "?"], tt: ["TT", (p) => p.tty ?? "?"], stat: ["STAT", (p) => p.stat ?? "Ss"], state: ["S", (p) => (p.stat ?? "S")[0]], s: ["S", (p) => (p.stat ?? "S")[0]], start: ["START", (p) => startOf(p, now)], lstart: ["STARTED", (p) => new Date(p.startedAt).toUTCString()], stime: ["STIME", (p) => startOf(p, now)], time: ["TIME", (p) => cpuTime(p, now).long], etime: ["ELAPSED", (p) => elapsed(p, now)], etimes: ["ELAPSED", (p) => Math.floor((now - p.startedAt) / 1000)], comm: ["COMMAND", comm], ucmd: ["CMD", comm], cmd: ["CMD", (p) => p.cmd], args: ["COMMAND", (p) => p.cmd], command: ["COMMAND", (p) => p.cmd], ni: ["NI", () => 0], pri: ["PRI", () => 19], wchan: ["WCHAN", (p) => (p.stat?.startsWith("D") ? "io_schedule" : "-")], nlwp: ["NLWP", (p) => p.threads ?? 1], unit: ["UNIT", (p) => p.unit ?? "-"],
});
const RIGHT = new Set(["pid", "ppid", "%cpu", "pcpu", "%mem", "pmem", "rss", "vsz", "etime", "etimes", "ni", "pri", "nlwp"]);

export function ps(argv) {
  const state = readState();
  const now = nowMs(state);
  const cols = columns(state.memory.totalKiB, now);
  let list = [...state.processes].sort((a, b) => a.pid - b.pid);
  let format;
  let headers = true;
  let sort;
  let all = false;
  let wanted;
  const take = (spec) => spec.split(/[, ]+/).filter(Boolean).map((c) => c.split("="));
  for (let i = 0; i < argv.length; i += 1) {
    const word = argv[i];
    const long = /^--([a-z-]+)(?:=(.*))?$/.exec(word);
    if (long) {
      if (long[1] === "sort") sort = long[2] ?? argv[(i += 1)];
      else if (long[1] === "no-headers" || long[1] === "no-heading") headers = false;
      else if (long[1] === "pid" || long[1] === "ppid") wanted = (p) => (long[2] ?? argv[(i += 1)]).split(",").map(Number).includes(long[1] === "pid" ? p.pid : p.ppid);
      else if (!["forest", "width", "cols"].includes(long[1])) throw new ToolError(`error: unknown gnu long option`);
    } else if (word.startsWith("-")) {
      const letters = word.slice(1);
      const stop = /[oOCupUt]/.exec(letters);
      const flags = stop ? letters.slice(0, stop.index) : letters;
      for (const f of flags) {
        if (f === "e" || f === "A") all = true;
        else if (f === "f") format ??= take("user,pid,ppid,pcpu,stime,tty,time,cmd");
        else if (f === "F" || f === "l") format ??= take("user,pid,ppid,pcpu,vsz,rss,stime,tty,time,cmd");
        else if (!"wHLcajyMTmd".includes(f)) throw new ToolError(`error: unsupported SysV option\n\nUsage:\n ps [options]`);
      }
      if (stop) {
        const value = letters.slice(stop.index + 1) || argv[(i += 1)] || "";
        if (stop[0] === "o" || stop[0] === "O") format = [...(format && stop[0] === "o" && format.custom ? format : []), ...take(value)];
        if (stop[0] === "o" && format) format.custom = true;
        if (stop[0] === "C") wanted = (p) => value.split(",").includes(comm(p));
        if (stop[0] === "p") wanted = (p) => value.split(/[, ]/).map(Number).includes(p.pid);
        if (stop[0] === "u" || stop[0] === "U") wanted = (p) => value.split(",").includes(p.user);
      }
    } else if (/^\d+$/.test(word)) wanted = (p) => p.pid === Number(word);
    else {
      if (/[ax]/.test(word)) all = true;
      if (word.includes("u")) format ??= take("user,pid,%cpu,%mem,vsz,rss,tty,stat,start,time,command");
      else if (/[ax]/.test(word)) format ??= take("pid,tty,stat,time,command");
      if (word.includes("o")) format = take(argv[(i += 1)] ?? "");
    }
  }
  if (wanted) list = list.filter(wanted);
  else if (!all) list = list.filter((p) => p.tty);
  format ??= take("pid,tty,time,ucmd");
  const bad = format.find(([c]) => !cols[c]);
  if (bad) throw new ToolError(`error: unknown user-defined format specifier "${bad[0]}"`);
  for (const key of (sort ?? "").split(",").filter(Boolean).reverse()) {
    const [, sign, name] = /^([+-]?)(.*)$/.exec(key);
    const of = cols[name]?.[1];
    if (!of) throw new ToolError("error: unknown sort specifier");
    const numeric = RIGHT.has(name) && name !== "etime";
    list.sort((a, b) => (sign === "-" ? -1 : 1) * (numeric ? Number(of(a)) - Number(of(b)) : name === "time" || name === "etime" ? a.startedAt - b.startedAt : String(of(a)) < String(of(b)) ? -1 : 1));
  }
  const heads = format.map(([c, title]) => title ?? cols[c][0]);
  const rows = list.map((p) => format.map(([c]) => String(cols[c][1](p))));
  const right = format.flatMap(([c], i) => (RIGHT.has(c) ? [i] : []));
  const show = headers && heads.some((h) => h !== "");
  if (show || rows.length > 0) out(table([...(show ? [heads] : []), ...rows], right));
  return rows.length > 0 ? 0 : 1;
}

export function top(argv) {
  const state = readState();
  const now = nowMs(state);
  if (!argv.some((w) => /^-[a-zA-Z]*b/.test(w))) err("top: the practice lab prints one screen (as top -b -n 1)");
  const sortFlag = argv.join(" ").match(/-o\s*([+-]?%?\w+)/)?.[1] ?? "%CPU";
  const list = [...state.processes].sort((a, b) => (sortFlag.includes("MEM") || sortFlag.includes("RES") ? b.rss - a.rss : b.cpu - a.cpu));
  const m = memory(state);
  const cpu = state.processes.reduce((s, p) => s + p.cpu, 0) / state.cpus;
  const wait = state.ioWait && state.processes.some((p) => p.stat?.startsWith("D")) ? state.ioWait : 0.3;
  const mib = (kib) => (kib / 1024).toFixed(1);
  out(`top - ${uptimeLine(state)}`);
  out(`Tasks: ${list.length} total, ${list.filter((p) => p.stat?.startsWith("R")).length || 1} running, ${list.length - 1} sleeping,   0 stopped,   ${list.filter((p) => p.stat?.startsWith("Z")).length} zombie`);
  out(`%Cpu(s): ${(cpu * 0.85).toFixed(1)} us, ${(cpu * 0.15).toFixed(1)} sy,  0.0 ni, ${Math.max(0, 100 - cpu - wait).toFixed(1)} id, ${wait.toFixed(1)} wa,  0.0 hi,  0.1 si,  0.0 st`);
  out(`MiB Mem : ${mib(m.total)} total, ${mib(m.free)} free, ${mib(m.used)} used, ${mib(m.cache)} buff/cache`);
  out(`MiB Swap: ${mib(m.swapTotal)} total, ${mib(m.swapTotal - m.swapUsed)} free, ${mib(m.swapUsed)} used. ${mib(m.available)} avail Mem\n`);
  out(table([["    PID", "USER", "PR", "NI", "VIRT", "RES", "SHR", "S", "%CPU", "%MEM", "TIME+", "COMMAND"], ...list.slice(0, 30).map((p) => [p.pid, p.user.slice(0, 8), 20, 0, p.vsz ?? p.rss * 4, p.rss, Math.floor(p.rss / 3), (p.stat ?? "S")[0], p.cpu.toFixed(1), ((p.rss / state.memory.totalKiB) * 100).toFixed(1), cpuTime(p, now).top, comm(p)])], [0, 2, 3, 4, 5, 6, 8, 9, 10]));
  return 0;
}

function matching(argv, name) {
  let full = false, exact = false, list = false, count = false, user, signal = "TERM", newest = false, listFull = false;
  let pattern;
  for (let i = 0; i < argv.length; i += 1) {
    const w = argv[i];
    if (w === "-f") full = true;
    else if (w === "-x") exact = true;
    else if (w === "-l") list = true;
    else if (w === "-a") listFull = true;
    else if (w === "-af" || w === "-fa") full = listFull = true;
    else if (w === "-c") count = true;
    else if (w === "-n") newest = true;
    else if (w === "-u") user = argv[(i += 1)];
    else if (w.startsWith("-")) signal = w.slice(1);
    else pattern = w;
  }
  if (!pattern && !user) throw new ToolError(`${name}: no matching criteria specified\nTry \`${name} --help' for more information.`, 2);
  const re = new RegExp(exact ? `^(?:${pattern ?? ""})$` : (pattern ?? ""));
  let found = readState().processes.filter((p) => re.test(full ? p.cmd : comm(p)) && (!user || p.user === user)).sort((a, b) => a.pid - b.pid);
  if (newest) found = found.slice(-1);
  return { found, list, listFull, count, signal };
}

export function pgrep(argv) {
  const { found, list, listFull, count } = matching(argv, "pgrep");
  if (count) out(String(found.length));
  else if (found.length > 0) out(found.map((p) => (listFull ? `${p.pid} ${p.cmd}` : list ? `${p.pid} ${comm(p)}` : p.pid)).join("\n"));
  return found.length > 0 ? 0 : 1;
}

export function pidof(argv) {
  const found = readState().processes.filter((p) => argv.includes(comm(p)));
  if (found.length > 0) out(found.map((p) => p.pid).reverse().join(" "));
  return found.length > 0 ? 0 : 1;
}

const SIGNALS = { 0: 0, 1: "HUP", 2: "INT", 9: "KILL", 15: "TERM" };

export function kill(argv) {
  let signal = "TERM";
  const pids = [];
  for (let i = 0; i < argv.length; i += 1) {
    const w = argv[i];
    if (w === "-s") signal = argv[(i += 1)];
    else if (w === "-l") return out("HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM"), 0;
    else if (w.startsWith("-")) signal = SIGNALS[w.slice(1)] ?? w.slice(1).replace(/^SIG/, "");
    else pids.push(Number(w));
  }
  let code = 0;
  for (const pid of pids) code = Math.max(code, end(pid, signal));
  return code;
}

export function pkill(argv) {
  const { found, signal } = matching(argv, "pkill");
  for (const p of found) end(p.pid, SIGNALS[signal] ?? signal.replace(/^SIG/, ""));
  return found.length > 0 ? 0 : 1;
}

function end(pid, signal) {
  try {
    if (process.kill(pid, signal === "0" ? 0 : `SIG${signal}`)) return 0; // a real process of the operator's own, in the host's PID namespace
  } catch {
    // not a real one: one of the host's story
  }
  return change((state) => {
    const p = state.processes.find((one) => one.pid === pid);
    if (!p) return err(`kill: (${pid}) - No such process`), 1;
    if (signal === "0" || signal === 0 || signal === "HUP") return 0;
    if (pid === 1) return err("kill: (1) - Operation not permitted"), 1;
    state.processes = state.processes.filter((one) => one.pid !== pid && one.ppid !== pid);
    const unit = state.units[p.unit];
    log(state, { unit: p.unit ?? "", ident: "systemd", pid: 1, priority: 5, message: `${p.unit ?? "session"}: ${p.ppid === 1 ? "Main process" : `Process ${pid} (${comm(p)})`} exited, code=killed, status=${signal === "KILL" ? "9/KILL" : "15/TERM"}` });
    if (p.query && state.postgres) state.postgres.activity = state.postgres.activity.filter((a) => a.pid !== pid);
    if (unit && p.ppid === 1) Object.assign(unit, { active: signal === "KILL" ? "failed" : "inactive", sub: signal === "KILL" ? "failed" : "dead", result: "signal", since: nowMs(state) });
    return 0;
  });
}

export function lsof(argv) {
  const state = readState();
  const deleted = argv.includes("+L1");
  const port = argv.map((w) => /^-?i?(?:TCP|tcp)?:(\d+)$/.exec(w)?.[1]).find(Boolean) ?? (argv.includes("-i") ? "" : undefined);
  const rows = [];
  for (const p of state.processes) {
    const unit = state.units[p.unit];
    if (!deleted && (port !== undefined)) for (const l of unit?.ports ?? []) if (p.ppid === 1 && (port === "" || String(l.port) === port)) rows.push([comm(p), p.pid, p.user, `${l.port % 20}u`, "IPv4", 18_000 + l.port, "0t0", "TCP", `${l.addr === "0.0.0.0" ? "*" : l.addr}:${l.port} (LISTEN)`]);
    for (const f of p.files ?? []) if (port === undefined && (!deleted || f.deleted)) rows.push([comm(p), p.pid, p.user, "7w", "REG", "8,17", f.size, f.node ?? 131_099, `${f.path}${f.deleted ? " (deleted)" : ""}`]);
  }
  if (rows.length === 0) return 1;
  out(table([["COMMAND", "PID", "USER", "FD", "TYPE", "DEVICE", "SIZE/OFF", "NODE", "NAME"], ...rows], [1, 3, 5, 6]));
  return 0;
}
