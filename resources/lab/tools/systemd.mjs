import { existsSync, readFileSync } from "node:fs";
import { ToolError, at, change, log, longTime, nowMs, options, readJournal, readState, span, syslogTime, table } from "./host.mjs";
import { out } from "./out.mjs";
import { checkConfig } from "./nginx-config.mjs";

const SPEC = { "no-pager": 0, l: "full", full: 0, a: "all", all: 0, q: "quiet", quiet: 0, n: "lines", lines: 1, t: "type", type: 1, state: 1, p: "property", property: 2, value: 0, plain: 0, "no-legend": 0, legend: 1, failed: 0, now: 0, f: "force", force: 0, o: "output", output: 1, user: 0, system: 0, "no-block": 0, r: "recursive", recursive: 0, "no-ask-password": 0 };
const unitName = (word) => (/\.(service|timer|target|mount|socket|slice|scope|path|device)$/.test(word) ? word : `${word}.service`);

export function systemctl(argv) {
  const { found, rest } = options(argv, SPEC, "systemctl");
  const [verb = "list-units", ...words] = rest;
  const act = VERBS[verb];
  if (!act) throw new ToolError(`Unknown command verb ${verb}.`);
  return act(words, found, verb);
}

export function service([name, verb, ...rest]) {
  if (name === "--status-all") {
    out(Object.entries(readState().units).filter(([id]) => id.endsWith(".service")).map(([id, u]) => ` [ ${u.active === "active" ? "+" : "-"} ]  ${id.replace(".service", "")}`).join("\n"));
    return 0;
  }
  if (!name || !verb) throw new ToolError("Usage: service < option > | --status-all | [ service_name [ command | --full-restart ] ]");
  return systemctl([verb, name, ...rest]);
}

const each = (words, act) => {
  if (words.length === 0) throw new ToolError("Too few arguments.");
  let worst = 0;
  for (const word of words) worst = Math.max(worst, act(unitName(word)) ?? 0);
  return worst;
};

const VERBS = {
  status: (words, found) => (words.length === 0 ? overview() : each(words, (id) => status(id, found))),
  "is-active": (words, found) => isState(words, found, (u) => u?.active ?? "inactive", (s) => s === "active"),
  "is-failed": (words, found) => isState(words, found, (u) => u?.active ?? "inactive", (s) => s === "failed", 1),
  "is-enabled": (words, found) => isState(words, found, (u) => u?.enabled ?? "not-found", (s) => s === "enabled" || s === "static", 1),
  "is-system-running": () => {
    const degraded = Object.values(readState().units).some((u) => u.active === "failed");
    out(degraded ? "degraded" : "running");
    return degraded ? 1 : 0;
  },
  start: (words) => each(words, start),
  stop: (words) => each(words, stop),
  restart: (words) => each(words, (id) => (stop(id, true), start(id))),
  "try-restart": (words) => each(words, (id) => (readState().units[id]?.active === "active" ? (stop(id, true), start(id)) : 0)),
  reload: (words) => each(words, reload),
  "reload-or-restart": (words) => each(words, (id) => (readState().units[id]?.active === "active" ? reload(id) : start(id))),
  enable: (words, found) => each(words, (id) => enable(id, "enabled", found.now && start)),
  disable: (words, found) => each(words, (id) => enable(id, "disabled", found.now && stop)),
  mask: (words) => each(words, (id) => enable(id, "masked")),
  unmask: (words) => each(words, (id) => enable(id, "disabled")),
  "reset-failed": (words) => change((state) => {
    for (const [id, unit] of Object.entries(state.units)) if (unit.active === "failed" && (words.length === 0 || words.map(unitName).includes(id))) Object.assign(unit, { active: "inactive", sub: "dead" });
    return 0;
  }),
  "daemon-reload": () => 0,
  "daemon-reexec": () => 0,
  show: (words, found) => each(words, (id) => show(id, found)),
  cat: (words) => each(words, cat),
  "list-units": (_words, found) => listUnits(found),
  "list-unit-files": (_words, found) => listFiles(found),
  "list-timers": () => listTimers(),
  "list-dependencies": (words) => each(words.length ? words : ["multi-user.target"], (id) => (out(`${id}\n● ├─system.slice\n● └─sysinit.target`), 0)),
  kill: (words) => each(words, stop),
};

function isState(words, found, of, good, otherwise = 3) {
  const { units } = readState();
  const states = words.map((word) => of(units[unitName(word)]));
  if (!found.quiet) out(states.join("\n"));
  return states.some(good) ? 0 : words.length && states[0] === "not-found" ? 1 : otherwise;
}

const missing = (id) => {
  throw new ToolError(`Unit ${id} could not be found.`, 4);
};

function overview() {
  const state = readState();
  const units = Object.values(state.units);
  const failed = units.filter((u) => u.active === "failed").length;
  out(`● ${state.name}\n    State: ${failed ? "degraded" : "running"}\n    Units: ${units.length + 214} loaded (incl. loaded aliases)\n     Jobs: 0 queued\n   Failed: ${failed} units\n    Since: ${longTime(state.bootedAt)}; ${span(nowMs(state) - state.bootedAt)} ago\n  systemd: 252.31-1~deb12u1`);
  return 0;
}

function status(id, found) {
  const state = readState();
  const unit = state.units[id];
  if (!unit) return missing(id);
  const ago = span(nowMs(state) - unit.since);
  const lines = [`${unit.active === "failed" ? "×" : unit.active === "active" ? "●" : "○"} ${id} - ${unit.description}`];
  lines.push(`     Loaded: loaded (${unit.file}; ${unit.enabled}; preset: enabled)`);
  const result = unit.active === "failed" ? ` (Result: ${unit.result ?? "exit-code"})` : unit.sub ? ` (${unit.sub})` : "";
  lines.push(`     Active: ${unit.active}${result} since ${longTime(unit.since)}; ${ago} ago`);
  if (unit.docs) lines.push(`       Docs: ${unit.docs}`);
  if (unit.active === "failed" && unit.failedStep) lines.push(`    Process: ${unit.failedPid} ${unit.failedStep} (code=exited, status=${unit.status ?? 1}/FAILURE)`);
  const own = state.processes.filter((p) => p.unit === id);
  if (unit.active === "active" && own[0]) {
    lines.push(`   Main PID: ${own[0].pid} (${own[0].cmd.split(/[ :]/)[0].split("/").pop()})`, `      Tasks: ${own.length} (limit: 4915)`, `     Memory: ${(own.reduce((s, p) => s + p.rss, 0) / 1024).toFixed(1)}M`, `        CPU: ${unit.cpu ?? "1.204s"}`, `     CGroup: /system.slice/${id}`);
    own.forEach((p, i) => lines.push(`             ${i === own.length - 1 ? "└─" : "├─"}${p.pid} ${JSON.stringify(p.cmd)}`));
  } else if (unit.active === "failed") lines.push(`        CPU: 9ms`);
  out(lines.join("\n"));
  const count = Number(found.lines ?? 10);
  const recent = readJournal().filter((e) => e.unit === id).slice(-count);
  if (recent.length > 0 && count > 0) out(`\n${recent.map((e) => `${syslogTime(e.at)} ${state.name} ${e.ident}${e.pid ? `[${e.pid}]` : ""}: ${e.message}`).join("\n")}`);
  return unit.active === "active" ? 0 : 3;
}

/** What a unit's start does beyond being marked active; answers with the reason it fails. */
function startFault(state, id) {
  if (id === "nginx.service") {
    const fault = checkConfig("/etc/nginx/nginx.conf");
    if (fault) return { lines: [fault, "nginx: configuration file /etc/nginx/nginx.conf test failed"], step: "ExecStartPre=/usr/sbin/nginx -t -q -g daemon on; master_process on;" };
  }
  if (id === "postgresql@15-main.service" && freeKiB(state, "/var") < 64 * 1024) return { lines: ["FATAL:  could not write lock file \"postmaster.pid\": No space left on device"], step: "ExecStart=/usr/bin/pg_ctlcluster --skip-systemctl-redirect 15-main start" };
  return undefined;
}

function freeKiB(state, target) {
  const mount = state.mounts.find((m) => m.target === target);
  return mount ? mount.sizeKiB - mount.baseKiB : Number.POSITIVE_INFINITY;
}

function start(id) {
  return change((state) => {
    const unit = state.units[id];
    if (!unit) throw new ToolError(`Failed to start ${id}: Unit ${id} not found.`, 5);
    if (unit.enabled === "masked") throw new ToolError(`Failed to start ${id}: Unit ${id} is masked.`);
    if (unit.active === "active") return 0;
    log(state, { unit: id, ident: "systemd", pid: 1, message: `Starting ${id} - ${unit.description}...` });
    const pid = (state.nextPid += 7);
    const fault = startFault(state, id);
    const short = id.replace(/\.service$/, "");
    if (fault) {
      for (const line of fault.lines) log(state, { unit: id, ident: short.split("@")[0], pid, priority: 3, message: line });
      log(state, { unit: id, ident: "systemd", pid: 1, priority: 5, message: `${id}: Control process exited, code=exited, status=1/FAILURE` });
      log(state, { unit: id, ident: "systemd", pid: 1, priority: 4, message: `${id}: Failed with result 'exit-code'.` });
      log(state, { unit: id, ident: "systemd", pid: 1, priority: 3, message: `Failed to start ${id} - ${unit.description}.` });
      Object.assign(unit, { active: "failed", sub: "failed", since: nowMs(state), result: "exit-code", failedPid: pid, failedStep: fault.step });
      throw new ToolError(`Job for ${id} failed because the control process exited with error code.\nSee "systemctl status ${id}" and "journalctl -xeu ${id}" for details.`);
    }
    const spawn = unit.spawn ?? [];
    spawn.forEach((p, i) => state.processes.push({ ...p, pid: pid + i, ppid: i === 0 ? 1 : pid, unit: id, startedAt: nowMs(state) }));
    state.nextPid += spawn.length;
    Object.assign(unit, { active: "active", sub: unit.oneshot ? "exited" : "running", since: nowMs(state) });
    log(state, { unit: id, ident: "systemd", pid: 1, message: `Started ${id} - ${unit.description}.` });
    return 0;
  });
}

function stop(id, quiet = false) {
  return change((state) => {
    const unit = state.units[id];
    if (!unit) throw new ToolError(`Failed to ${quiet ? "restart" : "stop"} ${id}: Unit ${id} not ${quiet ? "found" : "loaded"}.`, 5);
    if (unit.active !== "active") {
      if (unit.active === "failed") Object.assign(unit, { active: "inactive", sub: "dead", since: nowMs(state) });
      return 0;
    }
    log(state, { unit: id, ident: "systemd", pid: 1, message: `Stopping ${id} - ${unit.description}...` });
    state.processes = state.processes.filter((p) => p.unit !== id);
    Object.assign(unit, { active: "inactive", sub: "dead", since: nowMs(state) });
    log(state, { unit: id, ident: "systemd", pid: 1, message: `${id}: Deactivated successfully.` });
    log(state, { unit: id, ident: "systemd", pid: 1, message: `Stopped ${id} - ${unit.description}.` });
    return 0;
  });
}

function reload(id) {
  const unit = readState().units[id];
  if (!unit) return missing(id);
  if (unit.active !== "active") throw new ToolError(`${id} is not active, cannot reload.`);
  if (id === "nginx.service") {
    const fault = checkConfig("/etc/nginx/nginx.conf");
    if (fault) throw new ToolError(`Job for ${id} failed.\nSee "systemctl status ${id}" and "journalctl -xeu ${id}" for details.`);
  }
  return change((state) => (log(state, { unit: id, ident: "systemd", pid: 1, message: `Reloaded ${id} - ${unit.description}.` }), 0));
}

function enable(id, enabled, also) {
  change((state) => {
    const unit = state.units[id];
    if (!unit) throw new ToolError(`Failed to ${enabled === "enabled" ? "enable" : enabled === "masked" ? "mask" : "disable"} unit: Unit file ${id} does not exist.`);
    if (unit.enabled !== enabled) {
      const link = `/etc/systemd/system/multi-user.target.wants/${id}`;
      process.stderr.write(enabled === "enabled" ? `Created symlink ${link} → ${unit.file}.\n` : enabled === "masked" ? `Created symlink /etc/systemd/system/${id} → /dev/null.\n` : `Removed "${link}".\n`);
    }
    unit.enabled = enabled;
  });
  return also ? also(id) : 0;
}

function show(id, found) {
  const state = readState();
  const unit = state.units[id];
  const main = state.processes.find((p) => p.unit === id);
  const all = { Type: unit?.oneshot ? "oneshot" : "forking", Restart: "no", MainPID: main?.pid ?? 0, NRestarts: unit?.restarts ?? 0, ExecMainStatus: unit?.active === "failed" ? (unit.status ?? 1) : 0, Result: unit?.active === "failed" ? (unit.result ?? "exit-code") : "success", Id: id, Names: id, Description: unit?.description ?? id, LoadState: unit ? "loaded" : "not-found", ActiveState: unit?.active ?? "inactive", SubState: unit?.sub ?? "dead", FragmentPath: unit?.file ?? "", UnitFileState: unit?.enabled ?? "", ActiveEnterTimestamp: unit?.active === "active" ? longTime(unit.since) : "", InactiveEnterTimestamp: unit && unit.active !== "active" ? longTime(unit.since) : "", StateChangeTimestamp: unit ? longTime(unit.since) : "", MemoryCurrent: state.processes.filter((p) => p.unit === id).reduce((s, p) => s + p.rss * 1024, 0) || "[not set]" };
  const wanted = found.property?.flatMap((p) => p.split(","));
  out((wanted ?? Object.keys(all)).filter((key) => key in all).map((key) => (found.value ? String(all[key]) : `${key}=${all[key]}`)).join("\n"));
  return 0;
}

function cat(id) {
  const unit = readState().units[id];
  if (!unit) throw new ToolError(`No files found for ${id}.`);
  const body = existsSync(at(unit.file)) ? readFileSync(at(unit.file), "utf8") : `[Unit]\nDescription=${unit.description}\n\n[Service]\nType=${unit.oneshot ? "oneshot" : "simple"}\nExecStart=${unit.spawn?.[0]?.cmd ?? "/bin/true"}\n\n[Install]\nWantedBy=multi-user.target\n`;
  out(`# ${unit.file}\n${body}`);
  return 0;
}

const wanted = (found, units) => units.filter(([id, u]) => (!found.type || id.endsWith(`.${found.type}`)) && (!(found.failed || found.state) || (found.failed ? "failed" : found.state).split(",").some((s) => s === u.active || s === u.sub)) && (found.all || found.state || found.failed || u.active !== "inactive"));

function listUnits(found) {
  const units = wanted(found, Object.entries(readState().units).sort(([a], [b]) => (a < b ? -1 : 1)));
  const bare = found["no-legend"] || found.legend === "false";
  if (found.output === "json") return out(JSON.stringify(units.map(([unit, u]) => ({ unit, load: "loaded", active: u.active, sub: u.sub, description: u.description })))), 0;
  if (units.length > 0) out(table([...(bare ? [] : [["  UNIT", "LOAD", "ACTIVE", "SUB", "DESCRIPTION"]]), ...units.map(([id, u]) => [`${found.plain ? "" : u.active === "failed" ? "● " : "  "}${id}`, "loaded", u.active, u.sub, u.description])]));
  if (!bare) out(units.length === 0 ? "0 loaded units listed." : `\nLOAD   = Reflects whether the unit definition was properly loaded.\nACTIVE = The high-level unit activation state, i.e. generalization of SUB.\nSUB    = The low-level unit activation state, values depend on unit type.\n${units.length} loaded units listed.${found.all ? "" : " Pass --all to see loaded but inactive units, too.\nTo show all installed unit files use 'systemctl list-unit-files'."}`);
  return 0;
}

function listFiles(found) {
  const units = Object.entries(readState().units).filter(([id, u]) => (!found.type || id.endsWith(`.${found.type}`)) && (!found.state || found.state === u.enabled));
  out(`${table([...(found["no-legend"] ? [] : [["UNIT FILE", "STATE", "PRESET"]]), ...units.map(([id, u]) => [id, u.enabled, "enabled"])])}${found["no-legend"] ? "" : `\n\n${units.length} unit files listed.`}`);
  return 0;
}

function listTimers() {
  const state = readState();
  const now = nowMs(state);
  const rows = Object.entries(state.timers ?? {}).map(([id, t]) => {
    const last = Math.floor((now - t.offset) / t.every) * t.every + t.offset;
    return [longTime(last + t.every), `${span(last + t.every - now)} left`, longTime(last), `${span(now - last)} ago`, id, t.activates];
  });
  out(`${table([["NEXT", "LEFT", "LAST", "PASSED", "UNIT", "ACTIVATES"], ...rows])}\n\n${rows.length} timers listed.\nPass --all to see loaded but inactive timers, too.`);
  return 0;
}
