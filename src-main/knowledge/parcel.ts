import type { Ready } from "./passages.ts";

/** What goes from the reading thread to the index thread: all vectors in one piece of memory, which changes hands and is not copied. */
export type Parcel = { readonly dims: number; readonly readies: readonly (Omit<Ready, "vectors"> | undefined)[]; readonly vectors: Int8Array<ArrayBuffer> };

/** A row of zeroes stands for "no vector": a text of words that are known never has one. */
export function packed(readies: readonly (Ready | undefined)[], dims: number): Parcel {
  const vectors = new Int8Array(dims * readies.reduce((sum, ready) => sum + (ready?.vectors.length ?? 0), 0));
  let row = 0;
  const bare = readies.map((ready) => {
    if (ready === undefined) return undefined;
    const { vectors: own, ...rest } = ready;
    for (const vector of own) {
      if (vector !== undefined) vectors.set(vector, row * dims);
      row += 1;
    }
    return rest;
  });
  return { dims, readies: bare, vectors };
}

export function unpacked({ dims, readies, vectors }: Parcel): (Ready | undefined)[] {
  let row = 0;
  const next = (): Int8Array | undefined => {
    const vector = vectors.subarray(row * dims, (row + 1) * dims);
    row += 1;
    return vector.every((value) => value === 0) ? undefined : vector;
  };
  return readies.map((ready) => ready && { ...ready, vectors: vectors.length === 0 ? [] : ready.chunks.map(next) });
}
