import type { Citation, ResultTable, Statement } from "../contract/index.ts";
import type { Runs } from "../runs/index.ts";
import type { EventRow } from "./conversations.ts";

/** The conversation as Markdown a colleague can read without SENA: words, commands, results, and what each rests on. */
export function exportMarkdown(title: string, rows: readonly EventRow[], runs: Pick<Runs, "items">): { fileName: string; markdown: string } {
  const lines: string[] = [`# ${inline(title)}`, ""];
  for (const { at, event } of rows) {
    switch (event.type) {
      case "message":
        lines.push(`## ${new Date(at).toISOString().replace("T", " ").slice(0, 19)} UTC`, "", ...event.text.split("\n").map((line) => `> ${line}`), "");
        if (event.hosts.length > 0) lines.push(`On: ${event.hosts.map(({ name }) => inline(name)).join(", ")}`, "");
        break;
      case "understood":
        lines.push(`**${inline(event.title)}** · skill \`${event.skill.id} ${event.skill.version}\` on ${event.hosts.map(({ name }) => inline(name)).join(", ")}`, "");
        break;
      case "run":
        lines.push(...runLines(event.runId, runs));
        break;
      case "answer":
        lines.push(...event.statements.map((statement) => `- ${statementLine(statement)}`), "", ...event.tables.flatMap(tableLines));
        break;
      case "proposal":
        lines.push(`**Proposed on ${inline(event.host.name)}: ${inline(event.title)}**`, "", inline(event.why), "", ...event.steps.flatMap((step) => [`- ${inline(step.title)} (${step.effect})`, ...fenced(step.script)]));
        break;
      case "ask-back":
        lines.push(`Asked back: ${inline(event.question)}`, "", ...event.choices.map((choice) => `- ${inline(choice.label)}`), "");
        break;
      case "out-of-scope":
      case "refused":
      case "failed":
        lines.push(inline(event.say), "");
        break;
      case "turn":
      case "titled":
      case "proposal-taken":
        break;
      default:
        event satisfies never;
    }
  }
  const fileName = `${title.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "").slice(0, 60) || "conversation"}.md`;
  return { fileName, markdown: `${lines.join("\n").trimEnd()}\n` };
}

function runLines(runId: string, runs: Pick<Runs, "items">): string[] {
  const lines: string[] = [];
  const output = new Map<string, string>();
  for (const { event } of runs.items(runId)) {
    if (event.type === "queued") lines.push(`Step \`${event.stepId}\` (${inline(event.title)})`, "", ...fenced(event.script));
    else if (event.type === "judged") lines.push(`Judged: ${event.effect}${event.proved ? ", proved read-only" : ""}; ${event.verdict} (${inline(event.why)})`, "");
    else if (event.type === "approved") lines.push(`Approved by ${event.by.map(inline).join(", ")}`, "");
    else if (event.type === "output") output.set(event.stepId, (output.get(event.stepId) ?? "") + event.text);
    else if (event.type === "refused" || event.type === "unknown") lines.push(inline(event.say), "");
    else if (event.type === "ended") lines.push(`Exit status ${event.exitCode ?? "none"}, ${(event.elapsedMs / 1000).toFixed(2)} s`, "", ...fenced(output.get(event.stepId) ?? ""));
  }
  return lines;
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
