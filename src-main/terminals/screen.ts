import { deflateRaw, inflateRawSync, type ZlibOptions } from "node:zlib";
import { promisify } from "node:util";
import { Unicode11Addon } from "@xterm/addon-unicode11";
import headless from "@xterm/headless";
import type { Terminal } from "@xterm/headless";
import { createBacklog } from "./backlog.ts";
import { isHarmlessReply, shownTitle } from "./hygiene.ts";
import { snapshotOf } from "./snapshot.ts";

/** What one pane's screen looks like, kept in the core whether anybody looks or not. */
export interface PaneScreen extends Disposable {
  /** Bytes being drawn. Whoever writes waits while this is high. */
  readonly pending: number;
  /** Bytes that need not be drawn before somebody looks; bounded by `MAX_BACKLOG_BYTES`. */
  readonly held: number;
  write(bytes: Uint8Array): void;
  /** Resolves when something pending was drawn. */
  progress(): Promise<void>;
  /** Resolves when everything written so far is drawn. */
  settled(): Promise<void>;
  /** While somebody looks, what rests is drawn at once. */
  watch(isWatched: boolean): void;
  /** Packs the picture, about a hundredth of its size in memory; whatever needs it unpacks it. For panes nobody looks at. */
  sleep(): Promise<void>;
  readonly isAsleep: boolean;
  resize(cols: number, rows: number): void;
  readonly size: { readonly cols: number; readonly rows: number };
  setScrollback(lines: number): void;
  /**
   * Bytes that make a fresh terminal of the same size look and behave like this one: first what is on screen, so that a
   * viewer has the right picture at once, then all of it. Nothing may be written while it is read.
   */
  snapshot(): AsyncIterable<Uint8Array>;
  /** Whether the program asked for pasted text in brackets. */
  readonly wantsBrackets: boolean;
  text(lines: number): Promise<{ readonly lines: readonly string[]; readonly firstLine: number; readonly isCut: boolean }>;
  find(text: string, limit: number): Promise<readonly { readonly line: number; readonly text: string }[]>;
}

export type ScreenNeeds = {
  readonly cols: number;
  readonly rows: number;
  readonly scrollback: number;
  readonly onReply: (bytes: Uint8Array) => void;
  readonly onTitle: (title: string) => void;
};

const encoder = new TextEncoder();
const deflate: (bytes: Uint8Array, options: ZlibOptions) => Promise<Uint8Array> = promisify(deflateRaw);

/** Room for more lines than a usual scrollback holds, so that a flood's front can be dropped instead of drawn. */
export const MAX_BACKLOG_BYTES = 3 * 1024 * 1024;
/**
 * A stream that rests this long is drawn; one that does not is only kept, as long as it fits. Longer than a screen under a
 * flood takes from one frame to the next: a stream that waits for its viewer does not rest.
 */
const REST_MS = 150;
const DRAWING_BYTES = 128 * 1024;

export function createScreen({ cols, rows, scrollback, onReply, onTitle }: ScreenNeeds): PaneScreen {
  const size = { cols, rows };
  let kept = scrollback;
  // Asleep from the start: what arrives before anybody looks waits as bytes, a tenth of what drawn cells take.
  let awake: Terminal | undefined;
  let packed: Uint8Array | undefined;
  let isWatched = false;

  function make(): Terminal {
    const terminal = new headless.Terminal({ ...size, scrollback: kept, allowProposedApi: true, logLevel: "off" });
    // Typed for the browser's terminal; the headless one has what it uses.
    terminal.loadAddon(new Unicode11Addon() as never);
    terminal.unicode.activeVersion = "11";
    terminal.onData((reply) => {
      if (isHarmlessReply(reply)) onReply(encoder.encode(reply));
    });
    return terminal;
  }
  /** The terminal, unpacked when it slept: what is written next comes after what it slept with. */
  const terminalNow = (): Terminal => {
    if (awake !== undefined) return awake;
    awake = make();
    if (packed !== undefined) awake.write(inflateRawSync(packed));
    packed = undefined;
    return awake;
  };

  let pending = 0;
  let lastWriteAt = 0;
  /** Bytes drawn since sleep was last tried. */
  let sinceSleep = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const wakes: (() => void)[] = [];
  const backlog = createBacklog({ onTitle: (title) => onTitle(shownTitle(title)) });

  const draw = (bytes: Uint8Array): void => {
    pending += bytes.byteLength;
    sinceSleep += bytes.byteLength;
    terminalNow().write(bytes, () => {
      pending -= bytes.byteLength;
      for (const wake of wakes.splice(0)) wake();
    });
  };
  /** Draws until at most this much is left undrawn; of all that waits only what can still be seen. */
  const drawDownTo = (bytes: number): void => {
    backlog.trim(size.rows, kept);
    while (backlog.bytes > bytes || bytes === 0) {
      const next = backlog.take();
      if (next === undefined) return;
      draw(next);
    }
  };
  const drawAtRest = (): void => {
    timer = undefined;
    // Asleep, what arrives waits until somebody looks or it does not fit any more. Awake, somebody looked a moment ago and
    // may look again: then the picture should be there.
    if (!isWatched && awake === undefined) return;
    const restedMs = performance.now() - lastWriteAt;
    if (restedMs >= REST_MS) backlog.trim(size.rows, kept);
    if (restedMs >= REST_MS) while (pending < DRAWING_BYTES) {
      const next = backlog.take();
      if (next === undefined) return;
      draw(next);
    }
    timer = setTimeout(drawAtRest, restedMs >= REST_MS ? 1 : REST_MS - restedMs);
  };
  /** The terminal with everything drawn. Asked again when it fell asleep on the way. */
  async function drawn(): Promise<Terminal> {
    for (;;) {
      const terminal = terminalNow();
      drawDownTo(0);
      await new Promise<void>((done) => terminal.write("", done));
      if (terminal === awake) return terminal;
    }
  }
  const settled = async (): Promise<void> => void (await drawn());

  /** A snapshot, and the beginning of what arrives next: whoever starts from it goes on in the middle of a sequence. */
  async function* pictureOf(terminal: Terminal): AsyncIterable<Uint8Array> {
    yield* snapshotOf(terminal);
    if (backlog.unfinished.byteLength > 0) yield backlog.unfinished;
  }

  async function sleep(): Promise<void> {
    const isFlooded = sinceSleep > MAX_BACKLOG_BYTES;
    sinceSleep = 0;
    if (awake === undefined || isFlooded) return; // packing what the next second replaces is work for nothing
    // What waits undrawn goes on waiting as bytes: drawing it would take ten times their room.
    const of = awake;
    await new Promise<void>((done) => of.write("", done));
    const parts: Uint8Array[] = [];
    for await (const part of pictureOf(of)) parts.push(part);
    const smaller = await deflate(Buffer.concat(parts), { level: 3 });
    // Something was drawn meanwhile, or somebody looked: another time.
    if (awake !== of || isWatched || sinceSleep > 0 || pending > 0) return;
    packed = smaller;
    awake = undefined;
    of.dispose();
  }

  return {
    get pending() {
      return pending;
    },
    get held() {
      return backlog.bytes;
    },
    write(bytes) {
      lastWriteAt = performance.now();
      backlog.push(bytes);
      if (backlog.isAsked) drawDownTo(0);
      else if (backlog.bytes > MAX_BACKLOG_BYTES) drawDownTo(MAX_BACKLOG_BYTES);
      if (isWatched || awake !== undefined) timer ??= setTimeout(drawAtRest, REST_MS);
    },
    progress: () => new Promise((wake) => wakes.push(wake)),
    settled,
    watch(isIt) {
      isWatched = isIt;
    },
    sleep,
    get isAsleep() {
      return awake === undefined;
    },
    resize(toCols, toRows) {
      const terminal = terminalNow();
      Object.assign(size, { cols: toCols, rows: toRows });
      terminal.resize(toCols, toRows);
    },
    get size() {
      return { ...size };
    },
    setScrollback(lines) {
      kept = lines;
      if (awake !== undefined) awake.options.scrollback = lines;
    },
    async *snapshot() {
      yield* pictureOf(await drawn());
    },
    get wantsBrackets() {
      return backlog.isBracketed;
    },
    async text(lines) {
      return textOf(await drawn(), lines);
    },
    async find(text, limit) {
      return findIn(await drawn(), text, limit);
    },
    [Symbol.dispose]() {
      clearTimeout(timer);
      wakes.splice(0).forEach((wake) => wake());
      awake?.dispose();
      packed = undefined;
    },
  };
}

/** Ends what a lost program left behind: its alternate screen, mouse, margins, hidden cursor, colours. */
export const SOFT_RESET = "\u001b[?1049l\u001b[!p\u001b[?9l\u001b[?1000l\u001b[?1002l\u001b[?1003l\u001b[?1006l\u001b[?1004l\u001b[?2004l\u001b[?1l\u001b[?25h\u001b[?7h\u001b>\u001b[r\u001b(B\u001b[0m\u001b[9999;1H";

function textOf(terminal: Terminal, want: number): Awaited<ReturnType<PaneScreen["text"]>> {
  const buffer = terminal.buffer.active;
  const lines: string[] = [];
  let last = buffer.length - 1;
  while (last > 0 && buffer.getLine(last)?.translateToString(true) === "") last -= 1;
  let at = last;
  for (; at >= 0 && lines.length < want; at -= 1) {
    let text = buffer.getLine(at)?.translateToString(true) ?? "";
    while (at > 0 && buffer.getLine(at)?.isWrapped === true) {
      at -= 1;
      text = (buffer.getLine(at)?.translateToString(false) ?? "") + text;
    }
    lines.push(text);
  }
  return { lines: lines.reverse(), firstLine: at + 1, isCut: at >= 0 };
}

function findIn(terminal: Terminal, text: string, limit: number): { line: number; text: string }[] {
  const buffer = terminal.buffer.active;
  const wanted = text.toLocaleLowerCase();
  const hits: { line: number; text: string }[] = [];
  for (let line = buffer.length - 1; line >= 0 && hits.length < limit; line -= 1) {
    const shown = buffer.getLine(line)?.translateToString(true) ?? "";
    if (shown.toLocaleLowerCase().includes(wanted)) hits.push({ line, text: shown });
  }
  return hits;
}
