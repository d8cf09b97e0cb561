import { randomUUID } from "node:crypto";
import type { Tx } from "../database/tenants.ts";
import { record } from "../events.ts";
import { fail } from "../failures.ts";
import { seal, unseal } from "../sealing.ts";
import type { CentralRole } from "./roles.ts";

export type Provider = { readonly providerId: string; readonly name: string; readonly issuer: string; readonly clientId: string; readonly role: CentralRole; readonly createdAt: number };
type Row = Provider & { readonly sealed: Buffer };
const COLUMNS = `provider_id AS "providerId", name, issuer, client_id AS "clientId", role, created_at AS "createdAt"`;

/** An organisation's own identity providers. The secret it gave this server lies sealed and is never shown again. */
export function createProviders({ secret, now }: { readonly secret: Buffer; readonly now: () => number }) {
  const context = (orgId: string, providerId: string): string => `provider ${orgId} ${providerId}`;
  return {
    list: (tx: Tx) => tx.rows<Provider>(`SELECT ${COLUMNS} FROM app.providers WHERE removed_at IS NULL ORDER BY name, provider_id LIMIT 50`),
    async add(tx: Tx, orgId: string, by: string, of: { readonly name: string; readonly issuer: string; readonly clientId: string; readonly clientSecret: string; readonly role: CentralRole }): Promise<string> {
      const id = randomUUID();
      await tx.run("INSERT INTO app.providers (org_id, provider_id, name, issuer, client_id, sealed, role, created_by, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)", [orgId, id, of.name, of.issuer, of.clientId, seal(secret, context(orgId, id), Buffer.from(of.clientSecret)), of.role, by, now()]);
      await record(tx, orgId, now(), { actor: by, kind: "provider.added", detail: { providerId: id, name: of.name, issuer: of.issuer, role: of.role } });
      return id;
    },
    async remove(tx: Tx, orgId: string, by: string, providerId: string): Promise<void> {
      if ((await tx.run("UPDATE app.providers SET removed_at = $2 WHERE provider_id = $1 AND removed_at IS NULL", [providerId, now()])) === 0) throw fail("NOT_HERE");
      await record(tx, orgId, now(), { actor: by, kind: "provider.removed", detail: { providerId } });
    },
    /** With its secret, for a sign-in that begins or ends now. */
    async get(tx: Tx, orgId: string, providerId: string): Promise<Provider & { readonly clientSecret: string }> {
      const row = await tx.one<Row>(`SELECT ${COLUMNS}, sealed FROM app.providers WHERE provider_id = $1 AND removed_at IS NULL`, [providerId]);
      if (!row) throw fail("NOT_HERE");
      const { sealed, ...provider } = row;
      return { ...provider, clientSecret: unseal(secret, context(orgId, providerId), sealed).toString("utf8") };
    },
  };
}
export type Providers = ReturnType<typeof createProviders>;
