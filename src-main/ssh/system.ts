import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { spawn as spawnPty } from "@lydell/node-pty";
import { Failure, failer } from "../contract/failure.ts";
import type { Host, Inventory } from "../inventory/port.ts";
import { capped, DEFAULT_OUTPUT_BYTES, DEFAULT_TIMEOUT_MS, outOfTime } from "./exec.ts";
import { SSH_FAILURES } from "./failures.ts";
import type { HostKeys } from "./host-keys.ts";
import type { ExecOptions, ExecResult, HostIdentity, SshShell } from "./port.ts";
import type { ShellOptions } from "./shell.ts";

// The machine's own OpenSSH, for what the built-in transport cannot: security keys, certificates (the host's and the
// agent's), ProxyCommand, post-quantum key exchange. Strict as ever: SENA's known_hosts and the operator's, no questions.
// A command's exit status 255 is also how ssh reports its own failures, and what a command prints may read like ssh's words (it
// may be another ssh): so ssh writes its own into a file, and whether the connection is still there tells the rest.

const fail = failer(SSH_FAILURES);

export type SystemNeeds = {
  readonly hostKeys: HostKeys;
  readonly inventory: Pick<Inventory, "get">;
  /** A folder of ours, short enough for a socket path, for the shared connections. */
  readonly runFolder: string;
  /** `ssh`, found on PATH unless told. */
  readonly program?: string;
};

export interface SystemSsh extends AsyncDisposable {
  identify(host: Host, signal?: AbortSignal): Promise<HostIdentity>;
  exec(host: Host, options: ExecOptions): Promise<ExecResult>;
  shell(host: Host, options: ShellOptions): Promise<SshShell>;
  connected(): readonly string[];
  disconnect(host: Host): void;
}

const PERSIST_SECONDS = 600;
/** Of a connection that was there, and is not any more. */
const LOST = /^(?:client_loop: .*|timeout, server .*|connection to \S+ closed.*|.*broken pipe.*)$/im;
/** The same of a connection that is not shared: ssh says it where the command's errors come, last of all and behind a carriage return, whatever file it was given for its words. */
const LEFT = /(?:^|\n)((?:Connection to|Read from remote host) (\S+?)(?: closed by remote host\.|: [^\r\n]*))\r\n$/;
const LEFT_CHARS = 512;

export function createSystemSsh({ hostKeys, inventory, runFolder, program = "ssh" }: SystemNeeds): SystemSsh {
  mkdirSync(runFolder, { recursive: true, mode: 0o700 });
  // Of a core that was ended in the middle of a command: ssh adds to such a file, and what it said then would be read as said now.
  for (const name of readdirSync(runFolder).filter((each) => each.endsWith(".log"))) rmSync(join(runFolder, name), { force: true });
  const socketOf = (host: Host): string => join(runFolder, `${host.id.slice(-20)}.s`);

  function argsFor(host: Host): string[] {
    const quoted = hostKeys.files.map((file) => `"${file}"`).join(" ");
    const jumps = host.jumps.map((id) => inventory.get(id)).filter((hop) => hop !== undefined);
    const certified = jumps.find(({ credential }) => credential.kind === "certificate");
    if (host.credential.kind === "certificate" || certified) throw fail("SSH_CERTIFICATE_SYSTEM", { host: host.name, ...(host.credential.kind !== "certificate" && certified && { hop: certified.name }) });
    const key = host.credential.kind === "key-file" ? ["-o", `IdentityFile=${host.credential.path}`, "-o", "IdentitiesOnly=yes"] : [];
    return [
      "-o", `UserKnownHostsFile=${quoted}`, "-o", "GlobalKnownHostsFile=/etc/ssh/ssh_known_hosts", "-o", "StrictHostKeyChecking=yes", "-o", "UpdateHostKeys=no", "-o", "CheckHostIP=no",
      "-o", "BatchMode=yes", "-o", "ForwardAgent=no", "-o", "ForwardX11=no", "-o", "PermitLocalCommand=no", "-o", "ServerAliveInterval=15", "-o", "ServerAliveCountMax=3", "-o", "ConnectTimeout=20", "-o", "EscapeChar=none",
      "-o", "ControlMaster=auto", "-o", `ControlPath=${socketOf(host)}`, "-o", `ControlPersist=${PERSIST_SECONDS}`,
      ...key, ...(jumps.length > 0 ? ["-J", jumps.map((hop) => `${hop.user}@${hop.address}:${hop.port}`).join(",")] : []),
      "-p", String(host.port), "-l", host.user,
    ];
  }

  function wordsFor(host: Host, stderr: string): Failure | undefined {
    if (/host key verification failed/i.test(stderr)) {
      const offered = /(?:key fingerprint is|fingerprint for the .* key sent by the remote host is)\s+(SHA256:\S+)/is.exec(stderr)?.[1]?.replace(/\.$/, "") ?? "unknown";
      if (/has changed|IDENTIFICATION HAS CHANGED/i.test(stderr)) return fail("SSH_HOST_KEY_CHANGED", { host: host.name, hostId: host.id, known: hostKeys.keysOf(host).map((key) => key.fingerprint).join(", "), type: "key", ...(!hostKeys.isStrict(host) && { fingerprint: offered }) });
      if (/revoked/i.test(stderr)) return fail("SSH_HOST_KEY_REVOKED", { host: host.name, fingerprint: offered, file: "known_hosts" });
      return fail("SSH_HOST_KEY_UNKNOWN", { host: host.name, hostId: host.id, type: "key", fingerprint: offered });
    }
    if (/permission denied|too many authentication failures/i.test(stderr)) return fail("SSH_AUTH_FAILED", { host: host.name, user: host.user, tried: "what OpenSSH is set up with" });
    const unreachable = /(connection refused|timed out|no route to host|could not resolve|network is unreachable|connection closed|connection reset)/i.exec(stderr);
    if (unreachable) return fail("SSH_UNREACHABLE", { host: host.name, address: `${host.address}:${host.port}`, why: unreachable[1]?.toLowerCase() ?? "" });
    return undefined;
  }

  /** Why ssh itself failed, where it did; a command may have ended as it does. */
  async function failureOf(host: Host, log: string, stderr: { readonly first: string; readonly last: string }, before: number | undefined): Promise<Failure | undefined> {
    // Where it could write no file it says all of it here.
    const own = existsSync(log) ? readFileSync(log, "utf8") : stderr.first;
    const [, left, address] = LEFT.exec(stderr.last) ?? [];
    const lost = LOST.exec(own)?.[0].trim() ?? (address === host.address ? left : undefined);
    const words = lost === undefined ? wordsFor(host, own) : undefined;
    if (words) return words;
    const now = sharedOf(host);
    const isStill = lost === undefined && now !== undefined && (before === undefined || now === before) && (await mux(host, "check"));
    return isStill ? undefined : fail("SSH_LOST", { host: host.name, why: lost ?? (own.trim().split("\n").at(-1)?.trim() || "it ended before the command did") });
  }

  const sharedOf = (host: Host): number | undefined => statSync(socketOf(host), { throwIfNoEntry: false })?.ino;
  let begun = 0;

  async function run(host: Host, command: string, options: ExecOptions): Promise<ExecResult> {
    options.signal?.throwIfAborted();
    const from = performance.now();
    const log = `${socketOf(host)}-${(begun += 1)}.log`;
    const before = sharedOf(host);
    // What is read of its words is made for these: an account's own setting may silence them, or have it tell of each step.
    const child = spawn(program, ["-E", log, "-o", "LogLevel=INFO", ...argsFor(host), "-T", "--", host.address, command], { stdio: ["pipe", "pipe", "pipe"] });
    // Heard from the first moment: where no process can be had, its pipes are missing too.
    const closed = new Promise<[number | null, NodeJS.Signals | null]>((resolve, reject) => {
      child.once("error", (error: NodeJS.ErrnoException) => reject(error.code === "ENOENT" ? fail("SSH_SYSTEM_MISSING", { host: host.name }, error) : error));
      child.once("close", (status, name) => resolve([status, name]));
    });
    const [stdout, stderr] = [capped(options.maxOutputBytes ?? DEFAULT_OUTPUT_BYTES), capped(options.maxOutputBytes ?? DEFAULT_OUTPUT_BYTES)];
    const tell = (stream: "stdout" | "stderr", kept: Uint8Array): void => void (kept.byteLength > 0 && options.onOutput?.(stream, kept));
    let isTimeout = false;
    const stop = (): void => void child.kill("SIGTERM");
    options.signal?.addEventListener("abort", stop, { once: true });
    const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    const timer = setTimeout(() => ((isTimeout = true), stop()), timeoutMs);
    child.stdout?.on("data", (bytes: Buffer) => tell("stdout", stdout.add(bytes)));
    let last = "";
    child.stderr?.on("data", (bytes: Buffer) => {
      last = `${last}${bytes.toString("latin1")}`.slice(-LEFT_CHARS);
      tell("stderr", stderr.add(bytes));
    });
    child.stdin?.on("error", () => {});
    child.stdin?.end(options.stdin ?? new Uint8Array());
    try {
      const [code, ended] = await closed;
      options.signal?.throwIfAborted();
      const result = { stdout: stdout.bytes, stderr: stderr.bytes, cut: { stdout: stdout.cut, stderr: stderr.cut }, elapsedMs: Math.round(performance.now() - from) };
      if (isTimeout) throw outOfTime(host.name, timeoutMs, result);
      if (code === null) throw fail("SSH_LOST", { host: host.name, why: `ssh was ended by ${ended ?? "a signal"}` });
      const failure = code === 255 ? await failureOf(host, log, { first: Buffer.from(stderr.bytes).toString("utf8"), last }, before) : undefined;
      if (failure) throw failure;
      return { ...result, exitCode: code, signal: null };
    } finally {
      clearTimeout(timer);
      options.signal?.removeEventListener("abort", stop);
      rmSync(log, { force: true });
    }
  }

  const mux = (host: Host, verb: "exit" | "check"): Promise<boolean> =>
    new Promise((resolve) => {
      if (!existsSync(socketOf(host))) return resolve(false);
      const child = spawn(program, ["-o", `ControlPath=${socketOf(host)}`, "-O", verb, "--", host.address], { stdio: "ignore" });
      child.once("error", () => resolve(false));
      return child.once("close", (code) => resolve(code === 0));
    });

  const used = new Map<string, Host>();
  return {
    async identify(host, signal) {
      // ssh says which key the server showed only when asked to be verbose; the fingerprint line is its own format.
      if (!(await mux(host, "check"))) await run(host, ":", { wire: ":", ...(signal && { signal }) });
      used.set(host.id, host);
      const probe = spawn(program, ["-v", ...argsFor(host), "-o", "ControlPath=none", "-o", "PreferredAuthentications=none", "-T", "--", host.address, ":"], { stdio: ["ignore", "ignore", "pipe"] });
      // It only looks for the key's name: what it cannot tell, the known hosts do. Without a listener its failing start would end the core.
      const isOver = new Promise<void>((resolve) => void probe.once("close", () => resolve()).once("error", () => resolve()));
      let said = "";
      probe.stderr?.on("data", (bytes: Buffer) => said.length < 65_536 && (said += bytes.toString("utf8")));
      await isOver;
      // A line of ssh's own: what the server says of itself, its version first of all, stands within others.
      const shown = /^debug1: Server host (?:key|certificate): (\S+) (SHA256:\S+)/m.exec(said);
      const [key] = hostKeys.keysOf(host);
      return { hostId: host.id, user: host.user, keyType: shown?.[1] ?? key?.type ?? "", fingerprint: (shown?.[2] ?? key?.fingerprint ?? "").replace(/,$/, "") };
    },
    async exec(host, options) {
      used.set(host.id, host);
      return run(host, options.wire, options);
    },
    async shell(host, { cols, rows, term, signal, command }) {
      signal?.throwIfAborted();
      used.set(host.id, host);
      const identity = await this.identify(host, signal);
      const pty = spawnPty(program, [...argsFor(host), "-tt", "--", host.address, ...(command === undefined ? [] : [command])], { name: term, cols, rows, encoding: null, env: { ...process.env, TERM: term } as Record<string, string> });
      return pulled(pty, identity);
    },
    connected: () => [...used.values()].filter((host) => existsSync(socketOf(host))).map((host) => host.id),
    disconnect: (host) => void mux(host, "exit"),
    async [Symbol.asyncDispose]() {
      await Promise.all([...used.values()].map((host) => mux(host, "exit")));
    },
  };
}

const QUEUE_BYTES = 256 * 1024;

/** A local PTY read on demand: paused while nobody asks, so that ssh stops reading and the remote program blocks. */
function pulled(pty: ReturnType<typeof spawnPty>, identity: HostIdentity): SshShell {
  const queue: Uint8Array[] = [];
  let queued = 0;
  let wake: (() => void) | undefined;
  let isOver = false;
  const { promise: ended, resolve } = Promise.withResolvers<{ status: number | null; reason: string }>();
  pty.onData((data) => {
    const bytes = data as unknown as Buffer;
    queue.push(bytes);
    queued += bytes.byteLength;
    if (queued > QUEUE_BYTES) pty.pause();
    wake?.();
  });
  pty.onExit(({ exitCode, signal }) => {
    isOver = true;
    resolve(exitCode === 255 || signal ? { status: null, reason: "the connection was lost" } : { status: exitCode, reason: "" });
    wake?.();
  });
  async function* output(): AsyncGenerator<Uint8Array> {
    for (;;) {
      const next = queue.shift();
      if (next) {
        queued -= next.byteLength;
        if (queued < QUEUE_BYTES / 2 && !isOver) pty.resume();
        yield next;
      } else if (isOver) return;
      else await new Promise<void>((go) => (wake = go)).finally(() => (wake = undefined));
    }
  }
  return {
    identity,
    output: output(),
    ended,
    write: async (bytes) => void (isOver || pty.write(Buffer.from(bytes) as unknown as string)),
    resize: (cols, rows) => void (isOver || pty.resize(cols, rows)),
    close: () => void (isOver || pty.kill("SIGHUP")),
  };
}

