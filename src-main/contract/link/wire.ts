import type { Procedure } from "../define.ts";
import type { FailureData } from "../failure.ts";

/** Raised when old and new ends cannot understand each other; the welcome carries it. */
export const PROTOCOL_VERSION = 3;
/** The window of a pipe, each direction: what the far end may have on its way before it hears "handled". */
export const PIPE_WINDOW_BYTES = 512 * 1024;
/** The most one byte frame carries: small enough that the far end handles one while the next is on its way. */
export const PIPE_PART_BYTES = 64 * 1024;
/** Items of a feed on their way before the reader returned credit. */
export const FEED_WINDOW_ITEMS = 64;
/** A control frame (not pipe bytes) larger than this is refused and the connection closed. */
export const MAX_TEXT_BYTES = 4 * 1024 * 1024;
/** Everything live on one connection: calls, feeds, pipes. */
export const MAX_LIVE = 512;

/** Close codes a carrier may give, so that the screen can say what is down. */
export const CLOSE = { normal: 1000, coreDown: 4100, badFrame: 4002, tooLarge: 1009 } as const;

export type WireFailure = { readonly code: string; readonly message: string; readonly data: FailureData; readonly retryable: boolean };

/** What may be asked, by group and name. It comes with the welcome, so that the asking end needs no schema to build its client. */
export type Offers = { readonly [group: string]: { readonly [name: string]: Procedure["kind"] } };

export type ClientFrame =
  | { readonly t: "hello"; readonly v: number }
  | { readonly t: "start"; readonly id: number; readonly op: string; readonly in: unknown }
  | { readonly t: "cancel"; readonly id: number }
  | { readonly t: "credit"; readonly id: number; readonly n: number };

export type ServerFrame =
  | { readonly t: "welcome"; readonly v: number; readonly offers: Offers }
  | { readonly t: "ok"; readonly id: number; readonly out: unknown }
  | { readonly t: "item"; readonly id: number; readonly out: unknown }
  | { readonly t: "end"; readonly id: number }
  | { readonly t: "err"; readonly id: number; readonly error: WireFailure }
  | { readonly t: "credit"; readonly id: number; readonly n: number };

/**
 * A carrier of frames, in order, until it closes. Control frames are plain objects, byte frames are
 * `[id: u32 big-endian][payload]`: never base64, never a copy more than the carrier itself makes.
 */
export interface Transport {
  send(frame: ClientFrame | ServerFrame | Uint8Array): void;
  /** For carriers that can send a byte frame without joining its parts first. The payload must stay as it is. */
  sendBytes?(id: number, payload: Uint8Array): void;
  /** Called once, before anything is sent. */
  receive(on: { frame(frame: unknown): void; close(reason: { code: number; say: string }): void }): void;
  close(code?: number): void;
}

export const sendBytes = (transport: Transport, id: number, payload: Uint8Array): void => (transport.sendBytes ? transport.sendBytes(id, payload) : transport.send(packBytes(id, payload)));

export function packBytes(id: number, payload: Uint8Array): Uint8Array {
  const frame = new Uint8Array(4 + payload.byteLength);
  frame[0] = id >>> 24;
  frame[1] = id >>> 16;
  frame[2] = id >>> 8;
  frame[3] = id;
  frame.set(payload, 4);
  return frame;
}

export function unpackBytes(frame: Uint8Array): { readonly id: number; readonly payload: Uint8Array } | undefined {
  if (frame.byteLength < 4) return undefined;
  const id = (((frame[0] as number) << 24) | ((frame[1] as number) << 16) | ((frame[2] as number) << 8) | (frame[3] as number)) >>> 0;
  return { id, payload: frame.subarray(4) };
}

const isId = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= 0xffff_ffff;

/**
 * Reads a client's control frame, or undefined when it is not one. By hand, because this runs for every keystroke and
 * credit; what the frame carries (`in`) is parsed by the procedure's own schema.
 */
export function readClientFrame(raw: unknown): ClientFrame | undefined {
  if (typeof raw !== "object" || raw === null) return undefined;
  const frame = raw as Record<string, unknown>;
  switch (frame["t"]) {
    case "hello":
      return Number.isSafeInteger(frame["v"]) ? { t: "hello", v: frame["v"] as number } : undefined;
    case "start":
      return isId(frame["id"]) && typeof frame["op"] === "string" && frame["op"].length <= 128 ? { t: "start", id: frame["id"], op: frame["op"], in: frame["in"] } : undefined;
    case "cancel":
      return isId(frame["id"]) ? { t: "cancel", id: frame["id"] } : undefined;
    case "credit":
      return isId(frame["id"]) && isId(frame["n"]) && frame["n"] > 0 ? { t: "credit", id: frame["id"], n: frame["n"] } : undefined;
    default:
      return undefined;
  }
}
