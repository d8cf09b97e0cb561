import { readFileSync } from "node:fs";
import { ToolError, at, change, log, nowMs, options, readState } from "./host.mjs";
import { err, out } from "./out.mjs";
import { SqlError, parseSelect, select } from "./sql.mjs";

const two = (n) => String(n).padStart(2, "0");
const moment = (ms) => `${new Date(ms).toISOString().slice(0, 23).replace("T", " ")}+00`;
function print(v) {
  if (v === null || v === undefined) return "";
  if (typeof v === "boolean") return v ? "t" : "f";
  if (typeof v !== "object") return String(v);
  if (v.at !== undefined) return moment(v.at);
  const s = Math.abs(Math.floor(v.ms / 1000));
  return `${v.ms < 0 ? "-" : ""}${s >= 86_400 ? `${Math.floor(s / 86_400)} day${s >= 172_800 ? "s" : ""} ` : ""}${two(Math.floor(s / 3600) % 24)}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}`;
}

function views(state) {
  const now = nowMs(state);
  const pg = state.postgres;
  const db = (d) => ({ datname: d.name, oid: d.oid, datdba: 10, size: d.bytes, numbackends: pg.activity.filter((a) => a.datname === d.name).length, xact_commit: d.commits, xact_rollback: 214, blks_hit: 992_113_204, blks_read: 4_120_114, temp_files: d.tempFiles ?? 0, temp_bytes: d.tempFiles ? tempBytes(state) : 0, deadlocks: 0, datistemplate: d.name.startsWith("template"), datallowconn: d.name !== "template0" });
  return {
    pg_stat_activity: pg.activity.map((a) => ({ datid: 16_401, usesysid: 10, backend_type: "client backend", wait_event_type: null, wait_event: null, client_addr: null, client_port: -1, application_name: "", backend_xid: null, backend_xmin: null, ...a, backend_start: a.backend_start ? { at: a.backend_start } : null, xact_start: a.xact_start ? { at: a.xact_start } : null, query_start: a.query_start ? { at: a.query_start } : null, state_change: a.query_start ? { at: a.query_start + 1 } : null })),
    pg_database: pg.databases.map(db),
    pg_stat_database: pg.databases.map(db),
    pg_stat_user_tables: pg.tables.map((t) => ({ ...t, last_autovacuum: t.last_autovacuum ? { at: t.last_autovacuum } : null, last_vacuum: null, last_analyze: null })),
    pg_settings: Object.entries(pg.settings).map(([name, setting]) => ({ name, setting, unit: null, source: "configuration file" })),
    pg_locks: pg.activity.filter((a) => a.query).map((a) => ({ locktype: "relation", database: 16_401, relation: 16_433, pid: a.pid, mode: a.state === "active" && a.wait_event_type === "Lock" ? "RowExclusiveLock" : "AccessShareLock", granted: a.wait_event_type !== "Lock" })),
    pg_stat_replication: [],
    pg_stat_archiver: [{ archived_count: 20_114, last_archived_wal: "0000000100000041000000A2", last_archived_time: { at: now - 61_000 }, failed_count: 0, last_failed_wal: null }],
    pg_roles: pg.roles.map((rolname) => ({ rolname, rolsuper: rolname === "postgres", rolcanlogin: true })),
    pg_stat_bgwriter: [{ checkpoints_timed: 8_122, checkpoints_req: 611, buffers_checkpoint: 4_112_044, buffers_clean: 0, maxwritten_clean: 0 }],
  };
}

export const tempBytes = (state) => state.processes.flatMap((p) => p.files ?? []).filter((f) => f.virtual).reduce((s, f) => s + f.size, 0);

function endQuery(pid, whole) {
  return change((state) => {
    const one = state.postgres.activity.find((a) => a.pid === pid && a.backend_type === undefined);
    if (!one) return err(`WARNING:  PID ${pid} is not a PostgreSQL backend process`), false;
    const process = state.processes.find((p) => p.pid === pid);
    if (process) {
      delete process.files;
      Object.assign(process, { cpu: 0, stat: "Ss", rss: 18_204, cmd: process.cmd.replace(/ [A-Z]+$/, " idle") });
    }
    if (whole) {
      state.postgres.activity = state.postgres.activity.filter((a) => a !== one);
      state.processes = state.processes.filter((p) => p !== process);
    } else Object.assign(one, { state: "idle", wait_event_type: "Client", wait_event: "ClientRead", xact_start: null });
    // What waited for it goes on.
    for (const a of state.postgres.activity) if (a.blockedBy === pid) Object.assign(a, { state: "idle", wait_event_type: "Client", wait_event: "ClientRead", blockedBy: undefined });
    log(state, { unit: "postgresql@15-main.service", ident: "postgres", pid, priority: whole ? 2 : 3, message: whole ? `[${pid}] FATAL:  terminating connection due to administrator command` : `[${pid}] ERROR:  canceling statement due to user request` });
    return true;
  });
}

function run(sql, state) {
  const text = sql.trim().replace(/;$/, "");
  if (text === "") return undefined;
  const verb = /^\w+/.exec(text)?.[0].toLowerCase();
  if (verb === "show") {
    const name = text.slice(5).trim().toLowerCase();
    const value = name === "all" ? undefined : state.postgres.settings[name];
    if (name === "all") return { heads: ["name", "setting"], rows: Object.entries(state.postgres.settings) };
    if (value === undefined) throw new SqlError(`unrecognized configuration parameter "${name}"`);
    return { heads: [name], rows: [[value]] };
  }
  if (["vacuum", "analyze", "checkpoint", "reindex"].includes(verb)) {
    const table = /(\w+)$/.exec(text)?.[1];
    change((s) => {
      for (const t of s.postgres.tables) if (t.relname === table || text.toLowerCase() === verb) Object.assign(t, { n_dead_tup: 0, last_autovacuum: nowMs(s) });
      log(s, { unit: "postgresql@15-main.service", ident: "postgres", priority: 6, message: `LOG:  statement: ${text}` });
    });
    return { tag: verb.toUpperCase() };
  }
  if (verb === "set" || verb === "begin" || verb === "commit" || verb === "rollback") return { tag: verb.toUpperCase() };
  if (verb !== "select") throw new SqlError(["insert", "update", "delete", "drop", "create", "alter", "truncate", "with", "copy"].includes(verb) ? `permission denied: ${verb.toUpperCase()} is not part of the practice database` : `syntax error at or near "${verb ?? text[0]}"`);
  const all = views(state);
  const names = (t) => Object.keys(all[t][0] ?? { pid: 0, state: 0, client_addr: 0, sent_lsn: 0, replay_lsn: 0 }).filter((n) => n !== "blockedBy");
  return select(parseSelect(text), {
    now: nowMs(state),
    print,
    table(name) {
      if (!all[name]) throw new SqlError(`relation "${name}" does not exist`);
      return all[name];
    },
    columns: names,
    call(name, args) {
      switch (name) {
        case "version": return "PostgreSQL 15.8 (Debian 15.8-0+deb12u1) on x86_64-pc-linux-gnu, compiled by gcc (Debian 12.2.0-14) 12.2.0, 64-bit";
        case "current_database": return "postgres";
        case "pg_is_in_recovery": return false;
        case "pg_backend_pid": return 4711;
        case "pg_postmaster_start_time": return { at: state.units["postgresql@15-main.service"].since };
        case "pg_database_size": { const d = state.postgres.databases.find((one) => one.name === args[0] || one.oid === args[0]); if (!d) throw new SqlError(`database "${args[0]}" does not exist`); return d.bytes; }
        case "pg_total_relation_size": case "pg_relation_size": { const t = state.postgres.tables.find((one) => one.relname === args[0] || one.relid === args[0]); if (!t) throw new SqlError(`relation "${args[0]}" does not exist`); return t.bytes; }
        case "pg_terminate_backend": return endQuery(args[0], true);
        case "pg_cancel_backend": return endQuery(args[0], false);
        case "pg_blocking_pids": return `{${state.postgres.activity.find((a) => a.pid === args[0])?.blockedBy ?? ""}}`;
        default: throw new SqlError(`function ${name}(${args.map(() => "unknown").join(", ")}) does not exist`);
      }
    },
  });
}

const META = {
  "\\l": "SELECT datname AS \"Name\", pg_size_pretty(size) AS \"Size\" FROM pg_database ORDER BY datname",
  "\\l+": "SELECT datname AS \"Name\", pg_size_pretty(size) AS \"Size\" FROM pg_database ORDER BY datname",
  "\\dt": "SELECT schemaname AS \"Schema\", relname AS \"Name\" FROM pg_stat_user_tables ORDER BY relname",
  "\\dt+": "SELECT schemaname AS \"Schema\", relname AS \"Name\", pg_size_pretty(bytes) AS \"Size\" FROM pg_stat_user_tables ORDER BY relname",
  "\\du": "SELECT rolname AS \"Role name\" FROM pg_roles ORDER BY rolname",
};

function show({ heads, rows, tag }, found) {
  if (tag) return found.q ? undefined : out(tag);
  const text = rows.map((row) => row.map(print));
  if (found.csv) {
    const cell = (c) => (/[",\n]/.test(c) ? `"${c.replaceAll('"', '""')}"` : c);
    return out([...(found.t ? [] : [heads]), ...text].map((r) => r.map(cell).join(",")).join("\n"));
  }
  if (found.A) return out([...(found.t ? [] : [heads]), ...text].map((r) => r.join(found.F ?? "|")).concat(found.t ? [] : [`(${rows.length} row${rows.length === 1 ? "" : "s"})`]).join("\n"));
  if (found.x) {
    const width = Math.max(...heads.map((h) => h.length));
    return out(text.map((r, i) => `-[ RECORD ${i + 1} ]${"-".repeat(Math.max(1, width))}\n${r.map((c, j) => `${heads[j].padEnd(width)} | ${c}`).join("\n")}`).join("\n"));
  }
  const widths = heads.map((h, i) => Math.max(h.length, ...text.map((r) => r[i].length)));
  const numeric = heads.map((_, i) => rows.length > 0 && rows.every((r) => r[i] === null || typeof r[i] === "number"));
  const line = (cells) => ` ${cells.map((c, i) => (numeric[i] ? c.padStart(widths[i]) : c.padEnd(widths[i]))).join(" | ")}`.trimEnd();
  if (!found.t) out(` ${heads.map((h, i) => h.padStart(Math.floor((widths[i] + h.length) / 2)).padEnd(widths[i])).join(" | ")}\n${widths.map((w) => "-".repeat(w + 2)).join("+")}`);
  if (text.length > 0) out(text.map(line).join("\n"));
  if (!found.t) out(`(${rows.length} row${rows.length === 1 ? "" : "s"})\n`);
}

export function psql(argv) {
  const { found, rest } = options(argv, { c: 2, f: 1, d: 1, U: 1, h: 1, p: 1, A: 0, t: 0, x: 0, q: 0, F: 1, X: 0, w: 0, W: 0, v: 2, P: 1, 1: 0, l: 0, V: 0, version: "V", list: "l", csv: 0, command: "c", file: "f", dbname: "d", username: "U", host: "h", port: "p", "tuples-only": "t", "no-align": "A", expanded: "x", quiet: "q", "field-separator": "F", "no-psqlrc": "X", "no-password": "w", set: "v", "single-transaction": "1" }, "psql");
  if (found.V) return out("psql (PostgreSQL) 15.8 (Debian 15.8-0+deb12u1)"), 0;
  const state = readState();
  if (!state.postgres || state.units["postgresql@15-main.service"]?.active !== "active") throw new ToolError(`psql: error: connection to server on socket "/var/run/postgresql/.s.PGSQL.5432" failed: No such file or directory\n\tIs the server running locally and accepting connections on that socket?`, 2);
  const given = found.d ?? rest[0];
  const wanted = given?.includes("=") ? /(?:^| )dbname=(\S+)/.exec(given)?.[1] : given;
  if (wanted && !state.postgres.databases.some((d) => d.name === wanted)) throw new ToolError(`psql: error: connection to server on socket "/var/run/postgresql/.s.PGSQL.5432" failed: FATAL:  database "${wanted}" does not exist`, 2);
  const scripts = found.l ? ["\\l"] : (found.c ?? [readFileSync(found.f ? at(found.f) : 0, "utf8")]);
  let code = 0;
  for (const script of scripts) {
    for (const one of script.trim().startsWith("\\") ? script.trim().split("\n") : split(script)) {
      try {
        const meta = one.trim().split(/\s+/)[0];
        if (meta === "\\x") found.x = true;
        else if (meta?.startsWith("\\") && !META[meta]) throw new SqlError(`invalid command ${meta}`);
        else {
          const answer = run(META[meta] ?? one, readState());
          if (answer) show(answer, found);
        }
      } catch (error) {
        if (!(error instanceof SqlError)) throw error;
        err(`ERROR:  ${error.message}`);
        code = found.f || !found.c ? 3 : 1;
        if (found.c || found.v?.includes("ON_ERROR_STOP=1")) return code;
      }
    }
  }
  return code === 3 && !found.v?.includes("ON_ERROR_STOP=1") ? 0 : code;
}

/** On semicolons outside quotes. */
function split(script) {
  const parts = [];
  let part = "";
  let quote = "";
  for (const c of script.replace(/--[^\n]*/g, "")) {
    if (quote) quote = c === quote ? "" : quote;
    else if (c === "'" || c === '"') quote = c;
    if (c === ";" && !quote) {
      parts.push(part);
      part = "";
    } else part += c;
  }
  return [...parts, part].filter((p) => p.trim() !== "");
}

export function pg_isready() {
  const up = readState().units["postgresql@15-main.service"]?.active === "active";
  out(`/var/run/postgresql:5432 - ${up ? "accepting connections" : "no response"}`);
  return up ? 0 : 2;
}

export function pg_lsclusters() {
  const up = readState().units["postgresql@15-main.service"]?.active === "active";
  out(`Ver Cluster Port Status Owner    Data directory              Log file\n15  main    5432 ${up ? "online" : "down  "} postgres /var/lib/postgresql/15/main /var/log/postgresql/postgresql-15-main.log`);
  return 0;
}

export function vacuumdb(argv) {
  err(`vacuumdb: vacuuming database "${argv.find((a) => !a.startsWith("-")) ?? "postgres"}"`);
  run("VACUUM", readState());
  return 0;
}

