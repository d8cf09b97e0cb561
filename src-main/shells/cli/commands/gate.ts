import { readFile, writeFile } from "node:fs/promises";
import { text as readAll } from "node:stream/consumers";
import { parseArgs } from "node:util";
import { renderedText } from "../../../contract/rendering.ts";
import { failer, LINK_FAILURES, type ApprovalView } from "../../../contract/index.ts";
import { USAGE, type Command, type Io } from "../io.ts";

// The gate from a terminal: what waits, yes or no, secrets, and one command on one host.

const fail = failer(LINK_FAILURES);
const line = (io: Io, text: string) => io.stdout.write(`${text}\n`);
const oneLine = (text: string) => renderedText(text).replaceAll("\n", "⏎");

function show(io: Io, approval: ApprovalView): void {
  const { id, title, effect, whyAsked, rules, hosts, script, checks, undo, notAfter, needed, state, decisions } = approval;
  line(io, `${id}  ${oneLine(title)}  [${effect}]  ${state}`);
  for (const host of hosts) line(io, `  runs on     ${host.name} (${host.environment}) as ${host.user}, host key ${host.fingerprint}`);
  line(io, `  why asked   ${whyAsked} ${rules.join(", ")}`);
  line(io, `  needs       ${needed === 2 ? "two approvals" : "one approval"}; so far ${decisions.length === 0 ? "none" : decisions.map(({ name, decision, inPlaceOf }) => `${oneLine(name)}: ${decision}${inPlaceOf === undefined ? "" : ` in place of ${oneLine(inPlaceOf)}`}`).join(", ")}`);
  line(io, `  then checks ${checks.map(oneLine).join(", ") || "-"}`);
  line(io, `  undo        ${undo === null ? "-" : oneLine(undo)}`);
  line(io, `  expires     ${new Date(notAfter).toISOString()}`);
  // Whole, with everything that could mislead made visible: a terminal obeys what it is sent.
  for (const [index, each] of renderedText(script).split("\n").entries()) line(io, `  ${String(index + 1).padStart(4)} │ ${each}`);
}

export const pendingCommand: Command = async (argv, { io, core }) => {
  const { values } = parseArgs({ args: [...argv], options: { json: { type: "boolean", default: false } } });
  const { requests } = await (await core()).approvals.history({ limit: 200 });
  const waiting = requests.filter(({ state }) => state === "waiting");
  for (const approval of waiting) values.json ? line(io, JSON.stringify(approval)) : show(io, approval);
  if (waiting.length === 0 && !values.json) line(io, "Nothing waits.");
  return 0;
};

const SIGNING_HELP = `sena approve ID --object > ID.json            the bytes that an approval signs; the command itself goes to stderr
ssh-keygen -Y sign -n sena-approval@v1 -f KEY ID.json
sena approve ID --sig ID.json.sig             count that signature, by the operator whose key it is
`;

const decideCommand =
  (decision: "approve" | "deny"): Command =>
  async (argv, { io, core }) => {
    const { values, positionals } = parseArgs({ args: [...argv], allowPositionals: true, options: { yes: { type: "boolean", default: false }, as: { type: "string" }, note: { type: "string", default: "" }, file: { type: "string" }, object: { type: "boolean", default: false }, sig: { type: "string" } } });
    const id = positionals[0];
    if (id === undefined && values.file === undefined) {
      io.stderr.write(`sena ${decision} ID [--as OPERATOR] [--note TEXT]${decision === "approve" ? " --yes" : ""}\nsena ${decision} --file REQUEST.json   decide about a request of another installation; the decision goes to stdout\n${decision === "approve" ? SIGNING_HELP : ""}`);
      return USAGE;
    }
    const client = await core();
    const passphrase = values.as === undefined ? undefined : (await readAll(io.stdin)).replace(/\r?\n$/, "");
    const operatorId = values.as === undefined ? undefined : (await client.access.operators({})).operators.find((each) => each.name === values.as || each.id === values.as)?.id;
    if (values.as !== undefined && operatorId === undefined) throw fail("NOT_FOUND", { what: "operator", id: values.as });
    const by = { note: values.note, ...(operatorId !== undefined && { operatorId }), ...(passphrase !== undefined && { passphrase }) };
    if (values.file !== undefined) {
      const text = await readFile(values.file, "utf8");
      const read = await client.approvals.readFile({ text });
      if (decision === "approve" && !values.yes) {
        show(io, read.view);
        for (const warning of read.warnings) line(io, `  !! ${warning}`);
        line(io, "Nothing was approved. Read it, then add --yes.");
        return 2;
      }
      io.stdout.write((await client.approvals.signFile({ text, decision, ...by })).text);
      return 0;
    }
    const approval = await client.approvals.show({ id: id as string });
    if (decision === "approve" && values.object) {
      // Whoever signs must have seen what runs: the bytes name it by its hash only.
      show({ stdin: io.stdin, stdout: io.stderr, stderr: io.stderr }, approval);
      io.stdout.write((await client.approvals.objectFile({ id: approval.id })).text);
      return 0;
    }
    if (decision === "approve" && values.sig !== undefined) {
      const { state, decisions } = await client.approvals.acceptSignature({ id: approval.id, sig: await readFile(values.sig, "utf8"), note: values.note });
      line(io, `${approval.id}: ${state}, by ${decisions.map(({ name }) => oneLine(name)).join(", ")}`);
      return 0;
    }
    if (decision === "deny") {
      line(io, `${(await client.approvals.deny({ id: approval.id, ...by })).id}: denied`);
      return 0;
    }
    show(io, approval);
    if (!values.yes) {
      line(io, "Nothing was approved. Read it, then add --yes.");
      return 2;
    }
    line(io, `${approval.id}: ${(await client.approvals.approve({ id: approval.id, scriptHash: approval.scriptHash, sawWhole: true, ...by })).state}`);
    return 0;
  };
export const approveCommand = decideCommand("approve");
export const denyCommand = decideCommand("deny");

export const execCommand: Command = async (argv, { io, core }) => {
  const at = argv.indexOf("--");
  const { values, positionals } = parseArgs({ args: argv.slice(0, at < 0 ? argv.length : at), allowPositionals: true, options: { json: { type: "boolean", default: false }, why: { type: "string", default: "" }, ticket: { type: "string" }, timeout: { type: "string", default: "60" } } });
  const host = positionals[0];
  const script = at < 0 ? "" : argv.slice(at + 1).join(" ");
  if (host === undefined || script === "") {
    io.stderr.write("sena exec HOST [--why TEXT] [--ticket ID] [--timeout SECONDS] [--json] -- COMMAND\nThe words after -- are joined with blanks and read by the host's bash, as they are shown and recorded.\n");
    return USAGE;
  }
  const client = await core();
  for await (const event of client.guard.run({ host, script, why: values.why, timeoutMs: Number(values.timeout) * 1000, ...(values.ticket !== undefined && { ticket: values.ticket }) })) {
    if (values.json) line(io, JSON.stringify(event));
    switch (event.type) {
      case "judged":
        if (!values.json && event.verdict !== "allow") io.stderr.write(`sena: ${event.why}\n`);
        break;
      case "waiting":
        if (!values.json) io.stderr.write(`sena: waits for an approval until ${new Date(event.notAfter).toISOString()}: sena approve ${event.approvalId}\n`);
        break;
      case "output":
        if (!values.json) (event.stream === "stdout" ? io.stdout : io.stderr).write(event.text);
        break;
      case "refused":
        if (!values.json) io.stderr.write(`sena: ${event.say}\n`);
        return 4;
      case "unknown":
        if (!values.json) io.stderr.write(`sena: ${event.say}\n`);
        return 1;
      case "ended":
        return event.exitCode ?? 1;
      case "approved":
      case "started":
        break;
      default:
        event satisfies never;
    }
  }
  return 1;
};

const VAULT_HELP = `sena vault list                 names, versions, when they were used, what is due
sena vault put NAME             the value is read from stdin, never from an argument
sena vault remove NAME
sena vault rotate NAME DAYS     remind after so many days; 0 is never
sena vault uses [NAME]
sena vault export [FILE]        sealed, into a new file or to stdout; the passphrase is read from stdin
sena vault import FILE          a sealed export; the passphrase is read from stdin
sena vault import --plain       NAME=VALUE lines, a JSON object or CSV, from stdin
sena vault sources              the other places secrets come from, and whether each answers
sena vault certify SOURCE ROLE USER KEY.pub
                                a certificate for minutes from that source's SSH authority; beside the
                                key, as KEY-cert.pub, OpenSSH shows it to hosts that trust the authority
`;

export const vaultCommand: Command = async ([verb = "", name, second, principal, keyFile], { io, core }) => {
  const fromStdin = async () => (await readAll(io.stdin)).replace(/\r?\n$/, "");
  switch (verb) {
    case "list": {
      const { secrets, isUnlocked } = await (await core()).vault.list({});
      for (const each of secrets) line(io, `${each.name}  v${each.version}  changed ${new Date(each.changedAt).toISOString().slice(0, 10)}  ${each.lastUsedAt === null ? "never used" : `used ${new Date(each.lastUsedAt).toISOString()}`}${each.isDue ? "  ROTATE" : ""}`);
      if (secrets.length === 0) line(io, isUnlocked ? "No secrets yet." : "The vault is locked.");
      return 0;
    }
    case "put":
      if (name === undefined) break;
      await (await core()).vault.put({ name, value: await fromStdin() });
      line(io, `${name}: stored`);
      return 0;
    case "remove":
      if (name === undefined) break;
      await (await core()).vault.remove({ name });
      line(io, `${name}: removed`);
      return 0;
    case "rotate":
      if (name === undefined || second === undefined) break;
      await (await core()).vault.setRotation({ name, days: Number(second) });
      return 0;
    case "uses":
      for (const use of (await (await core()).vault.uses(name === undefined ? {} : { name })).uses) line(io, `${new Date(use.at).toISOString()}  ${use.name}  ${oneLine(use.for)}`);
      return 0;
    case "sources": {
      const { sources } = await (await core()).vault.sources({});
      let isAllWell = true;
      for (const { id, kind } of sources) {
        const { ok, say } = await (await core()).vault.checkSource({ id });
        isAllWell &&= ok;
        line(io, `${id}  ${kind}  ${ok ? "ok" : "FAILS"}  ${oneLine(say)}`);
      }
      if (sources.length === 0) line(io, "No other sources; secrets lie in the local vault.");
      return isAllWell ? 0 : 1;
    }
    case "certify": {
      if (name === undefined || second === undefined || principal === undefined || keyFile === undefined) break;
      const { certificate } = await (await core()).vault.certify({ id: name, role: second, principal, publicKey: (await readFile(keyFile, "utf8")).trim() });
      line(io, certificate);
      return 0;
    }
    case "export": {
      const { text } = await (await core()).vault.exportSealed({ passphrase: await fromStdin() });
      if (name === undefined) io.stdout.write(text);
      else {
        // Never over another file: it may be the only copy of other secrets.
        await writeFile(name, text, { mode: 0o600, flag: "wx" });
        line(io, `${name}: written; only the passphrase opens it`);
      }
      return 0;
    }
    case "import":
      if (name === undefined) break;
      if (name === "--plain") {
        line(io, `${(await (await core()).vault.importPlain({ text: await readAll(io.stdin) })).count} secrets imported`);
        return 0;
      }
      line(io, `${(await (await core()).vault.importSealed({ text: await readFile(name, "utf8"), passphrase: await fromStdin() })).count} secrets imported`);
      return 0;
    default:
  }
  io.stderr.write(VAULT_HELP);
  return USAGE;
};
