import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { setImmediate as breathe } from "node:timers/promises";
import { Inflate } from "fflate";
import { Unreadable } from "../blocks.ts";

/** One entry of a zip file that may be far larger than memory: what lies beside it is never read. */
export type ZipEntry = Disposable & { /** A piece at a time; between two of them the thread answers others. */ pieces(mostBytes: number): AsyncIterable<Uint8Array> };

const END_BYTES = 66_000;
const DIRECTORY_BYTES = 32 * 1024 * 1024;
const PIECE_BYTES = 64 * 1024;

/** Undefined where the file is no zip, or holds no such entry at its top. */
export function openZipEntry(path: string, wanted: string): ZipEntry | undefined {
  const file = openSync(path, "r");
  try {
    const at = find(file, wanted);
    if (at === undefined) return closeSync(file), undefined;
    return { pieces: (mostBytes) => unpacked(file, at, mostBytes), [Symbol.dispose]: () => closeSync(file) };
  } catch (error) {
    closeSync(file);
    throw error;
  }
}

const bytesAt = (file: number, from: number, length: number): Buffer => {
  const bytes = Buffer.alloc(length);
  return bytes.subarray(0, readSync(file, bytes, 0, length, from));
};

type Place = { readonly start: number; readonly packed: number; readonly method: number };

function find(file: number, wanted: string): Place | undefined {
  const { size } = fstatSync(file);
  const tail = bytesAt(file, Math.max(0, size - END_BYTES), Math.min(size, END_BYTES));
  const end = tail.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
  if (end < 0 || end + 22 > tail.length) return undefined;
  const [length, from] = [tail.readUInt32LE(end + 12), tail.readUInt32LE(end + 16)];
  if (length > DIRECTORY_BYTES || from + length > size) return undefined;
  const directory = bytesAt(file, from, length);
  for (let at = 0; at + 46 <= directory.length && directory.readUInt32LE(at) === 0x02014b50; ) {
    const nameLength = directory.readUInt16LE(at + 28);
    if (directory.toString("utf8", at + 46, at + 46 + nameLength) === wanted) return placeOf(file, directory, at);
    at += 46 + nameLength + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
  }
  return undefined;
}

function placeOf(file: number, directory: Buffer, at: number): Place {
  const offset = directory.readUInt32LE(at + 42);
  const head = bytesAt(file, offset, 30);
  if ((directory.readUInt16LE(at + 8) & 1) !== 0) throw new Unreadable("it is encrypted");
  if (head.length < 30 || head.readUInt32LE(0) !== 0x04034b50) throw new Unreadable("its zip directory points outside the file");
  return { start: offset + 30 + head.readUInt16LE(26) + head.readUInt16LE(28), packed: directory.readUInt32LE(at + 20), method: directory.readUInt16LE(at + 10) };
}

async function* unpacked(file: number, { start, packed, method }: Place, mostBytes: number): AsyncGenerator<Uint8Array> {
  if (method !== 0 && method !== 8) throw new Unreadable(`it is packed by a method (${method}) that is not read`);
  let out: Uint8Array[] = [];
  const stream = new Inflate((part) => out.push(part));
  let total = 0;
  for (let done = 0; done < packed; done += PIECE_BYTES) {
    const piece = bytesAt(file, start + done, Math.min(PIECE_BYTES, packed - done));
    if (piece.length < Math.min(PIECE_BYTES, packed - done)) throw new Unreadable("it is cut off");
    try {
      if (method === 0) out.push(piece);
      else stream.push(piece, done + PIECE_BYTES >= packed);
    } catch {
      throw new Unreadable("its compressed data is damaged");
    }
    for (const part of out) {
      total += part.length;
      if (total > mostBytes) throw new Unreadable(`it unpacks to more than ${mostBytes >> 20} MiB`);
      yield part;
    }
    out = [];
    await breathe();
  }
}
