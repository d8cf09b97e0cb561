import type { Citation, Column, HostRef, ResultSeries, ResultTable, RunItem, RunSummary, Statement } from "../contract/index.ts";

export type Answer = { readonly statements: readonly Statement[]; readonly tables: readonly ResultTable[]; readonly series: readonly ResultSeries[]; readonly state: "done" | "failed" | "refused" | "stopped" | "unknown"; readonly say: string };

type HostPart = { readonly host: HostRef; readonly statements: readonly Statement[]; readonly tables: readonly ResultTable[]; readonly series: readonly ResultSeries[]; readonly state: string; readonly say: string;
  /** Why the last refused step was not run: the gate's or the person's own words. */
  readonly refusal: string; readonly lastOutput?: Citation };

/** Of a fleet, so many findings are said; all of them stand in the table below. */
const MAX_STATEMENTS = 12;
const MAX_NAMES = 4;
const MAX_CITES = 64;
const MAX_ROWS = 2000;

/** What a run's journal holds, as an answer. Adds no claim of its own but counts; every other word is a finding's, with its lines. Pure. */
export function composeAnswer(run: RunSummary, items: readonly RunItem[]): Answer {
  const told = itemsByHost(items);
  const parts = run.hosts.toSorted((a, b) => byName(a.name, b.name)).map((host) => partOf(host, told.get(host.id) ?? []));
  const done = parts.filter(({ state }) => state === "done");
  const state = run.state === "unknown" ? "unknown" : run.hosts.length > 1 && done.length > 0 && run.state !== "stopped" ? "done" : run.state === "running" || run.state === "waiting" || run.state === "paused" ? "stopped" : run.state;
  const [only, ...others] = parts;
  const answer = only !== undefined && others.length === 0 ? oneHost(only) : manyHosts(run.title, parts);
  return { ...answer, state, say: run.say };
}

/** srv-2 before srv-10, as people count. */
const { compare: byName } = new Intl.Collator("en", { numeric: true });

/** Read once, whatever the number of hosts. */
function itemsByHost(items: readonly RunItem[]): ReadonlyMap<string, readonly RunItem[]> {
  const hostOf = new Map<string, string>();
  const told = new Map<string, RunItem[]>();
  for (const item of items) {
    const { event } = item;
    if (event.type === "queued") hostOf.set(event.stepId, event.hostId);
    const hostId = "hostId" in event ? event.hostId : "stepId" in event ? hostOf.get(event.stepId) : undefined;
    if (hostId === undefined) continue;
    const mine = told.get(hostId);
    if (mine) mine.push(item);
    else told.set(hostId, [item]);
  }
  return told;
}

function partOf(host: HostRef, items: readonly RunItem[]): HostPart {
  const statements: Statement[] = [];
  const tables: ResultTable[] = [];
  const series: ResultSeries[] = [];
  let state = "stopped";
  let say = "";
  let refusal = "";
  const lines = new Map<string, { runId: string; stream: "stdout" | "stderr"; text: string }>();
  for (const { runId, event } of items) {
    switch (event.type) {
      case "output": {
        const before = lines.get(event.stepId);
        lines.set(event.stepId, { runId, stream: event.stream, text: event.stream === before?.stream ? before.text + event.text : event.text });
        break;
      }
      case "refused":
        refusal = event.say;
        break;
      case "statement":
        statements.push(event.statement);
        break;
      case "table":
        tables.push(event.table);
        break;
      case "series":
        series.push(event.series);
        break;
      case "host":
        ({ state, say } = event);
        break;
      default:
        break;
    }
  }
  const last = [...lines.entries()].at(-1);
  const count = last ? lineCount(last[1].text) : 0;
  return { host, statements, tables, series, state, say, refusal, ...(last && count > 0 && { lastOutput: { runId: last[1].runId, stepId: last[0], stream: last[1].stream, fromLine: 1, toLine: count } }) };
}

const lineCount = (text: string) => text.replace(/\n$/, "").split("\n").length;
const citesOf = (part: HostPart): Citation[] => (part.lastOutput ? [part.lastOutput] : []);

/** When a host's part did not end well, that is the first thing to say. */
function ending(part: HostPart): Statement[] {
  switch (part.state) {
    case "done":
      if (part.statements.length > 0 || part.tables.length > 0) return [];
      return [{ text: part.lastOutput ? "It ended without an error; this is what it printed." : "It ended without an error and printed nothing.", tone: "plain", cites: citesOf(part) }];
    case "refused":
      return [{ text: part.refusal || part.say || "It was refused; nothing was run.", tone: "attention", cites: [] }];
    case "unknown":
      return [{ text: part.say || "Whether it ran is not known.", tone: "unsure", cites: citesOf(part) }];
    case "stopped":
      return [{ text: part.say || "It was stopped before its end.", tone: "unsure", cites: citesOf(part) }];
    default:
      return [{ text: part.say || "It failed.", tone: "bad", cites: citesOf(part) }];
  }
}

const oneHost = (part: HostPart) => ({ statements: [...part.statements, ...(part.state === "done" || !part.statements.some(({ text }) => text === part.say) ? ending(part) : [])], tables: part.tables, series: part.series });

const GRAVITY = { good: 0, plain: 1, unsure: 2, attention: 3, bad: 4 } as const;
const gravest = (statements: readonly Statement[]): Statement | undefined => statements.toSorted((a, b) => GRAVITY[b.tone] - GRAVITY[a.tone])[0];

function manyHosts(title: string, parts: readonly HostPart[]) {
  const judged = parts.map((part) => ({ part, statements: [...part.statements, ...ending(part)] })).map((one) => ({ ...one, worst: gravest(one.statements) }));
  const troubled = judged.filter(({ worst }) => worst && GRAVITY[worst.tone] >= GRAVITY.unsure);
  const failed = parts.filter(({ state }) => state !== "done").length;
  const summary: Statement = {
    text: `${title} on ${parts.length} hosts: ${parts.length - troubled.length} fine${troubled.length > failed ? `, ${needAttention(troubled.length - failed)}` : ""}${failed > 0 ? `, ${failed} gave no full answer` : ""}.`,
    tone: troubled.length === 0 ? "good" : "attention",
    cites: troubled.flatMap(({ worst }) => worst?.cites.slice(0, 1) ?? []).slice(0, MAX_CITES),
  };
  const found = sameFindings(troubled.flatMap(({ part, worst }) => (worst ? [{ name: part.host.name, worst }] : [])));
  const named = found.slice(0, MAX_STATEMENTS).map(({ names, worst, cites }): Statement => ({ ...worst, text: `${listed(names)}: ${worst.text}`.slice(0, 4000), cites: cites.slice(0, MAX_CITES) }));
  const unsaid = found.slice(MAX_STATEMENTS);
  const rest: Statement[] = unsaid.length === 0 ? [] : [{ text: `${needAttention(unsaid.reduce((sum, { names }) => sum + names.length, 0), "more ")}; the table names each with its finding, the worst first.`, tone: "attention", cites: unsaid.flatMap(({ cites }) => cites).slice(0, MAX_CITES) }];
  const matrix: ResultTable = {
    title: "Hosts",
    columns: [
      { key: "host", title: "Host", kind: "text" },
      { key: "state", title: "State", kind: "state" },
      { key: "finding", title: "Finding", kind: "text" },
    ],
    rows: judged
      .toSorted((a, b) => (b.worst ? GRAVITY[b.worst.tone] : 0) - (a.worst ? GRAVITY[a.worst.tone] : 0) || byName(a.part.host.name, b.part.host.name))
      .slice(0, MAX_ROWS)
      .map(({ part, worst }) => ({ cells: [part.host.name, part.state === "done" ? (worst?.tone ?? "plain") : part.state, worst?.text ?? ""], hostId: part.host.id, ...(worst?.cites[0] && { cite: worst.cites[0] }) })),
    leftOut: Math.max(0, parts.length - MAX_ROWS),
  };
  return { statements: [summary, ...named, ...rest], tables: [matrix, ...mergedTables(parts)], series: parts.length <= 6 ? parts.flatMap((part) => part.series.map((series) => ({ ...series, title: `${part.host.name}: ${series.title}` }))) : [] };
}

const needAttention = (count: number, more = ""): string => `${count} ${more}${count === 1 ? "needs" : "need"} attention`;

type SameFinding = { readonly names: string[]; readonly worst: Statement; readonly cites: Citation[] };

/** What many hosts say in the same words is said once, of all of them; the gravest first. */
function sameFindings(troubled: readonly { readonly name: string; readonly worst: Statement }[]): SameFinding[] {
  const found = new Map<string, SameFinding>();
  for (const { name, worst } of troubled) {
    const key = `${worst.tone} ${worst.text}`;
    const known = found.get(key);
    if (known === undefined) found.set(key, { names: [name], worst, cites: [...worst.cites] });
    else {
      known.names.push(name);
      known.cites.push(...worst.cites.slice(0, 1));
    }
  }
  return [...found.values()].toSorted((a, b) => GRAVITY[b.worst.tone] - GRAVITY[a.worst.tone]);
}

function listed(names: readonly string[]): string {
  if (names.length === 1) return names[0] ?? "";
  if (names.length > MAX_NAMES) return `${names.slice(0, MAX_NAMES - 1).join(", ")} and ${names.length - MAX_NAMES + 1} more`;
  return `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

/** Tables that every host gave under the same title become one, with the host as first column. */
function mergedTables(parts: readonly HostPart[]): ResultTable[] {
  const merged = new Map<string, { title: string; columns: Column[]; rows: ResultTable["rows"][number][]; leftOut: number }>();
  for (const { host, tables } of parts) {
    for (const table of tables) {
      const key = JSON.stringify([table.title, table.columns.map((column) => column.key)]);
      const into = merged.get(key) ?? { title: table.title, columns: [{ key: "host", title: "Host", kind: "text" } as Column, ...table.columns].slice(0, 32), rows: [], leftOut: 0 };
      const room = MAX_ROWS - into.rows.length;
      for (const row of table.rows.slice(0, room)) into.rows.push({ ...row, hostId: host.id, cells: [host.name, ...row.cells].slice(0, 32) });
      into.leftOut += table.leftOut + Math.max(0, table.rows.length - room);
      merged.set(key, into);
    }
  }
  return [...merged.values()];
}
