import { readFile, writeFile } from "node:fs/promises";
import { text as readAll } from "node:stream/consumers";
import { parseArgs } from "node:util";
import { USAGE, type Command, type CommandUse, type Io } from "../io.ts";
import { oneLine } from "../plain.ts";

// Secrets from a terminal: values come in on stdin and never go out.

const line = (io: Io, text: string) => io.stdout.write(`${text}\n`);

const HELP = `sena vault list                 names, versions, when they were used, what is due
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

const vaultCommand: Command = async (argv, { io, core }) => {
  const { values, positionals } = parseArgs({ args: [...argv], allowPositionals: true, options: { plain: { type: "boolean", default: false } } });
  const [verb = "", name, second, principal, keyFile] = positionals;
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
      if (values.plain) {
        line(io, `${(await (await core()).vault.importPlain({ text: await readAll(io.stdin) })).count} secrets imported`);
        return 0;
      }
      if (name === undefined) break;
      line(io, `${(await (await core()).vault.importSealed({ text: await readFile(name, "utf8"), passphrase: await fromStdin() })).count} secrets imported`);
      return 0;
    default:
  }
  io.stderr.write(HELP);
  return USAGE;
};

export const vaultUse: CommandUse = { help: HELP, run: vaultCommand };
