import fc from "fast-check";
import headless from "@xterm/headless";
import { describe, expect, it } from "vitest";
import { createBacklog } from "../../../src-main/terminals/backlog.ts";
import { createBlocks } from "../../../src-main/terminals/blocks.ts";
import { createHygiene } from "../../../src-main/terminals/hygiene.ts";

const ROWS = 5;
const SCROLLBACK = 12;
const make = () => new headless.Terminal({ cols: 20, rows: ROWS, scrollback: SCROLLBACK, allowProposedApi: true });
const put = (terminal: ReturnType<typeof make>, bytes: Uint8Array) => new Promise<void>((done) => terminal.write(bytes, done));

function picture(terminal: ReturnType<typeof make>) {
  const { active } = terminal.buffer;
  const lines = Array.from({ length: active.length }, (_, y) => {
    const line = active.getLine(y)!;
    return Array.from({ length: line.length }, (_, x) => {
      const cell = line.getCell(x)!;
      return `${cell.getChars() || " "}${cell.isAttributeDefault() ? "" : `{${cell.getFgColor()}.${cell.getBgColor()}.${cell.isBold()}.${cell.isInverse()}}`}`;
    }).join("").trimEnd();
  });
  return { lines, x: active.cursorX, y: active.cursorY, type: active.type, modes: { ...terminal.modes } };
}

/** Draws all of it, and draws what a backlog that is trimmed whenever it can be leaves of it; `early` takes some out first. */
async function both(chunks: readonly Uint8Array[], trimEvery: number, early: number, blockBytes = 64) {
  const whole = make();
  const short = make();
  const backlog = createBacklog({ blocks: createBlocks(blockBytes) });
  let trimmed = 0;
  let n = 0;
  for (const chunk of chunks) {
    whole.write(chunk);
    backlog.push(chunk);
    n += 1;
    if (n === early) for (let next = backlog.take(); next !== undefined; next = backlog.take()) short.write(next);
    if (n % trimEvery === 0 && backlog.trim(ROWS, SCROLLBACK)) trimmed += 1;
  }
  for (let next = backlog.take(); next !== undefined; next = backlog.take()) short.write(next);
  // What a program writes next shows pen and modes that no cell shows yet.
  const next = Buffer.from("next\r\nline");
  await put(whole, next);
  await put(short, next);
  const pictures = [picture(whole), picture(short)] as const;
  whole.dispose();
  short.dispose();
  return { pictures, trimmed, left: backlog.bytes };
}
const bytes = (text: string) => new Uint8Array(Buffer.from(text));

describe("the backlog of a screen", () => {
  it("drops the front of a flood of lines and leaves the same picture", async () => {
    const chunks = Array.from({ length: 60 }, (_, i) => bytes(Array.from({ length: 4 }, (_, j) => `\u001b[3${(i + j) % 8}mline ${i}.${j} ${"x".repeat(j * 9)}\r\n`).join("")));
    const { pictures, trimmed, left } = await both(chunks, 3, 0);
    expect(pictures[1]).toEqual(pictures[0]);
    expect(trimmed).toBeGreaterThan(5);
    expect(left).toBe(0);
  });

  it("keeps what may still be seen when a program moves about instead of scrolling", async () => {
    const chunks = Array.from({ length: 40 }, (_, i) => bytes(`\u001b[Hframe ${i}\r\n\r\n\r\nend`));
    const { pictures, trimmed } = await both([bytes("kept\r\n".repeat(9)), ...chunks], 1, 0);
    expect(pictures[1]).toEqual(pictures[0]);
    expect(trimmed).toBe(0);
  });

  it("carries pen, modes, charset and title over what it drops", async () => {
    const flood = Array.from({ length: 30 }, (_, i) => bytes(`line ${i}\r\n`.repeat(4)));
    const chunks = [bytes("\u001b[1;31m\u001b[?2004h\u001b[?1h\u001b="), ...flood.slice(0, 15), bytes("\u001b[?1049h\u001b[7malt\u001b[?1049l\u001b[?2004l"), ...flood.slice(15)];
    const { pictures, trimmed } = await both(chunks, 2, 0);
    expect(pictures[1]).toEqual(pictures[0]);
    expect(pictures[1].modes).toMatchObject({ bracketedPasteMode: false, applicationCursorKeysMode: true, applicationKeypadMode: true });
    expect(trimmed).toBeGreaterThan(2);
  });

  it("leaves a screen that was entered before what it drops, and entered once more within it", async () => {
    const flood = Array.from({ length: 60 }, () => bytes("\r\n"));
    const { pictures, trimmed } = await both([bytes("\u001b[?1049h"), bytes("\r\n"), ...flood.slice(0, 3), bytes("\u001b[?1049hseen\u001b[?1049l"), ...flood], 1, 2, 16);
    expect(pictures[1]).toEqual(pictures[0]);
    expect(pictures[1].type).toBe("normal");
    expect(trimmed).toBeGreaterThan(0);
  });

  it("brings back the charset that the alternate screen saved", async () => {
    const flood = (text: string) => Array.from({ length: 40 }, () => bytes(`${text}\r\n`));
    const { pictures, trimmed } = await both([bytes("\u001b(0"), ...flood("aaa"), bytes("\u001b[?1049h\u001b(Bhere\u001b[?1049l"), ...flood("bbb")], 1, 0, 16);
    expect(pictures[1]).toEqual(pictures[0]);
    expect(pictures[1].lines.join("")).toContain("␉␉␉");
    expect(trimmed).toBeGreaterThan(0);
  });

  it("says when a program waits for an answer", () => {
    const backlog = createBacklog();
    backlog.push(bytes("text\u001b[31m"));
    expect(backlog.isAsked).toBe(false);
    backlog.push(bytes("\u001b[6"));
    backlog.push(bytes("n"));
    expect(backlog.isAsked).toBe(true);
  });

  it("leaves the same picture as drawing everything, whatever came and however it was cut", async () => {
    const line = fc.array(fc.constantFrom("a", "bc", " ", "漢", "x".repeat(25), "\u001b[31m", "\u001b[0m", "\u001b[m", "\u001b[1;4m", "\u001b[K", "\t", "\r", "\u001b[2C", "\u001b[?25l", "\u001b[?7l", "\u001b[?7h", "\u001b]0;t\u0007", "\u001b(0", "\u001b(B", "\u009b32m"), { maxLength: 5 }).map((parts) => `${parts.join("")}\r\n`);
    const rare = fc.constantFrom("\u001b[H", "\u001b[2J", "\u001b[2;4r", "\u001b[r", "\u001b[?1049h\u001b[3;3Halt\u001b[1m\u001b[?1049l", "\u001b[?1049h\r\nin\r\n", "\u001b[?47h\r\n\r\n\u001b[?47l", "\u001b7a\r\n\u001b8", "\u001b7", "\u001bM", "\u001b[A", "\u001bc", "\u001b[!p", "\u001b[3L", "\u001bD", "\n", "\u001b[4h", "\u001b[4l");
    const piece = fc.oneof({ weight: 30, arbitrary: line }, { weight: 1, arbitrary: rare });
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { minLength: 60, maxLength: 260 }), fc.integer({ min: 7, max: 97 }), fc.integer({ min: 1, max: 5 }), fc.integer({ min: 0, max: 9 }), fc.integer({ min: 16, max: 400 }), async (pieces, size, trimEvery, early, blockBytes) => {
        const hygiene = createHygiene();
        const text = bytes(pieces.join(""));
        const chunks: Uint8Array[] = [];
        for (let at = 0; at < text.length; at += size) chunks.push(hygiene.pass(text.subarray(at, at + size)));
        const { pictures } = await both(chunks, trimEvery, early, blockBytes);
        expect(pictures[1]).toEqual(pictures[0]);
      }),
      { numRuns: Number(process.env["RUNS"] ?? 150) },
    );
  });
});
