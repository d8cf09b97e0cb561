import { readFileSync } from "node:fs";
import ssh2, { type Client, type ClientChannel } from "ssh2";
import type { ExecResult } from "../../ssh/port.ts";

export type PlainHost = { readonly name: string; readonly address: string; readonly port: number; readonly user: string };

/** One command on a host, past SENA: to set a scene, and to see with other eyes what is left. */
export async function plainExec(host: PlainHost, keyPath: string, script: string): Promise<ExecResult> {
  const client = await dial(host, keyPath);
  try {
    return await exec(client, script);
  } finally {
    client.end();
  }
}

const dial = ({ address, port, user }: PlainHost, keyPath: string): Promise<Client> =>
  new Promise((resolve, reject) => {
    const client = new ssh2.Client();
    client.once("ready", () => resolve(client)).once("error", reject);
    client.connect({ host: address, port, username: user, privateKey: readFileSync(keyPath) });
  });

const exec = (client: Client, wire: string): Promise<ExecResult> =>
  new Promise((resolve, reject) => {
    const from = performance.now();
    client.exec(wire, (error, channel: ClientChannel) => {
      if (error) return reject(error);
      const stdout: Buffer[] = [];
      const stderr: Buffer[] = [];
      let exitCode: number | null = null;
      let signal: string | null = null;
      channel.on("data", (chunk: Buffer) => void stdout.push(chunk));
      channel.stderr.on("data", (chunk: Buffer) => void stderr.push(chunk));
      channel.on("exit", (code: number | null, name?: string) => {
        exitCode = code;
        signal = name ?? null;
      });
      channel.on("close", () => resolve({ stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr), exitCode, signal, cut: { stdout: 0, stderr: 0 }, elapsedMs: performance.now() - from }));
    });
  });
