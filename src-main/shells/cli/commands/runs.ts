import { parseArgs } from "node:util";
import { RunState, type Resolution } from "../../../contract/index.ts";
import { USAGE, type Command, type CommandUse } from "../io.ts";
import { plainLine, writerOf } from "../plain.ts";
import { RUN_EXIT, runTeller } from "./run.ts";

const HELP = `sena runs list [--state STATE] [--limit N] [--json]
sena runs show RUN [--json]
sena runs resume RUN      go on with a paused run
sena runs pause RUN       steps under way end, nothing new starts
sena runs stop RUN        interrupt what runs, start nothing more
`;

const tookOf = ({ runs, isSolved, modelCalls, modelMs, tokens, cost }: Resolution): string =>
  `The question ${isSolved ? "was solved" : "is not solved"}${runs === 1 ? "" : ` in ${runs} runs`}: ${modelCalls} ${modelCalls === 1 ? "question" : "questions"} to models, ${(modelMs / 1000).toFixed(1)} s, ${tokens.prompt} tokens read, ${tokens.output} written, ${cost === null ? "no price" : `cost ${cost < 0.01 ? cost.toPrecision(2) : cost.toFixed(2)}`}.`;

const runsCommand: Command = async (argv, { io, core }) => {
  const { values, positionals } = parseArgs({ args: [...argv], allowPositionals: true, options: { state: { type: "string" }, limit: { type: "string", default: "30" }, json: { type: "boolean", default: false } } });
  const [verb = "", runId] = positionals;
  const usage = () => (io.stderr.write(HELP), USAGE);
  const say = writerOf(io.stdout);
  switch (verb) {
    case "list": {
      const { runs } = await (await core()).runs.list({ limit: Number(values.limit), ...(values.state !== undefined && { state: RunState.parse(values.state) }) });
      if (values.json) for (const run of runs) say(JSON.stringify(run));
      else for (const run of runs) say(`${run.id}  ${new Date(run.createdAt).toISOString().slice(0, 19)}Z  ${run.state.padEnd(8)} ${run.steps.done}/${run.steps.total} steps  ${run.hostCount === 1 ? run.hosts.map(({ name }) => name).join() : `${run.hostCount} hosts`}  ${plainLine(run.title)}`);
      if (!values.json && runs.length === 0) say("No runs yet.");
      return 0;
    }
    case "show": {
      if (runId === undefined) return usage();
      const client = await core();
      const { run } = await client.runs.show({ runId });
      const items = await Array.fromAsync(client.runs.follow({ runId, waits: false }));
      const { spans, question } = await client.insight.run({ runId });
      if (values.json) say(JSON.stringify({ run, items, spans, question }));
      else {
        items.forEach(runTeller(io));
        say(`${run.id}: ${run.state}${run.say === "" ? "" : `. ${plainLine(run.say)}`}`);
        if (question.modelCalls > 0) say(tookOf(question));
      }
      return RUN_EXIT[run.state];
    }
    case "resume":
    case "pause":
    case "stop": {
      if (runId === undefined) return usage();
      await (await core()).runs[verb]({ runId });
      say(`${runId}: ${verb === "resume" ? "goes on" : verb === "pause" ? "paused" : "stopped"}`);
      return 0;
    }
    default:
      return usage();
  }
};

export const runsUse: CommandUse = { help: HELP, run: runsCommand };
