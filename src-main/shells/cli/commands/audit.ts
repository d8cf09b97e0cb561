import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import type { AuditFilter, AuditRow, AuditSelection } from "../../../contract/index.ts";
import { resourcesFolder } from "../../process/places.ts";
import { USAGE, type Command, type CommandContext, type CommandUse } from "../io.ts";

const HELP = `sena audit COMMAND

  head [--for-witness [--old N]] [--json]      the signed head; or the request a witness answers
  verify [BUNDLE] [--key VKEY]… [--resume FILE] [--quiet] [--json]
                                               a bundle (zip or folder), or, without one, this installation's record
  search WORDS… [--host H] [--actor A] [--type T] [--effect E] [--result R] [--since TIME] [--until TIME] [--limit N] [--json]
  tail [--json]                                follow entries as they are recorded
  export [--out FILE.zip] [--host H]… [--session S]… [--since TIME] [--until TIME] [--all-leaves] --reason TEXT [--json]
  witness --key                                this installation's key as a witness
  witness REQUEST-FILE [--log-key VKEY] [--out FILE]        cosign another installation's head; the answer goes to standard output
  witness --take ANSWER-FILE [--witness-key VKEY]
  erase --entry N… | --subject WHO  --reason TEXT --yes
  rotate begin|end                             overlap of the log's signing keys
  auditor-key new | set KEY | none             whom cut secrets are sealed to

TIME is a date, an RFC 3339 time, or an age such as 2h, 3d.
`;

const list = { type: "string", multiple: true } as const;
const text = { type: "string" } as const;
const flag = { type: "boolean" } as const;
const OPTIONS = {
  json: flag, yes: flag, "all-leaves": flag, "for-witness": flag, take: text, key: list, "log-key": text, "witness-key": text, old: text, resume: text, out: text, reason: text,
  host: list, actor: list, type: list, effect: list, result: list, session: list, since: text, until: text, limit: text, entry: list, subject: text, quiet: flag,
} as const;
/** As the contract asks of a reason that is recorded. */
const MIN_REASON_CHARS = 3;
const MAX_FOUND = 10_000;
type Flags = ReturnType<typeof parseArgs<{ options: typeof OPTIONS; allowPositionals: true }>>["values"];
type Act = (rest: readonly string[], flags: Flags, context: CommandContext) => Promise<number>;

const auditCommand: Command = async ([name = "", ...argv], context) => {
  const act = Object.hasOwn(ACTS, name) ? ACTS[name] : undefined;
  // `witness --key` asks for this installation's key; everywhere else --key takes one.
  if (name === "witness" && argv.includes("--key") && argv.length === 1) return showWitnessKey(context);
  if (act === undefined) return context.io.stderr.write(HELP), USAGE;
  const { values, positionals } = parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true });
  return act(positionals, values, context);
};

export const auditUse: CommandUse = { help: HELP, run: auditCommand };

const head: Act = async (_rest, flags, { io, core }) => {
  const { audit } = await core();
  if (flags["for-witness"] === true) {
    io.stdout.write((await audit.witnessRequest({ old: flags.old === undefined ? 0 : wholeNumber("--old", flags.old) })).text);
    return 0;
  }
  for await (const now of audit.head({})) {
    if (flags.json === true) io.stdout.write(`${JSON.stringify(now)}\n`);
    else {
      io.stdout.write(now.note);
      io.stderr.write(`${now.anchor.witnesses === 0 ? "UNANCHORED: nobody outside this machine remembers a head of this log." : `WITNESSED(${now.anchor.witnesses}) up to ${now.anchor.size} entries by ${now.anchor.names.map(plain).join(", ")}`}\n`);
      if (now.failure !== "") io.stderr.write(`${now.failure}\n`);
    }
    return now.failure === "" ? 0 : 1;
  }
  return 1;
};

const verify: Act = async ([bundle], flags, context) => {
  if (bundle !== undefined) return verifyBundle(bundle, flags);
  const { io, core } = context;
  const { audit } = await core();
  for await (const word of audit.verify({})) {
    if (word.kind === "progress") {
      if (io.stderr === process.stderr && process.stderr.isTTY) io.stderr.write(`\r\u001b[K${word.done} of ${word.total}`);
      continue;
    }
    if (process.stderr.isTTY) io.stderr.write("\r\u001b[K");
    if (flags.json === true) io.stdout.write(`${JSON.stringify(word)}\n`);
    else {
      for (const { where, say } of word.problems) io.stdout.write(`PROBLEM    ${plain(where)}: ${plain(say)}\n`);
      io.stdout.write(word.ok ? `VERIFIED   ${word.entries} entries in ${(word.elapsedMs / 1000).toFixed(1)} s\n` : `NOT VERIFIED: ${word.problems.length} problems\n`);
    }
    return word.ok ? 0 : 1;
  }
  return 1;
};

/** The very program that travels in the bundle, and no core: an auditor's machine needs no home, no key, no database. */
async function verifyBundle(bundle: string, flags: Flags): Promise<number> {
  const kit = join(resourcesFolder, "bundle-kit", "cli.mjs");
  const { main } = (await import(pathToFileURL(kit).href)) as { main: (args: string[]) => Promise<number> };
  const args = [resolve(bundle), ...(flags.key ?? []).flatMap((key) => ["--key", key]), ...(flags.resume === undefined ? [] : ["--resume", flags.resume]), ...(flags.json === true ? ["--json"] : []), ...(flags.quiet === true ? ["--quiet"] : [])];
  return main(args);
}

const search: Act = async (words, flags, { io, core }) => {
  const { audit } = await core();
  const limit = flags.limit === undefined ? 50 : Math.min(MAX_FOUND, wholeNumber("--limit", flags.limit));
  let before: number | undefined;
  let shown = 0;
  while (shown < limit) {
    const page = await audit.timeline({ filter: filterOf(words, flags), limit: Math.min(200, limit - shown), ...(before === undefined ? {} : { before }) });
    for (const row of page.rows) io.stdout.write(flags.json === true ? `${JSON.stringify(row)}\n` : lineOf(row));
    if (page.behind > 0 && shown === 0) io.stderr.write(`(${page.behind} entries are not indexed yet)\n`);
    shown += page.rows.length;
    before = page.rows.at(-1)?.seq;
    if (!page.more || before === undefined) break;
  }
  if (shown === 0) io.stderr.write("Nothing in the record fits.\n");
  return shown > 0 ? 0 : 1;
};

const tail: Act = async (_rest, flags, { io, core }) => {
  for await (const row of (await core()).audit.tail({})) io.stdout.write(flags.json === true ? `${JSON.stringify(row)}\n` : lineOf(row));
  return 0;
};

const exportBundle: Act = async (_rest, flags, { io, core }) => {
  if (flags.reason === undefined || flags.reason.trim().length < MIN_REASON_CHARS) {
    io.stderr.write(`sena audit export needs --reason TEXT of ${MIN_REASON_CHARS} letters or more: the export itself is recorded.\n`);
    return USAGE;
  }
  const { audit } = await core();
  const narrow = { ...(flags.host === undefined ? {} : { hosts: flags.host }), ...(flags.session === undefined ? {} : { sessions: flags.session }), ...timesOf(flags) };
  const selection: AuditSelection = Object.keys(narrow).length === 0 ? { kind: "full" } : { kind: "selective", ...narrow, ...(flags["all-leaves"] === true ? { allLeaves: true } : {}) };
  for await (const word of audit.export({ selection, reason: flags.reason, ...(flags.out === undefined ? {} : { path: resolve(flags.out) }) })) {
    if (word.kind === "done") io.stdout.write(flags.json === true ? `${JSON.stringify(word)}\n` : `${word.path}\n${counted(word.entries, "entry", "entries")}, ${counted(word.recordings, "recording", "recordings")}, ${word.bytes} bytes; head ${word.size} ${word.root}\n`);
    else if (process.stderr.isTTY) io.stderr.write(`\r\u001b[K${word.phase} ${word.done} of ${word.total}`);
  }
  return 0;
};

const witness: Act = async ([file], flags, { io, core }) => {
  const { audit } = await core();
  if (flags.take !== undefined) {
    const taken = await audit.takeCosignature({ answer: textOf(flags.take), ...(flags["witness-key"] === undefined ? {} : { witnessKey: flags["witness-key"] }) });
    io.stdout.write(`${plain(taken.witness)} witnessed ${taken.size} entries at ${new Date(taken.time).toISOString()}\n`);
    return 0;
  }
  if (file === undefined) {
    io.stderr.write(HELP);
    return USAGE;
  }
  const answer = await audit.witnessAnswer({ request: textOf(file), ...(flags["log-key"] === undefined ? {} : { logKey: flags["log-key"] }) });
  if (flags.out === undefined) io.stdout.write(answer.text);
  else writeFileSync(flags.out, answer.text, { flag: "wx" });
  io.stderr.write(`cosigned ${answer.size} entries of ${plain(answer.origin)}\n`);
  return 0;
};

async function showWitnessKey({ io, core }: CommandContext): Promise<number> {
  for await (const { witnessKey } of (await core()).audit.head({})) {
    io.stdout.write(`${witnessKey}\n`);
    return 0;
  }
  return 1;
}

const erase: Act = async (_rest, flags, { io, core }) => {
  if (flags.reason === undefined || flags.reason.trim().length < MIN_REASON_CHARS || (flags.subject === undefined) === (flags.entry === undefined)) {
    io.stderr.write(`sena audit erase needs --reason of ${MIN_REASON_CHARS} letters or more, and either --entry or --subject. Nothing was erased.\n`);
    return USAGE;
  }
  if (flags.yes !== true) {
    io.stderr.write("This destroys the values for good; only the proof that something was there stays. Say --yes to do it. Nothing was erased.\n");
    return USAGE;
  }
  const who = flags.subject === undefined ? { seqs: (flags.entry ?? []).map((one) => wholeNumber("--entry", one)) } : { subject: flags.subject };
  const { erased, seq } = await (await core()).audit.erase({ reason: flags.reason, ...who });
  io.stdout.write(`erased the values of ${counted(erased, "entry", "entries")}; recorded as entry ${seq}\n`);
  return 0;
};

const rotate: Act = async ([step], _flags, { io, core }) => {
  if (step !== "begin" && step !== "end") {
    io.stderr.write(HELP);
    return USAGE;
  }
  const { keys } = await (await core()).audit.rotateKey({ step });
  io.stdout.write(keys.map((key) => `${key}\n`).join(""));
  io.stderr.write(keys.length > 1 ? "These keys sign every head. Give the last one to everybody who verifies, then: sena audit rotate end\n" : "This key alone signs every head.\n");
  return 0;
};

const auditorKey: Act = async ([act, key = ""], _flags, { io, core }) => {
  if (act === "new") {
    const { newAuditorKey } = await import("../../../ledger/index.ts");
    const made = newAuditorKey();
    io.stdout.write(`public  ${made.publicText}\nsecret  ${made.privateText}\n`);
    io.stderr.write("Give the public key to the operators; keep the secret one away from these machines.\n");
    return 0;
  }
  if (act !== "set" && act !== "none") {
    io.stderr.write(HELP);
    return USAGE;
  }
  await (await core()).audit.auditorKey({ key: act === "set" ? key : "" });
  io.stderr.write(act === "set" ? "What is cut out is sealed to this auditor from now on.\n" : "What is cut out is gone for good from now on.\n");
  return 0;
};

const ACTS: Readonly<Record<string, Act>> = { head, verify, search, tail, export: exportBundle, witness, erase, rotate, "auditor-key": auditorKey };

function filterOf(words: readonly string[], flags: Flags): AuditFilter {
  return {
    ...(words.length === 0 ? {} : { text: words.join(" ") }),
    ...(flags.host === undefined ? {} : { hosts: flags.host }), ...(flags.actor === undefined ? {} : { actors: flags.actor }), ...(flags.type === undefined ? {} : { types: flags.type }), ...(flags.session === undefined ? {} : { sessions: flags.session }),
    ...(flags.effect === undefined ? {} : { effects: flags.effect as NonNullable<AuditFilter["effects"]> }), ...(flags.result === undefined ? {} : { results: flags.result as NonNullable<AuditFilter["results"]> }),
    ...timesOf(flags),
  };
}

function timesOf(flags: Flags): { fromMs?: number; toMs?: number } {
  return { ...(flags.since === undefined ? {} : { fromMs: timeOf(flags.since) }), ...(flags.until === undefined ? {} : { toMs: timeOf(flags.until) }) };
}

/** Numbers of entries and counts: a word in their place must not pass for none. */
function wholeNumber(flag: string, said: string): number {
  if (!/^\d{1,15}$/.test(said)) throw new Error(`${flag} takes a whole number, and "${plain(said)}" is none. Nothing was done.`);
  return Number(said);
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new Error(`${path} cannot be read: ${(error as NodeJS.ErrnoException).code === "ENOENT" ? "there is no such file" : ((error as NodeJS.ErrnoException).code ?? "an unexpected error")}. Nothing was done.`, { cause: error });
  }
}

const counted = (n: number, one: string, many: string): string => `${n} ${n === 1 ? one : many}`;

const AGES: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

function timeOf(said: string): number {
  const age = /^(\d+)([mhdw])$/.exec(said);
  const at = age === null ? Date.parse(said) : Date.now() - Number(age[1]) * (AGES[age[2] as string] as number);
  if (!Number.isFinite(at)) throw new Error(`"${said}" is no time; write 2026-03-01, 2026-03-01T08:00:00Z or an age such as 2h`);
  return at;
}

// What was recorded came from servers: nothing in it may steer the terminal that shows it.
// eslint-disable-next-line no-control-regex
const plain = (value: string): string => value.replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069]/g, (char) => `⟦U+${(char.codePointAt(0) as number).toString(16).toUpperCase().padStart(4, "0")}⟧`);

const lineOf = (row: AuditRow): string =>
  `${String(row.seq).padStart(8)}  ${new Date(row.at).toISOString()}  ${row.type.padEnd(16)}  ${plain(row.host ?? "-").padEnd(16)}  ${plain(row.actor.name)}  ${row.erased ? "(erased)" : plain(row.headline)}${row.result === undefined ? "" : `  [${row.result}]`}\n`;
