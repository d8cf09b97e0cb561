import { BLOCK, branchIf, compile, END, get, i32, I32, load, LOOP, or, set, simd, store, two, unsigned, V128, type Code } from "./wasm-words.ts";

/**
 * UTF-8 as a JSON string holds it, sixteen bytes at a step: everything a terminal ever shows passes here, and byte by byte
 * it costs more than its hash. `JSON.stringify` decides what is escaped and how; a test holds this against it.
 */
const STEP = 16;
/** Where each of a byte's escape is read: up to seven bytes of it, then how many they are. */
const ESCAPE_BYTES = 8;
const LENGTH_AT = ESCAPE_BYTES - 1;
const TABLE_BYTES = 256 * ESCAPE_BYTES;
/** Reading and writing go in whole steps: so much lies behind either end. */
const SLACK = 2 * STEP;

const [FROM, TO, OUT, CLEAN, BYTES] = [0, 1, 2, 3, 4] as const;
const splat = (byte: number): Code => [...simd(12), ...Array<number>(STEP).fill(byte)];
const equals = two(35);
const isBelow = two(38);
const add = (a: Code, b: Code): Code => [...a, ...b, 0x6a];
const subtract = (a: Code, b: Code): Code => [...a, ...b, 0x6b];
const isLess = (a: Code, b: Code): Code => [...a, ...b, 0x49];
const either = (condition: Code, yes: Code, no: Code): Code => [...yes, ...no, ...condition, 0x1b];
const byteAt = (address: Code, offset = 0): Code => [...address, 0x2d, 0, ...unsigned(offset)];
const move = (local: number, by: Code): Code => [...add(get(local), by), ...set(local)];
/** The eight bytes of a byte's escape. */
const escapeOf = (byte: Code): Code => [...byte, ...i32(Math.log2(ESCAPE_BYTES)), 0x74];

/** (from, to, out) → where what was written ends. */
const program: Code = [
  ...BLOCK, ...LOOP,
  ...isLess(get(FROM), get(TO)), 0x45, ...branchIf(1), // nothing is left
  ...load(get(FROM), 0), ...set(BYTES),
  ...store(get(OUT), get(BYTES), 0),
  // How many of them, from the first on, JSON takes as they are; the bit behind the last stops the count.
  ...or(or(isBelow(get(BYTES), splat(0x20)), equals(get(BYTES), splat(0x22))), equals(get(BYTES), splat(0x5c))),
  ...simd(100), ...i32(1 << STEP), 0x72, 0x68, ...set(CLEAN),
  ...either(isLess(subtract(get(TO), get(FROM)), get(CLEAN)), subtract(get(TO), get(FROM)), get(CLEAN)), ...set(CLEAN),
  ...move(OUT, get(CLEAN)), ...move(FROM, get(CLEAN)),
  ...get(CLEAN), ...i32(STEP), 0x46, ...branchIf(0),
  ...isLess(get(FROM), get(TO)), 0x45, ...branchIf(1),
  ...get(OUT), ...escapeOf(byteAt(get(FROM))), 0x29, 0, 0, 0x37, 0, 0,
  ...move(OUT, byteAt(escapeOf(byteAt(get(FROM))), LENGTH_AT)),
  ...move(FROM, i32(1)),
  0x0c, 0, // again
  ...END, ...END,
  ...get(OUT),
];

/** Memory to write in, and to escape into what is written there. */
export type EscapeRoom = {
  readonly bytes: Buffer;
  /** Writes `utf8`, escaped, at `at`; gives where it ends. Each byte may become six. */
  escape(utf8: Uint8Array, at: number): number;
};

/** Room for `written` bytes in all, and for at most `arriving` of them to be escaped at a time. */
export function createEscapeRoom({ written, arriving }: { readonly written: number; readonly arriving: number }): EscapeRoom {
  const arrivingAt = TABLE_BYTES;
  const writtenAt = arrivingAt + arriving + SLACK;
  const { memory, run } = compile({ params: 3, results: 1, locals: [[1, I32], [1, V128]], body: program }, writtenAt + written + SLACK);
  const all = Buffer.from(memory.buffer);
  for (let code = 0; code < 0x80; code += 1) {
    const escape = JSON.stringify(String.fromCharCode(code)).slice(1, -1);
    all.write(escape, code * ESCAPE_BYTES, "latin1");
    all[code * ESCAPE_BYTES + LENGTH_AT] = escape.length;
  }
  return {
    bytes: all.subarray(writtenAt, writtenAt + written),
    escape(utf8, at) {
      if (utf8.byteLength > arriving || at + 6 * utf8.byteLength > written) throw new RangeError(`${utf8.byteLength} bytes have no room here`);
      all.set(utf8, arrivingAt);
      return run(arrivingAt, arrivingAt + utf8.byteLength, writtenAt + at) - writtenAt;
    },
  };
}
