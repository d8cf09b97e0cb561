import type { ChatEvent, Citation, ExportPiece, ResultTable, RunItem, Statement } from "../contract/index.ts";
import type { Runs } from "../runs/index.ts";
import type { EventRow } from "./conversations.ts";

/** So much at once: small beside what may travel, however much of it has to be escaped on the way. */
const PIECE_CHARS = 1 << 18;

/** The conversation as Markdown a colleague can read without SENA: words, commands, results, and what each rests on. */
export function* exportMarkdown(title: string, rows: Iterable<EventRow>, runs: Pick<Runs, "told">): Generator<ExportPiece> {
  const fileName = `${title.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "").slice(0, 60) || "conversation"}.md`;
  for (const markdown of piecesOf(linesOf(title, rows, runs))) yield { fileName, markdown };
}

function* linesOf(title: string, rows: Iterable<EventRow>, runs: Pick<Runs, "told">): Generator<string> {
  yield* [`# ${inline(title)}`, ""];
  for (const { at, event } of rows) {
    if (event.type === "run") yield* runLines(runs.told(event.runId));
    else yield* eventLines(at, event);
  }
}

/** Lines joined into pieces of about one size; empty ones at the very end are left out. */
function* piecesOf(lines: Iterable<string>): Generator<string> {
  let text = "";
  let lineEnds = "";
  for (const line of lines) {
    if (line !== "") {
      text += lineEnds + line;
      lineEnds = "";
    }
    lineEnds += "\n";
    while (text.length > PIECE_CHARS) {
      // Never between the two halves of one sign.
      const cut = isFirstHalf(text.charCodeAt(PIECE_CHARS - 1)) ? PIECE_CHARS - 1 : PIECE_CHARS;
      yield text.slice(0, cut);
      text = text.slice(cut);
    }
  }
  yield `${text}\n`;
}

const isFirstHalf = (unit: number): boolean => unit >= 0xd800 && unit < 0xdc00;

function eventLines(at: number, event: Exclude<ChatEvent, { type: "run" }>): string[] {
  switch (event.type) {
    case "message":
      return [`## ${new Date(at).toISOString().replace("T", " ").slice(0, 19)} UTC`, "", ...event.text.split("\n").map((line) => `> ${line}`), "", ...(event.hosts.length > 0 ? [`On: ${event.hosts.map(({ name }) => inline(name)).join(", ")}`, ""] : [])];
    case "understood":
      return [`**${inline(event.title)}** · skill \`${event.skill.id} ${event.skill.version}\` on ${event.hosts.map(({ name }) => inline(name)).join(", ")}`, ""];
    case "answer":
      return [...event.statements.map((statement) => `- ${statementLine(statement)}`), "", ...event.tables.flatMap(tableLines)];
    case "proposal":
      return [`**Proposed on ${inline(event.host.name)}: ${inline(event.title)}**`, "", inline(event.why), "", ...event.steps.flatMap((step) => [`- ${inline(step.title)} (${step.effect})`, ...fenced(step.script)])];
    case "ask-back":
      return [`Asked back: ${inline(event.question)}`, "", ...event.choices.map((choice) => `- ${inline(choice.label)}`), ""];
    case "out-of-scope":
    case "refused":
    case "failed":
      return [inline(event.say), ""];
    case "turn":
    case "titled":
    case "proposal-taken":
      return [];
    default:
      return event satisfies never;
  }
}

/** What is printed while a step goes on stands under its end: hosts take turns, and a reader follows one step. */
function* runLines(items: Iterable<RunItem>): Generator<string> {
  const output = new Map<string, string>();
  for (const { event } of items) {
    if (event.type === "queued") yield* [`Step \`${event.stepId}\` (${inline(event.title)})`, "", ...fenced(event.script)];
    else if (event.type === "judged") yield* [`Judged: ${event.effect}${event.proved ? ", proved read-only" : ""}; ${event.verdict} (${inline(event.why)})`, ""];
    else if (event.type === "approved") yield* [`Approved by ${event.by.map(inline).join(", ")}`, ""];
    else if (event.type === "output") output.set(event.stepId, (output.get(event.stepId) ?? "") + event.text);
    else if (event.type === "refused" || event.type === "unknown") yield* [inline(event.say), ""];
    else if (event.type === "ended") {
      yield* [`Exit status ${event.exitCode ?? "none"}, ${(event.elapsedMs / 1000).toFixed(2)} s`, "", ...fenced(output.get(event.stepId) ?? "")];
      output.delete(event.stepId);
    }
  }
}

/** A fence longer than any run of backquotes inside: output cannot break out of it. */
function fenced(text: string): string[] {
  const longest = Math.max(2, ...(text.match(/`+/g) ?? []).map((run) => run.length));
  const fence = "`".repeat(longest + 1);
  return text === "" ? [] : [fence, text.replace(/\n$/, ""), fence, ""];
}

const inline = (text: string): string => text.replace(/[\r\n]+/g, " ").replace(/[\\`*_[\]<>#|]/g, "\\$&");
const citeText = (cite: Citation) => `${cite.stepId}:${cite.fromLine}${cite.toLine === cite.fromLine ? "" : `–${cite.toLine}`}`;
const statementLine = ({ text, cites }: Statement) => `${inline(text)}${cites.length === 0 ? "" : ` (${cites.map(citeText).join(", ")})`}`;

function tableLines(table: ResultTable): string[] {
  return [
    `**${inline(table.title)}**`,
    "",
    `| ${table.columns.map(({ title }) => inline(title)).join(" | ")} |`,
    `|${table.columns.map(() => "---").join("|")}|`,
    ...table.rows.map(({ cells }) => `| ${cells.map((cell) => inline(String(cell ?? ""))).join(" | ")} |`),
    ...(table.leftOut > 0 ? ["", `${table.leftOut} more rows were left out.`] : []),
    "",
  ];
}
