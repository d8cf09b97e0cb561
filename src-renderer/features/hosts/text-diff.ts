export type DiffLine = { readonly kind: "same" | "added" | "removed" | "gap"; readonly text: string; readonly before: number | undefined; readonly after: number | undefined };

const CONTEXT = 3;
/** Beyond this the middle is shown as one block taken out and one put in: exact matching of it would freeze the window. */
const MOST_CELLS = 4_000_000;

/** From `before` to `after`, line by line, with a little of what stayed around each change. */
export function textDiff(before: string, after: string): readonly DiffLine[] {
  const [a, b] = [before.split("\n"), after.split("\n")];
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head += 1;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail += 1;
  const [left, right] = [a.slice(head, a.length - tail), b.slice(head, b.length - tail)];
  const middle = left.length * right.length > MOST_CELLS ? [...left.map((text) => ({ kind: "removed" as const, text })), ...right.map((text) => ({ kind: "added" as const, text }))] : longest(left, right);
  const all = [...a.slice(0, head).map((text) => ({ kind: "same" as const, text })), ...middle, ...a.slice(a.length - tail).map((text) => ({ kind: "same" as const, text }))];
  let [x, y] = [0, 0];
  const numbered = all.map((line): DiffLine => ({ ...line, before: line.kind === "added" ? undefined : (x += 1), after: line.kind === "removed" ? undefined : (y += 1) }));
  return folded(numbered);
}

function longest(a: readonly string[], b: readonly string[]): { kind: "same" | "added" | "removed"; text: string }[] {
  const width = b.length + 1;
  const lengths = new Uint32Array((a.length + 1) * width);
  const at = (i: number, j: number) => lengths[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i -= 1) for (let j = b.length - 1; j >= 0; j -= 1) lengths[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  const lines: { kind: "same" | "added" | "removed"; text: string }[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) lines.push({ kind: "same", text: a[(j += 1, i++)] as string });
    else if (j >= b.length || (i < a.length && at(i + 1, j) >= at(i, j + 1))) lines.push({ kind: "removed", text: a[i++] as string });
    else lines.push({ kind: "added", text: b[j++] as string });
  }
  return lines;
}

function folded(lines: readonly DiffLine[]): readonly DiffLine[] {
  const near = new Uint8Array(lines.length);
  lines.forEach(({ kind }, index) => {
    if (kind !== "same") near.fill(1, Math.max(0, index - CONTEXT), index + CONTEXT + 1);
  });
  const kept: DiffLine[] = [];
  lines.forEach((line, index) => {
    if (near[index] === 1) kept.push(line);
    else if (kept.at(-1)?.kind !== "gap") kept.push({ kind: "gap", text: "", before: undefined, after: undefined });
  });
  return kept.length === 1 && kept[0]?.kind === "gap" ? [] : kept;
}
