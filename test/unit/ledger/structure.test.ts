import { spawnSync } from "node:child_process";
import { cpSync, existsSync, openSync, closeSync, readFileSync, statSync, writeFileSync, writeSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it, vi } from "vitest";
import { intent, workplace } from "./harness.ts";

const SOURCE = resolve(import.meta.dirname, "../../../src-main/ledger");
const programs = (structure: string) => ({ check: join(SOURCE, "check-worker.ts"), structure, bundleCheck: join(SOURCE, "bundle-check-worker.ts"), copy: join(SOURCE, "copy-worker.ts") });
const HELD = programs(resolve(import.meta.dirname, "../../fixtures/ledger/looks.ts"));
/** Every record is a large one here. */
const large = { smallBytes: 0 };

type Place = ReturnType<typeof workplace>;
const dbOf = ({ dir }: Place): string => join(dir, "ledger.db");
const looksOf = (place: Place): number[] => (existsSync(`${dbOf(place)}.looks`) ? readFileSync(`${dbOf(place)}.looks`, "utf8").trim().split("\n").map(Number) : []);
const markOf = ({ dir }: Place): string => join(dir, "ledger.closed");

async function written(place: Place): Promise<void> {
  await using ledger = await place.open(large);
  for (let n = 0; n < 8; n += 1) await Promise.all(Array.from({ length: 250 }, () => ledger.append(intent({ script: "x".repeat(400) }))));
}

const PAGE_BYTES = 8192;
/** How a page begins that holds rows of a table (sqlite.org/fileformat2.html#b_tree_pages). */
const TABLE_LEAF = 0x0d;

/** A page of old entries: nothing that proves the last ones is read from there. */
function rot(place: Place): void {
  const bytes = readFileSync(dbOf(place));
  const pages = Array.from({ length: bytes.length / PAGE_BYTES }, (_, n) => n).filter((n) => n > 0 && bytes[PAGE_BYTES * n] === TABLE_LEAF && bytes.subarray(PAGE_BYTES * n, PAGE_BYTES * (n + 1)).includes("host_web01"));
  const fd = openSync(dbOf(place), "r+");
  try {
    writeSync(fd, Buffer.alloc(64, 0xa5), 0, 64, PAGE_BYTES * (pages[20] as number));
  } finally {
    closeSync(fd);
  }
}

/** As a disk does it: nobody is told, and no clock shows it. */
function rotUnseen(place: Place): void {
  // To the last nanosecond: set from a number of milliseconds, the time is another one now and then.
  const asItWas = `${dbOf(place)}.time`;
  const touch = (...of: readonly string[]) => expect(spawnSync("touch", of).status).toBe(0);
  writeFileSync(asItWas, "");
  touch("-r", dbOf(place), asItWas);
  rot(place);
  touch("-r", asItWas, dbOf(place));
}

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function until(claim: () => boolean): Promise<void> {
  while (!claim()) await sleep(10);
}

it("is not looked through before the first entry where it was closed in order, and stays so", async () => {
  using place = workplace();
  await written(place);
  {
    await using ledger = await place.open(large);
    expect(existsSync(markOf(place))).toBe(false);
    await ledger.append(intent());
  }
  expect(readFileSync(markOf(place), "utf8")).toMatch(/^closed with \d+ bytes/);
});

it("that lost its structure unseen is told while it is in use, takes no further entry, and is not opened again", async () => {
  using place = workplace();
  await written(place);
  rotUnseen(place);
  {
    await using ledger = await place.open(large);
    const seen: (string | undefined)[] = [];
    for await (const { failure } of ledger.state.follow(AbortSignal.timeout(30_000))) {
      seen.push(failure?.code);
      if (failure !== undefined) break;
    }
    expect(seen.at(-1)).toBe("LEDGER_DAMAGED");
    await expect(ledger.append(intent())).rejects.toMatchObject({ code: "LEDGER_DAMAGED", message: expect.stringMatching(/Nothing will be executed/) });
    expect(() => ledger.assertWritable()).toThrow(expect.objectContaining({ code: "LEDGER_DAMAGED" }));
  }
  expect(existsSync(markOf(place))).toBe(false);
  await expect(place.open(large)).rejects.toMatchObject({ code: "LEDGER_DAMAGED" });
});

it("that was touched while it was closed is looked through before the first entry", async () => {
  using place = workplace();
  await written(place);
  rot(place);
  await expect(place.open(large)).rejects.toMatchObject({ code: "LEDGER_DAMAGED" });
});

it("that was not closed is looked through before the first entry", async () => {
  using place = workplace();
  using left = workplace();
  await written(place);
  rotUnseen(place);
  {
    await using _ledger = await place.open({ ...large, workers: HELD });
    cpSync(place.dir, left.dir, { recursive: true, preserveTimestamps: true });
  }
  await expect(left.open(large)).rejects.toMatchObject({ code: "LEDGER_DAMAGED" });
});

it("that is small is looked through before the first entry, however it was closed", async () => {
  using place = workplace();
  await written(place);
  rotUnseen(place);
  await expect(place.open()).rejects.toMatchObject({ code: "LEDGER_DAMAGED" });
});

it("is let go by whoever looks through it when values are erased, and looked through anew", async () => {
  using place = workplace();
  await written(place);
  await using ledger = await place.open({ ...large, workers: HELD });
  await until(() => looksOf(place).length === 1);
  const { seq } = await ledger.append(intent());
  ledger.keeping.erase({ kind: "entries", seqs: [seq] }, { kind: "operator", id: "op_ada", name: "Ada Example" }, "asked for");
  // Emptied: what was erased is in no page of it any more.
  expect(statSync(`${dbOf(place)}-wal`).size).toBe(0);
  await until(() => looksOf(place).length === 2);
});

it("is closed at once, however long the look through it would take", async () => {
  using place = workplace();
  await written(place);
  {
    await using _ledger = await place.open({ ...large, workers: HELD });
    await until(() => looksOf(place).length === 1);
  }
  expect(existsSync(`${dbOf(place)}-wal`)).toBe(false);
  expect(existsSync(markOf(place))).toBe(true);
});

it("that could not be looked through is looked through first the next time", async () => {
  using place = workplace();
  await written(place);
  {
    vi.stubEnv("SENA_TEST_LOOK", "fails");
    await using ledger = await place.open({ ...large, workers: HELD });
    vi.unstubAllEnvs();
    await until(() => looksOf(place).some((pid) => !isThere(pid)));
    await sleep(100);
    expect((await ledger.append(intent())).seq).toBeGreaterThan(2000);
  }
  expect(existsSync(markOf(place))).toBe(false);
});

it.each([
  ["its head is", 0],
  ["what it says of its tables is", 100],
])("that cannot be read because %s overwritten is refused with its place and what to do", async (_what, at) => {
  using place = workplace();
  await written(place);
  const fd = openSync(dbOf(place), "r+");
  writeSync(fd, Buffer.alloc(64, 0xa5), 0, 64, at);
  closeSync(fd);
  await expect(place.open(large)).rejects.toMatchObject({ code: "LEDGER_DAMAGED", message: expect.stringContaining(dbOf(place)) });
});
