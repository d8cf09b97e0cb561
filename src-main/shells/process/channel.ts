import type { Duplex } from "node:stream";

/**
 * Many connections over one duplex stream: `u32 length | u8 kind | u32 connection | payload`, big-endian, the length
 * counting what follows it. Used between a shell and its core (a socketpair) and by the command line (a unix socket).
 */
export const KIND = { open: 1, close: 2, text: 3, bytes: 4, ping: 5, pong: 6, ready: 7, shutdown: 8, fatal: 9 } as const;
export type Kind = (typeof KIND)[keyof typeof KIND];

const HEADER_BYTES = 9;
export const MAX_FRAME_BYTES = 8 * 1024 * 1024;

export type Channel = {
  send(kind: Kind, connection: number, payload?: Uint8Array | string): void;
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

  return {
    send(kind, connection, payload = "") {
      if (isClosed) return;
      const length = typeof payload === "string" ? Buffer.byteLength(payload) : payload.byteLength;
      const frame = Buffer.allocUnsafe(HEADER_BYTES + length);
      frame.writeUInt32BE(HEADER_BYTES - 4 + length, 0);
      frame[4] = kind;
      frame.writeUInt32BE(connection, 5);
      if (typeof payload === "string") frame.write(payload, HEADER_BYTES);
      else frame.set(payload, HEADER_BYTES);
      stream.write(frame);
    },
    end: () => stream.end(),
    destroy: () => closed(),
  };
}

/** Cuts a byte stream into frames without copying what lies inside one chunk. */
export function frameReader(onFrame: (kind: Kind, connection: number, payload: Buffer) => void): (chunk: Buffer) => void {
  let held: Buffer[] = [];
  let heldBytes = 0;
  let wanted = 4;
  return (chunk) => {
    held.push(chunk);
    heldBytes += chunk.byteLength;
    if (heldBytes < wanted) return;
    let rest = held.length === 1 ? chunk : Buffer.concat(held);
    for (;;) {
      if (rest.byteLength < 4) {
        wanted = 4;
        break;
      }
      const length = rest.readUInt32BE(0);
      if (length < HEADER_BYTES - 4 || length > MAX_FRAME_BYTES) throw new Error(`a frame of ${length} bytes was refused`);
      wanted = 4 + length;
      if (rest.byteLength < wanted) break;
      onFrame(rest[4] as Kind, rest.readUInt32BE(5), rest.subarray(HEADER_BYTES, wanted));
      rest = rest.subarray(wanted);
    }
    held = rest.byteLength > 0 ? [rest] : [];
    heldBytes = rest.byteLength;
  };
}
