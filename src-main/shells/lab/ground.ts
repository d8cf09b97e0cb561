import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { copyFileSync, cpSync, existsSync, linkSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";

/**
 * How a practice host is kept apart from the operator's machine, best first:
 *   namespaces  user, mount, PID, network, UTS and IPC namespaces from util-linux; any user may, nothing outside is writable
 *   chroot      for root in containers that forbid namespaces: the host's tree with copied programs, as an unprivileged user
 * Anything weaker would let a practice `rm` reach real files, so where neither is allowed the lab says so and does not start.
 */
export type GroundKind = "namespaces" | "chroot";

export type Ground = AsyncDisposable & {
  readonly kind: GroundKind;
  /** The command line that runs `argv` on the host as `ops`. */
  enter(argv: readonly string[]): { readonly file: string; readonly args: readonly string[] };
};

const quiet = (file: string, args: readonly string[]): boolean => spawnSync(file, [...args], { stdio: "ignore" }).status === 0;

let found: GroundKind | undefined;
export function groundHere(): GroundKind | undefined {
  if (found !== undefined || process.platform !== "linux") return found;
  const flags = ["--user", "--map-root-user", "--mount", "--pid", "--fork", "--net", "--uts", "--ipc"];
  if (quiet("unshare", [...flags, "sh", "-c", "mount --make-rprivate / && mount -t tmpfs none /mnt && unshare --user --map-user=1000 --map-group=1000 true"])) found = "namespaces";
  else if (process.getuid?.() === 0 && quiet("chroot", ["--userspec=1000:1000", "/", "true"])) found = "chroot";
  return found;
}

export class NoGround extends Error {
  constructor() {
    super("The practice lab needs Linux with user namespaces (any user) or the right to chroot (root), to keep practice hosts apart from this machine. Neither is allowed here: nothing was started. On Debian: sysctl kernel.unprivileged_userns_clone=1.");
  }
}

export const openGround = async (kind: GroundKind, host: { readonly name: string; readonly root: string; readonly resources: string }): Promise<Ground> => (kind === "namespaces" ? openNamespaces(host) : openChroot(host));

const ENV = { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" };

async function openNamespaces({ name, root, resources }: { name: string; root: string; resources: string }): Promise<Ground> {
  const flags = ["--user", "--map-root-user", "--mount", "--pid", "--fork", "--kill-child=KILL", "--net", "--uts", "--ipc"];
  const child = spawn("unshare", [...flags, "sh", join(resources, "ground/hold.sh"), root, name, join(resources, "tools"), process.execPath], { stdio: ["pipe", "pipe", "pipe"], env: ENV });
  await ready(child, name);
  const [pid] = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, "utf8").trim().split(" ");
  if (!pid) throw new Error(`practice host ${name}: its first process is gone`);
  return {
    kind: "namespaces",
    // Credentials stay as they came: an ordinary account is root in there already, and may set no groups on its way in.
    enter: (argv) => ({ file: "nsenter", args: ["--target", pid, "--user", "--mount", "--pid", "--uts", "--net", "--ipc", "--wd", "--preserve-credentials", "--", "/.host/usr/bin/unshare", "--user", "--map-user=1000", "--map-group=1000", "--", "/bin/sh", "-c", 'cd /home/ops; exec "$@"', "sh", ...argv] }),
    async [Symbol.asyncDispose]() {
      const gone = new Promise<void>((resolve) => (child.exitCode !== null || child.signalCode !== null ? resolve() : child.once("exit", () => resolve())));
      child.stdin?.end();
      const hurry = setTimeout(() => child.kill("SIGKILL"), 2000);
      await gone;
      clearTimeout(hurry);
    },
  };
}

async function ready(child: ChildProcess, name: string): Promise<void> {
  let said = "";
  child.stderr?.on("data", (bytes: Buffer) => (said += bytes.toString("utf8")));
  await new Promise<void>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`practice host ${name} could not be built (${code}): ${said.trim().slice(0, 400)}`)));
    child.stdout?.on("data", (bytes: Buffer) => bytes.toString("utf8").includes("ready") && resolve());
  });
}

/** Programs and Node are copies; Node is a hard link where the file system allows, it is a hundred megabytes. */
async function openChroot({ root, resources }: { name: string; root: string; resources: string }): Promise<Ground> {
  const node = join(root, ".lab/node");
  rmSync(node, { force: true });
  try {
    linkSync(process.execPath, node);
  } catch {
    copyFileSync(process.execPath, node);
  }
  mkdirSync(join(root, ".lab/tools"), { recursive: true });
  cpSync(join(resources, "tools"), join(root, ".lab/tools"), { recursive: true });
  for (const [name, minor] of [["null", 3], ["zero", 5], ["full", 7], ["random", 8], ["urandom", 9]] as const) if (!existsSync(join(root, "dev", name))) quiet("mknod", ["-m", "666", join(root, "dev", name), "c", "1", String(minor)]);
  quiet("mknod", ["-m", "666", join(root, "dev/tty"), "c", "5", "0"]);
  quiet("chown", ["-R", "1000:1000", join(root, "etc"), join(root, "var"), join(root, "home"), join(root, "opt"), join(root, "srv"), join(root, "run"), join(root, ".lab"), join(root, "tmp")]);
  return {
    kind: "chroot",
    enter: (argv) => ({ file: "chroot", args: ["--userspec=1000:1000", root, "/bin/sh", "-c", 'cd /home/ops; exec "$@"', "sh", ...argv] }),
    async [Symbol.asyncDispose]() {},
  };
}
