import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { join } from "node:path";
import type { Host } from "../../inventory/index.ts";
import { entryFile, resourcesFolder } from "../process/places.ts";

/** What the lab's program prints about itself, as far as the core uses it. */
type Offer = {
  readonly key: string;
  readonly knownHosts: string;
  readonly hosts: readonly { readonly name: string; readonly address: string; readonly port: number; readonly user: string; readonly environment: Host["environment"]; readonly criticality: Host["criticality"]; readonly os: "linux" | "idrac" | "cisco-ios"; readonly groups: readonly string[]; readonly tags: readonly string[] }[];
};
export type PracticeLab = AsyncDisposable & { readonly hosts: readonly Host[]; readonly knownHostsFile: string };

const START_MS = 30_000;
export const LAB_SOURCE = "practice lab";

/** The practice hosts run in a process of their own: they flood, burn and get killed for exercise. */
export async function startPracticeLab({ home, onLog }: { readonly home: string; readonly onLog: (line: string) => void }): Promise<PracticeLab> {
  const args = [entryFile("lab.mjs", "src-main/shells/lab/lab.ts"), "--home", join(home, "lab"), "--resources", join(resourcesFolder, "lab"), "--json", "--with-parent"];
  // Its standard input is the leash: when this process dies, however it dies, the lab ends too.
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", ...args], { stdio: ["pipe", "pipe", "pipe"] });
  let said = "";
  // A lab that cannot be started is a sentence; without a listener it would end the core.
  child.on("error", (error) => (said += `\n${error.message}`));
  child.stdin?.on("error", () => {});
  child.stderr?.on("data", (chunk: Buffer) => {
    said += chunk.toString();
    onLog(chunk.toString());
  });
  const gone = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const offer = await Promise.race([
    (async () => {
      for await (const line of createInterface(child.stdout)) return JSON.parse(line) as Offer;
      return undefined;
    })(),
    new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), START_MS).unref()),
  ]);
  if (!offer) {
    child.kill("SIGKILL");
    throw new Error(`The practice lab did not start. ${said.trim().split("\n").at(-1) ?? ""}`);
  }
  return {
    knownHostsFile: offer.knownHosts,
    hosts: offer.hosts.map((host) => ({
      id: host.name,
      name: host.name,
      address: host.address,
      port: host.port,
      user: host.user,
      environment: host.environment,
      criticality: host.criticality,
      groups: [...host.groups],
      tags: [...host.tags],
      os: host.os,
      jumps: [],
      credential: { kind: "key-file", path: offer.key },
      transport: "ssh2",
      legacyAlgorithms: false,
      keepShell: false,
      notes: "A make-believe host on this machine, for practice.",
      favourite: false,
      source: LAB_SOURCE,
    })),
    async [Symbol.asyncDispose]() {
      child.stdin.end();
      const kill = setTimeout(() => child.kill("SIGKILL"), 3000);
      await gone;
      clearTimeout(kill);
    },
  };
}
