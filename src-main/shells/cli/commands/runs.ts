import { parseArgs } from "node:util";
import { RunState } from "../../../contract/index.ts";
import { USAGE, type Command } from "../io.ts";
import { plainLine, writerOf } from "../plain.ts";
import { RUN_EXIT, runTeller } from "./run.ts";

const HELP = `sena runs list [--state STATE] [--limit N] [--json]
sena runs show RUN [--json]
sena runs resume RUN      go on with a paused run
sena runs pause RUN       steps under way end, nothing new starts
sena runs stop RUN        interrupt what runs, start nothing more
`;

export const runsCommand: Command = async (argv, { io, core }) => {
  const { values, positionals } = parseArgs({ args: [...argv], allowPositionals: true, options: { state: { type: "string" }, limit: { type: "string", default: "30" }, json: { type: "boolean", default: false }, help: { type: "boolean", default: false } } });
  const [verb = "", runId] = positionals;
  const usage = () => {
    (values.help ? io.stdout : io.stderr).write(HELP);
    return values.help ? 0 : USAGE;
  };
  if (values.help) return usage();
  const say = writerOf(io.stdout);
  switch (verb) {
    case "list": {
      const { runs } = await (await core()).runs.list({ limit: Number(values.limit), ...(values.state !== undefined && { state: RunState.parse(values.state) }) });
      if (values.json) for (const run of runs) say(JSON.stringify(run));
      else for (const run of runs) say(`${run.id}  ${new Date(run.createdAt).toISOString().slice(0, 19)}Z  ${run.state.padEnd(8)} ${run.steps.done}/${run.steps.total} steps  ${run.hosts.length === 1 ? run.hosts.map(({ name }) => name).join() : `${run.hosts.length} hosts`}  ${plainLine(run.title)}`);
      if (!values.json && runs.length === 0) say("No runs yet.");
      return 0;
    }
    case "show": {
      if (runId === undefined) return usage();
      const { run, items } = await (await core()).runs.show({ runId });
      if (values.json) say(JSON.stringify({ run, items }));
      else {
        items.forEach(runTeller(io));
        say(`${run.id}: ${run.state}${run.say === "" ? "" : `. ${plainLine(run.say)}`}`);
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
