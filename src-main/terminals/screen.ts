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
  resize(cols: number, rows: number): void;
  readonly size: { readonly cols: number; readonly rows: number };
  setScrollback(lines: number): void;
  /**
   * Bytes that make a fresh terminal of the same size look and behave like this one: first what is on screen, so that a
   * viewer has the right picture at once, then all of it. Nothing may be written while it is read.
   */
  snapshot(): AsyncIterable<Uint8Array>;
  /** Whether the program asked for pasted text in brackets. */
  wantsBrackets(): Promise<boolean>;
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

/** Room for more lines than a usual scrollback holds, so that a flood's front can be dropped instead of drawn. */
export const MAX_BACKLOG_BYTES = 3 * 1024 * 1024;
/** A stream that rests this long is drawn; one that does not is only kept, as long as it fits. */
const REST_MS = 12;
const DRAWING_BYTES = 128 * 1024;

export function createScreen({ cols, rows, scrollback, onReply, onTitle }: ScreenNeeds): PaneScreen {
  const terminal = new headless.Terminal({ cols, rows, scrollback, allowProposedApi: true, logLevel: "off" });
  // Typed for the browser's terminal; the headless one has what it uses.
  terminal.loadAddon(new Unicode11Addon() as never);
  terminal.unicode.activeVersion = "11";
  terminal.onData((reply) => {
    if (isHarmlessReply(reply)) onReply(encoder.encode(reply));
  });
  terminal.onTitleChange((title) => onTitle(shownTitle(title)));

  let pending = 0;
  let lastWriteAt = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const wakes: (() => void)[] = [];
  const backlog = createBacklog();

  const draw = (bytes: Uint8Array): void => {
    pending += bytes.byteLength;
    terminal.write(bytes, () => {
      pending -= bytes.byteLength;
      for (const wake of wakes.splice(0)) wake();
    });
  };
  /** Draws until at most this much is left undrawn. */
  const drawDownTo = (bytes: number): void => {
    while (backlog.bytes > bytes || bytes === 0) {
      const next = backlog.take();
      if (next === undefined) return;
      draw(next);
    }
  };
  const drawAtRest = (): void => {
    timer = undefined;
    const restedMs = performance.now() - lastWriteAt;
    if (restedMs >= REST_MS) while (pending < DRAWING_BYTES) {
      const next = backlog.take();
      if (next === undefined) return;
      draw(next);
    }
    timer = setTimeout(drawAtRest, restedMs >= REST_MS ? 1 : REST_MS - restedMs);
  };
  const settled = (): Promise<void> => {
    drawDownTo(0);
    return new Promise((drawn) => terminal.write("", drawn));
  };

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
      else if (backlog.bytes > MAX_BACKLOG_BYTES && !backlog.trim(terminal.rows, terminal.options.scrollback ?? 0)) drawDownTo(MAX_BACKLOG_BYTES);
      timer ??= setTimeout(drawAtRest, REST_MS);
    },
    progress: () => new Promise((wake) => wakes.push(wake)),
    settled,
    resize: (toCols, toRows) => terminal.resize(toCols, toRows),
    get size() {
      return { cols: terminal.cols, rows: terminal.rows };
    },
    setScrollback(lines) {
      terminal.options.scrollback = lines;
    },
    snapshot: () => snapshotOf(terminal),
    async wantsBrackets() {
      await settled();
      return terminal.modes.bracketedPasteMode;
    },
    async text(lines) {
      await settled();
      return textOf(terminal, lines);
    },
    async find(text, limit) {
      await settled();
      return findIn(terminal, text, limit);
    },
    [Symbol.dispose]() {
      clearTimeout(timer);
      wakes.splice(0).forEach((wake) => wake());
      terminal.dispose();
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
