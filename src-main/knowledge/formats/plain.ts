import type { Block, Extracted } from "../blocks.ts";

// Text whose lines are its places: notes, logs, configuration, source, CSV, AsciiDoc, reStructuredText, Markdown.

/** UTF-8, UTF-16 by its mark, else Latin-1: an old manual is worth more than a complaint about its encoding. */
export function decodeText(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder("utf-16be").decode(bytes);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("latin1").decode(bytes);
  }
}

export const looksBinary = (bytes: Uint8Array): boolean => {
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) return false;
  let odd = 0;
  const head = bytes.subarray(0, 4096);
  for (const byte of head) if (byte === 0) return true;
    else if (byte < 9 || (byte > 13 && byte < 27)) odd += 1;
  return odd > head.length / 20;
};

type Line = { readonly text: string; readonly at: number };
const linesOf = (text: string): Line[] => text.split(/\r\n|\r|\n/).map((line, index) => ({ text: line, at: index + 1 }));
const block = (kind: Block["kind"], lines: readonly Line[], level?: number): Block => ({ kind, text: lines.map(({ text }) => text).join("\n"), from: lines[0]?.at ?? 1, to: lines.at(-1)?.at ?? 1, ...(level === undefined ? {} : { level }) });

/** Paragraphs by blank lines; whatever is indented by four or more, or has no blank lines for long, is cut by the chunker. */
export function readPlain(text: string): Extracted {
  const blocks: Block[] = [];
  let held: Line[] = [];
  for (const line of linesOf(text)) {
    if (line.text.trim() !== "") held.push(line);
    else if (held.length > 0) {
      blocks.push(block("text", held));
      held = [];
    }
  }
  if (held.length > 0) blocks.push(block("text", held));
  return { title: "", blocks, remarks: [] };
}

/** Logs, configuration, source: runs of lines, never reflowed. Sections of INI-like files are headings. */
export function readCode(text: string): Extracted {
  const blocks: Block[] = [];
  let held: Line[] = [];
  const flush = () => {
    if (held.some((line) => line.text.trim() !== "")) blocks.push(block("code", held));
    held = [];
  };
  for (const line of linesOf(text)) {
    const section = /^\[([^\]]{1,80})\]\s*$/.exec(line.text);
    if (section !== null) {
      flush();
      blocks.push({ kind: "heading", level: 1, text: section[1] as string, from: line.at, to: line.at });
    } else held.push(line);
    if (held.length >= 40 && line.text.trim() === "") flush();
  }
  flush();
  return { title: "", blocks, remarks: [] };
}

export function readMarkdown(text: string): Extracted {
  const blocks: Block[] = [];
  let held: Line[] = [];
  let fence: string | undefined;
  let title = "";
  const isTable = () => held.length > 1 && held.every((line) => line.text.includes("|"));
  const flush = (kind?: Block["kind"]) => {
    if (held.some((line) => line.text.trim() !== "")) blocks.push(block(kind ?? (isTable() ? "table" : "text"), held));
    held = [];
  };
  const heading = (level: number, words: string, at: number) => {
    flush();
    title ||= words;
    blocks.push({ kind: "heading", level, text: words, from: at, to: at });
  };
  for (const line of linesOf(text)) {
    if (fence !== undefined) {
      held.push(line);
      if (line.text.trim().startsWith(fence)) {
        flush("code");
        fence = undefined;
      }
      continue;
    }
    const opens = /^\s{0,3}(```+|~~~+)/.exec(line.text);
    const hashes = /^(#{1,6})\s+(.+?)\s*#*\s*$/.exec(line.text);
    const under = /^(=+|-+)\s*$/.exec(line.text);
    if (opens !== null) {
      flush();
      fence = opens[1] as string;
      held.push(line);
    } else if (hashes !== null) heading((hashes[1] as string).length, hashes[2] as string, line.at);
    else if (under !== null && held.length === 1 && !(held[0] as Line).text.startsWith("|")) {
      const words = (held[0] as Line).text.trim();
      held = [];
      heading(under[1]?.startsWith("=") ? 1 : 2, words, line.at - 1);
    } else if (line.text.trim() === "") flush();
    else held.push(line);
  }
  flush(fence === undefined ? undefined : "code");
  return { title, blocks, remarks: [] };
}

export function readAsciiDoc(text: string): Extracted {
  const blocks: Block[] = [];
  let held: Line[] = [];
  let fence: string | undefined;
  let title = "";
  const flush = (kind: Block["kind"] = "text") => {
    if (held.length > 0) blocks.push(block(kind, held));
    held = [];
  };
  for (const line of linesOf(text)) {
    const mark = /^(-{4,}|\.{4,}|={4,}|\*{4,}|\|===)\s*$/.exec(line.text)?.[1];
    if (fence !== undefined) {
      if (mark === fence) {
        flush(fence === "|===" ? "table" : "code");
        fence = undefined;
      } else held.push(line);
      continue;
    }
    const heading = /^(={1,6})\s+(.+)$/.exec(line.text);
    if (mark !== undefined) {
      flush();
      fence = mark;
    } else if (heading !== null) {
      flush();
      title ||= heading[2] as string;
      blocks.push({ kind: "heading", level: (heading[1] as string).length, text: heading[2] as string, from: line.at, to: line.at });
    } else if (line.text.trim() === "") flush();
    else if (!/^(:[\w-]+:|\/\/|\[.*\]$)/.test(line.text)) held.push(line);
  }
  flush(fence === undefined ? "text" : "code");
  return { title, blocks, remarks: [] };
}

const RST_LINE = /^([=\-~^"'`#*+:._])\1{2,}\s*$/;
export function readRst(text: string): Extracted {
  const lines = linesOf(text);
  const levels: string[] = [];
  const blocks: Block[] = [];
  let held: Line[] = [];
  let title = "";
  const flush = () => {
    if (held.length > 0) blocks.push(block(held.every((line) => /^\s{2,}/.test(line.text)) ? "code" : "text", held));
    held = [];
  };
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index] as Line;
    const next = lines[index + 1];
    const mark = next === undefined ? null : RST_LINE.exec(next.text);
    if (mark !== null && line.text.trim() !== "" && !RST_LINE.test(line.text) && (next as Line).text.trim().length >= line.text.trim().length) {
      flush();
      const sign = mark[1] as string;
      if (!levels.includes(sign)) levels.push(sign);
      title ||= line.text.trim();
      blocks.push({ kind: "heading", level: levels.indexOf(sign) + 1, text: line.text.trim(), from: line.at, to: line.at + 1 });
      index += 1;
    } else if (line.text.trim() === "" || RST_LINE.test(line.text)) flush();
    else held.push(line);
  }
  flush();
  return { title, blocks, remarks: [] };
}

/** Rows under their head, so that a chunk from the middle still says what its columns are. */
export function readCsv(text: string): Extracted {
  const lines = linesOf(text).filter((line) => line.text.trim() !== "");
  const head = lines[0];
  if (head === undefined) return { title: "", blocks: [], remarks: [] };
  const blocks: Block[] = [];
  for (let at = 1; at < Math.max(2, lines.length); at += 30) {
    const rows = lines.slice(at, at + 30);
    blocks.push({ kind: "table", text: [head, ...rows].map(({ text: row }) => row).join("\n"), from: rows[0]?.at ?? head.at, to: rows.at(-1)?.at ?? head.at });
  }
  return { title: "", blocks, remarks: [] };
}
