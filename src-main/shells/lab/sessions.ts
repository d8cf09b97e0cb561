import { spawn } from "node:child_process";
import { constants } from "node:os";
import { spawn as spawnPty } from "@lydell/node-pty";
import type { PseudoTtyInfo, ServerChannel } from "ssh2";
import type { Ground } from "./ground.ts";

// What the practice host's sshd does behind a channel: a command with pipes, or a shell in a real PTY.

const BASE_ENV = { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", HOME: "/home/ops", USER: "ops", LOGNAME: "ops", SHELL: "/bin/bash", LANG: "C.UTF-8", SSH_CONNECTION: "10.20.7.10 40122 10.20.1.11 22" };

export function runCommand(ground: Ground, command: string, env: Readonly<Record<string, string>>, channel: ServerChannel): void {
  const { file, args } = ground.enter(["/bin/bash", "-c", command]);
  const child = spawn(file, [...args], { env: { ...env, ...BASE_ENV }, stdio: ["pipe", "pipe", "pipe"] });
  channel.pipe(child.stdin);
  child.stdin.on("error", () => {}); // it ended before it read everything: its own affair
  child.stdout.pipe(channel, { end: false });
  child.stderr.pipe(channel.stderr, { end: false });
  child.once("error", (error) => (channel.stderr.write(`${error.message}\n`), channel.exit(127), channel.end()));
  // As sshd: the channel's end closes the pipes; the process lives on when it does not mind.
  child.once("close", (code, signal) => {
    if (signal && TOLD.has(signal.slice(3))) channel.exit(signal.slice(3), false, "");
    else channel.exit(code ?? 255);
    channel.end();
  });
}

export type Tty = { resize(cols: number, rows: number): void; signal(name: string): void };

export function runShell(ground: Ground, pty: PseudoTtyInfo & { readonly term?: string }, command: string | undefined, env: Readonly<Record<string, string>>, channel: ServerChannel): Tty {
  const { file, args } = ground.enter(command === undefined ? ["/bin/bash", "--login", "-i"] : ["/bin/bash", "-c", command]);
  const terminal = spawnPty(file, [...args], { name: pty.term || "xterm-256color", cols: clamp(pty.cols, 80), rows: clamp(pty.rows, 24), env: { ...env, ...BASE_ENV, TERM: pty.term || "xterm-256color" }, encoding: null });
  let ended = false;
  terminal.onData((data) => {
    const bytes = data as unknown as Buffer;
    if (!channel.write(bytes)) terminal.pause();
  });
  channel.on("drain", () => terminal.resume());
  channel.on("data", (bytes: Buffer) => !ended && terminal.write(bytes as unknown as string));
  channel.on("close", () => {
    if (!ended) terminal.kill("SIGHUP");
  });
  terminal.onExit(({ exitCode, signal }) => {
    ended = true;
    if (channel.destroyed) return;
    const name = signalName(signal);
    if (name) channel.exit(name, false, "");
    else channel.exit(exitCode);
    channel.end();
  });
  return { resize: (cols, rows) => !ended && terminal.resize(clamp(cols, 80), clamp(rows, 24)), signal: (name) => !ended && terminal.kill(name) };
}

const clamp = (value: number, otherwise: number): number => (value >= 1 && value <= 2000 ? value : otherwise);

/** RFC 4254 §6.10 names these and no others; a process ended by another is told as an exit code. */
const TOLD = new Set(["ABRT", "ALRM", "FPE", "HUP", "ILL", "INT", "KILL", "PIPE", "QUIT", "SEGV", "TERM", "USR1", "USR2"]);
const signalName = (number: number | undefined): string | undefined => {
  const name = Object.entries(constants.signals).find(([, value]) => value === number)?.[0].slice(3);
  return name !== undefined && TOLD.has(name) ? name : undefined;
};
