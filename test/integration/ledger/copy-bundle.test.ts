import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createCosigner, writeCopyBundle, type CopiedEntry } from "../../../src-main/ledger/index.ts";
import { parseCheckpoint } from "../../../src-main/ledger/checkpoint.ts";
import { workplace } from "../../unit/ledger/harness.ts";
import { furnish, KIT, verify } from "./evidence.ts";

// What a keeper of a copy gives away: every entry, the values it has, and a head that it cosigned.

const place = workplace();
const cosigner = createCosigner({ name: "central.example/sena-central", seed: Buffer.alloc(32, 7) });
let entries: CopiedEntry[] = [];
let note = "";
let logKey = "";
beforeAll(async () => {
  await using ledger = await place.open();
  await furnish(ledger, place.dir, 600);
  const whole = ledger.copySource.batch(0, 10_000);
  entries = [...whole.entries];
  note = whole.note;
  logKey = ledger.copySource.logKey();
});
afterAll(() => place[Symbol.dispose]());

const cosigned = (): string => `${note}${cosigner.cosign(note.slice(0, note.indexOf("\n\n") + 1), 1_763_700_000_000)}`;
const written = async (name: string, of: { readonly note: string; readonly entries: readonly CopiedEntry[] }): Promise<string> => {
  const path = join(place.dir, name);
  await writeCopyBundle({ path, kit: KIT, logKey, witnessKey: cosigner.key(), keeper: "SENA central for Test", now: () => 1_763_700_000_000, note: of.note, entries: (async function* () { yield* of.entries; })() });
  return path;
};

it("verifies with the program that travels in it, and says who made it and what stayed elsewhere", async () => {
  const report = await verify(await written("copy.zip", { note: cosigned(), entries }), { trusted: [logKey] });
  expect(report.problems).toEqual([]);
  expect(report.facts).toMatchObject({ size: entries.length, entries: entries.length, withheld: 0, recordings: 0 });
  expect(report.notes.join("\n")).toMatch(/Made by SENA central for Test from the copy it keeps/);
  expect(report.notes.join("\n")).toMatch(/large values .* stayed where they were made/);
  expect(report.notes.join("\n")).not.toMatch(/UNANCHORED/);
});

it("is a problem when nobody cosigned the head: a bundle does not become a copy by saying so", async () => {
  const report = await verify(await written("unsigned.zip", { note, entries }));
  expect(report.problems).toEqual([{ file: "data/bundle.json", say: expect.stringMatching(/no witness cosigned/) }]);
});

it("names the entry whose value was changed, and is not written at all from a copy that is too short", async () => {
  const at = entries.findIndex(({ openings }) => openings?.includes('"why"') === true || openings?.includes('"script"') === true);
  const changed = entries.map((entry, seq) => (seq === at ? { ...entry, openings: entry.openings?.replace(/",("?)([^"\]]+)("?)\]$/m, '",$1other$3]') } : entry)) as CopiedEntry[];
  const report = await verify(await written("changed.zip", { note: cosigned(), entries: changed }));
  expect(report.problems.length).toBeGreaterThan(0);
  expect(report.problems[0]).toMatchObject({ entry: at });
  await expect(written("short.zip", { note: cosigned(), entries: entries.slice(0, -1) })).rejects.toThrow(/of \d+ entries/);
  expect(parseCheckpoint(note)?.checkpoint.size).toBe(entries.length);
});

it("holds no more than its head covers, ends at the end of a tile, and has no values where they were erased", async () => {
  using other = workplace();
  await using log = await other.open();
  while (log.head().size < 512) await log.append({ type: "intent", actor: { kind: "system", id: "sena", name: "SENA" }, fields: { n: log.head().size } });
  const source = log.copySource.batch(0, 1000);
  const of = { note: `${source.note}${cosigner.cosign(source.note.slice(0, source.note.indexOf("\n\n") + 1), 1_763_700_000_000)}`, entries: [...source.entries.map((entry, n) => (n < 256 ? entry : { leaf: entry.leaf, openings: n % 2 === 0 ? "" : undefined })), source.entries[0]] as CopiedEntry[] };
  expect(parseCheckpoint(source.note)?.checkpoint.size).toBe(512);
  const key = logKey;
  logKey = log.copySource.logKey();
  const report = await verify(await written("erased.zip", of));
  logKey = key;
  expect(report.problems).toEqual([]);
  expect(report.facts).toMatchObject({ size: 512, entries: 512 });
  await expect(written("none.zip", { note: "no note", entries })).rejects.toThrow("a signed head");
});
