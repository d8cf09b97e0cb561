import type { Tenants } from "../database/tenants.ts";
import { fail } from "../failures.ts";
import { seal, unseal } from "../sealing.ts";

type Row = { request_hash: string; body: string | null; at: number };
const ABANDONED_MS = 60_000;
const KEPT_MS = 24 * 3_600_000;

/** The same key and the same request: the first answer again, and nothing is done twice. */
export function createIdempotency({ tenants, now, secret }: { readonly tenants: Tenants; readonly now: () => number; readonly secret: Buffer }) {
  // An answer may hold a secret that is shown once (a new key): it lies sealed.
  const context = (orgId: string, key: string): string => `answer ${orgId} ${key}`;
  return {
    async once(of: { readonly orgId: string; readonly actor: string; readonly key: string; readonly hash: string }, act: () => Promise<unknown>): Promise<unknown> {
      if (of.key.length === 0 || of.key.length > 100) throw fail("KEY_REUSED");
      const known = await tenants.withOrg(of.orgId, of.actor, async (tx) => {
        await tx.run("DELETE FROM app.idempotency WHERE at < $1 OR (body IS NULL AND at < $2)", [now() - KEPT_MS, now() - ABANDONED_MS]);
        const isFirst = (await tx.run("INSERT INTO app.idempotency (org_id, actor, key, request_hash, at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING", [of.orgId, of.actor, of.key, of.hash, now()])) === 1;
        return isFirst ? undefined : tx.one<Row>("SELECT request_hash, body, at FROM app.idempotency WHERE actor = $1 AND key = $2", [of.actor, of.key]);
      });
      if (known !== undefined) {
        if (known.request_hash !== of.hash) throw fail("KEY_REUSED");
        if (known.body === null) throw fail("SLOW_DOWN", { seconds: 1 });
        return JSON.parse(unseal(secret, context(of.orgId, of.key), Buffer.from(known.body, "base64")).toString("utf8")) as unknown;
      }
      try {
        const answer = await act();
        await tenants.withOrg(of.orgId, of.actor, (tx) => tx.run("UPDATE app.idempotency SET status = 200, body = $3 WHERE actor = $1 AND key = $2", [of.actor, of.key, seal(secret, context(of.orgId, of.key), Buffer.from(JSON.stringify(answer))).toString("base64")]));
        return answer;
      } catch (error) {
        // What was refused may be asked again, with the same key, once the reason is gone.
        await tenants.withOrg(of.orgId, of.actor, (tx) => tx.run("DELETE FROM app.idempotency WHERE actor = $1 AND key = $2 AND body IS NULL", [of.actor, of.key])).catch(() => undefined);
        throw error;
      }
    },
  };
}
