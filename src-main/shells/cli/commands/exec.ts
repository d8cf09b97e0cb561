import { parseArgs } from "node:util";
import { Failure, type Client, type ExecEvent, type Prompt, type SenaContract } from "../../../contract/index.ts";
import { answerPrompts } from "../answer-prompts.ts";
import { USAGE, type Command, type CommandUse, type Io } from "../io.ts";
import { plainLine as plain } from "../plain.ts";

const HELP = `sena exec HOST [--why TEXT] [--ticket ID] [--timeout SECONDS] [--json] -- COMMAND
The words after -- are joined with blanks and read by the host's bash, as they are shown and recorded.
  --why TEXT      kept with the request; whoever approves reads it
  --ticket ID     the change it belongs to
  --json          every event as one line of JSON
Ends with the command's own status, or 4 where it was refused, 1 where it is not known how it ended.
`;
const REFUSED = 4;

type Asked = { readonly host: string; readonly script: string; readonly why: string; readonly timeoutMs: number; readonly ticket?: string };

const execCommand: Command = async (argv, { io, core }) => {
  const at = argv.indexOf("--");
  const { values, positionals } = parseArgs({ args: argv.slice(0, at < 0 ? argv.length : at), allowPositionals: true, options: { json: { type: "boolean", default: false }, why: { type: "string", default: "" }, ticket: { type: "string" }, timeout: { type: "string", default: "60" } } });
  const [host, ...more] = positionals;
  const script = at < 0 ? "" : argv.slice(at + 1).join(" ");
  if (host === undefined || more.length > 0 || script === "") return io.stderr.write(HELP), USAGE;
  const client = await core();
  const over = new AbortController();
  const asking = await attendTo(client, host, { io, isJson: values.json, signal: over.signal });
  try {
    return await follow(client, { host, script, why: values.why, timeoutMs: Number(values.timeout) * 1000, ...(values.ticket !== undefined && { ticket: values.ticket }) }, { io, isJson: values.json });
  } finally {
    over.abort();
    await Promise.allSettled(asking);
  }
};

export const execUse: CommandUse = { help: HELP, run: execCommand };

async function follow(client: Client<SenaContract>, asked: Asked, { io, isJson }: { readonly io: Io; readonly isJson: boolean }): Promise<number> {
  let last: ExecEvent["type"] | undefined;
  try {
    for await (const event of client.guard.run(asked)) {
      last = event.type === "output" ? "started" : event.type;
      if (isJson) io.stdout.write(`${JSON.stringify(event)}\n`);
      else tell(event, io);
      if (event.type === "refused") return REFUSED;
      if (event.type === "ended") return event.exitCode ?? 1;
      if (event.type === "unknown") return 1;
    }
    return 1;
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== "DISCONNECTED") throw error;
    const say = lostWords(asked.host, last);
    if (isJson) io.stdout.write(`${JSON.stringify({ type: "unknown", say } satisfies ExecEvent)}\n`);
    else io.stderr.write(`sena: ${say}\n`);
    return 1;
  }
}

function tell(event: ExecEvent, { stdout, stderr }: Io): void {
  switch (event.type) {
    case "judged":
      if (event.verdict !== "allow") stderr.write(`sena: ${event.why}\n`);
      return;
    case "waiting":
      return void stderr.write(`sena: waits for an approval until ${new Date(event.notAfter).toISOString()}: sena approve ${event.approvalId}\n`);
    case "output":
      return void (event.stream === "stdout" ? stdout : stderr).write(event.text);
    case "refused":
    case "unknown":
      return void stderr.write(`sena: ${event.say}\n`);
    case "approved":
    case "started":
    case "ended":
      return;
    default:
      event satisfies never;
  }
}

/** What is certain when the core is gone: only what it had said. A start is said once it is recorded and before it is sent. */
function lostWords(host: string, last: ExecEvent["type"] | undefined): string {
  const record = `sena audit search --host ${plain(host)} --since 1h`;
  if (last === "started") return `SENA's core went away while the command ran on ${plain(host)}. It was STARTED there, once; how it ended is not known, and it may still be running. Nothing recorded is lost, and nothing is sent again by itself. Look at the host before you repeat it; what was recorded: ${record}`;
  const how = last === "approved" ? "It was approved, and no start was told: it is not certain whether it was sent" : last === "waiting" ? "It was waiting for an approval, and no start was told: as far as is known here it was NOT run" : "It was NOT started, as far as was told";
  return `SENA's core went away before the command ran on ${plain(host)}. ${how}. Nothing recorded is lost, and nothing is run by itself later. Make sure in the record, then say it again: ${record}`;
}

/**
 * A server's question waits on whoever can answer: without a word, this terminal would only stand still. Where a person sits
 * at it, they can answer here as well; otherwise it only watches, for it must not pass for somebody who could.
 */
async function attendTo(client: Client<SenaContract>, name: string, { io, isJson, signal }: { readonly io: Io; readonly isJson: boolean; readonly signal: AbortSignal }): Promise<readonly Promise<void>[]> {
  const { host } = await client.hosts.find({ name });
  if (host === null) return []; // the gate says so itself
  const ids = new Set([host.id, ...host.jumps]);
  const isOurs = ({ hostId }: Prompt): boolean => ids.has(hostId);
  if ((io.stdin as { isTTY?: boolean }).isTTY === true) return [answerPrompts(client, io, signal, isOurs)];
  return isJson ? [] : [tellQuestions(client, io, signal, isOurs)];
}

async function tellQuestions(client: Client<SenaContract>, io: Io, signal: AbortSignal, isOurs: (prompt: Prompt) => boolean): Promise<void> {
  const told = new Set<string>();
  for await (const { prompts } of client.prompts.pending({ isOnlyWatching: true }, { signal })) {
    for (const prompt of prompts.filter(isOurs)) {
      if (told.has(prompt.id)) continue;
      told.add(prompt.id);
      io.stderr.write(`sena: ${questionWords(prompt)}\n`);
    }
  }
}

function questionWords(prompt: Prompt): string {
  const host = plain(prompt.host);
  switch (prompt.kind) {
    case "host-key":
      return `waits: ${host} (${prompt.environment}) shows a host key that is not known yet, ${prompt.keyType} ${prompt.fingerprint}. Nothing is run until somebody has compared it with the host's own: on SENA's screen, which is asked now, or in another terminal with: sena hosts trust ${host}`;
    case "secret":
      return `waits: ${host} asks for a ${prompt.what} (${plain(prompt.detail)}). Nothing is run until it is given on SENA's screen, which is asked now. Ctrl+C gives up.`;
    case "interactive":
      return `waits: ${host} asks for ${prompt.fields.map(({ label }) => plain(label).trim()).join(", ") || "an answer"}. Nothing is run until it is given on SENA's screen, which is asked now. Ctrl+C gives up.`;
    default:
      return prompt satisfies never;
  }
}
