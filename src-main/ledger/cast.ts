import type { EscapeRoom } from "./json-escape.ts";

/**
 * asciicast v3 (docs.asciinema.org/manual/asciicast/v3): a JSON header, then one `[seconds since the event before, code, data]`
 * per line. Lines that start with `#` are comments to every player: bytes that are not UTF-8 are kept there in full, so
 * that the file loses nothing and still plays.
 */
export type CastHeader = { readonly cols: number; readonly rows: number; readonly term: string; readonly title: string; readonly timestampMs: number };
export type CastCode = "o" | "i" | "r" | "m" | "x";

export const castHeader = ({ cols, rows, term, title, timestampMs }: CastHeader): string =>
  `${JSON.stringify({ version: 3, term: { cols, rows, type: term }, timestamp: Math.floor(timestampMs / 1000), title })}\n`;

const eventHead = (intervalMs: number, code: CastCode): string => `[${(Math.max(0, intervalMs) / 1000).toFixed(3)},"${code}",`;
export const castEvent = (intervalMs: number, code: CastCode, data: string): string => `${eventHead(intervalMs, code)}${JSON.stringify(data)}]\n`;

/** Room that an event of so many bytes surely fits in: each may become six. */
export const castEventRoom = (bytes: number): number => 6 * bytes + 64;

/**
 * The event as `castEvent` writes it, from UTF-8 straight into the room; gives where it ends. A flood made into text and
 * back costs three times as much, and leaves all of it to be collected.
 */
export function writeCastEvent({ bytes, escape }: EscapeRoom, intervalMs: number, code: CastCode, utf8: Uint8Array): number {
  const from = bytes.write(`${eventHead(intervalMs, code)}"`, 0, "latin1");
  const to = escape(utf8, from);
  return to + bytes.write('"]\n', to, "latin1");
}

/** What a decoder could not read: the exact bytes of the event on the next line. */
export const castRawComment = (bytes: Uint8Array): string => `# raw ${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64")}\n`;

/** How many bytes at the end are the start of a UTF-8 sequence whose rest has not arrived. */
export function incompleteTail(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.byteLength); back += 1) {
    const byte = bytes[bytes.byteLength - back] as number;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) {
      const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return length > back ? back : 0;
    }
  }
  return 0;
}

const PROMPT_FOR_SECRET = /(?:password|passphrase|passcode|kennwort|passwort|mot de passe|\bPIN\b|verification code|secret)[^\n\r]{0,60}:\s*$/i;

/** Whether what the screen ends with asks for something that must not be kept. */
// eslint-disable-next-line no-control-regex
export const asksForSecret = (screenTail: string): boolean => PROMPT_FOR_SECRET.test(screenTail.replace(/\u001b\[[0-9;?]*[A-Za-z]/g, ""));
