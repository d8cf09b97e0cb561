import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { groundHere } from "../../../../src-main/shells/lab/index.ts";

// Two network namespaces joined by one cable: inside sits SENA, outside sit its hosts and everything else a program might
// call. Nothing of the machine's own network is touched.

export const OUTSIDE = "10.231.7.1";
/** Somebody who would answer: a model provider, a collector, a name server. */
export const STRANGER = "10.231.7.99";
const INSIDE = "10.231.7.2";

export function whyNotHere(): string | undefined {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return "network namespaces need Linux and root";
  if (!["ip", "python3"].every((tool) => spawnSync(tool, ["--help"]).error === undefined)) return "ip and python3 are needed";
  if (groundHere() === undefined) return "this machine allows neither user namespaces nor chroot";
  return spawnSync("unshare", ["--net", "true"]).status === 0 ? undefined : "network namespaces are not allowed here";
}

function must(...args: readonly string[]): void {
  const { status, stderr } = spawnSync("ip", [...args], { encoding: "utf8" });
  if (status !== 0) throw new Error(`ip ${args.join(" ")}: ${stderr}`);
}

export type Namespaces = Disposable & { readonly inside: string; readonly outside: string; readonly cable: string };

export function openNamespaces(): Namespaces {
  const inside = `sena-in-${process.pid}`;
  const outside = `sena-out-${process.pid}`;
  const cable = `s${process.pid}`.slice(0, 12);
  must("netns", "add", inside);
  must("netns", "add", outside);
  must("-n", inside, "link", "add", `${cable}i`, "type", "veth", "peer", "name", `${cable}o`, "netns", outside);
  for (const [namespace, end, addresses] of [[inside, `${cable}i`, [INSIDE]], [outside, `${cable}o`, [OUTSIDE, STRANGER]]] as const) {
    // A kernel that speaks IPv6 greets the neighbours of a new cable by itself: those packets would not be SENA's.
    must("netns", "exec", namespace, "sh", "-c", "for all in /proc/sys/net/ipv6/conf/*/disable_ipv6; do [ ! -e $all ] || echo 1 > $all; done");
    must("-n", namespace, "link", "set", "lo", "up");
    for (const address of addresses) must("-n", namespace, "addr", "add", `${address}/24`, "dev", end);
    must("-n", namespace, "link", "set", end, "up");
  }
  // Whatever is sent anywhere goes over the cable, where it is seen.
  must("-n", inside, "route", "add", "default", "via", OUTSIDE);
  return {
    inside,
    outside,
    cable: `${cable}i`,
    [Symbol.dispose]() {
      for (const namespace of [inside, outside]) if (existsSync(`/run/netns/${namespace}`)) must("netns", "delete", namespace);
    },
  };
}

export type Told = AsyncDisposable & { readonly child: ChildProcess; /** Its next line of JSON. */ next<T>(): Promise<T>; readonly errors: () => string };

/** A program in a namespace, that tells one line of JSON at a time. */
export function startIn(namespace: string, command: readonly string[], env: NodeJS.ProcessEnv = process.env): Told {
  const child = spawn("ip", ["netns", "exec", namespace, ...command], { stdio: ["pipe", "pipe", "pipe"], env });
  let errors = "";
  child.stderr.on("data", (bytes: Buffer) => (errors = (errors + bytes.toString()).slice(-8000)));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const gone = new Promise<void>((resolve) => child.once("close", () => resolve()));
  return {
    child,
    errors: () => errors,
    async next<T>() {
      const { value, done } = await lines.next();
      if (done) throw new Error(`${command.at(-1)} ended: ${errors}`);
      return JSON.parse(String(value)) as T;
    },
    async [Symbol.asyncDispose]() {
      child.stdin.end();
      const kill = setTimeout(() => child.kill("SIGKILL"), 10_000);
      await gone;
      clearTimeout(kill);
    },
  };
}
