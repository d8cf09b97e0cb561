import type { Block } from "./blocks.ts";

export type Chunk = {
  /** "Backups > Restore": the headings above it. */
  readonly heading: string;
  readonly text: string;
  readonly kind: "text" | "code" | "table";
  readonly from: number;
  readonly to: number;
  readonly part: string;
};

const WANTED_CHARS = 1_000;
const MAX_CHARS = 2_000;
/** Code and tables are kept whole up to here: half a table tells half the truth. */
const MAX_WHOLE_CHARS = 6_000;

/** Cuts at headings, joins short paragraphs, keeps code and tables whole, and never mixes two parts (pages, sheets, files). */
export function chunkBlocks(blocks: readonly Block[]): Chunk[] {
  const chunks: Chunk[] = [];
  const trail: { level: number; text: string }[] = [];
  let held: Block[] = [];
  let size = 0;
  const heading = () => trail.map(({ text }) => text).join(" > ");
  const flush = () => {
    const [first, last] = [held[0], held.at(-1)];
    if (first !== undefined && last !== undefined) {
      const kind = held.every((block) => block.kind === "code") ? "code" : held.every((block) => block.kind === "table") ? "table" : "text";
      chunks.push({ heading: heading(), text: held.map(({ text }) => text).join("\n\n"), kind, from: first.from, to: Math.max(first.from, last.to), part: first.part ?? "" });
    }
    held = [];
    size = 0;
  };
  for (const block of blocks) {
    if (block.kind === "heading") {
      flush();
      const level = block.level ?? 1;
      while (trail.length > 0 && (trail.at(-1) as { level: number }).level >= level) trail.pop();
      trail.push({ level, text: block.text.replace(/\s+/g, " ").slice(0, 200) });
      continue;
    }
    for (const piece of pieces(block)) {
      if (held.length > 0 && (size + piece.text.length > MAX_CHARS || size >= WANTED_CHARS || piece.part !== held[0]?.part || piece.kind === "table")) flush();
      held.push(piece);
      size += piece.text.length;
    }
  }
  flush();
  // A page of headings alone is still a page one may look for.
  if (chunks.length === 0 && trail.length > 0) chunks.push({ heading: "", text: blocks.map(({ text }) => text).join("\n").slice(0, MAX_CHARS), kind: "text", from: blocks[0]?.from ?? 1, to: blocks.at(-1)?.to ?? 1, part: blocks[0]?.part ?? "" });
  return chunks;
}

/** A block too long to be one passage is cut between lines, else between sentences, else anywhere. */
function* pieces(block: Block): Iterable<Block> {
  const max = block.kind === "text" ? MAX_CHARS : MAX_WHOLE_CHARS;
  if (block.text.length <= max) return yield block;
  const hasLines = block.text.includes("\n");
  const units = hasLines ? block.text.split("\n") : block.text.split(/(?<=[.!?])\s+/);
  const wanted = block.kind === "text" ? WANTED_CHARS : MAX_CHARS;
  let held = "";
  let from = block.from;
  let line = block.from;
  const isLined = hasLines && block.to > block.from;
  for (const unit of units) {
    for (let at = 0; at < Math.max(1, unit.length); at += max) {
      const part = unit.slice(at, at + max);
      if (held !== "" && held.length + part.length > wanted) {
        yield { ...block, text: held, from, to: isLined ? Math.max(from, line - 1) : block.to };
        held = "";
        from = isLined ? Math.min(line, block.to) : block.from;
      }
      held += held === "" ? part : `${hasLines ? "\n" : " "}${part}`;
    }
    line += 1;
  }
  if (held.trim() !== "") yield { ...block, text: held, from, to: block.to };
}

export const positionOf = ({ part, from, to }: Pick<Chunk, "part" | "from" | "to">): string => {
  const lines = from === to ? `line ${from}` : `lines ${from}–${to}`;
  if (part === "") return lines;
  if (/^(page|slide|paragraph) \d+$/.test(part)) return part;
  return part.startsWith("sheet ") ? `${part}, ${from === to ? `row ${from}` : `rows ${from}–${to}`}` : `${part}, ${lines}`;
};
