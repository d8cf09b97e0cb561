// The arithmetic of the static embedding, apart from where its text comes from. Seeded: the same text gives the same table.

export type Counted = { readonly words: readonly string[]; readonly weights: Float32Array; readonly rowStart: Uint32Array; readonly columns: Uint32Array; readonly values: Float32Array; readonly pairs: number };

const WINDOW = 5;
const SLOTS = 1 << 26;

/** Vocabulary, smooth inverse frequency weights and the PPMI matrix in rows. */
export function collect(documents: readonly (readonly string[])[], size: number): Counted {
  const counts = new Map<string, { n: number; docs: number; last: number }>();
  let total = 0;
  documents.forEach((words, index) => {
    for (const word of words) {
      if (word.length > 24 || /^\d{5,}$/.test(word)) continue;
      const count = counts.get(word);
      if (count === undefined) counts.set(word, { n: 1, docs: 1, last: index });
      else {
        count.n += 1;
        if (count.last !== index) (count.docs += 1), (count.last = index);
      }
      total += 1;
    }
  });
  const words = [...counts].filter(([, { n, docs }]) => n >= 5 && docs >= 2).sort(([a, x], [b, y]) => y.docs - x.docs || y.n - x.n || (a < b ? -1 : 1)).slice(0, size).map(([word]) => word);
  const ids = new Map(words.map((word, index) => [word, index]));
  const frequency = Float64Array.from(words, (word) => (counts.get(word)?.n ?? 0) / total);
  const weights = Float32Array.from(frequency, (p) => 1e-4 / (1e-4 + p));

  // Open addressing over (row, column): a Map of tens of millions of pairs would not fit.
  const keys = new Float64Array(SLOTS).fill(-1);
  const tally = new Float32Array(SLOTS);
  let pairs = 0;
  const V = words.length;
  const add = (a: number, b: number, by: number) => {
    const key = a * V + b;
    let slot = (Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b)) >>> 6;
    for (;;) {
      const held = keys[slot];
      if (held === key) break;
      if (held === -1) {
        if (pairs > SLOTS * 0.7) return;
        keys[slot] = key;
        pairs += 1;
        break;
      }
      slot = (slot + 1) & (SLOTS - 1);
    }
    tally[slot] = (tally[slot] as number) + by;
  };
  const random = seeded(7);
  for (const text of documents) {
    // Very common words say little and cost the most pairs: kept only now and then (word2vec's subsampling).
    const row = text.map((word) => ids.get(word) ?? -1).filter((id) => id >= 0 && random() < Math.min(1, Math.sqrt(2e-4 / (frequency[id] as number))));
    for (let at = 0; at < row.length; at += 1) for (let step = 1; step <= WINDOW && at + step < row.length; step += 1) {
      const [a, b] = [row[at] as number, row[at + step] as number];
      if (a === b) continue;
      add(a < b ? a : b, a < b ? b : a, 1 / step);
    }
  }
  return { words, weights, ...ppmi(keys, tally, V), pairs };
}

function ppmi(keys: Float64Array, tally: Float32Array, V: number): { rowStart: Uint32Array; columns: Uint32Array; values: Float32Array } {
  const sums = new Float64Array(V);
  for (let slot = 0; slot < SLOTS; slot += 1) {
    const key = keys[slot] as number;
    if (key < 0) continue;
    const by = tally[slot] as number;
    const [a, b] = [Math.floor(key / V), key % V];
    sums[a] = (sums[a] as number) + by;
    sums[b] = (sums[b] as number) + by;
  }
  const all = sums.reduce((sum, n) => sum + n, 0);
  const smooth = sums.map((n) => n ** 0.75);
  const smoothAll = smooth.reduce((sum, n) => sum + n, 0);
  const pmi = (a: number, b: number, by: number) => Math.log((by * smoothAll) / ((sums[a] as number) * (smooth[b] as number))) - Math.log(all / all);
  const both = (slot: number): [number, number, number] | undefined => {
    const key = keys[slot] as number;
    const by = tally[slot] as number;
    if (key < 0 || by < 0.6) return undefined;
    const [a, b] = [Math.floor(key / V), key % V];
    const value = (pmi(a, b, by) + pmi(b, a, by)) / 2;
    return value > 0 ? [a, b, value] : undefined;
  };
  const rowStart = new Uint32Array(V + 1);
  for (let slot = 0; slot < SLOTS; slot += 1) {
    const one = both(slot);
    if (one === undefined) continue;
    rowStart[one[0] + 1] = (rowStart[one[0] + 1] as number) + 1;
    rowStart[one[1] + 1] = (rowStart[one[1] + 1] as number) + 1;
  }
  for (let row = 0; row < V; row += 1) rowStart[row + 1] = (rowStart[row + 1] as number) + (rowStart[row] as number);
  const columns = new Uint32Array(rowStart[V] as number);
  const values = new Float32Array(columns.length);
  const next = rowStart.slice();
  const put = (a: number, b: number, value: number) => {
    const at = next[a] as number;
    columns[at] = b;
    values[at] = value;
    next[a] = at + 1;
  };
  for (let slot = 0; slot < SLOTS; slot += 1) {
    const one = both(slot);
    if (one === undefined) continue;
    put(one[0], one[1], one[2]);
    put(one[1], one[0], one[2]);
  }
  return { rowStart, columns, values };
}

/** Rows of U·√|Σ| by randomised subspace iteration; the matrix is symmetric. */
export function factorise({ words, rowStart, columns, values }: Counted, dims: number, say: (line: string) => void): Float32Array {
  const V = words.length;
  const K = dims + 24;
  const random = seeded(11);
  let Q: Float32Array<ArrayBufferLike> = Float32Array.from({ length: V * K }, () => random() * 2 - 1);
  const times = (X: Float32Array): Float32Array => {
    const Y = new Float32Array(V * K);
    for (let row = 0; row < V; row += 1) {
      const into = Y.subarray(row * K, (row + 1) * K);
      for (let at = rowStart[row] as number; at < (rowStart[row + 1] as number); at += 1) {
        const value = values[at] as number;
        const from = (columns[at] as number) * K;
        for (let k = 0; k < K; k += 1) into[k] = (into[k] as number) + value * (X[from + k] as number);
      }
    }
    return Y;
  };
  for (let round = 0; round < 3; round += 1) {
    Q = orthonormal(times(Q), V, K);
    say(`subspace iteration ${round + 1} of 3`);
  }
  const small = gram(Q, times(Q), V, K);
  const { vectors, eigenvalues } = jacobi(small, K);
  const order = [...eigenvalues.keys()].sort((a, b) => Math.abs(eigenvalues[b] as number) - Math.abs(eigenvalues[a] as number)).slice(0, dims);
  const out = new Float32Array(V * dims);
  for (let row = 0; row < V; row += 1) order.forEach((column, d) => {
    let sum = 0;
    for (let k = 0; k < K; k += 1) sum += (Q[row * K + k] as number) * (vectors[k * K + column] as number);
    out[row * dims + d] = sum * Math.sqrt(Math.abs(eigenvalues[column] as number));
  });
  return out;
}

const gram = (A: Float32Array, B: Float32Array, V: number, K: number): Float64Array => {
  const out = new Float64Array(K * K);
  for (let row = 0; row < V; row += 1) for (let i = 0; i < K; i += 1) {
    const a = A[row * K + i] as number;
    if (a === 0) continue;
    for (let j = 0; j < K; j += 1) out[i * K + j] = (out[i * K + j] as number) + a * (B[row * K + j] as number);
  }
  return out;
};

/** Y·L⁻ᵀ with YᵀY = L·Lᵀ: orthonormal columns by Cholesky, twice for single precision. */
function orthonormal(Y: Float32Array, V: number, K: number): Float32Array {
  for (let pass = 0; pass < 2; pass += 1) {
    const G = gram(Y, Y, V, K);
    for (let i = 0; i < K; i += 1) for (let j = 0; j <= i; j += 1) {
      let sum = G[i * K + j] as number;
      for (let k = 0; k < j; k += 1) sum -= (G[i * K + k] as number) * (G[j * K + k] as number);
      G[i * K + j] = i === j ? Math.sqrt(Math.max(sum, 1e-9)) : sum / (G[j * K + j] as number);
    }
    for (let row = 0; row < V; row += 1) for (let i = 0; i < K; i += 1) {
      let sum = Y[row * K + i] as number;
      for (let k = 0; k < i; k += 1) sum -= (G[i * K + k] as number) * (Y[row * K + k] as number);
      Y[row * K + i] = sum / (G[i * K + i] as number);
    }
  }
  return Y;
}

/** Eigenvalues of a small symmetric matrix. */
function jacobi(A: Float64Array, K: number): { readonly vectors: Float64Array; readonly eigenvalues: Float64Array } {
  const E = new Float64Array(K * K);
  for (let i = 0; i < K; i += 1) E[i * K + i] = 1;
  for (let sweep = 0; sweep < 12; sweep += 1) for (let p = 0; p < K; p += 1) for (let q = p + 1; q < K; q += 1) {
    const apq = A[p * K + q] as number;
    if (Math.abs(apq) < 1e-9) continue;
    const theta = ((A[q * K + q] as number) - (A[p * K + p] as number)) / (2 * apq);
    const t = Math.sign(theta || 1) / (Math.abs(theta) + Math.hypot(theta, 1));
    const c = 1 / Math.hypot(t, 1);
    const s = t * c;
    for (let k = 0; k < K; k += 1) {
      const [x, y] = [A[k * K + p] as number, A[k * K + q] as number];
      A[k * K + p] = c * x - s * y;
      A[k * K + q] = s * x + c * y;
    }
    for (let k = 0; k < K; k += 1) {
      const [x, y] = [A[p * K + k] as number, A[q * K + k] as number];
      A[p * K + k] = c * x - s * y;
      A[q * K + k] = s * x + c * y;
      const [u, v] = [E[k * K + p] as number, E[k * K + q] as number];
      E[k * K + p] = c * u - s * v;
      E[k * K + q] = s * u + c * v;
    }
  }
  return { vectors: E, eigenvalues: Float64Array.from({ length: K }, (_, i) => A[i * K + i] as number) };
}

function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
