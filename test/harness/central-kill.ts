import { spawn, type ChildProcess } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { runningUrl } from "../../src-main/central/database/embedded.ts";
import { readSignedHead, rootOf, openLedger } from "../../src-main/ledger/index.ts";
import { idMaker } from "../../src-main/kernel/index.ts";
import { randomFillSync } from "node:crypto";
import { browserOf, signIn, PASSWORD } from "../fakes/central.ts";

const FIXTURES = resolve(import.meta.dirname, "..", "fixtures", "central");
const VICTIMS = ["server", "database", "desktop", "network"] as const;
export type Victim = (typeof VICTIMS)[number];
export type KillReport = { readonly cycles: Readonly<Record<Victim, number>>; readonly entries: number; readonly acknowledged: number; readonly lost: number; readonly different: number; readonly headsFalse: number; readonly falseAlarms: number; readonly twice: number; readonly catchUpMs: number };

/** A desktop writes and pushes all the while; something is killed or cut again and again; then what both hold is compared. */
export async function killCentral({ cycles, chance, order }: { readonly cycles: number; readonly chance: () => number; readonly order?: readonly Victim[] }): Promise<KillReport> {
  const home = mkdtempSync(join(tmpdir(), "sena-ckill-"));
  const dir = mkdtempSync(join(tmpdir(), "sena-ckdesk-"));
  chmodSync(home, 0o755);
  const counts: Record<Victim, number> = { server: 0, database: 0, desktop: 0, network: 0 };
  let server = await startServer(home, 0);
  const wire = await cuttable(server.port);
  let acknowledged = 0;
  let isForked = false;
  const hear = (line: string): void => {
    const [, size, state] = /^kept (\d+) (\w+)/.exec(line) ?? [];
    if (size !== undefined) acknowledged = Math.max(acknowledged, Number(size));
    if (state === "alarm") isForked = true;
  };
  let desktop: Child | undefined;
  try {
    const invitation = (await enrolLine(server)).replace(`:${server.port}/`, `:${wire.port}/`);
    desktop = await startDesktop(dir, hear, invitation);
    for (let cycle = 0; cycle < cycles; cycle += 1) {
      await sleep(30 + chance() * 400);
      const victim = order?.[cycle % order.length] ?? (VICTIMS[Math.floor(chance() * VICTIMS.length)] as Victim);
      counts[victim] += 1;
      switch (victim) {
        case "server":
          await killed(server.child);
          server = await startServer(home, server.port);
          break;
        case "database": {
          const pid = Number(readFileSync(join(home, "postgres", "postmaster.pid"), "utf8").split("\n")[0]);
          // Killed a moment ago and not up again: the file still names it.
          if (!strike(pid)) counts.database -= 1;
          break;
        }
        case "desktop":
          await killed(desktop.child);
          desktop = await startDesktop(dir, hear);
          break;
        case "network":
          wire.cut(chance() * 600);
          break;
        default:
          victim satisfies never;
      }
    }
    const from = performance.now();
    await settled(desktop);
    const catchUpMs = performance.now() - from;
    await killed(desktop.child);
    desktop = undefined;
    const found = await compared(home, dir, acknowledged);
    return { cycles: counts, acknowledged, catchUpMs, ...found, falseAlarms: found.falseAlarms + (isForked ? 1 : 0) };
  } finally {
    if (desktop) await killed(desktop.child);
    server.child.kill("SIGTERM");
    await killed(server.child);
    const pid = Number(await readIf(join(home, "postgres", "postmaster.pid")));
    strike(pid, "SIGINT");
    wire.close();
    rmSync(dir, { recursive: true, force: true });
    await sleep(300);
    rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

type Child = { readonly child: ChildProcess; readonly next: (pattern: RegExp, limitMs?: number) => Promise<RegExpExecArray> };

function start(file: string, args: readonly string[], onLine: (line: string) => void = () => undefined): Child {
  const child = spawn(process.execPath, [join(FIXTURES, file), ...args], { stdio: ["pipe", "pipe", "inherit"] });
  let rest = "";
  const waiting = new Set<{ readonly pattern: RegExp; readonly done: (match: RegExpExecArray) => void }>();
  child.stdout?.on("data", (chunk: Buffer) => {
    const lines = `${rest}${chunk.toString()}`.split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      onLine(line);
      for (const each of waiting) {
        const match = each.pattern.exec(line);
        if (match) each.done(match);
      }
    }
  });
  const next = (pattern: RegExp, limitMs = 90_000): Promise<RegExpExecArray> =>
    new Promise((done, refuse) => {
      const timer = setTimeout(() => refuse(new Error(`${file} never said ${pattern}`)), limitMs);
      const each = { pattern, done: (match: RegExpExecArray) => { clearTimeout(timer); waiting.delete(each); done(match); } };
      waiting.add(each);
    });
  return { child, next };
}

async function startServer(home: string, port: number): Promise<Child & { readonly port: number }> {
  const one = start("server-child.ts", [home, String(port)]);
  const [, given] = await one.next(/^port (\d+)/);
  return { ...one, port: Number(given) };
}
async function startDesktop(dir: string, hear: (line: string) => void, invitation?: string): Promise<Child> {
  const one = start("desktop-child.ts", [dir, ...(invitation === undefined ? [] : [invitation])], hear);
  await one.next(/^ready/);
  return one;
}

async function enrolLine(server: Child & { readonly port: number }): Promise<string> {
  server.child.stdin?.write("Kill\n");
  const [, orgId, invitation, ca] = await server.next(/^org (\S+) (\S+) (\S+)/);
  const browser = browserOf(() => server.port, () => Buffer.from(ca ?? "", "base64").toString());
  await browser.ask("POST", "/v1/invitations", { invitation, name: "root", password: PASSWORD });
  await signIn(browser, "root@example.org");
  return String((await browser.ask("POST", `/v1/orgs/${orgId}/desktops`, {})).body["invitation"]);
}

/** Nobody writes any more; the link goes on by itself until nothing waits. */
async function settled(desktop: Child): Promise<void> {
  desktop.child.stdin?.write("quiet\n");
  let before = "";
  for (let same = 0; same < 3; ) {
    const [, size = ""] = await desktop.next(/^still (\d+)/, 120_000);
    same = size === before ? same + 1 : 0;
    before = size;
  }
}

async function compared(home: string, dir: string, acknowledged: number): Promise<Omit<KillReport, "cycles" | "acknowledged" | "catchUpMs">> {
  const random = (into: Uint8Array<ArrayBuffer>) => randomFillSync(into);
  await using ledger = await openLedger({ dir: join(dir, "ledger"), now: Date.now, newId: idMaker(Date.now, random), random });
  const client = new pg.Client({ connectionString: runningUrl(home) });
  await client.connect();
  try {
    const { rows: entries } = await client.query<{ seq: string; leaf: Buffer }>("SELECT seq, leaf FROM app.entries ORDER BY seq");
    const { rows: heads } = await client.query<{ note: string; key: string }>("SELECT h.note, d.log_key AS key FROM app.heads h JOIN app.desktops d ON d.desktop_id = h.desktop_id ORDER BY h.size");
    const { rows: [alarms] } = await client.query<{ n: number }>("SELECT count(*)::int AS n FROM app.fork_alarms");
    const own: Buffer[] = [];
    while (own.length < entries.length) own.push(...ledger.copySource.batch(own.length, Math.min(1000, entries.length - own.length)).entries.map(({ leaf }) => leaf));
    const leaves = entries.map(({ leaf }) => leaf);
    const different = entries.filter(({ seq, leaf }, index) => Number(seq) !== index || !own[index]?.equals(leaf)).length;
    // Every head that was cosigned on the way, not only the last: each must be of a beginning of what is kept.
    const some = heads.filter((_, index) => index % Math.ceil(heads.length / 60) === 0 || index === heads.length - 1);
    const headsFalse = some.filter(({ note, key }) => {
      const read = readSignedHead(note, key);
      return "problem" in read || !rootOf(leaves.slice(0, read.head.size)).equals(read.head.root);
    }).length;
    return { entries: entries.length, lost: Math.max(0, acknowledged - entries.length), different, headsFalse, falseAlarms: alarms?.n ?? 0, twice: entries.length - new Set(leaves.map((leaf) => leaf.toString("base64"))).size };
  } finally {
    await client.end();
  }
}

async function cuttable(to: number) {
  const sockets = new Set<Socket>();
  let openAt = 0;
  const proxy = createServer((inside) => {
    if (performance.now() < openAt) return void inside.destroy();
    const outside = connect(to, "127.0.0.1");
    for (const [one, other] of [[inside, outside], [outside, inside]] as const) {
      sockets.add(one);
      one.on("error", () => undefined).on("close", () => { sockets.delete(one); other.destroy(); });
      one.pipe(other);
    }
  });
  await new Promise<void>((done) => proxy.listen(0, "127.0.0.1", done));
  const cut = (forMs: number): void => {
    openAt = performance.now() + forMs;
    for (const socket of sockets) socket.destroy();
  };
  return { port: (proxy.address() as { port: number }).port, cut, close: () => { cut(0); proxy.close(); } };
}

async function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((done) => child.once("close", done));
  child.kill("SIGKILL");
  await gone;
}
/** Whether there was somebody. */
function strike(pid: number, signal: NodeJS.Signals = "SIGKILL"): boolean {
  try {
    return pid > 1 && process.kill(pid, signal);
  } catch {
    return false;
  }
}
async function readIf(path: string): Promise<string> {
  try {
    return readFileSync(path, "utf8").split("\n")[0] ?? "";
  } catch {
    return "";
  }
}
