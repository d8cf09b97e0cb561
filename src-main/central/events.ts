import { randomUUID } from "node:crypto";
import type { Tx } from "./database/tenants.ts";

export type CentralEvent = { readonly actor: string; readonly kind: string; readonly detail: Readonly<Record<string, string | number | boolean | readonly string[]>> };

/** What PostgreSQL takes: a lone surrogate or a NUL in a stranger's text must not undo the change that is told of. */
export const storable = (text: string): string => text.toWellFormed().replaceAll("\0", "\u{fffd}");

/** In the same transaction as the change itself: what was done and not recorded, was not done. Whoever is to be told of it is written down with it. */
export const record = (tx: Pick<Tx, "run">, orgId: string, now: number, { actor, kind, detail }: CentralEvent): Promise<number> =>
  tx.run(`WITH event AS (INSERT INTO app.events (org_id, event_id, at, actor, kind, detail) VALUES ($1, $2, $3, $4, $5, $6) RETURNING org_id, event_id, at, kind)
    INSERT INTO app.deliveries (org_id, event_id, hook_id, kind, at, next_at) SELECT e.org_id, e.event_id, w.hook_id, e.kind, e.at, e.at FROM event e JOIN app.webhooks w ON w.org_id = e.org_id AND w.removed_at IS NULL AND (e.kind = ANY(w.kinds) OR '*' = ANY(w.kinds))`, [orgId, randomUUID(), now, actor, kind, JSON.stringify(detail, (_, value: unknown) => (typeof value === "string" ? storable(value) : value))]);
