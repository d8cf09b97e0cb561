import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { loadEmbedding } from "../../../src-main/knowledge/embedding.ts";
import { embedderOf, openMeaning } from "../../../src-main/knowledge/meaning.ts";
import { createPassages } from "../../../src-main/knowledge/passages.ts";
import { prepareBytes } from "../../../src-main/knowledge/prepare.ts";
import { KNOWLEDGE_MIGRATIONS } from "../../../src-main/knowledge/tables.ts";
import { openStore } from "../../../src-main/store/index.ts";

const root = mkdtempSync(join(tmpdir(), "sena-embedding-model-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const embedding = loadEmbedding(new URL("../../../resources/embedding/words.bin", import.meta.url).pathname, "static-1");

describe("an embedding model of the operator", () => {
  it("takes over once every passage has its vector, embeds what comes later, and leaves the built-in one to answer when it is away", async () => {
    using store = openStore({ path: join(root, "knowledge.db"), durability: "NORMAL" });
    store.migrate("knowledge", KNOWLEDGE_MIGRATIONS);
    store.sql("source", "INSERT INTO sources (id, kind, name, location, product, environment, trust, signer, created_at, checked_at, changed_at, problem) VALUES ('kb_1', 'folder', 's', '/s', '', '', 'unsigned', '', 0, 0, 0, '')").run();
    await using meaning = openMeaning({ store, now: Date.now });
    meaning.use(embedderOf(embedding));
    await meaning.settled();
    const passages = createPassages({ store, meaning, now: Date.now });
    const put = async (from: number, to: number) => {
      const batch = [];
      for (let n = from; n < to; n += 1) {
        const bytes = Buffer.from(`# Page ${n}\n\nThe chiller of hall ${n} hums at night.\n`);
        batch.push(await prepareBytes({ path: `${n}.md`, bytes: bytes.length, modifiedAt: 0 }, bytes, embedding));
      }
      passages.put("kb_1", batch);
    };
    await put(0, 450);
    let seen = 0;
    let isAway = false;
    const halls: string[] = [];
    meaning.useModel({ id: "model-a", dims: 64, embed: async (texts) => {
      if (isAway) throw new Error("not loaded");
      seen += texts.length;
      halls.push(meaning.state().embedding);
      return texts.map((text) => Int8Array.from({ length: 64 }, (_, d) => Math.round(Math.sin((Number(/hall (\d+)/.exec(text)?.[1] ?? 0) + 1) * (d + 1)) * 100)));
    } });
    expect(meaning.state()).toMatchObject({ embedding: "static-1", next: "model-a" });
    await meaning.settled();
    expect([seen, new Set(halls)]).toEqual([450, new Set(["static-1"])]);
    expect(meaning.state()).toMatchObject({ embedding: "model-a", next: "", problem: "" });
    const nearest = async (question: string) => {
      const asked = await meaning.asked(question);
      return { by: asked?.embeddingId, id: asked && meaning.search(asked, 1, 0, { sources: undefined, fromMs: undefined }).passages[0]?.id };
    };
    expect(await nearest("hall 321")).toEqual({ by: "model-a", id: 322 });
    await put(450, 460);
    await meaning.settled();
    expect(await nearest("hall 455")).toEqual({ by: "model-a", id: 456 });
    expect(seen).toBe(462);
    isAway = true;
    expect((await nearest("disk service restart")).by).toBe("static-1");
    meaning.useModel(undefined);
    passages.remove(passages.known("kb_1").map(({ id }) => id));
    for (const table of ["vectors_1", "vectors_2"]) expect(store.sql<{ n: number }>("left", `SELECT count(*) AS n FROM ${table}`).get()).toEqual({ n: 0 });
  });
});
