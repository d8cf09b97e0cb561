import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { canonicalJson } from "../../../src-main/kernel/index.ts";
import { parseCheckpoint } from "../../../src-main/ledger/checkpoint.ts";
import { parseLeaf } from "../../../src-main/ledger/leaf.ts";
import { verifyNote } from "../../../src-main/ledger/note.ts";
import { CompactRange, hashLeaf } from "../../../src-main/ledger/tree.ts";
import { intent, operator, workplace } from "./harness.ts";

describe("the ledger", () => {
  it("answers with a head that its own key signed over exactly the leaves on disk", async () => {
    using place = workplace();
    await using ledger = await place.open();
    const receipts = await Promise.all(Array.from({ length: 700 }, (_, n) => ledger.append(intent({ script: `echo ${n}` }))));
    const range = new CompactRange();
    for (let seq = 0; seq < ledger.head().size; seq += 1) {
      const leaf = ledger.writer.book.leaf(seq) as Buffer;
      expect(canonicalJson(JSON.parse(leaf.toString()))).toBe(leaf.toString());
      range.append(hashLeaf(leaf));
    }
    const parsed = parseCheckpoint(ledger.head().note);
    expect(parsed?.checkpoint).toEqual({ origin: ledger.origin, size: 702, root: range.root() });
    expect(verifyNote(parsed!.note, ledger.keyring.signers().map((signer) => signer.key)).verified).toBe(true);
    expect(receipts.at(-1)?.seq).toBe(701);
    expect(receipts.at(-1)?.head.root).toBe(ledger.head().root);
  });

  it("keeps values out of the leaf and gives them back from beside the tree", async () => {
    using place = workplace();
    await using ledger = await place.open();
    const { seq } = await ledger.append(intent({ script: "userdel mallory" }));
    const leaf = ledger.writer.book.leaf(seq) as Buffer;
    expect(leaf.toString()).not.toMatch(/mallory|Ada Example/);
    expect(Object.keys(parseLeaf(leaf).c)).toEqual(["actor.name", "script"]);
  });

  it("goes on where it stopped, with the same tree", async () => {
    using place = workplace();
    const before = await (async () => {
      await using ledger = await place.open();
      await Promise.all(Array.from({ length: 300 }, (_, n) => ledger.append(intent({ n }))));
      return ledger.head();
    })();
    await using again = await place.open();
    expect(again.head().size).toBe(before.size + 1);
    expect(again.writer.book.size).toBe(before.size + 1);
  });

  it("says of a start without an outcome that nobody knows how it ended", async () => {
    using place = workplace();
    let started = 0;
    {
      await using ledger = await place.open();
      started = (await ledger.append(intent({ wire: "reboot" }, { type: "start" }))).seq;
      const other = await ledger.append(intent({ wire: "uptime" }, { type: "start" }));
      await ledger.append(intent({ exit: 0 }, { type: "outcome", refs: { start: other.seq } }));
    }
    await using again = await place.open();
    const last = parseLeaf(again.writer.book.leaf(again.head().size - 1) as Buffer);
    expect(last).toMatchObject({ type: "outcome-unknown", refs: { start: started }, host: "host_web01", session: "run_1" });
    await again.append(intent({}));
    expect(again.writer.book.openActs()).toEqual([]);
  });

  it("refuses an outcome that names no start, and lets one through that does", async () => {
    using place = workplace();
    await using ledger = await place.open();
    await expect(ledger.append(intent({}, { type: "outcome" }))).rejects.toMatchObject({ code: "LEDGER_BAD_ENTRY" });
    await expect(ledger.append(intent({}, { type: "outcome", refs: { start: 1 } }))).resolves.toMatchObject({ seq: 2 });
  });

  it("refuses what has no canonical form without failing the others of its batch", async () => {
    using place = workplace();
    await using ledger = await place.open();
    const [bad, good] = await Promise.allSettled([ledger.append(intent({ n: Number.NaN })), ledger.append(intent({ n: 1 }))]);
    expect(bad).toMatchObject({ status: "rejected", reason: { code: "LEDGER_BAD_ENTRY" } });
    expect(good.status).toBe("fulfilled");
  });

  it("lets nobody change or remove an entry through the database, and lets reading through", async () => {
    using place = workplace();
    await using ledger = await place.open();
    const { seq } = await ledger.append(intent());
    const db = ledger.writer.book.store.raw;
    expect(() => db.prepare("UPDATE entries SET leaf = x'00' WHERE seq = ?").run(seq)).toThrow(/append-only/);
    expect(() => db.prepare("DELETE FROM entries WHERE seq = ?").run(seq)).toThrow(/append-only/);
    expect(() => db.prepare("UPDATE entries SET sealed = NULL, nonce = NULL WHERE seq = ?").run(seq)).toThrow(/erasure/);
    expect(() => db.prepare("UPDATE state SET minimum = -1").run()).toThrow(/only grows/);
    expect(() => db.prepare("INSERT OR REPLACE INTO entries (seq, leaf, subject) VALUES (?, x'00', 1)").run(seq)).toThrow(/append-only/);
    expect(db.prepare("SELECT count(*) AS n FROM entries").get()).toEqual({ n: seq + 1 });
  });

  it("does not open a database whose leaves were changed behind its back", async () => {
    using place = workplace();
    {
      await using ledger = await place.open();
      await ledger.append(intent());
    }
    const db = new Database(join(place.dir, "ledger.db"));
    db.exec("DROP TRIGGER entries_never_change");
    db.prepare("UPDATE entries SET leaf = CAST(replace(leaf, 'intent', 'egress') AS BLOB) WHERE seq = 2").run();
    db.close();
    await expect(place.open()).rejects.toMatchObject({ code: "LEDGER_DAMAGED" });
  });

  it.each([
    ["an entry before the last is gone", "DROP TRIGGER entries_never_go; DELETE FROM entries WHERE seq = 290", /entries after 256 are missing/],
    ["a tile is gone", "DELETE FROM tiles", /tile 0 of level 0 is missing/],
    ["a tile is another", "DROP TRIGGER tiles_never_change; UPDATE tiles SET hashes = zeroblob(8192)", /what was stored to prove size \d+ does not fit/],
    ["what proves the last entry is gone", "DROP TRIGGER entries_never_change; UPDATE entries SET proof = NULL", /the proof of entry \d+ is missing/],
  ])("does not open a database in which %s, and says what is wrong", async (_what, change, say) => {
    using place = workplace();
    {
      await using ledger = await place.open();
      await Promise.all(Array.from({ length: 300 }, () => ledger.append(intent())));
      await ledger.append(intent());
    }
    const db = new Database(join(place.dir, "ledger.db"));
    db.exec(change);
    db.close();
    await expect(place.open()).rejects.toMatchObject({ code: "LEDGER_DAMAGED", data: { detail: expect.stringMatching(say) } });
  });

  it("does not keep the rest of the program waiting for somebody who appends in a row", async () => {
    using place = workplace();
    await using ledger = await place.open();
    let turns = 0;
    const turn = (): void => void (turns += 1);
    for (let n = 0; n < 40; n += 1) {
      setImmediate(turn);
      await ledger.append(intent());
    }
    expect(turns).toBeGreaterThan(0);
  });

  it("writes what is appended by those who hear of a commit behind it, once", async () => {
    using place = workplace();
    await using ledger = await place.open();
    await ledger.append(intent());
    const seqs: Promise<{ readonly seq: number }>[] = [];
    using followed = new DisposableStack();
    followed.defer(ledger.followCommits(() => {
      if (seqs.length < 3) seqs.push(ledger.append(intent()));
    }));
    const { seq } = await ledger.append(intent());
    const heard = [];
    while (heard.length < seqs.length) heard.push((await (seqs[heard.length] as Promise<{ readonly seq: number }>)).seq);
    expect(heard).toEqual([seq + 1, seq + 2, seq + 3]);
    expect(ledger.head().size).toBe(seq + 4);
  });

  it("opens a database in which each commit left its root, and goes on with it", async () => {
    using place = workplace();
    let size = 0;
    {
      await using ledger = await place.open();
      await ledger.append(intent());
      const { book } = ledger.writer;
      const root = book.root();
      size = book.size;
      // As it was written before: the column had another name, and an entry committed alone had its root there too.
      book.store.raw.exec("DROP TRIGGER entries_never_change");
      book.store.raw.prepare("UPDATE entries SET proof = ? WHERE seq = ?").run(root, size - 1);
      book.store.raw.exec("ALTER TABLE entries RENAME COLUMN proof TO root; DELETE FROM migrations WHERE room = 'ledger' AND n = 2");
    }
    await using again = await place.open();
    expect((await again.append(intent())).seq).toBeGreaterThanOrEqual(size);
  });

  it("notices an older copy of the database put in place of the newer", async () => {
    using place = workplace();
    {
      await using ledger = await place.open();
      await ledger.append(intent());
    }
    const old = readFileSync(join(place.dir, "ledger.db"));
    {
      await using ledger = await place.open();
      await ledger.append(intent());
    }
    writeFileSync(join(place.dir, "ledger.db"), old);
    await expect(place.open()).rejects.toMatchObject({ code: "LEDGER_DAMAGED", message: expect.stringMatching(/older copy/) });
  });

  it("is refused to a second writer and given to the next when the first lets go", async () => {
    using place = workplace();
    {
      await using _first = await place.open();
      await expect(place.open()).rejects.toMatchObject({ code: "LEDGER_IN_USE" });
    }
    await using second = await place.open();
    expect(second.head().size).toBeGreaterThan(0);
  });

  it("records that the clock was moved, and stays quiet when it was not", async () => {
    using place = workplace();
    let wall = Date.UTC(2026, 0, 1);
    let steady = 0;
    await using ledger = await place.open({ now: () => wall, monotonicMs: () => steady });
    wall += 1000;
    steady += 1000;
    await ledger.append(intent());
    const quiet = ledger.head().size;
    wall -= 3_600_000;
    const { seq } = await ledger.append(intent());
    expect(seq).toBe(quiet + 1);
    expect(parseLeaf(ledger.writer.book.leaf(quiet) as Buffer).type).toBe("clock-jump");
  });

  it("stores blobs sealed, committed by hash, and reads them back", async () => {
    using place = workplace();
    await using ledger = await place.open();
    const { seq } = await ledger.append(intent({}, { blobs: [{ role: "stdout", bytes: Buffer.from("root:x:0:0") }] }));
    expect(parseLeaf(ledger.writer.book.leaf(seq) as Buffer).blobs).toMatchObject([{ role: "stdout", len: 10 }]);
    expect(ledger.writer.book.blob(seq, 0)?.toString()).toBe("root:x:0:0");
    expect(readFileSync(join(place.dir, "ledger.db-wal")).includes("root:x:0:0")).toBe(false);
  });

  it("refuses everything after it was closed", async () => {
    using place = workplace();
    const ledger = await place.open();
    await ledger[Symbol.asyncDispose]();
    expect(() => ledger.assertWritable()).toThrow(expect.objectContaining({ code: "LEDGER_CLOSED" }));
    await expect(ledger.append({ type: "login", actor: operator, fields: {} })).rejects.toMatchObject({ code: "LEDGER_CLOSED" });
  });
});
