/** What every format becomes: a row of blocks, each with the place it stands at in the source. */
export type BlockKind = "heading" | "text" | "code" | "table";
export type Block = {
  readonly kind: BlockKind;
  /** Headings: 1 is the outermost. */
  readonly level?: number;
  readonly text: string;
  /** 1-based lines of the source; formats without lines count what they have (paragraphs, rows). */
  readonly from: number;
  readonly to: number;
  /** "page 3", "slide 2", "sheet Disks": set where lines alone would not find the place. */
  readonly part?: string;
};
export type Extracted = {
  readonly title: string;
  readonly blocks: readonly Block[];
  /** What an operator must know about the document, e.g. "page 4 has no text layer". */
  readonly remarks: readonly string[];
};

/** A document that cannot be taken in, with the reason as the operator reads it. */
export class Unreadable extends Error {
  override readonly name = "Unreadable";
}

/** No document may cost more than this, whatever it claims to be. */
export const LIMITS = {
  fileBytes: 64 * 1024 * 1024,
  /** Everything an archive or office file unpacks to. */
  unpackedBytes: 128 * 1024 * 1024,
  /** A well-made office file packs 3 to 30 times; a bomb a thousand. */
  unpackRatio: 200,
  archiveEntries: 2_000,
  textChars: 8 * 1024 * 1024,
  blocks: 60_000,
  timeMs: 30_000,
  heapMb: 384,
  youngMb: 32,
} as const;
