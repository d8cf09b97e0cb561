import { X509Certificate } from "node:crypto";
import { existsSync, readFileSync, statfsSync, statSync } from "node:fs";
import { join } from "node:path";
import { findBinaries, lastBackup, readConfig, type Central, type CentralConfig } from "../../central/index.ts";
import { lockHome } from "../core/lock-home.ts";
import { rootFolder } from "../process/places.ts";
import { createClient } from "./client.ts";

/** Where a running server says on which port; what it names counts only while one runs. */
export const PORT_FILE = "central.port";
const DAY_MS = 86_400_000;
const FREE_BYTES = 1e9;
const BACKUP_DAYS = 7;
const CERTIFICATE_DAYS = 14;

/** Each thing that must be so, asked one after another; the first that is not so is said, with what to do. A running server is asked, and not started twice. */
export async function examine({ home, start }: { readonly home: string; readonly start: () => Promise<Central> }): Promise<number> {
  const good = (what: string, detail: string): void => console.log(`✔ ${what}: ${detail}`);
  const doubt = (what: string, detail: string): void => console.log(`! ${what}: ${detail}`);
  const step = async <T>(what: string, look: () => T | Promise<T>): Promise<T> => {
    try {
      return await look();
    } catch (error) {
      console.log(`✘ ${what}: ${(error as Error).message}`);
      throw error;
    }
  };
  try {
    const config = await step("configuration", () => readConfig(home, process.env));
    good("configuration", `${config.names.join(", ")}, port ${config.port}, ${config.database === undefined ? "a database of its own" : "DATABASE_URL"}`);
    if (config.database === undefined) {
      const found = findBinaries({ configured: config.postgresBinaries, packs: join(rootFolder, "node_modules") });
      if (found) good("PostgreSQL", `${found.version} in ${found.folder}`);
    }
    if (isRunning(home)) await askRunning(home, config, { good, step });
    else await startAndAsk(start, { good, step });
    lookAround(home, { good, doubt });
    return 0;
  } catch {
    return 1;
  }
}

type Saying = { readonly good: (what: string, detail: string) => void; readonly step: <T>(what: string, look: () => T | Promise<T>) => Promise<T> };

async function startAndAsk(start: () => Promise<Central>, { good, step }: Saying): Promise<void> {
  await using central = await step("start", start);
  good("database", central.database);
  sayCertificate(central.tls.cert, central.tls.fingerprint, good);
  await step("health", () => createClient({ port: central.port, ca: central.tls.ca })("GET", "/health/deep"));
  good("health", "database, people and the server's own record answer");
  if (central.firstAdminCode !== undefined) good("people", "nobody yet; the server prints a one-time code when it starts");
}

async function askRunning(home: string, config: CentralConfig, { good, step }: Saying): Promise<void> {
  const own = join(home, "tls", "ca.pem");
  const ca = existsSync(own) && config.certificate === undefined ? readFileSync(own, "utf8") : undefined;
  const kept = join(home, PORT_FILE);
  const port = existsSync(kept) ? Number(readFileSync(kept, "utf8")) : config.port;
  await step("health", () => createClient({ port, ca })("GET", "/health/deep"));
  good("health", `a server runs here on port ${port}; its database, people and record answer`);
  const certificate = config.certificate ?? join(home, "tls", "server.pem");
  if (existsSync(certificate)) sayCertificate(readFileSync(certificate, "utf8"), undefined, good);
}

function sayCertificate(cert: string, fingerprint: string | undefined, good: Saying["good"]): void {
  const { validTo } = new X509Certificate(cert);
  const isSoon = Date.parse(validTo) - Date.now() < CERTIFICATE_DAYS * DAY_MS;
  good("certificate", `until ${validTo}${isSoon ? " (soon: renew it)" : ""}${fingerprint === undefined ? "" : `, SHA-256 of what desktops pin: ${fingerprint}`}`);
}

/** What is no reason to stop, and a reason to do something. */
function lookAround(home: string, { good, doubt }: { readonly good: Saying["good"]; readonly doubt: Saying["good"] }): void {
  const secret = join(home, "central.secret");
  if (existsSync(secret) && (statSync(secret).mode & 0o077) !== 0) doubt("secret", `others may read ${secret}; chmod 600 it`);
  const { bavail, bsize } = statfsSync(home);
  if (bavail * bsize < FREE_BYTES) doubt("disk", `${(bavail * bsize / 1e9).toFixed(1)} GB are free; records only grow`);
  const last = lastBackup(home);
  if (last === undefined) doubt("backup", "none was made yet: sena central backup FILE");
  else if (Date.now() - last.at > BACKUP_DAYS * DAY_MS || !last.isProved) doubt("backup", `the last one (${last.path}, ${new Date(last.at).toISOString()}) ${last.isProved ? "is old" : "was never tried"}`);
  else good("backup", `${last.path}, ${new Date(last.at).toISOString()}, tried in an empty database`);
}

function isRunning(home: string): boolean {
  try {
    lockHome(home)[Symbol.dispose]();
    return false;
  } catch (error) {
    if ((error as Error).name !== "HomeInUse") throw error;
    return true;
  }
}
