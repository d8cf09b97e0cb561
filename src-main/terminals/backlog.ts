import { copyOf, sharedBlocks, type Blocks } from "./blocks.ts";
import { createCarry, isPenReset, modesIn } from "./carry.ts";
import { CR, ESC, LF, SEMICOLON } from "./control-bytes.ts";

/**
 * What a screen still has to draw, and what it need not. Drawing a flood costs more than carrying it, and of a flood
 * only the end can still be seen: once more lines have scrolled by than screen and scrollback hold, everything before
 * them is gone but for what outlives text: the pen, the modes, the title. This keeps the bytes, drops the front when
 * that is provably so, and remembers what outlives it. The result is the same picture as if all had been drawn.
 *
 * Not carried: the cursor that entering the alternate screen saves, once that visit was dropped. Only a program that
 * fetches a cursor it never saved could tell.
 *
 * The bytes come from the hygiene filter: C1 controls are spelled with ESC, strings are titles and links that end in BEL.
 */
export type Backlog = {
  push(bytes: Uint8Array): void;
  /** The next bytes to draw, in order; undefined when nothing is left. */
  take(): Uint8Array | undefined;
  /** Drops what can no longer be seen on `rows` with `scrollback`; true when that made room. */
  trim(rows: number, scrollback: number): boolean;
  readonly bytes: number;
  /** A program waits for an answer that only drawing can give. Cleared by taking everything. */
  readonly isAsked: boolean;
  /** Whether the program asked for pasted text in brackets; known as it arrives, drawn or not. */
  readonly isBracketed: boolean;
  /** The beginning of a sequence or of a character at the end of what was taken. Who gets a picture instead of that needs it too. */
  readonly unfinished: Uint8Array;
};

type BacklogNeeds = {
  readonly blocks?: Blocks;
  /** A title is heard as it arrives, whenever its bytes are drawn. */
  readonly onTitle?: (title: string) => void;
};

type Chunk = {
  /** Never a small view into something large: it would keep all of that. */
  bytes: Uint8Array;
  /** Room behind `bytes` that small arrivals share. */
  readonly block?: Uint8Array;
  /** How many of them were handed out before: the first part of a sequence whose end arrived later. */
  readonly skip: number;
  /** Lines ended by CR LF in the normal screen since the last movement that no scrolling follows from. */
  lines: number;
  /** Behind the first of those lines; -1 when there is none. */
  cutAt: number;
  hasMoved: boolean;
  /** Holds something whose effect cannot be carried over: it is drawn, never dropped. */
  mustBeDrawn: boolean;
  /** Start and end of each sequence that outlives text. */
  readonly lasting: number[];
  isAlternateAtEnd: boolean;
};

const decoder = new TextDecoder();
const MAX_SEQUENCE_BYTES = 8192;
const letters = (text: string): ReadonlySet<number> => new Set([...text].map((letter) => letter.charCodeAt(0)));
/** CSI sequences that stay within the line, change nothing but the pen or a mode, or ask. Every other one moves. */
const WITHIN_LINE = letters("CDGKXP@`abmhlncqp");
const ASKING = letters("nc");
/** Modes that clear, move or swap the screen without a trace. */
const MOVING_MODES = new Set(["?3", "?6", "?47", "?1047", "?1048"]);
const ALTERNATE_MODES = new Set(["?47", "?1047", "?1049"]);

export function createBacklog({ blocks = sharedBlocks, onTitle }: BacklogNeeds = {}): Backlog {
  const { blockBytes } = blocks;
  let chunks: Chunk[] = [];
  let bytes = 0;
  /** An unfinished sequence at the end, and how much of it was handed out all the same. */
  let tail: Uint8Array = new Uint8Array(0);
  let tailOut = 0;
  let half: Uint8Array = new Uint8Array(0);
  let isAlternate = false;
  /** Between margins lines scroll only there, and never into the scrollback. */
  let hasMargins = false;
  let isAsked = false;
  let isBracketed = false;
  let lastByte = 0;
  const carry = createCarry();

  function push(arrived: Uint8Array): void {
    if (arrived.byteLength === 0) return;
    const whole = tail.byteLength > 0 ? Buffer.concat([tail, arrived]) : arrived;
    const skip = tailOut;
    bytes += arrived.byteLength;
    const chunk = placeFor(whole, skip);
    const from = chunk.bytes.byteLength - whole.byteLength;
    const end = scan(chunk, from);
    chunk.isAlternateAtEnd = isAlternate;
    tail = copyOf(chunk.bytes.subarray(end));
    tailOut = Math.max(0, skip - (end - from));
    chunk.bytes = chunk.bytes.subarray(0, end);
    if (chunk.bytes.byteLength <= chunk.skip) chunks.pop();
  }

  /** The chunk that ends with these bytes: the last one, when both are small, or a new one. */
  function placeFor(whole: Uint8Array, skip: number): Chunk {
    const last = chunks.at(-1);
    const used = last?.bytes.byteLength ?? 0;
    if (last !== undefined && skip === 0 && whole.byteLength <= blockBytes / 4 && used + whole.byteLength <= blockBytes && (last.block !== undefined || used <= blockBytes / 4)) {
      const block = last.block ?? blocks.take();
      if (last.block === undefined) block.set(last.bytes);
      block.set(whole, used);
      const joined: Chunk = { ...last, block, bytes: block.subarray(0, used + whole.byteLength) };
      chunks[chunks.length - 1] = joined;
      return joined;
    }
    const block = whole.byteLength <= blockBytes / 4 ? blocks.takeUsed() : undefined;
    block?.set(whole);
    const isOwn = whole.byteLength * 2 > whole.buffer.byteLength;
    const chunk: Chunk = { ...(block === undefined ? { bytes: isOwn ? whole : copyOf(whole) } : { block, bytes: block.subarray(0, whole.byteLength) }), skip, lines: 0, cutAt: -1, hasMoved: false, mustBeDrawn: false, lasting: [], isAlternateAtEnd: false };
    chunks.push(chunk);
    return chunk;
  }

  /** Reads the chunk from there on; gives where an unfinished sequence begins. */
  function scan(chunk: Chunk, from: number): number {
    const { bytes: whole } = chunk;
    const moved = (): void => {
      chunk.hasMoved = true;
      chunk.lines = 0;
      chunk.cutAt = -1;
    };
    // Byte by byte: to ask for the next ESC and the next LF of lines this short costs more than to look.
    for (let at = from; at < whole.length; ) {
      const byte = whole[at] as number;
      if (byte === LF) {
        if (!isAlternate && !hasMargins && (at > 0 ? whole[at - 1] : lastByte) === CR) {
          chunk.lines += 1;
          if (chunk.cutAt < 0) chunk.cutAt = at + 1;
        }
        at += 1;
      } else if (byte === ESC) {
        const end = endOfSequence(whole, at);
        if (end >= 0) judge(chunk, at, end, moved);
        else if (whole.byteLength - at > MAX_SEQUENCE_BYTES) {
          moved(); // no sequence is that long: let the terminal make of it what it will
          break;
        } else {
          lastByte = ESC;
          return at;
        }
        at = end;
      } else at += 1;
    }
    lastByte = whole[whole.byteLength - 1] ?? lastByte;
    return whole.byteLength;
  }

  function judge(chunk: Chunk, from: number, end: number, moved: () => void): void {
    const { bytes: whole } = chunk;
    const final = whole[end - 1] as number;
    const kind = whole[from + 1] as number;
    if (kind !== 0x5b) {
      chunk.lasting.push(from, end); // titles and links, charsets, keypad
      if (kind === 0x5d && whole[from + 3] === SEMICOLON && (whole[from + 2] === 0x30 || whole[from + 2] === 0x32)) onTitle?.(decoder.decode(whole.subarray(from + 4, end - 1)));
      if (kind >= 0x30 && kind <= 0x7e && kind !== 0x3d && kind !== 0x3e && kind !== 0x5d && kind !== 0x5c && !isAlternate) moved();
      if (kind === 0x37) chunk.mustBeDrawn = true; // saves a cursor that may be fetched much later
      if (kind === 0x63) {
        isAlternate = false; // everything anew
        isBracketed = false;
        hasMargins = false;
      }
      return;
    }
    if (final === 0x6d) return hearPen(chunk, from, end);
    if (final === 0x68 || final === 0x6c) {
      chunk.lasting.push(from, end);
      for (const mode of modesIn(whole, from, end)) {
        if (MOVING_MODES.has(mode)) {
          moved();
          chunk.mustBeDrawn = true;
        }
        // Leaving a screen one is not in still fetches a saved cursor.
        if (mode === "?1049" && final === 0x6c && !isAlternate) moved();
        if (ALTERNATE_MODES.has(mode)) isAlternate = final === 0x68;
        if (mode === "?2004") isBracketed = final === 0x68;
      }
      return;
    }
    if (ASKING.has(final) || (final === 0x70 && whole[end - 2] === 0x24)) isAsked = true;
    if (final === 0x70 && whole[end - 2] === 0x21) isBracketed = false; // a soft reset
    const isPlain = WITHIN_LINE.has(final) && ((whole[end - 2] as number) < 0x20 || (whole[end - 2] as number) > 0x2f);
    if (isPlain || isAlternate) return;
    chunk.lasting.push(from, end);
    if (final === 0x73) chunk.mustBeDrawn = true; // saves the cursor
    if (final === 0x72) hasMargins = end - from > 3;
    if (final === 0x70) hasMargins = false; // a soft reset
    moved();
  }

  /** Of the pens since the last thing that is none, those before a reset need not be remembered: but for where the chunk may be cut before it. */
  const hearPen = (chunk: Chunk, from: number, end: number): void => {
    const { bytes: whole, lasting } = chunk;
    if (isPenReset(whole, from)) while (lasting.length > 0) {
      const start = lasting[lasting.length - 2] as number;
      if (start < chunk.cutAt || whole[start + 1] !== 0x5b || whole[(lasting[lasting.length - 1] as number) - 1] !== 0x6d) break;
      lasting.length -= 2;
    }
    lasting.push(from, end);
  };

  const drop = (chunk: Chunk, until: number): void => {
    for (let i = 0; i < chunk.lasting.length && (chunk.lasting[i] as number) < until; i += 2) carry.hear(chunk.bytes.subarray(chunk.lasting[i], chunk.lasting[i + 1]));
    // Of what was handed out somebody may still hold a part.
    if (chunk.block !== undefined && chunk.skip === 0) blocks.give(chunk.block);
  };

  return {
    push,
    take() {
      const carried = carry.take();
      if (carried !== undefined) {
        half = carried.subarray(0, 0);
        return carried;
      }
      const chunk = chunks.shift();
      if (chunk !== undefined) {
        const rest = chunk.bytes.subarray(chunk.skip);
        bytes -= rest.byteLength;
        carry.drew(chunk.isAlternateAtEnd);
        half = halfCharacter(rest.byteLength < 3 ? Buffer.concat([half, rest]) : rest);
        return rest;
      }
      isAsked = false;
      if (tail.byteLength === tailOut) return undefined;
      const rest = tail.subarray(tailOut);
      bytes -= rest.byteLength;
      tailOut = tail.byteLength;
      return rest;
    },
    trim(rows, scrollback) {
      const needed = scrollback + 2 * rows;
      let lines = 0;
      let at = chunks.length - 1;
      for (; at > 0; at -= 1) {
        const { lines: own, hasMoved } = chunks[at] as Chunk;
        lines += own;
        if (lines > needed || hasMoved) break;
      }
      const cut = chunks[at];
      if (cut === undefined || at <= 0 || lines <= needed || cut.cutAt < 0) return false;
      if (chunks.slice(0, at + 1).some(({ mustBeDrawn }) => mustBeDrawn)) return false;
      for (const chunk of chunks.slice(0, at)) {
        drop(chunk, chunk.bytes.byteLength);
        bytes -= chunk.bytes.byteLength - chunk.skip;
      }
      const { block: _shared, ...rest } = cut;
      const keptBytes = copyOf(cut.bytes.subarray(cut.cutAt));
      drop(cut, cut.cutAt);
      bytes -= cut.cutAt - cut.skip;
      const kept: Chunk = { ...rest, skip: 0, bytes: keptBytes, lines: cut.lines - 1, cutAt: -1, hasMoved: true, lasting: cut.lasting.filter((_, i) => (cut.lasting[i - (i % 2)] as number) >= cut.cutAt).map((offset) => offset - cut.cutAt) };
      chunks = [kept, ...chunks.slice(at + 1)];
      carry.cut();
      return true;
    },
    get bytes() {
      return bytes;
    },
    get isAsked() {
      return isAsked;
    },
    get isBracketed() {
      return isBracketed;
    },
    get unfinished() {
      const next = chunks[0];
      if (next !== undefined && next.skip > 0) return next.bytes.subarray(0, next.skip);
      return tailOut > 0 ? tail.subarray(0, tailOut) : half;
    },
  };
}

/** The bytes at the end that begin a character of UTF-8 and do not complete it. */
function halfCharacter(bytes: Uint8Array): Uint8Array {
  for (let back = 1; back <= Math.min(3, bytes.byteLength); back += 1) {
    const byte = bytes[bytes.byteLength - back] as number;
    if (byte < 0x80) break;
    if (byte < 0xc0) continue;
    const length = byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
    return copyOf(length > back ? bytes.subarray(bytes.byteLength - back) : bytes.subarray(0, 0));
  }
  return new Uint8Array(0);
}

/** Behind the sequence that begins at `from`; -1 when its end has not arrived. */
function endOfSequence(bytes: Uint8Array, from: number): number {
  const kind = bytes[from + 1];
  if (kind === undefined) return -1;
  if (kind === 0x5b) {
    for (let at = from + 2; at < bytes.length; at += 1) {
      const byte = bytes[at] as number;
      if (byte >= 0x40 && byte <= 0x7e) return at + 1;
      if (byte === ESC || byte === 0x18 || byte === 0x1a) return at; // given up by its sender
    }
    return -1;
  }
  if (kind === 0x5d) {
    const end = bytes.indexOf(0x07, from);
    return end < 0 ? -1 : end + 1;
  }
  if (kind === ESC) return from + 1;
  // ESC, intermediates, final
  let at = from + 1;
  while (at < bytes.length && (bytes[at] as number) >= 0x20 && (bytes[at] as number) <= 0x2f) at += 1;
  return at < bytes.length ? at + 1 : -1;
}
