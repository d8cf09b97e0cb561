import type { CommandUse } from "./io.ts";

// Every command of `sena`, each loaded only when it is called.

type Listed = { readonly says: string; readonly load: () => Promise<CommandUse> };

export const COMMANDS: Readonly<Record<string, Listed>> = {
  ask: { says: 'ask "…"          ask in plain words; --host, --json, --wait', load: async () => (await import("./commands/ask.ts")).askUse },
  run: { says: "run SKILL        run a skill; --host, --input key=value, --dry-run, --json", load: async () => (await import("./commands/run.ts")).runUse },
  runs: { says: "runs COMMAND     list, show, resume, pause, stop", load: async () => (await import("./commands/runs.ts")).runsUse },
  schedules: { says: "schedules COMMAND list, add, approve, revoke, pause, resume, run, history, remove: runbooks by the clock", load: async () => (await import("./commands/schedules.ts")).schedulesUse },
  audit: { says: "audit COMMAND    head, verify, search, tail, export, witness, erase, rotate, auditor-key", load: async () => (await import("./commands/audit.ts")).auditUse },
  skill: { says: "skill COMMAND    lint, test, keygen, sign, install, trust, new, schema, list", load: async () => (await import("./commands/skill.ts")).skillUse },
  hosts: { says: "hosts COMMAND    list, show, add, change, remove, import, sync, export, test, trust, distrust, adopt-keys", load: async () => (await import("./commands/hosts.ts")).hostsUse },
  cp: { says: "cp FROM TO       copy a file from or to HOST:PATH; --resume, --force", load: async () => (await import("./commands/cp.ts")).cpUse },
  kb: { says: "kb COMMAND       add, sync, list, search, remove, export, import", load: async () => (await import("./commands/kb.ts")).kbUse },
  open: { says: "open             a fresh one-time address of the running station", load: async () => (await import("./commands/open.ts")).openUse },
  classify: { says: 'classify "…"     tell what a command may do, without running it; --jsonl, --dialect', load: async () => (await import("./commands/classify.ts")).classifyUse },
  ssh: { says: "ssh HOST         a recorded shell on a host, in this terminal", load: async () => (await import("./commands/ssh.ts")).sshUse },
  exec: { says: "exec HOST -- CMD one command on one host, through the gate; --why, --ticket, --timeout, --json", load: async () => (await import("./commands/exec.ts")).execUse },
  pending: { says: "pending          what waits for an approval, whole", load: async () => (await import("./commands/gate.ts")).pendingUse },
  approve: { says: "approve ID --yes approve it; --as OPERATOR reads their passphrase from stdin; --file", load: async () => (await import("./commands/gate.ts")).approveUse },
  deny: { says: "deny ID          deny it; --note, --as, --file", load: async () => (await import("./commands/gate.ts")).denyUse },
  models: { says: "models COMMAND   list, import, read, approve, approved, only-approved, forget, trust, test, load, unload, reviewer, reranker, budget, remove", load: async () => (await import("./commands/models.ts")).modelsUse },
  evals: { says: "evals COMMAND    list, run, show, compare, stop, remove: models on the practice scenarios", load: async () => (await import("./commands/evals.ts")).evalsUse },
  policy: { says: "policy COMMAND   check, explain, simulate, show, versions, propose, confirm, reject", load: async () => (await import("./commands/policy.ts")).policyUse },
  vault: { says: "vault COMMAND    list, put, remove, rotate, uses, sources, certify, export, import", load: async () => (await import("./commands/vault.ts")).vaultUse },
  central: { says: "central          the optional server for many desktops", load: async () => (await import("./commands/central.ts")).centralUse },
  link: { says: "link COMMAND     status, enrol, trust, leave: this desktop and a central server", load: async () => (await import("./commands/link.ts")).linkUse },
  sync: { says: "sync COMMAND     enrol, export, import: a central server that no network leads to, by files", load: async () => (await import("./commands/sync.ts")).syncUse },
  call: { says: "call PATH [JSON] any procedure of the contract, answers as JSON", load: async () => (await import("./commands/call.ts")).callUse },
};
