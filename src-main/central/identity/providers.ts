import { randomUUID } from "node:crypto";
import type { Tx } from "../database/tenants.ts";
import { record } from "../events.ts";
import { fail } from "../failures.ts";
import { seal, sha256, unseal } from "../sealing.ts";
import type { CentralRole } from "./roles.ts";
import { shownCertificate } from "./saml/certificates.ts";
import type { SamlProvider } from "./saml/saml.ts";

export type Provider = { readonly providerId: string; readonly protocol: "oidc" | "saml"; readonly name: string; /** What it calls itself: an address, or its entity id. */ readonly issuer: string; readonly clientId: string; readonly signInUrl: string; readonly certificates: readonly string[]; readonly role: CentralRole; readonly createdAt: number };
type Row = Provider & { readonly sealed: Buffer; readonly hasOwnAddress: boolean };
type Known = Pick<Provider, "providerId" | "name" | "role">;
/** With what a sign-in needs that begins or ends now. */
export type KeptProvider = Known & (({ readonly protocol: "oidc"; readonly issuer: string; readonly clientId: string; readonly clientSecret: string; /** It sends people back to the organisation's address; those of before send them to the one that all had. */ readonly hasOwnAddress: boolean }) | ({ readonly protocol: "saml" } & SamlProvider));
const COLUMNS = `provider_id AS "providerId", protocol, name, issuer, client_id AS "clientId", sign_in_url AS "signInUrl", certificates, role, created_at AS "createdAt"`;

/** An organisation's own identity providers. The secret that one gave this server lies sealed and is never shown again. */
export function createProviders({ secret, now }: { readonly secret: Buffer; readonly now: () => number }) {
  const context = (orgId: string, providerId: string): string => `provider ${orgId} ${providerId}`;
  const added = (tx: Tx, orgId: string, by: string, of: { readonly providerId: string; readonly name: string; readonly issuer: string; readonly role: CentralRole; readonly protocol: string; /** Of what its answers are signed with: they say later who was believed. */ readonly fingerprints?: readonly string[] }) => record(tx, orgId, now(), { actor: by, kind: "provider.added", detail: of });
  return {
    list: (tx: Tx) => tx.rows<Provider>(`SELECT ${COLUMNS} FROM app.providers WHERE removed_at IS NULL ORDER BY name, provider_id LIMIT 50`),
    async add(tx: Tx, orgId: string, by: string, { name, issuer, role, clientId, clientSecret }: { readonly name: string; readonly issuer: string; readonly clientId: string; readonly clientSecret: string; readonly role: CentralRole }): Promise<string> {
      const id = randomUUID();
      await tx.run("INSERT INTO app.providers (org_id, provider_id, name, issuer, client_id, sealed, role, created_by, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)", [orgId, id, name, issuer, clientId, seal(secret, context(orgId, id), Buffer.from(clientSecret)), role, by, now()]);
      await added(tx, orgId, by, { providerId: id, name, issuer, role, protocol: "oidc" });
      return id;
    },
    async addSaml(tx: Tx, orgId: string, by: string, { name, role, entityId, signInUrl, certificates }: SamlProvider & { readonly name: string; readonly role: CentralRole }): Promise<string> {
      const id = randomUUID();
      await tx.run("INSERT INTO app.providers (org_id, provider_id, protocol, name, issuer, client_id, sealed, sign_in_url, certificates, role, created_by, created_at) VALUES ($1, $2, 'saml', $3, $4, '', '', $5, $6, $7, $8, $9)", [orgId, id, name, entityId, signInUrl, certificates, role, by, now()]);
      await added(tx, orgId, by, { providerId: id, name, issuer: entityId, role, protocol: "saml", fingerprints: certificates.map((body) => shownCertificate(body).fingerprint) });
      return id;
    },
    /** All of them at once: the next beside the one of now, and the former no more when it is over. */
    async setCertificates(tx: Tx, orgId: string, by: string, { providerId, certificates, fingerprints }: { readonly providerId: string; readonly certificates: readonly string[]; readonly fingerprints: readonly string[] }): Promise<void> {
      const row = await tx.one<{ name: string }>("UPDATE app.providers SET certificates = $2 WHERE provider_id = $1 AND protocol = 'saml' AND removed_at IS NULL RETURNING name", [providerId, certificates]);
      if (!row) throw fail("NOT_HERE");
      await record(tx, orgId, now(), { actor: by, kind: "provider.certificates", detail: { providerId, name: row.name, fingerprints } });
    },
    async remove(tx: Tx, orgId: string, by: string, providerId: string): Promise<void> {
      const row = await tx.one<{ name: string }>("UPDATE app.providers SET removed_at = $2 WHERE provider_id = $1 AND removed_at IS NULL RETURNING name", [providerId, now()]);
      if (!row) throw fail("NOT_HERE");
      await record(tx, orgId, now(), { actor: by, kind: "provider.removed", detail: { providerId, name: row.name } });
    },
    async get(tx: Tx, orgId: string, providerId: string): Promise<KeptProvider> {
      const row = await tx.one<Row>(`SELECT ${COLUMNS}, sealed, has_own_address AS "hasOwnAddress" FROM app.providers WHERE provider_id = $1 AND removed_at IS NULL`, [providerId]);
      if (!row) throw fail("NOT_HERE");
      const { name, role, issuer, clientId, signInUrl, certificates, sealed, hasOwnAddress } = row;
      if (row.protocol === "saml") return { protocol: "saml", providerId, name, role, entityId: issuer, signInUrl, certificates };
      return { protocol: "oidc", providerId, name, role, issuer, clientId, hasOwnAddress, clientSecret: unseal(secret, context(orgId, providerId), sealed).toString("utf8") };
    },
    /** Whether this answer is taken for the first time. */
    async takeAnswer(tx: Tx, orgId: string, { providerId, assertionId, endsAt }: { readonly providerId: string; readonly assertionId: string; readonly endsAt: number }): Promise<boolean> {
      await tx.run("DELETE FROM app.saml_taken WHERE ends_at < $1", [now()]);
      return (await tx.run("INSERT INTO app.saml_taken (org_id, provider_id, assertion, ends_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING", [orgId, providerId, sha256(assertionId), endsAt])) === 1;
    },
  };
}
export type Providers = ReturnType<typeof createProviders>;
