import { createHmac, randomBytes, randomUUID } from "node:crypto";
import type { Tx } from "../database/tenants.ts";
import { record } from "../events.ts";
import { fail } from "../failures.ts";
import { seal, unseal } from "../sealing.ts";

// Who is told of what happens here. An event and what is to be delivered of it are written in one transaction (events.ts), so
// nothing is told that did not happen and nothing that happened is forgotten.

export const HOOK_FORMATS = ["sena", "slack", "teams", "pagerduty"] as const;
export type HookFormat = (typeof HOOK_FORMATS)[number];
export type Hook = { readonly hookId: string; readonly url: string; readonly format: HookFormat; readonly kinds: readonly string[]; readonly createdBy: string; readonly createdAt: number };
export type Delivery = { readonly eventId: string; readonly hookId: string; readonly kind: string; readonly state: "pending" | "delivered" | "dead"; readonly attempts: number; readonly at: number; readonly nextAt: number; readonly status: number | null; readonly say: string };
export type Due = { readonly eventId: string; readonly hookId: string; readonly kind: string; readonly at: number; readonly detail: Readonly<Record<string, unknown>>; readonly actor: string; readonly attempts: number; readonly url: string; readonly format: HookFormat; readonly sealed: Buffer };

/** Ten seconds to eight hours: somebody who repairs it in the morning finds it delivered. */
const RETRY_MS = [10_000, 60_000, 300_000, 1_800_000, 7_200_000, 28_800_000] as const;
/** Longer than an attempt may take: a server that dies in the middle of one makes it again. */
const LEASE_MS = 60_000;
const AT_ONCE = 20;

export type HookNeeds = { readonly secret: Buffer; readonly now: () => number };

export function createHooks({ secret, now }: HookNeeds) {
  const context = (orgId: string, hookId: string): string => `webhook ${orgId} ${hookId}`;
  return {
    /** `secret`: given for a service that has one of its own (PagerDuty's routing key); otherwise made here and shown once. */
    async create(tx: Tx, orgId: string, by: string, of: { readonly url: string; readonly format: HookFormat; readonly kinds: readonly string[]; readonly secret: string | undefined }): Promise<{ readonly hookId: string; readonly secret: string }> {
      const hookId = randomUUID();
      const own = of.secret ?? `whsec_${randomBytes(24).toString("base64")}`;
      await tx.run("INSERT INTO app.webhooks (org_id, hook_id, url, format, kinds, sealed, created_by, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)", [orgId, hookId, of.url, of.format, of.kinds, seal(secret, context(orgId, hookId), Buffer.from(own)), by, now()]);
      await record(tx, orgId, now(), { actor: by, kind: "webhook.created", detail: { hookId, host: new URL(of.url).host, kinds: of.kinds } });
      return { hookId, secret: own };
    },
    async remove(tx: Tx, orgId: string, by: string, hookId: string): Promise<void> {
      if ((await tx.run("UPDATE app.webhooks SET removed_at = $2 WHERE hook_id = $1 AND removed_at IS NULL", [hookId, now()])) === 0) throw fail("NOT_HERE");
      await record(tx, orgId, now(), { actor: by, kind: "webhook.removed", detail: { hookId } });
    },
    isAny: async (tx: Tx): Promise<boolean> => (await tx.one("SELECT 1 FROM app.webhooks WHERE removed_at IS NULL LIMIT 1")) !== undefined,
    list: (tx: Tx, { before, limit }: { readonly before: readonly [number, string] | undefined; readonly limit: number }) =>
      tx.rows<Hook>(`SELECT hook_id AS "hookId", url, format, kinds, created_by AS "createdBy", created_at AS "createdAt" FROM app.webhooks WHERE removed_at IS NULL AND ($1::bigint IS NULL OR (created_at, hook_id::text) < ($1::bigint, $2)) ORDER BY created_at DESC, hook_id::text DESC LIMIT $3`, [before?.[0] ?? null, before?.[1] ?? "", limit]),
    deliveries: (tx: Tx, { state, before, limit }: { readonly state: Delivery["state"] | undefined; readonly before: readonly [number, string] | undefined; readonly limit: number }) =>
      tx.rows<Delivery>(`SELECT event_id AS "eventId", hook_id AS "hookId", kind, state, attempts, at, next_at AS "nextAt", status, say FROM app.deliveries WHERE ($1::text IS NULL OR state = $1) AND ($2::bigint IS NULL OR (at, event_id::text || hook_id::text) < ($2::bigint, $3)) ORDER BY at DESC, event_id::text || hook_id::text DESC LIMIT $4`, [state ?? null, before?.[0] ?? null, before?.[1] ?? "", limit]),
    /** Out of the dead letters, to be tried from the beginning. */
    async again(tx: Tx, orgId: string, by: string, { eventId, hookId }: { readonly eventId: string; readonly hookId: string }): Promise<void> {
      if ((await tx.run("UPDATE app.deliveries SET state = 'pending', attempts = 0, next_at = $3 WHERE event_id = $1 AND hook_id = $2 AND state <> 'pending'", [eventId, hookId, now()])) === 0) throw fail("NOT_HERE");
      await record(tx, orgId, now(), { actor: by, kind: "webhook.again", detail: { eventId, hookId } });
    },
    /** Taken for a while: whoever asks at the same time gets others. */
    async due(tx: Tx): Promise<readonly Due[]> {
      return tx.rows<Due>(
        `UPDATE app.deliveries d SET attempts = d.attempts + 1, next_at = $1 + $2 FROM app.webhooks w, app.events e
         WHERE (d.org_id, d.event_id, d.hook_id) IN (SELECT org_id, event_id, hook_id FROM app.deliveries WHERE state = 'pending' AND next_at <= $1 ORDER BY next_at LIMIT $3 FOR UPDATE SKIP LOCKED)
         AND w.org_id = d.org_id AND w.hook_id = d.hook_id AND e.org_id = d.org_id AND e.event_id = d.event_id
         RETURNING d.event_id AS "eventId", d.hook_id AS "hookId", d.kind, e.at, e.detail, e.actor, d.attempts, w.url, w.format, w.sealed`,
        [now(), LEASE_MS, AT_ONCE],
      );
    },
    secretOf: (orgId: string, { hookId, sealed }: Due): string => unseal(secret, context(orgId, hookId), sealed).toString("utf8"),
    async settle(tx: Tx, { eventId, hookId, attempts }: Due, { status, say }: { readonly status: number | null; readonly say: string }): Promise<"pending" | "delivered" | "dead"> {
      const waitMs = RETRY_MS[attempts - 1];
      const state = status !== null && status >= 200 && status < 300 ? "delivered" : waitMs === undefined ? "dead" : "pending";
      await tx.run("UPDATE app.deliveries SET state = $3, next_at = $4, status = $5, say = $6 WHERE event_id = $1 AND hook_id = $2", [eventId, hookId, state, now() + (waitMs ?? 0), status, say.slice(0, 300)]);
      return state;
    },
  };
}
export type Hooks = ReturnType<typeof createHooks>;

/** Standard Webhooks: an HMAC over id, time and body, so that neither an old one nor another's can be passed off. */
export function signatureOf(secret: string, id: string, seconds: number, body: string): string {
  const key = secret.startsWith("whsec_") ? Buffer.from(secret.slice("whsec_".length), "base64") : Buffer.from(secret);
  return `v1,${createHmac("sha256", key).update(`${id}.${seconds}.${body}`).digest("base64")}`;
}
