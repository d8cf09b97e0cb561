import { branchIf, compile, END, get, i32, load, LOOP, or, set, simd, store, two, V128, type Code } from "./wasm-words.ts";

/**
 * SHA-256 (FIPS 180-4) of four messages at once, one in each lane of a 128-bit register. Most of what this room hashes is
 * short and comes in thousands: there the call of a library costs as much as its work, and a processor without SHA
 * extensions leaves three lanes of four idle. Tests hold it against the library.
 */
const K = Uint32Array.from({ length: 64 }, (_, n) => fraction(Math.cbrt(prime(n))));
const H = Uint32Array.from({ length: 8 }, (_, n) => fraction(Math.sqrt(prime(n))));

function prime(n: number): number {
  const isPrime = (one: number): boolean => {
    for (let by = 2; by * by <= one; by += 1) if (one % by === 0) return false;
    return true;
  };
  let found = -1;
  for (let one = 2; ; one += 1) if (isPrime(one) && (found += 1) === n) return one;
}
/** The first 32 bits of what stands behind the point. A double holds enough of them for the first 64 primes. */
function fraction(of: number): number {
  return Math.floor((of - Math.floor(of)) * 2 ** 32);
}

const and = two(78);
const xor = two(81);
const add = two(174);
const sum = (first: Code, ...rest: Code[]): Code => rest.reduce((so, one) => add(so, one), first);
const shiftLeft = (a: Code, by: number): Code => [...a, ...i32(by), ...simd(171)];
const shiftRight = (a: Code, by: number): Code => [...a, ...i32(by), ...simd(173)];
const rotate = (a: Code, by: number): Code => or(shiftRight(a, by), shiftLeft(a, 32 - by));
const shuffle = (a: Code, b: Code, lanes: readonly number[]): Code => [...a, ...b, ...simd(13), ...lanes];
const words = (...list: number[]): number[] => list.flatMap((word) => [0, 1, 2, 3].map((byte) => 4 * word + byte));

const LANES = 4;
const BLOCK_BYTES = 64;
const DIGEST_BYTES = 32;
// Memory: the splatted constants, the splatted initial state, then what the caller puts there.
const K_AT = 0;
const H_AT = 64 * 16;
const ROOM_AT = H_AT + 8 * 16;

// Locals: four places to read, four to write, how many blocks; then registers.
const [OUT, BLOCKS, W, STATE, BEFORE, SWAP, REGISTERS_END] = [4, 8, 9, 25, 33, 41, 49] as const;

/** Four words of each of the four messages, turned so that a register holds the same word of all four. */
function gatherWords(group: number): Code {
  const at = (n: number): number => SWAP + n;
  const bigEndian = [0, 1, 2, 3].flatMap((word) => [3, 2, 1, 0].map((byte) => 4 * word + byte));
  const code: number[] = [];
  for (let lane = 0; lane < LANES; lane += 1) code.push(...load(get(lane), 16 * group), ...set(at(lane)), ...shuffle(get(at(lane)), get(at(lane)), bigEndian), ...set(at(lane)));
  const pair = (a: number, b: number, lanes: number[]): Code => shuffle(get(at(a)), get(at(b)), lanes);
  code.push(...pair(0, 1, words(0, 4, 1, 5)), ...set(at(4)), ...pair(2, 3, words(0, 4, 1, 5)), ...set(at(5)), ...pair(0, 1, words(2, 6, 3, 7)), ...set(at(6)), ...pair(2, 3, words(2, 6, 3, 7)), ...set(at(7)));
  for (const [n, a, b, lanes] of [[0, 4, 5, words(0, 1, 4, 5)], [1, 4, 5, words(2, 3, 6, 7)], [2, 6, 7, words(0, 1, 4, 5)], [3, 6, 7, words(2, 3, 6, 7)]] as const) code.push(...pair(a, b, [...lanes]), ...set(W + 4 * group + n));
  return code;
}

function rounds(): Code {
  const code: number[] = [];
  for (let t = 0; t < 64; t += 1) {
    const [a, b, c, d, e, f, g, h] = Array.from({ length: 8 }, (_, n) => STATE + ((n - t) & 7)) as [number, number, number, number, number, number, number, number];
    const w = (back: number): Code => get(W + ((t - back) & 15));
    if (t >= 16) {
      const low = xor(xor(rotate(w(15), 7), rotate(w(15), 18)), shiftRight(w(15), 3));
      const high = xor(xor(rotate(w(2), 17), rotate(w(2), 19)), shiftRight(w(2), 10));
      code.push(...sum(w(16), low, w(7), high), ...set(W + (t & 15)));
    }
    const big1 = xor(xor(rotate(get(e), 6), rotate(get(e), 11)), rotate(get(e), 25));
    const choose = xor(get(g), and(get(e), xor(get(f), get(g))));
    code.push(...sum(get(h), load(i32(K_AT), 16 * t), w(0), choose, big1), ...set(h));
    code.push(...add(get(d), get(h)), ...set(d));
    const big0 = xor(xor(rotate(get(a), 2), rotate(get(a), 13)), rotate(get(a), 22));
    const majority = or(and(get(a), get(b)), and(get(c), or(get(a), get(b))));
    code.push(...sum(get(h), big0, majority), ...set(h));
  }
  return code;
}

/** The state as four digests of 32 bytes, each where it was asked for. */
function giveDigests(): Code {
  const code: number[] = [];
  const bigEndian = [0, 1, 2, 3].flatMap((word) => [3, 2, 1, 0].map((byte) => 4 * word + byte));
  for (let half = 0; half < 2; half += 1) {
    const from = (n: number): Code => get(STATE + 4 * half + n);
    const at = (n: number): number => SWAP + n;
    code.push(...shuffle(from(0), from(1), words(0, 4, 1, 5)), ...set(at(4)), ...shuffle(from(2), from(3), words(0, 4, 1, 5)), ...set(at(5)), ...shuffle(from(0), from(1), words(2, 6, 3, 7)), ...set(at(6)), ...shuffle(from(2), from(3), words(2, 6, 3, 7)), ...set(at(7)));
    for (const [lane, a, b, lanes] of [[0, 4, 5, words(0, 1, 4, 5)], [1, 4, 5, words(2, 3, 6, 7)], [2, 6, 7, words(0, 1, 4, 5)], [3, 6, 7, words(2, 3, 6, 7)]] as const) {
      code.push(...shuffle(get(at(a)), get(at(b)), [...lanes]), ...set(at(0)), ...store(get(OUT + lane), shuffle(get(at(0)), get(at(0)), bigEndian), 16 * half));
    }
  }
  return code;
}

function program(): Code {
  const each = Array.from({ length: 8 }, (_, n) => n);
  return [
    ...each.flatMap((n) => [...load(i32(H_AT), 16 * n), ...set(STATE + n)]),
    ...LOOP,
    ...each.flatMap((n) => [...get(STATE + n), ...set(BEFORE + n)]),
    ...[0, 1, 2, 3].flatMap(gatherWords),
    ...rounds(),
    ...each.flatMap((n) => [...add(get(STATE + n), get(BEFORE + n)), ...set(STATE + n)]),
    ...[0, 1, 2, 3].flatMap((lane) => [...get(lane), ...i32(BLOCK_BYTES), 0x6a, ...set(lane)]),
    ...get(BLOCKS), ...i32(1), 0x6b, 0x22, BLOCKS, ...branchIf(0), // one less; again while any is left
    ...END,
    ...giveDigests(),
  ];
}

type Hash4 = (a: number, b: number, c: number, d: number, outA: number, outB: number, outC: number, outD: number, blocks: number) => void;

const blocksFor = (length: number): number => (length + 9 + BLOCK_BYTES - 1) >>> 6;

/** Messages laid out one behind the other, and hashed in fours of equal length as soon as there are four. */
export type Lanes = {
  /** Holds the messages, and the digests at `digestAt`. Good until the next `begin`. */
  readonly bytes: Buffer;
  /** Forgets what was there. `stride` bytes from the start of a digest to the start of the next. */
  begin(stride?: number): void;
  /** Counts from nought again; the messages stay where they are, and new ones come behind them. */
  goOn(): void;
  /** Whether so many messages of so many bytes in all still have room. */
  fits(messages: number, totalBytes: number): boolean;
  /** Where a message of at most so many bytes may be written. */
  place(): number;
  /** What was written at `place()` is a message of this length; gives its number. */
  take(length: number): number;
  /** Finishes those that found no three others. */
  end(): void;
  digestAt(n: number): number;
};

export function createLanes({ messages, bytes: roomBytes }: { readonly messages: number; readonly bytes: number }): Lanes {
  const digestsAt = ROOM_AT;
  const textAt = digestsAt + 64 * messages;
  const end = textAt + roomBytes + 2 * BLOCK_BYTES * messages;
  const { memory, run } = compile({ params: 9, results: 0, locals: [[REGISTERS_END - W, V128]], body: program() }, end);
  const hash4: Hash4 = run;
  const bytes = Buffer.from(memory.buffer);
  const constants = new Uint32Array(memory.buffer, 0, ROOM_AT / 4);
  [...K, ...H].forEach((word, n) => constants.fill(word, 4 * n, 4 * n + 4));

  let cursor = textAt;
  let count = 0;
  let stride = DIGEST_BYTES;
  /** By how many blocks they are long: where up to three messages wait for a fourth, and their numbers. */
  let waiting: (number[] | undefined)[] = [];
  const digestAt = (n: number): number => digestsAt + n * stride;

  return {
    bytes,
    begin(between = DIGEST_BYTES) {
      cursor = textAt;
      count = 0;
      stride = between;
      waiting = [];
    },
    goOn() {
      count = 0;
      stride = DIGEST_BYTES;
    },
    fits: (more, totalBytes) => count + more <= messages && cursor + totalBytes + 2 * BLOCK_BYTES * more <= end,
    place: () => cursor,
    take(length) {
      const at = cursor;
      const blocks = blocksFor(length);
      cursor += BLOCK_BYTES * blocks;
      // FIPS 180-4 §5.1.1: one bit, zeroes, the length in bits.
      bytes[at + length] = 0x80;
      for (let n = at + length + 1; n < cursor - 4; n += 1) bytes[n] = 0;
      bytes.writeUInt32BE(8 * length, cursor - 4);
      const alike = (waiting[blocks] ??= []);
      if (alike.length < 6) {
        alike.push(at, count);
      } else {
        const [a, na, b, nb, c, nc] = alike as [number, number, number, number, number, number];
        hash4(a, b, c, at, digestAt(na), digestAt(nb), digestAt(nc), digestAt(count), blocks);
        alike.length = 0;
      }
      return count++;
    },
    end() {
      waiting.forEach((alike, blocks) => {
        if (alike === undefined || alike.length === 0) return;
        const [a, na, b = a, nb = na, c = a, nc = na] = alike as [number, number, number?, number?, number?, number?];
        hash4(a, b, c, a, digestAt(na), digestAt(nb), digestAt(nc), digestAt(na), blocks);
      });
      waiting = [];
    },
    digestAt,
  };
}

/** The root over the digests that lie there, a power of two of them (RFC 6962 §2.1): level by level, each written where its children were read. The messages stay. */
export function foldDigests({ bytes, goOn, place, take, end, digestAt }: Lanes, count: number): Buffer {
  for (let nodes = count / 2; nodes >= 1; nodes /= 2) {
    goOn();
    for (let node = 0; node < nodes; node += 1) {
      const at = place();
      bytes[at] = 1;
      bytes.copyWithin(at + 1, digestAt(2 * node), digestAt(2 * node + 2));
      take(1 + 2 * DIGEST_BYTES);
    }
    end();
  }
  return Buffer.from(bytes.subarray(digestAt(0), digestAt(1)));
}
