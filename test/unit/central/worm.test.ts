import { chmodSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { checkFolder, writePart } from "../../../src-main/central/worm/worm.ts";
import { createCosigner, formatVerifierKey, rootOf } from "../../../src-main/ledger/index.ts";
import { checkpointText } from "../../../src-main/ledger/checkpoint.ts";
import { ed25519Signer, signNote } from "../../../src-main/ledger/note.ts";
import { throwawayFolders } from "../../harness/folders.ts";

const newFolder = throwawayFolders("sena-worm-");

const log = ed25519Signer("sena.internal/log/1", Buffer.alloc(32, 1));
const keeperOf = (name: string) => createCosigner({ name: `${name}/sena-central`, seed: Buffer.alloc(32, 2) });
const [old, renamed] = [keeperOf("old.example"), keeperOf("new.example")];
const LEAVES = Array.from({ length: 2500 }, (_, n) => Buffer.from(`{"seq":${n},"of":"${"x".repeat(n % 900)}"}`));
const OF = { now: () => 0, mark: "aa" };

/** A record of so many entries as the database holds it, cosigned by one keeper and exported by another where they differ. */
function recordOf(size: number, { by = old, now = by, leaves = LEAVES }: { by?: typeof old; now?: typeof old; leaves?: readonly Buffer[] } = {}) {
  const text = checkpointText(log.key.name, size, rootOf(LEAVES.slice(0, size)));
  return {
    orgId: "org", desktopId: "desk", logKey: formatVerifierKey(log.key), witnessKey: now.key(), size, note: `${signNote(text, [log])}${by.cosign(text, 1000)}`,
    async *leaves(from: number) {
      yield* leaves.slice(from, size);
    },
  };
}
const filesIn = (root: string): string[] => readdirSync(root, { recursive: true }).map(String).sort();

it("goes on under a server that got another name: each part holds by the key it names, and the check says where it changed and lists both", async () => {
  const root = newFolder();
  await writePart(root, recordOf(1200), OF);
  // Cosigned before the server got its name, exported after.
  await writePart(root, recordOf(1300, { by: old, now: renamed }), OF);
  await writePart(root, recordOf(2500, { by: renamed }), OF);
  const report = checkFolder(root);
  expect(report).toMatchObject({ problems: [], parts: 3, entries: 2500, heads: [{ witnessKeys: [old.key(), renamed.key()] }] });
  expect(report.notes).toEqual([expect.stringContaining(`from part 3 on it is cosigned by ${renamed.key()}`) as string]);
  // A part that names a key which did not cosign it holds for nobody.
  const head = join(root, "org/desk", readdirSync(join(root, "org/desk")).sort().findLast((name) => name.endsWith(".head")) as string);
  chmodSync(head, 0o644);
  writeFileSync(head, readFileSync(head, "utf8").replace(renamed.key(), old.key()));
  expect(checkFolder(root).problems).toEqual([expect.stringMatching(/part 3: the keeper's cosignature does not hold/) as string]);
});

it("writes no byte of entries that do not give the signed root, or of a head nobody known cosigned, however often it is tried", async () => {
  const root = newFolder();
  const changed = LEAVES.with(1250, Buffer.from("another"));
  for (const wrong of [recordOf(1300, { leaves: changed }), recordOf(1300, { by: keeperOf("stranger.example"), now: old }), { ...recordOf(1300), size: 1299 }]) await expect(writePart(root, wrong, OF)).rejects.toMatchObject({ code: "WORM_BROKEN" });
  expect(filesIn(root)).toEqual([]);
  await writePart(root, recordOf(1200), OF);
  const before = filesIn(root);
  await expect(writePart(root, recordOf(1300, { leaves: changed }), OF)).rejects.toMatchObject({ code: "WORM_BROKEN" });
  expect(filesIn(root)).toEqual(before);
  // The twin.
  expect(await writePart(root, recordOf(1300), OF)).toMatchObject({ from: 1200, to: 1300 });
  expect(checkFolder(root)).toMatchObject({ problems: [], notes: [], entries: 1300 });
});

it("goes on after a head that broke off while it was written; one that was shortened later is found", async () => {
  const root = newFolder();
  await writePart(root, recordOf(1200), OF);
  writeFileSync(join(root, "org/desk/000002-000000001300-dead.head"), '{"v":1,"n":2');
  expect(await writePart(root, recordOf(1300), OF)).toMatchObject({ from: 1200, to: 1300 });
  expect(checkFolder(root)).toMatchObject({ problems: [], parts: 2, notes: [expect.stringMatching(/dead\.head belongs to a part that broke off/) as string] });
  const first = join(root, "org/desk", readdirSync(join(root, "org/desk")).sort().find((name) => name.endsWith(".head")) as string);
  chmodSync(first, 0o644);
  writeFileSync(first, readFileSync(first, "utf8").trimEnd());
  expect(checkFolder(root).problems).toEqual([expect.stringMatching(/a part before it is missing/) as string]);
});

it.each(["org", "org/desk"])("writes nothing by way of a link that lies where %s belongs, to where it could be changed, and the check finds it", async (place) => {
  const [root, elsewhere] = [newFolder(), newFolder()];
  await writePart(root, { ...recordOf(1200), desktopId: "other", orgId: "first" }, OF);
  mkdirSync(join(root, place, ".."), { recursive: true });
  symlinkSync(elsewhere, join(root, place));
  await expect(writePart(root, recordOf(1200), OF)).rejects.toMatchObject({ code: "WORM_BROKEN", message: expect.stringMatching(/is a link/) as string });
  expect(filesIn(elsewhere)).toEqual([]);
  expect(checkFolder(root)).toMatchObject({ entries: 1200, problems: [expect.stringMatching(/is a link/) as string] });
});
