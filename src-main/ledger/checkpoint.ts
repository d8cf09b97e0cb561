import { HASH_BYTES } from "./tree.ts";
import { parseNote, strictBase64, type Note } from "./note.ts";

/** The body of c2sp.org/tlog-checkpoint@v1.0.0: origin, size, root. No extension lines: monitors cannot audit them. */
export type Checkpoint = { readonly origin: string; readonly size: number; readonly root: Buffer };

export const checkpointText = (origin: string, size: number, root: Uint8Array): string => `${origin}\n${size}\n${Buffer.from(root).toString("base64")}\n`;

export function parseCheckpointText(text: string): Checkpoint | undefined {
  const lines = text.split("\n");
  // Three lines and the empty rest after the last newline: more would be extension lines, which this log never writes.
  if (lines.length !== 4 || lines[3] !== "") return undefined;
  const [origin, sizeText, rootText] = lines as [string, string, string];
  if (origin === "" || !/^(0|[1-9][0-9]{0,15})$/.test(sizeText)) return undefined;
  const size = Number(sizeText);
  const root = strictBase64(rootText);
  if (!Number.isSafeInteger(size) || root === undefined || root.byteLength !== HASH_BYTES) return undefined;
  return { origin, size, root };
}

export function parseCheckpoint(text: string): { readonly note: Note; readonly checkpoint: Checkpoint } | undefined {
  const note = parseNote(text);
  if (note === undefined) return undefined;
  const checkpoint = parseCheckpointText(note.text);
  return checkpoint === undefined ? undefined : { note, checkpoint };
}
