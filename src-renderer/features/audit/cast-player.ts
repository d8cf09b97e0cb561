import { SerializeAddon } from "@xterm/addon-serialize";
import { Terminal } from "@xterm/xterm";
import { type Cast, shownChars } from "./cast.ts";

/**
 * A terminal that is never opened: it obeys what moves and colours text, and its screen is read cell by cell. Nothing it
 * is told can reach the page: clipboard, title, links and questions have nobody to answer them.
 */
export type Run = { readonly text: string; readonly fg: string | undefined; readonly bg: string | undefined; readonly isBold: boolean; readonly isDim: boolean; readonly isUnderlined: boolean };
export type CastPlayer = {
  /** Shows the moment; resolves when the screen is that of the moment. */
  seek(toMs: number): Promise<void>;
  lines(): readonly (readonly Run[])[];
  readonly size: { readonly cols: number; readonly rows: number };
  dispose(): void;
};

/** Going back starts from the nearest of these instead of the beginning. */
const SNAPSHOT_CHARS = 2 << 20;
type Snapshot = { readonly next: number; readonly state: string; readonly cols: number; readonly rows: number };

export function createCastPlayer(cast: () => Cast): CastPlayer {
  const { header } = cast();
  const terminal = new Terminal({ cols: header.cols, rows: header.rows, scrollback: 1000, allowProposedApi: true });
  const serializer = new SerializeAddon();
  terminal.loadAddon(serializer);
  const snapshots: Snapshot[] = [];
  let next = 0;
  let sinceSnapshot = 0;
  let turn = Promise.resolve();

  const write = (text: string): Promise<void> => new Promise((resolve) => terminal.write(text, resolve));

  async function back(toMs: number): Promise<void> {
    const { events } = cast();
    const snapshot = snapshots.findLast((one) => (events[one.next - 1]?.atMs ?? 0) <= toMs);
    terminal.reset();
    terminal.resize(snapshot?.cols ?? header.cols, snapshot?.rows ?? header.rows);
    next = snapshot?.next ?? 0;
    sinceSnapshot = 0;
    if (snapshot !== undefined) await write(snapshot.state);
  }

  async function go(toMs: number): Promise<void> {
    const { events } = cast();
    if (next > 0 && (events[next - 1]?.atMs ?? 0) > toMs) await back(toMs);
    for (let event = events[next]; event !== undefined && event.atMs <= toMs; event = events[next]) {
      next += 1;
      if (event.code === "o") {
        sinceSnapshot += event.data.length;
        // Awaited now and then: the parser works in slices, and a queue of a whole recording would be a second copy of it.
        if (sinceSnapshot % 65_536 < event.data.length) await write(event.data);
        else terminal.write(event.data);
      } else if (event.code === "r") {
        await write("");
        const [cols = 0, rows = 0] = event.data.split("x").map(Number);
        if (cols >= 1 && cols <= 500 && rows >= 1 && rows <= 300) terminal.resize(cols, rows);
      } else if (event.code === "m" && event.data.startsWith("gap")) {
        terminal.write(`\r\n\u001b[7m ${event.data.replace(/[^ -~]/g, "?")} \u001b[0m\r\n`);
      }
      if (sinceSnapshot > SNAPSHOT_CHARS && next > (snapshots.at(-1)?.next ?? 0)) {
        await write("");
        snapshots.push({ next, state: serializer.serialize({ scrollback: 200 }), cols: terminal.cols, rows: terminal.rows });
        sinceSnapshot = 0;
      }
    }
    await write("");
  }

  return {
    // One after the other: a slider sends many.
    seek: (toMs) => (turn = turn.then(() => go(toMs))),
    lines: () => readScreen(terminal),
    get size() {
      return { cols: terminal.cols, rows: terminal.rows };
    },
    dispose: () => terminal.dispose(),
  };
}

function readScreen(terminal: Terminal): readonly (readonly Run[])[] {
  const buffer = terminal.buffer.active;
  const lines: Run[][] = [];
  const cell = buffer.getNullCell();
  for (let y = 0; y < terminal.rows; y += 1) {
    const line = buffer.getLine(buffer.baseY + y);
    const runs: Run[] = [];
    for (let x = 0; line !== undefined && x < terminal.cols; x += 1) {
      const at = line.getCell(x, cell);
      if (at === undefined || at.getWidth() === 0) continue;
      const isInverse = at.isInverse() !== 0;
      const fg = colourOf(at.isFgRGB(), at.isFgPalette(), at.getFgColor());
      const bg = colourOf(at.isBgRGB(), at.isBgPalette(), at.getBgColor());
      const run: Run = {
        // Concealed text is shown all the same: what a program hid is what an auditor wants to see.
        text: shownChars(at.getChars()),
        fg: isInverse ? (bg ?? "var(--term-bg)") : fg, bg: isInverse ? (fg ?? "var(--term-fg)") : bg, isBold: at.isBold() !== 0, isDim: at.isDim() !== 0, isUnderlined: at.isUnderline() !== 0,
      };
      const last = runs.at(-1);
      if (last !== undefined && last.fg === run.fg && last.bg === run.bg && last.isBold === run.isBold && last.isDim === run.isDim && last.isUnderlined === run.isUnderlined) runs[runs.length - 1] = { ...last, text: last.text + run.text };
      else runs.push(run);
    }
    lines.push(runs);
  }
  return lines;
}

const NAMES = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"];
const hex = (value: number): string => `#${value.toString(16).padStart(6, "0")}`;

function colourOf(isRgb: boolean, isPalette: boolean, value: number): string | undefined {
  if (isRgb) return hex(value);
  if (!isPalette) return undefined;
  if (value < 16) return `var(--term-${value >= 8 ? "bright-" : ""}${NAMES[value % 8]})`;
  if (value >= 232) return hex((8 + 10 * (value - 232)) * 0x010101);
  const level = (step: number): number => (step === 0 ? 0 : 55 + 40 * step);
  const cube = value - 16;
  return hex((level(Math.floor(cube / 36)) << 16) | (level(Math.floor(cube / 6) % 6) << 8) | level(cube % 6));
}
