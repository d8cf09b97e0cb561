import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Central } from "../../central/index.ts";
import { entryFile } from "../process/places.ts";
import { createClient, type Client } from "./client.ts";

// A server with something on it: two organisations, and a desktop of the practice lab that belongs to the first.

export type DemoNeeds = { readonly central: Central; readonly home: string; readonly say: (line: string) => void };
type Account = { readonly email: string; readonly password: string; readonly organisation: string };

/** What is only looked at lies in one folder, and is gone with it. */
export function demoFolder(): Disposable & { readonly path: string; readonly home: string; readonly openPlace: string } {
  const path = mkdtempSync(join(tmpdir(), "sena-central-demo-"));
  chmodSync(path, 0o711); // where root looks at it, the database is another account's and has to come by
  return { path, home: join(path, "home"), openPlace: join(path, "open"), [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true, maxRetries: 5 }) };
}

const ORGANISATIONS = [{ name: "Harbour Lab", email: "grace@harbour.example" }, { name: "Northern Grid", email: "nils@grid.example" }] as const;

export async function runDemo({ central, home, say }: DemoNeeds): Promise<AsyncDisposable> {
  const path = join(home, "demo-accounts.json");
  const isFirst = !existsSync(path);
  const accounts = isFirst ? await populate(central) : (JSON.parse(readFileSync(path, "utf8")) as Account[]);
  if (isFirst) writeFileSync(path, JSON.stringify(accounts), { mode: 0o600 });
  say(`The console: ${central.address}/  (the browser warns of a certificate it does not know: the server's own authority, named above)`);
  for (const { organisation, email, password } of accounts) say(`  admin of ${organisation}: ${email}  password ${password}`);

  const desktop = join(home, "desktop");
  mkdirSync(desktop, { recursive: true, mode: 0o700 });
  const station = await startStation(desktop);
  say(`The lab desktop, linked to ${ORGANISATIONS[0].name}: ${station.url}`);
  try {
    const [first] = accounts;
    if (first && (await sena(desktop, "link", "status")).includes("no central server")) await link(central, desktop, first);
    say(`  ${(await sena(desktop, "link", "status")).trim().replaceAll("\n", "\n  ")}`);
    say(`Ask the lab desktop “why is web-01 down?”. What it wants to change waits in the console under Approvals, whole.`);
  } catch (error) {
    await station[Symbol.asyncDispose]();
    throw error;
  }
  return station;
}

async function populate(central: Central): Promise<Account[]> {
  const accounts: Account[] = [];
  for (const { name, email } of ORGANISATIONS) {
    const password = `${randomBytes(9).toString("base64url")}-demo`;
    const { invitation } = await central.newOrganisation(name, { email, role: "admin" });
    await createClient({ port: central.port, ca: central.tls.ca })("POST", "/v1/invitations", { invitation, name: email.split("@")[0], password });
    accounts.push({ email, password, organisation: name });
  }
  await alsoIn(central, accounts);
  return accounts;
}

/** The first of them reads the records of the other organisation too: one person, two roles. */
async function alsoIn(central: Central, [first, second]: readonly Account[]): Promise<void> {
  if (!first || !second) return;
  const { ask, orgId } = await signIn(central, second);
  const { code } = await ask("POST", `/v1/orgs/${orgId}/invitations`, { email: first.email, role: "auditor" });
  await createClient({ port: central.port, ca: central.tls.ca })("POST", "/v1/invitations", { invitation: code, name: first.email, password: first.password });
}

/** What an admin there and an admin here do, one after the other. */
async function link(central: Central, desktop: string, account: Account): Promise<void> {
  const { ask, orgId } = await signIn(central, account);
  const { publicKey } = await ask("POST", `/v1/orgs/${orgId}/approvers`, {});
  const { invitation } = await ask("POST", `/v1/orgs/${orgId}/desktops`, {});
  await sena(desktop, "call", "app.changeSettings", JSON.stringify({ network: "lan" }));
  await sena(desktop, "link", "enrol", String(invitation), "--name", "Lab desktop");
  const until = performance.now() + 20_000;
  for (;;) {
    const view = JSON.parse(await sena(desktop, "link", "status", "--json")) as { approvers: { userId: string; publicKey: string }[] };
    const approver = view.approvers.find((each) => each.publicKey === publicKey);
    if (approver) return void (await sena(desktop, "link", "trust", approver.userId));
    if (performance.now() > until) throw new Error("the desktop did not hear of its approver within 20 s");
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

async function signIn(central: Central, { email, password, organisation }: Account): Promise<{ readonly ask: Client; readonly orgId: string }> {
  const ask = createClient({ port: central.port, ca: central.tls.ca });
  await ask("POST", "/v1/session", { email, password });
  await ask("POST", "/v1/session/proof", { password });
  const { organisations } = (await ask("GET", "/v1/session")) as { organisations: { orgId: string; name: string }[] };
  return { ask, orgId: organisations.find(({ name }) => name === organisation)?.orgId ?? "" };
}

async function startStation(home: string): Promise<AsyncDisposable & { readonly url: string }> {
  const child = spawn(process.execPath, [entryFile("station.mjs", "src-main/shells/station/main.ts"), "--headless", "--lab", "--home", home], { stdio: ["ignore", "pipe", "inherit"] });
  const gone = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const url = await new Promise<string>((resolve, reject) => {
    let said = "";
    child.stdout.on("data", (chunk: Buffer) => {
      said += chunk.toString();
      const found = /SENA is ready: (\S+)/.exec(said)?.[1];
      if (found) resolve(found);
    });
    void gone.then(() => reject(new Error(`the lab desktop did not start: ${said}`)));
  });
  return {
    url,
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      await gone;
      rmSync(join(home, "station.sock"), { force: true });
    },
  };
}

function sena(home: string, ...args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [entryFile("sena.mjs", "src-main/shells/cli/main.ts"), "--home", home, ...args], { stdio: ["ignore", "pipe", "pipe"] });
    let out = "";
    let err = "";
    child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (err += chunk.toString()));
    child.on("close", (code) => (code === 0 ? resolve(out) : reject(new Error(err.trim() || `sena ${args[0]} ended with ${code}`))));
  });
}
