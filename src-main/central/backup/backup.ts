import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Client } from "pg";
import { snapshotOf } from "../../store/index.ts";
import { connectAsOperator } from "../database/connect.ts";
import { rolesOf } from "../database/migrate.ts";
import { seal } from "../sealing.ts";
import { markOfSecret, writeArchive, type Head, type Piece } from "./archive.ts";
import { createTally, PLAIN_SETTINGS, readRows, type Tally } from "./rows.ts";
import { nameOf, tablesOf, type Table } from "./tables.ts";

export type BackupNeeds = { readonly home: string; readonly url: string; readonly rolePrefix: string; readonly secret: Buffer; readonly version: string; readonly now: () => number };

/** What the server keeps beside its database. Each is a secret or holds one, so each lies sealed under the server's own. */
const FILES = ["tls/ca.pem", "tls/ca.key", "tls/server.pem", "tls/server.key", "ledger/ledger.keys", "ledger/ledger.head", "central.yaml"] as const;
const RECORD = "ledger/ledger.db";

export const fileContext = (file: string): string => `backup ${file}`;

/** One moment of everything, while the server goes on serving. The secret is not in it. */
export async function backup(needs: BackupNeeds, path: string): Promise<{ readonly bytes: number; readonly tally: Tally }> {
  return inOneMoment(needs.url, async (client) => {
    const tables = await tablesOf(client);
    const tally = createTally();
    const { bytes } = await writeArchive(path, { head: await headOf(client, needs, tables), pieces: piecesOf(client, needs, tables, tally), tally: tally.result, secret: needs.secret });
    return { bytes, tally: tally.result() };
  });
}

async function* piecesOf(client: Client, { home, rolePrefix, secret }: BackupNeeds, tables: readonly Table[], tally: ReturnType<typeof createTally>): AsyncGenerator<Piece> {
  for await (const batch of readRows(client, { tables, owner: rolesOf(rolePrefix).owner })) {
    tally.add(batch);
    yield { kind: "rows", ...batch };
  }
  // The remembered head before the record: a head that is newer than its record would look like a record put back.
  for (const file of FILES) if (existsSync(join(home, file))) yield { kind: "file", file, bytes: seal(secret, fileContext(file), readFileSync(join(home, file))) };
  if (existsSync(join(home, RECORD))) yield { kind: "file", file: RECORD, bytes: seal(secret, fileContext(RECORD), snapshotOf(join(home, RECORD))) };
}

async function headOf(client: Client, { rolePrefix, secret, version, now }: BackupNeeds, tables: readonly Table[]): Promise<Head> {
  const { rows: migrations } = await client.query<{ n: number; hash: string }>("SELECT n, hash FROM sena_meta.migrations ORDER BY n");
  const { rows: [server] } = await client.query<{ version: string }>("SELECT current_setting('server_version') AS version");
  return { kind: "sena-central-backup", format: 2, madeAt: now(), version, postgres: server?.version ?? "", rolePrefix, secretMark: markOfSecret(secret), migrations, tables: tables.map((table) => ({ name: nameOf(table), columns: [...table.columns] })) };
}

/** The same hashes over what is in a database now. */
export function tallyOf(url: string, rolePrefix: string): Promise<Tally> {
  return inOneMoment(url, async (client) => {
    const tally = createTally();
    for await (const batch of readRows(client, { tables: await tablesOf(client), owner: rolesOf(rolePrefix).owner })) tally.add(batch);
    return tally.result();
  });
}

/** Everything is read as it stood at one time, whatever comes meanwhile. */
export const inOneMoment = <T>(url: string, work: (client: Client) => Promise<T>): Promise<T> =>
  connectAsOperator(url, (client) => momentOf(client, () => work(client)));

/** On a connection that goes on afterwards, whatever went wrong. */
export async function momentOf<T>(client: Client, work: () => Promise<T>): Promise<T> {
  await client.query(`BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; ${PLAIN_SETTINGS}`);
  try {
    const result = await work();
    await client.query("COMMIT");
    return result;
  } catch (error) {
    await client.query("ROLLBACK").catch(() => undefined); // what went wrong says more
    throw error;
  }
}
