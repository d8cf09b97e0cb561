import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { openKnowledge } from "../../../src-main/knowledge/index.ts";
import { wholeFile } from "../../../scripts/hostile-documents.ts";

const root = mkdtempSync(join(tmpdir(), "sena-built-index-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const file = (path: string) => new URL(`../../../${path}`, import.meta.url).pathname;
const BUILT = file("dist/index-worker.mjs");

describe.skipIf(!existsSync(BUILT))("the index thread as it is built (NOT TESTED without dist/: node scripts/build.mjs)", () => {
  it("reads every kind of document, finds words and meaning through sqlite-vec, and starts again from its file", { timeout: 120_000 }, async () => {
    const docs = join(root, "docs");
    mkdirSync(docs);
    writeFileSync(join(docs, "raid.md"), "# RAID\n\nMove the quorum witness before the nodes are stopped.\n");
    for (const kind of ["pdf", "docx"] as const) writeFileSync(join(docs, `whole.${kind}`), wholeFile(kind));
    const needs = { dbPath: join(root, "knowledge.db"), embeddingFile: file("resources/embedding/words.bin"), entry: BUILT, reveal: async () => "", barred: () => undefined };
    const search = { limit: 10, filter: {}, remembersGap: false } as const;
    {
      await using knowledge = openKnowledge(needs);
      const [state] = await knowledge.sync((await knowledge.add({ path: docs, name: "docs", product: "", environment: "" })).id);
      expect(state).toMatchObject({ documents: 3, problems: 0, problem: "" });
      expect((await knowledge.search("how do I move the quorum witness", search)).passages[0]).toMatchObject({ path: "raid.md", found: "both" });
      expect(await knowledge.meaning()).toMatchObject({ embedding: "static-1", problem: "" });
    }
    await using again = openKnowledge(needs);
    expect((await again.search("how do I move the quorum witness", search)).passages[0]?.path).toBe("raid.md");
  });
});
