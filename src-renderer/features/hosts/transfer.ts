import type { Client, SenaContract } from "../../../src-main/contract/index.ts";

type Core = Client<SenaContract>;
const SLICE_BYTES = 64 * 1024;

/** Reads a remote file and hands it to the operator as a file, straight to disk where the browser can, else through memory. */
export async function saveRemote(core: Core, hostId: string, path: string, name: string, signal: AbortSignal): Promise<void> {
  const sink = await openSink(name);
  if (sink === undefined) return;
  const pipe = core.files.download({ hostId, path, from: 0 }, { signal });
  let last: Promise<void> = Promise.resolve();
  pipe.onChunk((bytes, done) => {
    // The window is given back when the bytes are really written: a slow disk slows the host, not this page's memory.
    last = last.then(() => sink.write(bytes)).then(done);
    last.catch(() => pipe.close());
  });
  try {
    await pipe.closed;
    await last;
    await sink.close();
  } catch (error) {
    await sink.abort();
    throw error;
  }
}

type Sink = { write(bytes: Uint8Array): Promise<void>; close(): Promise<void>; abort(): Promise<void> };
type Picker = (options: { suggestedName: string }) => Promise<{ createWritable(): Promise<{ write(data: Uint8Array): Promise<void>; close(): Promise<void>; abort(): Promise<void> }> }>;

/** None when the operator chose no place for it. */
async function openSink(name: string): Promise<Sink | undefined> {
  const pick = (window as unknown as { showSaveFilePicker?: Picker }).showSaveFilePicker;
  if (pick !== undefined) {
    const place = await pick({ suggestedName: name }).catch((error: unknown) => {
      if (error instanceof DOMException && error.name === "AbortError") return undefined;
      throw error;
    });
    if (place === undefined) return undefined;
    const file = await place.createWritable();
    return { write: (bytes) => file.write(bytes), close: () => file.close(), abort: () => file.abort() };
  }
  const parts: Uint8Array<ArrayBuffer>[] = [];
  return {
    write: async (bytes) => void parts.push(new Uint8Array(bytes)),
    async close() {
      const url = URL.createObjectURL(new Blob(parts));
      Object.assign(document.createElement("a"), { href: url, download: name }).click();
      setTimeout(() => URL.revokeObjectURL(url), 60_000);
    },
    abort: async () => void parts.splice(0),
  };
}

export async function sendFile(core: Core, hostId: string, path: string, file: File, isReplacing: boolean, from: number, signal: AbortSignal): Promise<void> {
  const pipe = core.files.upload({ hostId, path, from, size: file.size, isReplacing }, { signal });
  const over = pipe.closed.then(() => undefined, (error: unknown) => error);
  for (let at = from; at < file.size; at += SLICE_BYTES) {
    try {
      await pipe.write(new Uint8Array(await file.slice(at, at + SLICE_BYTES).arrayBuffer()));
    } catch {
      break; // why, the pipe's end tells
    }
  }
  const error = await over;
  if (error !== undefined) throw error;
}
