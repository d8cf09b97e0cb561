import type { IBuffer, IBufferLine, Terminal } from "@xterm/headless";

/**
 * A terminal's state as bytes that bring a fresh terminal of the same size into it. Lines are written out cell by cell,
 * wrapped lines by wrapping again, then cursor, margins, modes and pen. Not carried: tab stops and the saved cursor.
 */

// State the public API does not tell. The round-trip test checks these names at every upgrade.
type Pen = { readonly fg: number; readonly bg: number; readonly extended: Extended };
/** A hyperlink, and kinds and colours of underlines: kept beside the cells that have them. */
type Extended = { readonly ext: number; readonly urlId: number; readonly underlineStyle: number; readonly underlineColor: number };
type Link = { readonly id?: string | undefined; readonly uri: string };
type Inside = {
  readonly _core: {
    readonly _oscLinkService: { getLinkData(urlId: number): Link | undefined };
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
  const linkOf: LinkOf = (urlId) => openLink(inside(terminal)._oscLinkService.getLinkData(urlId));
  yield encoder.encode(screenOf(terminal, isAlternate, linkOf) + stateOf(terminal, linkOf));
  if (normal.baseY === 0) return;
  // A synchronized update: the picture stands still until all is in, instead of racing past.
  yield encoder.encode("\u001bc\u001b[?2026h");
  for (let from = 0; from < normal.baseY; from += SLICE_LINES) {
    yield encoder.encode(linesOf(normal, from, Math.min(from + SLICE_LINES, normal.baseY), terminal.cols, true, linkOf));
    await new Promise((next) => setImmediate(next)); // other panes get their turn
  }
  yield encoder.encode(`${screenOf(terminal, isAlternate, linkOf)}${stateOf(terminal, linkOf)}\u001b[?2026l`);
}

type LinkOf = (urlId: number) => string;
const CLOSE_LINK = "\u001b]8;;\u0007";
const openLink = (link: Link | undefined): string => (link === undefined ? CLOSE_LINK : `\u001b]8;${link.id === undefined ? "" : `id=${link.id}`};${link.uri}\u0007`);

function screenOf(terminal: Terminal, isAlternate: boolean, linkOf: LinkOf): string {
  const { normal, alternate } = terminal.buffer;
  const below = linesOf(normal, normal.baseY, normal.baseY + terminal.rows, terminal.cols, false, linkOf);
  if (!isAlternate) return below;
  return `${below}\u001b[${normal.cursorY + 1};${normal.cursorX + 1}H\u001b[?1049h\u001b[H${linesOf(alternate, 0, terminal.rows, terminal.cols, false, linkOf)}`;
}

/** Lines [from, to). With `isOpen` the cursor ends where line `to` begins. */
function linesOf(buffer: IBuffer, from: number, to: number, cols: number, isOpen: boolean, linkOf: LinkOf): string {
  let out = "";
  for (let y = from; y < to; y += 1) {
    const line = buffer.getLine(y);
    const isLast = y === to - 1 && !isOpen;
    const isContinued = !isLast && buffer.getLine(y + 1)?.isWrapped === true;
    if (line !== undefined) out += lineOf(line, cols, isContinued, linkOf);
    if (!isLast && !isContinued) out += "\r\n";
  }
  return out;
}

function lineOf(line: IBufferLine, cols: number, isContinued: boolean, linkOf: LinkOf): string {
  let out = "";
  let fg = 0;
  let bg = 0;
  let extended = PLAIN;
  let cell = line.getCell(0);
  if (cell === undefined) return "";
  const end = isContinued ? cols : contentEnd(line, cols);
  for (let x = 0; x < end; x += 1) {
    cell = line.getCell(x, cell);
    if (cell === undefined || cell.getWidth() === 0) continue; // the second half of a wide character
    const pen = cell as unknown as Pen;
    const next = extendedOf(pen);
    if (pen.fg !== fg || pen.bg !== bg || next.ext !== extended.ext) out += penOf(pen);
    if (next.urlId !== extended.urlId) out += next.urlId === 0 ? CLOSE_LINK : linkOf(next.urlId);
    ({ fg, bg } = pen);
    extended = next;
    out += cell.getChars() || " ";
  }
  if (fg !== 0 || bg !== 0) out += "\u001b[0m";
  if (extended.urlId !== 0) out += CLOSE_LINK;
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

/** How the terminal writes that an underline has the colour of its text. */
const NO_COLOUR = MODE | 0xffffff;
const HAS_EXTENDED = 0x10000000;
const PLAIN: Extended = { ext: 0, urlId: 0, underlineStyle: 0, underlineColor: 0 };
/** A cell is read into the same object over and over: what it has beside it counts only when it says so. */
const extendedOf = ({ bg, extended }: Pen): Extended => ((bg & HAS_EXTENDED) === 0 ? PLAIN : { ext: extended.ext, urlId: extended.urlId, underlineStyle: extended.underlineStyle, underlineColor: extended.underlineColor });

function penOf(pen: Pen): string {
  const { fg, bg } = pen;
  const { urlId, underlineStyle, underlineColor } = extendedOf(pen);
  let codes = "0";
  for (const [flag, code] of FG_FLAGS) if ((fg & flag) !== 0) codes += `;${code}`;
  for (const [flag, code] of BG_FLAGS) if ((bg & flag) !== 0) codes += `;${code}`;
  if (urlId === 0 && underlineStyle > 1) codes += `;4:${underlineStyle}`; // that of a link is the terminal's own
  return `\u001b[${codes}${colourOf(fg, 30)}${colourOf(bg, 40)}${underlineColor === NO_COLOUR ? "" : colourOf(underlineColor, 50)}m`;
}

function colourOf(word: number, base: 30 | 40 | 50): string {
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
function stateOf(terminal: Terminal, linkOf: LinkOf): string {
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
    cursorOf(active, cols, origin, linkOf),
    penOf(_inputHandler._curAttrData),
    _inputHandler._curAttrData.extended.urlId === 0 ? "" : linkOf(_inputHandler._curAttrData.extended.urlId),
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
function cursorOf(buffer: IBuffer, cols: number, origin: number, linkOf: LinkOf): string {
  const row = buffer.cursorY - origin + 1;
  if (buffer.cursorX < cols) return `\u001b[${row};${buffer.cursorX + 1}H`;
  const line = buffer.getLine(buffer.baseY + buffer.cursorY);
  let x = cols - 1;
  if (line?.getCell(x)?.getWidth() === 0) x -= 1;
  const cell = line?.getCell(x);
  if (cell === undefined) return `\u001b[${row};${x + 1}H `;
  const { urlId } = extendedOf(cell as unknown as Pen);
  const text = `${penOf(cell as unknown as Pen)}${cell.getChars() || " "}`;
  return `\u001b[${row};${x + 1}H${urlId === 0 ? text : linkOf(urlId) + text + CLOSE_LINK}`;
}
