import { randomUUID } from "node:crypto";
import type { Tenants, Tx } from "../database/tenants.ts";
import { record } from "../events.ts";
import { fail } from "../failures.ts";
import type { Refusals } from "../refusals.ts";
import { formatTicket, newSecret, parseTicket, sameBytes, sha256 } from "../sealing.ts";
import type { IdentityPort, Person } from "./port.ts";
import type { CentralRole, StillMay } from "./roles.ts";

const KIND = "invite";
const LIFETIME_MS = 7 * 24 * 3_600_000;
type Row = { secret_hash: Buffer; email: string; role: CentralRole; created_by: string; expires_at: number; used_at: number | null };

/** A code handed over by hand or by post: this server sends no mail. */
export function createInvitations({ tenants, identity, refusals, stillMay, now }: { readonly tenants: Tenants; readonly identity: IdentityPort; readonly refusals: Refusals; readonly stillMay: StillMay; readonly now: () => number }) {
  return {
    async create(tx: Tx, orgId: string, by: string, { email, role }: { readonly email: string; readonly role: CentralRole }) {
      const id = randomUUID();
      const secret = newSecret();
      await tx.run("INSERT INTO app.invitations (org_id, invitation_id, secret_hash, email, role, created_by, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)", [orgId, id, sha256(secret), email.toLowerCase(), role, by, now(), now() + LIFETIME_MS]);
      await record(tx, orgId, now(), { actor: by, kind: "person.invited", detail: { email: email.toLowerCase(), role } });
      return { code: formatTicket(KIND, { orgId, id, secret }), expiresAt: now() + LIFETIME_MS };
    },
    open: (tx: Tx, { before, limit }: { readonly before: readonly [number, string] | undefined; readonly limit: number }) =>
      tx.rows<{ invitationId: string; email: string; role: CentralRole; createdAt: number; expiresAt: number }>(`SELECT invitation_id AS "invitationId", email, role, created_at AS "createdAt", expires_at AS "expiresAt" FROM app.invitations WHERE used_at IS NULL AND expires_at > $1 AND ($2::bigint IS NULL OR (created_at, invitation_id::text) < ($2::bigint, $3)) ORDER BY created_at DESC, invitation_id::text DESC LIMIT $4`, [now(), before?.[0] ?? null, before?.[1] ?? "", limit]),
    async withdraw(tx: Tx, orgId: string, by: string, invitationId: string): Promise<void> {
      if ((await tx.run("UPDATE app.invitations SET expires_at = $2 WHERE invitation_id = $1 AND used_at IS NULL AND expires_at > $2", [invitationId, now()])) === 0) throw fail("NOT_HERE");
      await record(tx, orgId, now(), { actor: by, kind: "person.uninvited", detail: { invitationId } });
    },
    /** Somebody new names themselves and a password; somebody known proves theirs. The address is the invitation's. */
    async accept(text: string, of: { readonly name: string; readonly password: string; readonly code: string | undefined; readonly address: string; readonly agent: string }): Promise<{ readonly orgId: string; readonly person: Person }> {
      const ticket = parseTicket(KIND, text);
      if (!ticket) throw fail("CODE_SPENT");
      let why: string | undefined;
      return tenants.withOrg(ticket.orgId, "invited", async (tx) => {
        const row = await tx.one<Row>("SELECT secret_hash, email, role, created_by, expires_at, used_at FROM app.invitations WHERE invitation_id = $1 FOR UPDATE", [ticket.id]);
        const isCode = row !== undefined && sameBytes(row.secret_hash, sha256(ticket.secret)) && row.used_at === null && row.expires_at > now();
        if (!isCode) why = "an invitation that is spent, over or guessed";
        else if (!(await stillMay(ticket.orgId, row.created_by, "people:write"))) why = "an invitation of somebody who may not invite any more";
        if (!row || why !== undefined) throw fail("CODE_SPENT");
        const known = await identity.personByEmail(row.email);
        const person = known ? (await identity.signIn({ email: row.email, ...of })).person : await identity.createPerson({ email: row.email, name: of.name, password: of.password });
        if ((await identity.roleIn(ticket.orgId, person.userId)) !== undefined) throw fail("TAKEN", { what: "this member in the organisation" });
        await identity.addMember(ticket.orgId, person.userId, row.role);
        await tx.run("UPDATE app.invitations SET used_at = $2 WHERE invitation_id = $1", [ticket.id, now()]);
        await record(tx, ticket.orgId, now(), { actor: person.userId, kind: "person.joined", detail: { email: row.email, role: row.role } });
        return { orgId: ticket.orgId, person };
      }).catch(async (error: unknown) => {
        if (why !== undefined) await refusals.tell({ orgId: ticket.orgId, actor: "invited", kind: `invitation ${why}`, detail: { code: "CODE_SPENT", why, address: of.address } });
        throw error;
      });
    },
  };
}
export type Invitations = ReturnType<typeof createInvitations>;
