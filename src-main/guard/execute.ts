import type { ExecResult, Ssh } from "../ssh/port.ts";
import type { GuardEvent } from "./port.ts";
import { readSpoolState, spoolFollowWire, spoolStateWire, spoolStopWire } from "./wire.ts";

export type ExecuteNeeds = { readonly ssh: Pick<Ssh, "exec">; readonly sleep: (ms: number) => Promise<void> };
type Output = Extract<GuardEvent, { type: "output" }>;
export type Told = Output | { readonly type: "result"; readonly result: ExecResult } | Extract<GuardEvent, { type: "unknown" }>;
type Execution = { readonly request: { readonly hostId: string }; readonly wire: string; readonly spoolId: string | undefined; readonly timeoutMs: number | undefined; readonly stdin: Uint8Array | undefined };

const HOUSEKEEPING_MS = 15_000;
/** A broken connection is tried again this often before the step is called unknown; the command goes on meanwhile. */
const RETRIES_MS = [500, 1000, 2000, 4000, 8000, 15_000, 30_000] as const;

/** Sends the wire. When the connection breaks and the script runs in a spool, its output is taken up where it stopped. */
export async function* execute({ ssh, sleep }: ExecuteNeeds, { request: { hostId }, wire, spoolId, timeoutMs, stdin }: Execution, signal: AbortSignal | undefined): AsyncGenerator<Told> {
  const seen = { stdout: 0, stderr: 0 };
  try {
    yield* stream(ssh, hostId, { wire, ...(stdin && { stdin }), ...(timeoutMs !== undefined && { timeoutMs }) }, signal, seen);
  } catch (error) {
    if (spoolId === undefined) throw error;
    if (signal?.aborted || isTimeout(error)) {
      await stopOnHost(ssh, hostId, spoolId);
      throw error;
    }
    yield* takeUp({ ssh, sleep }, hostId, spoolId, timeoutMs, signal, seen, error);
  }
}

/** What became of a step started earlier. Nothing of the step is sent. */
export async function* reattached({ ssh, sleep }: ExecuteNeeds, { hostId, spoolId, timeoutMs }: { readonly hostId: string; readonly spoolId: string | undefined; readonly timeoutMs: number | undefined }, signal: AbortSignal | undefined): AsyncGenerator<Told> {
  if (spoolId === undefined) return yield { type: "unknown", say: "It was sent before SENA stopped, and its answer was lost with the connection." };
  yield* takeUp({ ssh, sleep }, hostId, spoolId, timeoutMs, signal, { stdout: 0, stderr: 0 }, undefined);
}

async function* takeUp({ ssh, sleep }: ExecuteNeeds, hostId: string, spoolId: string, timeoutMs: number | undefined, signal: AbortSignal | undefined, seen: { stdout: number; stderr: number }, cause: unknown): AsyncGenerator<Told> {
  let last = cause;
  for (const waitMs of [0, ...RETRIES_MS]) {
    try {
      if (waitMs > 0) await sleep(waitMs);
      signal?.throwIfAborted();
      const state = readSpoolState((await ssh.exec(hostId, { wire: spoolStateWire(spoolId), timeoutMs: HOUSEKEEPING_MS, ...(signal && { signal }) })).stdout);
      if (state === "absent") return yield { type: "unknown", say: "It was sent, and the host keeps no trace of it: it may not have begun, or the host was set up anew. Check the host before doing it again." };
      if (state === "dead") return yield { type: "unknown", say: "It was cut off on the host before it ended, perhaps by a restart. Check the host before doing it again." };
      if (state === undefined) throw new Error("the host answered something else");
      return yield* stream(ssh, hostId, { wire: spoolFollowWire(spoolId), ...(timeoutMs !== undefined && { timeoutMs }) }, signal, seen);
    } catch (error) {
      last = error;
      if (signal?.aborted || isTimeout(error)) {
        await stopOnHost(ssh, hostId, spoolId);
        throw error;
      }
    }
  }
  yield { type: "unknown", say: `The connection to the host broke and could not be taken up again (${last instanceof Error ? last.message : "no answer"}). The command may still be running there.` };
}

const isTimeout = (error: unknown): boolean => error instanceof Error && (error.name === "TimeoutError" || (error as { code?: unknown }).code === "SSH_TIMEOUT");

/** Best effort by nature: a host that does not answer cannot be told. The step is reported as interrupted either way. */
async function stopOnHost(ssh: Pick<Ssh, "exec">, hostId: string, spoolId: string): Promise<void> {
  await ssh.exec(hostId, { wire: spoolStopWire(spoolId), timeoutMs: HOUSEKEEPING_MS }).catch(() => {});
}

/** Output as it comes, then the result. What a broken connection already delivered is not told twice. */
async function* stream(ssh: Pick<Ssh, "exec">, hostId: string, of: { readonly wire: string; readonly stdin?: Uint8Array; readonly timeoutMs?: number }, signal: AbortSignal | undefined, seen: { stdout: number; stderr: number }): AsyncGenerator<Told> {
  const waiting: Output[] = [];
  const skip = { ...seen };
  let wake = () => {};
  let end: { readonly result?: ExecResult; readonly error?: unknown } | undefined;
  const onOutput = (name: "stdout" | "stderr", bytes: Uint8Array): void => {
    const old = Math.min(skip[name], bytes.byteLength);
    skip[name] -= old;
    if (old === bytes.byteLength) return;
    seen[name] += bytes.byteLength - old;
    waiting.push({ type: "output", stream: name, bytes: bytes.subarray(old) });
    wake();
  };
  ssh.exec(hostId, { ...of, onOutput, ...(signal && { signal }) }).then(
    (result) => {
      end = { result };
      wake();
    },
    (error: unknown) => {
      end = { error };
      wake();
    },
  );
  for (;;) {
    while (waiting.length > 0) yield waiting.shift() as Output;
    if (end?.result) return yield { type: "result", result: end.result };
    if (end) throw end.error;
    // Nothing can have come since the line above: there was no wait between.
    await new Promise<void>((resolve) => (wake = resolve));
  }
}
