import { randomUUID } from "node:crypto";
import type { Tx } from "./database/tenants.ts";

export type CentralEvent = { readonly actor: string; readonly kind: string; readonly detail: Readonly<Record<string, string | number | boolean | readonly string[]>> };

/** In the same transaction as the change itself: what was done and not recorded, was not done. */
export const record = (tx: Tx, orgId: string, now: number, { actor, kind, detail }: CentralEvent): Promise<number> =>
  tx.run("INSERT INTO app.events (org_id, event_id, at, actor, kind, detail) VALUES ($1, $2, $3, $4, $5, $6)", [orgId, randomUUID(), now, actor, kind, JSON.stringify(detail)]);
