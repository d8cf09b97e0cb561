import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "../../src-main/contract/index.ts";
import type { ExecResult, Ssh } from "../../src-main/ssh/port.ts";

/**
 * Hosts that are folders: the wire runs in a real `/bin/sh` with the host's folder as its home, in a process of its own
 * that outlives whoever started it, as a command on a server outlives the connection.
 */
export function localHosts(dir: string): Pick<Ssh, "identify" | "exec"> {
  return {
    identify: async (hostId) => ({ hostId, user: "ops", fingerprint: `SHA256:${hostId}`, keyType: "ssh-ed25519" }),
    exec: (hostId, { wire, signal, onOutput, timeoutMs = 60_000 }) =>
      new Promise<ExecResult>((resolve, reject) => {
        const home = join(dir, hostId);
        mkdirSync(home, { recursive: true });
        const from = performance.now();
        const child = spawn("/bin/sh", ["-c", wire], { cwd: home, env: { HOME: home, USER: "ops", PATH: process.env["PATH"] ?? "" }, detached: true, stdio: ["ignore", "pipe", "pipe"] });
        const parts = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
        const gone = (why: Error) => {
          child.stdout.destroy();
          child.stderr.destroy();
          reject(why);
        };
        const stop = () => gone(new DOMException("stopped", "AbortError"));
        signal?.addEventListener("abort", stop, { once: true });
        const timer = setTimeout(() => gone(new Failure("SSH_TIMEOUT", "It took too long.", { retryable: true })), timeoutMs);
        for (const stream of ["stdout", "stderr"] as const)
          child[stream].on("data", (chunk: Buffer) => {
            parts[stream].push(chunk);
            onOutput?.(stream, chunk);
          });
        child.on("close", (exitCode, killedBy) => {
          clearTimeout(timer);
          signal?.removeEventListener("abort", stop);
          resolve({ stdout: Buffer.concat(parts.stdout), stderr: Buffer.concat(parts.stderr), exitCode, signal: killedBy, cut: { stdout: 0, stderr: 0 }, elapsedMs: performance.now() - from });
        });
      }),
  };
}
