import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { ToolError, at, change, clockTime, human, longTime, nowMs, readJournal, readState, shortDay, span, table } from "./host.mjs";
import { err, out } from "./out.mjs";

export function loadNow(state) {
  // A query that burns a core is seen in the load; gone, the load falls back at once (the lab has no averages to decay).
  const busy = state.processes.reduce((s, p) => s + p.cpu, 0) / 100;
  return state.load.map((base, i) => (base + busy * [1.02, 1, 0.94][i]).toFixed(2));
}

export function memory(state) {
  const total = state.memory.totalKiB;
  const rss = state.processes.reduce((s, p) => s + p.rss, 0) + state.memory.kernelKiB;
  const cache = Math.min(state.memory.cacheKiB, total - rss - 65_536);
  return { total, used: rss, cache, free: total - rss - cache, shared: Math.floor(total / 120), available: total - rss - 131_072, swapTotal: state.memory.swapKiB, swapUsed: state.memory.swapUsedKiB };
}

const sessions = (state) => state.logins.filter((l) => l.until === undefined);

export function uptimeLine(state) {
  const now = nowMs(state);
  const up = Math.floor((now - state.bootedAt) / 60_000);
  const [days, hours, minutes] = [Math.floor(up / 1440), Math.floor(up / 60) % 24, up % 60];
  return `${clockTime(now)} up ${days > 0 ? `${days} day${days > 1 ? "s" : ""}, ` : ""}${hours > 0 ? `${hours}:${String(minutes).padStart(2, "0")}` : `${minutes} min`},  ${sessions(state).length} user${sessions(state).length === 1 ? "" : "s"},  load average: ${loadNow(state).join(", ")}`;
}

export function uptime(argv) {
  const state = readState();
  if (argv.includes("-s")) out(new Date(state.bootedAt).toISOString().slice(0, 19).replace("T", " "));
  else if (argv.includes("-p")) out(`up ${span(nowMs(state) - state.bootedAt)}`);
  else out(` ${uptimeLine(state)}`);
  return 0;
}

export function free(argv) {
  const m = memory(readState());
  const flags = argv.join("");
  const show = flags.includes("h") ? (kib) => `${human(kib).replace(/([KMGT])$/, "$1i")}${kib === 0 ? "B" : ""}` : flags.includes("m") ? (kib) => Math.floor(kib / 1024) : flags.includes("g") ? (kib) => Math.floor(kib / 1_048_576) : flags.includes("b") ? (kib) => kib * 1024 : (kib) => kib;
  const pad = (cells) => cells.map((c) => String(c).padStart(12)).join("");
  out(`       ${pad(["total", "used", "free", "shared", "buff/cache", "available"])}`);
  out(`Mem:   ${pad([m.total, m.used, m.free, m.shared, m.cache, m.available].map(show))}`);
  out(`Swap:  ${pad([m.swapTotal, m.swapUsed, m.swapTotal - m.swapUsed].map(show))}`);
  if (flags.includes("t")) out(`Total: ${pad([m.total + m.swapTotal, m.used + m.swapUsed, m.free + m.swapTotal - m.swapUsed].map(show))}`);
  return 0;
}

export function w() {
  const state = readState();
  out(` ${uptimeLine(state)}`);
  out(table([["USER", "TTY", "FROM", "LOGIN@", "IDLE", "JCPU", "PCPU", "WHAT"], ...sessions(state).map((l) => [l.user, l.tty, l.from, clockTime(l.since).slice(0, 5), "2:11", "0.04s", "0.01s", "-bash"])]));
  return 0;
}

export function who(argv) {
  const state = readState();
  if (argv.includes("-b")) return out(`         system boot  ${new Date(state.bootedAt).toISOString().slice(0, 16).replace("T", " ")}`), 0;
  const rows = sessions(state).map((l) => `${l.user.padEnd(8)} ${l.tty.padEnd(12)} ${new Date(l.since).toISOString().slice(0, 16).replace("T", " ")} (${l.from})`);
  if (rows.length > 0) out(rows.join("\n"));
  return 0;
}

export function last(argv) {
  const state = readState();
  const now = nowMs(state);
  const count = Number(/(?:^|\s)-n?\s*(\d+)/.exec(argv.join(" "))?.[1] ?? 50);
  const user = argv.find((a) => /^[a-z]/.test(a));
  const rows = [...state.logins].sort((a, b) => b.since - a.since).filter((l) => !user || l.user === user || user === "reboot").filter((l) => user !== "reboot" || l.user === "reboot").slice(0, count).map((l) => {
    const ends = l.until === undefined ? "  still logged in" : `- ${clockTime(l.until).slice(0, 5)}  (${clockTime(l.until - l.since).slice(0, 5)})`;
    return `${l.user.padEnd(8)} ${l.tty.padEnd(12)} ${l.from.padEnd(16)} ${shortDay(l.since)} ${clockTime(l.since).slice(0, 5)} ${ends}`;
  });
  if (!user || user === "reboot") rows.push(`reboot   system boot  ${state.kernel.padEnd(16).slice(0, 16)} ${shortDay(state.bootedAt)} ${clockTime(state.bootedAt).slice(0, 5)}   still running`);
  out(`${rows.slice(0, count).join("\n")}\n\nwtmp begins ${shortDay(now - 21 * 86_400_000)} 00:00:01 ${new Date(now).getUTCFullYear()}`);
  return 0;
}

export function vmstat() {
  const state = readState();
  const m = memory(state);
  const busy = Math.min(99, Math.round(state.processes.reduce((s, p) => s + p.cpu, 0) / state.cpus));
  const wait = state.processes.some((p) => p.stat?.startsWith("D")) ? (state.ioWait ?? 0) : 0;
  out("procs -----------memory---------- ---swap-- -----io---- -system-- ------cpu-----\n r  b   swpd   free   buff  cache   si   so    bi    bo   in   cs us sy id wa st");
  out(` ${state.processes.filter((p) => p.stat?.startsWith("R")).length}  ${wait ? 2 : 0} ${String(m.swapUsed).padStart(6)} ${String(m.free).padStart(6)} ${String(48_212).padStart(6)} ${String(m.cache).padStart(6)}    0    0    ${wait ? 18_422 : 12}   ${wait ? 96_330 : 41}  812 1530 ${busy}  3 ${Math.max(0, 97 - busy - wait)} ${wait}  0`);
  return 0;
}

export function iostat() {
  const state = readState();
  const hot = state.processes.some((p) => p.stat?.startsWith("D"));
  out(`Linux ${state.kernel} (${state.name}) \t${new Date(nowMs(state)).toISOString().slice(0, 10)} \t_x86_64_\t(${state.cpus} CPU)\n`);
  out(table([["Device", "r/s", "rkB/s", "w/s", "wkB/s", "await", "aqu-sz", "%util"], ...state.disks.filter((d) => d.type === "disk").map((d, i) => [d.name, hot && i === 1 ? "611.20" : "1.12", hot && i === 1 ? "18422.10" : "22.41", hot && i === 1 ? "902.44" : "4.80", hot && i === 1 ? "96330.02" : "77.12", hot && i === 1 ? "38.21" : "0.61", hot && i === 1 ? "31.02" : "0.01", hot && i === 1 ? "97.30" : "0.42"])], [1, 2, 3, 4, 5, 6, 7]));
  return 0;
}

export function uname(argv) {
  const { kernel, name } = readState();
  const parts = { s: "Linux", n: name, r: kernel, v: "#1 SMP PREEMPT_DYNAMIC Debian 6.1.112-1 (2026-09-30)", m: "x86_64", o: "GNU/Linux" };
  const flags = argv.join("").replace(/-/g, "") || "s";
  const bad = [...flags].find((f) => !"asnrvmpio".includes(f));
  if (bad && !argv.some((a) => a.startsWith("--"))) throw new ToolError(`uname: invalid option -- '${bad}'`);
  out(flags.includes("a") || argv.includes("--all") ? Object.values(parts).join(" ") : Object.entries(parts).filter(([k]) => flags.includes(k)).map(([, v]) => v).join(" "));
  return 0;
}

export function hostname(argv) {
  const { name, fqdn, nics } = readState();
  if (argv[0] === "-f" || argv[0] === "--fqdn" || argv[0] === "-A") out(fqdn);
  else if (argv[0] === "-d") out(fqdn.split(".").slice(1).join("."));
  else if (argv[0] === "-I" || argv[0] === "-i") out(nics.find((n) => n.name !== "lo").address.split("/")[0]);
  else if (argv[0] === undefined || argv[0] === "-s") out(name);
  else throw new ToolError("hostname: you must be root to change the host name");
  return 0;
}

export function hostnamectl(argv) {
  const s = readState();
  if (argv[0] && argv[0] !== "status") throw new ToolError("Could not set static hostname: Interactive authentication required.");
  out(` Static hostname: ${s.name}\n       Icon name: computer-vm\n         Chassis: vm 🖴\n      Machine ID: ${s.machineId}\n  Virtualization: kvm\nOperating System: ${s.os}\n          Kernel: Linux ${s.kernel}\n    Architecture: x86-64\n Hardware Vendor: ${s.vendor}\n  Hardware Model: ${s.model}`);
  return 0;
}

export function timedatectl(argv) {
  const [verb, zone] = argv.filter((word) => !word.startsWith("-") && word !== "Timezone");
  const isZone = (name) => new Intl.DateTimeFormat("en", { timeZone: name });
  if (verb === "set-timezone") {
    try {
      isZone(zone);
    } catch {
      throw new ToolError(`Failed to set time zone: Invalid or not installed time zone '${zone ?? ""}'`, 1);
    }
    return change((state) => ((state.zone = zone), 0));
  }
  const set = readState().zone ?? "Etc/UTC";
  if (verb === "show") return out(argv.includes("--value") ? set : `Timezone=${set}\nNTP=yes\nNTPSynchronized=yes`), 0;
  const now = nowMs();
  out(`               Local time: ${longTime(now)}\n           Universal time: ${longTime(now)}\n                 RTC time: ${longTime(now).replace(" UTC", "")}\n                Time zone: ${set}${set === "Etc/UTC" ? " (UTC, +0000)" : ""}\nSystem clock synchronized: yes\n              NTP service: active\n          RTC in local TZ: no`);
  return 0;
}

export function lscpu() {
  const { cpus } = readState();
  out(table([["Architecture:", "x86_64"], ["CPU op-mode(s):", "32-bit, 64-bit"], ["CPU(s):", cpus], ["On-line CPU(s) list:", `0-${cpus - 1}`], ["Vendor ID:", "GenuineIntel"], ["Model name:", "Intel(R) Xeon(R) Gold 6338 CPU @ 2.00GHz"], ["Thread(s) per core:", 1], ["Core(s) per socket:", cpus], ["Socket(s):", 1], ["NUMA node(s):", 1], ["Hypervisor vendor:", "KVM"]]));
  return 0;
}

export const nproc = () => (out(String(readState().cpus)), 0);

export function dmesg(argv) {
  const state = readState();
  if (argv.some((a) => /^-[a-zA-Z]*[cC]/.test(a) || a === "--clear")) throw new ToolError("dmesg: klogctl failed: Operation not permitted");
  const human = argv.some((a) => /^-[a-zA-Z]*T/.test(a) || a === "--ctime");
  const level = argv.join(" ").match(/(?:-l|--level)[ =]([a-z,]+)/)?.[1]?.split(",");
  const names = ["emerg", "alert", "crit", "err", "warn", "notice", "info", "debug"];
  for (const e of readJournal().filter((e) => e.ident === "kernel" && (!level || level.includes(names[e.priority])))) {
    const since = ((e.at - state.bootedAt) / 1000).toFixed(6).padStart(12);
    out(`[${human ? new Date(e.at).toUTCString().replace(/(\w+), (\d+) (\w+) (\d+) ([\d:]+) GMT/, "$1 $3 $2 $5 $4") : since}] ${e.message}`);
  }
  return 0;
}

/** The real date, told what time it is on this host. Setting the clock is refused as for any user but root. */
export function date(argv) {
  const now = nowMs();
  if (argv.some((a) => /^(-s|--set)/.test(a))) throw new ToolError("date: cannot set date: Operation not permitted");
  const at = argv.findIndex((a) => a === "-d" || a.startsWith("--date"));
  const words = [...argv];
  if (at < 0 && !argv.some((a) => a === "-r" || a.startsWith("--reference"))) words.unshift("-d", `@${Math.floor(now / 1000)}`);
  else if (at >= 0) {
    const value = words[at] === "-d" || words[at] === "--date" ? words[at + 1] : words[at].slice(7);
    // Relative words ("1 hour ago") count from the host's now, not the machine's.
    if (!/^@|\d{4}-\d{2}-\d{2}/.test(value ?? "")) words.splice(at, words[at] === "-d" || words[at] === "--date" ? 2 : 1, "-d", `${new Date(now).toISOString().slice(0, 19)}Z ${/ago|yesterday|tomorrow|now|next|last|[+-]?\d+ /.test(value) ? value.replace("now", "") : ""}`.trim());
  }
  const real = existsSync("/.host/usr/bin/date") ? "/.host/usr/bin/date" : "/usr/bin/date";
  const { stdout, stderr, status } = spawnSync(real, words, { env: { ...process.env, TZ: process.env.TZ ?? "UTC" } });
  process.stdout.write(stdout);
  process.stderr.write(stderr);
  return status ?? 1;
}

export function sysctl(argv) {
  const state = readState();
  const known = { "kernel.hostname": state.name, "kernel.osrelease": state.kernel, "vm.swappiness": "60", "vm.overcommit_memory": "0", "fs.file-max": "9223372036854775807", "fs.file-nr": "2144\t0\t9223372036854775807", "net.core.somaxconn": "4096", "net.ipv4.ip_forward": "0", "net.ipv4.tcp_syncookies": "1", "kernel.panic": "0", "vm.dirty_ratio": "20", ...state.sysctl };
  const bare = argv.includes("-n");
  if (argv.includes("-a")) return out(Object.entries(known).sort().map(([k, v]) => `${k} = ${v}`).join("\n")), 0;
  let code = 0;
  for (const key of argv.filter((a) => !a.startsWith("-"))) {
    if (key.includes("=") || argv.includes("-w")) throw new ToolError(`sysctl: permission denied on key "${key.split("=")[0]}"`);
    if (known[key] === undefined) code = (err(`sysctl: cannot stat /proc/sys/${key.replaceAll(".", "/")}: No such file or directory`), 255);
    else out(bare ? known[key] : `${key} = ${known[key]}`);
  }
  return code;
}

export function chronyc(argv) {
  const named = !argv.includes("-n");
  const [first, second] = named ? ["ntp1.intra.example", "ntp2.intra.example"] : ["10.20.0.1", "10.20.0.2"];
  if (argv.includes("sources")) out(`MS Name/IP address         Stratum Poll Reach LastRx Last sample\n===============================================================================\n^* ${first.padEnd(27)} 2  10   377   412    +21us[  +25us] +/-   11ms\n^+ ${second.padEnd(27)} 2  10   377   388   -133us[ -133us] +/-   14ms`);
  else out(`Reference ID    : 0A140001 (${first})\nStratum         : 3\nRef time (UTC)  : ${longTime(nowMs() - 412_000)}\nSystem time     : 0.000018221 seconds slow of NTP time\nLast offset     : +0.000021014 seconds\nRMS offset      : 0.000066512 seconds\nFrequency       : 11.203 ppm slow\nLeap status     : Normal`);
  return 0;
}

export function crontab(argv) {
  const file = at("/.lab/crontab");
  if (argv.includes("-l")) {
    if (!existsSync(file)) throw new ToolError("no crontab for ops");
    return out(readFileSync(file, "utf8")), 0;
  }
  const source = argv.find((a) => !a.startsWith("-") || a === "-");
  if (!source) throw new ToolError("crontab: usage error: file name must be specified for replace");
  writeFileSync(file, readFileSync(source === "-" ? 0 : source));
  return 0;
}

