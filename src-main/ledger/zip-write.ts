import { closeSync, createReadStream, fdatasync, fsyncSync, openSync, statSync, writeSync } from "node:fs";
import { createHash, hash } from "node:crypto";
import { promisify } from "node:util";
import { crc32 } from "node:zlib";
import { copyFileInto } from "./copy-file.ts";
import { zipCentralHeader, zipEnd, zipLocalHeader, type ZipMember } from "./zip-format.ts";

/** Files stored, not compressed: any part of a bundle can be read, hashed and played where it lies. */
export type ZipWriter = {
  add(name: string, bytes: Uint8Array): { readonly sha256: string };
  /** Copies a file in, hashing as it goes; the header's checksum is written when it is known. */
  addFile(name: string, path: string, length: number, signal: AbortSignal, onBytes: (bytes: number) => void): Promise<{ readonly sha256: string }>;
  /** What was put so far is on the disk: without anybody waiting for it in this thread. */
  sync(): Promise<void>;
  finish(): { readonly bytes: number };
  readonly bytes: number;
  close(): void;
};

const BUFFER_BYTES = 4 << 20;

/** Below this a thread of its own costs more than it saves. */
const WORTH_A_THREAD_BYTES = 8 << 20;

export function openZip(path: string, copyWorker?: string): ZipWriter {
  // "wx": an export never overwrites an earlier one.
  const fd = openSync(path, "wx", 0o600);
  const members: ZipMember[] = [];
  const pending: Uint8Array[] = [];
  let pendingBytes = 0;
  let written = 0;
  let open = true;

  const flush = (): void => {
    const out = Buffer.concat(pending);
    pending.length = 0;
    pendingBytes = 0;
    writeAll(fd, out, written);
    written += out.byteLength;
  };
  const put = (bytes: Uint8Array): void => {
    pending.push(bytes);
    pendingBytes += bytes.byteLength;
    if (pendingBytes >= BUFFER_BYTES) flush();
  };
  const begin = (name: string, size: number, crc: number): ZipMember => {
    const member: ZipMember = { name, size, crc, offset: written + pendingBytes };
    members.push(member);
    put(zipLocalHeader(member));
    return member;
  };

  return {
    get bytes() {
      return written + pendingBytes;
    },
    add(name, bytes) {
      begin(name, bytes.byteLength, crc32(bytes));
      put(bytes);
      return { sha256: hash("sha256", bytes, "hex") };
    },
    async addFile(name, from, length, signal, onBytes) {
      if (statSync(from).size < length) throw new RangeError(`${name} is shorter than the record says`);
      const at = members.length;
      const member = begin(name, length, 0);
      if (copyWorker !== undefined && length >= WORTH_A_THREAD_BYTES) {
        flush();
        const copied = await copyFileInto(copyWorker, { from, to: path, offset: written, length }, signal, onBytes);
        written += length;
        members[at] = { ...member, crc: copied.crc };
        writeAll(fd, zipLocalHeader({ ...member, crc: copied.crc }), member.offset);
        return { sha256: copied.sha256 };
      }
      const sha256 = createHash("sha256");
      let crc = 0;
      if (length > 0) {
        for await (const chunk of createReadStream(from, { end: length - 1, highWaterMark: 1 << 20, signal }) as AsyncIterable<Buffer>) {
          sha256.update(chunk);
          crc = crc32(chunk, crc);
          put(chunk);
          onBytes(chunk.byteLength);
        }
      }
      flush();
      members[at] = { ...member, crc };
      writeAll(fd, zipLocalHeader({ ...member, crc }), member.offset);
      return { sha256: sha256.digest("hex") };
    },
    sync() {
      flush();
      return promisify(fdatasync)(fd);
    },
    finish() {
      const start = written + pendingBytes;
      for (const member of members) put(zipCentralHeader(member));
      put(zipEnd(members.length, start, written + pendingBytes - start));
      flush();
      fsyncSync(fd);
      return { bytes: written };
    },
    close() {
      if (!open) return;
      open = false;
      closeSync(fd);
    },
  };
}

function writeAll(fd: number, bytes: Uint8Array, position: number): void {
  let at = 0;
  while (at < bytes.byteLength) at += writeSync(fd, bytes, at, bytes.byteLength - at, position + at);
}
