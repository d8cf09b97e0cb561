import { createHash } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import ssh2, { type ParsedKey } from "ssh2";
import { freshKey } from "../../ssh/index.ts";
import { openBmc, type Bmc } from "./bmc-state.ts";
import { selfSigned } from "./certificate.ts";
import { groundHere, NoGround, openGround, type Ground, type GroundKind } from "./ground.ts";
import { redfishServer } from "./redfish.ts";
import { loadStory, seedHost, type HostStory, type LabClock } from "./seed.ts";
import { labServer } from "./ssh-server.ts";
import { openSwitch, type Switch } from "./switch-state.ts";

export const LAB_HOSTS = ["web-01", "db-01", "bmc-01", "sw-01"] as const;
export type LabHostName = (typeof LAB_HOSTS)[number];

export type LabHost = {
  readonly name: LabHostName;
  readonly address: "127.0.0.1";
  readonly port: number;
  readonly user: "ops";
  readonly password: string;
  readonly environment: "dev" | "staging" | "prod";
  readonly criticality: "low" | "normal" | "high";
  readonly os: "linux" | "idrac" | "cisco-ios";
  readonly groups: readonly string[];
  readonly tags: readonly string[];
  readonly hostKey: { readonly type: string; readonly fingerprint: string; readonly line: string };
  /** The host's tree on this machine, for tests that look at what really changed; none for devices. */
  readonly root?: string;
};

export type Lab = AsyncDisposable & {
  readonly hosts: readonly LabHost[];
  /** Private key file that opens every practice host; the password works too. */
  readonly keyPath: string;
  readonly knownHostsPath: string;
  readonly separation: GroundKind | "none-needed";
  readonly redfish: { readonly url: string; readonly user: string; readonly password: string; readonly certificatePath: string; readonly fingerprint: string } | undefined;
  /** Everything as it was on the morning of the story; open sessions end. */
  reset(): Promise<void>;
};

export type LabOptions = {
  readonly home: string;
  readonly hosts?: readonly LabHostName[];
  /** "fixed" prints the same bytes for the same steps; "running" (default) lets the hosts' day go on. */
  readonly clock?: LabClock;
  readonly resources?: string;
  /** Keep what was changed in an earlier run instead of starting on the morning of the story. */
  readonly keep?: boolean;
  readonly now?: () => number;
};

const PASSWORD = "practice";
const CODE = "123456";
const FACTS: Readonly<Record<LabHostName, Pick<LabHost, "environment" | "criticality" | "os" | "groups" | "tags">>> = {
  "web-01": { environment: "prod", criticality: "high", os: "linux", groups: ["web"], tags: ["nginx", "intranet", "lab"] },
  "db-01": { environment: "staging", criticality: "normal", os: "linux", groups: ["db"], tags: ["postgres", "lab"] },
  "bmc-01": { environment: "dev", criticality: "normal", os: "idrac", groups: ["bmc"], tags: ["dell", "lab"] },
  "sw-01": { environment: "dev", criticality: "normal", os: "cisco-ios", groups: ["net"], tags: ["cisco", "lab"] },
};

type Linux = { readonly kind: "linux"; readonly story: HostStory; readonly root: string; ground: Ground };
type Controller = { readonly kind: "bmc"; bmc: Bmc };
type Network = { readonly kind: "switch"; readonly device: Switch };
type Behind = Linux | Controller | Network;

export async function startLab(options: LabOptions): Promise<Lab> {
  const { home, hosts: names = LAB_HOSTS, clock = "running", keep = false, now = Date.now } = options;
  const resources = options.resources ?? join(import.meta.dirname, "../../../resources/lab");
  await using opening = new AsyncDisposableStack();
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const needsGround = names.some((name) => FACTS[name].os === "linux");
  const kind = needsGround ? groundHere() : undefined;
  if (needsGround && kind === undefined) throw new NoGround();

  const clientKey = keyAt(join(home, "lab_ed25519"), "sena-lab");
  const certificate = certificateAt(home, now());
  const memory = portsAt(home);
  const reachable = new Map<string, number>();
  const behind = new Map<LabHostName, Behind>();
  const lanes: LabHost[] = [];
  const clients = new Set<{ end(): void }>();

  const raise = async (name: LabHostName, fresh: boolean): Promise<Behind> => {
    if (name === "bmc-01") return { kind: "bmc", bmc: openBmc(join(home, "hosts", name, "state.json"), clock, now, fresh) };
    if (name === "sw-01") return { kind: "switch", device: openSwitch(join(home, "hosts", name, "state.json"), clock, now, fresh) };
    const story = await loadStory(resources, name);
    const root = join(home, "hosts", name);
    if (fresh || !existsSync(join(root, ".lab/state.json"))) seedHost(root, resources, story, clock, kind === "chroot" ? "copied" : "linked", now);
    return { kind: "linux", story, root, ground: await openGround(kind ?? "namespaces", { name, root, resources }) };
  };
  opening.defer(async () => {
    for (const client of clients) client.end();
    for (const host of behind.values()) if (host.kind === "linux") await host.ground[Symbol.asyncDispose]();
  });

  for (const name of names) {
    behind.set(name, await raise(name, !keep));
    const hostKey = keyAt(join(home, `${name}_host_ed25519`), name);
    const server = labServer({ name, hostKey: hostKey.text, behind: () => behind.get(name) as Behind, user: "ops", password: PASSWORD, oneTimeCode: CODE, clientKey: clientKey.key, reachable: () => reachable });
    server.on("connection", (client) => {
      clients.add(client);
      client.on("close", () => clients.delete(client));
    });
    const port = await listen(server, memory.of(name));
    memory.keep(name, port);
    opening.defer(() => void server.close());
    reachable.set(`${name}:22`, port).set(`127.0.0.1:${port}`, port);
    const line = `[127.0.0.1]:${port} ${hostKey.key.type} ${hostKey.key.getPublicSSH().toString("base64")}`;
    const root = behind.get(name)?.kind === "linux" ? { root: join(home, "hosts", name) } : {};
    lanes.push({ name, address: "127.0.0.1", port, user: "ops", password: PASSWORD, ...FACTS[name], hostKey: { type: hostKey.key.type, fingerprint: fingerprintOf(hostKey.key), line }, ...root });
  }

  let redfish: Lab["redfish"];
  const controller = behind.get("bmc-01");
  if (controller?.kind === "bmc") {
    const server = redfishServer({ bmc: () => (behind.get("bmc-01") as Controller).bmc, key: certificate.key, certificate: certificate.certificate, user: "ops", password: PASSWORD });
    const port = await listen(server, memory.of("redfish"));
    memory.keep("redfish", port);
    opening.defer(() => (server.closeAllConnections(), server.close(), undefined));
    redfish = { url: `https://127.0.0.1:${port}`, user: "ops", password: PASSWORD, certificatePath: certificate.path, fingerprint: certificate.fingerprint };
  }
  const knownHostsPath = join(home, "known_hosts");
  writeFileSync(knownHostsPath, `${lanes.map((host) => host.hostKey.line).join("\n")}\n`);

  const owned = opening.move();
  return {
    hosts: lanes,
    keyPath: clientKey.path,
    knownHostsPath,
    separation: kind ?? "none-needed",
    redfish,
    async reset() {
      for (const client of clients) client.end();
      for (const name of names) {
        const host = behind.get(name);
        if (host?.kind === "linux") await host.ground[Symbol.asyncDispose]();
        behind.set(name, await raise(name, true));
      }
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

export const fingerprintOf = (key: ParsedKey): string => `SHA256:${createHash("sha256").update(key.getPublicSSH()).digest("base64").replace(/=+$/, "")}`;

function keyAt(path: string, comment: string): { readonly path: string; readonly text: string; readonly key: ParsedKey } {
  if (!existsSync(path)) {
    const pair = freshKey({ comment });
    writeFileSync(path, pair.private, { mode: 0o600 });
    writeFileSync(`${path}.pub`, `${pair.public}\n`);
  }
  chmodSync(path, 0o600);
  const text = readFileSync(path, "utf8");
  const key = ssh2.utils.parseKey(text);
  if (key instanceof Error) throw new Error(`${path} is not a private key any more: remove it and start the lab again`);
  return { path, text, key: Array.isArray(key) ? (key[0] as ParsedKey) : key };
}

function certificateAt(home: string, now: number): ReturnType<typeof selfSigned> & { readonly path: string } {
  const file = join(home, "redfish.json");
  if (!existsSync(file)) writeFileSync(file, JSON.stringify(selfSigned("bmc-01", ["127.0.0.1"], now)), { mode: 0o600 });
  const made = JSON.parse(readFileSync(file, "utf8")) as ReturnType<typeof selfSigned>;
  const path = join(home, "redfish.crt");
  writeFileSync(path, made.certificate);
  return { ...made, path };
}

/** The same ports as last time, where they are free: an inventory that names the practice hosts stays true. */
function portsAt(home: string): { of(name: string): number; keep(name: string, port: number): void } {
  const file = join(home, "ports.json");
  const ports = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Record<string, number>) : {};
  return {
    of: (name) => ports[name] ?? 0,
    keep(name, port) {
      ports[name] = port;
      writeFileSync(file, JSON.stringify(ports));
    },
  };
}

type Listens = { listen(port: number, address: string, done: () => void): unknown; address(): unknown; once(event: "error", listener: (error: Error) => void): unknown; removeListener(event: "error", listener: (error: Error) => void): unknown };
async function listen(server: Listens, wanted: number): Promise<number> {
  const once = (port: number): Promise<number> =>
    new Promise((resolve, reject) => {
      server.once("error", reject);
      server.listen(port, "127.0.0.1", () => {
        server.removeListener("error", reject);
        resolve((server.address() as AddressInfo).port);
      });
    });
  return wanted === 0 ? once(0) : once(wanted).catch(() => once(0));
}
