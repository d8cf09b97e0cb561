import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, connect, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

// Debian's own OpenSSH server on a loopback port, with an account of its own: /etc/passwd, /etc/shadow and the PAM rules are
// laid over in a mount namespace, so that nothing of the machine changes. Needs root for that; skips loudly otherwise.

const SSHD = "/usr/sbin/sshd";
export const whyNoSshd = (): string | undefined => {
  if (process.platform !== "linux" || !existsSync(SSHD)) return "no OpenSSH server (/usr/sbin/sshd) on this machine";
  if (process.getuid?.() !== 0) return "a server with an account of its own needs root";
  return spawnSync("unshare", ["--mount", "true"]).status === 0 ? undefined : "mount namespaces are not allowed here";
};

export const USER = "sena-test";
export const PASSWORD = "correct horse";

export type Sshd = AsyncDisposable & {
  readonly port: number;
  readonly folder: string;
  /** Public host key lines by type: `ssh-ed25519 AAAA…`. */
  readonly hostKeys: Readonly<Record<"ed25519" | "rsa" | "ecdsa", string>>;
  /** Authorises a public key line from now on. */
  authorise(line: string): void;
  kill(signal: NodeJS.Signals): void;
  readonly log: () => string;
  restart(): Promise<void>;
};

export async function startSshd(options: { readonly config?: readonly string[]; readonly pam?: readonly string[]; readonly hostCertificate?: { readonly caKey: string; readonly principals: string }; readonly port?: number } = {}): Promise<Sshd> {
  const folder = mkdtempSync(join(tmpdir(), "sena-sshd-"));
  chmodSync(folder, 0o755);
  const home = join(folder, "home");
  mkdirSync(join(home, ".ssh"), { recursive: true, mode: 0o755 });
  chownSync(home, 4242, 4242);
  for (const type of ["ed25519", "rsa", "ecdsa"] as const) run("ssh-keygen", ["-q", "-t", type, "-N", "", "-f", join(folder, `host_${type}`)]);
  const certificate = options.hostCertificate;
  if (certificate) run("ssh-keygen", ["-q", "-s", certificate.caKey, "-I", "test-host", "-h", "-n", certificate.principals, join(folder, "host_ed25519.pub")]);
  const authorised = join(folder, "authorized_keys");
  writeFileSync(authorised, "");
  writeFileSync(join(folder, "passwd"), `${readFileSync("/etc/passwd", "utf8").trimEnd()}\n${USER}:x:4242:4242::${home}:/bin/bash\n`);
  writeFileSync(join(folder, "group"), `${readFileSync("/etc/group", "utf8").trimEnd()}\n${USER}:x:4242:\n`);
  const hash = spawnSync("perl", ["-e", 'print crypt($ARGV[0], q($6$sena$))', PASSWORD], { encoding: "utf8" }).stdout;
  writeFileSync(join(folder, "shadow"), `${readFileSync("/etc/shadow", "utf8").trimEnd()}\n${USER}:${hash}:19000:0:99999:7:::\n`, { mode: 0o640 });
  writeFileSync(join(folder, "pam"), `${(options.pam ?? ["auth required pam_unix.so"]).join("\n")}\naccount required pam_permit.so\nsession required pam_permit.so\n`);
  const port = options.port ?? (await freePort());
  const config = join(folder, "sshd_config");
  const own = options.config ?? [];
  // The first value of a setting wins: what a test asks for stands before the defaults.
  writeFileSync(config, [...own, `Port ${port}`, "ListenAddress 127.0.0.1", ...["ed25519", "rsa", "ecdsa"].map((type) => `HostKey ${join(folder, `host_${type}`)}`), ...(certificate ? [`HostCertificate ${join(folder, "host_ed25519-cert.pub")}`] : []), `AuthorizedKeysFile ${authorised}`, "StrictModes no", "UsePAM yes", "PasswordAuthentication no", "KbdInteractiveAuthentication no", "PermitRootLogin no", "PidFile none", "PrintMotd no", "LogLevel VERBOSE", "Subsystem sftp internal-sftp", "MaxStartups 100:30:200", ""].join("\n"));
  mkdirSync("/run/sshd", { recursive: true, mode: 0o755 });

  let child: ChildProcess;
  let log = "";
  const start = async (): Promise<void> => {
    const overlay = ["passwd:/etc/passwd", "group:/etc/group", "shadow:/etc/shadow", "pam:/etc/pam.d/sshd"].map((pair) => `mount --bind '${join(folder, pair.split(":")[0] ?? "")}' ${pair.split(":")[1]}`).join(" && ");
    child = spawn("unshare", ["--mount", "sh", "-c", `mount --make-rprivate / && ${overlay} && exec ${SSHD} -D -e -f '${config}'`], { stdio: ["ignore", "ignore", "pipe"], detached: true });
    child.stderr?.on("data", (bytes: Buffer) => (log = (log + bytes.toString()).slice(-20_000)));
    await answering(port, () => log);
  };
  await start();
  const publicKey = (type: string): string => readFileSync(join(folder, `host_${type}.pub`), "utf8").trim().split(" ").slice(0, 2).join(" ");
  return {
    port,
    folder,
    hostKeys: { ed25519: publicKey("ed25519"), rsa: publicKey("rsa"), ecdsa: publicKey("ecdsa") },
    authorise: (line) => writeFileSync(authorised, `${readFileSync(authorised, "utf8")}${line.trim()}\n`),
    // The listener and the processes of open connections, which are sessions of their own.
    kill: (signal) => {
      for (const pid of tree(child.pid as number)) signalQuietly(pid, signal);
    },
    log: () => log,
    restart: async () => {
      for (const pid of tree(child.pid as number)) signalQuietly(pid, "SIGKILL");
      await start();
    },
    async [Symbol.asyncDispose]() {
      for (const pid of tree(child.pid as number)) signalQuietly(pid, "SIGKILL");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** From the top: a server that outlives a command's shell for a moment would still tell how that one ended. */
function tree(pid: number): readonly number[] {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ").filter(Boolean).map(Number);
    return [pid, ...children.flatMap(tree)];
  } catch {
    return [];
  }
}
function signalQuietly(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // gone already
  }
}

export function run(file: string, args: readonly string[], input?: string): string {
  const { status, stdout, stderr } = spawnSync(file, [...args], { encoding: "utf8", ...(input !== undefined && { input }) });
  if (status !== 0) throw new Error(`${file} ${args.join(" ")}: ${stderr}`);
  return stdout;
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return port;
}

async function answering(port: number, log: () => string): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    const isUp = await new Promise<boolean>((resolve) => {
      const socket = connect(port, "127.0.0.1");
      socket.once("data", () => (socket.destroy(), resolve(true)));
      socket.once("error", () => resolve(false));
      socket.once("close", () => resolve(false));
    });
    if (isUp) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`sshd did not start: ${log()}`);
}
