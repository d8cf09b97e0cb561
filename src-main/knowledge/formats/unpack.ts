import { gunzipSync } from "node:zlib";
import { Inflate } from "fflate";
import { LIMITS, Unreadable } from "../blocks.ts";

export type Entry = { readonly name: string; read(): Uint8Array };

/** One budget for everything that comes out of one file, however deep it was packed. */
export type Budget = { left: number; readonly packed: number };
export const budgetOf = (packed: number): Budget => ({ left: Math.min(LIMITS.unpackedBytes, Math.max(4 << 20, packed * LIMITS.unpackRatio)), packed });
const spend = (budget: Budget, bytes: number): void => {
  budget.left -= bytes;
  if (budget.left < 0) throw new Unreadable(`it unpacks to more than ${LIMITS.unpackRatio} times its size, or to more than ${LIMITS.unpackedBytes >> 20} MiB: taken for an archive bomb`);
};

export function gunzip(bytes: Uint8Array, budget: Budget): Uint8Array {
  try {
    const out = gunzipSync(bytes, { maxOutputLength: Math.max(1, budget.left) });
    spend(budget, out.byteLength);
    return out;
  } catch (error) {
    if (error instanceof Unreadable) throw error;
    if ((error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE") return spend(budget, budget.left + 1), bytes;
    throw new Unreadable("its compressed data is damaged");
  }
}

/** Only what the central directory names, inflated piece by piece against the budget; sizes it claims are not believed. */
export function unzip(bytes: Uint8Array, budget: Budget): Entry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let end = bytes.length - 22;
  while (end >= Math.max(0, bytes.length - 66_000) && view.getUint32(end, true) !== 0x06054b50) end -= 1;
  if (end < 0 || end < bytes.length - 66_000) throw new Unreadable("it is no whole zip file: its directory is missing");
  const count = view.getUint16(end + 10, true);
  if (count > LIMITS.archiveEntries) throw new Unreadable(`it holds ${count} entries, more than ${LIMITS.archiveEntries}`);
  let at = view.getUint32(end + 16, true);
  const entries: Entry[] = [];
  const seen = new Set<number>();
  for (let n = 0; n < count; n += 1) {
    if (at + 46 > bytes.length || view.getUint32(at, true) !== 0x02014b50) throw new Unreadable("its zip directory is damaged");
    const [flags, method, packed, nameLength, extra, comment, offset] = [view.getUint16(at + 8, true), view.getUint16(at + 10, true), view.getUint32(at + 20, true), view.getUint16(at + 28, true), view.getUint16(at + 30, true), view.getUint16(at + 32, true), view.getUint32(at + 42, true)];
    const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameLength));
    at += 46 + nameLength + extra + comment;
    if (name.endsWith("/")) continue;
    if (seen.has(offset)) throw new Unreadable("entries of its zip directory share the same data: taken for an archive bomb");
    seen.add(offset);
    entries.push({ name, read: () => {
      if ((flags & 1) !== 0) throw new Unreadable("it is encrypted");
      if (offset + 30 > bytes.length || view.getUint32(offset, true) !== 0x04034b50) throw new Unreadable("its zip directory points outside the file");
      const start = offset + 30 + view.getUint16(offset + 26, true) + view.getUint16(offset + 28, true);
      const data = bytes.subarray(start, start + packed);
      if (data.length < packed) throw new Unreadable("it is cut off");
      if (method === 0) return spend(budget, data.length), data;
      if (method !== 8) throw new Unreadable(`it is packed by a method (${method}) that is not read`);
      return inflate(data, budget);
    } });
  }
  return entries;
}

function inflate(data: Uint8Array, budget: Budget): Uint8Array {
  const parts: Uint8Array[] = [];
  const stream = new Inflate((part) => {
    spend(budget, part.length);
    parts.push(part);
  });
  try {
    // Small pieces: a bomb is met after kilobytes, not after it has filled the memory.
    for (let from = 0; from < data.length || from === 0; from += 16_384) stream.push(data.subarray(from, from + 16_384), from + 16_384 >= data.length);
  } catch (error) {
    if (error instanceof Unreadable) throw error;
    throw new Unreadable("its compressed data is damaged");
  }
  return parts.length === 1 ? (parts[0] as Uint8Array) : Buffer.concat(parts);
}

/** ustar and its GNU and pax cousins; links and devices are passed over. */
export function untar(bytes: Uint8Array): Entry[] {
  const entries: Entry[] = [];
  const text = (from: number, length: number) => new TextDecoder("latin1").decode(bytes.subarray(from, from + length)).replace(/\0.*$/s, "");
  for (let at = 0; at + 512 <= bytes.length; ) {
    if (bytes[at] === 0) break;
    const size = parseInt(text(at + 124, 12).trim() || "0", 8);
    if (!Number.isFinite(size) || size < 0 || at + 512 + size > bytes.length) throw new Unreadable("its tar headers are damaged");
    const kind = text(at + 156, 1);
    const prefix = text(at + 257, 5) === "ustar" ? text(at + 345, 155) : "";
    const from = at + 512;
    if (kind === "0" || kind === "") entries.push({ name: prefix === "" ? text(at, 100) : `${prefix}/${text(at, 100)}`, read: () => bytes.subarray(from, from + size) });
    if (entries.length > LIMITS.archiveEntries) throw new Unreadable(`it holds more than ${LIMITS.archiveEntries} entries`);
    at = from + Math.ceil(size / 512) * 512;
  }
  return entries;
}
