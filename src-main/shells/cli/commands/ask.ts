import { parseArgs } from "node:util";
import { OPEN_TURN_STATES, type ChatItem, type Client, type RunEvent, type SenaContract, type TurnState } from "../../../contract/index.ts";
import { USAGE, type Command, type CommandUse, type Io } from "../io.ts";
import { plainLine, tableLines, writerOf } from "../plain.ts";

const HELP = `sena ask "…" [--host NAME …] [--model ID] [--conversation ID] [--wait] [--json]
  --host NAME          a host or group it is about; may be given several times
  --model NAME         the one model to ask where no skill fits: a GGUF or a provider, by id or name (sena models list);
                       a GGUF that is not loaded is loaded first
  --conversation ID    go on with a conversation: "the same on db-01"
  --wait               stay until an approval was given or expired, instead of ending with 2
  --json               every event as one line of JSON
Ends with 0 done, 2 waiting for approval, 3 asked back, 4 refused or out of scope, 1 error.
`;

const EXIT: Readonly<Record<TurnState, number>> = { working: 1, waiting: 2, done: 0, "asked-back": 3, refused: 4, "out-of-scope": 4, stopped: 1, failed: 1, unknown: 1 };

const askCommand: Command = async (argv, { io, core }) => {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: { host: { type: "string", multiple: true, default: [] }, conversation: { type: "string" }, model: { type: "string" }, wait: { type: "boolean", default: false }, json: { type: "boolean", default: false } },
  });
  const text = positionals.join(" ").trim();
  if (text === "") return io.stderr.write(HELP), USAGE;
  const client = await core();
  if (values.model !== undefined) await readied(client, values.model);
  const sent = await client.chat.send({ text, hosts: values.host, ...(values.conversation !== undefined && { conversationId: values.conversation }), ...(values.model !== undefined && { model: values.model }) });
  const write = values.json ? (item: ChatItem) => void io.stdout.write(`${JSON.stringify({ conversation: sent.conversationId, ...item })}\n`) : teller(io, sent.conversationId);
  for await (const item of client.chat.follow({ conversationId: sent.conversationId, after: sent.cursor })) {
    if (item.event.kind === "chat" && "turnId" in item.event.event && item.event.event.turnId !== sent.turnId) continue;
    write(item);
    if (item.event.kind !== "chat" || item.event.event.type !== "turn") continue;
    const { state } = item.event.event;
    if (!OPEN_TURN_STATES.includes(state) || (state === "waiting" && !values.wait)) return EXIT[state];
  }
  return 1;
};

export const askUse: CommandUse = { help: HELP, run: askCommand };

/** A file is loaded when it is not; whoever is no model is answered with those there are. */
async function readied(client: Client<SenaContract>, name: string): Promise<void> {
  const { kind, id, isReady } = await client.models.named({ name });
  if (kind === "file" && !isReady) for await (const _ of client.models.load({ id }));
}

/** The same events for eyes: commands as they run, then the answer with where each sentence comes from. */
function teller(io: Io, conversationId: string): (item: ChatItem) => void {
  const say = writerOf(io.stdout);
  const steps = new Map<string, string>();
  const ofRun = (event: RunEvent) => {
    switch (event.type) {
      case "queued":
        steps.set(event.stepId, event.script);
        break;
      case "started":
        say(`  $ ${plainLine((steps.get(event.stepId) ?? "").split("\n", 1).join())}`);
        break;
      case "waiting":
        say(`  waits for approval ${event.approvalId}:`);
        for (const line of (steps.get(event.stepId) ?? "").split("\n")) say(`    ${plainLine(line)}`);
        break;
      case "refused":
      case "unknown":
        say(`  ${plainLine(event.say)}`);
        break;
      default:
        break;
    }
  };
  return ({ event }) => {
    if (event.kind === "run") return ofRun(event.item.event);
    if (event.kind !== "chat") return;
    const told = event.event;
    switch (told.type) {
      case "understood":
        say(`${plainLine(told.title)} (skill ${told.skill.id} ${told.skill.version})${told.hosts.length === 0 ? "" : ` on ${told.hosts.map(({ name }) => name).join(", ")}`}`);
        break;
      case "answer":
        say("");
        for (const { text, cites } of told.statements) say(`${plainLine(text)}${cites.length === 0 ? "" : `  [${cites.map((cite) => `${cite.stepId}:${cite.fromLine}${cite.toLine === cite.fromLine ? "" : `-${cite.toLine}`}`).join(" ")}]`}`);
        for (const table of told.tables) {
          say(`\n${plainLine(table.title)}`);
          for (const line of tableLines(table)) say(`  ${line}`);
          if (table.leftOut > 0) say(`  … and ${table.leftOut} more`);
        }
        break;
      case "proposal":
        say(`\nProposed on ${told.host.name}: ${plainLine(told.title)} (${told.verdict})`);
        for (const step of told.steps) for (const line of step.script.split("\n")) say(`    ${plainLine(line)}`);
        break;
      case "ask-back":
        say(plainLine(told.question));
        told.choices.forEach((choice, i) => say(`  ${i + 1}. ${plainLine(choice.label)}  ${plainLine(choice.detail)}`));
        say(`Answer with: sena ask --conversation ${conversationId} "…"`);
        break;
      case "out-of-scope":
        say(plainLine(told.say));
        told.nearest.forEach((choice) => say(`  sena ask ${JSON.stringify(choice.ask)}`));
        break;
      case "refused":
      case "failed":
        say(plainLine(told.say));
        break;
      case "turn":
        if (told.state === "waiting") say(`Waiting for approval. Decide under Approvals; this goes on by itself. (conversation ${conversationId})`);
        break;
      case "message":
      case "run":
      case "proposal-taken":
      case "titled":
        break;
      default:
        told satisfies never;
    }
  };
}
