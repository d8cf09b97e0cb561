import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { createInterface } from "node:readline/promises";
import { parseArgs } from "node:util";
import { Failure, type Client, type CredentialRef, type Host, type HostDraft, type ImportKind, type ImportView, type SenaContract, type ShownKey } from "../../../contract/index.ts";
import { typedFingerprint } from "../../../contract/typed-fingerprint.ts";
import { answerPrompts } from "../answer-prompts.ts";
import { USAGE, type Command, type CommandContext, type CommandUse, type Io } from "../io.ts";
import { plainLine as plain } from "../plain.ts";

const HELP = `sena hosts COMMAND

  list [WORDS…] [--json]                       hosts that match; tag:x group:y env:prod os:idrac narrow, -word excludes
  show HOST [--json]                           everything about one host, and its keys
  add NAME [ADDRESS] --user U [PROPERTY]…       write a host down; its key is trusted by itself: trust
  change HOST [PROPERTY]… [--untag T]… [--ungroup G]…
  remove HOST…
  import FILE [--kind ssh-config|ansible|csv|known-hosts] [--env E] [--user U] [--tag T]… [--dry-run] [--remove-gone] [--yes] [--json]
  sync [SOURCE] [--dry-run] [--remove-gone] [--yes]
                                               read imported files again
  export [WORDS…] --format csv|ssh-config|ansible [--out FILE]
  test HOST [--json]                           reach it, check its key, sign in
  trust HOST [--fingerprint SHA256:…] [--replace]
                                               trust its key, after you compared it; another key of a production host
                                               is replaced by who names its fingerprint as its owner reads it
  distrust HOST                                forget the keys SENA keeps for it
  adopt-keys FILE                              take over the lines of a known_hosts file

PROPERTY is one of: --name N, --address A, --user U, --port N, --env dev|staging|prod, --criticality low|normal|high,
  --group G, --tag T, --jump HOST (these as often as needed), --os linux|idrac|cisco-ios|other, --notes TEXT,
  --key FILE | --secret NAME | --certificate SOURCE/ROLE | --agent, --system | --built-in, --legacy
`;

const list = { type: "string", multiple: true } as const;
const text = { type: "string" } as const;
const flag = { type: "boolean" } as const;
const OPTIONS = {
  json: flag, yes: flag, "dry-run": flag, "remove-gone": flag, replace: flag, agent: flag, system: flag, "built-in": flag, legacy: flag,
  user: text, port: text, env: text, key: text, secret: text, certificate: text, os: text, kind: text, format: text, out: text, fingerprint: text, address: text, name: text, notes: text, criticality: text,
  group: list, tag: list, jump: list, untag: list, ungroup: list,
} as const;
type Flags = ReturnType<typeof parseArgs<{ options: typeof OPTIONS; allowPositionals: true }>>["values"];
type Act = (rest: readonly string[], flags: Flags, context: CommandContext) => Promise<number>;
type Core = Client<SenaContract>;
const WAITING = 2;

const hostsCommand: Command = async ([name = "", ...argv], context) => {
  const act = Object.hasOwn(ACTS, name) ? ACTS[name] : undefined;
  if (act === undefined) return context.io.stderr.write(HELP), USAGE;
  // `-word` excludes in a search: the parser would take it for an option.
  const words = name === "list" || name === "export" ? argv.filter((word) => /^-[^-]/.test(word)) : [];
  const { values, positionals } = parseArgs({ args: argv.filter((word) => !words.includes(word)), options: OPTIONS, allowPositionals: true });
  return act([...positionals, ...words], values, context);
};

export const hostsUse: CommandUse = { help: HELP, run: hostsCommand };

async function need(core: Core, name: string | undefined): Promise<Host> {
  const { host } = name === undefined || name === "" ? { host: null } : await core.hosts.find({ name });
  if (!host) throw new Failure("NO_SUCH_HOST", `There is no host "${name ?? ""}" in the inventory. See: sena hosts list`);
  return host;
}

const show: Act = async ([name], { json }, { io, core }) => {
  const client = await core();
  const all = await client.hosts.get({ id: (await need(client, name)).id });
  if (json === true) return io.stdout.write(`${JSON.stringify(all)}\n`), 0;
  const { host } = all;
  const rows: readonly (readonly [string, string])[] = [
    ["name", host.name], ["address", `${host.user}@${host.address}:${host.port}`], ["environment", `${host.environment}, criticality ${host.criticality}`], ["system", host.os], ["groups", host.groups.join(", ")], ["tags", host.tags.join(", ")],
    ["way", all.jumps.map((hop) => hop.name).join(" → ")], ["credential", credentialWords(host.credential)], ["transport", `${host.transport}${host.legacyAlgorithms ? ", OLD ALGORITHMS ALLOWED" : ""}`], ["source", host.source], ["connected", all.connected ? "yes" : "no"], ["notes", host.notes],
  ];
  for (const [label, value] of rows) if (value !== "") io.stdout.write(`${label.padEnd(12)} ${plain(value)}\n`);
  for (const key of all.keys) io.stdout.write(`key          ${key.type} ${key.fingerprint}${key.marker === "none" ? "" : ` @${key.marker}`}  (${plain(key.file)})\n`);
  return 0;
};

const credentialWords = (of: CredentialRef): string => (of.kind === "key-file" ? `key ${of.path}` : of.kind === "vault" ? `vault secret ${of.secret}` : of.kind === "certificate" ? `certificate of ${of.source}, role ${of.role}` : of.kind === "agent" ? "SSH agent" : "asked for");

const listHosts: Act = async (words, { json }, { io, core }) => {
  const client = await core();
  const filter = { text: words.join(" ") };
  for (let offset = 0; ; offset += 500) {
    const { rows, total } = await client.hosts.list({ filter, order: { by: "name", down: false }, offset, limit: 500 });
    for (const row of rows) io.stdout.write(json === true ? `${JSON.stringify(row)}\n` : `${row.environment.padEnd(8)} ${plain(row.name).padEnd(28)} ${plain(`${row.user}@${row.address}${row.port === 22 ? "" : `:${row.port}`}`).padEnd(36)} ${plain([...row.groups, ...row.tags.map((tag) => `#${tag}`)].join(" "))}${row.jumpNames.length > 0 ? `  via ${plain(row.jumpNames.join(" → "))}` : ""}\n`);
    if (offset + rows.length >= total || rows.length === 0) return json !== true && total === 0 ? (io.stderr.write("no host matches\n"), 1) : 0;
  }
};

function credentialOf(flags: Flags): CredentialRef | undefined {
  if (flags.key !== undefined) return { kind: "key-file", path: resolve(flags.key) };
  if (flags.secret !== undefined) return { kind: "vault", secret: flags.secret };
  const [source, ...role] = flags.certificate?.split("/") ?? [];
  if (source !== undefined) return { kind: "certificate", source, role: role.join("/") };
  return flags.agent === true ? { kind: "agent" } : undefined;
}

async function partOf(core: Core, flags: Flags): Promise<Partial<HostDraft>> {
  const jumps = flags.jump && (await Promise.all(flags.jump.map((hop) => need(core, hop)))).map((hop) => hop.id);
  const credential = credentialOf(flags);
  // What does not fit is refused by the core, with words; here it is only passed on.
  const some = {
    name: flags.name, address: flags.address, user: flags.user, port: flags.port === undefined ? undefined : Number(flags.port), environment: flags.env, criticality: flags.criticality, os: flags.os, notes: flags.notes,
    jumps, credential, transport: flags.system === true ? "system" : flags["built-in"] === true ? "ssh2" : undefined, legacyAlgorithms: flags.legacy,
  };
  return Object.fromEntries(Object.entries(some).filter(([, value]) => value !== undefined)) as Partial<HostDraft>;
}

const add: Act = async ([name, address], flags, { io, core }) => {
  if (name === undefined || flags.user === undefined) return io.stderr.write(`sena hosts add NAME [ADDRESS] --user USER …\n`), USAGE;
  const client = await core();
  const host = await client.hosts.add({
    name, address: address ?? name, port: 22, user: "", environment: "prod", criticality: "normal", groups: flags.group ?? [], tags: flags.tag ?? [], os: "linux", jumps: [], credential: { kind: "ask" }, transport: "ssh2", legacyAlgorithms: false, keepShell: false, notes: "", favourite: false,
    ...(await partOf(client, flags)),
  });
  io.stdout.write(`${plain(host.name)} added as ${host.environment}${flags.env === undefined ? " (the strictest; say --env to choose)" : ""}. Its key is not known yet: sena hosts trust ${plain(host.name)}\n`);
  return 0;
};

const change: Act = async ([name], flags, { io, core }) => {
  const client = await core();
  const host = await need(client, name);
  const without = (now: readonly string[], plus: readonly string[] = [], minus: readonly string[] = []) => [...new Set([...now, ...plus])].filter((one) => !minus.includes(one));
  const to = { ...(await partOf(client, flags)), tags: without(host.tags, flags.tag, flags.untag), groups: without(host.groups, flags.group, flags.ungroup) };
  await client.hosts.change({ id: host.id, to });
  io.stdout.write(`${plain(host.name)} changed.\n`);
  return 0;
};

const remove: Act = async (names, _flags, { io, core }) => {
  const client = await core();
  const hosts = await Promise.all(names.map((name) => need(client, name)));
  if (hosts.length === 0) return io.stderr.write("sena hosts remove HOST…\n"), USAGE;
  const { removed } = await client.hosts.remove({ ids: hosts.map((host) => host.id) });
  io.stdout.write(`${removed} removed. What was recorded about them stays in the record.\n`);
  return 0;
};

const kindOf = (path: string): ImportKind => (/known_hosts/.test(path) ? "known-hosts" : /\.(csv|tsv)$/i.test(path) ? "csv" : /\.(ya?ml|ini)$|(^|\/)(hosts|inventory)$/i.test(path) ? "ansible" : "ssh-config");

const importHosts: Act = async ([file], flags, context) => {
  if (file === undefined) return context.io.stderr.write("sena hosts import FILE …\n"), USAGE;
  const client = await context.core();
  const kind = (flags.kind as ImportKind | undefined) ?? kindOf(file);
  const view = await client.hosts.previewImport({ kind, path: resolve(file), defaults: { environment: (flags.env as "dev" | "staging" | "prod" | undefined) ?? "prod", user: flags.user ?? process.env["USER"] ?? "root", tags: flags.tag ?? [] } });
  return finishImport(client, view, flags, context.io);
};

const sync: Act = async ([source], flags, { io, core }) => {
  const client = await core();
  const { sources } = await client.hosts.sources({});
  const wanted = sources.filter((one) => source === undefined || one.source === source || one.path === resolve(source));
  if (wanted.length === 0) return io.stderr.write(source === undefined ? "nothing was imported from a file yet\n" : `no source "${source}"; there are:\n${sources.map((one) => `  ${one.source}\n`).join("")}`), 1;
  let worst = 0;
  for (const one of wanted) worst = Math.max(worst, await finishImport(client, await client.hosts.previewSync({ source: one.source }), flags, io));
  return worst;
};

async function finishImport(client: Core, view: ImportView, flags: Flags, io: Io): Promise<number> {
  if (flags.json === true) io.stdout.write(`${JSON.stringify(view)}\n`);
  else io.stdout.write(planText(view));
  const changes = view.counts.add + view.counts.change + (flags["remove-gone"] === true ? view.counts.gone : 0);
  if (flags["dry-run"] === true || changes === 0) return 0;
  if (flags.yes !== true && !(await confirm(io, `Do this? [y/N] `))) return io.stderr.write("nothing was changed. Without a terminal give --yes.\n"), 1;
  const { added, changed, removed } = await client.hosts.applyImport({ id: view.id, skip: [], removeGone: flags["remove-gone"] === true });
  io.stderr.write(`${added} added, ${changed} changed, ${removed} removed.\n`);
  return 0;
}

export function planText(view: ImportView): string {
  const lines = [`${plain(view.source)}: ${view.counts.add} new, ${view.counts.change} changed, ${view.same} the same, ${view.counts.gone} no longer there`];
  for (const host of view.add) lines.push(`  + ${plain(host.name)}  ${plain(`${host.user}@${host.address}:${host.port}`)}  ${host.environment}${host.jumpNames.length > 0 ? `  via ${plain(host.jumpNames.join(" → "))}` : ""}`);
  for (const { name, fields } of view.change) lines.push(`  ~ ${plain(name)}  ${fields.map(({ field, before, after }) => `${field}: ${plain(before)} → ${plain(after)}`).join("; ")}`);
  for (const { name } of view.gone) lines.push(`  - ${plain(name)}`);
  for (const { where, why } of view.problems) lines.push(`  ! ${plain(where)}: ${plain(why)}`);
  return `${lines.join("\n")}\n`;
}

const confirm = async (io: Io, words: string): Promise<boolean> => /^y(es)?$/i.test(await question(io, words));

/** What the person at this terminal says; nothing where nobody sits at one. */
async function question(io: Io, words: string): Promise<string> {
  if ((io.stdin as { isTTY?: boolean }).isTTY !== true) return "";
  const reader = createInterface({ input: io.stdin, output: io.stderr });
  try {
    return (await reader.question(words)).trim();
  } finally {
    reader.close();
  }
}

const exportHosts: Act = async (words, { format, out }, { io, core }) => {
  if (format !== "csv" && format !== "ssh-config" && format !== "ansible") return io.stderr.write("sena hosts export --format csv|ssh-config|ansible\n"), USAGE;
  const { text: written } = await (await core()).hosts.export({ filter: { text: words.join(" ") }, format });
  if (out === undefined) io.stdout.write(written);
  else writeFileSync(out, written, { mode: 0o600 });
  return 0;
};

const test: Act = async ([name], { json }, { io, core }) => {
  const client = await core();
  const host = await need(client, name);
  const over = new AbortController();
  const answering = answerPrompts(client, io, over.signal);
  let isGood = true;
  try {
    for await (const step of client.hosts.test({ id: host.id })) {
      isGood &&= step.is !== "failed";
      io.stdout.write(json === true ? `${JSON.stringify(step)}\n` : `${step.is === "ok" ? "ok     " : step.is === "failed" ? "FAILED " : "note   "} ${step.step.padEnd(8)} ${plain(step.say)}${step.ms > 0 ? `  ${step.ms} ms` : ""}\n`);
    }
  } finally {
    over.abort();
    await answering.catch(() => {});
  }
  return isGood ? 0 : 1;
};

const trust: Act = async ([name], { fingerprint, replace }, { io, core }) => {
  const client = await core();
  const host = await need(client, name);
  const shown = await client.hosts.lookAtKey({ id: host.id });
  if (shown.verdict === "known") return io.stdout.write(`${plain(host.name)}: ${shown.type} ${shown.fingerprint} is trusted already.\n`), 0;
  if (shown.verdict === "changed") io.stderr.write(`${plain(host.name)} shows ANOTHER key than before.\n${shown.mustBeSaid ? "" : `  now    ${shown.type} ${shown.fingerprint}\n`}${shown.known.map((key) => `  before ${plain(key)}\n`).join("")}Either it was set up anew, or someone stands in between. Ask its owner${shown.mustBeSaid ? " to read it on the host itself: ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub" : ""}; only then: --replace\n`);
  if (shown.verdict === "changed" && replace !== true) return 1;
  const agreed = await agreedKey(host, shown, fingerprint, io);
  if (agreed === undefined) return io.stderr.write("not trusted; nothing was changed. Without a terminal give --fingerprint.\n"), 1;
  const { isTrusted, say } = await client.hosts.trust({ id: host.id, fingerprint: agreed, replaces: replace === true });
  (isTrusted ? io.stdout : io.stderr).write(`${plain(say)}\n`);
  return isTrusted ? 0 : WAITING;
};

/** The fingerprint this person answers for: given, said, or compared with the one that is shown. */
async function agreedKey(host: Host, shown: ShownKey, given: string | undefined, io: Io): Promise<string | undefined> {
  if (given !== undefined) return typedFingerprint(given) ?? given;
  if (shown.mustBeSaid) {
    if (shown.isAskedByYou) io.stderr.write(`You named the new one already. A second person, an approver, names it too until ${new Date(shown.askedUntil).toLocaleTimeString("sv-SE")}; until then nothing is trusted.\n`);
    else if (shown.askedBy !== "") io.stderr.write(`${plain(shown.askedBy)} named the new one already; you are the second person. Take it from the owner, not from ${plain(shown.askedBy)}.\n`);
    return typedFingerprint(await question(io, "Its fingerprint, as the owner reads it on the host: "));
  }
  if (shown.verdict !== "changed") io.stderr.write(`${plain(host.name)} (${host.environment}) shows\n${shown.type} ${shown.fingerprint}\n${shown.randomart}\nCompare it with the host's own (ssh-keygen -lf /etc/ssh/ssh_host_*_key.pub there).\n`);
  return (await confirm(io, "Is it the same? [y/N] ")) ? shown.fingerprint : undefined;
}

const distrust: Act = async ([name], _flags, { io, core }) => {
  const client = await core();
  const { forgotten } = await client.hosts.distrust({ id: (await need(client, name)).id });
  io.stdout.write(`${forgotten} ${forgotten === 1 ? "key" : "keys"} forgotten.\n`);
  return 0;
};

const adopt: Act = async ([file], _flags, { io, core }) => {
  if (file === undefined) return io.stderr.write("sena hosts adopt-keys FILE\n"), USAGE;
  const { added, problems } = await (await core()).hosts.adoptKeys({ text: readFileSync(file, "utf8") });
  io.stdout.write(`${added} keys taken over${problems.length > 0 ? `, ${problems.length} lines left out` : ""}.\n`);
  return 0;
};

const ACTS: Readonly<Record<string, Act>> = { list: listHosts, show, add, change, remove, import: importHosts, sync, export: exportHosts, test, trust, distrust, "adopt-keys": adopt };
