import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Client } from "pg";
import { createCosigner, seedFrom } from "../../ledger/index.ts";
import { momentOf } from "../backup/backup.ts";
import { inTenant } from "../backup/rows.ts";
import { quoted } from "../backup/tables.ts";
import { withDatabase, type KeepingNeeds } from "../backup/verbs.ts";
import { connectAsOperator } from "../database/connect.ts";
import { rolesOf } from "../database/migrate.ts";
import { fail } from "../failures.ts";
import { readSecret, SECRET_FILE } from "../sealing.ts";
import { writePart, type Wrote } from "./worm.ts";

type Row = { log_key: string; size: string; note: string; cosigned: string };
const AT_ONCE = 2000;

/** What every desktop's record grew by since the last time, as one more part each; beside a server that runs, or while it rests. */
export async function exportWorm(needs: KeepingNeeds, root: string): Promise<{ readonly wrote: readonly Wrote[]; readonly problems: readonly string[] }> {
  const { home, config, now } = needs;
  if (!existsSync(join(home, SECRET_FILE))) throw fail("CENTRAL_CONFIG", { detail: `there is no server in ${home}` });
  const witnessKey = createCosigner({ name: `${config.names[0]}/sena-central`, seed: seedFrom(readSecret(join(home, SECRET_FILE)), "sena central witness") }).key();
  const wrote: Wrote[] = [];
  const problems: string[] = [];
  const mark = randomBytes(4).toString("hex");
  mkdirSync(root, { recursive: true });
  await withDatabase(needs, (url) => connectAsOperator(url, async (client) => {
    const within = <T>(orgId: string, work: () => Promise<T>): Promise<T> => momentOf(client, async () => {
      await client.query(`SET LOCAL ROLE ${quoted(rolesOf(config.rolePrefix).owner)}`);
      await inTenant(client, orgId);
      return work();
    });
    const { rows: orgs } = await client.query<{ id: string }>("SELECT id FROM identity.organization ORDER BY id");
    for (const { id: orgId } of orgs) {
      const { rows: desktops } = await within(orgId, () => client.query<{ id: string }>("SELECT desktop_id AS id FROM app.ledgers WHERE size > 0 ORDER BY desktop_id"));
      for (const { id: desktopId } of desktops) {
        // One desktop's trouble, the database's refusal of a row included, keeps nobody else's record from being written.
        try {
          const part = await within(orgId, async () => {
            const { rows: [row] } = await client.query<Row>("SELECT d.log_key, l.size, l.note, l.cosigned FROM app.desktops d JOIN app.ledgers l ON l.org_id = d.org_id AND l.desktop_id = d.desktop_id WHERE d.desktop_id = $1", [desktopId]);
            return row && writePart(root, { orgId, desktopId, logKey: row.log_key, witnessKey, size: Number(row.size), note: `${row.note}${row.cosigned}`, leaves: (from) => leavesFrom(client, desktopId, from, Number(row.size)) }, { now, mark });
          });
          if (part) wrote.push(part);
        } catch (error) {
          problems.push((error as Error).message.includes(desktopId) ? (error as Error).message : `${desktopId}: ${(error as Error).message}`);
        }
      }
    }
  }));
  return { wrote, problems };
}

async function* leavesFrom(client: Client, desktopId: string, from: number, to: number): AsyncGenerator<Buffer> {
  for (let at = from; at < to; at += AT_ONCE) {
    const { rows } = await client.query<{ leaf: Buffer }>("SELECT leaf FROM app.entries WHERE desktop_id = $1 AND seq >= $2 AND seq < $3 ORDER BY seq", [desktopId, at, Math.min(to, at + AT_ONCE)]);
    for (const { leaf } of rows) yield leaf;
  }
}
