import type { ExecResult, Ssh } from "../ssh/port.ts";
import { fail } from "./failures.ts";
import { togetherWire } from "./wire.ts";

// Looks of one host that wait for nothing of each other share one command on the wire. Each is judged, recorded and started
// by itself; what is shared is the way there. Only what is proved to read takes part: it may be sent again when the way breaks.

export type Part = { readonly script: string; readonly timeoutMs: number | undefined };
export type PartEvent = { readonly type: "output"; readonly stream: "stdout" | "stderr"; readonly bytes: Uint8Array } | { readonly type: "result"; readonly result: ExecResult };

/** Meets the steps of one batch twice: when what is sent is settled, and when every one of them is on record. */
export interface Batch {
  /** This step takes part; answers with the bytes that will be sent for all of them. */
  join(part: Part): Promise<{ readonly wire: string; readonly place: number }>;
  /** This step goes its own way: it is to be asked about, is refused, or is no plain look. */
  leave(): void;
  /** Recorded as started, or not. When one that joined is not, nothing is sent at all: the record names the bytes. */
  begun(isStarted: boolean): void;
  events(place: number): AsyncIterable<PartEvent>;
}

export type BatchNeeds = { readonly ssh: Pick<Ssh, "exec">; readonly hostId: string; readonly nonce: string; readonly size: number; readonly signal: AbortSignal | undefined };
const DEFAULT_PART_MS = 10 * 60_000;
const OPENING_MS = 60_000;

export function createBatch({ ssh, hostId, nonce, size, signal }: BatchNeeds): Batch {
  const parts: Part[] = [];
  const settled = Promise.withResolvers<string>();
  const lines: Line[] = [];
  let open = size;
  let begun = 0;
  let isBroken = false;
  const close = (): void => {
    open -= 1;
    if (open > 0) return;
    for (const _part of parts) lines.push(createLine());
    settled.resolve(togetherWire(nonce, parts.map(({ script }) => script)));
  };
  const send = (wire: string): void => {
    const cuts = { stdout: createCutter(nonce), stderr: createCutter(nonce) };
    let at = performance.now();
    const cut = new AbortController();
    let current = 0;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const watch = (graceMs = 0): void => {
      clearTimeout(timer);
      timer = setTimeout(() => cut.abort(), ((parts[current] as Part).timeoutMs ?? DEFAULT_PART_MS) + graceMs);
    };
    // Until the host has taken the command, the first look has not begun: a busy server's session may take its time to open.
    watch(OPENING_MS);
    const onOutput = (stream: "stdout" | "stderr", bytes: Uint8Array): void => {
      for (const piece of cuts[stream].add(bytes)) {
        const line = lines[piece.place];
        if ("bytes" in piece) line?.output(stream, piece.bytes);
        else {
          const now = performance.now();
          line?.ended(stream, piece.status, Math.round(now - at));
          if (stream === "stdout") {
            at = now;
            // Behind the last one the command itself has to end: a host that never lets it is not waited for without end either.
            current = Math.min(piece.place + 1, parts.length - 1);
            watch();
          }
        }
      }
    };
    ssh.exec(hostId, { wire, onOutput, onOpened: () => ((at = performance.now()), watch()), maxOutputBytes: MOST_BYTES * parts.length, signal: signal ? AbortSignal.any([signal, cut.signal]) : cut.signal }).then(
      () => lines.forEach((line) => line.failed(fail("GUARD_TOGETHER_CUT"))),
      (error: unknown) => lines.forEach((line, place) => line.failed(cut.signal.aborted ? fail(place === current ? "GUARD_TOO_LONG" : "GUARD_TOGETHER_CUT") : error)),
    ).finally(() => clearTimeout(timer));
  };
  return {
    async join(part) {
      const place = parts.push(part) - 1;
      close();
      return { wire: await settled.promise, place };
    },
    leave: close,
    begun(isStarted) {
      begun += 1;
      isBroken ||= !isStarted;
      if (begun < parts.length) return;
      if (isBroken) lines.forEach((line) => line.failed(fail("GUARD_TOGETHER_CUT")));
      else void settled.promise.then(send);
    },
    events: (place) => (lines[place] as Line).events(),
  };
}

/** As much of each step's output as a step alone may have. */
const MOST_BYTES = 1024 * 1024;

type Line = { output(stream: "stdout" | "stderr", bytes: Uint8Array): void; ended(stream: "stdout" | "stderr", status: number | null, elapsedMs: number): void; failed(error: unknown): void; events(): AsyncIterable<PartEvent> };

function createLine(): Line {
  const waiting: PartEvent[] = [];
  const kept = { stdout: [] as Uint8Array[], stderr: [] as Uint8Array[] };
  const seen = { stdout: 0, stderr: 0 };
  const done = { stdout: false, stderr: false };
  let exit: { readonly status: number | null; readonly elapsedMs: number } | undefined;
  let end: { readonly error?: unknown } | undefined;
  let wake = () => {};
  const told = (): void => {
    if (end !== undefined || exit === undefined || !done.stdout || !done.stderr) return;
    const cut = { stdout: Math.max(0, seen.stdout - MOST_BYTES), stderr: Math.max(0, seen.stderr - MOST_BYTES) };
    waiting.push({ type: "result", result: { exitCode: exit.status, signal: null, stdout: Buffer.concat(kept.stdout), stderr: Buffer.concat(kept.stderr), cut, elapsedMs: exit.elapsedMs } });
    end = {};
  };
  return {
    output(stream, bytes) {
      const room = Math.max(0, MOST_BYTES - seen[stream]);
      seen[stream] += bytes.byteLength;
      const part = bytes.subarray(0, room);
      if (part.byteLength > 0) {
        kept[stream].push(part);
        waiting.push({ type: "output", stream, bytes: part });
        wake();
      }
    },
    ended(stream, status, elapsedMs) {
      done[stream] = true;
      if (stream === "stdout") exit = { status, elapsedMs };
      told();
      wake();
    },
    failed(error) {
      end ??= { error };
      wake();
    },
    async *events() {
      for (;;) {
        while (waiting.length > 0) yield waiting.shift() as PartEvent;
        if (end) {
          if ("error" in end) throw end.error;
          return;
        }
        await new Promise<void>((resolve) => (wake = resolve));
      }
    },
  };
}

type Piece = { readonly place: number } & ({ readonly bytes: Uint8Array } | { readonly status: number | null });

/**
 * One stream cut into its steps' parts. A boundary is a number nobody but this core and the host's own shell knows, made for
 * this one command: no output can hold it unless the host itself lies, and a host may always lie about its own output.
 */
function createCutter(nonce: string): { add(bytes: Uint8Array): readonly Piece[] } {
  const mark = Buffer.from(`${nonce}:`);
  const longest = mark.byteLength + "255".length;
  let rest: Buffer = Buffer.alloc(0);
  let place = 0;
  return {
    add(bytes) {
      const pieces: Piece[] = [];
      rest = Buffer.concat([rest, bytes]);
      for (;;) {
        const at = rest.indexOf(mark);
        // A boundary may lie over two packets: what could be its beginning waits.
        const before = at < 0 ? Math.max(0, rest.byteLength - mark.byteLength + 1) : at;
        pieces.push({ place, bytes: rest.subarray(0, before) });
        rest = rest.subarray(before);
        if (at < 0) return pieces;
        const until = rest.indexOf(10);
        if (until < 0 && rest.byteLength <= longest) return pieces;
        // A host that goes on and on behind its boundary says no status: what it said is passed over, never read again.
        const end = until < 0 ? rest.byteLength : until;
        const status = rest.subarray(mark.byteLength, end).toString("latin1");
        pieces.push({ place, status: /^\d{1,3}$/.test(status) ? Number(status) : null });
        place += 1;
        rest = rest.subarray(end + 1);
      }
    },
  };
}
