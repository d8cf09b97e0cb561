import { hash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { basename } from "node:path";
import { LIMITS, Unreadable } from "./blocks.ts";
import { chunkBlocks } from "./chunk.ts";
import { outdatedBy } from "./compare.ts";
import type { Embedding } from "./embedding.ts";
import { extract, type Read } from "./extract.ts";
import { languageOf } from "./language.ts";
import { embeddable } from "./meaning.ts";
import { opened, visible, type Place } from "./names.ts";
import type { Ready } from "./passages.ts";

/** One file, made ready for the index; runs in the reading thread. A file that cannot be read is ready too: as a problem. */
export async function prepare(path: Place, name: string, embedding: Embedding | undefined, given?: { readonly bytes: Uint8Array; readonly modifiedAt: number }): Promise<Ready> {
  if (given !== undefined) return prepareBytes({ path: name, bytes: given.bytes.byteLength, modifiedAt: given.modifiedAt }, given.bytes, embedding);
  // A thread that does nothing else may wait for the disk: asked for in turn, small files cost a tenth.
  const place = opened(path);
  const { size, mtimeMs } = statSync(place);
  const at = { path: name, bytes: size, modifiedAt: mtimeMs };
  if (size > LIMITS.fileBytes) return failed(at, "", `it is larger than ${LIMITS.fileBytes >> 20} MiB`);
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(place);
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") throw error; // gone since it was found: the next comparison tells
    return failed(at, "", code === "EACCES" || code === "EPERM" ? "SENA may not read it: its permissions forbid it" : `it cannot be read (${code})`);
  }
  return prepareBytes(at, bytes, embedding);
}

export async function prepareBytes(from: { readonly path: string; readonly bytes: number; readonly modifiedAt: number }, bytes: Uint8Array, embedding: Embedding | undefined): Promise<Ready> {
  const at = { ...from, path: visible(from.path) };
  const sha256 = hash("sha256", bytes, "hex");
  let read: Read;
  try {
    read = await extract(at.path, bytes);
  } catch (error) {
    return failed(at, sha256, error instanceof Unreadable ? error.message : "it could not be read: its structure is damaged");
  }
  const chunks = chunkBlocks(read.blocks);
  const title = visible(read.title.slice(0, 300)) || basename(at.path);
  const vectors = embedding === undefined ? [] : chunks.map((chunk) => embedding.embed(embeddable({ title, ...chunk })));
  const remarks = chunks.length === 0 && read.remarks.length === 0 ? ["it holds no text"] : read.remarks;
  return { ...at, title, format: read.format, sha256, language: languageOf(chunks.slice(0, 5).map(({ text }) => text).join(" ")), state: chunks.length === 0 ? "failed" : remarks.length > 0 ? "partial" : "ok", remarks, outdated: outdatedBy({ path: at.path, title, lead: chunks[0]?.text ?? "" }), chunks, vectors };
}

export const failed = (at: { readonly path: string; readonly bytes: number; readonly modifiedAt: number }, sha256: string, why: string): Ready => ({ ...at, title: basename(at.path), format: "", sha256, language: "", state: "failed", remarks: [why], outdated: "", chunks: [], vectors: [] });
