import type { ClientChannel } from "ssh2";
import { type Failure, failer } from "../contract/failure.ts";
import type { Connection, Connections } from "./connections.ts";
import { SSH_FAILURES } from "./failures.ts";
import type { ExecOptions, ExecResult } from "./port.ts";

const fail = failer(SSH_FAILURES);

export const DEFAULT_OUTPUT_BYTES = 1024 * 1024;
const STOP_MS = 2000;
/** A caller that names no limit gets one all the same: nothing may hang for ever. */
export const DEFAULT_TIMEOUT_MS = 10 * 60_000;

export const outOfTime = (host: string, timeoutMs: number, { stdout, stderr }: Pick<ExecResult, "stdout" | "stderr">): Failure =>
  fail("SSH_TIMEOUT", { host, seconds: Math.round(timeoutMs / 1000), isSilent: stdout.byteLength + stderr.byteLength === 0 });

/** Keeps the first `limit` bytes, counts the rest. */
export function capped(limit: number): { add(bytes: Uint8Array): Uint8Array; readonly bytes: Uint8Array; readonly cut: number } {
  const kept: Uint8Array[] = [];
  let length = 0;
  let cut = 0;
  return {
    add(bytes) {
      const room = Math.max(0, limit - length);
      const part = bytes.byteLength <= room ? bytes : bytes.subarray(0, room);
      if (part.byteLength > 0) kept.push(new Uint8Array(part));
      length += part.byteLength;
      cut += bytes.byteLength - part.byteLength;
      return part;
    },
    get bytes() {
      return Buffer.concat(kept);
    },
    get cut() {
      return cut;
    },
  };
}

export async function exec(connections: Connections, hostId: string, options: ExecOptions, env: Readonly<Record<string, string>> = {}): Promise<ExecResult> {
  const { wire, signal } = options;
  signal?.throwIfAborted();
  const from = performance.now();
  const limit = options.maxOutputBytes ?? DEFAULT_OUTPUT_BYTES;
  const stdout = capped(limit);
  const stderr = capped(limit);
  const closed = Promise.withResolvers<void>();
  let exit: { code: number | null; signal: string | null } | undefined;
  let why = "";
  // Everything of a short command may lie in one packet with the channel's opening: listen before anything else runs.
  const listen = (to: ClientChannel): void => {
    to.on("data", (bytes: Buffer) => told(options, "stdout", stdout.add(bytes)));
    to.stderr.on("data", (bytes: Buffer) => told(options, "stderr", stderr.add(bytes)));
    to.on("exit", (code: number | null, name?: string) => (exit = { code, signal: name ?? null }));
    to.on("error", () => {}); // the close tells
    to.once("close", () => closed.resolve());
  };
  const { connection, opened: channel } = await connections.channel(hostId, signal, (on) => openExec(on, wire, env, listen));
  options.onOpened?.();

  const stop = (reason: string): void => {
    if (why !== "") return;
    why = reason;
    signalTo(channel, "TERM");
    channel.close();
    // The server closes its side only when the program is gone; a stubborn one is not waited for.
    setTimeout(() => closed.resolve(), STOP_MS).unref();
  };
  const onAbort = (): void => stop("stopped");
  signal?.addEventListener("abort", onAbort, { once: true });
  if (signal?.aborted) onAbort(); // while the channel opened
  const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  const timer = setTimeout(() => stop("timeout"), timeoutMs);
  try {
    channel.end(options.stdin ?? new Uint8Array());
    await closed.promise;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", onAbort);
  }
  if (why === "stopped") signal?.throwIfAborted();
  const elapsedMs = Math.round(performance.now() - from);
  const result = { stdout: stdout.bytes, stderr: stderr.bytes, cut: { stdout: stdout.cut, stderr: stderr.cut }, elapsedMs };
  if (why === "timeout") throw outOfTime(connection.host.name, timeoutMs, result);
  if (!exit) throw fail("SSH_LOST", { host: connection.host.name, why: (await Promise.race([connection.closed, Promise.resolve("")])) || "it ended before the command did" });
  return { ...result, exitCode: exit.code, signal: exit.signal };
}

/**
 * ssh2 sends no signal once the input has ended, which it has for every command; the protocol allows it (RFC 4254 §6.9). So
 * the message is sent underneath; without that member the channel is closed all the same.
 */
function signalTo(channel: ClientChannel, name: string): void {
  const inner = channel as unknown as { outgoing?: { id: number; state: string }; _client?: { _protocol?: { signal?(id: number, name: string): void } } };
  if (inner.outgoing !== undefined && inner.outgoing.state !== "closed") inner._client?._protocol?.signal?.(inner.outgoing.id, name);
}

const told = (options: ExecOptions, stream: "stdout" | "stderr", kept: Uint8Array): void => void (kept.byteLength > 0 && options.onOutput?.(stream, kept));

const openExec = ({ client }: Connection, wire: string, env: Readonly<Record<string, string>>, listen: (channel: ClientChannel) => void): Promise<ClientChannel> =>
  new Promise((resolve, reject) => {
    try {
      client.exec(wire, { env: { ...env }, allowHalfOpen: true }, (error, channel) => (error ? reject(error) : (listen(channel), resolve(channel))));
    } catch (error) {
      reject(error as Error);
    }
  });
