import { createHash } from "node:crypto";
import { closeSync, existsSync, fsyncSync, lstatSync, mkdirSync, openSync, readdirSync, readFileSync, readSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";
import { jsonOf } from "../../kernel/index.ts";
import { growEdge, readCosignedHead } from "../../ledger/index.ts";
import { fail } from "../failures.ts";

// Records as a folder that is only ever added to: on a medium that lets nobody change what was written, not even whoever
// runs the database. It holds what was committed to and never a value, so that an erasure can still be kept.

/** Unchangeable for its owner as well, as far as the file system can say so; what cannot be undone is the medium's part. */
const READ_ONLY = 0o444;
const LENGTH_BYTES = 4;
/** Far more than a leaf may have; a length that was altered is not believed. */
const MOST_LEAF_BYTES = 16 << 20;
const AT_ONCE_BYTES = 1 << 20;
const LEAVES_AT_ONCE = 1000;

export type WormRecord = { readonly orgId: string; readonly desktopId: string; readonly logKey: string; readonly witnessKey: string; readonly size: number; /** Signed and cosigned, of exactly this size. */ readonly note: string; readonly leaves: (from: number) => AsyncIterable<Buffer> };
const Part = z.object({ v: z.literal(1), n: z.number().int().min(1), from: z.number().int().min(0), to: z.number().int().min(1), leaves: z.string().max(100), sha256: z.string(), before: z.string(), frontier: z.string(), note: z.string(), logKey: z.string(), witnessKey: z.string(), at: z.string() });
type Part = z.infer<typeof Part>;
const HEAD = /^\d{6}-\d{12}(-\w+)?\.head$/;

export type Wrote = { readonly desktopId: string; readonly from: number; readonly to: number };

/**
 * One part more, from where the last one ended; nothing when nothing came since. Entries, signature and cosignature are
 * looked at whole before the first byte is written: what comes into such a folder stays in it.
 */
export async function writePart(root: string, record: WormRecord, of: { readonly now: () => number; readonly mark: string }): Promise<Wrote | undefined> {
  const folder = join(root, record.orgId, record.desktopId);
  const link = [dirname(folder), folder].find((path) => lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink());
  if (link !== undefined) throw fail("WORM_BROKEN", { detail: `${record.desktopId}: ${linkedWords(link)}` });
  const last = existsSync(folder) ? partsOf(folder).at(-1) : undefined;
  const from = last?.part.to ?? 0;
  const broken = (detail: string) => fail("WORM_BROKEN", { detail: `${record.desktopId}: ${detail}` });
  if (last && last.part.logKey !== record.logKey) throw broken("its record is signed by another key than before");
  if (record.size < from) throw broken(`the database has ${record.size} entries, and ${from} lie in the folder`);
  if (record.size === from) return undefined;
  // A server that got another name or secret has another witness; what it cosigned before is the former one's.
  const witnessKey = [record.witnessKey, last?.part.witnessKey ?? ""].find((key) => !("problem" in readCosignedHead(record.note, record.logKey, key))) ?? record.witnessKey;
  const head = readCosignedHead(record.note, record.logKey, witnessKey);
  if ("problem" in head) throw broken(head.problem);
  const edge = { size: from, frontier: Buffer.from(last?.part.frontier ?? "", "base64") };
  const leaves = () => record.leaves(from);
  const continues = (grown: Grown): boolean => grown.size === record.size && head.size === record.size && grown.root.equals(head.root);
  if (!continues(await grownBy(edge, leaves()))) throw broken("its entries in the database do not continue those that lie in the folder; one of the two was changed");
  const n = (last?.part.n ?? 0) + 1;
  mkdirSync(folder, { recursive: true });
  // A part that broke off is never closed by a head; the next one has another name.
  const name = `${number(n, 6)}-${number(from, 12)}-${of.mark}.leaves`;
  const grown = await writeLeaves(join(folder, name), edge, leaves());
  if (!continues(grown)) throw broken("its entries changed while they were read");
  const part: Part = { v: 1, n, from, to: record.size, leaves: name, sha256: grown.sha256, before: last?.sha256 ?? "", frontier: grown.frontier.toString("base64"), note: record.note, logKey: record.logKey, witnessKey, at: new Date(of.now()).toISOString() };
  writeOnce(join(folder, `${number(n, 6)}-${number(record.size, 12)}-${of.mark}.head`), Buffer.from(`${JSON.stringify(part)}\n`));
  for (const each of [folder, dirname(folder), root]) flushFolder(each);
  return { desktopId: record.desktopId, from, to: record.size };
}

export type WormReport = { readonly desktops: number; readonly parts: number; readonly entries: number; readonly problems: readonly string[]; readonly notes: readonly string[]; /** Every keeper that cosigned a part, in order: whoever checks compares each with those they know. */ readonly heads: readonly Head[] };
type Head = { readonly desktopId: string; readonly size: number; readonly logKey: string; readonly witnessKeys: readonly string[] };

/** Everything is hashed again from the folder alone: no database, no server, no network. */
export function checkFolder(root: string): WormReport {
  const problems: string[] = [];
  const notes: string[] = [];
  const heads: Head[] = [];
  let counted = 0;
  const { places, links } = placesIn(root);
  problems.push(...links.map(linkedWords));
  for (const [orgId, desktopId] of places) {
    const folder = join(root, orgId, desktopId);
    try {
      const parts = partsOf(folder);
      const last = checkParts(folder, parts);
      counted += parts.length;
      if (last) heads.push({ desktopId, size: last.to, logKey: last.logKey, witnessKeys: [...new Set(parts.map(({ part }) => part.witnessKey))] });
      for (const [index, { part }] of parts.entries()) if (index > 0 && part.witnessKey !== parts[index - 1]?.part.witnessKey) notes.push(`${desktopId}: from part ${part.n} on it is cosigned by ${part.witnessKey}: a server that got another name or secret, or another server; compare the key`);
      for (const file of readdirSync(folder)) if (/\.(leaves|head)$/.test(file) && !parts.some(({ part, name }) => part.leaves === file || name === file)) notes.push(`${desktopId}: ${file} belongs to a part that broke off`);
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
    if (before && part.logKey !== before.part.logKey) throw say("it is signed by another key than the part before it");
    if (hashOf(join(folder, part.leaves)) !== part.sha256) throw say("its entries were changed");
    const tree = grower(edge);
    for (const leaf of leavesIn(join(folder, part.leaves))) tree.add(leaf);
    const grown = tree.end();
    const head = readCosignedHead(part.note, part.logKey, part.witnessKey);
    if ("problem" in head) throw say(head.problem);
    if (grown.size !== part.to || head.size !== part.to || !grown.root.equals(head.root)) throw say("its entries do not give the signed root");
    edge = { size: grown.size, frontier: Buffer.from(grown.frontier) };
    before = each;
  }
  return before?.part;
}

type Edge = { readonly size: number; readonly frontier: Buffer };
type Grown = ReturnType<typeof growEdge>;

/** Many leaves at a time: to know the root after each of them would cost as many hashes as the tree is high. */
function grower(edge: Edge) {
  let grown = growEdge(edge, []);
  let waiting: Buffer[] = [];
  return {
    add(leaf: Buffer): void {
      if (waiting.push(leaf) < LEAVES_AT_ONCE) return;
      grown = growEdge(grown, waiting);
      waiting = [];
    },
    end: (): Grown => growEdge(grown, waiting),
  };
}

async function grownBy(edge: Edge, leaves: AsyncIterable<Buffer>): Promise<Grown> {
  const tree = grower(edge);
  for await (const leaf of leaves) tree.add(leaf);
  return tree.end();
}

async function writeLeaves(path: string, edge: Edge, leaves: AsyncIterable<Buffer>): Promise<Grown & { readonly sha256: string }> {
  const file = openSync(path, "wx", READ_ONLY);
  const hash = createHash("sha256");
  const tree = grower(edge);
  try {
    for await (const leaf of leaves) {
      const length = Buffer.alloc(LENGTH_BYTES);
      length.writeUInt32BE(leaf.byteLength);
      const bytes = Buffer.concat([length, leaf]);
      hash.update(bytes);
      writeWhole(file, bytes);
      tree.add(leaf);
    }
    fsyncSync(file);
    return { ...tree.end(), sha256: hash.digest("hex") };
  } finally {
    closeSync(file);
  }
}

/** One call may take a part of it only: on a medium that is nearly full, or over a network. */
function writeWhole(file: number, bytes: Buffer): void {
  for (let at = 0; at < bytes.byteLength; ) at += writeSync(file, bytes, at);
}

/** A part is larger than what fits into memory, some day. */
function* piecesOf(path: string): Generator<Buffer> {
  const file = openSync(path, "r");
  try {
    for (;;) {
      const piece = Buffer.allocUnsafe(AT_ONCE_BYTES);
      const bytes = readSync(file, piece, 0, AT_ONCE_BYTES, null);
      if (bytes === 0) return;
      yield piece.subarray(0, bytes);
    }
  } finally {
    closeSync(file);
  }
}

function hashOf(path: string): string {
  const hash = createHash("sha256");
  for (const piece of piecesOf(path)) hash.update(piece);
  return hash.digest("hex");
}

function* leavesIn(path: string): Generator<Buffer> {
  let rest = Buffer.alloc(0);
  for (const piece of piecesOf(path)) {
    rest = Buffer.concat([rest, piece]);
    let at = 0;
    while (at + LENGTH_BYTES <= rest.byteLength) {
      const length = rest.readUInt32BE(at);
      if (length > MOST_LEAF_BYTES) throw new Error("one of its entries is larger than any may be");
      if (at + LENGTH_BYTES + length > rest.byteLength) break;
      yield rest.subarray(at + LENGTH_BYTES, at + LENGTH_BYTES + length);
      at += LENGTH_BYTES + length;
    }
    rest = rest.subarray(at);
  }
  if (rest.byteLength > 0) throw new Error("its entries break off");
}

/** Created and never opened for writing again; there before it is counted on. */
function writeOnce(path: string, bytes: Buffer): void {
  const file = openSync(path, "wx", READ_ONLY);
  try {
    writeWhole(file, bytes);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** So that the names are there after a power cut as well; not every file system knows how to be asked. */
function flushFolder(path: string): void {
  let file: number | undefined;
  try {
    file = openSync(path, "r");
    fsyncSync(file);
  } catch (error) {
    if (!["EINVAL", "ENOTSUP", "EISDIR", "EPERM", "EACCES", "EBADF"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function partsOf(folder: string): readonly { readonly part: Part; readonly name: string; readonly sha256: string }[] {
  return readdirSync(folder).filter((name) => HEAD.test(name)).sort().flatMap((name) => {
    const text = readFileSync(join(folder, name), "utf8");
    // A head that broke off closes no part; in such a folder it can be neither mended nor taken away, and the next has another name.
    if (!text.endsWith("\n")) return [];
    const part = Part.safeParse(jsonOf(text));
    if (!part.success || !/^[\w-]+\.leaves$/.test(part.data.leaves)) throw new Error(`${name} is not readable`);
    return [{ part: part.data, name, sha256: createHash("sha256").update(text).digest("hex") }];
  });
}

/** What lies behind it is on another medium, where anybody may change it, and would be missing here without a word. */
const linkedWords = (path: string): string => `${path} is a link, and a record lies in this folder itself`;

function placesIn(root: string): { readonly places: readonly (readonly [string, string])[]; readonly links: readonly string[] } {
  if (!existsSync(root)) throw fail("WORM_MISSING", { path: root });
  const links: string[] = [];
  const folders = (path: string): string[] => {
    const found = readdirSync(path, { withFileTypes: true });
    links.push(...found.filter((each) => each.isSymbolicLink()).map(({ name }) => join(path, name)));
    return found.filter((each) => each.isDirectory()).map(({ name }) => name).sort();
  };
  const places = folders(root).flatMap((orgId) => folders(join(root, orgId)).map((desktopId) => [orgId, desktopId] as const));
  return { places, links };
}
const number = (value: number, width: number): string => String(value).padStart(width, "0");
