import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadEmbedding } from "../../src-main/knowledge/embedding.ts";
import { createPassages } from "../../src-main/knowledge/passages.ts";
import { prepareBytes } from "../../src-main/knowledge/prepare.ts";
import { KNOWLEDGE_MIGRATIONS } from "../../src-main/knowledge/tables.ts";
import { createVectorIndex } from "../../src-main/knowledge/vectors.ts";
import { openStore } from "../../src-main/store/index.ts";

type Report = (line: { name: string; value: number; unit: string; ratio?: number; note?: string }) => void;
const WORDS = "disk service kernel network address packet mount backup restore cluster quorum node certificate key user group permission log journal timer schedule memory swap process signal socket port firewall route gateway dns resolver package upgrade repository driver module firmware controller battery array volume snapshot replica database query index table lock transaction commit cache latency".split(" ");

function seeded(seed: number): () => number {
  let state = seed;
  return () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 4_294_967_296;
}
const percentile = (values: readonly number[], share: number): number => [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) * share)] ?? 0;

/** --chunks 100000 (default 20000: quick). Text is made from words, zipfian, so that word lists are as uneven as real ones. */
export async function bench({ flags }: { flags: Record<string, string | boolean> }, report: Report): Promise<void> {
  const wanted = Number(flags["chunks"] ?? 20_000);
  const folder = mkdtempSync(join(tmpdir(), "sena-knowledge-bench-"));
  try {
    const embedding = loadEmbedding(new URL("../../resources/embedding/words.bin", import.meta.url).pathname, "static-1");
    using store = openStore({ path: join(folder, "knowledge.db"), durability: "NORMAL" });
    store.migrate("knowledge", KNOWLEDGE_MIGRATIONS);
    store.sql("source", "INSERT INTO sources VALUES ('s', 'folder', 's', '/s', '', '', 'unsigned', '', 0, 0, 0, '')").run();
    const passages = createPassages({ store, embedding, now: Date.now });
    const random = seeded(3);
    const word = () => (random() < 0.5 ? (WORDS[Math.floor(WORDS.length * random() ** 2)] as string) : `w${Math.floor(20_000 * random() ** 3)}`);
    const document = (n: number) => Array.from({ length: 10 }, (_, section) => `## Section ${section} of ${n}\n\n${Array.from({ length: 70 }, word).join(" ")}\n`).join("\n");
    let chunks = 0;
    const from = performance.now();
    for (let n = 0; chunks < wanted; n += 25) {
      const batch = await Promise.all(Array.from({ length: 25 }, (_, index) => {
        const bytes = Buffer.from(document(n + index));
        return prepareBytes({ path: `d${n + index}.md`, bytes: bytes.byteLength, modifiedAt: 0 }, bytes, embedding);
      }));
      passages.put("s", batch);
      chunks += batch.reduce((sum, ready) => sum + ready.chunks.length, 0);
    }
    const seconds = (performance.now() - from) / 1000;
    report({ name: "ingest", value: chunks / seconds, unit: "chunks/s", note: `${chunks} chunks; reading, chunking, embedding, words and vectors on one thread` });
    const query = () => `how do I ${Array.from({ length: 4 }, () => WORDS[Math.floor(WORDS.length * random())]).join(" ")}`;
    for (let n = 0; n < 20; n += 1) passages.search(query(), 10, {});
    const timed = (work: () => void, times: number) => Array.from({ length: times }, () => {
      const at = performance.now();
      work();
      return performance.now() - at;
    });
    const hybrid = timed(() => passages.search(query(), 10, {}), 100);
    report({ name: "hybrid search p50", value: percentile(hybrid, 0.5), unit: "ms" });
    report({ name: "hybrid search p95", value: percentile(hybrid, 0.95), unit: "ms", note: `${chunks} chunks, warm` });
    const vectors = Array.from({ length: Math.min(chunks, 100_000) }, () => Int8Array.from({ length: embedding.dims }, () => Math.floor(random() * 255) - 127));
    const index = createVectorIndex(embedding.dims);
    vectors.forEach((vector, id) => index.add(id, vector));
    const asked = vectors[0] as Int8Array;
    const ours = percentile(timed(() => index.search(asked, 20), 20), 0.5);
    const flat = new Int8Array(vectors.length * embedding.dims);
    vectors.forEach((vector, at) => flat.set(vector, at * embedding.dims));
    const loop = percentile(timed(() => {
      const scores = new Int32Array(vectors.length);
      for (let row = 0; row < vectors.length; row += 1) {
        let dot = 0;
        for (let d = 0, at = row * embedding.dims; d < embedding.dims; d += 1, at += 1) dot += (flat[at] as number) * (asked[d] as number);
        scores[row] = dot;
      }
      scores.sort();
    }, 20), 0.5);
    report({ name: "vector search", value: ours, unit: "ms", ratio: loop / ours, note: `${vectors.length} vectors; ratio: a bare loop over the same int8 vectors takes so many times as long` });
    report({ name: "memory", value: process.memoryUsage().rss / 1048576, unit: "MiB", note: "whole process, bench vectors included" });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
