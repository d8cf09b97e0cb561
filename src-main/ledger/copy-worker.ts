import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import { parentPort, workerData } from "node:worker_threads";
import { crc32 } from "node:zlib";
import type { CopyJob, CopyWord } from "./copy-file.ts";

const CHUNK_BYTES = 2 << 20;
/** The disk begins to write what is there while the rest is still being hashed. */
const SYNC_EVERY_BYTES = 64 << 20;

// While one piece is hashed, the one before it is being written and the one after it read, by the threads behind them.
const { from, to, offset, length } = workerData as CopyJob;
const say = (word: CopyWord): void => parentPort?.postMessage(word);
await using source = await open(from, "r");
await using target = await open(to, "r+");
const rooms = [0, 1, 2].map(() => Buffer.allocUnsafe(Math.min(CHUNK_BYTES, Math.max(1, length))));
const read = async (at: number, room: Buffer): Promise<Buffer> => {
  const wanted = Math.min(room.byteLength, length - at);
  let got = 0;
  while (got < wanted) {
    const { bytesRead } = await source.read(room, got, wanted - got, at + got);
    if (bytesRead === 0) throw new RangeError("it became shorter while it was copied");
    got += bytesRead;
  }
  return room.subarray(0, wanted);
};
const write = async (bytes: Buffer, at: number): Promise<void> => {
  for (let done = 0; done < bytes.byteLength; ) done += (await target.write(bytes, done, bytes.byteLength - done, at + done)).bytesWritten;
};

const sha256 = createHash("sha256");
let crc = 0;
let writing = Promise.resolve();
let reading = read(0, rooms[0] as Buffer);
let synced = 0;
for (let at = 0, n = 0; at < length; n += 1) {
  const piece = await reading;
  const next = at + piece.byteLength;
  await writing;
  // The room after this one was written when the last piece was: it is free.
  if (next < length) reading = read(next, rooms[(n + 1) % 3] as Buffer);
  writing = write(piece, offset + at);
  sha256.update(piece);
  crc = crc32(piece, crc);
  at = next;
  if (at - synced >= SYNC_EVERY_BYTES) {
    synced = at;
    // Only a head start: whether everything is on the disk is asked once, at the end, by whoever closes the bundle.
    void target.datasync().catch(() => undefined);
  }
  say({ kind: "copied", bytes: piece.byteLength });
}
await writing;
say({ kind: "done", sha256: sha256.digest("hex"), crc });
