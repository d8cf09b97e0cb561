import Database from "better-sqlite3";
import { load } from "sqlite-vec";
import { fork } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { writeHostile, writeHostileNames, wholeFile } from "../../../scripts/hostile-documents.ts";
import { openKnowledge } from "../../../src-main/knowledge/index.ts";

const root = mkdtempSync(join(tmpdir(), "sena-knowledge-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const source = (file: string) => new URL(`../../../${file}`, import.meta.url).pathname;
const places = (name: string) => {
  const docs = join(root, name, "docs");
  mkdirSync(docs, { recursive: true });
  return { docs, dbPath: join(root, name, "knowledge.db") };
};
const open = (dbPath: string, more: Pick<Parameters<typeof openKnowledge>[0], "rank"> = {}) => openKnowledge({ ...more, dbPath, embeddingFile: source("resources/embedding/words.bin"), entry: source("src-main/knowledge/index-worker.ts"), reveal: async () => "", barred: () => undefined });
const ANY = { limit: 10, filter: {}, remembersGap: false } as const;
const add = (path: string) => ({ path, name: "docs", product: "", environment: "" });
const eventually = async (holds: () => Promise<boolean>, withinMs = 5_000): Promise<boolean> => {
  for (const until = Date.now() + withinMs; Date.now() < until; await new Promise((resolve) => setTimeout(resolve, 100))) if (await holds()) return true;
  return false;
};
/** Passages without a document, words without a passage, vectors without one: there must be none. */
const orphans = (dbPath: string): Record<string, number> => {
  const db = new Database(dbPath, { readonly: true });
  load(db);
  const count = (sql: string) => (db.prepare(sql).get() as { n: number }).n;
  const found = {
    chunks: count("SELECT count(*) n FROM chunks WHERE document_id NOT IN (SELECT id FROM documents)"),
    vectors: count("SELECT count(*) n FROM vectors_1 WHERE chunk_id NOT IN (SELECT id FROM chunks)"),
    words: Math.abs(count("SELECT count(*) n FROM chunk_words") - count("SELECT count(*) n FROM chunks")),
    twice: count("SELECT count(*) n FROM (SELECT source_id, path FROM documents GROUP BY 1, 2 HAVING count(*) > 1)"),
  };
  db.close();
  return found;
};
const NONE = { chunks: 0, vectors: 0, words: 0, twice: 0 };

describe("a watched folder", () => {
  it("is searchable within five seconds of an edit, and forgets what is deleted, its vectors too", async () => {
    const { docs, dbPath } = places("watched");
    writeFileSync(join(docs, "raid.md"), "# RAID\n\nReplace the backup battery of the controller.\n");
    await using knowledge = open(dbPath);
    const { id } = await knowledge.add(add(docs));
    await knowledge.sync(id);
    const [first] = (await knowledge.search("controller battery", ANY)).passages;
    expect(first).toMatchObject({ path: "raid.md", position: "line 3", heading: "RAID", trust: "unsigned" });
    writeFileSync(join(docs, "raid.md"), "# RAID\n\nThe quorum witness lives elsewhere.\n");
    expect(await eventually(async () => (await knowledge.search("quorum witness", ANY)).passages[0]?.path === "raid.md")).toBe(true);
    rmSync(join(docs, "raid.md"));
    expect(await eventually(async () => (await knowledge.search("quorum witness", ANY)).passages.length === 0)).toBe(true);
    const db = new Database(dbPath, { readonly: true });
    load(db);
    expect(db.prepare("SELECT (SELECT count(*) FROM vectors_1) + (SELECT count(*) FROM chunks) + (SELECT count(*) FROM lead_words) AS n").get()).toEqual({ n: 0 });
    db.close();
  });

  it("keeps what it knows while its place is away", async () => {
    const { docs, dbPath } = places("away");
    writeFileSync(join(docs, "a.md"), "# A\n\nunmounted shares are not deletions\n");
    await using knowledge = open(dbPath);
    const { id } = await knowledge.add(add(docs));
    await knowledge.sync(id);
    rmSync(docs, { recursive: true });
    const [state] = await knowledge.sync(id);
    expect(state?.problem).toContain("is not there");
    expect((await knowledge.search("unmounted shares", ANY)).passages).toHaveLength(1);
  });

  it("opens a document at the passage, folds what is copied, and remembers what found nothing", async () => {
    const { docs, dbPath } = places("view");
    for (const name of ["a.md", "b.md"]) writeFileSync(join(docs, name), "# Fans\n\nSpin the chassis fans up before the firmware update.\n");
    await using knowledge = open(dbPath);
    await knowledge.sync((await knowledge.add(add(docs))).id);
    const { passages } = await knowledge.search("chassis fans", ANY);
    expect(passages).toHaveLength(1);
    expect(passages[0]?.folded).toBe(1);
    const view = await knowledge.document(passages[0]?.chunkId ?? 0);
    expect(view.passages.map(({ position }) => position)).toEqual(["line 3"]);
    const [changed] = await knowledge.changes(1);
    expect((await knowledge.opened(changed?.documentId ?? 0)).passages.map(({ text }) => text)).toEqual(["Spin the chassis fans up before the firmware update."]);
    await knowledge.search("zzqx wvvk", { ...ANY, remembersGap: true });
    await knowledge.search("chassis fans", { ...ANY, remembersGap: true });
    expect((await knowledge.gaps()).map(({ query }) => query)).toEqual(["zzqx wvvk"]);
  });
});

describe("two versions of one document", () => {
  const STEPS = "Drain the node first. Then stop the replication agent, wait until the quorum has settled, and promote the standby.";

  it("are found with the later one first, whichever fits better, and the older one says where the later is", async () => {
    const { docs, dbPath } = places("versions");
    writeFileSync(join(docs, "failover-v1.9.md"), `# Failover\n\n${STEPS} Failover failover failover: call the desk.\n`);
    writeFileSync(join(docs, "failover-v1.10.md"), `# Failover\n\n${STEPS} Tell the people on call, by the new system.\n`);
    writeFileSync(join(docs, "cabling.md"), "# Cabling\n\nThe failover cable is red.\n");
    await using knowledge = open(dbPath);
    await knowledge.sync((await knowledge.add(add(docs))).id);
    const { passages } = await knowledge.search("failover call desk", ANY);
    expect(passages.filter(({ path }) => path !== "cabling.md").map(({ path, outdated }) => [path, outdated])).toEqual([["failover-v1.10.md", ""], ["failover-v1.9.md", "there is a later version: docs/failover-v1.10.md"]]);
  });

  it("that say the same are one result, and it is the later one; reports of one form stay what they are", async () => {
    const { docs, dbPath } = places("version-copies");
    for (const version of [1, 2, 3]) writeFileSync(join(docs, `drain-v${version}.md`), `# Drain\n\n${STEPS}\n`);
    for (const [day, what] of [["2026-03-01", "web-01 ran out of memory because a cache grew without a bound"], ["2026-03-09", "the intranet was slow while the backup of db-01 took every disk"]]) writeFileSync(join(docs, `incident-${day}.md`), `# Incident\n\nWhat happened: ${what}. Severity: two. Told: the people on call.\n`);
    await using knowledge = open(dbPath);
    await knowledge.sync((await knowledge.add(add(docs))).id);
    expect((await knowledge.search("drain the node quorum", ANY)).passages[0]).toMatchObject({ path: "drain-v3.md", folded: 2, outdated: "" });
    expect((await knowledge.search("incident people on call severity", ANY)).passages.filter(({ path }) => path.startsWith("incident")).map(({ outdated }) => outdated)).toEqual(["", ""]);
  });
});

describe("a reranker", () => {
  it("puts the passages of an answer in its own order and says so; a search that is typed keeps the search's, and so does an answer while it is away", async () => {
    const { docs, dbPath } = places("ranked");
    for (const [name, text] of [["a.md", "the battery, the battery and again the battery"], ["b.md", "a battery lasts five years"], ["c.md", "the battery of the controller is swapped by two people"]]) writeFileSync(join(docs, name ?? ""), `# ${name}\n\n${text}\n`);
    let isAway = false;
    await using knowledge = open(dbPath, { rank: async (_query, passages) => (isAway ? undefined : { scores: passages.map((text) => (text.includes("two people") ? 0.9 : 0.1)), say: "put in order by a test" }) });
    await knowledge.sync((await knowledge.add(add(docs))).id);
    const typed = await knowledge.search("battery", ANY);
    expect([typed.passages.length, typed.passages[0]?.path, typed.order]).toEqual([3, "a.md", ""]);
    const rest = typed.passages.map(({ path }) => path).filter((path) => path !== "c.md");
    const ranked = await knowledge.search("battery", { ...ANY, limit: 2, isForAnswer: true });
    expect([ranked.passages.map(({ path }) => path), ranked.order]).toEqual([["c.md", rest[0]], "put in order by a test"]);
    isAway = true;
    expect(await knowledge.search("battery", { ...ANY, isForAnswer: true })).toMatchObject({ passages: typed.passages, order: "" });
  });
});

describe("a file that is dropped", () => {
  const bytes = Buffer.from("# Rack\n\nThe spare rails lie behind the cooling unit.\n");

  it("comes in pieces, is found when it is whole, and is replaced by one of its name", async () => {
    const { dbPath } = places("dropped-files");
    await using knowledge = open(dbPath);
    expect(await knowledge.drop({ name: "rack.md", from: 0, bytes: bytes.subarray(0, 20), isLast: false })).toBeUndefined();
    expect(await knowledge.drop({ name: "rack.md", from: 20, bytes: bytes.subarray(20), isLast: true })).toMatchObject({ name: "Dropped files", documents: 1, problem: "" });
    expect((await knowledge.search("spare rails", ANY)).passages[0]?.path).toBe("rack.md");
    await knowledge.drop({ name: "rack.md", from: 0, bytes: Buffer.from("# Rack\n\nThe quorum witness is in the other hall, next to the door.\n"), isLast: true });
    expect((await knowledge.search("quorum witness", ANY)).passages).toHaveLength(1);
    expect((await knowledge.search('"spare rails"', ANY)).passages).toEqual([]);
  });

  it("is refused where a piece is missing, and where nothing of its kind is read", async () => {
    await using knowledge = open(places("dropped-badly").dbPath);
    await expect(knowledge.drop({ name: "rack.md", from: 20, bytes, isLast: true })).rejects.toThrow(/a piece of it is missing/);
    await expect(knowledge.drop({ name: "rack.png", from: 0, bytes, isLast: true })).rejects.toThrow(/hold no text/);
    expect(await knowledge.sources()).toEqual([]);
  });
});

describe("a core killed while documents are taken in", () => {
  it("goes on where it was, with no document twice and nothing left over", async () => {
    const { docs, dbPath } = places("killed");
    for (let n = 0; n < 400; n += 1) writeFileSync(join(docs, `page-${n}.md`), `# Page ${n}\n\n${`word${n} about the cluster and its nodes. `.repeat(40)}\n`);
    for (let round = 0; round < 3; round += 1) {
      const child = fork(source("test/integration/knowledge/take-in.ts"), [dbPath, docs], { stdio: "ignore" });
      await new Promise((resolve) => child.once("message", resolve));
      await new Promise((resolve) => setTimeout(resolve, 150 + round * 250));
      child.kill("SIGKILL");
      await new Promise((resolve) => child.once("exit", resolve));
    }
    await using knowledge = open(dbPath);
    const [state] = await knowledge.sync();
    expect(state).toMatchObject({ documents: 400, problem: "" });
    expect((await knowledge.search("word399", ANY)).passages[0]?.path).toBe("page-399.md");
    expect(orphans(dbPath)).toEqual(NONE);
  });
});

describe("a collection", () => {
  it("travels signed, is trusted by its key and by no other, and a changed byte is refused", async () => {
    const here = places("from");
    writeFileSync(join(here.docs, "a.md"), "# Site B\n\nThe generator starts by itself.\n");
    const file = join(root, "b.collection");
    let publicKey = "";
    {
      await using knowledge = open(here.dbPath);
      const { id } = await knowledge.add(add(here.docs));
      await knowledge.sync(id);
      ({ publicKey } = await knowledge.export([id], file));
    }
    await using other = open(places("to").dbPath);
    expect(await other.import(file, [])).toMatchObject({ trust: "unsigned", documents: 1 });
    expect((await other.search("generator", ANY)).passages[0]?.trust).toBe("unsigned");
    await using third = open(places("to2").dbPath);
    expect(await third.import(file, [publicKey])).toMatchObject({ trust: "signed" });
    const { gunzipSync, gzipSync } = await import("node:zlib");
    const { readFileSync } = await import("node:fs");
    writeFileSync(file, gzipSync(gunzipSync(readFileSync(file)).toString().replace("starts by itself", "never starts")));
    await expect(third.import(file, [publicKey])).rejects.toThrow(/not those that were signed/);
  });
});

describe("hostile names", () => {
  it("are read like any other, or listed with what is wrong, and shown as what no screen obeys", async () => {
    const { docs, dbPath } = places("names");
    const count = writeHostileNames(docs);
    await using knowledge = open(dbPath);
    const { id } = await knowledge.add(add(docs));
    const [state] = await knowledge.sync(id);
    const problems = new Map((await knowledge.problems()).map(({ path, what }) => [path, what]));
    const unfound: number[] = [];
    const paths: string[] = [...problems.keys()];
    for (let n = 0; n < count; n += 1) {
      const [first] = (await knowledge.search(`namecase${n}`, ANY)).passages;
      if (first?.text.includes(`namecase${n}.`) === true) paths.push(first.path);
      else unfound.push(n);
    }
    expect({ documents: state?.documents, problem: state?.problem, unfound: unfound.length }).toEqual({ documents: count, problem: "", unfound: problems.size });
    expect([...problems.keys()].sort()).toEqual(["text.docx", "text.eml", "text.gz", "text.md.gz.gz.gz.gz.gz", "text.pdf", "text.tar", "text.tar.gz", "text.tgz", "text.xlsx", "text.zip"]);
    // oxlint-disable-next-line no-control-regex -- they are what must not be there
    expect(paths.filter((path) => /[\u0000-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffd]/u.test(path))).toEqual([]);
    expect(paths).toEqual(expect.arrayContaining(["two<U+000A>lines.md", "invoice<U+202E>fdp.md", "latin-caf<E9>.md", "folder-<E9><U+000A>/inside.md", "__proto__"]));
    const [again] = await knowledge.sync(id);
    expect([again?.changedAt, again?.documents]).toEqual([state?.changedAt, count]);
    expect(orphans(dbPath)).toEqual(NONE);
  });
});

describe("hostile files", () => {
  it("cost themselves only: each is listed with what is wrong, and the good one beside them is found", { timeout: 300_000 }, async () => {
    const { docs, dbPath } = places("hostile");
    const count = writeHostile(docs, 300);
    writeFileSync(join(docs, "good.pdf"), wholeFile("pdf"));
    await using knowledge = open(dbPath);
    const [state] = await knowledge.sync((await knowledge.add(add(docs))).id);
    expect(state).toMatchObject({ documents: count + 1, problem: "" });
    const problems = await knowledge.problems();
    for (const name of ["bomb.zip", "bomb.txt.gz", "nested.zip", "entities.docx", "deep.html", "many.zip", "macro.docm", "nul.txt"]) expect(problems.find(({ path }) => path.endsWith(name))?.what ?? name).not.toBe(name);
    expect((await knowledge.search("replace battery now", { ...ANY, limit: 50 })).passages.find(({ path }) => path === "good.pdf")?.position).toBe("page 1");
    expect(orphans(dbPath)).toEqual(NONE);
  });
});
