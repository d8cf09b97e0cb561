import { randomUUID } from "node:crypto";
import type { Tx } from "../database/tenants.ts";
import { record, storable } from "../events.ts";
import { fail } from "../failures.ts";
import { sameBytes, sha256 } from "../sealing.ts";
import type { Sender } from "./inlets.ts";

// What others told, as it came. Nothing here acts on it: somebody reads it, and may hand it to a desktop as a question with
// words of their own beside it. There it waits for an operator, who asks or does not.

export type ItemState = "new" | "handed" | "done";
export type Item = { readonly itemId: string; readonly inletId: string; readonly inlet: string; readonly at: number; readonly sentAt: number; readonly title: string; readonly state: ItemState; readonly desktopId: string | null; readonly desktop: string | null; readonly question: string; readonly handedBy: string | null; readonly handedAt: number | null; readonly heardAt: number | null };
export type Question = { readonly itemId: string; readonly at: number; readonly from: string; readonly title: string; readonly question: string; readonly content: string };

const COLUMNS = `i.item_id AS "itemId", i.inlet_id AS "inletId", l.name AS inlet, i.at, i.sent_at AS "sentAt", i.title, i.state, i.desktop_id AS "desktopId", d.name AS desktop, i.question, i.handed_by AS "handedBy", i.handed_at AS "handedAt", i.heard_at AS "heardAt"`;
const FROM = "FROM app.inbox i JOIN app.inlets l ON l.org_id = i.org_id AND l.inlet_id = i.inlet_id LEFT JOIN app.desktops d ON d.org_id = i.org_id AND d.desktop_id = i.desktop_id";
const AT_ONCE = 20;

export function createInbox({ now }: { readonly now: () => number }) {
  return {
    /** The same number again is the same message, told twice; with another content it is somebody's mistake, or a try. */
    async take(tx: Tx, { orgId, inletId, told }: Sender): Promise<{ readonly itemId: string; readonly isNew: boolean }> {
      const itemId = randomUUID();
      const hash = sha256(told.content);
      const inserted = await tx.run("INSERT INTO app.inbox (org_id, item_id, inlet_id, number, hash, at, sent_at, title, content) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (org_id, inlet_id, number) DO NOTHING", [orgId, itemId, inletId, told.number, hash, now(), told.sentAt, told.title, storable(told.content)]);
      if (inserted === 0) {
        const known = await tx.one<{ itemId: string; hash: Buffer }>(`SELECT item_id AS "itemId", hash FROM app.inbox WHERE inlet_id = $1 AND number = $2`, [inletId, told.number]);
        if (!known || !sameBytes(known.hash, hash)) throw fail("INLET_REFUSED", { detail: "this number was used before for another message" });
        return { itemId: known.itemId, isNew: false };
      }
      await tx.run("UPDATE app.inlets SET heard_at = $2 WHERE inlet_id = $1", [inletId, now()]);
      await record(tx, orgId, now(), { actor: `inlet:${inletId}`, kind: "inbox.told", detail: { itemId } });
      return { itemId, isNew: true };
    },
    list: (tx: Tx, { state, before, limit }: { readonly state: ItemState | undefined; readonly before: readonly [number, string] | undefined; readonly limit: number }) =>
      tx.rows<Item>(`SELECT ${COLUMNS} ${FROM} WHERE ($1::text IS NULL OR i.state = $1) AND ($2::bigint IS NULL OR (i.at, i.item_id::text) < ($2::bigint, $3)) ORDER BY i.at DESC, i.item_id::text DESC LIMIT $4`, [state ?? null, before?.[0] ?? null, before?.[1] ?? "", limit]),
    async get(tx: Tx, itemId: string): Promise<Item & { readonly content: string }> {
      const item = await tx.one<Item & { content: string }>(`SELECT ${COLUMNS}, i.content ${FROM} WHERE i.item_id = $1`, [itemId]);
      if (!item) throw fail("NOT_HERE");
      return item;
    },
    /** To one desktop, as a question in the words of whoever hands it over. A desktop that has it already keeps it. */
    async hand(tx: Tx, orgId: string, by: string, of: { readonly itemId: string; readonly desktopId: string; readonly question: string }): Promise<void> {
      const desktop = await tx.one<{ isByFile: boolean }>(`SELECT sync_seq > 0 AS "isByFile" FROM app.desktops WHERE desktop_id = $1 AND left_at IS NULL`, [of.desktopId]);
      if (!desktop) throw fail("NOT_HERE");
      if (desktop.isByFile) throw fail("BY_FILE");
      if ((await tx.run("UPDATE app.inbox SET state = 'handed', desktop_id = $2, question = $3, handed_by = $4, handed_at = $5, heard_at = NULL WHERE item_id = $1", [of.itemId, of.desktopId, of.question, by, now()])) === 0) throw fail("NOT_HERE");
      await record(tx, orgId, now(), { actor: by, kind: "inbox.handed", detail: { itemId: of.itemId, desktopId: of.desktopId } });
    },
    async done(tx: Tx, orgId: string, by: string, itemId: string): Promise<void> {
      if ((await tx.run("UPDATE app.inbox SET state = 'done' WHERE item_id = $1 AND state <> 'done'", [itemId])) === 0) throw fail("NOT_HERE");
      await record(tx, orgId, now(), { actor: by, kind: "inbox.done", detail: { itemId } });
    },
    /** What waits for one desktop; it is told until it says that it has it. */
    questions: (tx: Tx, desktopId: string) =>
      tx.rows<Question>(`SELECT i.item_id AS "itemId", i.handed_at AS at, l.name AS "from", i.title, i.question, i.content FROM app.inbox i JOIN app.inlets l ON l.org_id = i.org_id AND l.inlet_id = i.inlet_id WHERE i.desktop_id = $1 AND i.heard_at IS NULL AND i.state = 'handed' ORDER BY i.handed_at LIMIT $2`, [desktopId, AT_ONCE]),
    /** As it was worded when it was handed: one that has other words since then is told again. */
    heard: (tx: Tx, desktopId: string, of: readonly { readonly itemId: string; readonly at: number }[]) =>
      tx.run("UPDATE app.inbox i SET heard_at = $4 FROM unnest($2::uuid[], $3::bigint[]) AS h (item_id, at) WHERE i.desktop_id = $1 AND i.item_id = h.item_id AND i.handed_at = h.at AND i.heard_at IS NULL", [desktopId, of.map(({ itemId }) => itemId), of.map(({ at }) => at), now()]),
  };
}
export type Inbox = ReturnType<typeof createInbox>;
