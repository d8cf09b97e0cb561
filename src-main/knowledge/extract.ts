import { basename, extname } from "node:path";
import { LIMITS, Unreadable, type Block, type Extracted } from "./blocks.ts";
import { readHtml } from "./formats/html.ts";
import { readMail } from "./formats/mail.ts";
import { looksLikeMan, readMan } from "./formats/man.ts";
import { readOffice } from "./formats/office.ts";
import { readPdf } from "./formats/pdf.ts";
import { decodeText, looksBinary, readAsciiDoc, readCode, readCsv, readMarkdown, readPlain, readRst } from "./formats/plain.ts";
import { visible } from "./names.ts";
import { budgetOf, gunzip, untar, unzip, type Budget, type Entry } from "./formats/unpack.ts";

export type Read = Extracted & { readonly format: string };

const TEXT: Readonly<Record<string, (text: string) => Extracted>> = { md: readMarkdown, markdown: readMarkdown, html: readHtml, htm: readHtml, xhtml: readHtml, adoc: readAsciiDoc, asciidoc: readAsciiDoc, rst: readRst, csv: readCsv, tsv: readCsv, txt: readPlain, text: readPlain, "": readPlain };
const CODE = new Set("log conf cfg ini toml yaml yml json service timer socket mount path target sh bash zsh py pl rb js ts go rs c h cc cpp java sql tf xml properties env rules cnf repo list nft unit ps1 bat lua te j2 tmpl diff patch".split(" "));
const OFFICE = new Set(["docx", "xlsx", "pptx", "docm", "xlsm", "pptm"]);
const MAN = /^[1-9][a-z]*$/;
const FORBIDDEN_CASE = /\.(exe|dll|so|o|a|bin|iso|img|png|jpe?g|gif|webp|ico|mp[34]|mov|avi|woff2?|ttf|otf|pyc|class|jar|deb|rpm|db|sqlite|qcow2|vmdk|swp)$/i;

/** Files that are never documents are passed over in silence, so that the list of problems lists problems. */
export const isCandidate = (path: string): boolean => !FORBIDDEN_CASE.test(path) && !/(^|\/)\.(git|svn|hg)(\/|$)|\/node_modules\/|~$/.test(path);

export async function extract(path: string, bytes: Uint8Array): Promise<Read> {
  if (bytes.byteLength > LIMITS.fileBytes) throw new Unreadable(`it is larger than ${LIMITS.fileBytes >> 20} MiB`);
  return read(path, bytes, budgetOf(bytes.byteLength), 0);
}

async function read(path: string, bytes: Uint8Array, budget: Budget, depth: number): Promise<Read> {
  const extension = extname(path).slice(1).toLowerCase();
  const starts = (...codes: number[]) => codes.every((code, index) => bytes[index] === code);
  if (bytes.byteLength === 0) return { title: "", blocks: [], remarks: ["empty"], format: extension || "text" };
  if (extension === "pdf" || starts(0x25, 0x50, 0x44, 0x46)) return { ...(await readPdf(bytes)), format: "pdf" };
  if (OFFICE.has(extension)) return { ...readOffice(bytes, budget), format: extension };
  if (["doc", "xls", "ppt"].includes(extension) || starts(0xd0, 0xcf, 0x11, 0xe0)) throw new Unreadable("it is an office document of before 2007, or encrypted; save it in today's format");
  if (extension === "gz" || extension === "tgz" || starts(0x1f, 0x8b)) {
    const inner = gunzip(bytes, budget);
    const name = path.replace(/\.gz$/i, "").replace(/\.tgz$/i, ".tar");
    if (depth >= 3) throw new Unreadable("it is packed in itself more than three times");
    return read(name, inner, budget, depth + 1);
  }
  if (extension === "zip" || starts(0x50, 0x4b, 0x03, 0x04)) return archive(unzip(bytes, budget), budget, depth, "zip");
  if (extension === "tar") return archive(untar(bytes), budget, depth, "tar");
  if (extension === "eml") return { ...readMail(bytes), format: "eml" };
  if (looksBinary(bytes)) throw new Unreadable("it is not text, nor a format that is read");
  const text = decodeText(bytes);
  if (text.length > LIMITS.textChars) throw new Unreadable(`it holds more than ${LIMITS.textChars >> 20} million characters`);
  if (MAN.test(extension) && looksLikeMan(text)) return { ...readMan(text), format: "man" };
  if (CODE.has(extension)) return { ...readCode(text), format: extension };
  return { ...(TEXT[extension] ?? readPlain)(text), format: TEXT[extension] === undefined ? "text" : extension || "text" };
}

/** Each readable file inside becomes a part; an unreadable one becomes a remark. */
async function archive(entries: readonly Entry[], budget: Budget, depth: number, format: string): Promise<Read> {
  if (depth >= 3) throw new Unreadable("archives lie inside each other more than three deep");
  const blocks: Block[] = [];
  const remarks: string[] = [];
  for (const { read: unpacked, name: own } of entries) {
    const entry = { name: visible(own), read: unpacked };
    if (!isCandidate(entry.name)) continue;
    try {
      const inner = await read(entry.name, entry.read(), budget, depth + 1);
      if (inner.blocks.length === 0) continue;
      blocks.push({ kind: "heading", level: 1, text: inner.title || basename(entry.name), from: 1, to: 1, part: entry.name }, ...inner.blocks.map((block) => ({ ...block, part: block.part === undefined ? entry.name : `${entry.name}, ${block.part}`, ...(block.level === undefined ? {} : { level: block.level + 1 }) })));
      if (blocks.length > LIMITS.blocks) throw new Unreadable("it has too many parts to be a document");
    } catch (error) {
      if (!(error instanceof Unreadable) || budget.left < 0) throw error;
      remarks.push(`${entry.name}: ${error.message}`);
    }
  }
  return { title: "", blocks, remarks: remarks.slice(0, 20), format };
}
