import type { ClientChannel } from "ssh2";
import { fail } from "./failures.ts";
import type { Connection } from "./connect.ts";
import type { ExecOptions, ExecResult } from "./port.ts";

const MAX_OUTPUT_BYTES = 1024 * 1024;
const TIMEOUT_MS = 60_000;

/** Runs one command to its end. What exceeds the cap is counted and let go, so a flood ends by itself. */
export async function exec(connection: Connection, hostName: string, options: ExecOptions): Promise<ExecResult> {
  const { wire, stdin, timeoutMs = TIMEOUT_MS, maxOutputBytes = MAX_OUTPUT_BYTES, signal, onOutput } = options;
  signal?.throwIfAborted();
  const from = performance.now();
  const kept = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
  const size = { stdout: 0, stderr: 0 };
  const cut = { stdout: 0, stderr: 0 };
  const take = (stream: "stdout" | "stderr") => (chunk: Buffer) => {
    const room = Math.max(0, maxOutputBytes - size[stream]);
    const part = chunk.byteLength > room ? chunk.subarray(0, room) : chunk;
    size[stream] += part.byteLength;
    cut[stream] += chunk.byteLength - part.byteLength;
    if (part.byteLength === 0) return;
    kept[stream].push(part);
    onOutput?.(stream, part);
  };
  const over = Promise.withResolvers<{ exitCode: number | null; signal: string | null }>();
  let exitCode: number | null = null;
  let exitSignal: string | null = null;
  let hasExit = false;
  void connection.closed.then((why) => over.reject(fail("SSH_LOST", { host: hostName, why })));
  // Everything of a short command may come in one packet with the channel's opening: listen before anything else runs.
  const listen = (it: ClientChannel) => {
    it.on("data", take("stdout"));
    it.stderr.on("data", take("stderr"));
    it.on("exit", (code: number | null, name?: string) => {
      hasExit = true;
      exitCode = code;
      exitSignal = name ?? null;
    });
    // `close` comes after the last byte; without an exit status before it, the connection went away in between.
    it.on("close", () => (hasExit ? over.resolve({ exitCode, signal: exitSignal }) : over.reject(fail("SSH_LOST", { host: hostName, why: "no exit status came" }))));
    it.on("error", (error: Error) => over.reject(fail("SSH_LOST", { host: hostName, why: error.message }, error)));
  };
  over.promise.catch(() => {}); // it may fail before anyone awaits it
  const channel = await openChannel(connection, wire, hostName, listen);

  const stop = (error: unknown) => {
    channel.signal("KILL"); // not every server passes it on; closing the channel ends the rest
    channel.close();
    over.reject(error);
  };
  const timer = setTimeout(() => stop(fail("SSH_TIMEOUT", { host: hostName, seconds: Math.round(timeoutMs / 1000) })), timeoutMs);
  const abort = () => stop(signal?.reason);
  signal?.addEventListener("abort", abort, { once: true });
  channel.end(stdin ? Buffer.from(stdin) : undefined);
  try {
    const { exitCode: code, signal: name } = await over.promise;
    return { stdout: Buffer.concat(kept.stdout), stderr: Buffer.concat(kept.stderr), exitCode: code, signal: name, cut, elapsedMs: Math.round(performance.now() - from) };
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
  }
}

const openChannel = ({ client, closed }: Connection, wire: string, hostName: string, listen: (channel: ClientChannel) => void): Promise<ClientChannel> =>
  new Promise((resolve, reject) => {
    void closed.then((why) => reject(fail("SSH_LOST", { host: hostName, why })));
    client.exec(wire, (error, channel) => {
      if (error) return reject(fail("SSH_LOST", { host: hostName, why: error.message }, error));
      listen(channel);
      resolve(channel);
    });
  });
