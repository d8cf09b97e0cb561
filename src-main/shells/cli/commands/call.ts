import { contract, type Procedure } from "../../../contract/index.ts";
import { USAGE, type Command, type CommandUse } from "../io.ts";

type AnyClient = Record<string, Record<string, (input: unknown) => unknown>>;

const KNOWN = Object.entries(contract).flatMap(([group, procedures]) => Object.entries(procedures as Record<string, Procedure>).filter(([, { kind }]) => kind !== "pipe").map(([name, { says }]) => `    ${group}.${name}  ${says}\n`));
const HELP = `sena call PATH [JSON]; PATH is one of\n${KNOWN.join("")}`;

/** Any call or feed by its name: for scripts, and for whatever has no command of its own yet. */
const callCommand: Command = async ([path = "", json = "{}"], { io, core }) => {
  const [group = "", name = ""] = path.split(".");
  const procedures = (contract as unknown as Record<string, Record<string, Procedure>>)[group];
  const procedure = procedures?.[name];
  if (!procedure || procedure.kind === "pipe") {
    io.stderr.write(HELP);
    return USAGE;
  }
  const use = ((await core()) as unknown as AnyClient)[group]?.[name];
  const answer = use?.(JSON.parse(json));
  if (procedure.kind === "feed") for await (const item of answer as AsyncIterable<unknown>) io.stdout.write(`${JSON.stringify(item)}\n`);
  else io.stdout.write(`${JSON.stringify(await answer)}\n`);
  return 0;
};

export const callUse: CommandUse = { help: HELP, run: callCommand };
