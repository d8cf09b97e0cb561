import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { createClassifier, type Classification, type Classify, type ClassifyOptions } from "../../../shellcheck/index.ts";
import { renderedText } from "../../../contract/rendering.ts";
import { loadSecondOpinion } from "../../process/shell-reader.ts";
import { USAGE, type CommandUse } from "../io.ts";

const HELP = `sena classify [--dialect posix|racadm|cisco-ios] COMMAND
sena classify --jsonl [--dialect …]   one {"command": …} a line on stdin, one answer a line on stdout

Tells what a shell command may do, without running it. Options stand before the command, whose words are its own.
`;

type Streams = { readonly stdin: Readable; readonly stdout: Writable; readonly stderr: Writable };

/** Runs without a core: the gate is a pure function of the text. */
export async function classifyCommand(argv: readonly string[], { stdin, stdout, stderr }: Streams): Promise<number> {
  const wanted = readArguments(argv);
  if (wanted === undefined) {
    stderr.write(HELP);
    return USAGE;
  }
  const classify = createClassifier({ secondOpinion: await loadSecondOpinion() });
  if (wanted.isJsonLines) return classifyLines(classify, wanted.options, { stdin, stdout, stderr });
  const command = wanted.command ?? (await readAll(stdin));
  stdout.write(explained(classify(command, wanted.options), command));
  return 0;
}

/** The words of the command that is classified may be anything, `--help` too. */
function optionsEnd(argv: readonly string[]): number {
  const at = argv.findIndex((word, place) => word === "--" || (!word.startsWith("--") && argv[place - 1] !== "--dialect"));
  return at < 0 ? argv.length : at;
}

export const classifyUse: CommandUse = { help: HELP, run: (argv, { io }) => classifyCommand(argv, io), optionsEnd };

type Wanted = { readonly isJsonLines: boolean; readonly options: ClassifyOptions; readonly command: string | undefined };
const DIALECTS = ["posix", "racadm", "cisco-ios"] as const;

function readArguments(argv: readonly string[]): Wanted | undefined {
  let isJsonLines = false;
  let dialect: (typeof DIALECTS)[number] = "posix";
  for (let at = 0; at < argv.length; at += 1) {
    const argument = argv[at];
    if (argument === "--jsonl") isJsonLines = true;
    else if (argument === "--dialect") {
      const named = DIALECTS.find((name) => name === argv[at + 1]);
      if (named === undefined) return undefined;
      dialect = named;
      at += 1;
    } else {
      const words = argument === "--" ? argv.slice(at + 1) : argv.slice(at);
      return isJsonLines || (argument?.startsWith("-") === true && argument !== "--") ? undefined : { isJsonLines, options: { dialect }, command: words.join(" ") };
    }
  }
  return { isJsonLines, options: { dialect }, command: undefined };
}

const readAll = async (stdin: Readable): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of stdin) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks).toString("utf8").replace(/\n$/, "");
};

/** Bytes gathered before each write: hundreds of thousands of small writes would take longer than the classifying. */
const WRITE_AT = 65_536;

async function classifyLines(classify: Classify, options: ClassifyOptions, { stdin, stdout, stderr }: Streams): Promise<number> {
  let gathered = "";
  let line = 0;
  const flush = async (): Promise<void> => {
    const text = gathered;
    gathered = "";
    if (text !== "" && !stdout.write(text)) await new Promise<void>((resolve) => void stdout.once("drain", resolve));
  };
  for await (const text of createInterface({ input: stdin, crlfDelay: Infinity })) {
    line += 1;
    if (text.trim() === "") continue;
    const command = commandOf(text);
    if (command === undefined) stderr.write(`sena classify: line ${line} is not {"command": "…"}; it is answered as unknown.\n`);
    gathered += `${JSON.stringify(answer(command === undefined ? "" : command, command === undefined ? UNREADABLE : classify(command, options)))}\n`;
    if (gathered.length > WRITE_AT) await flush();
  }
  await flush();
  return 0;
}

const UNREADABLE: Pick<Classification, "effect" | "proved" | "rule" | "why" | "segments"> = { effect: "unknown", proved: false, rule: "input/unreadable", why: "The line holds no command.", segments: [] };

function commandOf(line: string): string | undefined {
  try {
    const { command } = JSON.parse(line) as { command?: unknown };
    return typeof command === "string" ? command : undefined;
  } catch {
    return undefined;
  }
}

const answer = (command: string, { effect, proved, rule, why, segments, ...rest }: Pick<Classification, "effect" | "proved" | "rule" | "why" | "segments"> & Partial<Classification>): object => ({
  command,
  effect,
  proved,
  rule,
  why,
  segments,
  ...(rest.refused === undefined ? {} : { refused: rest.refused }),
  ...(rest.denied === undefined ? {} : { denied: rest.denied }),
});

function explained(verdict: Classification, command: string): string {
  const head = `${renderedText(command)}\n\n  effect  ${verdict.effect}\n  proved  ${verdict.proved ? "yes, read-only" : "no"}\n  rule    ${verdict.rule}\n  why     ${renderedText(verdict.why)}\n`;
  const parts = verdict.segments.map((segment) => `  ${segment.proved ? "✔" : "·"} ${segment.effect.padEnd(14)} ${renderedText(segment.text)}\n    ${segment.rule}: ${renderedText(segment.why)}\n`);
  return `${head}${verdict.refused === undefined ? "" : `  refused ${verdict.refused}\n`}${parts.length === 0 ? "" : `\n${parts.join("")}`}`;
}
