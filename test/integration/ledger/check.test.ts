import { closeSync, openSync, writeFileSync, writeSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkBundle, type BundleReport, type SenaLedger } from "../../../src-main/ledger/index.ts";
import { checkLedger } from "../../../src-main/ledger/check.ts";
import { intent, workplace } from "../../unit/ledger/harness.ts";
import { exportTo, furnish, KIT } from "./evidence.ts";

// "Verify now" over a log of more than one full tile of tiles, and the check of a bundle on a thread of its own.

const ENTRIES = 256 ** 2 + 300;
const worker = resolve(import.meta.dirname, "../../../src-main/ledger/bundle-check-worker.ts");
const place = workplace();
let ledger: SenaLedger;
const check = (from?: number) => ledger.check({ ...(from === undefined ? {} : { from }), signal: new AbortController().signal, onProgress: () => undefined });
const raw = () => ledger.writer.book.store.raw;

beforeAll(async () => {
  {
    await using first = await place.open();
    for (let n = 0; n < ENTRIES; n += 2048) await Promise.all(Array.from({ length: Math.min(2048, ENTRIES - n) }, (_, k) => first.append(intent({ n: n + k }))));
  }
  ledger = await place.open();
  raw().exec("DROP TRIGGER entries_never_change; DROP TRIGGER entries_never_go; DROP TRIGGER entries_only_at_the_end; DROP TRIGGER tiles_never_change");
});
afterAll(async () => {
  await ledger[Symbol.asyncDispose]();
  place[Symbol.dispose]();
});

/** Changes something behind the record's back, looks at what is found, and puts it back. */
async function found(change: string, putBack: string, from?: number): Promise<readonly { readonly seq: number; readonly say: string }[]> {
  raw().exec(change);
  try {
    return (await check(from)).problems;
  } finally {
    raw().exec(putBack);
  }
}

describe("verify now", () => {
  it("finds nothing in a log that is whole, opened anew, from any entry on", async () => {
    const { size } = ledger.head();
    expect(await check()).toMatchObject({ ok: true, entries: size, problems: [] });
    expect(await check(65_540)).toMatchObject({ ok: true, entries: size - 65_536 });
    expect(await check(10 * size)).toMatchObject({ ok: true });
  });

  it("names the tile of a higher level that does not hash to the one above it, or is gone", async () => {
    const level1 = raw().prepare("SELECT id FROM tiles ORDER BY id DESC LIMIT 1").pluck().get() as number;
    raw().exec(`CREATE TABLE kept AS SELECT * FROM tiles WHERE id = ${level1}`);
    const back = `DELETE FROM tiles WHERE id = ${level1}; INSERT INTO tiles SELECT * FROM kept`;
    const changed = await found(`UPDATE tiles SET hashes = zeroblob(8192) WHERE id = ${level1}`, back, 65_536);
    expect(changed).toEqual([{ seq: 0, say: expect.stringMatching(/tile 0 of level 1/) }]);
    expect((await found(`DELETE FROM tiles WHERE id = ${level1}`, back, 65_536))[0]).toMatchObject({ seq: 0, say: expect.stringMatching(/tile 0 of level 1/) });
    const above = await found(`UPDATE tiles SET hashes = zeroblob(8192) WHERE id = ${level1}`, back);
    expect(above).toHaveLength(257);
    expect(above[0]).toMatchObject({ seq: 0, say: expect.stringMatching(/up to 255 do not hash to the tree above/) });
    expect((await check()).ok).toBe(true);
  });

  it("says so when all fits together and gives another root than the one that was signed", async () => {
    const { book } = ledger.writer;
    const answer = await checkLedger({ path: join(place.dir, "ledger.db"), worker: ledger.workers.check, size: book.size, minimum: 0, root: Buffer.alloc(32, 7), tile: book.tile, edge: book.edge, subtree: book.subtree, from: 65_536, signal: new AbortController().signal, onProgress: () => undefined });
    expect(answer.problems).toEqual([{ seq: 0, say: `the hashes give another root than the signed ${"07".repeat(32)}` }]);
  });

  it("names entries that are missing and tiles whose hashes are others", async () => {
    raw().exec("CREATE TABLE gone AS SELECT * FROM entries WHERE seq = 700");
    const missing = await found("DELETE FROM entries WHERE seq = 700", "INSERT INTO entries SELECT * FROM gone");
    expect(missing.slice(0, 2)).toEqual([{ seq: 512, say: expect.stringMatching(/missing/) }, { seq: 700, say: expect.stringMatching(/was changed/) }]);
    expect((await check()).ok).toBe(true);
  });

  it("ends when it is told to", async () => {
    const stop = new AbortController();
    stop.abort(new Error("enough"));
    await expect(ledger.check({ signal: stop.signal, onProgress: () => undefined })).rejects.toThrow("enough");
    const later = new AbortController();
    await expect(ledger.check({ signal: later.signal, onProgress: () => later.abort(new Error("seen enough")) })).rejects.toThrow("seen enough");
  });
});

describe("a bundle checked on a thread of its own", () => {
  const run = async (path: string, signal = new AbortController().signal, program = worker) => {
    const phases: string[] = [];
    let report: BundleReport | undefined;
    for await (const word of checkBundle({ worker: program, kit: KIT, path, keys: [] }, signal)) {
      if (word.kind === "done") report = word.report;
      else phases.push(word.phase);
    }
    if (report === undefined) throw new Error("no verdict");
    return { phases, report };
  };
  const bundle = async (dir: string): Promise<string> => {
    using other = workplace();
    await using small = await other.open();
    await furnish(small, other.dir, 2000);
    return (await exportTo(small, join(dir, `b-${small.head().size}.zip`))).path;
  };

  it("tells how far it is and what it found: nothing, a changed byte, a file that is no bundle", async () => {
    const path = await bundle(place.dir);
    const { phases, report } = await run(path);
    expect(report).toMatchObject({ ok: true, problems: [] });
    expect(phases.length).toBeGreaterThan(0);
    const fd = openSync(path, "r+");
    writeSync(fd, "#", 20_000);
    closeSync(fd);
    expect((await run(path)).report.ok).toBe(false);
    writeFileSync(join(place.dir, "none.zip"), "no bundle");
    expect((await run(join(place.dir, "none.zip"))).report).toMatchObject({ ok: false, problems: [{ file: join(place.dir, "none.zip") }] });
  });

  it("is not held up by somebody who is slow to read how far it is: what was not read is overtaken", async () => {
    const program = join(place.dir, "hurried.mjs");
    writeFileSync(program, 'import { parentPort } from "node:worker_threads"; for (let done = 0; done < 500; done += 1) parentPort.postMessage({ kind: "progress", phase: "files", done, total: 500 }); parentPort.postMessage({ kind: "done", report: {} });');
    const seen: number[] = [];
    for await (const word of checkBundle({ worker: program, kit: KIT, path: "x.zip", keys: [] }, new AbortController().signal)) {
      if (word.kind === "progress") seen.push(word.done);
      for (let turns = 0; turns < 200; turns += 1) await new Promise(setImmediate);
    }
    expect(seen.length).toBeLessThan(500);
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
  });

  it("stops when nobody waits for it any more, and passes on that it could not run", async () => {
    const stop = new AbortController();
    const running = run(join(place.dir, "none.zip"), stop.signal);
    stop.abort(new Error("closed"));
    await expect(running).rejects.toThrow("closed");
    await expect(run("x.zip", new AbortController().signal, join(place.dir, "no-such-worker.mjs"))).rejects.toThrow(/no-such-worker/);
  });
});
