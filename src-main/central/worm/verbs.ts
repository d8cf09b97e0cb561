import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Client } from "pg";
import { createCosigner, seedFrom } from "../../ledger/index.ts";
import { inOneMoment } from "../backup/backup.ts";
import { inTenant } from "../backup/rows.ts";
import { quoted } from "../backup/tables.ts";
import { withDatabase, type KeepingNeeds } from "../backup/verbs.ts";
import { rolesOf } from "../database/migrate.ts";
import { fail } from "../failures.ts";
import { readSecret, SECRET_FILE } from "../sealing.ts";
import { writePart, type Wrote } from "./worm.ts";

type Row = { desktop_id: string; log_key: string; size: string; note: string; cosigned: string };
const AT_ONCE = 2000;

/** What every desktop's record grew by since the last time, as one more part each; beside a server that runs, or while it rests. */
export async function exportWorm(needs: KeepingNeeds, root: string): Promise<{ readonly wrote: readonly Wrote[]; readonly problems: readonly string[] }> {
  const { home, config, now } = needs;
  if (!existsSync(join(home, SECRET_FILE))) throw fail("CENTRAL_CONFIG", { detail: `there is no server in ${home}` });
  const witnessKey = createCosigner({ name: `${config.names[0]}/sena-central`, seed: seedFrom(readSecret(join(home, SECRET_FILE)), "sena central witness") }).key();
  const wrote: Wrote[] = [];
  const problems: string[] = [];
  const mark = randomBytes(4).toString("hex");
  await withDatabase(needs, (url) => inOneMoment(url, async (client) => {
    const { rows: orgs } = await client.query<{ id: string }>("SELECT id FROM identity.organization ORDER BY id");
    await client.query(`SET LOCAL ROLE ${quoted(rolesOf(config.rolePrefix).owner)}`);
    for (const { id: orgId } of orgs) {
      await inTenant(client, orgId);
      const { rows } = await client.query<Row>("SELECT d.desktop_id, d.log_key, l.size, l.note, l.cosigned FROM app.desktops d JOIN app.ledgers l ON l.org_id = d.org_id AND l.desktop_id = d.desktop_id WHERE l.size > 0 ORDER BY d.desktop_id");
      for (const row of rows) {
        // One desktop's trouble keeps nobody else's record from being written.
        try {
          const part = await writePart(root, { orgId, desktopId: row.desktop_id, logKey: row.log_key, witnessKey, size: Number(row.size), note: `${row.note}${row.cosigned}`, leaves: (from) => leavesFrom(client, row.desktop_id, from, Number(row.size)) }, { now, mark });
          if (part) wrote.push(part);
        } catch (error) {
          problems.push((error as Error).message);
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
