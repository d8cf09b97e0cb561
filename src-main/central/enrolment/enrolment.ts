import { createPublicKey, randomUUID, verify } from "node:crypto";
import { enrolText, parseProof, proofHolds } from "../../central-link/port.ts";
import { Failure } from "../../contract/failure.ts";
import type { Tenants, Tx } from "../database/tenants.ts";
import { record } from "../events.ts";
import { fail } from "../failures.ts";
import type { StillMay } from "../identity/roles.ts";
import type { Refusals } from "../refusals.ts";
import { formatTicket, newSecret, parseTicket, sameBytes, sha256 } from "../sealing.ts";
import { createNonceMemory } from "./nonces.ts";

const KIND = "enrol";
const TOKEN_MS = 3_600_000;
/** A file is carried on foot. */
const CARRIED_TOKEN_MS = 7 * 24 * 3_600_000;
const SEEN_EVERY_MS = 10_000;

export type Desktop = { readonly desktopId: string; readonly name: string; readonly version: string; readonly enrolledAt: number; readonly seenAt: number; readonly logOrigin: string; readonly logSize: number; readonly keptSize: number; readonly keptAt: number; readonly forkedAt: number | null; readonly leftAt: number | null; readonly leftWhy: string | null; readonly editionN: number; readonly editionSay: string; /** Heard through files that somebody carries. */ readonly isByFile: boolean };
export type Enrolling = { readonly token: string; readonly name: string; readonly version: string; readonly publicKey: string; readonly logOrigin: string; readonly logKey: string; readonly proof: string };
export type DesktopHolder = { readonly orgId: string; readonly desktopId: string; readonly name: string };
type TokenRow = { secret_hash: Buffer; created_by: string; expires_at: number; used_at: number | null };
type KeyRow = { name: string; public_key: string; seen_at: number; left_at: number | null };

const COLUMNS = `d.desktop_id AS "desktopId", d.name, d.version, d.enrolled_at AS "enrolledAt", d.seen_at AS "seenAt", d.log_origin AS "logOrigin", d.log_size AS "logSize", l.size AS "keptSize", l.updated_at AS "keptAt", l.forked_at AS "forkedAt", d.left_at AS "leftAt", d.left_why AS "leftWhy", d.edition_n AS "editionN", d.edition_say AS "editionSay", d.sync_seq > 0 AS "isByFile"`;

export function createEnrolment({ tenants, refusals, orgKey, stillMay, now }: { readonly tenants: Tenants; readonly refusals: Refusals; readonly stillMay: StillMay; readonly orgKey: (tx: Tx, orgId: string) => Promise<string>; readonly now: () => number }) {
  const isFresh = createNonceMemory(now);
  return {
    async newToken(tx: Tx, orgId: string, by: string, isCarried = false) {
      const expiresAt = now() + (isCarried ? CARRIED_TOKEN_MS : TOKEN_MS);
      const id = randomUUID();
      const secret = newSecret();
      await tx.run("INSERT INTO app.enrolment_tokens (org_id, token_id, secret_hash, created_by, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6)", [orgId, id, sha256(secret), by, now(), expiresAt]);
      await record(tx, orgId, now(), { actor: by, kind: "desktop.token", detail: { tokenId: id } });
      return { token: formatTicket(KIND, { orgId, id, secret }), expiresAt };
    },

    /** Once for each token: the row is locked while it is spent. */
    async enrol(of: Enrolling, address: string): Promise<{ readonly orgId: string; readonly orgName: string; readonly desktopId: string; readonly orgKey: string }> {
      const ticket = parseTicket(KIND, of.token);
      if (!ticket) throw fail("CODE_SPENT");
      if (!isOwnKey(of)) throw fail("DESKTOP_REFUSED", { detail: "it does not prove that the key is its own" });
      let known: TokenRow | undefined;
      return tenants.withOrg(ticket.orgId, "enrolling", async (tx) => {
        const row = await tx.one<TokenRow>("SELECT secret_hash, created_by, expires_at, used_at FROM app.enrolment_tokens WHERE token_id = $1 FOR UPDATE", [ticket.id]);
        known = row;
        if (!row || !sameBytes(row.secret_hash, sha256(ticket.secret)) || row.used_at !== null || row.expires_at <= now() || !(await stillMay(ticket.orgId, row.created_by, "desktops:write"))) throw fail("CODE_SPENT");
        if (await tx.one("SELECT 1 FROM app.desktops WHERE log_origin = $1 AND left_at IS NULL", [of.logOrigin])) throw fail("TAKEN", { what: "a desktop with this record; let the other one leave first" });
        const desktopId = randomUUID();
        await tx.run("INSERT INTO app.desktops (org_id, desktop_id, name, public_key, log_origin, log_key, version, enrolled_at, seen_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8)", [ticket.orgId, desktopId, of.name, of.publicKey, of.logOrigin, of.logKey, of.version, now()]);
        await tx.run("INSERT INTO app.ledgers (org_id, desktop_id) VALUES ($1, $2)", [ticket.orgId, desktopId]);
        await tx.run("UPDATE app.enrolment_tokens SET used_at = $2, desktop_id = $3 WHERE token_id = $1", [ticket.id, now(), desktopId]);
        await record(tx, ticket.orgId, now(), { actor: `desktop:${desktopId}`, kind: "desktop.enrolled", detail: { name: of.name, logOrigin: of.logOrigin } });
        const org = await tx.one<{ name: string }>("SELECT name FROM app.orgs");
        return { orgId: ticket.orgId, orgName: org?.name ?? "", desktopId, orgKey: await orgKey(tx, ticket.orgId) };
      }).catch(async (error: unknown) => {
        // A token that was really given out and is shown again is told with its number; whoever guesses is told of as that.
        const why = known ? { tokenId: ticket.id, name: of.name } : { why: "guessed" };
        await refusals.tell({ orgId: ticket.orgId, actor: "enrolling", kind: `enrol ${known ? ticket.id : "guessed"}`, detail: { code: error instanceof Failure ? error.code : "failed", address, ...why } });
        throw error;
      });
    },

    async holder(header: string, asked: { readonly method: string; readonly path: string; readonly body: Uint8Array; readonly address: string }): Promise<DesktopHolder> {
      const proof = parseProof(header);
      if (!proof) throw fail("DESKTOP_REFUSED", { detail: "there is no proof of who it is" });
      let isKnown = false;
      return tenants.withOrg(proof.orgId, `desktop:${proof.desktopId}`, async (tx) => {
        const row = await tx.one<KeyRow>("SELECT name, public_key, seen_at, left_at FROM app.desktops WHERE desktop_id = $1", [proof.desktopId]);
        isKnown = row !== undefined;
        if (!row) throw fail("DESKTOP_REFUSED", { detail: "it is not enrolled here" });
        const held = proofHolds(proof, row.public_key, asked, now());
        if (held === "wrong signature") throw fail("DESKTOP_REFUSED", { detail: "its proof does not hold" });
        if (row.left_at !== null) throw fail("DESKTOP_REFUSED", { detail: "it was let go; enrol it again with a new token" });
        if (held === "wrong clock") throw fail("DESKTOP_REFUSED", { detail: "its clock differs by more than two minutes from this server's" });
        if (!isFresh(`${proof.desktopId} ${proof.nonce}`)) throw fail("DESKTOP_REFUSED", { detail: "this request was made before" });
        if (now() - row.seen_at > SEEN_EVERY_MS) await tx.run("UPDATE app.desktops SET seen_at = $2 WHERE desktop_id = $1", [proof.desktopId, now()]);
        return { orgId: proof.orgId, desktopId: proof.desktopId, name: row.name };
      }).catch(async (error: unknown) => {
        if (error instanceof Failure && error.code === "DESKTOP_REFUSED") await refusals.tell({ orgId: proof.orgId, actor: "refused", kind: `desktop ${isKnown ? proof.desktopId : "unknown"}`, detail: { code: error.code, why: String(error.data["detail"]), address: asked.address, ...(isKnown && { desktopId: proof.desktopId }) } });
        throw error;
      });
    },
    async leave(tx: Tx, orgId: string, actor: string, desktopId: string, why: string): Promise<void> {
      if ((await tx.run("UPDATE app.desktops SET left_at = $2, left_why = $3 WHERE desktop_id = $1 AND left_at IS NULL", [desktopId, now(), why])) === 0) throw fail("NOT_HERE");
      await tx.run("UPDATE app.approvals SET state = 'withdrawn', say = 'The desktop left the organisation.' WHERE desktop_id = $1 AND state = 'waiting'", [desktopId]);
      await record(tx, orgId, now(), { actor, kind: "desktop.left", detail: { desktopId, why } });
    },
    /** By name; `after`: the name and the id that the page before ended with. */
    list: (tx: Tx, { after, limit }: { readonly after: readonly [string, string] | undefined; readonly limit: number }): Promise<Desktop[]> =>
      tx.rows<Desktop>(`SELECT ${COLUMNS} FROM app.desktops d JOIN app.ledgers l ON l.org_id = d.org_id AND l.desktop_id = d.desktop_id WHERE $1::text IS NULL OR (d.name, d.desktop_id::text) > ($1, $2) ORDER BY d.name, d.desktop_id::text LIMIT $3`, [after?.[0] ?? null, after?.[1] ?? "", limit]),
  };
}
export type Enrolment = ReturnType<typeof createEnrolment>;

function isOwnKey(of: Enrolling): boolean {
  try {
    const key = createPublicKey(of.publicKey);
    return key.asymmetricKeyType === "ed25519" && verify(null, enrolText(of), key, Buffer.from(of.proof, "base64url"));
  } catch {
    return false;
  }
}
