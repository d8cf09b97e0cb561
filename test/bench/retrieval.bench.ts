import { existsSync, lstatSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { cp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadEmbedding } from "../../src-main/knowledge/embedding.ts";
import { askedOf, embedderOf, openMeaning } from "../../src-main/knowledge/meaning.ts";
import { createPassages } from "../../src-main/knowledge/passages.ts";
import { prepare } from "../../src-main/knowledge/prepare.ts";
import { KNOWLEDGE_MIGRATIONS } from "../../src-main/knowledge/tables.ts";
import { openStore } from "../../src-main/store/index.ts";
import { KEYWORDS, QUESTIONS, type Question } from "./retrieval-questions.ts";
import { SECOND_KEYWORDS, SECOND_QUESTIONS } from "./retrieval-second.ts";
import type { Flags } from "./options.ts";

type Report = (line: { name: string; value: number; unit: string; ratio?: number; note?: string }) => void;
const DOCUMENTATION = "/usr/share/doc";
const EMBEDDING = new URL("../../resources/embedding/words.bin", import.meta.url).pathname;

/** The manual pages and the documentation this machine's Debian packages brought: sections of what operators use, one page once. */
function collection(): string[] {
  const names: string[] = [];
  for (const section of ["1", "5", "7", "8"]) {
    const from = `/usr/share/man/man${section}`;
    if (!existsSync(from)) continue;
    for (const name of readdirSync(from).filter((file) => file.endsWith(".gz") && !/^google|^gcloud/.test(file))) names.push(join(from, name));
  }
  if (existsSync(DOCUMENTATION)) names.push(...readdirSync(DOCUMENTATION, { recursive: true, encoding: "utf8" }).filter((file) => /(^|\/)(README[^/]*|[^/]+\.(txt|md|html|rst))(\.gz)?$/i.test(file) && !/changelog|copyright|news/i.test(file)).map((file) => join(DOCUMENTATION, file)).filter(isDocument));
  return names.sort();
}
/** Links lead to documents that are listed under their own name. */
const isDocument = (path: string): boolean => {
  const found = lstatSync(path);
  return found.isFile() && found.size > 1_000 && found.size < 400_000;
};

const pageOf = (path: string): string => (path.split("/").at(-1) ?? "").replace(/\.gz$/, "");

/** How often one of the wanted pages is among the first ten passages' pages, and how high. */
function score(questions: readonly Question[], search: (ask: string) => readonly string[]): { readonly recall: number; readonly mrr: number; readonly missed: readonly string[] } {
  let hits = 0;
  let reciprocal = 0;
  const missed: string[] = [];
  for (const { ask, page } of questions) {
    const rank = search(ask).slice(0, 10).findIndex((found) => page.includes(found));
    if (rank < 0) missed.push(ask);
    else {
      hits += 1;
      reciprocal += 1 / (rank + 1);
    }
  }
  return { recall: hits / questions.length, mrr: reciprocal / questions.length, missed };
}

export const OPTIONS = { keep: { type: "string" }, embedding: { type: "string" }, misses: { type: "boolean" } } as const;

export async function bench({ flags }: { readonly flags: Flags<typeof OPTIONS> }, report: Report): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "sena-retrieval-"));
  const kept = typeof flags.keep === "string" ? flags.keep : undefined;
  try {
    const embedding = existsSync(EMBEDDING) ? loadEmbedding(typeof flags.embedding === "string" ? flags.embedding : EMBEDDING, "static-1") : undefined;
    const dbPath = join(folder, "knowledge.db");
    if (kept !== undefined && existsSync(kept)) await cp(kept, dbPath);
    using store = openStore({ path: dbPath, durability: "NORMAL" });
    store.migrate("knowledge", KNOWLEDGE_MIGRATIONS);
    await using meaning = openMeaning({ store, now: Date.now });
    if (embedding !== undefined) meaning.use(embedderOf(embedding));
    await meaning.settled();
    const passages = createPassages({ store, meaning, now: Date.now });
    const pages = collection();
    if (pages.length < 200) return report({ name: "retrieval", value: 0, unit: "recall@10", note: "NOT MEASURED: this machine has no manual pages (apt-get install man-db manpages)" });
    if (store.sql<{ n: number }>("count", "SELECT count(*) AS n FROM sources").get()?.n === 0) {
      store.sql("source", "INSERT INTO sources (id, kind, name, location, product, environment, trust, signer, created_at, checked_at, changed_at, problem) VALUES ('man', 'folder', 'man', '/usr/share/man', '', '', 'unsigned', '', 0, 0, 0, '')").run();
      for (let at = 0; at < pages.length; at += 50) passages.put("man", await Promise.all(pages.slice(at, at + 50).map((path) => prepare(path, path, embedding))));
      if (kept !== undefined) {
        store.raw.pragma("wal_checkpoint(TRUNCATE)");
        await cp(dbPath, kept);
      }
    }
    const present = new Set(pages.map(pageOf));
    const askable = (questions: readonly Question[]) => questions.filter(({ page }) => page.some((name) => present.has(name)));
    const chunks = store.sql<{ n: number }>("count-chunks", "SELECT count(*) AS n FROM chunks").get()?.n ?? 0;
    report({ name: "collection", value: chunks, unit: "passages", note: `${pages.length} manual pages and documents of Debian packages` });
    for (const [name, questions] of [["operators' questions", askable(QUESTIONS)], ["unseen questions", askable(SECOND_QUESTIONS)], ["keyword-like queries", askable(KEYWORDS)], ["unseen keyword queries", askable(SECOND_KEYWORDS)]] as const) {
      const found = (mode: "hybrid" | "words") => (ask: string) => passages.search({ query: ask, limit: 10, filter: {}, mode, isTyping: false, asked: askedOf(embedding, ask) }).map(({ path }) => pageOf(path));
      const words = score(questions, found("words"));
      const hybrid = score(questions, found("hybrid"));
      report({ name: `${name}: words alone (BM25)`, value: words.recall, unit: "recall@10", note: `${questions.length} queries, MRR ${words.mrr.toFixed(3)}` });
      report({ name: `${name}: hybrid`, value: hybrid.recall, unit: "recall@10", ratio: hybrid.recall / words.recall, note: `MRR ${hybrid.mrr.toFixed(3)}, words alone ${words.mrr.toFixed(3)}` });
      if (flags.misses === true) report({ name: `${name}: missed`, value: hybrid.missed.length, unit: "queries", note: hybrid.missed.join(" · ") });
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
