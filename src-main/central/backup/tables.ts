import type { ClientBase } from "pg";

// What a backup holds is asked of the database itself: a table that a later version adds cannot be forgotten here.

export type Table = { readonly schema: "app" | "identity"; readonly name: string; readonly key: readonly string[]; readonly columns: readonly string[] };

/**
 * Whoever is signed in signs in again after a restore, and answers that were given are not given twice: a backup holds no
 * session, so that a stolen one opens none.
 */
const LEFT_OUT = ["identity.session", "identity.session_ways", "identity.ceremonies", "identity.proofs", "identity.verification", "app.idempotency"];

type Row = { schema: Table["schema"]; name: string; key: string[]; columns: string[]; parents: string[] };

/** Parents before their children: rows go in again in this order. */
export async function tablesOf(client: ClientBase): Promise<readonly Table[]> {
  const { rows } = await client.query<Row>(`
    SELECT n.nspname AS schema, c.relname AS name,
      ARRAY(SELECT a.attname::text FROM pg_index i, unnest(i.indkey) WITH ORDINALITY k(n, at) JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.n WHERE i.indrelid = c.oid AND i.indisprimary ORDER BY k.at) AS key,
      ARRAY(SELECT a.attname::text FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum) AS columns,
      ARRAY(SELECT p.relnamespace::regnamespace::text || '.' || p.relname FROM pg_constraint f JOIN pg_class p ON p.oid = f.confrelid WHERE f.conrelid = c.oid AND f.contype = 'f' AND f.confrelid <> c.oid) AS parents
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname IN ('app', 'identity') AND c.relkind IN ('r', 'p') AND NOT c.relispartition ORDER BY 1, 2`);
  const waiting = rows.filter((row) => !LEFT_OUT.includes(nameOf(row)));
  const ordered: Row[] = [];
  while (waiting.length > 0) {
    const next = waiting.findIndex((row) => row.parents.every((parent) => !waiting.some((each) => nameOf(each) === parent)));
    if (next < 0) throw new Error("the tables of this database refer to each other in a circle");
    ordered.push(...waiting.splice(next, 1));
  }
  return ordered.map(({ schema, name, key, columns }) => ({ schema, name, key, columns }));
}

export const nameOf = ({ schema, name }: Pick<Table, "schema" | "name">): string => `${schema}.${name}`;
/** Names come from the catalogue of a database that this program made; quoted all the same. */
export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
export const placeOf = ({ schema, name }: Pick<Table, "schema" | "name">): string => `${quoted(schema)}.${quoted(name)}`;
