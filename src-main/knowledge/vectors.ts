/** Rebuildable at any time from the vectors in the file: signs for the first look, int8 for the exact score. */
export type VectorIndex = {
  readonly size: number;
  add(id: number, vector: Int8Array): void;
  remove(id: number): void;
  /** Best first. `accepts` narrows to some passages (filters). */
  search(query: Int8Array, k: number, accepts?: (id: number) => boolean): { readonly id: number; readonly score: number }[];
};

/** How many of the sign-nearest are scored exactly. */
const SHORTLIST = 600;

export function createVectorIndex(dims: number): VectorIndex {
  const words = dims >> 5;
  let capacity = 1024;
  let ids = new Float64Array(capacity);
  let rows = new Int8Array(capacity * dims);
  let bits = new Uint32Array(capacity * words);
  let norms = new Float32Array(capacity);
  const slots = new Map<number, number>();
  let size = 0;

  const grow = () => {
    capacity = Math.ceil(capacity * 1.5);
    const wider = <T extends Float64Array | Int8Array | Uint32Array | Float32Array>(make: T, from: T): T => {
      make.set(from as never);
      return make;
    };
    ids = wider(new Float64Array(capacity), ids);
    rows = wider(new Int8Array(capacity * dims), rows);
    bits = wider(new Uint32Array(capacity * words), bits);
    norms = wider(new Float32Array(capacity), norms);
  };
  const signs = (vector: Int8Array, into: Uint32Array, at: number) => {
    for (let w = 0; w < words; w += 1) {
      let word = 0;
      for (let b = 0; b < 32; b += 1) if ((vector[w * 32 + b] as number) > 0) word |= 1 << b;
      into[at + w] = word >>> 0;
    }
  };
  const lengthOf = (vector: Int8Array): number => {
    let square = 0;
    for (const value of vector) square += value * value;
    return Math.sqrt(square) || 1;
  };

  return {
    get size() {
      return size;
    },
    add(id, vector) {
      const at = slots.get(id) ?? size;
      if (at === size) {
        if (size === capacity) grow();
        size += 1;
        slots.set(id, at);
      }
      ids[at] = id;
      rows.set(vector, at * dims);
      signs(vector, bits, at * words);
      norms[at] = lengthOf(vector);
    },
    remove(id) {
      const at = slots.get(id);
      if (at === undefined) return;
      slots.delete(id);
      size -= 1;
      if (at === size) return;
      const last = ids[size] as number;
      ids[at] = last;
      slots.set(last, at);
      rows.copyWithin(at * dims, size * dims, (size + 1) * dims);
      bits.copyWithin(at * words, size * words, (size + 1) * words);
      norms[at] = norms[size] as number;
    },
    search(query, k, accepts) {
      const asked = new Uint32Array(words);
      signs(query, asked, 0);
      const histogram = new Uint32Array(dims + 1);
      const distances = new Uint16Array(size);
      for (let row = 0, at = 0; row < size; row += 1) {
        let distance = 0;
        for (let w = 0; w < words; w += 1, at += 1) {
          let x = (bits[at] as number) ^ (asked[w] as number);
          x -= (x >>> 1) & 0x55555555;
          x = (x & 0x33333333) + ((x >>> 2) & 0x33333333);
          distance += Math.imul((x + (x >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
        }
        if (accepts !== undefined && !accepts(ids[row] as number)) distance = dims;
        distances[row] = distance;
        histogram[distance] = (histogram[distance] as number) + 1;
      }
      let limit = 0;
      for (let count = 0; limit < dims; limit += 1) {
        count += histogram[limit] as number;
        if (count >= Math.max(SHORTLIST, k * 2)) break;
      }
      const asksLength = lengthOf(query);
      const found: { id: number; score: number }[] = [];
      for (let row = 0; row < size; row += 1) {
        if ((distances[row] as number) > limit || distances[row] === dims) continue;
        let dot = 0;
        for (let d = 0, at = row * dims; d < dims; d += 1, at += 1) dot += (rows[at] as number) * (query[d] as number);
        found.push({ id: ids[row] as number, score: dot / (asksLength * (norms[row] as number)) });
      }
      return found.sort((a, b) => b.score - a.score).slice(0, k);
    },
  };
}
