import type { Terminal } from "@xterm/xterm";

// Left to itself, xterm.js reads for twelve milliseconds, then waits for a timer that browsers hold back for four: a
// flood loses a quarter of its time to timers, and the echo of a key in the pane beside it waits for whole slices of the
// flood. So the terminals of a page share one turn: short slices, one terminal after the other, and a message to
// oneself, which no browser holds back, between two turns. Little that arrives for a terminal at rest is read at once.
// While somebody types in one of them, the others rest between their slices: their credit comes back slowly, so their
// programs block, and the page, the core and the host have time for the key and its echo.

/** A turn of all terminals together: shorter than a frame, so that keys and what arrives find room between two. */
const TURN_MS = 2;
/** One terminal's slice of it: one or two milliseconds of reading. */
const SLICE_BYTES = 16 * 1024;
/** As much as a key, a prompt or a line of a log brings. */
const AT_ONCE_BYTES = 2 * 1024;
/** A key counts as typing for this long: somebody who writes presses the next one sooner. */
const TYPING_MS = 500;
/** The rest of the others after a turn of theirs meanwhile. */
const REST_MS = 12;

export type TurnSource = {
  readonly now: () => number;
  /** Soon, and after whatever else waits by then. */
  readonly later: (then: () => void) => void;
  readonly wait: (ms: number, then: () => void) => void;
};
type Read = (bytes: Uint8Array) => void;
type Writer = { /** Reads one slice; whether more waits. */ readonly slice: () => boolean };
type Waiting = { readonly bytes: Uint8Array; readonly done: () => void };
export type TurnWriter = {
  /** Reads these after everything pushed before; `done` is called when it was read. */
  push(bytes: Uint8Array, done: () => void): void;
  /** Somebody pressed a key here. */
  typed(): void;
  /** What still waits is not read any more, and counts as done. */
  leave(): void;
};

/** `read` must read at once. */
export function writeTurns({ now, later, wait }: TurnSource): (read: Read) => TurnWriter {
  const inTurn: Writer[] = [];
  let isAsked = false;
  let isResting = false;
  let typedIn: Writer | undefined;
  let typingUntil = 0;
  let othersRestUntil = 0;

  const mayRead = (writer: Writer): boolean => writer === typedIn || now() >= othersRestUntil;
  const ask = (): void => {
    if (inTurn.some(mayRead)) {
      if (!isAsked) later(turn);
      isAsked = true;
    } else if (inTurn.length > 0 && !isResting) {
      wait(othersRestUntil - now(), rested);
      isResting = true;
    }
  };
  const rested = (): void => {
    isResting = false;
    ask();
  };
  const turn = (): void => {
    isAsked = false;
    const isTyping = now() < typingUntil;
    for (const until = now() + TURN_MS; now() < until; ) {
      const next = inTurn.findIndex(mayRead);
      if (next < 0) break;
      const [writer] = inTurn.splice(next, 1) as [Writer];
      try {
        // Also when what it read let more arrive at once: a writer stands in the row once.
        if (writer.slice() && !inTurn.includes(writer)) inTurn.push(writer);
      } finally {
        if (isTyping && writer !== typedIn) othersRestUntil = now() + REST_MS;
        ask(); // also after one that could not read: the others go on
      }
    }
    ask();
  };

  return (read) => {
    const waiting: Waiting[] = [];
    let at = 0;
    const writer: Writer = {
      slice() {
        const next = waiting[0];
        if (next === undefined) return false;
        const slice = next.bytes.subarray(at, at + SLICE_BYTES);
        at += slice.byteLength;
        try {
          read(slice);
        } catch (error) {
          leave(); // a terminal that cannot read holds nobody's credit
          throw error;
        }
        if (at >= next.bytes.byteLength && waiting.shift() !== undefined) {
          at = 0;
          next.done();
        }
        return waiting.length > 0;
      },
    };
    const leave = (): void => {
      if (typedIn === writer) typedIn = undefined;
      const rest = waiting.splice(0);
      at = 0;
      for (const { done } of rest) done();
    };
    return {
      push(bytes, done) {
        if (waiting.length === 0 && bytes.byteLength <= AT_ONCE_BYTES) {
          try {
            read(bytes);
          } finally {
            done();
          }
          return;
        }
        waiting.push({ bytes, done });
        if (waiting.length > 1) return;
        inTurn.push(writer);
        ask();
      },
      typed() {
        typedIn = writer;
        typingUntil = now() + TYPING_MS;
      },
      leave,
    };
  };
}

const port = (): TurnSource["later"] => {
  const { port1, port2 } = new MessageChannel();
  let next: (() => void) | undefined;
  port1.onmessage = () => next?.();
  return (then) => {
    next = then;
    port2.postMessage(undefined);
  };
};

let shared: ((read: Read) => TurnWriter) | undefined;
type Core = { readonly _writeBuffer?: { handleUserInput?(): void } };

/**
 * The terminal's place among those of the page. xterm.js reads at once only what follows a key; it is told that one was
 * pressed. Another xterm.js, that does not know this, reads when it likes.
 */
export function takeTurns(terminal: Terminal, took: (bytes: number) => void): TurnWriter {
  const buffer = (terminal as unknown as { readonly _core?: Core })._core?._writeBuffer;
  if (typeof buffer?.handleUserInput !== "function") return { push: (bytes, done) => (took(bytes.byteLength), terminal.write(bytes, done)), typed() {}, leave() {} };
  shared ??= writeTurns({ now: () => performance.now(), later: port(), wait: (ms, then) => void setTimeout(then, ms) });
  return shared((bytes) => {
    took(bytes.byteLength);
    buffer.handleUserInput?.();
    terminal.write(bytes);
  });
}
