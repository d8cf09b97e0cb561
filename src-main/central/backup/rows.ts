import { createHash } from "node:crypto";
import type { ClientBase } from "pg";
import { UUID } from "../database/tenants.ts";
import { nameOf, placeOf, quoted, type Table } from "./tables.ts";

// Rows as the text PostgreSQL itself writes of a whole row: every type comes back as it was, on 15 and on 18 alike.

/** Openings may hold megabytes each. */
const AT_ONCE = 100;
/** The same text for the same value, whatever the house has set. */
export const PLAIN_SETTINGS = "SET LOCAL datestyle = 'ISO'; SET LOCAL timezone = 'UTC'; SET LOCAL bytea_output = 'hex'; SET LOCAL intervalstyle = 'postgres'; SET LOCAL extra_float_digits = 1; SET LOCAL statement_timeout = 0";

export type Batch = { readonly table: string; readonly org: string | null; readonly rows: readonly string[] };
export type Tally = Readonly<Record<string, { readonly rows: number; readonly sha256: string }>>;

/**
 * Everybody's rows, one organisation after another under its own name and as the role that row security binds too: the
 * account that makes the backup needs no right to look past it, and what it may not see is missing rather than mixed.
 */
export async function* readRows(client: ClientBase, of: { readonly tables: readonly Table[]; readonly owner: string }): AsyncGenerator<Batch> {
  const { rows: orgs } = await client.query<{ id: string }>("SELECT id FROM identity.organization ORDER BY id");
  for (const table of of.tables) {
    if (table.schema === "identity") yield* cursor(client, table, null);
    else {
      await client.query(`SET LOCAL ROLE ${quoted(of.owner)}`);
      for (const { id } of orgs) {
        await inTenant(client, id);
        yield* cursor(client, table, id);
      }
      await client.query("RESET ROLE");
    }
  }
}

async function* cursor(client: ClientBase, table: Table, org: string | null): AsyncGenerator<Batch> {
  await client.query(`DECLARE whole NO SCROLL CURSOR FOR SELECT t::text AS row FROM ${placeOf(table)} t ORDER BY ${table.key.map((column) => `t.${quoted(column)}`).join(", ")}`);
  for (;;) {
    const { rows } = await client.query<{ row: string }>(`FETCH ${AT_ONCE} FROM whole`);
    if (rows.length > 0) yield { table: nameOf(table), org, rows: rows.map(({ row }) => row) };
    if (rows.length < AT_ONCE) break;
  }
  await client.query("CLOSE whole");
}

export async function writeRows(client: ClientBase, of: { readonly table: Table; readonly owner: string; readonly batch: Batch }): Promise<void> {
  const { table, batch } = of;
  if (batch.org !== null) {
    await client.query(`SET LOCAL ROLE ${quoted(of.owner)}`);
    await inTenant(client, batch.org);
  }
  const place = placeOf(table);
  // OFFSET 0: a row is read from its text once and not once for each column.
  await client.query(`INSERT INTO ${place} SELECT (whole).* FROM (SELECT line::${place} AS whole FROM unnest($1::text[]) line OFFSET 0) every`, [batch.rows]);
  if (batch.org !== null) await client.query("RESET ROLE");
}

export async function inTenant(client: ClientBase, org: string): Promise<void> {
  if (!UUID.test(org)) throw new Error("an organisation of this database has no id that fits");
  await client.query(`SET LOCAL app.org_id = '${org}'`);
}

/** How many rows of each table, and one hash over them in their order: what went in and what came out are held against each other. */
export function createTally() {
  const tables = new Map<string, { rows: number; hash: ReturnType<typeof createHash> }>();
  return {
    add({ table, org, rows }: Batch): void {
      const entry = tables.get(table) ?? { rows: 0, hash: createHash("sha256") };
      tables.set(table, entry);
      entry.rows += rows.length;
      for (const row of rows) entry.hash.update(`${org ?? ""}\t${row}\n`);
    },
    result: (): Tally => Object.fromEntries([...tables].map(([name, { rows, hash }]) => [name, { rows, sha256: hash.copy().digest("hex") }])),
  };
}

/** The first table in which two tallies differ, in words. */
export function differenceOf(one: Tally, other: Tally): string | undefined {
  for (const name of new Set([...Object.keys(one), ...Object.keys(other)])) {
    const [left, right] = [one[name], other[name]];
    if (left?.sha256 !== right?.sha256) return `${name}: ${left?.rows ?? 0} rows in the backup and ${right?.rows ?? 0} in the database, or other ones`;
  }
  return undefined;
}
