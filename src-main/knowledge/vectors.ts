/** Rebuildable at any time from the vectors in the file: signs for the first look, int8 for the exact score. */
export type VectorIndex = {
  readonly size: number;
  readonly bytes: number;
  add(row: { readonly id: number; readonly vector: Int8Array; readonly source: number; readonly day: number; readonly isLead: boolean }): void;
  has(id: number): boolean;
  remove(id: number): void;
  /** Best first: `k` passages, and among those that begin a document `leads` more. */
  search(query: Int8Array, k: number, leads: number, within?: Within): { readonly passages: readonly Near[]; readonly leads: readonly Near[] };
};
export type Near = { readonly id: number; readonly score: number };
/** Filters as the index holds them: a flag for each source number, the first day. */
export type Within = { readonly sources: Uint8Array | undefined; readonly fromDay: number };
type Needs = {
  readonly dims: number;
  /** So many rows are held in memory; beyond, the few that need an exact score are read from the file. */
  readonly residentRows?: number;
  readonly exactly?: (query: Int8Array, ids: readonly number[]) => Near[];
};

/** How many of the sign-nearest are scored exactly; fewer where each is read from the file. */
const SHORTLIST = 600;
const SHORTLIST_FROM_FILE = 300;
const RESIDENT_ROWS = 250_000;
const PIECE_BITS = 12;
const PIECE_ROWS = 1 << PIECE_BITS;
const PIECE_MASK = PIECE_ROWS - 1;

export function createVectorIndex({ dims, residentRows = RESIDENT_ROWS, exactly }: Needs): VectorIndex {
  const words = dims >> 5;
  let capacity = 1024;
  let ids = new Uint32Array(capacity);
  let bits = new Int32Array(capacity * words);
  let sources = new Uint16Array(capacity);
  let days = new Uint16Array(capacity);
  let isLead = new Uint8Array(capacity);
  /** In pieces: one array would be copied whole to grow, and lie half empty afterwards. */
  let rows: Int8Array<ArrayBuffer>[] | undefined = [];
  /** By passage id: its slot, plus one. Ids are dense, so an array costs a tenth of a map. */
  let slots = new Uint32Array(1024);
  let distances = new Uint16Array(capacity);
  let size = 0;
  const asked = new Int32Array(words);

  const wider = <T extends Uint32Array | Int32Array | Uint16Array | Uint8Array | Int8Array>(make: T, from: T): T => {
    make.set(from as never);
    return make;
  };
  const grow = () => {
    capacity = Math.ceil(capacity * 1.5);
    ids = wider(new Uint32Array(capacity), ids);
    bits = wider(new Int32Array(capacity * words), bits);
    sources = wider(new Uint16Array(capacity), sources);
    days = wider(new Uint16Array(capacity), days);
    isLead = wider(new Uint8Array(capacity), isLead);
    if (rows !== undefined && exactly !== undefined && size >= residentRows) rows = undefined;
    distances = new Uint16Array(capacity);
  };
  const signs = (vector: Int8Array, into: Int32Array, at: number) => {
    for (let w = 0; w < words; w += 1) {
      let word = 0;
      for (let b = 0; b < 32; b += 1) if ((vector[w * 32 + b] as number) > 0) word |= 1 << b;
      into[at + w] = word;
    }
  };
  /** Distances of all rows and how many have each; rows outside the filter get the largest. */
  const measure = (within: Within | undefined, ofLeads: Uint32Array): Uint32Array => {
    const histogram = new Uint32Array(dims + 1);
    const flags = within?.sources;
    const fromDay = within?.fromDay ?? 0;
    for (let row = 0, at = 0; row < size; row += 1) {
      let distance = 0;
      for (let w = 0; w < words; w += 1, at += 1) {
        let x = (bits[at] as number) ^ (asked[w] as number);
        x -= (x >>> 1) & 0x55555555;
        x = (x & 0x33333333) + ((x >>> 2) & 0x33333333);
        distance += Math.imul((x + (x >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
      }
      if ((flags !== undefined && flags[sources[row] as number] !== 1) || (days[row] as number) < fromDay) distance = dims;
      distances[row] = distance;
      histogram[distance] = (histogram[distance] as number) + 1;
      if (isLead[row] === 1) ofLeads[distance] = (ofLeads[distance] as number) + 1;
    }
    return histogram;
  };
  const limitOf = (histogram: Uint32Array, wanted: number): number => {
    let limit = 0;
    for (let count = 0; limit < dims - 1; limit += 1) {
      count += histogram[limit] as number;
      if (count >= wanted) break;
    }
    return limit;
  };
  const rowOf = (held: readonly Int8Array<ArrayBuffer>[], row: number): Int8Array<ArrayBuffer> => (held[row >> PIECE_BITS] as Int8Array<ArrayBuffer>).subarray((row & PIECE_MASK) * dims, ((row & PIECE_MASK) + 1) * dims);
  const scored = (query: Int8Array, slotsOf: readonly number[]): Near[] => {
    if (rows === undefined) return exactly?.(query, slotsOf.map((row) => ids[row] as number)) ?? [];
    let asksSquare = 0;
    for (const value of query) asksSquare += value * value;
    const held = rows;
    return slotsOf.map((row) => {
      let dot = 0;
      let square = 0;
      const piece = held[row >> PIECE_BITS] as Int8Array;
      for (let d = 0, at = (row & PIECE_MASK) * dims; d < dims; d += 1, at += 1) {
        const value = piece[at] as number;
        dot += value * (query[d] as number);
        square += value * value;
      }
      return { id: ids[row] as number, score: dot / (Math.sqrt(asksSquare * square) || 1) };
    });
  };

  return {
    get size() {
      return size;
    },
    get bytes() {
      return ids.byteLength + bits.byteLength + sources.byteLength + days.byteLength + isLead.byteLength + slots.byteLength + distances.byteLength + (rows?.length ?? 0) * PIECE_ROWS * dims;
    },
    add({ id, vector, source, day, isLead: leads }) {
      if (id >= slots.length) slots = wider(new Uint32Array(Math.max(id + 1, Math.ceil(slots.length * 1.5))), slots);
      let at = (slots[id] as number) - 1;
      if (at < 0) {
        if (size === capacity) grow();
        at = size;
        size += 1;
        slots[id] = at + 1;
      }
      ids[at] = id;
      sources[at] = source;
      days[at] = day;
      isLead[at] = leads ? 1 : 0;
      signs(vector, bits, at * words);
      if (rows === undefined) return;
      if (rows.length <= at >> PIECE_BITS) rows.push(new Int8Array(PIECE_ROWS * dims));
      rowOf(rows, at).set(vector);
    },
    has: (id) => (slots[id] ?? 0) > 0,
    remove(id) {
      const at = (slots[id] ?? 0) - 1;
      if (at < 0) return;
      slots[id] = 0;
      size -= 1;
      if (at === size) return;
      const last = ids[size] as number;
      ids[at] = last;
      slots[last] = at + 1;
      sources[at] = sources[size] as number;
      days[at] = days[size] as number;
      isLead[at] = isLead[size] as number;
      if (rows !== undefined) rowOf(rows, at).set(rowOf(rows, size));
      bits.copyWithin(at * words, size * words, (size + 1) * words);
    },
    search(query, k, leads, within) {
      signs(query, asked, 0);
      const ofLeads = new Uint32Array(dims + 1);
      const histogram = measure(within, ofLeads);
      const shortlist = rows === undefined ? SHORTLIST_FROM_FILE : SHORTLIST;
      const limit = limitOf(histogram, Math.max(shortlist, k * 2));
      const leadLimit = leads === 0 ? -1 : limitOf(ofLeads, Math.max(shortlist >> 1, leads * 2));
      const near: number[] = [];
      for (let row = 0; row < size; row += 1) {
        const distance = distances[row] as number;
        if (distance < dims && (distance <= limit || (distance <= leadLimit && isLead[row] === 1))) near.push(row);
      }
      const found = scored(query, near).sort((a, b) => b.score - a.score);
      return { passages: found.slice(0, k), leads: leads === 0 ? [] : found.filter(({ id }) => isLead[(slots[id] as number) - 1] === 1).slice(0, leads) };
    },
  };
}
