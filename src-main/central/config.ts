import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { fail } from "./failures.ts";

const Port = z.coerce.number().int().min(0).max(65_535);
const Minutes = z.coerce.number().int().min(1).max(60 * 24 * 30);

/** What is no address at all is said by the rule before this one. */
const hasNoUser = (address: string): boolean => {
  const url = URL.parse(address);
  return url === null || (url.username === "" && url.password === "");
};

/** `central.yaml` in the server's home, overruled by the environment (SENA_CENTRAL_PORT for port, and so on). */
export const CentralConfig = z.strictObject({
  address: z.string().default("127.0.0.1"),
  port: Port.default(8443),
  /** The names and addresses that the certificate is for; desktops connect to the first. */
  names: z.array(z.string().min(1)).min(1).default(["localhost", "127.0.0.1"]),
  /** A certificate of the house; without one the server has its own authority. */
  certificate: z.string().optional(),
  key: z.string().optional(),
  /** Without one the server runs a small PostgreSQL of its own. */
  database: z.url({ protocol: /^postgres(ql)?$/, hostname: /.*/ }).optional(),
  rolePrefix: z.string().regex(/^[a-z][a-z0-9_]{0,30}$/).default("sena"),
  connections: z.coerce.number().int().min(2).max(200).default(20),
  /** The folder with initdb and postgres, where they are not in the usual places. */
  postgresBinaries: z.string().optional(),
  /** Whether webhooks may go to addresses inside: for a server whose organisations are all of one house. */
  webhooksInside: z.union([z.boolean(), z.stringbool()]).default(false),
  /** Whether identity providers may be at addresses inside, where a house's own usually is. */
  providersInside: z.union([z.boolean(), z.stringbool()]).default(false),
  /** Authorities (PEM) that identity providers may be certified by, besides the public ones. */
  providerAuthorities: z.string().optional(),
  /** A collector (OTLP over HTTP) that is told how requests of desktops went that belong to a trace of theirs. */
  traces: z.url({ protocol: /^https?$/, hostname: /.*/ }).refine(hasNoUser, "an address with a name or password in it is refused: it would stand in logs, and nothing is sent to such an address; let the collector, or a proxy beside it, take what comes from this machine").optional(),
  sessionIdleMinutes: Minutes.default(30),
  sessionMaxMinutes: Minutes.default(12 * 60),
});
export type CentralConfig = z.infer<typeof CentralConfig>;

const NAMES: Readonly<Record<string, keyof CentralConfig>> = {
  SENA_CENTRAL_ADDRESS: "address", SENA_CENTRAL_PORT: "port", SENA_CENTRAL_NAMES: "names", SENA_CENTRAL_CERTIFICATE: "certificate", SENA_CENTRAL_KEY: "key", DATABASE_URL: "database", SENA_CENTRAL_ROLE_PREFIX: "rolePrefix", SENA_CENTRAL_CONNECTIONS: "connections", SENA_CENTRAL_POSTGRES: "postgresBinaries", SENA_CENTRAL_WEBHOOKS_INSIDE: "webhooksInside", SENA_CENTRAL_PROVIDERS_INSIDE: "providersInside", SENA_CENTRAL_PROVIDER_AUTHORITIES: "providerAuthorities", SENA_CENTRAL_TRACES: "traces", SENA_CENTRAL_IDLE_MINUTES: "sessionIdleMinutes", SENA_CENTRAL_SESSION_MINUTES: "sessionMaxMinutes",
};

export function readConfig(home: string, env: Readonly<Record<string, string | undefined>>, flags: Readonly<Record<string, unknown>> = {}): CentralConfig {
  const path = join(home, "central.yaml");
  const fromEnv = Object.entries(NAMES).flatMap(([name, key]) => (env[name] === undefined || env[name] === "" ? [] : [[key, key === "names" ? env[name].split(",").map((each) => each.trim()) : env[name]]]));
  const parsed = CentralConfig.safeParse({ ...fileOf(path), ...Object.fromEntries(fromEnv), ...flags });
  if (!parsed.success) throw fail("CENTRAL_CONFIG", { detail: parsed.error.issues.map((issue) => `${issue.path.join(".") || (issue.code === "unrecognized_keys" ? issue.keys.join(", ") : "it")}: ${issue.message}`).join("; ") });
  const config = parsed.data;
  if ((config.certificate === undefined) !== (config.key === undefined)) throw fail("CENTRAL_CONFIG", { detail: "certificate and key belong together; one of them is missing" });
  for (const file of [config.certificate, config.key, config.providerAuthorities]) if (file !== undefined && !existsSync(file)) throw fail("CENTRAL_CONFIG", { detail: `there is no file ${file}` });
  return config;
}

function fileOf(path: string): Record<string, unknown> {
  if (!existsSync(path)) return {};
  try {
    const value: unknown = parse(readFileSync(path, "utf8"));
    return z.record(z.string(), z.unknown()).parse(value ?? {});
  } catch (error) {
    throw fail("CENTRAL_CONFIG", { detail: `${path} is not readable as YAML: ${(error as Error).message.split("\n")[0]}` });
  }
}
