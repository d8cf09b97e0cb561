export type OutputSink = (stream: "stdout" | "stderr", text: string) => Promise<void>;

const FLUSH_BYTES = 16 * 1024;
const FLUSH_MS = 60;

/**
 * Bytes as they arrive → text events, few enough for a journal and a screen: a flood is joined, a trickle waits at most
 * 60 ms. Remembers how much of each stream went out, so that what a result holds beyond it can be added at the end.
 */
export function outputWriter(write: OutputSink) {
  const streams = { stdout: lineOf(), stderr: lineOf() };
  const failures: unknown[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  let tail = Promise.resolve();

  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    for (const name of ["stdout", "stderr"] as const) {
      const pending = streams[name].pending;
      if (pending === "") continue;
      streams[name].pending = "";
      tail = tail.then(() => write(name, pending)).catch((error: unknown) => void failures.push(error));
    }
  };
  return {
    add(name: "stdout" | "stderr", bytes: Uint8Array): void {
      const stream = streams[name];
      const text = stream.decoder.decode(bytes, { stream: true });
      stream.seen += bytes.byteLength;
      stream.whole += text;
      stream.pending += text;
      if (stream.pending.length >= FLUSH_BYTES) flush();
      else timer ??= setTimeout(flush, FLUSH_MS);
    },
    /** What the result holds beyond what was streamed (all of it, after a re-attach). */
    async finish(result: { readonly stdout: Uint8Array; readonly stderr: Uint8Array }): Promise<{ stdout: string; stderr: string }> {
      for (const name of ["stdout", "stderr"] as const) {
        const stream = streams[name];
        const rest = stream.decoder.decode(result[name].subarray(Math.min(stream.seen, result[name].byteLength)));
        stream.whole += rest;
        stream.pending += rest;
      }
      flush();
      await tail;
      if (failures.length > 0) throw failures[0];
      return { stdout: streams.stdout.whole, stderr: streams.stderr.whole };
    },
    text: () => ({ stdout: streams.stdout.whole, stderr: streams.stderr.whole }),
    [Symbol.dispose]: () => clearTimeout(timer),
  };
}

const lineOf = () => ({ decoder: new TextDecoder("utf-8"), seen: 0, whole: "", pending: "" });
