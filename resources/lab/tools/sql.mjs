// A very small SELECT over the practice database's views: one table, WHERE, GROUP BY for count/sum/max, ORDER BY, LIMIT.
// What it cannot read it refuses in PostgreSQL's own words, so that nothing looks done that was not.

const TOKEN = /\s+|--[^\n]*|'((?:[^']|'')*)'|("(?:[^"]|"")*"|[A-Za-z_][\w$]*)|(\d+(?:\.\d+)?)|(::|<>|!=|<=|>=|\|\||!~\*|~\*|!~|[-+*/%(),.;=<>~[\]])/gy;

export class SqlError extends Error {}

function tokens(text) {
  const list = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const at = TOKEN.lastIndex;
    const m = TOKEN.exec(text);
    if (!m) throw new SqlError(`syntax error at or near "${text.slice(at, at + 12)}"`);
    if (m[1] !== undefined) list.push({ type: "text", value: m[1].replaceAll("''", "'") });
    else if (m[2] !== undefined) list.push({ type: "word", value: m[2].startsWith('"') ? m[2].slice(1, -1) : m[2].toLowerCase() });
    else if (m[3] !== undefined) list.push({ type: "number", value: Number(m[3]) });
    else if (m[4] !== undefined) list.push({ type: "op", value: m[4] });
  }
  return list;
}

const STOP = new Set(["from", "where", "group", "order", "limit", "and", "or", "as", "desc", "asc", "is", "in", "not", "like", "ilike", "between", "then", "else", "end", "when", "having", "offset", "nulls", "join", "on", "left", "inner", "using"]);

function reader(list) {
  let i = 0;
  const peek = () => list[i];
  const is = (value) => peek() !== undefined && peek().type !== "text" && peek().value === value;
  const take = (value) => (is(value) ? (i += 1, true) : false);
  const expect = (value) => {
    if (!take(value)) throw new SqlError(`syntax error at or near "${peek()?.value ?? "end of input"}"`);
  };
  const next = () => list[i++];

  function primary() {
    const t = next();
    if (!t) throw new SqlError("syntax error at end of input");
    if (t.type === "number" || t.type === "text") return { k: "value", v: t.value };
    if (t.value === "(") {
      const inner = expr();
      expect(")");
      return inner;
    }
    if (t.value === "-") return { k: "bin", op: "-", a: { k: "value", v: 0 }, b: primary() };
    if (t.value === "*") return { k: "star" };
    if (t.type !== "word") throw new SqlError(`syntax error at or near "${t.value}"`);
    if (t.value === "not") return { k: "not", a: compare() };
    if (t.value === "null") return { k: "value", v: null };
    if (t.value === "true" || t.value === "false") return { k: "value", v: t.value === "true" };
    if (t.value === "interval") return { k: "value", v: interval(next()?.value) };
    if (t.value === "case") return caseWhen();
    if (take("(")) {
      const args = [];
      if (t.value === "extract") {
        const field = next().value;
        expect("from");
        args.push({ k: "value", v: field }, expr());
      } else if (!is(")")) do args.push(take("distinct") ? expr() : expr()); while (take(","));
      expect(")");
      if (is("filter") || is("over")) throw new SqlError("window functions and FILTER are not part of the practice database");
      return { k: "call", name: t.value, args };
    }
    if (take(".")) return is("*") ? (next(), { k: "star" }) : { k: "column", name: next().value };
    return { k: "column", name: t.value };
  }
  function caseWhen() {
    const arms = [];
    let otherwise = { k: "value", v: null };
    while (take("when")) {
      const test = expr();
      expect("then");
      arms.push([test, expr()]);
    }
    if (take("else")) otherwise = expr();
    expect("end");
    return { k: "case", arms, otherwise };
  }
  function cast() {
    let a = primary();
    while (take("::")) {
      const type = next().value;
      a = { k: "cast", a, type };
      if (take("(")) while (!take(")")) next();
    }
    return a;
  }
  const level = (ops, below) => () => {
    let a = below();
    while (peek()?.type === "op" && ops.includes(peek().value)) a = { k: "bin", op: next().value, a, b: below() };
    return a;
  };
  const product = level(["*", "/", "%"], cast);
  const sum = level(["+", "-", "||"], product);
  function compare() {
    const a = sum();
    if (take("is")) {
      const not = take("not");
      const v = next().value;
      const test = { k: "is", a, v: v === "null" ? null : v === "true" };
      return not ? { k: "not", a: test } : test;
    }
    const not = take("not");
    const wrap = (e) => (not ? { k: "not", a: e } : e);
    if (take("in")) {
      expect("(");
      const set = [];
      do set.push(expr()); while (take(","));
      expect(")");
      return wrap({ k: "in", a, set });
    }
    if (take("between")) {
      const low = sum();
      expect("and");
      return wrap({ k: "between", a, low, high: sum() });
    }
    if (is("like") || is("ilike")) {
      const loose = next().value === "ilike";
      return wrap({ k: "like", a, b: sum(), loose });
    }
    if (peek()?.type === "op" && ["=", "<>", "!=", "<", ">", "<=", ">=", "~", "~*", "!~", "!~*"].includes(peek().value)) return { k: "bin", op: next().value, a, b: sum() };
    return a;
  }
  function conjunction() {
    let a = take("not") ? { k: "not", a: compare() } : compare();
    while (take("and")) a = { k: "and", a, b: take("not") ? { k: "not", a: compare() } : compare() };
    return a;
  }
  function expr() {
    let a = conjunction();
    while (take("or")) a = { k: "or", a, b: conjunction() };
    return a;
  }
  return { peek, is, take, expect, next, expr };
}

export function parseSelect(text) {
  const r = reader(tokens(text));
  r.expect("select");
  if (r.take("distinct")) throw new SqlError("DISTINCT is not part of the practice database");
  const columns = [];
  do {
    const e = r.expr();
    const alias = r.take("as") ? r.next().value : r.peek()?.type === "word" && !STOP.has(r.peek().value) ? r.next().value : undefined;
    columns.push({ e, alias });
  } while (r.take(","));
  const query = { columns, from: undefined, where: undefined, group: [], order: [], limit: undefined };
  if (r.take("from")) {
    let name = r.next()?.value;
    if (r.take(".")) name = r.next().value;
    query.from = name;
    if (r.take("as") || (r.peek()?.type === "word" && !STOP.has(r.peek().value))) r.next();
    if (r.is(",") || r.is("join") || r.is("left") || r.is("inner")) throw new SqlError("joins are not part of the practice database");
  }
  if (r.take("where")) query.where = r.expr();
  if (r.take("group")) {
    r.expect("by");
    do query.group.push(r.expr()); while (r.take(","));
  }
  if (r.take("order")) {
    r.expect("by");
    do {
      const e = r.expr();
      const down = r.take("desc") || (r.take("asc"), false);
      if (r.take("nulls")) r.next();
      query.order.push({ e, down });
    } while (r.take(","));
  }
  if (r.take("limit")) query.limit = r.next().value;
  r.take(";");
  if (r.peek()) throw new SqlError(`syntax error at or near "${r.peek().value}"`);
  return query;
}

const UNITS = { second: 1e3, sec: 1e3, s: 1e3, minute: 60e3, min: 60e3, hour: 3600e3, day: 86_400e3, week: 604_800e3 };
/** Intervals are { ms }, moments { at }: so that subtraction and printing know them apart. */
function interval(text) {
  let ms = 0;
  for (const [, n, unit] of String(text).matchAll(/(-?[\d.]+)\s*([a-z]+)/gi)) {
    const size = UNITS[unit.toLowerCase().replace(/s$/, "")] ?? UNITS[unit.toLowerCase()];
    if (!size) throw new SqlError(`invalid input syntax for type interval: "${text}"`);
    ms += Number(n) * size;
  }
  return { ms };
}

const scalar = (v) => (v === null || v === undefined ? null : typeof v === "object" ? (v.at ?? v.ms) : v);
export const pretty = (bytes) => {
  for (const [unit, size] of [["TB", 2 ** 40], ["GB", 2 ** 30], ["MB", 2 ** 20], ["kB", 1024]]) if (bytes >= 10 * size) return `${Math.round(bytes / size)} ${unit}`;
  return `${Math.round(bytes)} bytes`;
};

const AGGREGATES = new Set(["count", "sum", "max", "min", "avg"]);
const aggregate = (e) => e.k === "call" && AGGREGATES.has(e.name);
const holdsAggregate = (e) => typeof e === "object" && e !== null && (aggregate(e) || Object.values(e).some((v) => (Array.isArray(v) ? v.flat().some(holdsAggregate) : holdsAggregate(v))));

export function select(query, env) {
  const source = query.from === undefined ? [{}] : env.table(query.from);
  const names = query.from === undefined ? [] : env.columns(query.from);
  const evaluate = (e, row, rows) => evaluateWith(e, row, rows, env, names);
  let rows = query.where ? source.filter((row) => evaluate(query.where, row, [row]) === true) : source;
  const columns = query.columns.flatMap((c) => (c.e.k === "star" ? names.map((name) => ({ e: { k: "column", name }, alias: name })) : [c]));
  const grouped = query.group.length > 0 || columns.some((c) => holdsAggregate(c.e));
  let groups = rows.map((row) => ({ row, rows: [row] }));
  if (grouped) {
    const byKey = new Map();
    const keyOf = (row) => JSON.stringify(query.group.map((e) => evaluate(positional(e, columns), row, [row])));
    for (const row of rows) byKey.set(keyOf(row), [...(byKey.get(keyOf(row)) ?? []), row]);
    groups = query.group.length === 0 ? [{ row: rows[0] ?? {}, rows }] : [...byKey.values()].map((g) => ({ row: g[0], rows: g }));
  }
  for (const { e, down } of [...query.order].reverse()) {
    const key = positional(e, columns);
    groups.sort((x, y) => {
      const [a, b] = [scalar(evaluate(key, x.row, x.rows)), scalar(evaluate(key, y.row, y.rows))];
      return (down ? -1 : 1) * (a === b ? 0 : a === null ? 1 : b === null ? -1 : a < b ? -1 : 1);
    });
  }
  if (query.limit !== undefined) groups = groups.slice(0, Number(query.limit));
  rows = groups.map((g) => columns.map((c) => evaluate(c.e, g.row, g.rows)));
  return { heads: columns.map((c) => c.alias ?? (c.e.k === "column" ? c.e.name : c.e.k === "call" ? c.e.name : c.e.k === "cast" && c.e.a.k === "column" ? c.e.a.name : "?column?")), rows };
}

const positional = (e, columns) => (e.k === "value" && typeof e.v === "number" ? (columns[e.v - 1]?.e ?? e) : e.k === "column" ? (columns.find((c) => c.alias === e.name)?.e ?? e) : e);

function evaluateWith(e, row, rows, env, names) {
  const ev = (x, r = row, rs = rows) => evaluateWith(x, r, rs, env, names);
  switch (e.k) {
    case "value": return e.v;
    case "column": {
      if (e.name === "current_timestamp") return { at: env.now };
      if (e.name === "current_user" || e.name === "session_user") return "postgres";
      if (!names.includes(e.name)) throw new SqlError(`column "${e.name}" does not exist`);
      return row[e.name] ?? null;
    }
    case "not": { const v = ev(e.a); return v === null ? null : !v; }
    case "and": return ev(e.a) === true && ev(e.b) === true;
    case "or": return ev(e.a) === true || ev(e.b) === true;
    case "is": return ev(e.a) === e.v;
    case "in": return e.set.some((s) => scalar(ev(s)) === scalar(ev(e.a)));
    case "between": return scalar(ev(e.a)) >= scalar(ev(e.low)) && scalar(ev(e.a)) <= scalar(ev(e.high));
    case "like": { const v = ev(e.a); return v === null ? null : new RegExp(`^${String(ev(e.b)).replace(/[.+?^${}()|[\]\\*]/g, "\\$&").replaceAll("%", "[^]*").replaceAll("_", "[^]")}$`, e.loose ? "i" : "").test(v); }
    case "case": return ev(e.arms.find(([test]) => ev(test) === true)?.[1] ?? e.otherwise);
    case "cast": { const v = ev(e.a); return e.type === "int" || e.type === "integer" || e.type === "bigint" ? Math.trunc(Number(scalar(v))) : e.type === "numeric" || e.type === "float" ? Number(scalar(v)) : e.type === "text" || e.type === "varchar" ? v === null ? null : env.print(v) : e.type === "interval" ? interval(v) : v; }
    case "call": return call(e, row, rows, env, ev);
    case "bin": return binary(e.op, ev(e.a), ev(e.b));
    default: throw new SqlError(`syntax error at or near "${e.k}"`);
  }
}

function binary(op, a, b) {
  if (a === null || b === null) return null;
  if (op === "-" && a.at !== undefined && b.at !== undefined) return { ms: a.at - b.at };
  if ((op === "-" || op === "+") && a.at !== undefined && b.ms !== undefined) return { at: op === "-" ? a.at - b.ms : a.at + b.ms };
  if (typeof a === "object" && typeof b === "string") b = a.ms !== undefined ? interval(b) : { at: Date.parse(b) };
  const [x, y] = [scalar(a), scalar(b)];
  switch (op) {
    case "=": return x === y || String(x) === String(y);
    case "<>": case "!=": return String(x) !== String(y);
    case "<": return x < y;
    case ">": return x > y;
    case "<=": return x <= y;
    case ">=": return x >= y;
    case "+": return x + y;
    case "-": return x - y;
    case "*": return x * y;
    case "/": return Number.isInteger(x) && Number.isInteger(y) ? Math.trunc(x / y) : x / y;
    case "%": return x % y;
    case "||": return `${x}${y}`;
    case "~": case "~*": return new RegExp(y, op === "~*" ? "i" : "").test(x);
    case "!~": case "!~*": return !new RegExp(y, op === "!~*" ? "i" : "").test(x);
    default: throw new SqlError(`operator does not exist: ${op}`);
  }
}

function call(e, _row, rows, env, ev) {
  if (aggregate(e)) {
    if (e.name === "count" && (e.args.length === 0 || e.args[0].k === "star")) return rows.length;
    const values = rows.map((r) => scalar(ev(e.args[0], r, [r]))).filter((v) => v !== null);
    if (e.name === "count") return values.length;
    if (values.length === 0) return null;
    const whole = e.name === "sum" || e.name === "avg" ? values.reduce((s, v) => s + v, 0) : e.name === "max" ? values.reduce((m, v) => (v > m ? v : m)) : values.reduce((m, v) => (v < m ? v : m));
    const sample = ev(e.args[0], rows[0], [rows[0]]);
    return e.name === "avg" ? whole / values.length : sample?.at !== undefined ? { at: whole } : sample?.ms !== undefined ? { ms: whole } : whole;
  }
  const args = e.args.map((a) => ev(a));
  switch (e.name) {
    case "now": case "clock_timestamp": case "statement_timestamp": return { at: env.now };
    case "pg_size_pretty": return args[0] === null ? null : pretty(args[0]);
    case "coalesce": return args.find((a) => a !== null) ?? null;
    case "left": case "substr": case "substring": return args[0] === null ? null : e.name === "left" ? String(args[0]).slice(0, args[1]) : String(args[0]).substr((args[1] ?? 1) - 1, args[2]);
    case "lower": return String(args[0]).toLowerCase();
    case "upper": return String(args[0]).toUpperCase();
    case "length": return String(args[0]).length;
    case "replace": return String(args[0]).replaceAll(args[1], args[2]);
    case "round": return args[1] ? Number(Number(scalar(args[0])).toFixed(args[1])) : Math.round(scalar(args[0]));
    case "date_trunc": return args[1];
    case "age": return { ms: args.length > 1 ? args[0].at - args[1].at : env.now - args[0].at };
    case "extract": return Math.round((args[1]?.ms ?? args[1]?.at ?? 0) / 1000);
    case "nullif": return args[0] === args[1] ? null : args[0];
    case "greatest": return Math.max(...args.map(scalar));
    default: return env.call(e.name, args);
  }
}
