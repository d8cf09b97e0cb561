import { Parser } from "htmlparser2";
import { LIMITS, Unreadable, type Block, type Extracted } from "../blocks.ts";
import { decodeText } from "./plain.ts";
import { unzip, type Budget, type Entry } from "./unpack.ts";

// DOCX, XLSX, PPTX: zip files of XML. The parser knows no entities but the five of XML and fetches nothing; macros are
// never opened.

type Handler = { open?: (name: string, attributes: Readonly<Record<string, string>>) => void; text?: (text: string) => void; close?: (name: string) => void };

function walkXml(entry: Entry, { open, text, close }: Handler): void {
  const xml = decodeText(entry.read());
  if (/<!DOCTYPE|<!ENTITY/i.test(xml.slice(0, 4_000))) throw new Unreadable("its XML declares entities of its own, which office files never do");
  let depth = 0;
  const local = (name: string) => name.slice(name.indexOf(":") + 1);
  const parser = new Parser(
    {
      onopentag: (name, attributes) => {
        depth += 1;
        if (depth > 1_000) throw new Unreadable("its XML is nested too deeply");
        open?.(local(name), attributes);
      },
      ontext: (part) => text?.(part),
      onclosetag: (name) => {
        depth -= 1;
        close?.(local(name));
      },
    },
    { xmlMode: true, decodeEntities: true },
  );
  parser.write(xml);
  parser.end();
}

const add = (blocks: Block[], block: Block): void => {
  if (blocks.length >= LIMITS.blocks) throw new Unreadable("it has too many parts to be a document");
  if (block.text.trim() !== "") blocks.push(block);
};

export function readOffice(bytes: Uint8Array, budget: Budget): Extracted {
  const entries = new Map(unzip(bytes, budget).map((entry) => [entry.name, entry]));
  const remarks = [...entries.keys()].some((name) => /vbaProject\.bin$/i.test(name)) ? ["holds macros, which were not opened"] : [];
  const document = entries.get("word/document.xml");
  if (document !== undefined) return { ...readDocx(document), remarks };
  if (entries.has("xl/workbook.xml")) return { ...readXlsx(entries), remarks };
  if (entries.has("ppt/presentation.xml")) return { ...readPptx(entries), remarks };
  throw new Unreadable("it is a zip file, but neither a Word, an Excel nor a PowerPoint document");
}

function readDocx(document: Entry): Omit<Extracted, "remarks"> {
  const blocks: Block[] = [];
  let paragraph = 0;
  let text = "";
  let level = 0;
  let isText = false;
  let table: { rows: string[][]; from: number } | undefined;
  let tables = 0;
  walkXml(document, {
    open: (name, attributes) => {
      if (name === "t") isText = true;
      else if (name === "tab") text += "\t";
      else if (name === "br") text += "\n";
      else if (name === "pStyle") level = Number(/^(?:heading|berschrift|Titre|Ttulo)\s*([1-6])$/i.exec(attributes["w:val"] ?? "")?.[1] ?? (/^title$/i.test(attributes["w:val"] ?? "") ? 1 : 0));
      else if (name === "tbl") {
        tables += 1;
        if (tables === 1) table = { rows: [], from: paragraph + 1 };
      } else if (name === "tr" && tables === 1) table?.rows.push([]);
    },
    text: (part) => {
      if (isText) text += part;
    },
    close: (name) => {
      if (name === "t") isText = false;
      else if (name === "p") {
        paragraph += 1;
        if (table !== undefined) return void (text += " ");
        add(blocks, { kind: level > 0 ? "heading" : "text", ...(level > 0 ? { level } : {}), text: text.trim(), from: paragraph, to: paragraph, part: `paragraph ${paragraph}` });
        text = "";
        level = 0;
      } else if (name === "tc" && table !== undefined && tables === 1) {
        table.rows.at(-1)?.push(text.trim());
        text = "";
      } else if (name === "tbl") {
        tables -= 1;
        if (tables > 0 || table === undefined) return;
        add(blocks, { kind: "table", text: table.rows.map((row) => row.join(" | ")).join("\n"), from: table.from, to: paragraph, part: `paragraph ${table.from}` });
        table = undefined;
      }
    },
  });
  return { title: blocks.find(({ kind }) => kind === "heading")?.text ?? "", blocks };
}

function readXlsx(entries: ReadonlyMap<string, Entry>): Omit<Extracted, "remarks"> {
  const shared: string[] = [];
  const strings = entries.get("xl/sharedStrings.xml");
  let held = "";
  if (strings !== undefined) walkXml(strings, { open: (name) => name === "si" && (held = ""), text: (part) => (held += part), close: (name) => name === "si" && shared.push(held.trim()) });
  const names: string[] = [];
  walkXml(entries.get("xl/workbook.xml") as Entry, { open: (name, attributes) => name === "sheet" && names.push(attributes["name"] ?? "") });
  const blocks: Block[] = [];
  const sheets = [...entries].filter(([name]) => /^xl\/worksheets\/sheet\d+\.xml$/.test(name)).sort(([a], [b]) => Number(/\d+/.exec(a)) - Number(/\d+/.exec(b)));
  sheets.forEach(([, entry], index) => {
    const part = `sheet ${names[index] ?? index + 1}`;
    let rows: { n: number; cells: string[] }[] = [];
    let head = "";
    let kind = "";
    let value = "";
    let isValue = false;
    const flush = () => {
      if (rows.length > 0) add(blocks, { kind: "table", text: [...(rows[0]?.n === 1 ? [] : [head]), ...rows.map(({ cells }) => cells.join(" | "))].join("\n"), from: rows[0]?.n ?? 1, to: rows.at(-1)?.n ?? 1, part });
      rows = [];
    };
    add(blocks, { kind: "heading", level: 1, text: names[index] ?? part, from: 1, to: 1, part });
    walkXml(entry, {
      open: (name, attributes) => {
        if (name === "row") rows.push({ n: Number(attributes["r"]) || 1, cells: [] });
        else if (name === "c") (kind = attributes["t"] ?? ""), (value = "");
        else if (name === "v" || name === "t") isValue = true;
      },
      text: (text) => {
        if (isValue) value += text;
      },
      close: (name) => {
        if (name === "v" || name === "t") isValue = false;
        else if (name === "c") rows.at(-1)?.cells.push(kind === "s" ? (shared[Number(value)] ?? "") : value.trim());
        else if (name === "row") {
          if (head === "") head = rows.at(-1)?.cells.join(" | ") ?? "";
          if (rows.length >= 30) flush();
        }
      },
    });
    flush();
  });
  return { title: "", blocks };
}

function readPptx(entries: ReadonlyMap<string, Entry>): Omit<Extracted, "remarks"> {
  const blocks: Block[] = [];
  const slides = [...entries].filter(([name]) => /^ppt\/slides\/slide\d+\.xml$/.test(name)).sort(([a], [b]) => Number(/\d+/.exec(a)) - Number(/\d+/.exec(b)));
  slides.forEach(([, entry], index) => {
    const lines: string[] = [];
    let text = "";
    let isText = false;
    walkXml(entry, {
      open: (name) => name === "t" && (isText = true),
      text: (part) => {
        if (isText) text += part;
      },
      close: (name) => {
        if (name === "t") isText = false;
        else if (name === "p") {
          if (text.trim() !== "") lines.push(text.trim());
          text = "";
        }
      },
    });
    const [head = `Slide ${index + 1}`, ...rest] = lines;
    const part = `slide ${index + 1}`;
    add(blocks, { kind: "heading", level: 1, text: head, from: index + 1, to: index + 1, part });
    add(blocks, { kind: "text", text: rest.join("\n"), from: index + 1, to: index + 1, part });
  });
  return { title: blocks[0]?.text ?? "", blocks };
}
