import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, connect, type AddressInfo } from "node:net";
import { join } from "node:path";
import { userInfo } from "node:os";

export const SSHD = "/usr/sbin/sshd";
export const hasSshd = existsSync(SSHD) && process.getuid?.() === 0;

/** Debian's own OpenSSH server on a free loopback port, with its keys in `folder`. */
export async function startSshd(folder: string): Promise<{ port: number; user: string; keyFile: string; knownHosts: string; child: ChildProcess; stop(): void }> {
  mkdirSync("/run/sshd", { recursive: true, mode: 0o755 });
  const key = (name: string): string => {
    const made = spawnSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", join(folder, name)]);
    if (made.status !== 0) throw new Error(String(made.stderr));
    return join(folder, name);
  };
  const hostKey = key("host");
  const keyFile = key("client");
  writeFileSync(join(folder, "authorized_keys"), readFileSync(`${keyFile}.pub`), { mode: 0o600 });
  const port = await freePort();
  // A home of its own: what this account's own start-up files do (and may hang on) belongs to neither a test nor a measurement.
  const home = join(folder, "shell-home");
  mkdirSync(home);
  const config = join(folder, "sshd_config");
  writeFileSync(config, `ListenAddress 127.0.0.1\nPort ${port}\nHostKey ${hostKey}\nAuthorizedKeysFile ${join(folder, "authorized_keys")}\nStrictModes no\nUsePAM no\nPasswordAuthentication no\nPermitRootLogin yes\nPidFile none\nPrintMotd no\nPrintLastLog no\nMaxSessions 100\nMaxStartups 100\nSetEnv HOME=${home}\n`);
  const knownHosts = join(folder, "known_hosts");
  writeFileSync(knownHosts, `[127.0.0.1]:${port} ${readFileSync(`${hostKey}.pub`, "utf8")}`);
  const child = spawn(SSHD, ["-D", "-e", "-f", config], { stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  child.stderr?.on("data", (text: Buffer) => (said = (said + text.toString()).slice(-2000)));
  for (let tries = 0; tries < 100; tries += 1) {
    if (await answers(port)) return { port, user: userInfo().username, keyFile, knownHosts, child, stop: () => void child.kill() };
    await new Promise((wake) => setTimeout(wake, 50));
  }
  throw new Error(`sshd does not answer: ${said}`);
}

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => (socket.destroy(), resolve(true)));
    socket.once("error", () => resolve(false));
  });
