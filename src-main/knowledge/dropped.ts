import { closeSync, fstatSync, mkdirSync, openSync, realpathSync, renameSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { LIMITS } from "./blocks.ts";
import { isCandidate } from "./extract.ts";
import { failKnowledge } from "./failures.ts";
import type { DroppedPiece } from "./port.ts";

/**
 * A file that was dropped comes in pieces and lies apart until it is whole. The folder of the dropped files when this was the
 * last piece; the name is one of the contract's, without a way out of the folder.
 */
export function keepDropped(home: string, { name, from, bytes, isLast }: DroppedPiece): string | undefined {
  if (!isCandidate(name)) throw failKnowledge("DROP_REFUSED", { name, detail: "files of this kind hold no text to be found" });
  if (from + bytes.byteLength > LIMITS.fileBytes) throw failKnowledge("DROP_REFUSED", { name, detail: `it is larger than ${LIMITS.fileBytes >> 20} MiB` });
  const [folder, parts] = [join(home, "dropped"), join(home, "dropped-parts")];
  for (const one of [folder, parts]) mkdirSync(one, { recursive: true, mode: 0o700 });
  const part = join(parts, name);
  if (from === 0) rmSync(part, { force: true });
  const file = openSync(part, "a", 0o600);
  try {
    if (fstatSync(file).size !== from) throw failKnowledge("DROP_REFUSED", { name, detail: "a piece of it is missing; drop it again" });
    for (let at = 0; at < bytes.byteLength; ) at += writeSync(file, bytes, at);
  } finally {
    closeSync(file);
  }
  if (!isLast) return undefined;
  renameSync(part, join(folder, name));
  return realpathSync(folder);
}
