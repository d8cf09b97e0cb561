import { createHash, createHmac } from "node:crypto";
import type { Client } from "pg";
import { fail } from "../failures.ts";
import { connectAsOperator } from "./connect.ts";
import { IDENTITY_MIGRATIONS } from "./identity-migrations.ts";
import { CENTRAL_MIGRATIONS, type CentralMigration } from "./migrations.ts";

/** Any number: the same for every server that starts on one database, so that one at a time migrates. */
const LOCK = 7_362_081_944;
const OLDEST = 150_000;

export type Roles = { readonly owner: string; readonly app: string; readonly identity: string };
export const rolesOf = (prefix: string): Roles => ({ owner: `${prefix}_owner`, app: `${prefix}_app`, identity: `${prefix}_identity` });

export type MigrateNeeds = { readonly url: string; readonly rolePrefix: string; readonly secret: Buffer; readonly now: () => number; /** Only as far as a backup was, so that its rows fit. */ readonly onlyThese?: readonly { readonly n: number; readonly hash: string }[] };
export type Migrated = { readonly appUrl: string; readonly identityUrl: string; readonly applied: readonly number[]; readonly serverVersion: string };

/** Brings the database to this version's shape with the operator's account; everything after runs as roles that own nothing. */
export async function migrate({ url, rolePrefix, secret, now, onlyThese }: MigrateNeeds): Promise<Migrated> {
  if (!/^[a-z][a-z0-9_]{0,30}$/.test(rolePrefix)) throw fail("CENTRAL_CONFIG", { detail: "rolePrefix takes lower-case letters, digits and _" });
  const roles = rolesOf(rolePrefix);
  return connectAsOperator(url, async (client) => {
    const { rows: [server] } = await client.query<{ number: string; version: string }>("SELECT current_setting('server_version_num') AS number, current_setting('server_version') AS version");
    if (Number(server?.number) < OLDEST) throw fail("CENTRAL_DATABASE_OLD", { version: server?.version ?? "unknown" });
    await client.query(`SET lock_timeout = '5s'; SELECT pg_advisory_lock(${LOCK})`);
    const passwords = { app: passwordOf(secret, roles.app), identity: passwordOf(secret, roles.identity) };
    await ensureRoles(client, roles, passwords);
    await client.query("CREATE SCHEMA IF NOT EXISTS sena_meta");
    await client.query("CREATE TABLE IF NOT EXISTS sena_meta.migrations (n integer PRIMARY KEY, name text NOT NULL, hash text NOT NULL, at bigint NOT NULL)");
    const applied = await apply(client, chosen(onlyThese), roles, now);
    return { appUrl: urlAs(url, roles.app, passwords.app), identityUrl: urlAs(url, roles.identity, passwords.identity), applied, serverVersion: server?.version ?? "" };
  });
}

function chosen(onlyThese: MigrateNeeds["onlyThese"]): readonly CentralMigration[] {
  const all = [...CENTRAL_MIGRATIONS, ...IDENTITY_MIGRATIONS];
  for (const { n, hash } of onlyThese ?? []) {
    const known = all.find((one) => one.n === n);
    if (!known) throw fail("CENTRAL_MIGRATION_NEWER", { n });
    if (hashOf(known) !== hash) throw fail("CENTRAL_MIGRATION_CHANGED", { n });
  }
  return onlyThese === undefined ? all : all.filter(({ n }) => onlyThese.some((one) => one.n === n));
}

async function apply(client: Client, migrations: readonly CentralMigration[], roles: Roles, now: () => number): Promise<number[]> {
  const { rows: done } = await client.query<{ n: number; hash: string }>("SELECT n, hash FROM sena_meta.migrations ORDER BY n");
  const ordered = migrations.toSorted((a, b) => a.n - b.n);
  for (const { n, hash } of done) {
    const known = ordered.find((one) => one.n === n);
    if (!known) throw fail("CENTRAL_MIGRATION_NEWER", { n });
    if (hashOf(known) !== hash) throw fail("CENTRAL_MIGRATION_CHANGED", { n });
  }
  const applied: number[] = [];
  for (const migration of ordered.filter(({ n }) => !done.some((one) => one.n === n))) {
    const text = migration.sql.replaceAll("$owner", roles.owner).replaceAll("$app", roles.app).replaceAll("$identity", roles.identity);
    await client.query("BEGIN");
    try {
      await client.query(text);
      await client.query("INSERT INTO sena_meta.migrations (n, name, hash, at) VALUES ($1, $2, $3, $4)", [migration.n, migration.name, hashOf(migration), now()]);
      await client.query("COMMIT");
    } catch (error) {
      await client.query("ROLLBACK");
      throw error;
    }
    applied.push(migration.n);
  }
  return applied;
}

async function ensureRoles(client: Client, roles: Roles, passwords: { readonly app: string; readonly identity: string }): Promise<void> {
  const { rows } = await client.query<{ rolname: string; isStrong: boolean }>(`SELECT rolname, rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb AS "isStrong" FROM pg_roles WHERE rolname = ANY($1)`, [Object.values(roles)]);
  const exists = (name: string): boolean => rows.some(({ rolname }) => rolname === name);
  const strong = rows.find(({ isStrong }) => isStrong);
  if (strong) throw fail("CENTRAL_CONFIG", { detail: `the role ${strong.rolname} of this database may do more than the server's roles may; take that from it, or set another rolePrefix` });
  if (!exists(roles.owner)) await client.query(`CREATE ROLE ${roles.owner} NOLOGIN NOBYPASSRLS NOSUPERUSER`);
  for (const [name, password] of [[roles.app, passwords.app], [roles.identity, passwords.identity]] as const) {
    // The password is derived from the server's secret: a new secret sets new ones at the next start. It has no quotes in it.
    // What a role may is only said when it is made: to say it again takes a superuser before PostgreSQL 16.
    await client.query(exists(name) ? `ALTER ROLE ${name} LOGIN PASSWORD '${password}'` : `CREATE ROLE ${name} LOGIN NOBYPASSRLS NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD '${password}'`);
  }
  await client.query(`GRANT ${roles.owner} TO CURRENT_USER`);
}

const hashOf = ({ sql }: CentralMigration): string => createHash("sha256").update(sql).digest("hex");
const passwordOf = (secret: Buffer, role: string): string => createHmac("sha256", secret).update(`database role ${role}`).digest("hex");

function urlAs(url: string, user: string, password: string): string {
  const changed = new URL(url);
  changed.username = user;
  changed.password = password;
  return changed.href;
}
