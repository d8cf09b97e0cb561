import { createPrivateKey, createPublicKey, randomBytes, sign } from "node:crypto";
import type { Signer } from "../../access/port.ts";
import { createForeign, type Foreign } from "../../approvals/index.ts";
import type { Ledger } from "../../ledger/port.ts";
import type { Classify } from "../../shellcheck/port.ts";
import type { Tx } from "../database/tenants.ts";
import { record } from "../events.ts";
import { fail } from "../failures.ts";
import type { Person } from "../identity/port.ts";
import { seal, unseal } from "../sealing.ts";

// A desktop's request, decided by somebody elsewhere. What travels is the same file that goes by hand between two desks: the
// object, the script, and a signature over exactly these bytes. The desktop verifies it and is the judge; this server cannot
// make a yes out of nothing that the desktop's own list of approvers does not hold.

export type RemoteState = "waiting" | "approved" | "denied" | "expired" | "cancelled" | "used" | "withdrawn";
export type RemoteRow = { readonly approvalId: string; readonly desktopId: string; readonly desktop: string; readonly state: RemoteState; readonly effect: string; readonly title: string; readonly requester: string; readonly createdAt: number; readonly notAfter: number; readonly needed: number; readonly say: string };
export type RemoteDecision = { readonly userId: string; readonly name: string; readonly decision: "approve" | "deny"; readonly note: string; readonly at: number; readonly takenAt: number | null; readonly takenSay: string };
type KeyRow = { public_key: string; sealed: Buffer; retired_at: number | null };

export type RemoteNeeds = { readonly ledger: Pick<Ledger, "append">; readonly classify: Classify; readonly secret: Buffer; readonly now: () => number };

const COLUMNS = `a.approval_id AS "approvalId", a.desktop_id AS "desktopId", d.name AS desktop, CASE WHEN a.state = 'waiting' AND a.not_after < $1 THEN 'expired' ELSE a.state END AS state, a.effect, a.title, a.requester, a.created_at AS "createdAt", a.not_after AS "notAfter", a.needed, a.say`;
const FROM = "FROM app.approvals a JOIN app.desktops d ON d.org_id = a.org_id AND d.desktop_id = a.desktop_id";

export function createRemoteApprovals(needs: RemoteNeeds) {
  const { now, secret } = needs;
  const foreignAs = (signer: Signer | undefined, name: string) =>
    createForeign({
      queue: { get: () => { throw new Error("this server asks for nothing"); }, accept: () => Promise.reject(new Error("this server runs nothing")) },
      access: { signer: async () => signer ?? Promise.reject(new Error("nobody signs")), operator: (id) => ({ id, name, roles: ["approver"], active: true }) },
      ledger: needs.ledger, classify: needs.classify, now,
    });
  const reader = foreignAs(undefined, "");
  const keyContext = (orgId: string, userId: string): string => `approver ${orgId} ${userId}`;

  async function signerOf(tx: Tx, orgId: string, { userId, name }: Person): Promise<Signer> {
    const row = await tx.one<KeyRow>("SELECT public_key, sealed, retired_at FROM app.approver_keys WHERE user_id = $1", [userId]);
    if (row && row.retired_at === null) return signerFrom(userId, unseal(secret, keyContext(orgId, userId), row.sealed), name);
    const seed = randomBytes(32);
    const sealed = seal(secret, keyContext(orgId, userId), seed); // before the seed becomes a key and is wiped
    const signer = signerFrom(userId, seed, name);
    await tx.run("INSERT INTO app.approver_keys (org_id, user_id, name, public_key, sealed, created_at) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (org_id, user_id) DO UPDATE SET public_key = excluded.public_key, sealed = excluded.sealed, created_at = excluded.created_at, retired_at = NULL, name = excluded.name", [orgId, userId, name, signer.publicKey, sealed, now()]);
    await record(tx, orgId, now(), { actor: userId, kind: "approver.key", detail: { publicKey: signer.publicKey } });
    return signer;
  }

  return {
    /** From then on desktops may be told to trust this person's key. */
    async ensureKey(tx: Tx, orgId: string, person: Person): Promise<{ readonly publicKey: string }> {
      const { publicKey } = await signerOf(tx, orgId, person);
      return { publicKey };
    },
    async retireKey(tx: Tx, orgId: string, userId: string, by: string): Promise<void> {
      if ((await tx.run("UPDATE app.approver_keys SET retired_at = $2 WHERE user_id = $1 AND retired_at IS NULL", [userId, now()])) === 0) return;
      await record(tx, orgId, now(), { actor: by, kind: "approver.retired", detail: { userId } });
    },
    approvers: (tx: Tx) => tx.rows<{ userId: string; name: string; publicKey: string; isRetired: boolean }>(`SELECT user_id AS "userId", name, public_key AS "publicKey", retired_at IS NOT NULL AS "isRetired" FROM app.approver_keys ORDER BY name, user_id LIMIT 500`),

    async submit(tx: Tx, orgId: string, desktopId: string, file: string): Promise<string> {
      const { object, isScriptTrue } = reader.read(file);
      if (!isScriptTrue) throw fail("ENTRIES_REFUSED", { detail: "the command is not the one the request is about" });
      const isNew = await tx.run("INSERT INTO app.approvals (org_id, desktop_id, approval_id, file, state, effect, title, requester, created_at, not_after, needed) VALUES ($1, $2, $3, $4, 'waiting', $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING", [orgId, desktopId, object.id, file, object.effect, object.title, object.requester.name, object.created_at, object.not_after, object.approvals]);
      if (isNew === 1) await record(tx, orgId, now(), { actor: `desktop:${desktopId}`, kind: "approval.asked", detail: { approvalId: object.id, effect: object.effect } });
      return object.id;
    },
    async end(tx: Tx, orgId: string, desktopId: string, approvalId: string, state: RemoteState, say: string): Promise<void> {
      const moved = await tx.run("UPDATE app.approvals SET state = $3, say = $4 WHERE desktop_id = $1 AND approval_id = $2 AND state IN ('waiting', 'approved')", [desktopId, approvalId, state, say]);
      if (moved > 0) await record(tx, orgId, now(), { actor: `desktop:${desktopId}`, kind: "approval.ended", detail: { approvalId, state } });
    },
    list: (tx: Tx, { isOpen, before, limit }: { readonly isOpen: boolean; readonly before: readonly [number, string] | undefined; readonly limit: number }) =>
      tx.rows<RemoteRow>(`SELECT ${COLUMNS} ${FROM} WHERE ($2 = false OR (a.state = 'waiting' AND a.not_after >= $1)) AND ($3::bigint IS NULL OR (a.created_at, a.approval_id) < ($3::bigint, $4)) ORDER BY a.created_at DESC, a.approval_id DESC LIMIT $5`, [now(), isOpen, before?.[0] ?? null, before?.[1] ?? "", limit]),
    async get(tx: Tx, desktopId: string, approvalId: string): Promise<{ readonly row: RemoteRow; readonly foreign: Foreign; readonly decisions: readonly RemoteDecision[] }> {
      const row = await tx.one<RemoteRow & { file: string }>(`SELECT ${COLUMNS}, a.file ${FROM} WHERE a.desktop_id = $2 AND a.approval_id = $3`, [now(), desktopId, approvalId]);
      if (!row) throw fail("NOT_HERE");
      const decisions = await tx.rows<RemoteDecision>(`SELECT user_id AS "userId", name, decision, note, at, taken_at AS "takenAt", taken_say AS "takenSay" FROM app.decisions WHERE desktop_id = $1 AND approval_id = $2 ORDER BY at`, [desktopId, approvalId]);
      return { row, foreign: reader.read(row.file), decisions };
    },

    /** The caller has just proved themselves. Signed and recorded in this server's own record before anyone is told. */
    async decide(tx: Tx, orgId: string, person: Person, of: { readonly desktopId: string; readonly approvalId: string; readonly decision: "approve" | "deny"; readonly note: string }): Promise<void> {
      const row = await tx.one<{ file: string; state: string; not_after: number; needed: number }>("SELECT file, state, not_after, needed FROM app.approvals WHERE desktop_id = $1 AND approval_id = $2 FOR UPDATE", [of.desktopId, of.approvalId]);
      if (!row) throw fail("NOT_HERE");
      if (row.state !== "waiting") throw fail("APPROVAL_GONE", { state: row.state });
      if (row.not_after < now()) throw fail("APPROVAL_GONE", { state: "expired" });
      const earlier = await tx.rows<{ user_id: string }>("SELECT user_id FROM app.decisions WHERE desktop_id = $1 AND approval_id = $2", [of.desktopId, of.approvalId]);
      if (earlier.some(({ user_id }) => user_id === person.userId)) throw fail("TAKEN", { what: "a decision of yours on this request" });
      const signer = await signerOf(tx, orgId, person);
      const response = await foreignAs(signer, person.name).sign(row.file, { decision: of.decision, note: of.note, operatorId: person.userId });
      await tx.run("INSERT INTO app.decisions (org_id, desktop_id, approval_id, user_id, name, decision, note, at, response) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)", [orgId, of.desktopId, of.approvalId, person.userId, person.name, of.decision, of.note, now(), response]);
      const isSettled = of.decision === "deny" || earlier.length + 1 >= row.needed;
      if (isSettled) await tx.run("UPDATE app.approvals SET state = $3 WHERE desktop_id = $1 AND approval_id = $2", [of.desktopId, of.approvalId, of.decision === "deny" ? "denied" : "approved"]);
      await record(tx, orgId, now(), { actor: person.userId, kind: `approval.${of.decision}`, detail: { approvalId: of.approvalId, desktopId: of.desktopId, note: of.note } });
    },
    untaken: (tx: Tx, desktopId: string) => tx.rows<{ approvalId: string; userId: string; response: string }>(`SELECT approval_id AS "approvalId", user_id AS "userId", response FROM app.decisions WHERE desktop_id = $1 AND taken_at IS NULL ORDER BY at LIMIT 100`, [desktopId]),
    /** What this desktop asked and did not say the end of. */
    open: async (tx: Tx, desktopId: string): Promise<string[]> => (await tx.rows<{ id: string }>("SELECT approval_id AS id FROM app.approvals WHERE desktop_id = $1 AND (state = 'approved' OR (state = 'waiting' AND not_after >= $2)) ORDER BY created_at DESC LIMIT 100", [desktopId, now()])).map(({ id }) => id),
    async taken(tx: Tx, desktopId: string, list: readonly { readonly approvalId: string; readonly userId: string; readonly say: string }[]): Promise<void> {
      for (const { approvalId, userId, say } of list) await tx.run("UPDATE app.decisions SET taken_at = $4, taken_say = $5 WHERE desktop_id = $1 AND approval_id = $2 AND user_id = $3 AND taken_at IS NULL", [desktopId, approvalId, userId, now(), say]);
    },
  };
}
export type RemoteApprovals = ReturnType<typeof createRemoteApprovals>;

const PKCS8_ED25519 = Buffer.from("302e020100300506032b657004220420", "hex");
const KEY_TYPE = "ssh-ed25519";

/** An SSH key from a seed: what `ssh-keygen -Y verify` and every desktop can check. */
function signerFrom(operatorId: string, seed: Buffer, name: string): Signer {
  const key = createPrivateKey({ key: Buffer.concat([PKCS8_ED25519, seed]), format: "der", type: "pkcs8" });
  seed.fill(0);
  const raw = Buffer.from((createPublicKey(key).export({ format: "jwk" }) as { x: string }).x, "base64url");
  return { operatorId, publicKey: `${KEY_TYPE} ${sshStrings(Buffer.from(KEY_TYPE), raw).toString("base64")} ${name.replaceAll(/[^\w.@-]/g, "-")}`, sign: async (message) => sshStrings(Buffer.from(KEY_TYPE), sign(null, message, key)) };
}

const sshStrings = (...parts: readonly Buffer[]): Buffer =>
  Buffer.concat(
    parts.flatMap((part) => {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(part.length);
      return [length, part];
    }),
  );
