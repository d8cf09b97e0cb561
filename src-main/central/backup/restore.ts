import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { connectAsOperator } from "../database/connect.ts";
import { migrate, rolesOf } from "../database/migrate.ts";
import { record } from "../events.ts";
import { fail } from "../failures.ts";
import { SERVER } from "../identity/roles.ts";
import { unseal } from "../sealing.ts";
import { openArchive, type Opened } from "./archive.ts";
import { fileContext, tallyOf } from "./backup.ts";
import { differenceOf, inTenant, PLAIN_SETTINGS, writeRows, type Tally } from "./rows.ts";
import { nameOf, quoted, tablesOf, type Table } from "./tables.ts";

export type RestoreNeeds = { readonly home: string; readonly url: string; readonly rolePrefix: string; readonly secret: Buffer; readonly now: () => number };
export type Restored = { readonly madeAt: number; readonly tally: Tally };

/** Into an empty place only. What is in the database afterwards is read again and held against what the backup says it holds. */
export async function restore(needs: RestoreNeeds, { path, mayBeUnsealed }: { readonly path: string; readonly mayBeUnsealed: boolean }): Promise<Restored> {
  const archive = await openArchive(path, { secret: needs.secret, mayBeUnsealed });
  for (const file of ["ledger", "tls"]) if (existsSync(join(needs.home, file))) throw fail("CENTRAL_NOT_EMPTY", { what: `${join(needs.home, file)} exists` });
  await fill(needs, archive);
  await settle(needs, archive.head.madeAt);
  for await (const piece of archive.pieces()) {
    if (piece.kind !== "file") continue;
    const bytes = opened(needs.secret, piece.file, piece.bytes);
    if (piece.file === "central.yaml" && existsSync(join(needs.home, piece.file))) continue; // the house here has its own
    mkdirSync(dirname(join(needs.home, piece.file)), { recursive: true, mode: 0o700 });
    writeFileSync(join(needs.home, piece.file), bytes, { mode: 0o600, flush: true });
  }
  return { madeAt: archive.head.madeAt, tally: archive.tally };
}

/** A backup is worth what a restore of it is worth: it goes into a database of its own on the same server, which is then dropped. */
export async function prove(needs: Omit<RestoreNeeds, "home">, path: string): Promise<void> {
  const archive = await openArchive(path, { secret: needs.secret, mayBeUnsealed: false });
  const name = `sena_proof_${randomBytes(6).toString("hex")}`;
  const place = new URL(needs.url);
  place.pathname = `/${name}`;
  await connectAsOperator(needs.url, (client) => client.query(`CREATE DATABASE ${quoted(name)} TEMPLATE template0`)).catch((error: unknown) => {
    throw fail("CENTRAL_BACKUP_UNPROVED", { path, detail: `no empty database could be made to try it in (${(error as Error).message})` }, error);
  });
  try {
    await fill({ ...needs, url: place.href }, archive);
    for await (const piece of archive.pieces()) if (piece.kind === "file") opened(needs.secret, piece.file, piece.bytes);
  } catch (error) {
    throw fail("CENTRAL_BACKUP_UNPROVED", { path, detail: (error as Error).message }, error);
  } finally {
    await connectAsOperator(needs.url, (client) => client.query(`DROP DATABASE IF EXISTS ${quoted(name)} WITH (FORCE)`));
  }
}

async function fill({ url, rolePrefix, secret, now }: Omit<RestoreNeeds, "home">, { head, tally, pieces }: Opened): Promise<void> {
  await connectAsOperator(url, async (client) => {
    const { rows } = await client.query("SELECT nspname FROM pg_namespace WHERE nspname IN ('app', 'identity', 'sena_meta')");
    if (rows.length > 0) throw fail("CENTRAL_NOT_EMPTY", { what: "This database has a server's tables in it" });
  });
  // As old as the backup first, so that its rows fit; what this version adds comes after them.
  await migrate({ url, rolePrefix, secret, now, onlyThese: head.migrations });
  await connectAsOperator(url, async (client) => {
    const tables = new Map((await tablesOf(client)).map((table) => [nameOf(table), table]));
    for (const { name, columns } of head.tables) if (tables.get(name)?.columns.join() !== columns.join()) throw fail("CENTRAL_BACKUP_BAD", { path: "This file", detail: `the table ${name} has other columns there than here` });
    await client.query(`BEGIN; ${PLAIN_SETTINGS}`);
    for await (const piece of pieces()) if (piece.kind === "rows") await writeRows(client, { table: tables.get(piece.table) ?? unknownTable(piece.table), owner: rolesOf(rolePrefix).owner, batch: piece });
    await client.query("COMMIT");
  });
  const difference = differenceOf(tally, await tallyOf(url, rolePrefix));
  if (difference !== undefined) throw fail("CENTRAL_BACKUP_BAD", { path: "This file", detail: difference });
  await migrate({ url, rolePrefix, secret, now });
}

/**
 * What is good once may have been used since, or taken back: none of it is given out again. Whoever was removed since, and every
 * key that was revoked, is there again, and nothing here knows of them: so each organisation is told.
 */
const settle = ({ url, rolePrefix, now }: RestoreNeeds, madeAt: number): Promise<void> =>
  connectAsOperator(url, async (client) => {
    const { rows: orgs } = await client.query<{ id: string }>("SELECT id FROM identity.organization ORDER BY id");
    for (const { id } of orgs) {
      await client.query("BEGIN");
      await client.query(`SET LOCAL ROLE ${quoted(rolesOf(rolePrefix).owner)}`);
      await inTenant(client, id);
      for (const table of ["app.invitations", "app.enrolment_tokens"]) await client.query(`UPDATE ${table} SET expires_at = $1 WHERE used_at IS NULL AND expires_at > $1`, [now()]);
      await record({ run: async (sql, params) => (await client.query(sql, params as unknown[])).rowCount ?? 0 }, id, now(), { actor: SERVER, kind: "server.restored", detail: { madeAt: new Date(madeAt).toISOString() } });
      await client.query("COMMIT");
    }
  });

function unknownTable(name: string): Table {
  throw fail("CENTRAL_BACKUP_BAD", { path: "This file", detail: `it names a table ${name} that is not there` });
}

function opened(secret: Buffer, file: string, bytes: Buffer): Buffer {
  try {
    return unseal(secret, fileContext(file), bytes);
  } catch (error) {
    throw fail("CENTRAL_OTHER_SECRET", { detail: `${file} in the backup does not open with this secret` }, error);
  }
}
