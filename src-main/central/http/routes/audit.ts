import { randomUUID } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { writeCopyBundle, type CopiedEntry } from "../../../ledger/index.ts";
import { valuesOfLines, type Reading } from "../../custody/reading.ts";
import { record } from "../../events.ts";
import { fail } from "../../failures.ts";
import type { Asking, Route } from "../route.ts";
import { Cursor, DownloadAnswer, inOrg, Limit, listOf, paged, pageOf, readCursor, route, Uuid } from "../route.ts";

const Entry = z.object({ desktopId: z.string(), desktop: z.string(), seq: z.number(), type: z.string(), at: z.string(), values: z.record(z.string(), z.unknown()).nullable() });
const Alarm = z.object({ alarmId: z.string(), desktopId: z.string(), desktop: z.string(), at: z.number(), seenSize: z.number(), seenNote: z.string(), shownSize: z.number(), shownNote: z.string() });
const Event = z.object({ eventId: z.string(), at: z.number(), actor: z.string(), kind: z.string(), detail: z.record(z.string(), z.unknown()) });
const RUN = 2000;

export type AuditNeeds = { readonly reading: Reading; readonly witnessKey: () => string; readonly kit: string; readonly scratch: string; readonly now: () => number };

export const auditRoutes = ({ reading, witnessKey, kit, scratch, now }: AuditNeeds): readonly Route[] => [
  route({
    method: "GET", path: "/v1/orgs/:orgId/entries", who: "member", needs: "audit:read", says: "The records of all desktops, newest first; by desktop, type, time or words.",
    input: z.object({ ...inOrg, desktopId: Uuid.optional(), type: z.string().max(40).optional(), text: z.string().min(2).max(200).optional(), since: z.iso.datetime().optional(), cursor: Cursor, limit: Limit }),
    output: z.object({ items: z.array(Entry), next: z.string().nullable() }),
    async handle({ desktopId, type, text, since, cursor, limit }, { inOrg: within }) {
      const rows = await within((tx) => reading.entries(tx, { desktopId, type, text, since, before: readCursor(cursor), limit }));
      const page = pageOf(rows, limit, (row) => [row.atMs, row.key]);
      return { items: page.items.map((row) => ({ ...row, values: valuesOfLines(row.values) })), next: page.next };
    },
  }),
  route({
    method: "GET", path: "/v1/orgs/:orgId/desktops/:desktopId/record", who: "member", needs: "audit:read", says: "A run of one desktop's record as it came, with the signed and cosigned head. Runs joined are the whole, and hash to that head.",
    input: z.object({ ...inOrg, desktopId: Uuid, from: z.coerce.number().int().min(0).default(0) }),
    output: z.object({ size: z.number(), logKey: z.string(), witnessKey: z.string(), note: z.string(), entries: z.array(z.object({ leaf: z.string(), openings: z.string().nullable() })) }),
    handle: async ({ desktopId, from }, { inOrg: within }) => ({ ...(await within((tx) => reading.run(tx, desktopId, from, RUN))), witnessKey: witnessKey() }),
  }),
  route({
    method: "GET", path: "/v1/orgs/:orgId/desktops/:desktopId/receipts", who: "member", needs: "audit:read", says: "The heads of one desktop's record that this server cosigned, newest first, and the keys to check them with.",
    input: z.object({ ...inOrg, desktopId: Uuid, ...paged }),
    output: listOf(z.object({ size: z.number(), at: z.number(), note: z.string() })).extend({ logKey: z.string(), witnessKey: z.string() }),
    async handle({ desktopId, cursor, limit }, { inOrg: within }) {
      const { logKey, items } = await within((tx) => reading.receipts(tx, desktopId, { before: readCursor(cursor)?.[0], limit }));
      const page = pageOf(items, limit, ({ size }) => [size, ""]);
      return { logKey, witnessKey: witnessKey(), items: [...page.items], next: page.next };
    },
  }),
  route({
    method: "GET", path: "/v1/orgs/:orgId/desktops/:desktopId/bundle", who: "member", needs: "audit:read", says: "One desktop's whole record as a bundle with its cosigned head: verify.mjs in it checks everything on a machine without a network.",
    input: z.object({ ...inOrg, desktopId: Uuid, reason: z.string().trim().min(1).max(300) }), output: DownloadAnswer, answers: "application/zip",
    async handle({ orgId, desktopId, reason }, asking) {
      const standing = await asking.inOrg(async (tx) => {
        const kept = await reading.run(tx, desktopId, 0, 0);
        const org = await tx.one<{ name: string }>("SELECT name FROM app.orgs");
        if (kept.size === 0) throw fail("NOT_HERE");
        await record(tx, orgId, now(), { actor: asking.actor, kind: "record.exported", detail: { desktopId, size: kept.size, reason } });
        return { ...kept, orgName: org?.name ?? "" };
      });
      mkdirSync(scratch, { recursive: true, mode: 0o700 });
      const path = join(scratch, `${randomUUID()}.zip`);
      await writeCopyBundle({ path, kit, note: standing.note, logKey: standing.logKey, witnessKey: witnessKey(), keeper: `SENA central for ${standing.orgName}`, entries: copied(reading, asking, desktopId, standing.size), now });
      return { name: `record-${desktopId.slice(0, 8)}-${standing.size}.zip`, type: "application/zip", path };
    },
  }),
  route({
    method: "POST", path: "/v1/orgs/:orgId/erasures", who: "member", needs: "audit:erase", isSensitive: true, says: "Erase values of entries. The entries and their proofs stay; so do the values of key changes, erasures and witnesses, which are proofs themselves (kept says how many of these were named).",
    input: z.object({ ...inOrg, desktopId: Uuid, seqs: z.array(z.number().int().min(0)).min(1).max(1000), why: z.string().min(1).max(500) }), output: z.object({ erased: z.number(), kept: z.number() }),
    handle: ({ orgId, desktopId, seqs, why }, { actor, inOrg: within }) => within((tx) => reading.erase(tx, orgId, actor, { desktopId, seqs, why })),
  }),
  route({
    method: "GET", path: "/v1/orgs/:orgId/alarms", who: "member", needs: "audit:read", says: "Records that were rolled back or copied, with both signed heads; newest first.", input: z.object({ ...inOrg, ...paged }), output: listOf(Alarm),
    async handle({ cursor, limit }, { inOrg: within }) {
      const before = readCursor(cursor);
      const rows = await within((tx) => tx.rows<z.input<typeof Alarm>>(`SELECT f.alarm_id AS "alarmId", f.desktop_id AS "desktopId", d.name AS desktop, f.at, f.seen_size AS "seenSize", f.seen_note AS "seenNote", f.shown_size AS "shownSize", f.shown_note AS "shownNote" FROM app.fork_alarms f JOIN app.desktops d ON d.org_id = f.org_id AND d.desktop_id = f.desktop_id WHERE $1::bigint IS NULL OR (f.at, f.alarm_id::text) < ($1::bigint, $2) ORDER BY f.at DESC, f.alarm_id::text DESC LIMIT $3`, [before?.[0] ?? null, before?.[1] ?? "", limit]));
      const page = pageOf(rows, limit, (row) => [row.at, row.alarmId]);
      return { items: [...page.items], next: page.next };
    },
  }),
  route({
    method: "GET", path: "/v1/orgs/:orgId/events", who: "member", needs: "audit:read", says: "What people, keys and desktops did on this server, refusals too; newest first; by kind, by who did it, or from a time on.",
    input: z.object({ ...inOrg, kind: z.string().regex(/^[a-z.-]{1,60}$/).optional(), actor: z.string().min(1).max(200).optional(), since: z.iso.datetime().optional(), cursor: Cursor, limit: Limit }), output: z.object({ items: z.array(Event), next: z.string().nullable() }),
    async handle({ kind, actor, since, cursor, limit }, { inOrg: within }) {
      const before = readCursor(cursor);
      const rows = await within((tx) => tx.rows<z.input<typeof Event>>(`SELECT event_id AS "eventId", at, actor, kind, detail FROM app.events WHERE ($1::bigint IS NULL OR (at, event_id::text) < ($1::bigint, $2)) AND ($4::text IS NULL OR kind = $4 OR starts_with(kind, $4 || '.')) AND ($5::text IS NULL OR actor = $5) AND ($6::bigint IS NULL OR at >= $6) ORDER BY at DESC, event_id::text DESC LIMIT $3`, [before?.[0] ?? null, before?.[1] ?? "", limit, kind ?? null, actor ?? null, since === undefined ? null : Date.parse(since)]));
      const page = pageOf(rows, limit, (row) => [row.at, row.eventId]);
      return { items: [...page.items], next: page.next };
    },
  }),
];

/** Page by page, each in a transaction of its own: what is kept only grows, so the pages fit together. */
async function* copied(reading: Reading, { inOrg: within }: Asking, desktopId: string, size: number): AsyncGenerator<CopiedEntry> {
  for (let from = 0; from < size; from += RUN) {
    const { entries } = await within((tx) => reading.run(tx, desktopId, from, RUN));
    for (const { leaf, openings } of entries) yield { leaf: Buffer.from(leaf, "base64"), openings: openings ?? undefined };
  }
}
