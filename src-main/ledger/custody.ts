import { hash } from "node:crypto";
import { checkpointText, parseCheckpoint, type Checkpoint } from "./checkpoint.ts";
import { commitmentOf } from "./commitment.ts";
import { parseLeaf, type Leaf } from "./leaf.ts";
import type { Keyring } from "./keyring.ts";
import { cosign, formatVerifierKey, parseVerifierKey, signNote, verifyNote } from "./note.ts";
import { openRow } from "./reader.ts";
import { CompactRange, HASH_BYTES, hashLeaf, rangeHash } from "./tree.ts";
import { keepNote } from "./witness.ts";
import type { Writer } from "./writer.ts";

// A copy of this log kept by somebody else, who believes nothing: each batch carries a head that this log signed, and the
// keeper hashes the entries onto the edge it remembers. If the root comes out, the log only grew: that is the whole proof.

export type CopiedEntry = { readonly leaf: Buffer; /** The committed lines, one each; undefined when they were erased. */ readonly openings: string | undefined };
export type CopyBatch = { readonly from: number; readonly entries: readonly CopiedEntry[]; readonly note: string };

/** A batch ends where either is reached, so that one request stays small whatever the entries hold. */
const MAX_BATCH_BYTES = 4 << 20;

export function createCopySource({ writer, keyring }: { readonly writer: Writer; readonly keyring: Keyring }) {
  const noteAt = (size: number): string => {
    const head = writer.head();
    if (head.size === size) return head.note;
    return signNote(checkpointText(keyring.origin, size, rangeHash(0, size, writer.book.subtree)), keyring.signers());
  };
  return {
    /** The key that every head of this log is signed with. */
    logKey: (): string => formatVerifierKey((keyring.signers()[0] as { key: Parameters<typeof formatVerifierKey>[0] }).key),
    oldest: (): number => writer.book.minimum,
    /** From there on at most so many; the head it carries is of exactly its end. */
    batch(from: number, most: number): CopyBatch {
      const entries: CopiedEntry[] = [];
      let bytes = 0;
      for (const row of writer.book.entries(from, Math.min(from + most, writer.head().size))) {
        const openings = openRow(writer.book, row).openings?.map(({ text }) => text).join("\n");
        bytes += row.leaf.byteLength + (openings?.length ?? 0);
        if (entries.length > 0 && bytes > MAX_BATCH_BYTES) break;
        entries.push({ leaf: row.leaf, openings });
      }
      return { from, entries, note: noteAt(from + entries.length) };
    },
    /** A cosignature can only be taken for a head that is remembered as shown. */
    keepShown(note: string): void {
      const shown = parseCheckpoint(note);
      if (shown) keepNote(writer, shown.checkpoint.size, note, "shown to a keeper of a copy");
    },
    /** Whether a head that the keeper shows is one of this very log: its own signature, and the root its entries give today. */
    isOurs(note: string): "ours" | "not ours" | "longer than ours" {
      const shown = parseCheckpoint(note);
      if (!shown || shown.checkpoint.origin !== keyring.origin || !verifyNote(shown.note, keyring.signers().map(({ key }) => key)).verified) return "not ours";
      const { size, root } = shown.checkpoint;
      if (size > writer.head().size) return "longer than ours";
      return size === 0 || Buffer.from(rangeHash(0, size, writer.book.subtree)).equals(root) ? "ours" : "not ours";
    },
  };
}
export type CopySource = ReturnType<typeof createCopySource>;

/** The right edge of a tree, as bytes that can be kept in a row: the hash of each perfect subtree, smallest first. */
export type Edge = { readonly size: number; readonly frontier: Buffer };

export function growEdge({ size, frontier }: Edge, leaves: readonly Uint8Array[]): Edge & { readonly root: Buffer } {
  const range = new CompactRange();
  range.size = size;
  let at = 0;
  for (let height = 0, rest = size; rest > 0; height += 1, rest = Math.floor(rest / 2)) {
    if (rest % 2 === 0) continue;
    range.nodes[height] = Buffer.from(frontier.subarray(at, at + HASH_BYTES));
    at += HASH_BYTES;
  }
  if (at !== frontier.byteLength) throw new RangeError("this edge is not that of a tree of this size");
  for (const leaf of leaves) range.append(hashLeaf(leaf));
  return { size: range.size, frontier: Buffer.concat(range.nodes.filter((node) => node !== undefined)), root: range.root() };
}

/** A head signed by the key that this log was enrolled with, or why it is none. */
export function readSignedHead(note: string, logKey: string): { readonly head: Checkpoint; readonly text: string } | { readonly problem: string } {
  const key = parseVerifierKey(logKey);
  const parsed = parseCheckpoint(note);
  if (!key || !parsed) return { problem: "the head is not a signed checkpoint" };
  if (parsed.checkpoint.origin !== key.name) return { problem: "the head is another log's" };
  const verdict = verifyNote(parsed.note, [key]);
  return verdict.verified ? { head: parsed.checkpoint, text: parsed.note.text } : { problem: `the head's signature does not hold (${verdict.why})` };
}

/** A head signed by its log and cosigned by the keeper, or why it is not. */
export function readCosignedHead(note: string, logKey: string, witnessKey: string): Checkpoint | { readonly problem: string } {
  const read = readSignedHead(note, logKey);
  if ("problem" in read) return read;
  const key = parseVerifierKey(witnessKey);
  const parsed = parseCheckpoint(note);
  return key && parsed && verifyNote(parsed.note, [key]).verified ? read.head : { problem: "the keeper's cosignature does not hold" };
}

/** Each leaf is in its place, and each line that is said to open it really does. */
export function readCopied(entry: CopiedEntry, seq: number): { readonly leaf: Leaf } | { readonly problem: string } {
  let leaf: Leaf;
  try {
    leaf = parseLeaf(entry.leaf);
  } catch {
    return { problem: `entry ${seq} is not readable` };
  }
  if (leaf.seq !== seq) return { problem: `entry ${seq} says it is ${leaf.seq}` };
  if (entry.openings === undefined) return { leaf };
  const committed = new Set([...Object.values(leaf.c ?? {}), ...(leaf.blobs ?? []).map(({ commitment }) => commitment)]);
  return entry.openings.split("\n").every((line) => committed.has(commitmentOf(line))) ? { leaf } : { problem: `entry ${seq} carries a value it did not commit to` };
}

/** A witness of one name and key, for whoever keeps copies. */
export function createCosigner({ name, seed }: { readonly name: string; readonly seed: Buffer }) {
  return {
    key: (): string => formatVerifierKey(cosign(name, seed, 0, "").key),
    cosign: (text: string, timeMs: number): string => cosign(name, seed, Math.floor(timeMs / 1000), text).line,
  };
}
export type Cosigner = ReturnType<typeof createCosigner>;

export const rootOf = (leaves: readonly Uint8Array[]): Buffer => growEdge({ size: 0, frontier: Buffer.alloc(0) }, leaves).root;
/** Ed25519 seeds are any 32 bytes: one secret gives as many keys as it has names. */
export const seedFrom = (secret: Uint8Array, purpose: string): Buffer => hash("sha256", Buffer.concat([Buffer.from(`${purpose}\n`), secret]), "buffer");
