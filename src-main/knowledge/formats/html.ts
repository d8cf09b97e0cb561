import { Parser } from "htmlparser2";
import { LIMITS, Unreadable, type Block, type Extracted } from "../blocks.ts";

const SILENT = new Set(["script", "style", "noscript", "template", "svg", "head", "nav", "iframe", "object"]);
const BREAKS = new Set(["p", "div", "li", "ul", "ol", "dl", "dt", "dd", "section", "article", "blockquote", "br", "hr", "header", "footer", "main", "td", "th", "form", "body", "html", "figure", "details", "summary"]);

/** Nothing is fetched, nothing runs: tags only say where words belong. */
export function readHtml(html: string): Extracted {
  const starts: number[] = [0];
  for (let at = html.indexOf("\n"); at >= 0; at = html.indexOf("\n", at + 1)) starts.push(at + 1);
  const lineAt = (offset: number): number => {
    let [low, high] = [0, starts.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] as number) <= offset) low = middle;
      else high = middle - 1;
    }
    return low + 1;
  };
  const blocks: Block[] = [];
  let title = "";
  let text = "";
  let from = 1;
  let silent = 0;
  let isTitle = false;
  let heading = 0;
  let table = 0;
  let pre = 0;
  let depth = 0;
  const flush = () => {
    const isCode = pre > 0;
    const words = isCode || table > 0 ? text.replace(/[ \t]+\n/g, "\n").trim() : text.replace(/\s+/g, " ").trim();
    text = "";
    if (words === "") return;
    if (blocks.length >= LIMITS.blocks) throw new Unreadable("it has too many parts to be a document");
    const to = lineAt(Math.max(0, parser.startIndex));
    blocks.push({ kind: heading > 0 ? "heading" : isCode ? "code" : table > 0 ? "table" : "text", ...(heading > 0 ? { level: heading } : {}), text: words, from: Math.min(from, to), to });
  };
  const parser: Parser = new Parser(
    {
      onopentagname(name) {
        depth += 1;
        if (depth > 5_000) throw new Unreadable("its parts are nested too deeply");
        if (name === "title") isTitle = true;
        else if (SILENT.has(name) && name !== "head") silent += 1;
        else if (/^h[1-6]$/.test(name)) {
          flush();
          heading = Number(name[1]);
        } else if (name === "pre") {
          flush();
          pre += 1;
        } else if (name === "table") {
          flush();
          table += 1;
        } else if (name === "tr" && table > 0) text += "\n";
        else if ((name === "td" || name === "th") && table > 0) text += text.endsWith("\n") || text === "" ? "" : " | ";
        else if (BREAKS.has(name) && table === 0 && pre === 0 && heading === 0) flush();
      },
      ontext(part) {
        if (isTitle) title += part;
        else if (silent === 0) {
          if (text === "") from = lineAt(Math.max(0, parser.startIndex));
          text += pre > 0 ? part : part.replace(/\s+/g, " ");
          if (text.length > 40_000 && heading === 0) flush();
        }
      },
      onclosetag(name) {
        depth -= 1;
        if (name === "title") isTitle = false;
        else if (SILENT.has(name) && name !== "head") silent = Math.max(0, silent - 1);
        else if (/^h[1-6]$/.test(name)) {
          flush();
          heading = 0;
        } else if (name === "pre") {
          flush();
          pre = Math.max(0, pre - 1);
        } else if (name === "table") {
          flush();
          table = Math.max(0, table - 1);
        } else if (BREAKS.has(name) && table === 0 && pre === 0 && heading === 0) flush();
      },
    },
    { decodeEntities: true, lowerCaseTags: true },
  );
  parser.write(html);
  parser.end();
  flush();
  return { title: title.replace(/\s+/g, " ").trim(), blocks, remarks: [] };
}
