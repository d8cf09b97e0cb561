import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openStore, type Migration } from "../../../src-main/store/index.ts";

const ONE: Migration = { n: 1, name: "things", sql: "CREATE TABLE things (id INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT" };
const TWO: Migration = { n: 2, name: "colour", sql: "ALTER TABLE things ADD COLUMN colour TEXT NOT NULL DEFAULT 'grey'" };

describe("the store", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "sena-store-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const path = () => join(folder, "deep", "a.db");

  it("opens with write-ahead log, foreign keys, full durability and a private file", () => {
    using store = openStore({ path: path() });
    expect(store.raw.pragma("journal_mode", { simple: true })).toBe("wal");
    expect(store.raw.pragma("foreign_keys", { simple: true })).toBe(1);
    expect(store.raw.pragma("synchronous", { simple: true })).toBe(2);
    expect(statSync(path()).mode & 0o077).toBe(0);
  });

  it("cuts its log to nothing when something was erased, as soon as nobody reads from it any more", async () => {
    using store = openStore({ path: path() });
    store.migrate("room", [ONE]);
    store.sql("put", "INSERT INTO things (name) VALUES (?)").run(["a secret"]);
    const log = () => statSync(`${path()}-wal`).size;
    using reader = openStore({ path: path() });
    reader.raw.exec("BEGIN");
    reader.sql("read", "SELECT name FROM things").all();
    store.sql("drop", "DELETE FROM things").run();
    store.emptyLog();
    expect(log()).toBeGreaterThan(0);
    reader.raw.exec("COMMIT");
    await expect.poll(log, { timeout: 10_000 }).toBe(0);
    expect(store.raw.pragma("busy_timeout", { simple: true })).toBe(5000);
  });

  it("brings a file of every older version up to date and keeps its rows", () => {
    {
      using old = openStore({ path: path() });
      old.migrate("room", [ONE]);
      old.sql("put", "INSERT INTO things (name) VALUES (?)").run(["kept"]);
    }
    using store = openStore({ path: path() });
    store.migrate("room", [ONE, TWO]);
    expect(store.sql("all", "SELECT name, colour FROM things").all()).toEqual([{ name: "kept", colour: "grey" }]);
  });

  it("refuses a migration that was edited after release", () => {
    using store = openStore({ path: path() });
    store.migrate("room", [ONE]);
    expect(() => store.migrate("room", [{ ...ONE, sql: `${ONE.sql} ` }])).toThrow(/changed after it was released/);
  });

  it("refuses a file written by a newer SENA and says so", () => {
    using store = openStore({ path: path() });
    store.migrate("room", [ONE, TWO]);
    expect(() => store.migrate("room", [ONE])).toThrow(/newer SENA/);
  });

  it("leaves nothing of a migration that failed half-way", () => {
    using store = openStore({ path: path() });
    expect(() => store.migrate("room", [{ n: 1, name: "bad", sql: "CREATE TABLE a (x TEXT) STRICT; CREATE TABLE a (x TEXT) STRICT" }])).toThrow();
    store.migrate("room", [ONE]);
    expect(store.sql("tables", "SELECT name FROM sqlite_schema WHERE name = 'a'").all()).toEqual([]);
  });

  it("rolls a transaction back when its work throws, and keeps it otherwise", () => {
    using store = openStore({ path: path() });
    store.migrate("room", [ONE]);
    const put = store.sql("put", "INSERT INTO things (name) VALUES (?)");
    expect(() =>
      store.transaction(() => {
        put.run(["gone"]);
        throw new Error("no");
      }),
    ).toThrow("no");
    store.transaction(() => put.run(["stays"]));
    expect(store.sql("all", "SELECT name FROM things").all()).toEqual([{ name: "stays" }]);
  });

  it("tells a slow statement by its name, and a fast one not at all", () => {
    const slow: string[] = [];
    using store = openStore({ path: ":memory:", onSlow: ({ name }) => void slow.push(name) });
    store.sql("fast.one", "SELECT 1").get();
    store.sql("heavy.count", "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 3000000) SELECT count(*) FROM c").get();
    expect(slow).toEqual(["heavy.count"]);
  });
});
