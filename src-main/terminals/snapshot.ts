import type { IBuffer, IBufferLine, Terminal } from "@xterm/headless";

/**
 * A terminal's state as bytes that bring a fresh terminal of the same size into it. Lines are written out cell by cell,
 * wrapped lines by wrapping again, then cursor, margins, modes and pen. Not carried: tab stops, the saved cursor and the
 * targets of hyperlinks that were drawn before.
 */

// State the public API does not tell. The round-trip test checks these names at every upgrade.
type Pen = { readonly fg: number; readonly bg: number };
type Inside = {
  readonly _core: {
    readonly coreService: { readonly isCursorHidden: boolean };
    readonly coreMouseService: { readonly activeEncoding: string };
    readonly buffer: { readonly scrollTop: number; readonly scrollBottom: number };
    readonly _inputHandler: { readonly _curAttrData: Pen };
  };
};
const inside = (terminal: Terminal) => (terminal as unknown as Inside)._core;

const SLICE_LINES = 500;
const encoder = new TextEncoder();

/** First the screen itself, so that a viewer has the right picture at once; then, if lines scrolled away, everything. */
export async function* snapshotOf(terminal: Terminal): AsyncIterable<Uint8Array> {
  const { normal, active } = terminal.buffer;
  const isAlternate = active.type === "alternate";
  yield encoder.encode(screenOf(terminal, isAlternate) + stateOf(terminal));
  if (normal.baseY === 0) return;
  // A synchronized update: the picture stands still until all is in, instead of racing past.
  yield encoder.encode("\u001bc\u001b[?2026h");
  for (let from = 0; from < normal.baseY; from += SLICE_LINES) {
    yield encoder.encode(linesOf(normal, from, Math.min(from + SLICE_LINES, normal.baseY), terminal.cols, true));
    await new Promise((next) => setImmediate(next)); // other panes get their turn
  }
  yield encoder.encode(`${screenOf(terminal, isAlternate)}${stateOf(terminal)}\u001b[?2026l`);
}

function screenOf(terminal: Terminal, isAlternate: boolean): string {
  const { normal, alternate } = terminal.buffer;
  const below = linesOf(normal, normal.baseY, normal.baseY + terminal.rows, terminal.cols, false);
  if (!isAlternate) return below;
  return `${below}\u001b[${normal.cursorY + 1};${normal.cursorX + 1}H\u001b[?1049h\u001b[H${linesOf(alternate, 0, terminal.rows, terminal.cols, false)}`;
}

/** Lines [from, to). With `isOpen` the cursor ends where line `to` begins. */
function linesOf(buffer: IBuffer, from: number, to: number, cols: number, isOpen: boolean): string {
  let out = "";
  for (let y = from; y < to; y += 1) {
    const line = buffer.getLine(y);
    const isLast = y === to - 1 && !isOpen;
    const isContinued = !isLast && buffer.getLine(y + 1)?.isWrapped === true;
    if (line !== undefined) out += lineOf(line, cols, isContinued);
    if (!isLast && !isContinued) out += "\r\n";
  }
  return out;
}

function lineOf(line: IBufferLine, cols: number, isContinued: boolean): string {
  let out = "";
  let fg = 0;
  let bg = 0;
  let cell = line.getCell(0);
  if (cell === undefined) return "";
  const end = isContinued ? cols : contentEnd(line, cols);
  for (let x = 0; x < end; x += 1) {
    cell = line.getCell(x, cell);
    if (cell === undefined || cell.getWidth() === 0) continue; // the second half of a wide character
    const pen = cell as unknown as Pen;
    if (pen.fg !== fg || pen.bg !== bg) {
      ({ fg, bg } = pen);
      out += penOf(pen);
    }
    out += cell.getChars() || " ";
  }
  if (fg !== 0 || bg !== 0) out += "\u001b[0m";
  // A line that began by wrapping was filled with the colour of the moment.
  return line.isWrapped && end < cols ? `${out}\u001b[K` : out;
}

function contentEnd(line: IBufferLine, cols: number): number {
  let cell = line.getCell(0);
  for (let x = cols - 1; x >= 0; x -= 1) {
    cell = line.getCell(x, cell);
    const pen = cell as unknown as Pen;
    if (cell !== undefined && (cell.getChars() !== "" || cell.getWidth() === 0 || pen.bg !== 0 || pen.fg !== 0)) return x + 1;
  }
  return 0;
}

// The attribute words as the terminal packs them: colour mode and flags above 24 bits of colour.
const MODE = 0x3 << 24;
const PALETTE_16 = 0x1 << 24;
const PALETTE_256 = 0x2 << 24;
const RGB = 0x3 << 24;
const FG_FLAGS: readonly (readonly [number, number])[] = [[0x4000000, 7], [0x8000000, 1], [0x10000000, 4], [0x20000000, 5], [0x40000000, 8], [0x80000000, 9]];
const BG_FLAGS: readonly (readonly [number, number])[] = [[0x4000000, 3], [0x8000000, 2], [0x40000000, 53]];

function penOf({ fg, bg }: Pen): string {
  let codes = "0";
  for (const [flag, code] of FG_FLAGS) if ((fg & flag) !== 0) codes += `;${code}`;
  for (const [flag, code] of BG_FLAGS) if ((bg & flag) !== 0) codes += `;${code}`;
  return `\u001b[${codes}${colourOf(fg, 30)}${colourOf(bg, 40)}m`;
}

function colourOf(word: number, base: 30 | 40): string {
  switch (word & MODE) {
    case PALETTE_16: {
      const colour = word & 0xff;
      return `;${colour < 8 ? base + colour : base + 52 + colour}`;
    }
    case PALETTE_256:
      return `;${base + 8};5;${word & 0xff}`;
    case RGB:
      return `;${base + 8};2;${(word >>> 16) & 0xff};${(word >>> 8) & 0xff};${word & 0xff}`;
    default:
      return "";
  }
}

/** Margins, cursor, modes and pen, in the order in which none of them undoes another. */
function stateOf(terminal: Terminal): string {
  const { coreService, coreMouseService, buffer, _inputHandler } = inside(terminal);
  const { modes, rows, cols } = terminal;
  const { active } = terminal.buffer;
  const on = (is: boolean, code: string) => (is ? `\u001b[${code}` : "");
  const hasMargins = buffer.scrollTop !== 0 || buffer.scrollBottom !== rows - 1;
  const origin = modes.originMode ? buffer.scrollTop : 0;
  const mouse = { none: "", x10: "?9h", vt200: "?1000h", drag: "?1002h", any: "?1003h" }[modes.mouseTrackingMode];
  const encoding = { SGR: "?1006h", SGR_PIXELS: "?1016h" }[coreMouseService.activeEncoding] ?? "";
  return [
    on(hasMargins, `${buffer.scrollTop + 1};${buffer.scrollBottom + 1}r`),
    on(modes.originMode, "?6h"),
    cursorOf(active, cols, origin),
    penOf(_inputHandler._curAttrData),
    on(modes.applicationCursorKeysMode, "?1h"),
    modes.applicationKeypadMode ? "\u001b=" : "",
    on(modes.bracketedPasteMode, "?2004h"),
    on(modes.insertMode, "4h"),
    on(modes.reverseWraparoundMode, "?45h"),
    on(modes.sendFocusMode, "?1004h"),
    on(!modes.wraparoundMode, "?7l"),
    on(mouse !== "", mouse),
    on(encoding !== "", encoding),
    on(coreService.isCursorHidden, "?25l"),
  ].join("");
}

/** A cursor beyond the last column waits to wrap: only writing the last character again puts it there. */
function cursorOf(buffer: IBuffer, cols: number, origin: number): string {
  const row = buffer.cursorY - origin + 1;
  if (buffer.cursorX < cols) return `\u001b[${row};${buffer.cursorX + 1}H`;
  const line = buffer.getLine(buffer.baseY + buffer.cursorY);
  let x = cols - 1;
  if (line?.getCell(x)?.getWidth() === 0) x -= 1;
  const cell = line?.getCell(x);
  return `\u001b[${row};${x + 1}H${cell === undefined ? "" : penOf(cell as unknown as Pen)}${cell?.getChars() || " "}`;
}
