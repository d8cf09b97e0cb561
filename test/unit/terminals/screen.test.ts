import fc from "fast-check";
import headless from "@xterm/headless";
import { Unicode11Addon } from "@xterm/addon-unicode11";
import { describe, expect, it } from "vitest";
import { createScreen, type PaneScreen } from "../../../src-main/terminals/screen.ts";

const make = (onReply: (bytes: Uint8Array) => void = () => {}) => createScreen({ cols: 40, rows: 10, scrollback: 2000, onReply, onTitle: () => {} });
const write = async (screen: PaneScreen, text: string) => {
  screen.write(new Uint8Array(Buffer.from(text)));
  await screen.settled();
};

/** What a viewer has: a browser's terminal is the same parser and buffer. */
function viewer(cols = 40, rows = 10) {
  const terminal = new headless.Terminal({ cols, rows, scrollback: 2000, allowProposedApi: true });
  terminal.loadAddon(new Unicode11Addon() as never);
  terminal.unicode.activeVersion = "11";
  const put = (bytes: Uint8Array | string) => new Promise<void>((done) => terminal.write(bytes, done));
  const picture = () => {
    const lines: string[] = [];
    for (let y = 0; y < terminal.buffer.active.length; y += 1) {
      const line = terminal.buffer.active.getLine(y)!;
      let look = `${line.isWrapped ? "+" : " "}`;
      for (let x = 0; x < line.length; x += 1) {
        const cell = line.getCell(x)!;
        const chars = cell.getChars() === "" ? " " : cell.getChars();
        look += cell.isAttributeDefault() ? chars : `{${cell.getFgColor()}.${cell.getBgColor()}.${cell.isBold()}.${cell.isInverse()}.${cell.isUnderline()}}${chars}`;
      }
      lines.push(y === 0 ? look.slice(1).trimEnd() : look.trimEnd()); // what the oldest line continued is gone
    }
    const { cursorX, cursorY, type } = terminal.buffer.active;
    return { type, cursorX: Math.min(cursorX, cols - 1), cursorY, lines, modes: { ...terminal.modes } };
  };
  return { put, picture };
}

/** Link and underline of each cell: what the terminal's public face does not tell. */
function linkViewer() {
  const terminal = new headless.Terminal({ cols: 40, rows: 10, scrollback: 2000, allowProposedApi: true });
  const put = (bytes: Uint8Array | string) => new Promise<void>((done) => terminal.write(bytes, done));
  const { _oscLinkService: links } = (terminal as unknown as { _core: { _oscLinkService: { getLinkData(id: number): { id?: string; uri: string } | undefined } } })._core;
  const looks = () => {
    const all: string[] = [];
    for (let y = 0; y < 10; y += 1)
      for (let x = 0; x < 40; x += 1) {
        const cell = terminal.buffer.active.getLine(y)?.getCell(x) as unknown as { bg: number; getChars(): string; extended: { urlId: number; underlineStyle: number; underlineColor: number } };
        if ((cell.bg & 0x10000000) === 0) continue;
        const link = links.getLinkData(cell.extended.urlId);
        all.push(`${link?.uri ?? "-"} ${link?.id ?? "-"} ${cell.extended.underlineStyle} ${cell.extended.underlineColor.toString(16)} ${cell.getChars()}`);
      }
    return all;
  };
  return { put, looks };
}

async function copied(screen: PaneScreen) {
  const copy = viewer();
  for await (const bytes of screen.snapshot()) await copy.put(bytes);
  return copy;
}

describe("a pane's screen in the core", () => {
  it("gives a viewer that comes late the same picture as one that watched from the start", async () => {
    using screen = make();
    const watched = viewer();
    const text = Array.from({ length: 1500 }, (_, i) => `\u001b[3${i % 8}mline ${i}\u001b[0m 宽字符 ${"x".repeat(i % 90)}`).join("\r\n");
    await write(screen, text);
    await watched.put(text);
    const late = await copied(screen);
    expect(late.picture()).toEqual(watched.picture());
    await late.put("\u001b[1;35m and on\r\nmore");
    await watched.put("\u001b[1;35m and on\r\nmore");
    expect(late.picture()).toEqual(watched.picture());
  });

  it("carries over links with their targets, and underlines with their kind and colour", async () => {
    using screen = make();
    const watched = linkViewer();
    const text = "see \u001b]8;;https://example.org/a;b?c=1\u0007here\u001b]8;;\u0007 and \u001b[31m\u001b]8;id=x1;https://example.org/2\u0007there\u001b]8;;https://example.org/3\u0007too\u001b]8;;\u0007\u001b[0m\r\n\u001b[4:3;58:2::255:0:9mcurly\u001b[0m \u001b[4:2mtwice\u001b[0m\r\n\u001b]8;;https://example.org/open\u0007stays";
    await write(screen, text);
    await watched.put(text);
    const late = linkViewer();
    for await (const bytes of screen.snapshot()) await late.put(bytes);
    for (const each of [late, watched]) await each.put(" open\u001b]8;;\u0007 done");
    expect(watched.looks().filter((look) => look.startsWith("https://example.org/open"))).toHaveLength(10);
    expect(late.looks()).toEqual(watched.looks());
  });

  it("shows what is on screen first, before what scrolled away", async () => {
    using screen = make();
    await write(screen, Array.from({ length: 1500 }, (_, i) => `line ${i}`).join("\r\n"));
    const first = (await screen.snapshot()[Symbol.asyncIterator]().next()).value as Uint8Array;
    expect(first.byteLength).toBeLessThan(2000);
    const copy = viewer();
    await copy.put(first);
    expect(copy.picture().lines.at(-1)).toBe(" line 1499");
  });

  it("carries over the alternate screen, margins, mouse, hidden cursor and pasting in brackets", async () => {
    using screen = make();
    const watched = viewer();
    const text = "before\r\n\u001b[?1049h\u001b[H\u001b[2Jedit\u001b[3;8r\u001b[5;4Hhere\u001b[?1002h\u001b[?1006h\u001b[?2004h\u001b[?25l";
    await write(screen, text);
    await watched.put(text);
    const late = await copied(screen);
    expect(late.picture()).toEqual(watched.picture());
    // The margins hold: what follows scrolls inside them only.
    const more = "\r\n1\r\n2\r\n3\r\n4\r\n5";
    await late.put(more);
    await watched.put(more);
    expect(late.picture()).toEqual(watched.picture());
    await late.put("\u001b[?1049l");
    expect(late.picture().lines[0]).toBe("before");
  });

  it("keeps its picture through a snapshot, whatever a program wrote", async () => {
    const piece = fc.oneof(
      fc.constantFrom("\r\n", "\r", "\n", "\t", "漢字", "🎉", "e\u0301", "\u001b[2J", "\u001b[H", "\u001b[K", "\u001b[1A", "\u001b[3C", "\u001b[31m", "\u001b[0m", "\u001b[7m", "\u001b[48;5;12m", "\u001b[5;5H", "\u001bM", "\u001b[2L", "\u001b[2M", "\u001b[?1049h", "\u001b[?1049l"),
      fc.string({ maxLength: 60, unit: fc.constantFrom("a", "b", " ", "c") }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 60 }), async (pieces) => {
        using screen = make();
        const watched = viewer();
        await write(screen, pieces.join(""));
        await watched.put(pieces.join(""));
        const late = await copied(screen);
        const trimmed = ({ lines, ...rest }: ReturnType<typeof late.picture>) => ({ ...rest, lines: lines.map((line) => line.replace(/^\+/, " ").trimEnd()) });
        expect(trimmed(late.picture())).toEqual(trimmed(watched.picture()));
      }),
      { numRuns: 150 },
    );
  });

  it("sleeps packed, takes what arrives meanwhile, and wakes with the same picture", async () => {
    using screen = make();
    const watched = viewer();
    const text = `${Array.from({ length: 300 }, (_, i) => `\u001b[3${i % 8}mline ${i}\u001b[0m`).join("\r\n")}\u001b[?2004h\u001b[1m`;
    await write(screen, text);
    await watched.put(text);
    await screen.sleep();
    expect(screen.isAsleep).toBe(true);
    screen.write(new Uint8Array(Buffer.from("\r\nwhile asleep")));
    await watched.put("\r\nwhile asleep");
    expect(screen.isAsleep).toBe(true);
    expect((await screen.text(1)).lines).toEqual(["while asleep"]);
    expect(screen.isAsleep).toBe(false);
    expect((await copied(screen)).picture()).toEqual(watched.picture());
  });

  it("loses nothing by sleeping or by being copied, wherever in a sequence or a character that happens", async () => {
    const piece = fc.constantFrom("\r\n", "text", "\u001b[31m", "\u001b[0m", "\u001b[48;2;1;2;3m", "漢字", "é", "🎉", "\u001b[5;5H", "\u001b]0;a title\u0007", "\u001b]8;;https://example.org\u0007", "\u001b]8;;\u0007", "\u001b[4:3m", "\u001b[?2004h", "\u001b[?25;2004l", "\u001bc", "\u001b[!p", "\u001b(B", "\u001b[?25l", "\u001b[?25h");
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { minLength: 4, maxLength: 16 }), fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 4 }), async (pieces, step, every) => {
        using screen = make();
        const watched = viewer();
        const late = viewer();
        const stream = new Uint8Array(Buffer.from(pieces.join("")));
        let n = 0;
        let isCopied = false;
        for (let at = 0; at < stream.length; at += step) {
          const part = stream.slice(at, at + step);
          screen.write(part);
          await watched.put(part);
          if (isCopied) await late.put(part);
          n += 1;
          if (n % every === 0) await screen.settled();
          if (n % 2 === 0) await screen.sleep(); // with something undrawn, or with nothing
          if (n === 3) for await (const bytes of screen.snapshot()) await late.put(bytes);
          isCopied ||= n === 3;
        }
        expect(screen.wantsBrackets).toBe(watched.picture().modes.bracketedPasteMode);
        expect((await copied(screen)).picture()).toEqual(watched.picture());
        if (isCopied) expect(late.picture()).toEqual(watched.picture());
      }),
      { numRuns: Number(process.env["RUNS"] ?? 20) },
    );
  }, 60_000);

  it("hears a title at once, though nobody looks and nothing is drawn", async () => {
    const titles: string[] = [];
    using screen = createScreen({ cols: 40, rows: 10, scrollback: 2000, onReply: () => {}, onTitle: (title) => titles.push(title) });
    screen.write(new Uint8Array(Buffer.from("\u001b]0;ops@web-01\u0007\u001b]1;icon\u0007\u001b]2;vim ü\u0007")));
    expect(titles).toEqual(["ops@web-01", "vim ü"]);
    expect(screen.isAsleep).toBe(true);
  });

  it("wakes for a program that asks", async () => {
    const replies: string[] = [];
    using screen = make((bytes) => replies.push(Buffer.from(bytes).toString()));
    await write(screen, "ab");
    await screen.sleep();
    screen.write(new Uint8Array(Buffer.from("c\u001b[6n")));
    await screen.settled();
    expect(replies).toEqual(["\u001b[1;4R"]);
  });

  it("answers where the cursor is and never with a program's own words", async () => {
    const replies: string[] = [];
    using screen = make((bytes) => replies.push(Buffer.from(bytes).toString()));
    await write(screen, "abc\u001b[6n\u001b[c\u001bP$qm\u001b\\\u001b]11;?\u0007\u001b[21t\u0005");
    expect(replies).toEqual(["\u001b[1;4R", "\u001b[?1;2c"]);
  });

  it("gives its text with wrapped lines whole, and finds text that scrolled away", async () => {
    using screen = make();
    await write(screen, `needle\r\n${"y".repeat(100)}\r\nend`);
    expect(await screen.text(2)).toEqual({ lines: ["y".repeat(100), "end"], firstLine: 1, isCut: true });
    expect((await screen.text(50)).lines).toHaveLength(3);
    expect(await screen.find("NEEDLE", 5)).toEqual([{ line: 0, text: "needle" }]);
  });
});
