/** Arrivals much smaller than this share blocks of it: so large that the system takes them back when they are let go. */
const BLOCK_BYTES = 256 * 1024;
/** As many as a backlog is let grow to, for all of them. */
const SPARE_BLOCKS = 12;

/**
 * Blocks of what was dropped, for what comes next. As garbage they would be too old to be found by looking at what is young,
 * and a flood would have the whole heap searched for them thirty times in a hundred megabytes.
 */
export type Blocks = {
  readonly blockBytes: number;
  take(): Uint8Array;
  /** One that was used before, if any is left. */
  takeUsed(): Uint8Array | undefined;
  give(block: Uint8Array): void;
};

export function createBlocks(blockBytes: number = BLOCK_BYTES): Blocks {
  const spare: Uint8Array[] = [];
  return {
    blockBytes,
    take: () => spare.pop() ?? new Uint8Array(blockBytes),
    takeUsed: () => spare.pop(),
    give: (block) => void (spare.length < SPARE_BLOCKS && spare.push(block)),
  };
}
export const sharedBlocks: Blocks = createBlocks();

/** A copy of its own: a Buffer's `slice` is a view, and would keep what it looks into. */
export const copyOf = (bytes: Uint8Array): Uint8Array => new Uint8Array(bytes);
