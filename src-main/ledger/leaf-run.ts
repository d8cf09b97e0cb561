import { COMMITMENT_CHARS } from "./commitment.ts";
import { createLanes, foldDigests, type Lanes } from "./lanes.ts";
import { leafText, roughChars, type PreparedEntry } from "./leaf.ts";
import { HASH_BYTES, TILE_WIDTH } from "./tree.ts";

const ROOM = { messages: 2048, bytes: 1 << 20 };
/** Those of a full tile above its leaves; they lie behind the leaves, which are still needed. */
const NODES = TILE_WIDTH - 1;
/** Digests are laid a byte further apart than they are long, so that each is 44 whole characters of one base64 text. */
const SPACED = HASH_BYTES + 1;
let room: Lanes | undefined;
/** Made when the first burst comes: most starts see none for a while. */
const lanes = (): Lanes => (room ??= createLanes(ROOM));

/** Whether all that is hashed for these entries has room at once. Each character may take three bytes. */
export function fitsRun(entries: readonly PreparedEntry[]): boolean {
  let openings = 0;
  let openingChars = 0;
  let leafChars = 0;
  for (const entry of entries) {
    openings += entry.openings.length;
    for (const opening of entry.openings) openingChars += opening.length;
    leafChars += roughChars(entry);
  }
  const { begin, fits } = lanes();
  begin();
  return fits(openings, 3 * openingChars) && fits(entries.length + NODES, 3 * leafChars);
}

/** `folded`: the hash over all of them, where they are a full tile. The leaves lie in memory that is good until the next run. */
type Run = { readonly leaves: Buffer[]; readonly digests: Buffer; readonly folded: Buffer | undefined };

/** The leaves of entries that follow each other, and their hashes. That each leaf fits was seen when its entry was prepared. */
export function hashRun(entries: readonly PreparedEntry[], { first, time, boot }: { readonly first: number; readonly time: string; readonly boot: string }): Run {
  const { bytes, begin, place, take, end, digestAt } = lanes();
  begin(SPACED);
  let openings = 0;
  for (const entry of entries) {
    for (const opening of entry.openings) take(bytes.write(opening, place()));
    openings += entry.openings.length;
  }
  end();
  for (let n = 0; n < openings; n += 1) bytes[digestAt(n) + HASH_BYTES] = 0;
  const commitments = bytes.toString("base64url", digestAt(0), digestAt(openings));

  begin();
  let before = 0;
  const commitment = (n: number): string => commitments.slice((COMMITMENT_CHARS + 1) * (before + n), (COMMITMENT_CHARS + 1) * (before + n) + COMMITMENT_CHARS);
  const leaves = entries.map((entry, n) => {
    const at = place();
    bytes[at] = 0;
    const length = bytes.write(leafText(entry, { seq: first + n, time, boot }, commitment), at + 1);
    take(1 + length);
    before += entry.openings.length;
    return bytes.subarray(at + 1, at + 1 + length);
  });
  end();
  const digests = Buffer.from(bytes.subarray(digestAt(0), digestAt(entries.length)));
  return { leaves, digests, folded: entries.length === TILE_WIDTH ? foldDigests(lanes(), TILE_WIDTH) : undefined };
}
