import { contract, type Procedure } from "../../../contract/index.ts";
import { USAGE, type Command } from "../io.ts";

type AnyClient = Record<string, Record<string, (input: unknown) => unknown>>;

/** Any call or feed by its name: for scripts, and for whatever has no command of its own yet. */
export const callCommand: Command = async ([path = "", json = "{}"], { io, core }) => {
  const [group = "", name = ""] = path.split(".");
  const procedures = (contract as unknown as Record<string, Record<string, Procedure>>)[group];
  const procedure = procedures?.[name];
  if (!procedure || procedure.kind === "pipe") {
    const known = Object.entries(contract).flatMap(([g, ps]) => Object.entries(ps as Record<string, Procedure>).filter(([, p]) => p.kind !== "pipe").map(([n, p]) => `  ${g}.${n}  ${p.says}`));
    io.stderr.write(`sena call PATH [JSON]; PATH is one of\n${known.join("\n")}\n`);
    return USAGE;
  }
  const use = ((await core()) as unknown as AnyClient)[group]?.[name];
  const answer = use?.(JSON.parse(json));
  if (procedure.kind === "feed") for await (const item of answer as AsyncIterable<unknown>) io.stdout.write(`${JSON.stringify(item)}\n`);
  else io.stdout.write(`${JSON.stringify(await answer)}\n`);
  return 0;
};
