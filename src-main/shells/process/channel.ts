import type { Duplex } from "node:stream";
import { failer, LINK_FAILURES } from "../../contract/index.ts";

/**
 * Many connections over one duplex stream: `u32 length | u8 kind | u32 connection | payload`, big-endian, the length
 * counting what follows it. Used between a shell and its core (a socketpair) and by the command line (a unix socket).
 */
export const KIND = { open: 1, close: 2, text: 3, bytes: 4, ping: 5, pong: 6, ready: 7, shutdown: 8, fatal: 9 } as const;
export type Kind = (typeof KIND)[keyof typeof KIND];

const fail = failer(LINK_FAILURES);
const HEADER_BYTES = 9;
/** Below this a copy is cheaper than a part of its own. */
const JOINED_BELOW_BYTES = 2048;
export const MAX_FRAME_BYTES = 8 * 1024 * 1024;

export type Channel = {
  /** Throws TOO_MUCH_AT_ONCE for what the far end would refuse: there it ends the whole channel, and with it everything else that travels on it. */
  send(kind: Kind, connection: number, payload?: Uint8Array | string): void;
  /** A byte frame of a pipe: `u32 id | payload`. The payload is sent from where it lies and must stay as it is. */
  sendBytes(connection: number, id: number, payload: Uint8Array): void;
  end(): void;
  destroy(): void;
};
export type ChannelEvents = {
  frame(kind: Kind, connection: number, payload: Buffer): void;
  close(error?: Error): void;
};

export function openChannel(stream: Duplex, on: ChannelEvents): Channel {
  let isClosed = false;
  const closed = (error?: Error) => {
    if (isClosed) return;
    isClosed = true;
    stream.destroy();
    on.close(error);
  };
  const read = frameReader((kind, connection, payload) => on.frame(kind, connection, payload));
  stream.on("data", (chunk: Buffer) => {
    try {
      read(chunk);
    } catch (error) {
      closed(error as Error);
    }
  });
  stream.on("error", closed);
  stream.on("close", () => closed());
  stream.on("end", () => closed());

  /** What one turn sends goes to the kernel in one call. */
  let isCorked = false;
  const cork = (): void => {
    if (isCorked) return;
    isCorked = true;
    stream.cork();
    process.nextTick(() => {
      isCorked = false;
      stream.uncork();
    });
  };

  return {
    send(kind, connection, payload = "") {
      if (isClosed) return;
      const length = typeof payload === "string" ? Buffer.byteLength(payload) : payload.byteLength;
      if (HEADER_BYTES - 4 + length > MAX_FRAME_BYTES) throw fail("TOO_MUCH_AT_ONCE", { megabytes: MAX_FRAME_BYTES / 1_048_576 });
      const frame = Buffer.allocUnsafe(HEADER_BYTES + length);
      frame.writeUInt32BE(HEADER_BYTES - 4 + length, 0);
      frame[4] = kind;
      frame.writeUInt32BE(connection, 5);
      if (typeof payload === "string") frame.write(payload, HEADER_BYTES);
      else frame.set(payload, HEADER_BYTES);
      stream.write(frame);
    },
    sendBytes(connection, id, payload) {
      if (isClosed) return;
      const isSmall = payload.byteLength < JOINED_BELOW_BYTES;
      const head = Buffer.allocUnsafe(HEADER_BYTES + 4 + (isSmall ? payload.byteLength : 0));
      head.writeUInt32BE(HEADER_BYTES + payload.byteLength, 0); // kind, connection, id: as much as the header's own length field
      head[4] = KIND.bytes;
      head.writeUInt32BE(connection, 5);
      head.writeUInt32BE(id, HEADER_BYTES);
      if (isSmall) {
        head.set(payload, HEADER_BYTES + 4);
        stream.write(head);
        return;
      }
      cork();
      stream.write(head);
      stream.write(payload);
    },
    end: () => stream.end(),
    destroy: () => closed(),
  };
}

/** Cuts a byte stream into frames. What lies inside one chunk is not copied; a frame over several is put together once. */
export function frameReader(onFrame: (kind: Kind, connection: number, payload: Buffer) => void): (chunk: Buffer) => void {
  const head = Buffer.alloc(4);
  let headBytes = 0;
  let part: Buffer | undefined;
  let partBytes = 0;

  const lengthIn = (from: Buffer, at: number): number => {
    const length = from.readUInt32BE(at);
    if (length < HEADER_BYTES - 4 || length > MAX_FRAME_BYTES) throw new Error(`a frame of ${length} bytes was refused`);
    return length;
  };
  /** The frame without its length. */
  const deliver = (frame: Buffer): void => onFrame(frame[0] as Kind, frame.readUInt32BE(1), frame.subarray(HEADER_BYTES - 4));

  return (chunk) => {
    for (let at = 0; at < chunk.byteLength; ) {
      if (part === undefined && headBytes === 0 && chunk.byteLength - at >= 4) {
        const end = at + 4 + lengthIn(chunk, at);
        if (end <= chunk.byteLength) {
          deliver(chunk.subarray(at + 4, end));
          at = end;
          continue;
        }
      }
      if (part === undefined) {
        const taken = chunk.copy(head, headBytes, at, Math.min(chunk.byteLength, at + 4 - headBytes));
        headBytes += taken;
        at += taken;
        if (headBytes < 4) return;
        part = Buffer.allocUnsafe(lengthIn(head, 0));
        partBytes = 0;
        headBytes = 0;
      }
      const taken = chunk.copy(part, partBytes, at, Math.min(chunk.byteLength, at + part.byteLength - partBytes));
      partBytes += taken;
      at += taken;
      if (partBytes < part.byteLength) return;
      const whole = part;
      part = undefined;
      deliver(whole);
    }
  };
}
