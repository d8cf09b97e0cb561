import type { Book } from "./book.ts";
import { openRow, type OpenEntry } from "./reader.ts";
import type { LedgerSearch } from "./search.ts";

const MAX_ENTRIES = 300;
/** These frame a whole run or chat; an entry's story starts with them even where nothing refers to them. */
const FRAME: readonly string[] = ["request", "plan", "decision"];

/** Everything one entry belongs to: what it refers to, what refers to it, and the request that began it. Oldest first. */
export async function storyOf(book: Book, search: LedgerSearch, seq: number): Promise<readonly OpenEntry[]> {
  await search.catchUp();
  const seen = new Set<number>();
  const queue = [seq];
  const read = (at: number): OpenEntry | undefined => {
    const row = book.entry(at);
    return row === undefined ? undefined : openRow(book, row);
  };
  const first = read(seq);
  if (first === undefined) return [];
  const story: OpenEntry[] = [];
  while (queue.length > 0 && story.length < MAX_ENTRIES) {
    const at = queue.shift() as number;
    if (seen.has(at)) continue;
    seen.add(at);
    const entry = at === seq ? first : read(at);
    if (entry === undefined) continue;
    story.push(entry);
    queue.push(...Object.values(entry.leaf.refs ?? {}), ...search.referring(at));
  }
  if (first.leaf.session !== undefined) {
    const { seqs } = await search.find({ sessions: [first.leaf.session], types: FRAME }, Number.MAX_SAFE_INTEGER, 50);
    for (const at of seqs) {
      const entry = seen.has(at) ? undefined : read(at);
      if (entry !== undefined) story.push(entry);
    }
  }
  return story.toSorted((a, b) => a.seq - b.seq);
}
