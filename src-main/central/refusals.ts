import type { Tenants } from "./database/tenants.ts";
import { record } from "./events.ts";

// Somebody who is nobody may be refused as often as they like; what an organisation reads of it does not grow with that.

const EVERY_MS = 10 * 60_000;
/** Names are made of what strangers send: no more of them than this are remembered at one time. */
const NAMES = 5000;

export type Refusal = { readonly orgId: string; readonly actor: string; /** What is counted together, within the organisation. */ readonly kind: string; readonly detail: Readonly<Record<string, string>> };

/** The first at once, then one line in ten minutes for each kind in each organisation, with how many more there were since the last one. */
export function createRefusals({ tenants, now }: { readonly tenants: Tenants; readonly now: () => number }) {
  const told = new Map<string, { at: number; more: number }>();
  return {
    /** Never fails: an organisation that does not exist has no list, and a refusal stays one when it cannot be written. */
    async tell({ orgId, actor, kind, detail }: Refusal): Promise<void> {
      const name = `${orgId} ${kind}`;
      const before = told.get(name);
      if (before && now() - before.at < EVERY_MS) {
        before.more += 1;
        return;
      }
      // The oldest come first: a name is put at the end whenever it is told.
      for (const [old, { at }] of told) {
        if (now() - at < EVERY_MS && told.size < NAMES) break;
        told.delete(old);
      }
      told.set(name, { at: now(), more: 0 });
      const more = before?.more ?? 0;
      await tenants.withOrg(orgId, "refused", (tx) => record(tx, orgId, now(), { actor, kind: "refused", detail: { ...detail, ...(more > 0 && { more }) } })).catch(() => undefined);
    },
  };
}
export type Refusals = ReturnType<typeof createRefusals>;
