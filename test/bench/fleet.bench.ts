import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, connect as tcp } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { serveLink } from "../../src-main/api/link/serve.ts";
import { ENDED_RUN_STATES, type SenaContract } from "../../src-main/contract/index.ts";
import { connect } from "../../src-main/contract/link/index.ts";
import { createInventory } from "../../src-main/inventory/index.ts";
import { composeCore } from "../../src-main/shells/core/compose.ts";
import { openStore } from "../../src-main/store/index.ts";
import { memoryPair } from "../../src-main/contract/link/memory.ts";
import { fleetTale, lendLink } from "./screen/fleet-told.ts";
import { openScreen, saySlow, slowShare } from "./screen/screen.ts";
import type { Flags } from "./options.ts";

type Report = (line: { name: string; value: number; unit: string; ratio?: number; note?: string }) => void;
const AT_ONCE = 32;
const ASKED = "health check of all servers";
const TOLD = [200, 500] as const;
const TOLD_PER_SECOND = 20;

export const OPTIONS = { page: { type: "boolean" }, hosts: { type: "string" } } as const;

/** "Health check of all servers" over so many OpenSSH servers on loopback, against Debian's parallel-ssh on the same. `--page`: only how the page bears it. */
export async function bench({ flags }: { readonly flags: Flags<typeof OPTIONS> }, report: Report): Promise<void> {
  for (const hosts of TOLD) await framesTold(hosts, report);
  if (flags.page === true) return;
  const count = Number(flags.hosts ?? 200);
  if (!existsSync("/usr/sbin/sshd") || !existsSync("/usr/bin/parallel-ssh")) return report({ name: "fleet", value: 0, unit: "hosts/s", note: "NOT MEASURED: needs openssh-server and pssh (apt-get install openssh-server pssh)" });
  await using opening = new AsyncDisposableStack();
  const home = mkdtempSync(join(tmpdir(), "sena-fleet-"));
  opening.defer(() => rmSync(home, { recursive: true, force: true }));
  const fleet = await startFleet(home, count);
  opening.defer(() => fleet.servers.forEach((server) => server.kill("SIGTERM")));
  furnish(home, fleet);

  const core = opening.use(await composeCore({ home, lab: false }));
  const { near, far } = memoryPair();
  serveLink(core.dispatch, far, core.principal);
  const { client } = await connect<SenaContract>(near);
  // Warm: runbooks learned, one connection made; the fleet itself is met cold, as parallel-ssh meets it.
  await client.chat.send({ text: "make me a coffee", hosts: [] }).then(async ({ conversationId }) => {
    for await (const { event } of client.chat.follow({ conversationId })) if (event.kind === "chat" && event.event.type === "turn" && event.event.state !== "working") break;
  });

  const from = performance.now();
  const { conversationId } = await client.chat.send({ text: ASKED, hosts: [] });
  const scripts = new Set<string>();
  let ours = 0;
  let answered = 0;
  const others = new Map<string, number>();
  /** Looks that had no answer, by what was said of them; asked again, they may have had one. */
  const silent = new Map<string, number>();
  let longest = 0;
  let last = performance.now();
  for await (const { event } of client.chat.follow({ conversationId })) {
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
    if (event.kind === "run" && event.item.event.type === "queued") scripts.add(event.item.event.script);
    if (event.kind === "run" && event.item.event.type === "host" && event.item.event.state === "done") answered += 1;
    if (event.kind === "run" && event.item.event.type === "ended" && event.item.event.exitCode === null) silent.set(event.item.event.say, (silent.get(event.item.event.say) ?? 0) + 1);
    if (event.kind === "run" && event.item.event.type === "host" && !["done", "running"].includes(event.item.event.state)) others.set(event.item.event.say, (others.get(event.item.event.say) ?? 0) + 1);
    if (event.kind === "run" && event.item.event.type === "state" && ENDED_RUN_STATES.includes(event.item.event.state)) ours = performance.now() - from;
    if (event.kind === "chat" && event.event.type === "turn" && event.event.state !== "working" && event.event.state !== "waiting") break;
  }

  const began = performance.now();
  const pssh = await parallelSsh(home, fleet, [...scripts].join("\n"));
  const theirs = performance.now() - began;
  const rate = (count * 1000) / ours;
  report({ name: "hosts that answered", value: answered, unit: "hosts", ratio: answered / count, ...(others.size > 0 && { note: [...others].map(([say, times]) => `${times}: ${say}`).join(" · ").slice(0, 600) }) });
  report({ name: "looks without an answer", value: [...silent.values()].reduce((sum, times) => sum + times, 0), unit: "looks", ...(silent.size > 0 && { note: [...silent].map(([say, times]) => `${times}: ${say}`).join(" · ").slice(0, 600) }) });
  report({ name: "health check", value: rate, unit: "hosts/s", ratio: theirs / ours, note: `${scripts.size} commands a host, ${AT_ONCE} hosts at a time; each judged, recorded and read; parallel-ssh runs the same commands as one` });
  report({ name: "parallel-ssh", value: (count * 1000) / theirs, unit: "hosts/s", note: `${pssh.ok} of ${count} well` });
  report({ name: "longest silence while streaming", value: longest, unit: "ms" });
  await framesMeanwhile(home, fleet, [...scripts].join("\n"), report);
}

/** The same question asked in the chat of the built program: which frames come late while the hosts answer into it, and which would on a machine as busy. */
async function framesMeanwhile(home: string, fleet: Fleet, script: string, report: Report): Promise<void> {
  const count = fleet.ports.length;
  await using screen = await openScreen((own) => furnish(own, fleet));
  if (screen === undefined) return report({ name: "slow frames while streaming", value: 0, unit: "%", note: "NOT MEASURED: needs dist/ (npm run build) and a Chromium" });
  await screen.go("#/chat");
  const others = await screen.count(() => parallelSsh(home, fleet, script));
  const box = screen.page.getByRole("textbox", { name: "Ask" });
  await box.fill(ASKED);
  const before = await screen.workMs();
  const busy = await screen.count(async () => {
    await box.press("Enter");
    // Looked for seldom: a search of the whole page at every frame would be the slowest thing in it.
    await screen.page.waitForFunction((said) => (globalThis as never as { document: { body: { innerText: string } } }).document.body.innerText.includes(said), `${count} hosts in `, { timeout: 300_000, polling: 500 });
  });
  const work = (await screen.workMs()) - before;
  report({ name: "slow frames while streaming", value: slowShare(busy), unit: "%", note: `in the chat, from the question to the last of ${count} hosts: ${saySlow(busy)}; while parallel-ssh asks the same hosts and the page only stands there ${saySlow(others)}` });
  report({ name: "work of the page", value: work / count, unit: "ms/host", note: "processor time of the page's thread, counting the frames included" });
}

/** The page alone, with the hosts' tale told by nobody: late frames and work are its own, on a machine however busy. */
async function framesTold(hosts: number, report: Report): Promise<void> {
  await using screen = await openScreen(() => {}, lendLink);
  if (screen === undefined) return report({ name: `slow frames, ${hosts} hosts told`, value: 0, unit: "%", note: "NOT MEASURED: needs dist/ (npm run build) and a Chromium" });
  await screen.go("#/chat/conv_told");
  const tell = await fleetTale(screen, hosts, TOLD_PER_SECOND);
  const before = await screen.workMs();
  const frames = await screen.count(tell);
  report({ name: `slow frames, ${hosts} hosts told`, value: slowShare(frames), unit: "%", note: `a health check at ${TOLD_PER_SECOND} hosts/s, told to the page without hosts: ${saySlow(frames)}; ${(((await screen.workMs()) - before) / hosts).toFixed(1)} ms of the page's thread a host` });
}

type Fleet = { readonly servers: readonly ChildProcess[]; readonly ports: readonly number[]; readonly key: string; readonly knownHosts: string };

async function startFleet(home: string, count: number): Promise<Fleet> {
  const at = (name: string) => join(home, name);
  for (const name of ["host_key", "client_key"]) spawnSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", at(name)]);
  writeFileSync(at("authorized_keys"), readFileSync(at("client_key.pub")));
  writeFileSync(at("sshd_config"), `HostKey ${at("host_key")}\nAuthorizedKeysFile ${at("authorized_keys")}\nStrictModes no\nUsePAM no\nPermitRootLogin yes\nPasswordAuthentication no\nPidFile none\nLogLevel QUIET\nMaxStartups 400\nMaxSessions 400\nSetEnv HOME=${home}\n`);
  mkdirSync("/run/sshd", { recursive: true });
  const ports = await freePorts(count);
  const servers = ports.map((port) => spawn("/usr/sbin/sshd", ["-D", "-f", at("sshd_config"), "-o", `ListenAddress=127.0.0.1:${port}`], { stdio: "ignore" }));
  await Promise.all(ports.map(untilListens));
  const [type = "", hostKey = ""] = readFileSync(at("host_key.pub"), "utf8").split(" ");
  return { servers, ports, key: at("client_key"), knownHosts: ports.map((port) => `[127.0.0.1]:${port} ${type} ${hostKey}\n`).join("") };
}

/** A home of SENA that knows the fleet and has asked it nothing yet. */
function furnish(home: string, { ports, key, knownHosts }: Fleet): void {
  writeFileSync(join(home, "known_hosts"), knownHosts);
  using store = openStore({ path: join(home, "sena.db") });
  createInventory({ store, now: Date.now }).put(
    ports.map((port, i) => ({
      id: `srv-${i + 1}`, name: `srv-${i + 1}`, address: "127.0.0.1", port, user: userInfo().username, environment: "dev", criticality: "normal", groups: ["fleet"], tags: [], os: "linux",
      jumps: [], credential: { kind: "key-file", path: key }, transport: "ssh2", legacyAlgorithms: false, keepShell: false, notes: "", favourite: false, source: "bench",
    })),
  );
}

async function freePorts(count: number): Promise<number[]> {
  const held = await Promise.all(Array.from({ length: count }, () => new Promise<ReturnType<typeof createServer>>((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => resolve(server));
  })));
  const ports = held.map((server) => (server.address() as { port: number }).port);
  await Promise.all(held.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

async function untilListens(port: number): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    const isOpen = await new Promise<boolean>((resolve) => {
      const socket = tcp(port, "127.0.0.1", () => (socket.destroy(), resolve(true)));
      socket.once("error", () => resolve(false));
    });
    if (isOpen) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`sshd on port ${port} did not come up`);
}

function parallelSsh(home: string, { ports, key }: Fleet, script: string): Promise<{ readonly ok: number }> {
  writeFileSync(join(home, "pssh_hosts"), ports.map((port) => `${userInfo().username}@127.0.0.1:${port}\n`).join(""));
  const child = spawn("/usr/bin/parallel-ssh", ["-h", join(home, "pssh_hosts"), "-p", String(AT_ONCE), "-t", "120", "-i", "-O", `IdentityFile=${key}`, "-O", `UserKnownHostsFile=${join(home, "known_hosts")}`, "-O", "StrictHostKeyChecking=yes", script], { stdio: ["ignore", "pipe", "ignore"] });
  let out = "";
  child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()));
  return new Promise((resolve) => child.on("close", () => resolve({ ok: out.split("[SUCCESS]").length - 1 })));
}
