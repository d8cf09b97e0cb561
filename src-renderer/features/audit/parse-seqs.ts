const MAX = 10_000;

/** `12, 40-57` as numbers; undefined when it is anything else, or too much. */
export function parseSeqs(text: string): readonly number[] | undefined {
  const seqs = new Set<number>();
  for (const part of text.split(/[\s,]+/).filter((one) => one !== "")) {
    const [, low, high] = /^(\d{1,12})(?:-(\d{1,12}))?$/.exec(part) ?? [];
    if (low === undefined) return undefined;
    const [from, to] = [Number(low), Number(high ?? low)];
    if (to < from || to - from >= MAX) return undefined;
    for (let seq = from; seq <= to; seq += 1) seqs.add(seq);
  }
  return seqs.size === 0 || seqs.size > MAX ? undefined : [...seqs].sort((a, b) => a - b);
}
