import { proves, withholds, type Program } from "./program.ts";

// One SELECT over PostgreSQL's own statistics views, in a small vocabulary that is listed here word by word. A statement with any
// other word, relation, function or sign is not read at all: SQL can do everything, this corner of it cannot.

const RELATIONS = new Set("pg_stat_activity pg_database pg_stat_database pg_stat_user_tables pg_settings pg_locks pg_stat_replication pg_stat_archiver pg_roles pg_stat_bgwriter".split(" "));
const FUNCTIONS = new Set("count sum max min avg coalesce now version round left greatest nullif extract pg_is_in_recovery pg_postmaster_start_time pg_database_size pg_total_relation_size pg_size_pretty".split(" "));
const WORDS = new Set(
  ("select from join on where and or not is null as order by group having desc asc limit case when then else end in between like true false distinct nulls last first epoch interval text int bigint numeric " +
    "a b d t s pid state query usename datname application_name client_addr backend_type backend_start xact_start query_start state_change wait_event wait_event_type numbackends xact_commit xact_rollback blks_hit blks_read deadlocks conflicts temp_bytes temp_files size oid datid relid relname schemaname " +
    "n_live_tup n_dead_tup last_vacuum last_autovacuum last_analyze last_autoanalyze seq_scan idx_scan name setting unit source granted mode locktype relation sync_state sent_lsn replay_lsn replay_lag write_lag flush_lag archived_count failed_count last_archived_time last_failed_wal last_archived_wal rolname rolsuper rolcanlogin rolvaliduntil checkpoints_timed checkpoints_req " +
    "seconds total used share bytes mb hits waits blocked number").split(" "),
);
const TOKEN = /\s*(?:(?<string>'[^'\\]*')|(?<number>\d+(?:\.\d+)?)|(?<word>[a-z_][a-z0-9_]*)|(?<sign><=|>=|<>|!=|\|\||::|[(),.*=<>+/-]))/iy;

/** Why a statement is not proved, or undefined when it is. */
export function objectionTo(sql: string): string | undefined {
  const words: { readonly kind: string; readonly text: string }[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < sql.length) {
    const from = TOKEN.lastIndex;
    const match = TOKEN.exec(sql);
    if (match === null || match.index !== from) return sql.slice(from).trim() === "" ? end(words) : `"${sql.slice(from, from + 12)}" is not in the vocabulary`;
    const [kind, text] = Object.entries(match.groups as Readonly<Record<string, string>>).find(([, value]) => value !== undefined) as readonly [string, string];
    words.push({ kind, text: text.toLowerCase() });
  }
  return end(words);
}

function end(words: readonly { readonly kind: string; readonly text: string }[]): string | undefined {
  if (words[0]?.text !== "select") return "it is not a SELECT";
  if (words.some(({ text }) => text === "pg_settings") && !asksByName(words)) return "of the settings only those it names are read, and some hold passwords";
  for (const [at, { kind, text }] of words.entries()) {
    const next = words[at + 1];
    // "--" and "/*" begin comments; they would hide what follows from this reader.
    if ((text === "-" && next?.text === "-") || (text === "/" && next?.text === "*")) return "it holds a comment";
    if (kind !== "word") continue;
    // Anywhere else "epoch" may be a name that somebody gave a column, and what follows a table.
    if (text === "from" && words.slice(Math.max(0, at - 3), at).map((before) => before.text).join(" ") === "extract ( epoch") continue;
    if (text === "from" || text === "join") {
      if (next?.kind !== "word" || !RELATIONS.has(next.text)) return `"${next?.text ?? ""}" is not one of the statistics views`;
      const after = words[at + 2]?.text === "as" || WORDS.has(words[at + 2]?.text ?? "") ? words[at + 3] : words[at + 2];
      if (after?.text === ",") return "only joins that are written out are read";
      continue;
    }
    if (RELATIONS.has(text)) {
      if (!["from", "join"].includes((words[at - 1] as { readonly text: string }).text) && next?.text !== ".") return `"${text}" stands where no view belongs`;
      continue;
    }
    if (next?.text === "(" && !["in", "and", "or", "not", "when", "then", "on", "where", "else", "by"].includes(text)) {
      if (!FUNCTIONS.has(text)) return `the function "${text}" is not in the vocabulary`;
      continue;
    }
    if (!WORDS.has(text) && !(FUNCTIONS.has(text) && words[at - 1]?.text === "as")) return `the word "${text}" is not in the vocabulary`;
  }
  return undefined;
}

/** Settings by name, at the end of the statement; how a replica signs in stands among them. */
function asksByName(words: readonly { readonly kind: string; readonly text: string }[]): boolean {
  const rest = words.slice(words.findIndex(({ text }) => text === "where") + 1).map(({ kind, text }) => (kind === "string" ? (/^'[a-z_]+'$/.test(text) && !/conninfo|command|pass|secret|key/.test(text) ? "'" : "!") : text));
  return /^name (= '|in \( '( , ')* \))$/.test(rest.join(" "));
}

/** One process, by its number, and nothing else in the statement. */
const ENDS = /^select pg_(cancel|terminate)_backend\(\d{1,9}\);?$/i;

const NAME = /^[a-z_][a-z0-9_]{0,62}$/;
const FLAG = /^-(X|A|t|q|w)$/;
const rule = "programs/psql";

/**
 * Whoever may make a function in any schema of the path can give a name, or a sign, another meaning: by standing first in the
 * path of a role or of a database, or in the plain path by fitting the types better than PostgreSQL's own (`left(name, int)`).
 * What the connection itself asks for overrules role and database; then only what PostgreSQL brings is found.
 */
const PINNED = /^dbname=[a-z_][a-z0-9_]{0,62} options=-csearch_path=pg_catalog$/;

/** `-X` keeps the start-up file out, `-w` keeps it from asking for a password; where it connects to is not left to the line. */
export const psqlVerdict: Program = (args) => {
  let statement: string | undefined;
  let database: string | undefined;
  const flags = new Set<string>();
  for (let at = 0; at < args.length; at += 1) {
    const text = args[at]?.known;
    const value = args[at + 1]?.known;
    if (text === undefined) return withholds("unknown", rule, "psql runs statements that are not read here");
    if (FLAG.test(text)) flags.add(text);
    else if (text === "-c" && statement === undefined && value !== undefined) {
      statement = value;
      at += 1;
    } else if (text === "-d" && database === undefined && value !== undefined && (PINNED.test(value) || NAME.test(value))) {
      database = value;
      at += 1;
    } else if (text === "-U" && value !== undefined && NAME.test(value)) at += 1;
    else if (text === "-F" && /^[\t|,;]$/.test(value ?? "")) at += 1;
    else return withholds("unknown", rule, `psql: "${text}" is not one this rule lists`);
  }
  if (statement === undefined) return withholds("unknown", rule, "psql runs statements that are not read here");
  if (!flags.has("-X")) return withholds("unknown", rule, "psql first runs what the account's start-up file says; -X leaves that out");
  if (database === undefined || !PINNED.test(database)) return withholds("unknown", rule, "psql: functions of others may stand before PostgreSQL's own; -d 'dbname=NAME options=-csearch_path=pg_catalog' leaves them out");
  const ends = ENDS.exec(statement);
  if (ends) return withholds("service-impact", rule, ends[1] === "cancel" ? "psql asks the database to cancel the statement of one process" : "psql ends the connection of one process to the database");
  const objection = objectionTo(statement);
  return objection === undefined ? proves(rule, "psql prints PostgreSQL's own statistics; every word of the statement is one the rule lists") : withholds("unknown", rule, `psql: ${objection}`);
};
