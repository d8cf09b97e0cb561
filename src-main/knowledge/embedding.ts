import { readFileSync } from "node:fs";
import { STOP_WORDS, eachWord } from "./tokens.ts";

/** Turns text into a unit vector of small integers. `id` changes whenever vectors of two versions may not be compared. */
export type Embedding = { readonly id: string; readonly dims: number; embed(text: string): Int8Array | undefined };

const MAGIC = "SENAEMB1";

type Table = { readonly words: readonly string[]; readonly weights: Float32Array; readonly dims: number; readonly vectors: Float32Array };

/** Header, words, one scale per row (the word's weight is in it), the rows as int8. */
export function writeTable({ words, weights, dims, vectors }: Table): Buffer {
  const scales = new Float32Array(words.length);
  const rows = new Int8Array(words.length * dims);
  for (let row = 0; row < words.length; row += 1) {
    const from = vectors.subarray(row * dims, (row + 1) * dims);
    const length = Math.hypot(...from) || 1;
    let largest = 0;
    for (const value of from) largest = Math.max(largest, Math.abs(value));
    const scale = largest / 127 || 1;
    from.forEach((value, d) => (rows[row * dims + d] = Math.round(value / scale)));
    scales[row] = (scale / length) * (weights[row] as number);
  }
  const list = Buffer.from(words.join("\n"), "utf8");
  const head = Buffer.alloc(20);
  head.write(MAGIC, "latin1");
  head.writeUInt32LE(words.length, 8);
  head.writeUInt32LE(dims, 12);
  head.writeUInt32LE(list.length, 16);
  return Buffer.concat([head, list, Buffer.from(scales.buffer), Buffer.from(rows.buffer)]);
}

export function loadEmbedding(path: string, id: string): Embedding {
  const file = readFileSync(path);
  if (file.toString("latin1", 0, 8) !== MAGIC) throw new Error(`${path} is not an embedding table`);
  const [count, dims, listBytes] = [file.readUInt32LE(8), file.readUInt32LE(12), file.readUInt32LE(16)];
  const words = new Map(file.toString("utf8", 20, 20 + listBytes).split("\n").map((word, row) => [word, row]));
  const body = file.buffer.slice(file.byteOffset + 20 + listBytes, file.byteOffset + file.byteLength);
  const scales = new Float32Array(body.slice(0, count * 4));
  const rows = new Int8Array(body, count * 4, count * dims);
  const sum = new Float32Array(dims);
  return {
    id,
    dims,
    embed(text) {
      sum.fill(0);
      let known = 0;
      const add = (word: string) => {
        const row = words.get(word);
        if (row === undefined || STOP_WORDS.has(word)) return;
        known += 1;
        const scale = scales[row] as number;
        for (let d = 0, at = row * dims; d < dims; d += 1, at += 1) sum[d] = (sum[d] as number) + scale * (rows[at] as number);
      };
      eachWord(text, add);
      return known === 0 ? undefined : quantised(sum);
    },
  };
}

/** Unit length, then 127 for the largest a component of a unit vector of this kind reaches; beyond it is cut. */
export function quantised(vector: Float32Array, largest = 0.4): Int8Array {
  let square = 0;
  for (let d = 0; d < vector.length; d += 1) square += (vector[d] as number) ** 2;
  const factor = 127 / largest / (Math.sqrt(square) || 1);
  const small = new Int8Array(vector.length);
  for (let d = 0; d < vector.length; d += 1) small[d] = Math.max(-127, Math.min(127, Math.round((vector[d] as number) * factor)));
  return small;
}
