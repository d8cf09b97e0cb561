import { mkdtempSync, chmodSync, rmSync, readFileSync } from "node:fs";
import { randomFillSync } from "node:crypto";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { findBinaries, readConfig, startCentral, type Central, type CentralNeeds } from "../../src-main/central/index.ts";
import { idMaker } from "../../src-main/kernel/index.ts";
import { createClassifier } from "../../src-main/shellcheck/index.ts";
import { cedarEngine } from "../../src-main/shells/process/cedar.ts";

const ROOT = resolve(import.meta.dirname, "..", "..");
/** The small PostgreSQL where it was fetched, or Debian's; without either these tests are skipped, and say so. */
export const binaries = findBinaries({ configured: process.env["SENA_TEST_POSTGRES"], packs: join(ROOT, "node_modules") });
if (!binaries) console.warn("NOT TESTED: no PostgreSQL on this machine (apt-get install postgresql, or npm start -- central --fetch-postgres)");

export type Answer = { readonly status: number; readonly body: Record<string, unknown>; readonly headers: Record<string, string | string[] | undefined>; readonly text: string };
export type Browser = { cookie: string; ask(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer> };
export const PASSWORD = "vellum harbour 7 lanterns";

export type TestCentral = AsyncDisposable & { readonly home: string; readonly central: Central; readonly clock: { value: number }; browser(): Browser; restart(port?: number): Promise<void>; stop(): Promise<void> };

/** A real server on a real database on loopback, with a clock that a test may move. */
export async function testCentral(over: Partial<CentralNeeds> = {}, flags: Record<string, unknown> = {}, home = mkdtempSync(join(tmpdir(), "sena-central-"))): Promise<TestCentral> {
  chmodSync(home, 0o755);
  const clock = { value: 0 };
  const now = (): number => Date.now() + clock.value;
  const random = (into: Uint8Array<ArrayBuffer>) => randomFillSync(into);
  const start = (port = Number(flags["port"] ?? 0)) =>
    startCentral({
      home, now, random, newId: idMaker(now, random), config: readConfig(home, {}, { ...(binaries && { postgresBinaries: binaries.folder }), ...flags, port }), packs: join(ROOT, "node_modules"), cedar: cedarEngine, classify: createClassifier(),
      texts: { policy: readFileSync(join(ROOT, "resources/policy/central.cedar"), "utf8"), schema: readFileSync(join(ROOT, "resources/policy/central.cedarschema"), "utf8"), desktopSchema: readFileSync(join(ROOT, "resources/policy/sena.cedarschema"), "utf8") },
      version: "test", isThrowaway: true, log: () => {}, report: (ref, error) => console.error(ref, error),
      ledgerPlaces: { kit: join(ROOT, "resources/bundle-kit"), workers: { check: join(ROOT, "src-main/ledger/check-worker.ts"), structure: join(ROOT, "src-main/ledger/structure-program.ts"), bundleCheck: join(ROOT, "src-main/ledger/bundle-check-worker.ts"), copy: join(ROOT, "src-main/ledger/copy-worker.ts") } },
      ...over,
    });
  let central: Central | undefined = await start();
  const running = (): Central => central as Central;
  return {
    home, clock,
    get central() {
      return running();
    },
    browser: () => browserOf(() => running().port, () => running().tls.ca ?? ""),
    async stop() {
      await central?.[Symbol.asyncDispose]();
      central = undefined;
    },
    async restart(port) {
      await central?.[Symbol.asyncDispose]();
      central = await start(port);
    },
    async [Symbol.asyncDispose]() {
      await central?.[Symbol.asyncDispose]();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

let browsers = 0;
/** Keeps cookies and checks the server's certificate against its own authority, as a browser that trusts it would. */
export function browserOf(port: () => number, ca: () => string): Browser {
  const jar = new Map<string, string>();
  // Each comes from an address of its own where loopback has many: what one asks too often is not counted against the next.
  browsers += 1;
  const localAddress = process.platform === "linux" ? `127.1.${(browsers >> 8) & 255}.${browsers & 255}` : "127.0.0.1";
  return {
    get cookie() {
      return [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
    },
    set cookie(text: string) {
      jar.clear();
      for (const pair of text.split("; ").filter(Boolean)) jar.set(pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1));
    },
    ask(method, path, body, headers = {}) {
      const payload = body === undefined ? undefined : Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
      return new Promise((done, fail) => {
        const asked = request({ host: "127.0.0.1", localAddress, port: port(), path, method, ca: ca(), allowPartialTrustChain: true, headers: { ...(jar.size > 0 && { cookie: this.cookie }), ...(payload && { "content-type": "application/json", "content-length": String(payload.byteLength) }), ...headers } }, (response) => {
          const chunks: Buffer[] = [];
          response.on("data", (chunk: Buffer) => chunks.push(chunk));
          response.on("error", fail);
          response.on("end", () => {
            for (const line of response.headers["set-cookie"] ?? []) {
              const [pair = ""] = line.split(";");
              const value = pair.slice(pair.indexOf("=") + 1);
              if (value === "" || /max-age=0/i.test(line)) jar.delete(pair.slice(0, pair.indexOf("=")));
              else jar.set(pair.slice(0, pair.indexOf("=")), value);
            }
            const text = Buffer.concat(chunks).toString("utf8");
            done({ status: response.statusCode ?? 0, headers: response.headers, text, body: /json/.test(String(response.headers["content-type"])) ? (JSON.parse(text) as Record<string, unknown>) : {} });
          });
        });
        asked.on("error", fail);
        asked.end(payload);
      });
    },
  };
}

/** An organisation with its first admin signed in and proved. */
export async function organisation(world: TestCentral, name: string): Promise<{ readonly orgId: string; readonly admin: Browser; readonly email: string }> {
  const email = `root-of-${name.toLowerCase().replaceAll(/\W/g, "-")}@example.org`;
  const { orgId, invitation } = await world.central.newOrganisation(name, { email, role: "admin" });
  return { orgId, email, admin: await join_(world, invitation, email) };
}

async function join_(world: TestCentral, invitation: string, email: string): Promise<Browser> {
  const browser = world.browser();
  const joined = await browser.ask("POST", "/v1/invitations", { invitation, name: email.split("@")[0], password: PASSWORD });
  if (joined.status !== 200) throw new Error(joined.text);
  await signIn(browser, email);
  return browser;
}
export async function signIn(browser: Browser, email: string): Promise<void> {
  for (const [path, body] of [["/v1/session", { email, password: PASSWORD }], ["/v1/session/proof", { password: PASSWORD }]] as const) {
    const answer = await browser.ask("POST", path, body);
    if (answer.status !== 200) throw new Error(answer.text);
  }
}
export async function member(world: TestCentral, admin: Browser, orgId: string, email: string, role: string): Promise<Browser> {
  const invited = await admin.ask("POST", `/v1/orgs/${orgId}/invitations`, { email, role });
  if (invited.status !== 200) throw new Error(invited.text);
  return join_(world, String(invited.body["code"]), email);
}
