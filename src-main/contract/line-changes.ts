export type LineChange = { readonly kind: "same" | "added" | "removed"; readonly text: string };

const CONTEXT = 2;

/** From `before` to `after`, line by line (longest common subsequence), with a little of what stayed around each change. */
export function lineChanges(before: string, after: string): readonly LineChange[] {
  const a = before.split("\n");
  const b = after.split("\n");
  const lengths = Array.from({ length: a.length + 1 }, () => new Uint32Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      (lengths[i] as Uint32Array)[j] = a[i] === b[j] ? (lengths[i + 1]?.[j + 1] ?? 0) + 1 : Math.max(lengths[i + 1]?.[j] ?? 0, lengths[i]?.[j + 1] ?? 0);
    }
  }
  const changes: LineChange[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      changes.push({ kind: "same", text: a[i] as string });
      i += 1;
      j += 1;
    } else if (j >= b.length || (i < a.length && (lengths[i + 1]?.[j] ?? 0) >= (lengths[i]?.[j + 1] ?? 0))) {
      changes.push({ kind: "removed", text: a[i] as string });
      i += 1;
    } else {
      changes.push({ kind: "added", text: b[j] as string });
      j += 1;
    }
  }
  const isNear = (at: number) => changes.slice(Math.max(0, at - CONTEXT), at + CONTEXT + 1).some(({ kind }) => kind !== "same");
  return changes.filter((_, at) => isNear(at));
}
