import { createHash } from "node:crypto";
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readdirSync, readFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { growEdge, readCosignedHead } from "../../ledger/index.ts";
import { fail } from "../failures.ts";

// Records as a folder that is only ever added to: on a medium that lets nobody change what was written, not even whoever
// runs the database. It holds what was committed to and never a value, so that an erasure can still be kept.

/** Unchangeable for its owner as well, as far as the file system can say so; what cannot be undone is the medium's part. */
const READ_ONLY = 0o444;
const LENGTH_BYTES = 4;

export type WormRecord = { readonly orgId: string; readonly desktopId: string; readonly logKey: string; readonly witnessKey: string; readonly size: number; /** Signed and cosigned, of exactly this size. */ readonly note: string; readonly leaves: (from: number) => AsyncIterable<Buffer> };
const Part = z.object({ v: z.literal(1), n: z.number().int().min(1), from: z.number().int().min(0), to: z.number().int().min(1), leaves: z.string().max(100), sha256: z.string(), before: z.string(), frontier: z.string(), note: z.string(), logKey: z.string(), witnessKey: z.string(), at: z.string() });
type Part = z.infer<typeof Part>;
const HEAD = /^(\d{6})-\d{12}\.head$/;

export type Wrote = { readonly desktopId: string; readonly from: number; readonly to: number };

/** One part more, from where the last one ended; nothing when nothing came since. A database that does not continue what lies here is told of, and nothing is written. */
export async function writePart(root: string, record: WormRecord, of: { readonly now: () => number; readonly mark: string }): Promise<Wrote | undefined> {
  const folder = join(root, record.orgId, record.desktopId);
  mkdirSync(folder, { recursive: true });
  const last = partsOf(folder).at(-1);
  const from = last?.part.to ?? 0;
  const broken = (detail: string) => fail("WORM_BROKEN", { detail: `${record.desktopId}: ${detail}` });
  if (last && last.part.logKey !== record.logKey) throw broken("its record is signed by another key than before");
  if (record.size < from) throw broken(`the database has ${record.size} entries, and ${from} lie in the folder`);
  if (record.size === from) return undefined;
  const n = (last?.part.n ?? 0) + 1;
  // A part that broke off is never closed by a head; the next one has another name.
  const name = `${number(n, 6)}-${number(from, 12)}-${of.mark}.leaves`;
  const grown = await writeLeaves(join(folder, name), { edge: { size: from, frontier: Buffer.from(last?.part.frontier ?? "", "base64") }, leaves: record.leaves(from) });
  const head = readCosignedHead(record.note, record.logKey, record.witnessKey);
  if ("problem" in head) throw broken(head.problem);
  if (grown.size !== record.size || head.size !== record.size || !grown.root.equals(head.root)) throw broken("its entries in the database do not continue those that lie in the folder; one of the two was changed");
  const part: Part = { v: 1, n, from, to: record.size, leaves: name, sha256: grown.sha256, before: last?.sha256 ?? "", frontier: grown.frontier.toString("base64"), note: record.note, logKey: record.logKey, witnessKey: record.witnessKey, at: new Date(of.now()).toISOString() };
  writeOnce(join(folder, `${number(n, 6)}-${number(record.size, 12)}.head`), [Buffer.from(`${JSON.stringify(part)}\n`)]);
  return { desktopId: record.desktopId, from, to: record.size };
}

export type WormReport = { readonly desktops: number; readonly parts: number; readonly entries: number; readonly problems: readonly string[]; readonly notes: readonly string[]; readonly heads: readonly { readonly desktopId: string; readonly size: number; readonly logKey: string; readonly witnessKey: string }[] };

/** Everything is hashed again from the folder alone: no database, no server, no network. */
export function checkFolder(root: string): WormReport {
  const problems: string[] = [];
  const notes: string[] = [];
  const heads: { desktopId: string; size: number; logKey: string; witnessKey: string }[] = [];
  let counted = 0;
  for (const [orgId, desktopId] of placesIn(root)) {
    const folder = join(root, orgId, desktopId);
    try {
      const parts = partsOf(folder);
      const last = checkParts(folder, parts);
      counted += parts.length;
      if (last) heads.push({ desktopId, size: last.to, logKey: last.logKey, witnessKey: last.witnessKey });
      for (const file of readdirSync(folder)) if (file.endsWith(".leaves") && !parts.some(({ part }) => part.leaves === file)) notes.push(`${desktopId}: ${file} belongs to a part that broke off and was written again`);
    } catch (error) {
      problems.push(`${desktopId}: ${(error as Error).message}`);
    }
  }
  return { desktops: heads.length, parts: counted, entries: heads.reduce((sum, { size }) => sum + size, 0), problems, notes, heads };
}

function checkParts(folder: string, parts: readonly { readonly part: Part; readonly sha256: string }[]): Part | undefined {
  let before: { readonly part: Part; readonly sha256: string } | undefined;
  let edge = { size: 0, frontier: Buffer.alloc(0) };
  for (const each of parts) {
    const { part } = each;
    const say = (text: string): Error => new Error(`part ${part.n}: ${text}`);
    if (part.n !== (before?.part.n ?? 0) + 1 || part.from !== (before?.part.to ?? 0)) throw say("a part before it is missing");
    if (part.before !== (before?.sha256 ?? "")) throw say("the part before it was changed");
    if (before && (part.logKey !== before.part.logKey || part.witnessKey !== before.part.witnessKey)) throw say("it names other keys than the part before it");
    const bytes = readFileSync(join(folder, part.leaves));
    if (createHash("sha256").update(bytes).digest("hex") !== part.sha256) throw say("its entries were changed");
    const grown = growEdge(edge, [...leavesIn(bytes)]);
    const head = readCosignedHead(part.note, part.logKey, part.witnessKey);
    if ("problem" in head) throw say(head.problem);
    if (grown.size !== part.to || head.size !== part.to || !grown.root.equals(head.root)) throw say("its entries do not give the signed root");
    edge = grown as typeof edge;
    before = each;
  }
  return before?.part;
}

async function writeLeaves(path: string, { edge, leaves }: { readonly edge: { readonly size: number; readonly frontier: Buffer }; readonly leaves: AsyncIterable<Buffer> }) {
  const file = openSync(path, "wx", READ_ONLY);
  const hash = createHash("sha256");
  let grown = { ...growEdge(edge, []) };
  try {
    for await (const leaf of leaves) {
      const length = Buffer.alloc(LENGTH_BYTES);
      length.writeUInt32BE(leaf.byteLength);
      for (const bytes of [length, leaf]) {
        hash.update(bytes);
        writeSync(file, bytes);
      }
      grown = growEdge(grown, [leaf]);
    }
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  return { ...grown, sha256: hash.digest("hex") };
}

function* leavesIn(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.byteLength; ) {
    if (at + LENGTH_BYTES > bytes.byteLength) throw new Error("its entries break off");
    const end = at + LENGTH_BYTES + bytes.readUInt32BE(at);
    if (end > bytes.byteLength) throw new Error("its entries break off");
    yield bytes.subarray(at + LENGTH_BYTES, end);
    at = end;
  }
}

/** Created and never opened for writing again; there before it is counted on. */
function writeOnce(path: string, pieces: readonly Buffer[]): void {
  const file = openSync(path, "wx", READ_ONLY);
  try {
    for (const piece of pieces) writeSync(file, piece);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function partsOf(folder: string): readonly { readonly part: Part; readonly sha256: string }[] {
  return readdirSync(folder).filter((name) => HEAD.test(name)).sort().map((name) => {
    const text = readFileSync(join(folder, name), "utf8");
    const part = Part.safeParse(jsonOf(text));
    if (!part.success || !/^[\w-]+\.leaves$/.test(part.data.leaves)) throw new Error(`${name} is not readable`);
    return { part: part.data, sha256: createHash("sha256").update(text).digest("hex") };
  });
}

function placesIn(root: string): readonly (readonly [string, string])[] {
  if (!existsSync(root)) throw fail("WORM_BROKEN", { detail: `there is no folder ${root}` });
  const folders = (path: string): string[] => readdirSync(path, { withFileTypes: true }).filter((each) => each.isDirectory()).map(({ name }) => name).sort();
  return folders(root).flatMap((orgId) => folders(join(root, orgId)).map((desktopId) => [orgId, desktopId] as const));
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
const number = (value: number, width: number): string => String(value).padStart(width, "0");
