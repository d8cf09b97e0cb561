import type { Store } from "../store/index.ts";
import { positionOf } from "./chunk.ts";
import { conflictOf, isSame, sketchOf, type Sketch } from "./compare.ts";
import type { Asked, Meaning } from "./meaning.ts";
import { newerFirst } from "./newer-first.ts";
import type { Conflict, Filter, Passage, Trust } from "./port.ts";
import { readQuery } from "./query.ts";
import { isLater, versionOf, type Version } from "./versions.ts";
import { createVotes, type Vote } from "./votes.ts";
import { createWordSearch } from "./word-search.ts";

type Row = { id: number; document_id: number; heading: string; text: string; line_from: number; line_to: number; part: string; path: string; title: string; format: string; modified_at: number; url: string; outdated: string; source_id: string; source: string; trust: Trust };
export type Question = { readonly query: string; readonly limit: number; readonly filter: Filter; readonly mode: "hybrid" | "words"; readonly isTyping: boolean; /** Of the question; undefined when words must do. */ readonly asked: Asked | undefined };

const CANDIDATES = 120;
/** A question is answered better by several documents than by ten passages of one. */
const PER_DOCUMENT = 2;
const LEADS = 40;
/** So many passages behind the last that is shown are looked at too: a later version of one that is shown may be among them. */
const FURTHER = 20;
/** Of beginnings, too, words lead. */
const LEAD_MEANING = 0.7;
/** How many passages the words of a question may cost, its synonyms, the beginnings of documents. */
const ROWS = { words: 3_000, synonyms: 2_000, leads: 2_000, typing: 2_000 } as const;
/** A date is checked after ranking: so many are ranked then. */
const DATED = 2_000;

/** What a source is called in the word index. */
export const scopeOf = (sourceId: string): string => sourceId.replaceAll("_", "");

export function createSearch({ store, meaning }: { readonly store: Store; readonly meaning: Meaning }) {
  const passages = createWordSearch(store, "chunk_words", [0, 4, 2, 1]);
  const leads = createWordSearch(store, "lead_words", [0, 2, 1]);
  const sql = {
    row: store.sql<Row>("passage", "SELECT c.id, c.document_id, c.heading, c.text, c.line_from, c.line_to, c.part, d.path, d.title, d.format, d.modified_at, d.url, d.outdated, s.id AS source_id, s.name AS source, s.trust FROM chunks c JOIN documents d ON d.id = c.document_id JOIN sources s ON s.id = d.source_id WHERE c.id = ?"),
    since: store.sql<{ id: number }>("passages-since", "SELECT c.id FROM json_each(?) j JOIN chunks c ON c.id = j.value JOIN documents d ON d.id = c.document_id WHERE d.modified_at >= ?"),
    documents: store.sql<{ id: number; document_id: number }>("documents-of-passages", "SELECT c.id, c.document_id FROM json_each(?) j JOIN chunks c ON c.id = j.value"),
    sources: store.sql<{ id: string; product: string; environment: string; trust: Trust }>("filter-sources", "SELECT id, product, environment, trust FROM sources"),
  };

  /** The sources a filter leaves; undefined when it names none. */
  function within(filter: Filter): string[] | undefined {
    if (filter.sources === undefined && filter.product === undefined && filter.environment === undefined && filter.trust === undefined) return undefined;
    return sql.sources.all().filter((source) => (filter.sources?.includes(source.id) ?? true) && (filter.product === undefined || source.product === filter.product) && (filter.environment === undefined || source.environment === filter.environment) && (filter.trust === undefined || source.trust === filter.trust)).map(({ id }) => id);
  }

  const documentsOf = (ids: readonly number[]) => sql.documents.all([JSON.stringify(ids)]);

  function votesOn({ query, filter, mode, isTyping, asked }: Question): { readonly scores: ReadonlyMap<number, Vote>; readonly spreads: boolean } {
    const votes = createVotes();
    const read = readQuery(query, isTyping);
    const sources = within(filter);
    if (read.terms.length === 0 || sources?.length === 0) return { scores: new Map(), spreads: false };
    const scope = sources === undefined ? undefined : `scope : (${sources.map((id) => `"${scopeOf(id)}"`).join(" OR ")})`;
    const dated = (ids: readonly { id: number }[], keep: number) => {
      if (filter.fromMs === undefined) return ids;
      const there = new Set(sql.since.all([JSON.stringify(ids.map(({ id }) => id)), filter.fromMs]).map(({ id }) => id));
      return ids.filter(({ id }) => there.has(id)).slice(0, keep);
    };
    const many = (count: number) => (filter.fromMs === undefined ? count : DATED);
    votes.forPassages(dated(passages.search(read, many(CANDIDATES), isTyping ? ROWS.typing : ROWS.words, scope), CANDIDATES), 1, "word");
    if (mode === "words") return { scores: votes.told(documentsOf), spreads: false };
    const others = { terms: [...read.terms, ...read.others], must: [] };
    if (read.others.length > 0 && !isTyping) votes.forPassages(dated(passages.search(others, many(CANDIDATES), ROWS.synonyms, scope), CANDIDATES), read.synonymWeight, "word");
    if (read.leadWeight > 0) votes.forLeads(dated(leads.search(read.others.length > 0 ? others : read, many(LEADS), isTyping ? ROWS.typing : ROWS.leads, scope), LEADS), read.leadWeight, "word");
    if (asked !== undefined && read.meaningWeight > 0) {
      const near = meaning.search(asked, CANDIDATES, read.leadWeight > 0 ? LEADS : 0, { sources, fromMs: filter.fromMs });
      votes.forPassages(dated(near.passages, CANDIDATES), read.meaningWeight, "meaning");
      votes.forLeads(dated(near.leads, LEADS), LEAD_MEANING * read.leadWeight, "meaning");
    }
    return { scores: votes.told(documentsOf), spreads: read.leadWeight > 0 };
  }

  return {
    changed(count: number): void {
      passages.changed(count);
      leads.changed(count);
    },
    search(question: Question): Passage[] {
      const { scores, spreads } = votesOn(question);
      const ranked = [...scores].sort(([a, x], [b, y]) => y.score - x.score || a - b);
      return fold(ranked, question.limit, spreads ? PER_DOCUMENT : Number.POSITIVE_INFINITY);
    },
  };

  /** Copies become one result that says how often it stands elsewhere; passages that contradict each other say so. */
  function fold(ranked: readonly (readonly [number, Vote])[], limit: number, perDocument: number): Passage[] {
    const perDocumentSoFar = new Map<number, number>();
    const found: Found[] = [];
    for (const [id, vote] of ranked) {
      const row = sql.row.get([id]);
      if (row === undefined) continue;
      const before = perDocumentSoFar.get(row.document_id) ?? 0;
      if (before >= perDocument) continue;
      const sketch = sketchOf(row.text);
      const twin = found.find((one) => isSame(one.sketch, sketch));
      const version = versionOf(row);
      if (twin !== undefined) {
        // The same words in two versions: the later one is what people should be sent to.
        if (isLater(version, twin.version)) Object.assign(twin, { row, version });
        twin.folded += 1;
        continue;
      }
      if (found.length >= limit + FURTHER) break;
      perDocumentSoFar.set(row.document_id, before + 1);
      found.push({ row, vote, sketch, version, folded: 0 });
    }
    const shown = newerFirst(found).slice(0, limit);
    return shown.map(({ row, vote, sketch, folded, later }) => {
      const conflicts = shown.flatMap((other): Conflict[] => {
        const differs = other.row.document_id === row.document_id ? undefined : conflictOf(sketch, other.sketch);
        return differs === undefined ? [] : [{ chunkId: other.row.id, source: other.row.source, path: other.row.path, modifiedAt: other.row.modified_at, ...differs }];
      });
      return { ...passageOf(row, vote, folded), conflicts: conflicts.slice(0, 5), outdated: outdated(row, conflicts, later?.row) };
    });
  }
}

type Found = { row: Row; vote: Vote; sketch: Sketch; version: Version | undefined; folded: number };

const MONTH_MS = 30 * 86_400_000;
/** A document that a newer one contradicts is as doubtful as one that calls itself obsolete. */
const outdated = (row: Row, conflicts: readonly Conflict[], later: Row | undefined): string => {
  if (row.outdated !== "") return row.outdated;
  if (later !== undefined) return `there is a later version: ${later.source}/${later.path}`;
  const newer = conflicts.find(({ modifiedAt }) => modifiedAt > row.modified_at + MONTH_MS);
  return newer === undefined ? "" : `a newer document says otherwise: ${newer.source}/${newer.path}`;
};

const passageOf = (row: Row, { score, isWord, isMeaning }: Vote, folded: number): Omit<Passage, "conflicts" | "outdated"> => ({
  chunkId: row.id,
  documentId: row.document_id,
  score: Math.round(score * 10_000) / 10_000,
  source: row.source,
  sourceId: row.source_id,
  path: row.path,
  title: row.title,
  heading: row.heading,
  position: positionOf({ part: row.part, from: row.line_from, to: row.line_to }),
  text: row.text,
  modifiedAt: row.modified_at,
  url: row.url,
  trust: row.trust,
  folded,
  found: isWord && isMeaning ? "both" : isWord ? "words" : "meaning",
});
