import { parseCheckpoint } from "./checkpoint.ts";
import { strictBase64 } from "./note.ts";
import { HASH_BYTES } from "./tree.ts";

/** c2sp.org/tlog-proof@v1: one entry's inclusion, checkable without the log. The leaf itself travels as its extra data. */
const FIRST_LINE = "c2sp.org/tlog-proof@v1";

export type TlogProof = { readonly extra: Uint8Array | undefined; readonly index: number; readonly hashes: readonly Uint8Array[]; readonly checkpoint: string };

export function formatTlogProof({ extra, index, hashes, checkpoint }: TlogProof): string {
  const lines = [FIRST_LINE];
  if (extra !== undefined) lines.push(`extra ${Buffer.from(extra).toString("base64")}`);
  lines.push(`index ${index}`, ...hashes.map((hash) => Buffer.from(hash).toString("base64")));
  return `${lines.join("\n")}\n\n${checkpoint}`;
}

export function parseTlogProof(text: string): TlogProof | undefined {
  const split = text.indexOf("\n\n");
  if (split < 0) return undefined;
  const checkpoint = text.slice(split + 2);
  const [first, ...lines] = text.slice(0, split).split("\n");
  if (first !== FIRST_LINE || parseCheckpoint(checkpoint) === undefined) return undefined;
  let extra: Buffer | undefined;
  if (lines[0]?.startsWith("extra ") === true) {
    extra = strictBase64((lines.shift() as string).slice(6));
    if (extra === undefined) return undefined;
  }
  const index = /^index (0|[1-9][0-9]{0,15})$/.exec(lines.shift() ?? "")?.[1];
  if (index === undefined || lines.length > 63) return undefined;
  const hashes: Buffer[] = [];
  for (const line of lines) {
    const hash = strictBase64(line);
    if (hash?.byteLength !== HASH_BYTES) return undefined;
    hashes.push(hash);
  }
  return { extra, index: Number(index), hashes, checkpoint };
}
