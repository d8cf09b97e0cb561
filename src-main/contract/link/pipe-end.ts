import type { BytePipe } from "../define.ts";
import { Failure, LINK_FAILURES, failer } from "../failure.ts";
import { PIPE_PART_BYTES, PIPE_WINDOW_BYTES } from "./wire.ts";

const ACK_EVERY_BYTES = 64 * 1024;
const WRITTEN = Promise.resolve();
const fail = failer(LINK_FAILURES);

export type PipeWire = { bytes(chunk: Uint8Array): void; credit(n: number): void; close(): void };

/** One end of a byte pipe: a window for what it sends, credit for what it has handled. */
export class PipeEnd implements BytePipe {
  readonly closed: Promise<void>;
  readonly #wire: PipeWire;
  #room = PIPE_WINDOW_BYTES;
  #unhandled = 0;
  #toCredit = 0;
  #early: Uint8Array[] = [];
  #handle: ((chunk: Uint8Array, done: () => void) => void) | undefined;
  #wake: (() => void)[] = [];
  #ended: { readonly failure: unknown } | undefined;
  #resolve!: () => void;
  #reject!: (failure: unknown) => void;
  /** Writes go out in the order they were asked for, even when several wait for room. */
  #last: Promise<void> = Promise.resolve();
  #waitingWrites = 0;

  constructor(wire: PipeWire) {
    this.#wire = wire;
    this.closed = new Promise<void>((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.closed.catch(() => {}); // whoever cares awaits it; nobody has to
  }

  write(chunk: Uint8Array): Promise<void> {
    if (this.#waitingWrites === 0 && !this.#ended && chunk.byteLength <= Math.min(this.#room, PIPE_PART_BYTES)) {
      this.#room -= chunk.byteLength;
      this.#wire.bytes(chunk);
      return WRITTEN;
    }
    this.#waitingWrites += 1;
    const written = this.#last.then(() => this.#write(chunk)).finally(() => (this.#waitingWrites -= 1));
    this.#last = written.catch(() => {});
    return written;
  }

  async #write(chunk: Uint8Array): Promise<void> {
    for (let at = 0; at < chunk.byteLength; ) {
      while (this.#room === 0 && !this.#ended) await new Promise<void>((wake) => this.#wake.push(wake));
      if (this.#ended) throw this.#ended.failure ?? fail("CANCELLED");
      const part = chunk.subarray(at, at + Math.min(this.#room, PIPE_PART_BYTES));
      this.#room -= part.byteLength;
      at += part.byteLength;
      this.#wire.bytes(part);
    }
  }

  onChunk(handle: (chunk: Uint8Array, done: () => void) => void): void {
    this.#handle = handle;
    for (const chunk of this.#early.splice(0)) this.#deliver(chunk, handle);
  }

  close(): void {
    if (this.#ended) return;
    this.#wire.close();
    this.settle();
  }

  /** What the far end sent. A peer that overruns its window is broken or hostile: the pipe ends. */
  receive(chunk: Uint8Array): void {
    if (this.#ended) return;
    this.#unhandled += chunk.byteLength;
    if (this.#unhandled > PIPE_WINDOW_BYTES) {
      this.#wire.close();
      this.settle(fail("TOO_LARGE", { limit: PIPE_WINDOW_BYTES }));
      return;
    }
    if (this.#handle) this.#deliver(chunk, this.#handle);
    else this.#early.push(chunk);
  }

  #deliver(chunk: Uint8Array, handle: (chunk: Uint8Array, done: () => void) => void): void {
    let isDone = false;
    handle(chunk, () => {
      if (isDone) return;
      isDone = true;
      this.#toCredit += chunk.byteLength;
      if (this.#toCredit < ACK_EVERY_BYTES || this.#ended) return;
      this.#unhandled -= this.#toCredit;
      this.#wire.credit(this.#toCredit);
      this.#toCredit = 0;
    });
  }

  /** The far end handled `n` bytes. */
  credit(n: number): void {
    this.#room = Math.min(PIPE_WINDOW_BYTES, this.#room + n);
    for (const wake of this.#wake.splice(0)) wake();
  }

  settle(failure?: unknown): void {
    if (this.#ended) return;
    this.#ended = { failure };
    this.#early = [];
    for (const wake of this.#wake.splice(0)) wake();
    if (failure instanceof Failure && failure.code !== "CANCELLED") this.#reject(failure);
    else this.#resolve();
  }
}
