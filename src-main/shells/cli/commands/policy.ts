import { readFile } from "node:fs/promises";
import { text as readAll } from "node:stream/consumers";
import { parseArgs } from "node:util";
import type { Explanation, PolicyVersionView } from "../../../contract/index.ts";
import { lineChanges } from "../../../contract/line-changes.ts";
import { USAGE, type Command, type CommandContext, type CommandUse, type Io } from "../io.ts";
import { oneLine } from "../plain.ts";

// The policies from a terminal: tried, proposed, confirmed by somebody else.

type Client = Awaited<ReturnType<CommandContext["core"]>>;
const line = (io: Io, text: string) => io.stdout.write(`${text}\n`);

const POLICY_HELP = `sena policy check FILE|-          problems in a set of policies; exit 1 when it would not load
sena policy explain HOST -- CMD   what the gate makes of a command, and what would change that
sena policy simulate FILE|-       which past decisions these policies would have made otherwise
sena policy show                  the policies in force
sena policy versions              every version: who proposed it, who confirmed it, what waits
sena policy propose FILE NOTE     propose them; where several people work, another admin confirms
sena policy confirm N [--yes]     what version N would change; with --yes it is in force
sena policy reject N              turn down a proposed version, or take back one's own

--json, where something is listed: each as a line of JSON
`;
const fileOrStdin = (path: string, io: Io) => (path === "-" ? readAll(io.stdin) : readFile(path, "utf8"));

export const policyCommand: Command = async (argv, { io, core }) => {
  const at = argv.indexOf("--");
  const { values, positionals } = parseArgs({ args: argv.slice(0, at < 0 ? argv.length : at), allowPositionals: true, options: { json: { type: "boolean", default: false }, yes: { type: "boolean", default: false } } });
  const [verb = "", first, second] = positionals;
  const isJson = values.json;
  const usage = () => (io.stderr.write(POLICY_HELP), USAGE);
  const client = core;
  switch (verb) {
    case "show":
      for await (const { text } of (await client()).policy.active({})) {
        io.stdout.write(text);
        break;
      }
      return 0;
    case "check": {
      if (first === undefined) return usage();
      const { problems } = await (await client()).policy.check({ text: await fileOrStdin(first, io) });
      for (const problem of problems) line(io, isJson ? JSON.stringify(problem) : `${first}:${problem.line}: ${problem.rule === "" ? "" : `${problem.rule}: `}${problem.message}`);
      if (problems.length === 0 && !isJson) line(io, "These policies load.");
      return problems.length === 0 ? 0 : 1;
    }
    case "explain": {
      if (first === undefined || at < 0) return usage();
      const explanation = await (await client()).policy.explainCommand({ host: first, script: argv.slice(at + 1).join(" ") });
      if (isJson) line(io, JSON.stringify(explanation));
      else explain(io, explanation);
      return 0;
    }
    case "simulate": {
      if (first === undefined) return usage();
      const { total, differing } = await (await client()).policy.simulate({ text: await fileOrStdin(first, io) });
      if (isJson) line(io, JSON.stringify({ total, differing }));
      else {
        line(io, `${differing.length} of ${total} past decisions would be different.`);
        for (const { past, now } of differing) line(io, `  ${new Date(past.at).toISOString()}  ${past.verdict} → ${now.verdict}  ${oneLine(past.title)}  (${now.rules.join(", ")})`);
      }
      return 0;
    }
    case "propose": {
      if (first === undefined || second === undefined) return usage();
      const version = await (await client()).policy.propose({ text: await fileOrStdin(first, io), note: second });
      line(io, `version ${version.n}: ${version.state}`);
      return 0;
    }
    case "versions":
      for (const version of (await (await client()).policy.versions({})).versions) line(io, isJson ? JSON.stringify(version) : versionLine(version));
      return 0;
    case "confirm": {
      const n = numberOf(first);
      return n === undefined ? usage() : confirm(io, await client(), n, values.yes);
    }
    case "reject": {
      const n = numberOf(first);
      if (n === undefined) return usage();
      line(io, `version ${n}: ${(await (await client()).policy.reject({ n })).state}`);
      return 0;
    }
    default:
      return usage();
  }
};

export const policyUse: CommandUse = { help: POLICY_HELP, run: policyCommand };

const numberOf = (word: string | undefined): number | undefined => (word !== undefined && /^[1-9]\d{0,8}$/.test(word) ? Number(word) : undefined);
const versionLine = ({ n, state, note, byName, confirmedBy, at }: PolicyVersionView): string => `${n}  ${state}  ${new Date(at).toISOString()}  ${oneLine(byName)}${confirmedBy === "" ? "" : `, ${state === "rejected" ? "turned down" : "confirmed"} by ${oneLine(confirmedBy)}`}  ${oneLine(note)}`;

/** Nobody puts in force what they have not had before them: the difference first, and only then a yes. */
async function confirm(io: Io, client: Client, n: number, isYes: boolean): Promise<number> {
  const { versions } = await client.policy.versions({});
  const version = versions.find((each) => each.n === n);
  if (version?.state === "proposed") {
    line(io, versionLine(version));
    for (const { kind, text } of lineChanges(versions.find(({ state }) => state === "active")?.text ?? "", version.text)) line(io, `  ${kind === "added" ? "+" : kind === "removed" ? "-" : " "} ${oneLine(text)}`);
    if (!isYes) {
      line(io, "Nothing was put in force. Read it, then add --yes.");
      return 2;
    }
  }
  line(io, `version ${n}: ${(await client.policy.confirm({ n })).state}`);
  return 0;
}

function explain(io: Io, { decision, asked, variants, question }: Explanation): void {
  line(io, `${decision.verdict}  [${question.effect}${question.proved ? ", proved read-only" : ""}]  ${decision.why}`);
  for (const each of asked) line(io, `  ${each.action.padEnd(14)} ${each.decision.padEnd(6)} ${each.rules.join(", ")}`);
  for (const { says, decision: other } of variants) line(io, `  if ${says}: ${other.verdict} (${other.rules.join(", ")})`);
}
