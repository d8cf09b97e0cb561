import { LIMITS, Unreadable, type Block, type Extracted } from "../blocks.ts";
import { readHtml } from "./html.ts";
import { decodeText } from "./plain.ts";

/** RFC 5322 and MIME: the first readable text of each part; attachments are named, not opened. */
export function readMail(bytes: Uint8Array): Extracted {
  const raw = Buffer.from(bytes).toString("latin1").replace(/\r\n/g, "\n");
  const top = partOf(raw);
  const remarks: string[] = [];
  const title = decodeWords(top.headers.get("subject") ?? "");
  const head = ["from", "to", "date"].flatMap((name) => (top.headers.has(name) ? [`${name}: ${decodeWords(top.headers.get(name) as string)}`] : [])).join("\n");
  const blocks: Block[] = [];
  if (title !== "") blocks.push({ kind: "heading", level: 1, text: title, from: 1, to: 1 });
  if (head !== "") blocks.push({ kind: "text", text: head, from: 1, to: 1 });
  if (title === "" && head === "") throw new Unreadable("it has no mail headers");
  walk(top, 0, blocks, remarks);
  return { title, blocks, remarks };
}

type Part = { readonly headers: ReadonlyMap<string, string>; readonly body: string; readonly line: number };

function partOf(text: string, line = 1): Part {
  const end = text.indexOf("\n\n");
  const head = end < 0 ? text : text.slice(0, end);
  const headers = new Map(head.replace(/\n[ \t]+/g, " ").split("\n").flatMap((row) => {
    const colon = row.indexOf(":");
    return colon < 1 ? [] : [[row.slice(0, colon).toLowerCase(), row.slice(colon + 1).trim()] as const];
  }));
  return { headers, body: end < 0 ? "" : text.slice(end + 2), line: line + head.split("\n").length + 1 };
}

function walk(part: Part, depth: number, blocks: Block[], remarks: string[]): void {
  if (depth > 8 || blocks.length > 500) throw new Unreadable("its parts are nested too deeply");
  const type = part.headers.get("content-type") ?? "text/plain";
  const boundary = /boundary="?([^";]+)"?/i.exec(type)?.[1];
  if (/^multipart\//i.test(type) && boundary !== undefined) {
    const pieces = part.body.split(`--${boundary}`).slice(1).filter((piece) => !piece.startsWith("--"));
    const parts = pieces.map((piece) => partOf(piece.replace(/^\n/, ""), part.line));
    const isChoice = /^multipart\/alternative/i.test(type);
    const plain = parts.find((one) => /^text\/plain/i.test(one.headers.get("content-type") ?? "text/plain"));
    for (const one of isChoice && plain !== undefined ? [plain] : parts) walk(one, depth + 1, blocks, remarks);
    return;
  }
  if (/attachment/i.test(part.headers.get("content-disposition") ?? "") || !/^text\//i.test(type)) {
    remarks.push(`attachment not read: ${decodeWords(/name="?([^";]+)"?/i.exec(`${part.headers.get("content-disposition") ?? ""};${type}`)?.[1] ?? type)}`);
    return;
  }
  const text = decodeText(decodeBody(part.body.slice(0, LIMITS.textChars), part.headers.get("content-transfer-encoding") ?? ""));
  if (/^text\/html/i.test(type)) blocks.push(...readHtml(text).blocks.map((block) => ({ ...block, from: part.line, to: part.line })));
  else if (text.trim() !== "") blocks.push({ kind: "text", text: text.trim(), from: part.line, to: part.line + text.split("\n").length - 1 });
}

function decodeBody(body: string, encoding: string): Uint8Array {
  if (/base64/i.test(encoding)) return Buffer.from(body, "base64");
  if (/quoted-printable/i.test(encoding)) return Buffer.from(body.replace(/=\n/g, "").replace(/=([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))), "latin1");
  return Buffer.from(body, "latin1");
}

/** `=?utf-8?B?…?=` in headers. */
const decodeWords = (text: string): string => text.replace(/=\?([\w-]+)\?([BQ])\?([^?]*)\?=\s*/gi, (whole, charset: string, kind: string, data: string) => {
  try {
    return new TextDecoder(charset).decode(kind.toUpperCase() === "B" ? Buffer.from(data, "base64") : decodeBody(data.replaceAll("_", " "), "quoted-printable"));
  } catch {
    return whole;
  }
});
