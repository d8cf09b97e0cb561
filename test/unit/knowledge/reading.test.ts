import { gzipSync, deflateRawSync } from "node:zlib";
import { zipSync, strToU8 } from "fflate";
import { describe, expect, it } from "vitest";
import { Unreadable } from "../../../src-main/knowledge/blocks.ts";
import { chunkBlocks, positionOf } from "../../../src-main/knowledge/chunk.ts";
import { conflictOf, isSame, outdatedBy, quoteStands, sketchOf } from "../../../src-main/knowledge/compare.ts";
import { extract } from "../../../src-main/knowledge/extract.ts";
import { readQuery } from "../../../src-main/knowledge/query.ts";
import { synonymsOf } from "../../../src-main/knowledge/synonyms.ts";
import { createVectorIndex } from "../../../src-main/knowledge/vectors.ts";
import { split } from "../../../src-main/knowledge/word-search.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const kinds = async (path: string, text: string) => (await extract(path, bytes(text))).blocks.map(({ kind, text: words }) => [kind, words]);

describe("reading documents", () => {
  it("reads Markdown with its headings, its code and its tables whole, each at its lines", async () => {
    const { blocks, title } = await extract("a.md", bytes("# Restore\n\nFirst stop it.\n\n```sh\nsystemctl stop db\n\nrm x\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |\n"));
    expect(title).toBe("Restore");
    expect(blocks.map(({ kind, from, to }) => [kind, from, to])).toEqual([["heading", 1, 1], ["text", 3, 3], ["code", 5, 9], ["table", 11, 13]]);
  });
  it("reads HTML without its scripts", async () => {
    expect(await kinds("a.html", "<title>T</title><h1>Fans</h1><script>alert(1)</script><p>Spin <b>up</b></p><pre>a\n b</pre>")).toEqual([["heading", "Fans"], ["text", "Spin up"], ["code", "a\n b"]]);
  });
  it("reads a manual page, packed or not", async () => {
    const page = ".TH DF 1\n.SH NAME\ndf \\- report file system space usage\n.SH OPTIONS\n.TP\n\\fB\\-h\\fR\nprint sizes in powers of 1024\n";
    expect((await extract("df.1", bytes(page))).format).toBe("man");
    expect((await extract("df.1.gz", gzipSync(page))).blocks.map(({ text }) => text)).toEqual(["NAME", "df - report file system space usage", "OPTIONS", "-h: print sizes in powers of 1024"]);
  });
  it("reads Word, Excel and PowerPoint files with the place of each part", async () => {
    const docx = zipSync({ "word/document.xml": strToU8('<w:document><w:body><w:p><w:pPr><w:pStyle w:val="Heading1"/></w:pPr><w:r><w:t>Backups</w:t></w:r></w:p><w:p><w:r><w:t>Every night &amp; day</w:t></w:r></w:p><w:tbl><w:tr><w:tc><w:p><w:r><w:t>a</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>b</w:t></w:r></w:p></w:tc></w:tr></w:tbl></w:body></w:document>') });
    expect((await extract("a.docx", docx)).blocks.map(({ kind, text, part }) => [kind, text, part])).toEqual([["heading", "Backups", "paragraph 1"], ["text", "Every night & day", "paragraph 2"], ["table", "a | b", "paragraph 3"]]);
    const xlsx = zipSync({ "xl/workbook.xml": strToU8('<workbook><sheets><sheet name="Disks"/></sheets></workbook>'), "xl/sharedStrings.xml": strToU8("<sst><si><t>serial</t></si></sst>"), "xl/worksheets/sheet1.xml": strToU8('<worksheet><sheetData><row r="1"><c t="s"><v>0</v></c></row><row r="2"><c><v>42</v></c></row></sheetData></worksheet>') });
    expect((await extract("a.xlsx", xlsx)).blocks.map(({ text, part }) => [text, part])).toEqual([["Disks", "sheet Disks"], ["serial\n42", "sheet Disks"]]);
    const pptx = zipSync({ "ppt/presentation.xml": strToU8("<p/>"), "ppt/slides/slide1.xml": strToU8("<p:sld><a:p><a:t>Plan</a:t></a:p><a:p><a:t>One</a:t></a:p></p:sld>") });
    expect((await extract("a.pptx", pptx)).blocks.map(({ text }) => text)).toEqual(["Plan", "One"]);
  });
  it("reads a mail, decoding what mail encodes", async () => {
    const { title, blocks } = await extract("a.eml", bytes("Subject: =?utf-8?B?RsO8cg==?=\r\nFrom: a@b\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nDisk=20full\r\n"));
    expect(title).toBe("Für");
    expect(blocks.at(-1)?.text).toBe("Disk full");
  });
  it("gives up on a zip bomb, long before it is unpacked", async () => {
    const bomb = zipSync({ "a.txt": new Uint8Array(12 << 20) }, { level: 1 });
    await expect(extract("a.zip", bomb)).rejects.toThrow(/archive bomb/);
    await expect(extract("a.txt.gz", gzipSync(Buffer.alloc(48 << 20)))).rejects.toThrow(/archive bomb/);
  });
  it("takes an honest archive in", async () => {
    const { blocks } = await extract("a.zip", zipSync({ "notes/a.md": strToU8("# One\n\ntext") }));
    expect(blocks.map(({ text, part }) => [text, part])).toEqual([["One", "notes/a.md"], ["One", "notes/a.md"], ["text", "notes/a.md"]]);
  });
  it("refuses XML with entities of its own, and passes XML without", async () => {
    const doc = (head: string) => zipSync({ "word/document.xml": strToU8(`${head}<w:p><w:t>x</w:t></w:p>`) });
    await expect(extract("a.docx", doc('<!DOCTYPE a [<!ENTITY b "bbbb">]>'))).rejects.toThrow(/entities/);
    await expect(extract("a.docx", doc(""))).resolves.toMatchObject({ format: "docx" });
  });
  it("says what is wrong with a file instead of guessing", async () => {
    for (const [name, content] of [["a.pdf", bytes("%PDF-1.7 nothing")], ["a.docx", bytes("no zip")], ["a.zip", deflateRawSync("x")], ["a.doc", bytes("x")], ["a.txt", new Uint8Array([0, 1, 2, 3])]] as const) await expect(extract(name, content)).rejects.toBeInstanceOf(Unreadable);
  });
});

describe("passages", () => {
  it("are cut at headings and know the headings above them", () => {
    const chunks = chunkBlocks([{ kind: "heading", level: 1, text: "A", from: 1, to: 1 }, { kind: "heading", level: 2, text: "B", from: 2, to: 2 }, { kind: "text", text: "one", from: 3, to: 3 }, { kind: "heading", level: 2, text: "C", from: 4, to: 4 }, { kind: "text", text: "two", from: 5, to: 6 }]);
    expect(chunks.map(({ heading, text }) => [heading, text])).toEqual([["A > B", "one"], ["A > C", "two"]]);
    expect(chunks.map(positionOf)).toEqual(["line 3", "lines 5–6"]);
  });
  it("never lose a word of a long block, and tell the lines of each piece", () => {
    const lines = Array.from({ length: 400 }, (_, n) => `line number ${n}`);
    const chunks = chunkBlocks([{ kind: "code", text: lines.join("\n"), from: 10, to: 409 }]);
    expect(chunks.length).toBeGreaterThan(1);
    expect(chunks.map(({ text }) => text).join("\n")).toBe(lines.join("\n"));
    for (const chunk of chunks) expect(chunk.text.split("\n")[0]).toBe(`line number ${chunk.from - 10}`);
  });
});

describe("reading a query", () => {
  it("lets meaning count in a question, hardly with an identifier, not at all in quotes", () => {
    expect(readQuery("how do I see what is eating the disk").meaningWeight).toBeGreaterThan(0.4);
    expect(readQuery("/etc/fstab noatime").meaningWeight).toBeLessThanOrEqual(0.1);
    expect(readQuery('"no space left on device"').meaningWeight).toBe(0);
  });
  it("finds other words for the same thing, in whatever order", () => {
    expect(synonymsOf(["bounce", "nginx"])).toContain("restart");
    expect(synonymsOf(["the", "disks", "are", "full"])).toContain("free space");
    expect(synonymsOf(["nginx"])).not.toContain("restart");
  });
  it("never lets the query speak FTS5's language", () => {
    for (const term of readQuery('nginx" OR text:*').terms) expect(term).toMatch(/^"[^"]+"$/);
    expect(readQuery("???").terms).toEqual([]);
  });
});

describe("the vectors in memory", () => {
  const vector = (seed: number) => Int8Array.from({ length: 64 }, (_, d) => Math.round(Math.sin(seed * 12.9898 + d * 78.233) * 100));
  const row = (id: number, seed = id) => ({ id, vector: vector(seed), source: id % 3, day: id % 100, isLead: id % 10 === 0 });
  const ids = (found: readonly { readonly id: number }[]) => found.map(({ id }) => id);
  it("find what a plain loop over all finds, and the beginnings beside", () => {
    const index = createVectorIndex({ dims: 64 });
    for (let n = 1; n <= 3_000; n += 1) index.add(row(n));
    for (const asked of [5, 777, 2_999]) expect(index.search(vector(asked), 1, 0).passages[0]?.id).toBe(asked);
    expect(ids(index.search(vector(70), 1, 3).leads)[0]).toBe(70);
    expect(ids(index.search(vector(70), 1, 3).leads).every((id) => id % 10 === 0)).toBe(true);
  });
  it("give the same order when their rows are read from the file", () => {
    const rows = new Map(Array.from({ length: 2_000 }, (_, n) => [n + 1, vector(n + 1)]));
    const cosine = (a: Int8Array, b: Int8Array) => a.reduce((sum, value, d) => sum + value * (b[d] as number), 0) / Math.hypot(...a) / Math.hypot(...b);
    const apart = createVectorIndex({ dims: 64, residentRows: 100, exactly: (query, wanted) => wanted.map((id) => ({ id, score: cosine(query, rows.get(id) as Int8Array) })) });
    const whole = createVectorIndex({ dims: 64 });
    for (const id of rows.keys()) {
      apart.add(row(id));
      whole.add(row(id));
    }
    expect(ids(apart.search(vector(9), 10, 0).passages)).toEqual(ids(whole.search(vector(9), 10, 0).passages));
  });
  it("keep to the sources and the days a filter leaves", () => {
    const index = createVectorIndex({ dims: 64 });
    for (let n = 1; n <= 900; n += 1) index.add(row(n));
    const found = ids(index.search(vector(9), 50, 0, { sources: Uint8Array.of(0, 1, 0), fromDay: 40 }).passages);
    expect(found.length).toBeGreaterThan(10);
    expect(found.every((id) => id % 3 === 1 && id % 100 >= 40)).toBe(true);
  });
  it("forget what was removed, and nothing else", () => {
    const index = createVectorIndex({ dims: 64 });
    for (let n = 1; n <= 50; n += 1) index.add(row(n));
    index.remove(7);
    expect([index.size, index.has(7), index.has(50)]).toEqual([49, false, true]);
    expect(ids(index.search(vector(7), 50, 0).passages)).not.toContain(7);
    expect(index.search(vector(50), 1, 0).passages[0]?.id).toBe(50);
  });
});

describe("two passages beside each other", () => {
  const a = "Restart the replication agent on db-01 after the failover. Wait 30 seconds before the next step of the procedure.";
  it("are one result when only the spacing differs", () => expect(isSame(sketchOf(a), sketchOf(a.replaceAll(" ", "\n ")))).toBe(true));
  it("are two when a number differs, and contradict each other by it", () => {
    const b = a.replace("30 seconds", "90 seconds");
    expect(isSame(sketchOf(a), sketchOf(b))).toBe(false);
    expect(conflictOf(sketchOf(a), sketchOf(b))).toEqual({ here: "Wait 30 seconds before the next step of the procedure.", there: "Wait 90 seconds before the next step of the procedure." });
  });
  it("do not contradict each other when they speak of something else", () => expect(conflictOf(sketchOf(a), sketchOf("Wait 90 days before the backup tapes are given back to the vault of the bank."))).toBeUndefined());
  it("bear a quotation out only with its own words, in their order", () => {
    expect(quoteStands(a, "restart the REPLICATION agent … wait 30 seconds")).toBe(true);
    for (const invented of ["restart the replication service", "wait 30 seconds … restart the replication agent", "", "…"]) expect(quoteStands(a, invented)).toBe(false);
  });
  it("are outdated when the document says so, its title or its folder, and not otherwise", () => {
    expect(outdatedBy({ path: "a.md", title: "Failover", lead: "This runbook is superseded by the one of 2025." })).toContain("the document says so");
    expect(outdatedBy({ path: "archive/a.md", title: "Failover", lead: "" })).toContain("archive");
    expect(outdatedBy({ path: "a.md", title: "Failover", lead: "Remove obsolete packages first." })).toBe("");
  });
});

describe("common and rare words of a question", () => {
  it("are told apart by what they would cost", () => {
    const [the, quorum, disk] = [{ term: "the", count: 9_000 }, { term: "quorum", count: 10 }, { term: "disk", count: 900 }];
    expect(split([the, quorum, disk], 1_000)).toEqual({ rare: [quorum, disk], common: [the] });
    expect(split([the], 1_000)).toEqual({ rare: [], common: [the] });
  });
});
