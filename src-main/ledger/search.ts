import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { openStore, type Migration, type Store } from "../store/index.ts";
import type { Book } from "./book.ts";
import { openRow, valuesOf, type OpenEntry } from "./reader.ts";
import type { Json } from "./port.ts";
import { resultOf } from "./siem-format.ts";

/**
 * A projection of the ledger for finding things: words of disclosed values, and facts to filter by. It is nobody's
 * truth: it may be deleted at any time and is built again from the log. Every filter is also a word in the index, so that
 * any mix of words and filters is one intersection of posting lists, newest first, whatever the log's size.
 */
export const SEARCH_MIGRATIONS: readonly Migration[] = [
  {
    n: 1,
    name: "facts, words and references",
    sql: `
      CREATE TABLE facts (seq INTEGER PRIMARY KEY, time INTEGER NOT NULL) STRICT;
      CREATE INDEX facts_by_time ON facts (time);
      CREATE TABLE refs (to_seq INTEGER NOT NULL, from_seq INTEGER NOT NULL, PRIMARY KEY (to_seq, from_seq)) STRICT, WITHOUT ROWID;
      CREATE TABLE tallies (kind TEXT NOT NULL, value TEXT NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (kind, value)) STRICT, WITHOUT ROWID;
      CREATE TABLE progress (id INTEGER PRIMARY KEY CHECK (id = 1), next INTEGER NOT NULL, clock_jumps INTEGER NOT NULL) STRICT;
      INSERT INTO progress VALUES (1, 0, 0);
      CREATE VIRTUAL TABLE words USING fts5 (text, tags, content='', tokenize="unicode61 remove_diacritics 2");
      INSERT INTO words (words, rank) VALUES ('secure-delete', 1);
    `,
  },
  {
    n: 2,
    name: "logins say how they went",
    // Built again: a word is dropped by being told which, and for a login another would be told now than was put in.
    sql: `
      DELETE FROM facts;
      DELETE FROM refs;
      DELETE FROM tallies;
      INSERT INTO words (words) VALUES ('delete-all');
      UPDATE progress SET next = 0, clock_jumps = 0;
    `,
  },
];

export type Filter = {
  readonly text?: string | undefined;
  readonly hosts?: readonly string[] | undefined;
  readonly actors?: readonly string[] | undefined;
  readonly types?: readonly string[] | undefined;
  readonly sessions?: readonly string[] | undefined;
  readonly effects?: readonly string[] | undefined;
  readonly results?: readonly string[] | undefined;
  readonly fromMs?: number | undefined;
  readonly toMs?: number | undefined;
};

export type Found = { readonly seqs: readonly number[]; readonly more: boolean; readonly behind: number };
export type Facets = Readonly<Record<"host" | "actor" | "type" | "effect" | "result", readonly { readonly value: string; readonly n: number }[]>>;

const SLICE_MS = 8;
const SLICE_ENTRIES = 256;
const MAX_TEXT_CHARS = 20_000;
const KINDS = { hosts: "h", actors: "a", types: "t", sessions: "s", effects: "e", results: "r" } as const;

const tag = (kind: string, value: string): string => kind + Buffer.from(value).toString("hex");

export const effectOf = (values: Readonly<Record<string, Json>>): string | undefined => (typeof values["effect"] === "string" ? values["effect"] : undefined);

/** Every string in a value, for the words. */
function* wordsOf(value: Json): Generator<string> {
  if (typeof value === "string") yield value;
  else if (typeof value === "number") yield String(value);
  else if (Array.isArray(value)) for (const part of value as readonly Json[]) yield* wordsOf(part);
  else if (value !== null && typeof value === "object") for (const part of Object.values(value)) yield* wordsOf(part);
}

export type SearchNeeds = { readonly dir: string; readonly book: () => Book; readonly onSlow?: ((slow: { readonly name: string; readonly ms: number }) => void) | undefined };

export type LedgerSearch = ReturnType<typeof openSearch>;

export function openSearch({ dir, book, onSlow }: SearchNeeds) {
  const store: Store = openStore({ path: join(dir, "ledger-index.db"), durability: "NORMAL", ...(onSlow === undefined ? {} : { onSlow }) });
  store.migrate("ledger-index", SEARCH_MIGRATIONS);
  store.raw.pragma("secure_delete = ON");
  const readProgress = store.sql<{ next: number; clock_jumps: number }>("search.progress", "SELECT next, clock_jumps FROM progress");
  const saveProgress = store.sql("search.save-progress", "UPDATE progress SET next = ?, clock_jumps = clock_jumps + ?");
  const addFact = store.sql("search.add-fact", "INSERT OR REPLACE INTO facts (seq, time) VALUES (?, ?)");
  const addRef = store.sql("search.add-ref", "INSERT OR IGNORE INTO refs (to_seq, from_seq) VALUES (?, ?)");
  const addWords = store.sql("search.add-words", "INSERT INTO words (rowid, text, tags) VALUES (?, ?, ?)");
  const dropWords = store.sql("search.drop-words", "INSERT INTO words (words, rowid, text, tags) VALUES ('delete', ?, ?, ?)");
  const addTally = store.sql("search.add-tally", "INSERT INTO tallies (kind, value, n) VALUES (?, ?, ?) ON CONFLICT (kind, value) DO UPDATE SET n = n + excluded.n");
  const factsDown = store.sql<{ seq: number }>("search.newest", "SELECT seq FROM facts WHERE seq < ? AND seq >= ? AND time >= ? AND time <= ? ORDER BY seq DESC LIMIT ?");
  const matchDown = store.sql<{ seq: number }>("search.match", "SELECT rowid AS seq FROM words WHERE words MATCH ? AND rowid < ? AND rowid >= ? ORDER BY rowid DESC LIMIT ?");
  const matchTimed = store.sql<{ seq: number }>("search.match-timed", "SELECT words.rowid AS seq FROM words JOIN facts ON facts.seq = words.rowid WHERE words MATCH ? AND words.rowid < ? AND words.rowid >= ? AND facts.time >= ? AND facts.time <= ? ORDER BY words.rowid DESC LIMIT ?");
  const firstAfter = store.sql<{ seq: number }>("search.first-after", "SELECT seq FROM facts WHERE time >= ? ORDER BY time, seq LIMIT 1");
  const lastBefore = store.sql<{ seq: number }>("search.last-before", "SELECT seq FROM facts WHERE time <= ? ORDER BY time DESC, seq DESC LIMIT 1");
  const refsTo = store.sql<{ from_seq: number }>("search.refs-to", "SELECT from_seq FROM refs WHERE to_seq = ? ORDER BY from_seq LIMIT 200");
  const readTallies = store.sql<{ kind: string; value: string; n: number }>("search.tallies", "SELECT kind, value, n FROM tallies ORDER BY n DESC LIMIT 500");

  let next = readProgress.get()?.next ?? 0;
  let jumps = readProgress.get()?.clock_jumps ?? 0;
  // A ledger younger than its index (a restored copy): start over.
  if (next > book().size) reset();
  let working: Promise<void> | undefined;
  let closed = false;

  function reset(): void {
    store.transaction(() => {
      for (const table of ["facts", "refs", "tallies"]) store.raw.exec(`DELETE FROM ${table}`);
      store.raw.exec("INSERT INTO words (words) VALUES ('delete-all')");
      store.raw.exec("UPDATE progress SET next = 0, clock_jumps = 0");
    });
    next = 0;
    jumps = 0;
  }

  function indexOne(entry: OpenEntry, tallies: Map<string, number>): number {
    const { seq, leaf } = entry;
    addFact.run([seq, Date.parse(leaf.time)]);
    for (const to of Object.values(leaf.refs ?? {})) addRef.run([to, seq]);
    const facts = factsOf(entry);
    for (const { kind, value } of facts) if (kind !== "session") tallies.set(`${kind}\n${value}`, (tallies.get(`${kind}\n${value}`) ?? 0) + 1);
    addWords.run([seq, textOf(entry), tagsOf(facts)]);
    return leaf.type === "clock-jump" ? 1 : 0;
  }

  /** In slices of a few milliseconds: whoever waits for the core waits no longer than one. */
  async function work(): Promise<void> {
    while (!closed && next < book().size) {
      const from = performance.now();
      store.transaction(() => {
        const tallies = new Map<string, number>();
        let seq = Math.max(next, book().minimum);
        let seen = 0;
        for (const row of book().entries(seq, Math.min(seq + SLICE_ENTRIES, book().size))) {
          seen += indexOne(openRow(book(), row), tallies);
          seq = row.seq + 1;
          if (performance.now() - from > SLICE_MS) break;
        }
        for (const [key, n] of tallies) addTally.run([...(key.split("\n") as [string, string]), n]);
        saveProgress.run([seq, seen]);
        next = seq;
        jumps += seen;
      });
      await turn();
    }
  }

  const catchUp = (): Promise<void> => (working ??= work().finally(() => (working = undefined)));

  function bounds({ fromMs, toMs }: Filter): { readonly low: number; readonly high: number } {
    // Time follows the sequence until somebody moves the clock; after that only the time itself is believed.
    if (jumps > 0) return { low: 0, high: Number.MAX_SAFE_INTEGER };
    return {
      low: fromMs === undefined ? 0 : (firstAfter.get([fromMs])?.seq ?? Number.MAX_SAFE_INTEGER),
      high: toMs === undefined ? Number.MAX_SAFE_INTEGER : (lastBefore.get([toMs])?.seq ?? -1) + 1,
    };
  }

  function page(filter: Filter, before: number, limit: number): number[] {
    const { low, high } = bounds(filter);
    const below = Math.min(before, high);
    if (below <= low) return [];
    const timed = filter.fromMs !== undefined || filter.toMs !== undefined;
    const fromMs = filter.fromMs ?? 0;
    const toMs = filter.toMs ?? Number.MAX_SAFE_INTEGER;
    const match = matchOf(filter);
    const rows = match === "" ? factsDown.all([below, low, fromMs, toMs, limit]) : timed && jumps > 0 ? matchTimed.all([match, below, low, fromMs, toMs, limit]) : matchDown.all([match, below, low, limit]);
    return rows.map(({ seq }) => seq);
  }

  return {
    catchUp,
    get behind() {
      return Math.max(0, book().size - next);
    },
    /** Newest first; `before` is the last one the caller has. Waits for the index only when it is nearly there. */
    async find(filter: Filter, before: number, limit: number): Promise<Found> {
      if (book().size - next <= 4 * SLICE_ENTRIES) await catchUp();
      else void catchUp();
      const seqs = page(filter, before, limit + 1);
      return { seqs: seqs.slice(0, limit), more: seqs.length > limit, behind: this.behind };
    },
    /** How many there are, counted no further than `cap`. */
    count(filter: Filter, cap: number): number {
      return page(filter, Number.MAX_SAFE_INTEGER, cap).length;
    },
    referring: (seq: number): number[] => refsTo.all([seq]).map(({ from_seq }) => from_seq),
    facets(): Facets {
      const all = readTallies.all();
      const of = (kind: string) => all.filter((one) => one.kind === kind).map(({ value, n }) => ({ value, n }));
      return { host: of("host"), actor: of("actor"), type: of("type"), effect: of("effect"), result: of("result") };
    },
    /**
     * Called while the values can still be read: the index drops a word only when it is told which. What was erased is
     * then not findable either, down to the pages of the file; its host, type and time still are, as they are in the leaf.
     */
    forget(seqs: readonly number[], options: { readonly keepsFacts: boolean }): void {
      store.transaction(() => {
        for (const seq of seqs) {
          const row = seq < next ? book().entry(seq) : undefined;
          if (row === undefined) continue;
          const entry = openRow(book(), row);
          dropWords.run([seq, textOf(entry), tagsOf(factsOf(entry))]);
          if (options.keepsFacts) addWords.run([seq, "", tagsOf(factsOf({ ...entry, openings: undefined }))]);
          else store.sql("search.drop-fact", "DELETE FROM facts WHERE seq = ?").run([seq]);
        }
      });
      store.emptyLog();
    },
    reset,
    async [Symbol.asyncDispose]() {
      closed = true;
      await working?.catch(() => undefined);
      store[Symbol.dispose]();
    },
  };
}

type Fact = { readonly kind: "type" | "actor" | "host" | "session" | "effect" | "result"; readonly value: string };

function factsOf({ leaf, openings }: OpenEntry): Fact[] {
  const values = valuesOf(openings ?? []);
  const facts: Fact[] = [{ kind: "type", value: leaf.type }, { kind: "actor", value: `${leaf.actor.kind}:${leaf.actor.id}` }];
  const maybe: [Fact["kind"], string | undefined][] = [["host", leaf.host], ["session", leaf.session], ["effect", effectOf(values)], ["result", resultOf(leaf.type, values)]];
  for (const [kind, value] of maybe) if (value !== undefined) facts.push({ kind, value });
  return facts;
}

const tagsOf = (facts: readonly Fact[]): string => facts.map(({ kind, value }) => tag(kind[0] as string, value)).join(" ");

function textOf({ leaf, openings }: OpenEntry): string {
  let text = `${leaf.type} ${leaf.host ?? ""}\n`;
  for (const value of Object.values(valuesOf(openings ?? []))) for (const word of wordsOf(value)) if (text.length < MAX_TEXT_CHARS) text += `${word.slice(0, MAX_TEXT_CHARS)}\n`;
  return text;
}

/** Words are quoted, so that what an operator types is never a query language; the last word may be unfinished. */
function matchOf(filter: Filter): string {
  const parts: string[] = [];
  const terms = (filter.text ?? "").match(/"[^"]+"|\S+/g) ?? [];
  terms.forEach((term, n) => {
    const clean = term.replaceAll('"', "").trim();
    // A term of punctuation alone holds no word; asking for it would be a syntax error.
    if (!/[\p{L}\p{N}]/u.test(clean)) return;
    parts.push(`text : "${clean}"${n === terms.length - 1 && !term.startsWith('"') ? " *" : ""}`);
  });
  for (const [name, letter] of Object.entries(KINDS) as [keyof typeof KINDS, string][]) {
    const values = filter[name];
    if (values !== undefined && values.length > 0) parts.push(`(${values.map((value) => `tags : "${tag(letter, value)}"`).join(" OR ")})`);
  }
  return parts.join(" AND ");
}
