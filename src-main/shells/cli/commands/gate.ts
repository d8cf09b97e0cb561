import { readFile } from "node:fs/promises";
import { text as readAll } from "node:stream/consumers";
import { parseArgs } from "node:util";
import { renderedText } from "../../../contract/rendering.ts";
import { failer, LINK_FAILURES, type ApprovalView } from "../../../contract/index.ts";
import { USAGE, type Command, type CommandUse, type Io } from "../io.ts";
import { oneLine } from "../plain.ts";

// Approvals from a terminal: what waits, yes or no.

const fail = failer(LINK_FAILURES);
const line = (io: Io, text: string) => io.stdout.write(`${text}\n`);

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

const PENDING_HELP = "sena pending [--json]   what waits for an approval, each whole; decide with sena approve or sena deny\n";
const pendingCommand: Command = async (argv, { io, core }) => {
  const { values } = parseArgs({ args: [...argv], options: { json: { type: "boolean", default: false } } });
  const { requests } = await (await core()).approvals.history({ limit: 200 });
  const waiting = requests.filter(({ state }) => state === "waiting");
  for (const approval of waiting) values.json ? line(io, JSON.stringify(approval)) : show(io, approval);
  if (waiting.length === 0 && !values.json) line(io, "Nothing waits.");
  return 0;
};

export const pendingUse: CommandUse = { help: PENDING_HELP, run: pendingCommand };

const WHO = `  --as OPERATOR   decide as somebody else; their passphrase is read from stdin
  --note TEXT     kept with the decision
`;
const HELPS = {
  approve: `sena approve ID [--as OPERATOR] [--note TEXT] --yes
sena approve --file REQUEST.json [--as OPERATOR] --yes
                  about a request of another installation; the decision goes to stdout
  --yes           without it, what would be approved is shown and nothing is decided
${WHO}
With a key of OpenSSH instead of a passphrase:
sena approve ID --object > ID.json            the bytes that an approval signs; the command itself goes to stderr
ssh-keygen -Y sign -n sena-approval@v1 -f KEY ID.json
sena approve ID --sig ID.json.sig             count that signature, by the operator whose key it is
`,
  deny: `sena deny ID [--as OPERATOR] [--note TEXT]
sena deny --file REQUEST.json [--as OPERATOR]
                  about a request of another installation; the decision goes to stdout
${WHO}`,
} as const;

const decideCommand =
  (decision: "approve" | "deny"): Command =>
  async (argv, { io, core }) => {
    const { values, positionals } = parseArgs({ args: [...argv], allowPositionals: true, options: { yes: { type: "boolean", default: false }, as: { type: "string" }, note: { type: "string", default: "" }, file: { type: "string" }, object: { type: "boolean", default: false }, sig: { type: "string" } } });
    const id = positionals[0];
    if (id === undefined && values.file === undefined) {
      io.stderr.write(HELPS[decision]);
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
export const approveUse: CommandUse = { help: HELPS.approve, run: decideCommand("approve") };
export const denyUse: CommandUse = { help: HELPS.deny, run: decideCommand("deny") };
