import { createPrivateKey, generateKeyPairSync, randomUUID, sign } from "node:crypto";
import { spawn } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createCalls } from "../../src-main/central-link/calls.ts";
import { enrolText, LINK, newLinkKey, parseInvitation } from "../../src-main/central-link/port.ts";
import { CORE_HEAP, CORE_MEMORY } from "../../src-main/shells/process/core-command.ts";
import { browserOf, organisation, PASSWORD, signIn, testCentral, type Browser } from "../fakes/central.ts";
import { linkedDesktop, type LinkedDesktop } from "../fakes/linked-desktop.ts";
import type { Flags } from "./options.ts";

type Report = (line: { name: string; value: number; unit: string; ratio?: number; note?: string }) => void;
/** 300 MB, and not MiB. */
const MOST_BYTES = 300e6;

export const OPTIONS = { rounds: { type: "string" }, desktops: { type: "string" } } as const;

/** npm run bench -- central-link [--rounds 40] [--desktops 200]: a request there and its decision back, and what desktops cost that only wait. */
export async function bench({ flags }: { readonly flags: Flags<typeof OPTIONS> }, report: Report): Promise<void> {
  await roundTrips(Number(flags.rounds ?? 40), report);
  await idle(Number(flags.desktops ?? 200), report);
}

async function roundTrips(rounds: number, report: Report): Promise<void> {
  await using world = await testCentral();
  const { orgId, admin } = await organisation(world, "Bench");
  await admin.ask("POST", `/v1/orgs/${orgId}/approvers`, {});
  await using desk = await linkedDesktop(String((await admin.ask("POST", `/v1/orgs/${orgId}/desktops`, {})).body["invitation"]));
  await desk.until("the approver is told", () => desk.link.state.value.approvers.length > 0);
  await desk.link.trust(desk.link.state.value.approvers[0]?.userId ?? "");
  const shown: number[] = [];
  const whole: number[] = [];
  for (let n = 0; n < rounds; n += 1) {
    if (n % 20 === 0) await admin.ask("POST", "/v1/session/proof", { password: PASSWORD });
    const { shownMs, wholeMs } = await roundTrip(desk, admin, orgId, n);
    shown.push(shownMs);
    whole.push(wholeMs);
  }
  report({ name: "central-link.request-shown.p95", value: p95(shown), unit: "ms", note: "asked at the desk until the console's route shows it whole" });
  report({ name: "central-link.round-trip.p95", value: p95(whole), unit: "ms", note: `asked, shown, decided, and approved at the desk; ${rounds} rounds, goal 1000` });
  if (p95(whole) > 1000) process.exitCode = 1;
}

async function roundTrip(desk: LinkedDesktop, admin: Browser, orgId: string, n: number): Promise<{ readonly shownMs: number; readonly wholeMs: number }> {
  const from = performance.now();
  const { id } = await desk.ask(`restart nginx ${n}`);
  const path = `/v1/orgs/${orgId}/approvals/${desk.membership.desktopId}/${id}`;
  while ((await admin.ask("GET", path)).status !== 200) await new Promise((again) => setTimeout(again, 5));
  const shownMs = performance.now() - from;
  const settled = desk.queue.settled(id);
  const decided = await admin.ask("POST", `${path}/decision`, { decision: "approve" });
  if (decided.status !== 200) throw new Error(decided.text);
  if ((await settled).state !== "approved") throw new Error("it was not approved");
  return { shownMs, wholeMs: performance.now() - from };
}

/** The server in a process of its own; the desktops are as real as the server can see: a key each, and a poll that is always open. */
async function idle(count: number, report: Report): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), "sena-bench-idle-"));
  chmodSync(home, 0o755);
  const server = await startServer(home);
  const over = new AbortController();
  try {
    const { browser, orgId, ca } = await adminOf(server);
    const before = residentBytes(server.pid);
    for (let n = 0; n < count; n += 1) {
      if (n % 100 === 0) await browser.ask("POST", "/v1/session/proof", { password: PASSWORD });
      const invitation = String((await browser.ask("POST", `/v1/orgs/${orgId}/desktops`, {})).body["invitation"]);
      await desktop(invitation, server, ca, over.signal);
    }
    await new Promise((rest) => setTimeout(rest, 5000));
    const bytes = residentBytes(server.pid);
    report({ name: "central-link.idle-memory", value: megabytes(bytes), unit: "MB", note: `resident (${Math.round(bytes / 2 ** 20)} MiB): the server's process and its workers with ${count} desktops that wait; ${megabytes(before)} MB with none; goal ${megabytes(MOST_BYTES)}` });
    report({ name: "central-link.database-memory", value: megabytes(databaseBytes(home)), unit: "MB", note: "besides: its own PostgreSQL, every process of it, what they share counted once" });
    if (bytes > MOST_BYTES) process.exitCode = 1;
  } finally {
    over.abort();
    server.stop();
    await server.gone;
    rmSync(home, { recursive: true, force: true });
  }
}

/** Each enrols from an address of its own: from one, a server takes sixty a minute. */
async function desktop(invitation: string, server: Pick<Server, "port">, ca: string, signal: AbortSignal): Promise<void> {
  const { token = "", address = "" } = parseInvitation(invitation) ?? {};
  const { privateKey, publicKey } = newLinkKey();
  const raw = Buffer.from((generateKeyPairSync("ed25519").publicKey.export({ format: "jwk" }) as { x: string }).x, "base64url");
  const logOrigin = `sena.internal/log/${randomUUID().replaceAll("-", "").slice(0, 16)}`;
  const logKey = `${logOrigin}+00000000+${Buffer.concat([Buffer.from([1]), raw]).toString("base64")}`;
  const proof = sign(null, enrolText({ token, logKey, name: "idle" }), createPrivateKey(privateKey)).toString("base64url");
  const enrolled = await browserOf(() => server.port, () => ca).ask("POST", "/v1/link/enrol", { token, name: "idle", version: "bench", publicKey, logOrigin, logKey, proof });
  if (enrolled.status !== 200) throw new Error(enrolled.text);
  const { orgId, desktopId } = LINK.enrol.output.parse(enrolled.body);
  const membership = { address, ca, orgId, desktopId, privateKey };
  const calls = createCalls({ place: membership, identity: membership, now: Date.now });
  const poll = (waitMs: number) => calls.ask({ method: "POST", path: "/v1/link/poll", body: { waitMs, taken: [] }, signal }, LINK.poll.output);
  await poll(0);
  void (async () => {
    while (!signal.aborted) await poll(25_000).catch(() => undefined);
    calls[Symbol.dispose]();
  })();
}

type Server = { readonly pid: number; readonly port: number; readonly gone: Promise<void>; stop(): void; ask(name: string): Promise<readonly [string, string, string]> };
async function startServer(home: string): Promise<Server> {
  const child = spawn(process.execPath, [CORE_HEAP, resolve(import.meta.dirname, "../fixtures/central/server-child.ts"), home, "0"], { stdio: ["pipe", "pipe", "inherit"], env: { ...CORE_MEMORY, ...process.env } });
  const gone = new Promise<void>((done) => child.once("close", () => done()));
  let said = "";
  child.stdout.on("data", (chunk: Buffer) => (said += chunk.toString()));
  const hear = async (pattern: RegExp): Promise<RegExpExecArray> => {
    for (;;) {
      const found = pattern.exec(said);
      if (found) return found;
      if (child.exitCode !== null) throw new Error(`the server ended: ${said}`);
      await new Promise((again) => setTimeout(again, 50));
    }
  };
  const port = Number((await hear(/port (\d+)/))[1]);
  return {
    pid: child.pid as number, port, gone,
    stop: () => void child.stdin.end(),
    async ask(name) {
      child.stdin.write(`${name}\n`);
      const [, orgId = "", invitation = "", ca = ""] = await hear(/org (\S+) (\S+) (\S+)\n/);
      return [orgId, invitation, Buffer.from(ca, "base64").toString("utf8")];
    },
  };
}

async function adminOf(server: Server): Promise<{ readonly browser: Browser; readonly orgId: string; readonly ca: string }> {
  const [orgId, invitation, ca] = await server.ask("Idle");
  const browser = browserOf(() => server.port, () => ca);
  const joined = await browser.ask("POST", "/v1/invitations", { invitation, name: "root", password: PASSWORD });
  if (joined.status !== 200) throw new Error(joined.text);
  await signIn(browser, "root@example.org");
  return { browser, orgId, ca };
}

const kilobytes = (file: string, name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(readFileSync(file, "utf8"))?.[1] ?? 0);
const residentBytes = (pid: number): number => kilobytes(`/proc/${pid}/status`, "VmRSS") * 1024;
const megabytes = (bytes: number): number => Math.round(bytes / 1e6);

function databaseBytes(home: string): number {
  const first = readFileSync(join(home, "postgres", "postmaster.pid"), "utf8").split("\n")[0];
  const children = readFileSync(`/proc/${first}/task/${first}/children`, "utf8").trim().split(" ");
  return [first, ...children].reduce((sum, pid) => sum + kilobytes(`/proc/${pid}/smaps_rollup`, "Pss") * 1024, 0);
}
const p95 = (times: readonly number[]): number => Math.round(times.toSorted((a, b) => a - b)[Math.ceil(times.length * 0.95) - 1] ?? 0);
