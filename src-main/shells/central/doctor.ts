import { X509Certificate } from "node:crypto";
import { findBinaries, readConfig, type Central } from "../../central/index.ts";
import { join } from "node:path";
import { rootFolder } from "../process/places.ts";
import { createClient } from "./client.ts";

/** Each thing that must be so, asked one after another; the first that is not so is said, with what to do. */
export async function examine({ home, start }: { readonly home: string; readonly start: () => Promise<Central> }): Promise<number> {
  const good = (what: string, detail: string): void => console.log(`✔ ${what}: ${detail}`);
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
    await using central = await step("start", start);
    good("database", central.database);
    const certificate = new X509Certificate(central.tls.cert);
    good("certificate", `until ${certificate.validTo}, SHA-256 of what desktops pin: ${central.tls.fingerprint}`);
    await step("health", () => createClient({ port: central.port, ca: central.tls.ca })("GET", "/health/deep"));
    good("health", "database, people and the server's own record answer");
    if (central.firstAdminCode !== undefined) good("people", "nobody yet; the server prints a one-time code when it starts");
    return 0;
  } catch {
    return 1;
  }
}
