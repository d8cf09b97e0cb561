import { randomUUID } from "node:crypto";
import type { Tenants, Tx } from "../database/tenants.ts";
import { record } from "../events.ts";
import { fail } from "../failures.ts";
import type { Refusals } from "../refusals.ts";
import { formatTicket, newSecret, parseTicket, sameBytes, sha256 } from "../sealing.ts";
import type { CentralPermission } from "./roles.ts";

// Keys for programs. The secret is random and long, so a plain hash keeps it; a slow one would only slow every request.

const KIND = "sena";
const HOUR_MS = 3_600_000;
/** After a rotation both work, so that nobody has to change two places in the same second. */
const OVERLAP_MS = 24 * HOUR_MS;
const TOUCH_EVERY_MS = 60_000;

export type ApiKey = { readonly keyId: string; readonly name: string; readonly scopes: readonly CentralPermission[]; readonly perMinute: number; readonly createdBy: string; readonly createdAt: number; readonly expiresAt: number; readonly revokedAt: number | null; readonly replacedBy: string | null; readonly lastUsedAt: number | null };
export type KeyHolder = { readonly orgId: string; readonly keyId: string; readonly name: string; readonly scopes: readonly CentralPermission[]; readonly perMinute: number };
type Row = ApiKey & { readonly secretHash: Buffer };

const COLUMNS = `key_id AS "keyId", name, scopes, per_minute AS "perMinute", created_by AS "createdBy", created_at AS "createdAt", expires_at AS "expiresAt", revoked_at AS "revokedAt", replaced_by AS "replacedBy", last_used_at AS "lastUsedAt"`;

export function createApiKeys({ tenants, refusals, now }: { readonly tenants: Tenants; readonly refusals: Refusals; readonly now: () => number }) {
  async function insert(tx: Tx, orgId: string, by: string, of: { readonly name: string; readonly scopes: readonly CentralPermission[]; readonly perMinute: number; readonly expiresAt: number }) {
    const id = randomUUID();
    const secret = newSecret();
    await tx.run("INSERT INTO app.api_keys (org_id, key_id, name, secret_hash, scopes, per_minute, created_by, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)", [orgId, id, of.name, sha256(secret), of.scopes, of.perMinute, by, now(), of.expiresAt]);
    return { keyId: id, key: formatTicket(KIND, { orgId, id, secret }) };
  }
  const overAt = new Map<string, number>();
  return {
    /** Who shows this key; the same refusal for every reason, so that nobody learns which part was right. */
    async holder(text: string, address: string): Promise<KeyHolder> {
      const ticket = parseTicket(KIND, text);
      if (!ticket) throw fail("KEY_REFUSED");
      let isGuess = false;
      const holder = await tenants.withOrg(ticket.orgId, `key:${ticket.id}`, async (tx) => {
        const row = await tx.one<Row>(`SELECT ${COLUMNS}, secret_hash AS "secretHash" FROM app.api_keys WHERE key_id = $1`, [ticket.id]);
        isGuess = row === undefined || !sameBytes(row.secretHash, sha256(ticket.secret));
        if (row === undefined || isGuess) return undefined;
        const isOver = row.expiresAt <= now() || (row.revokedAt !== null && row.revokedAt <= now());
        if (now() - (row.lastUsedAt ?? 0) > TOUCH_EVERY_MS) await tx.run("UPDATE app.api_keys SET last_used_at = $2 WHERE key_id = $1", [ticket.id, now()]);
        if (!isOver) return { orgId: ticket.orgId, keyId: row.keyId, name: row.name, scopes: row.scopes, perMinute: row.perMinute };
        // Somebody holds a key that worked once; that belongs into the organisation's list, once in a while and not at every attempt.
        if (now() - (overAt.get(row.keyId) ?? Number.NEGATIVE_INFINITY) > TOUCH_EVERY_MS) await record(tx, ticket.orgId, now(), { actor: `key:${row.keyId}`, kind: "refused", detail: { code: "KEY_REFUSED", keyId: row.keyId, name: row.name } });
        overAt.set(row.keyId, now());
        return undefined;
      });
      if (isGuess) await refusals.tell({ orgId: ticket.orgId, actor: "refused", kind: "key", detail: { code: "KEY_REFUSED", why: "guessed", address } });
      if (!holder) throw fail("KEY_REFUSED");
      return holder;
    },
    async create(tx: Tx, orgId: string, by: string, of: { readonly name: string; readonly scopes: readonly CentralPermission[]; readonly perMinute: number; readonly expiresAt: number }) {
      const made = await insert(tx, orgId, by, of);
      await record(tx, orgId, now(), { actor: by, kind: "key.created", detail: { keyId: made.keyId, name: of.name, scopes: of.scopes } });
      return made;
    },
    async rotate(tx: Tx, orgId: string, by: string, keyId: string) {
      const before = await tx.one<ApiKey>(`SELECT ${COLUMNS} FROM app.api_keys WHERE key_id = $1 AND revoked_at IS NULL AND expires_at > $2 FOR UPDATE`, [keyId, now()]);
      if (!before) throw fail("NOT_HERE");
      const made = await insert(tx, orgId, by, { ...before, expiresAt: now() + (before.expiresAt - before.createdAt) });
      const endsAt = Math.min(before.expiresAt, now() + OVERLAP_MS);
      await tx.run("UPDATE app.api_keys SET expires_at = $2, replaced_by = $3 WHERE key_id = $1", [keyId, endsAt, made.keyId]);
      await record(tx, orgId, now(), { actor: by, kind: "key.rotated", detail: { keyId, replacedBy: made.keyId, endsAt } });
      return { ...made, formerEndsAt: endsAt };
    },
    async revoke(tx: Tx, orgId: string, by: string, keyId: string): Promise<void> {
      if ((await tx.run("UPDATE app.api_keys SET revoked_at = $2 WHERE key_id = $1 AND revoked_at IS NULL", [keyId, now()])) === 0) throw fail("NOT_HERE");
      await record(tx, orgId, now(), { actor: by, kind: "key.revoked", detail: { keyId } });
    },
    list: (tx: Tx, { before, limit }: { readonly before: readonly [number, string] | undefined; readonly limit: number }): Promise<ApiKey[]> =>
      tx.rows<ApiKey>(`SELECT ${COLUMNS} FROM app.api_keys WHERE $1::bigint IS NULL OR (created_at, key_id::text) < ($1::bigint, $2) ORDER BY created_at DESC, key_id::text DESC LIMIT $3`, [before?.[0] ?? null, before?.[1] ?? "", limit]),
  };
}
export type ApiKeys = ReturnType<typeof createApiKeys>;
