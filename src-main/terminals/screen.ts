import { Unicode11Addon } from "@xterm/addon-unicode11";
import headless from "@xterm/headless";
import type { Terminal } from "@xterm/headless";
import { isHarmlessReply, shownTitle } from "./hygiene.ts";
import { snapshotOf } from "./snapshot.ts";

/** What one pane's screen looks like, kept in the core whether anybody looks or not. */
export interface PaneScreen extends Disposable {
  /** Bytes written but not yet drawn. */
  readonly pending: number;
  write(bytes: Uint8Array): void;
  /** Resolves when something pending was drawn. */
  progress(): Promise<void>;
  /** Resolves when everything written so far is drawn. */
  settled(): Promise<void>;
  resize(cols: number, rows: number): void;
  readonly size: { readonly cols: number; readonly rows: number };
  /** Back to a fresh screen; what scrolled away stays. */
  reset(): void;
  setScrollback(lines: number): void;
  /**
   * Bytes that make a fresh terminal of the same size look and behave like this one: first what is on screen, so that a
   * viewer has the right picture at once, then all of it. Nothing may be written while it is read.
   */
  snapshot(): AsyncIterable<Uint8Array>;
  readonly wantsBracketedPaste: boolean;
  text(lines: number): { readonly lines: readonly string[]; readonly firstLine: number; readonly isCut: boolean };
  find(text: string, limit: number): readonly { readonly line: number; readonly text: string }[];
}

export type ScreenNeeds = {
  readonly cols: number;
  readonly rows: number;
  readonly scrollback: number;
  readonly onReply: (bytes: Uint8Array) => void;
  readonly onTitle: (title: string) => void;
};

const encoder = new TextEncoder();

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
  let wakes: (() => void)[] = [];

  return {
    get pending() {
      return pending;
    },
    write(bytes) {
      pending += bytes.byteLength;
      terminal.write(bytes, () => {
        pending -= bytes.byteLength;
        for (const wake of wakes.splice(0)) wake();
      });
    },
    progress: () => new Promise((wake) => wakes.push(wake)),
    settled: () => new Promise((wake) => terminal.write("", wake)),
    resize: (toCols, toRows) => terminal.resize(toCols, toRows),
    get size() {
      return { cols: terminal.cols, rows: terminal.rows };
    },
    reset: () => terminal.write(SOFT_RESET),
    setScrollback(lines) {
      terminal.options.scrollback = lines;
    },
    snapshot: () => snapshotOf(terminal),
    get wantsBracketedPaste() {
      return terminal.modes.bracketedPasteMode;
    },
    text: (lines) => textOf(terminal, lines),
    find: (text, limit) => findIn(terminal, text, limit),
    [Symbol.dispose]() {
      wakes.splice(0).forEach((wake) => wake());
      wakes = [];
      terminal.dispose();
    },
  };
}

/** Ends what a lost program left behind: its alternate screen, mouse, margins, hidden cursor, colours. */
export const SOFT_RESET = "\u001b[?1049l\u001b[!p\u001b[?9l\u001b[?1000l\u001b[?1002l\u001b[?1003l\u001b[?1006l\u001b[?1004l\u001b[?2004l\u001b[?1l\u001b[?25h\u001b[?7h\u001b>\u001b[r\u001b(B\u001b[0m\u001b[9999;1H";

function textOf(terminal: Terminal, want: number): ReturnType<PaneScreen["text"]> {
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
