import { hostname } from "node:os";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { plainLine, writerOf } from "../plain.ts";
import { USAGE, type Command, type CommandUse } from "../io.ts";

const HELP = `sena sync COMMAND      a desktop that no network leads to, and its central server, by files
  enrol LINE [--name N]  begin, with the one-time line (sena-file:…) of an admin there; the first export carries it
  export FOLDER [--json] what the server does not have yet, as files to carry there (POST /v1/orgs/ORG/sync, or its console)
  import FILE [--json]   the answer that came back: receipts, decisions, what the organisation sets
`;

const syncCommand: Command = async ([verb = "", ...argv], { io, core }) => {
  const { values, positionals } = parseArgs({ args: [...argv], allowPositionals: true, options: { json: { type: "boolean", default: false }, name: { type: "string", default: hostname() } } });
  const [given] = positionals;
  const say = writerOf(io.stdout);
  if (given === undefined || !["enrol", "export", "import"].includes(verb)) {
    io.stderr.write(HELP);
    return USAGE;
  }
  const { central } = await core();
  if (verb === "enrol") {
    await central.syncBegin({ invitation: given, name: values.name });
    say("Begun. Export a file next, have it taken at the server, and import its answer.");
  } else if (verb === "export") {
    const done = await central.syncExport({ folder: resolve(given) });
    if (values.json) say(JSON.stringify(done));
    else for (const file of done.files) say(plainLine(file));
  } else {
    const done = await central.syncImport({ path: resolve(given) });
    say(values.json ? JSON.stringify(done) : plainLine(`The server keeps ${done.kept} entries of this record. ${done.decisions} decisions came. ${done.edition > 0 ? `Edition ${done.edition} of what the organisation sets is in force.` : ""} ${done.say}`.trim()));
  }
  return 0;
};

export const syncUse: CommandUse = { help: HELP, run: syncCommand };
