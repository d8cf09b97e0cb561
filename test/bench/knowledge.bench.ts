import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadEmbedding, type Embedding } from "../../src-main/knowledge/embedding.ts";
import { openKnowledge } from "../../src-main/knowledge/index.ts";
import { askedOf, embedderOf, openMeaning, type Asked } from "../../src-main/knowledge/meaning.ts";
import { createPassages } from "../../src-main/knowledge/passages.ts";
import { KNOWLEDGE_MIGRATIONS } from "../../src-main/knowledge/tables.ts";
import { createVectorIndex } from "../../src-main/knowledge/vectors.ts";
import { openStore } from "../../src-main/store/index.ts";
import type { Flags } from "./options.ts";

const EMBEDDING = new URL("../../resources/embedding/words.bin", import.meta.url).pathname;

type Report = (line: { name: string; value: number; unit: string; ratio?: number; note?: string }) => void;
const WORDS = "disk service kernel network address packet mount backup restore cluster quorum node certificate key user group permission log journal timer schedule memory swap process signal socket port firewall route gateway dns resolver package upgrade repository driver module firmware controller battery array volume snapshot replica database query index table lock transaction commit cache latency".split(" ");
const VOCABULARY = 30_000;

function seeded(seed: number): () => number {
  let state = seed;
  return () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 4_294_967_296;
}
const percentile = (values: readonly number[], share: number): number => [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) * share)] ?? 0;
const timed = (work: () => void, times: number): number[] => Array.from({ length: times }, () => {
  const at = performance.now();
  work();
  return performance.now() - at;
});

/** With the memory settings of a core. */
export const isMeasuredAsCore = true;

export const OPTIONS = { chunks: { type: "string" } } as const;

/**
 * --chunks 100000 (default 20000: quick; 1000000 takes some minutes). Text is made of words by Zipf's law, so that word lists are
 * as uneven as real ones: every passage holds many of the sixty commonest. Questions come in two kinds, from ranks 20 to 3000 as
 * real ones do, and the worst there is: of the sixty commonest alone. Taken in as the app does it: a folder, its two threads.
 */
export async function bench({ flags }: { readonly flags: Flags<typeof OPTIONS> }, report: Report): Promise<void> {
  const wanted = Number(flags.chunks ?? 20_000);
  const folder = mkdtempSync(join(tmpdir(), "sena-knowledge-bench-"));
  try {
    const path = join(folder, "knowledge.db");
    const random = seeded(3);
    const zipf = (least: number, most: number): string => {
      const rank = Math.floor(least * (most / least) ** random());
      return WORDS[rank] ?? `w${rank}`;
    };
    const sections = wanted > 200_000 ? 40 : 10;
    const document = (n: number) => Array.from({ length: sections }, (_, section) => `## Section ${section} of ${n}\n\n${Array.from({ length: 70 }, () => zipf(1, VOCABULARY)).join(" ")}\n`).join("\n");
    mkdirSync(join(folder, "documents"));
    for (let n = 0; n * sections < wanted; n += 1) writeFileSync(join(folder, "documents", `d${n}.md`), document(n));
    const chunks = await takeIn({ folder, path, report });
    const embedding = loadEmbedding(EMBEDDING, "static-1");
    using store = openStore({ path, durability: "NORMAL" });
    store.migrate("knowledge", KNOWLEDGE_MIGRATIONS);
    await using meaning = openMeaning({ store, now: Date.now });
    meaning.use(embedderOf(embedding));
    await meaning.settled();
    const passages = createPassages({ store, meaning, now: Date.now });
    const ask = (least: number, most: number) => {
      const query = `how do I ${Array.from({ length: 4 }, () => zipf(least, most)).join(" ")}`;
      return passages.search({ query, limit: 10, filter: {}, mode: "hybrid", isTyping: false, asked: askedOf(embedding, query) });
    };
    for (const [name, least, most] of [["", 20, 3_000], [" of common words", 1, WORDS.length]] as const) {
      for (let n = 0; n < 30; n += 1) ask(least, most);
      const hybrid = timed(() => ask(least, most), 150);
      report({ name: `hybrid search${name} p50`, value: percentile(hybrid, 0.5), unit: "ms" });
      report({ name: `hybrid search${name} p95`, value: percentile(hybrid, 0.95), unit: "ms", note: `${chunks} chunks, warm` });
    }
    report({ name: "memory after searching", value: process.memoryUsage().rss / 1_048_576, unit: "MiB", note: "whole process" });
    compareVectors(embedding, Math.min(chunks, 100_000), random, report);
    const query = askedOf(embedding, "restore the database from a snapshot") as Asked;
    const exact = percentile(timed(() => meaning.nearestExactly(query, 20), 5), 0.5);
    const nearest = new Set(meaning.nearestExactly(query, 20).map(({ id }) => id));
    const found = meaning.search(query, 20, 0, { sources: undefined, fromMs: undefined }).passages.filter(({ id }) => nearest.has(id)).length;
    report({ name: "sqlite-vec exact scan", value: exact, unit: "ms", note: `its own int8 scan of all ${meaning.size}; ${found} of its 20 nearest are those of the quick search` });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** From the first look at the folder until everything in it can be found. */
async function takeIn({ folder, path, report }: { readonly folder: string; readonly path: string; readonly report: Report }): Promise<number> {
  const entry = new URL("../../src-main/knowledge/index-worker.ts", import.meta.url).pathname;
  await using knowledge = openKnowledge({ dbPath: path, embeddingFile: EMBEDDING, entry, reveal: async () => "", barred: () => undefined });
  await knowledge.saved();
  let most = 0;
  const watch = setInterval(() => (most = Math.max(most, process.memoryUsage.rss())), 50);
  const from = performance.now();
  const { id } = await knowledge.add({ path: join(folder, "documents"), name: "documents", product: "", environment: "" });
  const [state] = await knowledge.sync(id);
  const ms = performance.now() - from;
  clearInterval(watch);
  const chunks = state?.passages ?? 0;
  report({ name: "ingest", value: (chunks / ms) * 1000, unit: "chunks/s", note: `${chunks} chunks of ${state?.documents ?? 0} files, as the app does it: found, read, cut, embedded, words and vectors kept` });
  report({ name: "memory", value: most / 1_048_576, unit: "MiB", note: `the most of the whole process while ${chunks} chunks were taken in` });
  report({ name: "on disk", value: statSync(path).size / 1_048_576, unit: "MiB" });
  return chunks;
}

/** Signs first, exact scores after, against a bare loop over the same int8 vectors. */
function compareVectors({ dims }: Embedding, count: number, random: () => number, report: Report): void {
  const flat = new Int8Array(count * dims);
  for (let at = 0; at < flat.length; at += 1) flat[at] = Math.floor(random() * 255) - 127;
  const index = createVectorIndex({ dims });
  for (let id = 0; id < count; id += 1) index.add({ id: id + 1, vector: flat.subarray(id * dims, (id + 1) * dims), source: 0, day: 0, isLead: false });
  const asked = flat.slice(0, dims);
  const ours = percentile(timed(() => index.search(asked, 20, 0), 20), 0.5);
  const scores = new Int32Array(count);
  const loop = percentile(timed(() => {
    for (let row = 0; row < count; row += 1) {
      let dot = 0;
      for (let d = 0, at = row * dims; d < dims; d += 1, at += 1) dot += (flat[at] as number) * (asked[d] as number);
      scores[row] = dot;
    }
  }, 10), 0.5);
  report({ name: "vector search", value: ours, unit: "ms", ratio: loop / ours, note: `${count} vectors; ratio: a bare loop over the same int8 vectors, without even picking the best, takes so many times as long (${loop.toFixed(1)} ms)` });
}
