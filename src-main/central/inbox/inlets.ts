import { randomBytes, randomUUID } from "node:crypto";
import { UUID, type Tenants, type Tx } from "../database/tenants.ts";
import { record } from "../events.ts";
import { fail } from "../failures.ts";
import type { Refusals } from "../refusals.ts";
import { seal, unseal } from "../sealing.ts";
import { readSigned, type InletScheme, type Signed, type Told } from "./schemes.ts";

// Who may tell an organisation something: an address with a secret. What they tell is a message and never more than that.

export type Inlet = { readonly inletId: string; readonly name: string; readonly scheme: InletScheme; readonly perMinute: number; readonly createdBy: string; readonly createdAt: number; readonly heardAt: number | null; readonly formerUntil: number | null };
export type Sender = { readonly orgId: string; readonly inletId: string; readonly perMinute: number; readonly told: Told };
type Row = { scheme: InletScheme; sealed: Buffer; former: Buffer | null; former_until: number | null; per_minute: number };

const HOUR_MS = 3_600_000;

export type InletNeeds = { readonly tenants: Tenants; readonly refusals: Refusals; readonly secret: Buffer; readonly now: () => number };

export function createInlets({ tenants, refusals, secret, now }: InletNeeds) {
  const context = (orgId: string, inletId: string): string => `inlet ${orgId} ${inletId}`;
  const own = (given: string | undefined): string => given ?? `whsec_${randomBytes(24).toString("base64")}`;
  const refuse = (orgId: string, inletId: string, why: string, address: string): Promise<void> => refusals.tell({ orgId, actor: "refused", kind: `inlet ${inletId} ${why}`, detail: { code: "INLET_REFUSED", why, inletId, address } });
  return {
    /** `secret`: given where the service makes it (Slack, Teams, PagerDuty); otherwise made here and shown once. */
    async create(tx: Tx, orgId: string, by: string, of: { readonly name: string; readonly scheme: InletScheme; readonly perMinute: number; readonly secret: string | undefined }): Promise<{ readonly inletId: string; readonly secret: string }> {
      const inletId = randomUUID();
      const made = own(of.secret);
      await tx.run("INSERT INTO app.inlets (org_id, inlet_id, name, scheme, sealed, per_minute, created_by, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)", [orgId, inletId, of.name, of.scheme, seal(secret, context(orgId, inletId), Buffer.from(made)), of.perMinute, by, now()]);
      await record(tx, orgId, now(), { actor: by, kind: "inlet.created", detail: { inletId, name: of.name, scheme: of.scheme } });
      return { inletId, secret: made };
    },
    /** Both hold for a while, so that nobody has to change two places in the same second; zero hours end the former at once. */
    async rotate(tx: Tx, orgId: string, by: string, of: { readonly inletId: string; readonly overlapHours: number; readonly secret: string | undefined }): Promise<{ readonly secret: string; readonly formerUntil: number }> {
      const made = own(of.secret);
      const formerUntil = now() + of.overlapHours * HOUR_MS;
      const changed = await tx.run("UPDATE app.inlets SET former = sealed, former_until = $3, sealed = $2 WHERE inlet_id = $1 AND removed_at IS NULL", [of.inletId, seal(secret, context(orgId, of.inletId), Buffer.from(made)), formerUntil]);
      if (changed === 0) throw fail("NOT_HERE");
      await record(tx, orgId, now(), { actor: by, kind: "inlet.rotated", detail: { inletId: of.inletId, formerUntil } });
      return { secret: made, formerUntil };
    },
    async remove(tx: Tx, orgId: string, by: string, inletId: string): Promise<void> {
      if ((await tx.run("UPDATE app.inlets SET removed_at = $2 WHERE inlet_id = $1 AND removed_at IS NULL", [inletId, now()])) === 0) throw fail("NOT_HERE");
      await record(tx, orgId, now(), { actor: by, kind: "inlet.removed", detail: { inletId } });
    },
    list: (tx: Tx, { before, limit }: { readonly before: readonly [number, string] | undefined; readonly limit: number }) =>
      tx.rows<Inlet>(`SELECT inlet_id AS "inletId", name, scheme, per_minute AS "perMinute", created_by AS "createdBy", created_at AS "createdAt", heard_at AS "heardAt", CASE WHEN former_until > $4 THEN former_until END AS "formerUntil" FROM app.inlets WHERE removed_at IS NULL AND ($1::bigint IS NULL OR (created_at, inlet_id::text) < ($1::bigint, $2)) ORDER BY created_at DESC, inlet_id::text DESC LIMIT $3`, [before?.[0] ?? null, before?.[1] ?? "", limit, now()]),

    /** Who tells this, by the signature alone. Whoever cannot sign learns one thing only, that it was not taken; the organisation reads why. */
    async sender(of: { readonly orgId: string; readonly inletId: string; readonly address: string }, signed: Signed): Promise<Sender> {
      if (!UUID.test(of.orgId) || !UUID.test(of.inletId)) throw fail("INLET_REFUSED", { detail: "its signature does not hold" });
      const row = await tenants.withOrg(of.orgId, `inlet:${of.inletId}`, (tx) => tx.one<Row>("SELECT scheme, sealed, former, former_until, per_minute FROM app.inlets WHERE inlet_id = $1 AND removed_at IS NULL", [of.inletId]));
      if (!row) {
        // The number is a stranger's invention: all such are one kind.
        await refusals.tell({ orgId: of.orgId, actor: "refused", kind: "inlet unknown", detail: { code: "INLET_REFUSED", why: "there is no such address", address: of.address } });
        throw fail("INLET_REFUSED", { detail: "its signature does not hold" });
      }
      const sealed = [row.sealed, ...(row.former !== null && (row.former_until ?? 0) > now() ? [row.former] : [])];
      const secrets = sealed.map((each) => unseal(secret, context(of.orgId, of.inletId), each).toString("utf8"));
      const reading = readSigned(row.scheme, secrets, signed, now());
      if ("refused" in reading) {
        await refuse(of.orgId, of.inletId, reading.refused, of.address);
        throw fail("INLET_REFUSED", { detail: { signature: "its signature does not hold", time: "it was signed too long ago, or the clocks differ", "content type": "its content type is not the one of this address", shape: "it cannot be read" }[reading.refused] });
      }
      return { orgId: of.orgId, inletId: of.inletId, perMinute: row.per_minute, told: reading.told };
    },
    refuse,
  };
}
export type Inlets = ReturnType<typeof createInlets>;
