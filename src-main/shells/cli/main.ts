import { Failure } from "../../contract/index.ts";
import { VERSION } from "../core/version.ts";
import { homeFolder } from "../process/home.ts";
import { coreOf } from "./core-client.ts";
import { USAGE, type Command, type CommandContext } from "./io.ts";

// `sena`: the command line over the same contract. Each command is loaded only when it is called.

const COMMANDS: Readonly<Record<string, { readonly says: string; readonly load: () => Promise<Command> }>> = {
  ask: { says: 'ask "…"          ask in plain words; --host, --json, --wait', load: async () => (await import("./commands/ask.ts")).askCommand },
  run: { says: "run SKILL        run a skill; --host, --input key=value, --dry-run, --json", load: async () => (await import("./commands/run.ts")).runCommand },
  runs: { says: "runs list|show|resume|pause|stop", load: async () => (await import("./commands/runs.ts")).runsCommand },
  audit: { says: "audit COMMAND    head, verify, search, tail, export, witness, erase; see sena audit --help", load: async () => (await import("./commands/audit.ts")).auditCommand },
  skill: { says: "skill COMMAND    lint, test, sign, install, list, new; see sena skill --help", load: async () => (await import("./commands/skill.ts")).skillCommand },
  hosts: { says: "hosts COMMAND    list, show, add, change, remove, import, export, test, trust; see sena hosts --help", load: async () => (await import("./commands/hosts.ts")).hostsCommand },
  cp: { says: "cp FROM TO       copy a file from or to HOST:PATH; --resume, --force", load: async () => (await import("./commands/cp.ts")).cpCommand },
  kb: { says: "kb COMMAND       add, sync, list, search, remove, export, import; see sena kb --help", load: async () => (await import("./commands/kb.ts")).kbCommand },
  open: { says: "open             a fresh one-time address of the running station", load: async () => (await import("./commands/open.ts")).openCommand },
  classify: { says: 'classify "…"     tell what a command may do, without running it; --jsonl, --dialect', load: async () => { const { classifyCommand } = await import("./commands/classify.ts"); return (argv, { io }) => classifyCommand(argv, io); } },
  ssh: { says: "ssh HOST         a recorded shell on a host, in this terminal", load: async () => (await import("./commands/ssh.ts")).sshCommand },
  exec: { says: "exec HOST -- CMD one command on one host, through the gate; --why, --ticket, --json", load: async () => (await import("./commands/gate.ts")).execCommand },
  pending: { says: "pending          what waits for an approval, whole", load: async () => (await import("./commands/gate.ts")).pendingCommand },
  approve: { says: "approve ID --yes approve it; --as OPERATOR reads their passphrase from stdin; --file", load: async () => (await import("./commands/gate.ts")).approveCommand },
  deny: { says: "deny ID          deny it; --note, --as, --file", load: async () => (await import("./commands/gate.ts")).denyCommand },
  models: { says: "models COMMAND   list, import, read, approve, approved, trust, test, load, unload, reviewer, reranker, remove", load: async () => (await import("./commands/models.ts")).modelsCommand },
  evals: { says: "evals COMMAND    list, run, show, compare: models on the practice scenarios; see sena evals --help", load: async () => (await import("./commands/evals.ts")).evalsCommand },
  policy: { says: "policy COMMAND   check, explain, simulate, show, versions, propose, confirm, reject", load: async () => (await import("./commands/policy.ts")).policyCommand },
  vault: { says: "vault COMMAND    list, put, remove, rotate, uses, sources, certify, export, import", load: async () => (await import("./commands/gate.ts")).vaultCommand },
  central: { says: "central          the optional server for many desktops; see sena central --help", load: async () => (await import("./commands/central.ts")).centralCommand },
  link: { says: "link COMMAND     status, enrol, trust, leave: this desktop and a central server", load: async () => (await import("./commands/link.ts")).linkCommand },
  sync: { says: "sync COMMAND     enrol, export, import: a central server that no network leads to, by files", load: async () => (await import("./commands/sync.ts")).syncCommand },
  call: { says: "call PATH [JSON] any procedure of the contract, answers as JSON", load: async () => (await import("./commands/call.ts")).callCommand },
};

const help = () => `sena: ask, approve, run and verify from the command line\n\n${Object.values(COMMANDS).map(({ says }) => `  sena ${says}\n`).join("")}\nEverywhere: --home FOLDER (SENA's home), --help. sena --version tells which one this is.\n`;

async function main(args: readonly string[]): Promise<number> {
  const { home, rest } = takeHome(args);
  const [name = "", ...argv] = rest;
  if (name === "--version" || name === "version") {
    process.stdout.write(`sena ${VERSION}\n`);
    return 0;
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!command) {
    const isHelp = name === "" || name === "--help" || name === "help";
    (isHelp ? process.stdout : process.stderr).write(isHelp ? help() : `sena: there is no command "${name}".\n\n${help()}`);
    return isHelp ? 0 : USAGE;
  }
  await using owned = new AsyncDisposableStack();
  let connection: ReturnType<typeof coreOf> | undefined;
  const context: CommandContext = {
    io: process,
    home,
    core: async () => (await (connection ??= coreOf(home, owned))).client,
  };
  try {
    return await (await command.load())(argv, context);
  } catch (error) {
    process.stderr.write(`sena: ${(error as Error).message}\n`);
    return error instanceof Failure && error.code === "FORBIDDEN" ? 4 : 1;
  }
}

function takeHome(args: readonly string[]): { readonly home: string; readonly rest: readonly string[] } {
  const at = args.indexOf("--home");
  // Behind `--` everything belongs to the command that is to be run on a host.
  const end = args.indexOf("--");
  if (at < 0 || (end >= 0 && at > end)) return { home: homeFolder(), rest: args };
  return { home: homeFolder(args[at + 1]), rest: [...args.slice(0, at), ...args.slice(at + 2)] };
}

process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0); // `sena … | head`
  throw error;
});
process.exitCode = await main(process.argv.slice(2));
