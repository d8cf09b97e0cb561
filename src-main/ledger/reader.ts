import type { Book, EntryRow } from "./book.ts";
import { commitmentOf, parseOpening, type Opening } from "./commitment.ts";
import { parseLeaf, type Leaf } from "./leaf.ts";
import type { Json } from "./port.ts";
import { unsealText } from "./sealing.ts";

/** An entry with what is known of it. `openings` is undefined when its values were erased. */
export type OpenEntry = {
  readonly seq: number;
  readonly leaf: Leaf;
  readonly leafBytes: Buffer;
  readonly openings: readonly OpenedField[] | undefined;
};
/** `text` is the exact committed line; `holds` says that it still hashes to the commitment in the leaf. */
export type OpenedField = Opening & { readonly text: string; readonly holds: boolean };

export function openRow(book: Book, row: EntryRow): OpenEntry {
  const leaf = parseLeaf(row.leaf);
  return { seq: row.seq, leaf, leafBytes: row.leaf, openings: openingsOf(book, row, leaf) };
}

function openingsOf(book: Book, row: EntryRow, leaf: Leaf): readonly OpenedField[] | undefined {
  if (row.nonce === null || row.sealed === null) return undefined;
  const key = book.subjectKey(row.subject);
  if (key === undefined) return undefined;
  const committed = new Set([...Object.values(leaf.c), ...(leaf.blobs ?? []).map(({ commitment }) => commitment)]);
  const fields: OpenedField[] = [];
  for (const text of unsealText(key, row.nonce, row.sealed).split("\n")) {
    const opening = parseOpeningText(text);
    fields.push(opening === undefined ? { salt: "", name: "", value: null, text, holds: false } : { ...opening, text, holds: committed.has(commitmentOf(text)) });
  }
  return fields;
}

function parseOpeningText(text: string): Opening | undefined {
  try {
    return parseOpening(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** The values by name, for screens and searches; blobs are listed apart. */
export function valuesOf(openings: readonly OpenedField[]): Record<string, Json> {
  const values: Record<string, Json> = {};
  for (const { name, value, holds } of openings) if (holds && !name.startsWith("blob:")) values[name] = value;
  return values;
}

/** SHA-256 of each blob by its place in the leaf. */
export function blobHashes(openings: readonly OpenedField[]): ReadonlyMap<number, string> {
  const hashes = new Map<number, string>();
  for (const { name, value, holds } of openings) {
    const place = /^blob:(\d+):/.exec(name)?.[1];
    if (holds && place !== undefined && typeof value === "string") hashes.set(Number(place), value);
  }
  return hashes;
}
