import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { createClassifier } from "../../../shellcheck/index.ts";
import { SIGNATURE_FILE, checkParser, digestOf, isBad, lintPack, loadPack, newSigningKey, packJsonSchema, readFolder, sayProblem, signPack, type Problem } from "../../../skills/index.ts";
import { builtInSkills } from "./skill-references.ts";
import { newPack } from "../../../contract/new-pack.ts";
import { USAGE, type Command, type CommandContext, type CommandUse } from "../io.ts";
import { plainLine } from "../plain.ts";

const HELP = `sena skill COMMAND
  lint FOLDER…             everything that can be told about a pack without a host
  test FOLDER… [--lab]     its parsers against their fixtures; --lab: every skill on the practice hosts of the running core
  keygen FILE              a new signing key: FILE (keep it secret) and FILE.pub (give it to those who shall trust you)
  sign FOLDER --key FILE   sign a pack
  install FOLDER           install a signed pack
  trust FILE.pub --name N  trust the packs of a signer
  new ID [FOLDER]          a pack to begin with
  schema                   the pack format as JSON Schema
  list [--json]            the runbooks that may run, and the packs that may not
`;

export const skillCommand: Command = async ([name = "", ...argv], context) => {
  switch (name) {
    case "lint":
      return lint(argv, context);
    case "test":
      return test(argv, context);
    case "keygen":
      return keygen(argv, context);
    case "sign":
      return sign(argv, context);
    case "install":
      return install(argv, context);
    case "trust":
      return trust(argv, context);
    case "new":
      return create(argv, context);
    case "schema":
      context.io.stdout.write(`${JSON.stringify(packJsonSchema(), null, 2)}\n`);
      return 0;
    case "list":
      return list(argv, context);
    default:
      context.io.stderr.write(HELP);
      return USAGE;
  }
};

export const skillUse: CommandUse = { help: HELP, run: skillCommand };

function lintFolder(folder: string): readonly Problem[] {
  const { pack, problems } = loadPack(readFolder(folder));
  return pack === undefined ? problems : [...problems, ...lintPack(pack, { classify: createClassifier(), others: builtInSkills(pack.data.id) })];
}

async function lint(folders: readonly string[], { io }: CommandContext): Promise<number> {
  if (folders.length === 0) return usage(io, "sena skill lint FOLDER…");
  let bad = false;
  for (const folder of folders) {
    const problems = lintFolder(resolve(folder));
    for (const problem of problems) io.stdout.write(`${plainLine(join(folder, sayProblem(problem)))}\n`);
    bad ||= isBad(problems);
    io.stdout.write(`${folder}: ${isBad(problems) ? "not fit for use" : problems.length > 0 ? "fit for use, with warnings" : "fit for use"}\n`);
  }
  return bad ? 1 : 0;
}

async function test(argv: readonly string[], context: CommandContext): Promise<number> {
  const { values, positionals } = parseArgs({ args: [...argv], allowPositionals: true, options: { lab: { type: "boolean", default: false } } });
  if (positionals.length === 0) return usage(context.io, "sena skill test FOLDER… [--lab]");
  let failed = 0;
  for (const folder of positionals) {
    const { pack, problems } = loadPack(readFolder(resolve(folder)));
    for (const problem of problems) context.io.stdout.write(`${plainLine(join(folder, sayProblem(problem)))}\n`);
    if (pack === undefined) {
      failed += 1;
      continue;
    }
    for (const [name, { data }] of pack.parsers) {
      const wrong = checkParser(data);
      failed += wrong.length > 0 ? 1 : 0;
      context.io.stdout.write(`${wrong.length === 0 ? "ok  " : "FAIL"} ${pack.data.id}/${name}: ${data.fixtures.length} ${data.fixtures.length === 1 ? "fixture" : "fixtures"}\n${wrong.map((line) => `       ${plainLine(line)}\n`).join("")}`);
    }
    if (values.lab) {
      const { testOnLab } = await import("./skill-lab.ts");
      failed += await testOnLab(pack.skills.map(({ data }) => `${pack.data.id}.${data.id}`), context);
    }
  }
  context.io.stdout.write(failed === 0 ? "All passed.\n" : `${failed} failed.\n`);
  return failed === 0 ? 0 : 1;
}

async function keygen([path = ""]: readonly string[], { io }: CommandContext): Promise<number> {
  if (path === "") return usage(io, "sena skill keygen FILE");
  const key = newSigningKey();
  writeFileSync(path, key.privatePem, { mode: 0o600, flag: "wx" });
  writeFileSync(`${path}.pub`, key.publicPem, { mode: 0o644, flag: "wx" });
  io.stdout.write(`Key ${key.id}: ${path} signs, ${path}.pub lets others trust it.\n`);
  return 0;
}

async function sign(argv: readonly string[], { io }: CommandContext): Promise<number> {
  const { values, positionals } = parseArgs({ args: [...argv], allowPositionals: true, options: { key: { type: "string" } } });
  const [folder] = positionals;
  if (folder === undefined || values.key === undefined) return usage(io, "sena skill sign FOLDER --key FILE");
  const problems = lintFolder(resolve(folder));
  for (const problem of problems) io.stderr.write(`${plainLine(join(folder, sayProblem(problem)))}\n`);
  const files = readFolder(resolve(folder));
  const { pack } = loadPack(files);
  if (pack === undefined || isBad(problems)) {
    io.stderr.write("sena: a pack with errors is not signed. Nothing was written.\n");
    return 1;
  }
  const sealed = { pack: pack.data.id, version: pack.data.version, digest: digestOf(files) };
  writeFileSync(join(resolve(folder), SIGNATURE_FILE), signPack(sealed, readFileSync(values.key, "utf8")));
  io.stdout.write(`${sealed.pack} ${sealed.version} is signed: digest ${sealed.digest}.\n`);
  return 0;
}

async function install([folder = ""]: readonly string[], { io, core }: CommandContext): Promise<number> {
  if (folder === "") return usage(io, "sena skill install FOLDER");
  const files = Object.fromEntries([...readFolder(resolve(folder))].map(([name, bytes]) => [name, Buffer.from(bytes).toString("utf8")]));
  const pack = await (await core()).skills.install({ files });
  io.stdout.write(`${pack.id} ${pack.version} is installed (${pack.skills} ${pack.skills === 1 ? "runbook" : "runbooks"}, signed by ${plainLine(pack.signer)}).\n`);
  return 0;
}

async function trust(argv: readonly string[], { io, core }: CommandContext): Promise<number> {
  const { values, positionals } = parseArgs({ args: [...argv], allowPositionals: true, options: { name: { type: "string" } } });
  const [path] = positionals;
  if (path === undefined || values.name === undefined) return usage(io, "sena skill trust FILE.pub --name NAME");
  const key = await (await core()).skills.trust({ publicKey: readFileSync(path, "utf8"), name: values.name });
  io.stdout.write(`Packs signed by ${key.name} (key ${key.id}) are trusted from now on.\n`);
  return 0;
}

async function create(argv: readonly string[], { io }: CommandContext): Promise<number> {
  const [id = "", folder = id, more] = parseArgs({ args: [...argv], allowPositionals: true, options: {} }).positionals;
  if (more !== undefined || !/^[a-z][a-z0-9-]{0,63}$/.test(id)) return usage(io, "sena skill new ID [FOLDER]; ID is lower-case words joined by hyphens");
  const path = resolve(folder);
  if (existsSync(join(path, "pack.yaml"))) {
    io.stderr.write(`sena: ${path} holds a pack already. Nothing was written.\n`);
    return 1;
  }
  mkdirSync(path, { recursive: true });
  for (const [name, text] of Object.entries(newPack({ id, title: id, author: "Who wrote it" }))) writeFileSync(join(path, name), text, { flag: "wx" });
  io.stdout.write(`${basename(path)}: a pack with one runbook. Next: sena skill lint ${folder}\n`);
  return 0;
}

async function list(argv: readonly string[], { io, core }: CommandContext): Promise<number> {
  const { values } = parseArgs({ args: [...argv], options: { json: { type: "boolean", default: false } } });
  const client = await core();
  const { skills } = await client.skills.list({});
  let packs: readonly { readonly id: string; readonly version: string; readonly isActive: boolean; readonly trust: string; readonly problems: readonly { readonly message: string; readonly file: string; readonly line: number }[] }[] = [];
  for await (const item of client.skills.packs({})) {
    packs = item.packs;
    break;
  }
  if (values.json) {
    io.stdout.write(`${JSON.stringify({ skills, packs })}\n`);
    return 0;
  }
  for (const { id, title, kind, effect } of skills) io.stdout.write(`${id.padEnd(34)} ${(kind === "change" ? effect : kind).padEnd(15)} ${plainLine(title)}\n`);
  for (const { id, version, isActive, trust: state, problems: [first] } of packs) if (!isActive) io.stdout.write(`${plainLine(`not in use: ${id}${version === "" ? "" : ` ${version}`} (${first !== undefined && version === "" ? "cannot be read" : state})${first === undefined ? "" : `: ${first.file === "" ? "" : `${first.file}:${first.line}: `}${first.message}`}`)}\n`);
  return 0;
}

function usage(io: CommandContext["io"], text: string): number {
  io.stderr.write(`${text}\n`);
  return USAGE;
}
