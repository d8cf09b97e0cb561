import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { Environment, KnowledgeConnection, type KnowledgeSource } from "../../../contract/index.ts";
import { USAGE, type Command, type CommandContext, type CommandUse } from "../io.ts";
import { plainLine, writerOf } from "../plain.ts";

const HELP = `sena kb COMMAND
  add PATH [--name N] [--product P] [--env dev|staging|prod]   take in a folder, a file or a git working copy, and watch it
  add URL --kind web|confluence|jira [--credential VAULTNAME] [--user U] [--space KEY]… [--jql Q] [--pages N]
  add --kind sharepoint --tenant T --client ID --drive ID --credential VAULTNAME [--graph URL] [--login URL]
                             documents of another system; its secret stays in the vault, by name
  sync [SOURCE] [--json]     compare with the source now and wait until it is whole
  list [--json]              sources, how fresh they are, what could not be read
  search "…" [--limit N] [--source S] [--for-answer] [--json]   --for-answer: in the order of the reranker, where one is set up
  remove SOURCE              forget it; its documents are not touched
  export FILE [SOURCE…]      one signed collection, for a machine that shares no wire
  import FILE [--trust KEY|KEYFILE]   take in a collection

SOURCE is a name or an id. With add, --json tells the source as JSON.
`;

const kbCommand: Command = async ([verb = "", ...argv], context) => {
  switch (verb) {
    case "add":
      return add(argv, context);
    case "sync":
      return sync(argv, context);
    case "list":
      return list(argv, context);
    case "search":
      return search(argv, context);
    case "remove":
      return remove(argv, context);
    case "export":
      return exportTo(argv, context);
    case "import":
      return importFrom(argv, context);
    default:
      return usage(context.io);
  }
};

export const kbUse: CommandUse = { help: HELP, run: kbCommand };

const line = (source: KnowledgeSource): string => plainLine(`${source.name}: ${source.documents} documents, ${source.passages} passages${source.problems === 0 ? "" : `, ${source.problems} with problems`}${source.trust === "signed" ? `, signed by ${source.signer}` : ""}  ${source.location}${source.problem === "" ? "" : `  ${source.problem}`}`);
const usage = (io: CommandContext["io"]): number => {
  io.stderr.write(HELP);
  return USAGE;
};

/** The sources meant by names or ids; a name that means none is told, not passed over. */
async function idsOf(wanted: readonly string[], { core }: CommandContext): Promise<string[]> {
  const { sources } = await (await core()).knowledge.list({});
  return wanted.map((name) => {
    const found = sources.find((source) => source.id === name || source.name === name);
    if (found === undefined) throw new Error(`there is no knowledge source "${name}". The sources: ${sources.map((source) => source.name).join(", ") || "none yet"}.`);
    return found.id;
  });
}

const ADD = { name: { type: "string", default: "" }, product: { type: "string", default: "" }, env: { type: "string" }, json: { type: "boolean", default: false }, kind: { type: "string" }, credential: { type: "string", default: "" }, user: { type: "string", default: "" }, space: { type: "string", multiple: true }, jql: { type: "string", default: "" }, pages: { type: "string", default: "500" }, tenant: { type: "string" }, client: { type: "string" }, drive: { type: "string" }, graph: { type: "string" }, login: { type: "string" } } as const;

async function add(argv: readonly string[], { io, core }: CommandContext): Promise<number> {
  const { values, positionals } = parseArgs({ args: [...argv], allowPositionals: true, options: ADD });
  const [place] = positionals;
  const common = { name: values.name, product: values.product, environment: values.env === undefined ? ("" as const) : Environment.parse(values.env) };
  if (place === undefined && values.kind === undefined) return usage(io);
  const client = await core();
  const { id } =
    values.kind === undefined
      ? await client.knowledge.add({ path: resolve(place ?? ""), ...common })
      : await client.knowledge.connect({ connection: connectionOf({ ...common, kind: values.kind, url: place, credential: values.credential, user: values.user, spaces: values.space ?? [], jql: values.jql, pages: Number(values.pages), tenant: values.tenant, client: values.client, drive: values.drive, graphUrl: values.graph, loginUrl: values.login }) });
  // Without a running core the documents are taken in by this very process: it must stay until they are.
  const { sources } = await client.knowledge.sync({ sourceId: id });
  for (const source of sources) writerOf(io.stdout)(values.json ? JSON.stringify(source) : line(source));
  return sources.some((source) => source.problem !== "") ? 1 : 0;
}

/** What a kind does not know is left out; what it needs and is not there is told by name. */
function connectionOf(given: Readonly<Record<string, unknown>>): KnowledgeConnection {
  const read = KnowledgeConnection.safeParse(Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)));
  if (read.success) return read.data;
  throw new Error(`the source cannot be added: ${read.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; ")}. Nothing was added.`);
}

async function sync(argv: readonly string[], context: CommandContext): Promise<number> {
  const { values, positionals } = parseArgs({ args: [...argv], allowPositionals: true, options: { json: { type: "boolean", default: false } } });
  const [sourceId] = await idsOf(positionals.slice(0, 1), context);
  const { sources } = await (await context.core()).knowledge.sync(sourceId === undefined ? {} : { sourceId });
  const say = writerOf(context.io.stdout);
  if (values.json) say(JSON.stringify(sources));
  else for (const source of sources) say(line(source));
  return sources.some((source) => source.problem !== "") ? 1 : 0;
}

async function list(argv: readonly string[], { io, core }: CommandContext): Promise<number> {
  const { values } = parseArgs({ args: [...argv], options: { json: { type: "boolean", default: false } } });
  const client = await core();
  const { sources } = await client.knowledge.list({});
  const { problems } = await client.knowledge.health({});
  const say = writerOf(io.stdout);
  if (values.json) {
    say(JSON.stringify({ sources, problems }));
    return 0;
  }
  for (const source of sources) say(line(source));
  for (const { source, path, what } of problems) say(plainLine(`  ${source}/${path}: ${what}`));
  if (sources.length === 0) say("No sources yet: sena kb add FOLDER");
  return 0;
}

async function search(argv: readonly string[], context: CommandContext): Promise<number> {
  const { values, positionals } = parseArgs({ args: [...argv], allowPositionals: true, options: { limit: { type: "string", default: "10" }, source: { type: "string", multiple: true }, "for-answer": { type: "boolean", default: false }, json: { type: "boolean", default: false } } });
  const query = positionals.join(" ").trim();
  if (query === "") return usage(context.io);
  const sources = values.source === undefined ? undefined : await idsOf(values.source, context);
  const { passages, order } = await (await context.core()).knowledge.search({ query, limit: Number(values.limit), isForAnswer: values["for-answer"], filter: sources === undefined ? {} : { sources } });
  const say = writerOf(context.io.stdout);
  if (values.json) {
    say(JSON.stringify(passages.map(({ score, source, path, position, text }) => ({ score, source, path, position, text }))));
    return 0;
  }
  for (const { source, path, position, heading, text, trust, folded, outdated, conflicts } of passages) {
    say(plainLine(`${source}/${path}, ${position}${heading === "" ? "" : `  ${heading}`}${outdated === "" ? "" : `  (outdated: ${outdated})`}${trust === "signed" ? "" : "  (unsigned)"}${folded === 0 ? "" : `  (+${folded} the same)`}`));
    for (const row of text.split("\n").slice(0, 4)) say(`    ${plainLine(row).slice(0, 160)}`);
    for (const { source: other, path: elsewhere, there } of conflicts) say(plainLine(`    but ${other}/${elsewhere} says: ${there}`));
  }
  if (order !== "") say(plainLine(order));
  if (passages.length === 0) say("Nothing fits. The question is kept among the gaps of the documents.");
  return passages.length === 0 ? 1 : 0;
}

async function remove(argv: readonly string[], context: CommandContext): Promise<number> {
  if (argv.length !== 1) return usage(context.io);
  const [sourceId] = (await idsOf(argv, context)) as [string];
  await (await context.core()).knowledge.remove({ sourceId });
  writerOf(context.io.stdout)(plainLine(`${argv[0]} is forgotten. Its documents were not touched.`));
  return 0;
}

async function exportTo([path, ...names]: readonly string[], context: CommandContext): Promise<number> {
  if (path === undefined) return usage(context.io);
  const done = await (await context.core()).knowledge.export({ path: resolve(path), sourceIds: await idsOf(names, context) });
  writerOf(context.io.stdout)(`${plainLine(done.path)}: ${done.documents} documents, ${done.bytes} bytes, signed by ${done.signer}.\nOn the other machine: sena kb import FILE --trust ${done.publicKey}`);
  return 0;
}

async function importFrom(argv: readonly string[], { io, core }: CommandContext): Promise<number> {
  const { values, positionals } = parseArgs({ args: [...argv], allowPositionals: true, options: { trust: { type: "string", multiple: true, default: [] } } });
  const [path] = positionals;
  if (path === undefined) return usage(io);
  const trustedKeys = values.trust.map((key) => (/^[\w+/=-]+$/.test(key) && !key.endsWith(".pub") ? key : readFileSync(key, "utf8").trim()));
  const source = await (await core()).knowledge.import({ path: resolve(path), trustedKeys });
  writerOf(io.stdout)(`${line(source)}${source.trust === "signed" ? "" : `\nSigned by ${source.signer}, a key that was not named with --trust: marked unsigned.`}`);
  return 0;
}
