export type DiffLine = { readonly kind: "same" | "added" | "removed"; readonly text: string };

const MOST_CELLS = 4_000_000;

/** Lines of two texts, what stayed, came and went; unchanged stretches shortened to `around` lines beside a change. */
export function diffLines(before: string, after: string, around = 3): readonly DiffLine[] {
  const [a, b] = [before.split("\n"), after.split("\n")];
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head += 1;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail += 1;
  const same = (lines: readonly string[]): DiffLine[] => lines.map((text) => ({ kind: "same", text }));
  const middle = between(a.slice(head, a.length - tail), b.slice(head, b.length - tail));
  return shorten([...same(a.slice(0, head)), ...middle, ...same(a.slice(a.length - tail))], around);
}

function between(a: readonly string[], b: readonly string[]): readonly DiffLine[] {
  if (a.length * b.length > MOST_CELLS) return [...a.map((text): DiffLine => ({ kind: "removed", text })), ...b.map((text): DiffLine => ({ kind: "added", text }))];
  const width = b.length + 1;
  const longest = new Int32Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i -= 1) for (let j = b.length - 1; j >= 0; j -= 1) longest[i * width + j] = a[i] === b[j] ? (longest[(i + 1) * width + j + 1] as number) + 1 : Math.max(longest[(i + 1) * width + j] as number, longest[i * width + j + 1] as number);
  const lines: DiffLine[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      lines.push({ kind: "same", text: a[i] as string });
      i += 1;
      j += 1;
    } else if (j >= b.length || (i < a.length && (longest[(i + 1) * width + j] as number) >= (longest[i * width + j + 1] as number))) {
      lines.push({ kind: "removed", text: a[i] as string });
      i += 1;
    } else {
      lines.push({ kind: "added", text: b[j] as string });
      j += 1;
    }
  }
  return lines;
}

function shorten(lines: readonly DiffLine[], around: number): readonly DiffLine[] {
  const near = (at: number) => lines.slice(Math.max(0, at - around), at + around + 1).some(({ kind }) => kind !== "same");
  const kept: DiffLine[] = [];
  for (const [at, line] of lines.entries()) {
    if (near(at)) kept.push(line);
    else if (kept.at(-1)?.text !== "…" || kept.at(-1)?.kind !== "same") kept.push({ kind: "same", text: "…" });
  }
  return kept.length === 1 && kept[0]?.text === "…" ? [] : kept;
}
