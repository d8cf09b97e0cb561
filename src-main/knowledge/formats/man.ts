import type { Block, Extracted } from "../blocks.ts";

// roff as manual pages use it: man(7) and mdoc(7) macros. What is not understood loses its dot-line, never its words.

const SPECIAL: Readonly<Record<string, string>> = { "-": "-", aq: "'", dq: '"', cq: "’", oq: "‘", lq: "“", rq: "”", bu: "•", em: "—", en: "–", hy: "-", co: "©", rs: "\\", ti: "~", ha: "^", ga: "`", bv: "|", mu: "×", "->": "→", "<=": "≤", ">=": "≥", Fo: "«", Fc: "»", sq: "□" };

export function unescape(line: string): string {
  return line
    .replace(/\\".*$/, "")
    .replace(/\\f(?:\(..|\[[^\]]*\]|.)/g, "")
    .replace(/\\s(?:[+-]?\d{1,2}|\([+-]?..|\[[^\]]*\])/g, "")
    .replace(/\\\((..)/g, (_, name: string) => SPECIAL[name] ?? "")
    .replace(/\\\[([^\]]*)\]/g, (_, name: string) => SPECIAL[name] ?? (/^u[0-9A-F]{4,5}$/.test(name) ? String.fromCodePoint(parseInt(name.slice(1), 16)) : ""))
    .replace(/\\\*(?:\(..|\[[^\]]*\]|.)/g, "")
    .replace(/\\[mMFR](?:\[[^\]]*\]|\(..|.)/g, "")
    .replace(/\\[hvwlLDoZbxN]'[^']*'/g, "")
    .replace(/\\[&|^%:)/,{}acdu!]/g, "")
    .replace(/\\[ ~0t]/g, " ")
    .replace(/\\e/g, "\\")
    .replace(/\\(.)/g, "$1");
}

const args = (rest: string): string[] => [...rest.matchAll(/"((?:[^"]|"")*)"|(\S+)/g)].map((match) => (match[1]?.replaceAll('""', '"') ?? match[2] ?? ""));

const ALTERNATING = new Set(["BR", "RB", "BI", "IB", "RI", "IR", "SB"]);
const MDOC_INLINE = new Set(["Nm", "Ar", "Pa", "Cm", "Ic", "Li", "Em", "Sy", "Va", "Fn", "Xr", "Op", "Dq", "Sq", "Ql", "Pq", "Bq", "Aq", "Fa", "Ev", "Ad", "Tn", "Ux", "Ns", "No", "Lk", "Mt", "Dv", "Er", "St", "Brq", "Fl"]);
const SKIPPED = new Set(["TH", "Dd", "Os", "ie", "el", "if", "de", "ds", "nr", "so", "am", "ad", "hy", "nh", "na", "ne", "in", "ti", "ta", "ft", "ll", "ps", "IX", "rr", "rm", "tr", "cs", "lt", "ev", "UN", "fam", "Bd", "Ed", "El", "Bl", "Rs", "Re", "ig"]);

/** The words of one macro line, or undefined where the macro only moves things on paper. */
function wordsOf(name: string, rest: string): string | undefined {
  if (name === "Fl") return args(unescape(rest)).map((word, index) => (index === 0 ? `-${word}` : word)).join(" ");
  if (name === "Xr") return args(unescape(rest)).slice(0, 2).join("(").replace(/(\(\w+)$/, "$1)");
  if (MDOC_INLINE.has(name) || name === "It") return args(unescape(rest)).filter((word) => !["Ns", "Li", "No", "Ar", "Pa", "Cm", "Ic", "Em", "Sy", "Va", "Nm", "Op", "Ev", "Dv", "Xo", "Xc"].includes(word)).map((word) => (word === "Fl" ? "-" : word)).join(" ").replaceAll("- ", "-");
  if (ALTERNATING.has(name)) return args(unescape(rest)).join("");
  return ["B", "I", "SM", "R", "TQ", "UR", "MT", "Nd"].includes(name) ? args(unescape(rest)).join(" ") : undefined;
}

export function readMan(text: string): Extracted {
  const lines = text.split("\n");
  const blocks: Block[] = [];
  let title = "";
  let held: string[] = [];
  let from = 1;
  let isCode = false;
  let isTag = false;
  let skipsTo = "";
  let mdocName = "";
  const flush = (to: number) => {
    const joined = held.join(isCode ? "\n" : " ").replace(isCode ? /\s+$/ : /\s+/g, isCode ? "" : " ").trim();
    if (joined !== "") blocks.push({ kind: isCode ? "code" : "text", text: joined, from, to });
    held = [];
    from = to + 1;
  };
  lines.forEach((line, index) => {
    const at = index + 1;
    if (skipsTo !== "") {
      if (line.startsWith(skipsTo)) skipsTo = "";
      return;
    }
    const macro = /^[.']\s*([A-Za-z]{1,3}|\\")\s*(.*)$/.exec(line);
    if (macro === null) {
      if (/^[.']/.test(line)) return;
      const words = unescape(line);
      if (held.length === 0) from = at;
      if (isCode) held.push(words);
      else if (words.trim() === "") flush(at);
      else held.push(isTag ? `${words.trim()}:` : words.trim());
      isTag = false;
      return;
    }
    const [, name = "", rest = ""] = macro;
    if (name === "TH" || name === "Dt") title = args(unescape(rest)).slice(0, 2).join("(").toLowerCase().concat(")");
    if (name === "de" || name === "ig") skipsTo = "..";
    else if (name === "SH" || name === "SS" || name === "Sh" || name === "Ss") {
      flush(at - 1);
      const heading = args(unescape(rest)).join(" ");
      if (heading !== "") blocks.push({ kind: "heading", level: name.toLowerCase() === "sh" ? 1 : 2, text: heading, from: at, to: at });
      from = at + 1;
    } else if (["PP", "P", "LP", "Pp", "HP", "TP", "IP", "sp", "RS", "RE", "It", "br"].includes(name)) {
      if (name !== "br") flush(at - 1);
      from = at;
      isTag = name === "TP";
      const tag = name === "IP" || name === "It" ? (name === "IP" ? (args(unescape(rest))[0] ?? "") : (wordsOf("It", rest) ?? "")) : "";
      if (tag !== "" && tag !== "•") held.push(`${tag}:`);
    } else if (["nf", "EX", "Bd"].includes(name)) {
      flush(at - 1);
      isCode = true;
    } else if (["fi", "EE", "Ed"].includes(name)) {
      flush(at);
      isCode = false;
    } else if (!SKIPPED.has(name)) {
      if (name === "Nm" && rest !== "") mdocName ||= args(rest)[0] ?? "";
      const words = name === "Nm" && rest === "" ? mdocName : name === "Nd" ? `- ${unescape(rest)}` : wordsOf(name, rest);
      if (words === undefined || words === "") return;
      if (held.length === 0) from = at;
      held.push(isTag ? `${words}:` : words);
      isTag = false;
    }
  });
  flush(lines.length);
  return { title, blocks, remarks: [] };
}

export const looksLikeMan = (text: string): boolean => /^\.(TH|Dd|SH|Sh)\b/m.test(text.slice(0, 8_000));
