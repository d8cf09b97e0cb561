import { ESC } from "./control-bytes.ts";

/**
 * What a remote program may say to the screen. Text, colours and cursor movement pass untouched; *strings* (OSC, DCS,
 * SOS, PM, APC) are where terminals get abused: writing the clipboard, asking for replies that carry the attacker's own
 * words, repainting the palette, megabytes without an end. Of these only window titles and hyperlinks pass, up to a
 * size. The recording holds the bytes as they came; this filter stands between the recording and every screen.
 *
 * The states follow the parser that draws: a string ends at BEL, ST, CAN, SUB or *any* ESC, C0 controls inside an escape
 * sequence do not end it, and C1 controls arrive as UTF-8 (C2 90 … C2 9F).
 */
export type Hygiene = {
  /** The part of the stream a screen may see. Bytes of an unfinished sequence wait for the next call. */
  pass(bytes: Uint8Array): Uint8Array;
  /** Forgets an unfinished sequence: a new connection starts clean. */
  restart(): void;
  readonly blocked: { readonly count: number; readonly last: string };
};

/** A title or a link longer than this is not a title or a link. */
export const MAX_STRING_BYTES = 4096;

const BEL = 0x07;
const CAN = 0x18;
const SUB = 0x1a;
const DEL = 0x7f;
const C1_LEAD = 0xc2;
const EMPTY = new Uint8Array(0);
const OSC_START = Uint8Array.of(ESC, 0x5d);
const BEL_BYTE = Uint8Array.of(BEL);
const CAN_BYTE = Uint8Array.of(CAN);

type Kind = "OSC" | "DCS" | "SOS" | "PM" | "APC";
const AFTER_ESC: Readonly<Record<number, Kind>> = { 0x5d: "OSC", 0x50: "DCS", 0x58: "SOS", 0x5e: "PM", 0x5f: "APC" };
const AFTER_C1_LEAD: Readonly<Record<number, Kind>> = { 0x9d: "OSC", 0x90: "DCS", 0x98: "SOS", 0x9e: "PM", 0x9f: "APC" };
/** Window titles (0, 1, 2) and hyperlinks (8). */
const PASSING: ReadonlySet<string> = new Set(["0", "1", "2", "8"]);
const OSC_WORDS: Readonly<Record<string, string>> = { "4": "palette", "10": "colour", "11": "colour", "12": "colour", "52": "clipboard", "7": "folder", "9": "notification", "777": "notification" };

export function createHygiene(): Hygiene {
  let state: "ground" | "escape" | "c1-lead" | "string" | "string-c1-lead" = "ground";
  /** Bytes already taken from the stream that belong to what is being decided. */
  let held: number[] = [];
  let kind: Kind = "OSC";
  let stringBytes = 0;
  let count = 0;
  let last = "";

  /** A string is over. It passes when it is a title or a link of a sane size that ended as such strings end; else it is counted. */
  const endString = (kept: Uint8Array[], isProperEnd: boolean): void => {
    const body = Buffer.from(held.slice(2));
    held = [];
    const number = kind === "OSC" ? (/^\d{1,5}(?=;|$)/.exec(body.toString("latin1"))?.[0] ?? "") : "";
    if (isProperEnd && PASSING.has(number) && stringBytes <= MAX_STRING_BYTES) {
      // Ended by our own BEL: the sender's ESC may open something that is dropped, and would leave the string open.
      kept.push(Buffer.concat([OSC_START, body, BEL_BYTE]));
      return;
    }
    count += 1;
    last = kind === "OSC" ? `OSC ${number || "?"}${OSC_WORDS[number] ? ` (${OSC_WORDS[number]})` : ""}` : kind;
    if (stringBytes > MAX_STRING_BYTES) last += `, ${stringBytes} bytes`;
    // The string ended whatever sequence came before it: without it, CAN does that, and draws nothing.
    kept.push(CAN_BYTE);
  };

  function pass(bytes: Uint8Array): Uint8Array {
    const kept: Uint8Array[] = [];
    let from = 0; // start of the run that passes untouched; only meaningful in "ground"
    let at = 0;

    /** Jumps to the next byte that could open a string; false when the rest of the chunk passes. */
    const ground = (): boolean => {
      let stop = at;
      while (stop < bytes.length && bytes[stop] !== ESC && bytes[stop] !== C1_LEAD) stop += 1;
      if (stop === bytes.length) return false;
      const follower = bytes[stop + 1];
      const isOrdinary = follower !== undefined && (bytes[stop] === ESC ? follower >= 0x20 && follower < DEL && AFTER_ESC[follower] === undefined : (follower > 0x9f && follower !== C1_LEAD) || (follower < 0x80 && follower !== ESC));
      if (isOrdinary) {
        at = stop + 2; // the common case stays in the run
        return true;
      }
      if (stop > from) kept.push(bytes.subarray(from, stop));
      held = [bytes[stop] as number];
      state = bytes[stop] === ESC ? "escape" : "c1-lead";
      at = stop + 1;
      return true;
    };
    /** What was held is harmless: it passes, and the byte at `at` is looked at anew. */
    const release = (): void => {
      kept.push(Uint8Array.from(held));
      held = [];
      state = "ground";
      from = at;
    };
    const open = (of: Kind, byte: number): void => {
      held.push(byte);
      kind = of;
      stringBytes = 0;
      state = "string";
      at += 1;
    };

    const escape = (byte: number): void => {
      const opens = AFTER_ESC[byte];
      if (opens !== undefined) open(opens, byte);
      else if (byte === ESC || byte === DEL) at += 1; // a second ESC starts over, DEL does nothing
      else if (byte === CAN || byte === SUB) {
        at += 1;
        held = [byte];
        release();
      } else if (byte < 0x20) {
        // A control inside a sequence acts at once and the sequence goes on: it may overtake the ESC that waits.
        kept.push(bytes.subarray(at, at + 1));
        at += 1;
      } else release();
    };
    const inString = (byte: number): void => {
      const isC1 = state === "string-c1-lead" && byte >= 0x80 && byte <= 0x9f;
      const isProperEnd = byte === ESC || (byte === BEL && kind === "OSC") || (isC1 && byte === 0x9c);
      if (!isProperEnd && !isC1 && byte !== CAN && byte !== SUB) {
        stringBytes += 1;
        if (held.length <= MAX_STRING_BYTES + 4) held.push(byte);
        state = byte === C1_LEAD ? "string-c1-lead" : "string";
        at += 1;
        return;
      }
      if (isC1) held.pop(); // its first half went in as if it were text
      endString(kept, isProperEnd);
      state = "ground";
      at += 1;
      from = at;
      if (byte === ESC) {
        held = [ESC];
        state = "escape";
      } else if (isC1 && byte !== 0x9c) {
        held = [C1_LEAD];
        state = "c1-lead";
        at -= 1; // another C1 control: it does its own work
      }
    };

    while (at < bytes.length) {
      if (state === "ground") {
        if (!ground()) break;
        continue;
      }
      const byte = bytes[at] as number;
      if (state === "escape") escape(byte);
      else if (state === "c1-lead") {
        const opens = AFTER_C1_LEAD[byte];
        if (opens !== undefined) open(opens, byte);
        else if (byte < 0x80 || byte > 0x9f) release();
        else {
          // Any other C1 control, in the spelling every terminal shares, so that what follows need know only that one.
          held = [ESC, byte - 0x40];
          at += 1;
          release();
        }
      } else inString(byte);
    }
    if (state === "ground" && bytes.length > from) kept.push(bytes.subarray(from));
    return kept.length === 0 ? EMPTY : kept.length === 1 ? (kept[0] as Uint8Array) : Buffer.concat(kept);
  }

  return {
    pass,
    restart() {
      state = "ground";
      held = [];
    },
    get blocked() {
      return { count, last };
    },
  };
}

/**
 * What our terminal may answer to a program that asks: where the cursor is, what kind of terminal this is, whether a
 * mode is on. Nothing that repeats the program's own words, so that no output can type a command.
 */
// oxlint-disable-next-line no-control-regex -- ESC is what is looked for
const REPLY = /^\u001b\[(?:\d{1,4};\d{1,4}R|\?\d{1,4};\d{1,4}R|0n|\?[\d;]{1,20}c|>[\d;]{1,20}c|\??\d{1,5};\d\$y)$/;
export const isHarmlessReply = (reply: string): boolean => REPLY.test(reply);

/** A title as the remote program set it, fit to be shown beside our own words. */
export function shownTitle(raw: string): string {
  // oxlint-disable-next-line no-control-regex -- controls and marks that move other text are what is removed
  const clean = raw.replace(/[\u0000-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]|[\u{e0000}-\u{e0fff}]/gu, "").trim();
  return clean.length > 120 ? `${clean.slice(0, 119)}…` : clean;
}
