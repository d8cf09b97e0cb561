import { parseArgs } from "node:util";
import type { RunItem, RunState } from "../../../contract/index.ts";
import { USAGE, type Command, type CommandUse, type Io } from "../io.ts";
import { plainLine, writerOf } from "../plain.ts";

const HELP = `sena run SKILL --host NAME … [--input key=value …] [--dry-run] [--wait] [--json]
  --host NAME          a host or group; may be given several times
  --input key=value    an input of the skill; may be given several times
  --concurrency N      hosts at a time
  --stop-on-failures S no further host once more than this share (0 to 1) failed
  --dry-run            only show what would run and what the gate would say
  --wait               stay until an approval was given or expired, instead of ending with 2
Ends with 0 done, 2 waiting for approval, 4 refused, 1 error.
`;

export const RUN_EXIT: Readonly<Record<RunState, number>> = { running: 1, waiting: 2, paused: 2, done: 0, failed: 1, refused: 4, stopped: 1, unknown: 1 };

const runCommand: Command = async (argv, { io, core }) => {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: { host: { type: "string", multiple: true, default: [] }, input: { type: "string", multiple: true, default: [] }, concurrency: { type: "string" }, "stop-on-failures": { type: "string" }, "dry-run": { type: "boolean", default: false }, wait: { type: "boolean", default: false }, json: { type: "boolean", default: false } },
  });
  const [skillId] = positionals;
  const inputs = values.input.map((pair) => pair.split(/=(.*)/s, 2) as [string, string | undefined]);
  if (skillId === undefined || values.host.length === 0 || inputs.some(([, value]) => value === undefined)) return io.stderr.write(HELP), USAGE;
  const client = await core();
  const of = { skillId, hosts: values.host, inputs: Object.fromEntries(inputs as [string, string][]) };
  if (values["dry-run"]) {
    const preview = await client.runs.preview(of);
    if (values.json) io.stdout.write(`${JSON.stringify(preview)}\n`);
    else for (const { host, steps, problem } of preview.hosts) writerOf(io.stdout)([`${host.name}${problem === "" ? "" : `: ${plainLine(problem)}`}`, ...steps.map((step) => `  ${step.verdict.padEnd(5)} ${step.effect.padEnd(14)} ${plainLine(step.script.replaceAll("\n", " ; "))}`)].join("\n"));
    return preview.hosts.some(({ steps }) => steps.some(({ verdict }) => verdict === "deny")) ? 4 : 0;
  }
  const budget = { ...(values.concurrency !== undefined && { concurrency: Number(values.concurrency) }), ...(values["stop-on-failures"] !== undefined && { stopOnFailureShare: Number(values["stop-on-failures"]) }) };
  const { runId } = await client.runs.start({ ...of, budget });
  const write = values.json ? (item: RunItem) => void io.stdout.write(`${JSON.stringify(item)}\n`) : runTeller(io);
  let state: RunState = "running";
  for await (const item of client.runs.follow({ runId })) {
    write(item);
    if (item.event.type !== "state") continue;
    state = item.event.state;
    if (state === "waiting" && !values.wait) break;
  }
  if (!values.json) io.stdout.write(`${runId}: ${state}\n`);
  return RUN_EXIT[state];
};

export const runUse: CommandUse = { help: HELP, run: runCommand };

export function runTeller(io: Io): (item: RunItem) => void {
  const say = writerOf(io.stdout);
  const hosts = new Map<string, string>();
  const steps = new Map<string, { readonly host: string; readonly script: string }>();
  return ({ event }) => {
    const name = (hostId: string) => hosts.get(hostId) ?? hostId;
    switch (event.type) {
      case "planned":
        for (const host of event.hosts) hosts.set(host.id, host.name);
        say(`${plainLine(event.title)}${event.skill ? ` (skill ${event.skill.id} ${event.skill.version})` : ""} on ${event.hosts.length} host${event.hosts.length === 1 ? "" : "s"}`);
        break;
      case "queued":
        steps.set(event.stepId, { host: name(event.hostId), script: event.script });
        break;
      case "started":
      case "waiting": {
        const step = steps.get(event.stepId);
        say(`${step?.host ?? ""}: ${event.type === "started" ? "$" : `waits for approval ${event.approvalId}:`} ${plainLine(step?.script.replaceAll("\n", " ; ") ?? "")}`);
        break;
      }
      case "output":
        for (const line of event.text.replace(/\n$/, "").split("\n")) say(`${steps.get(event.stepId)?.host ?? ""}: ${plainLine(line)}`);
        break;
      case "statement":
        say(`${name(event.hostId)}: ${plainLine(event.statement.text)}`);
        break;
      case "refused":
      case "unknown":
        say(`${steps.get(event.stepId)?.host ?? ""}: ${plainLine(event.say)}`);
        break;
      case "host":
        if (event.say !== "") say(`${name(event.hostId)}: ${event.state}. ${plainLine(event.say)}`);
        break;
      default:
        break;
    }
  };
}
